import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from infra import ROOT
from infra.cli import main
from tests import suite
from tests.suite import Check, Verdict

CHECK = Check(name="style", command=("ruff", "check"))


def verdict(*, passed: bool) -> Verdict:
    return Verdict(check=CHECK, passed=passed, said="line 1: something", seconds=0.1)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What was started instead of pytest."""
    commands: list[list[str]] = []

    def keep(command: list[str], **_: Any) -> subprocess.CompletedProcess[bytes]:
        commands.append(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr("tests.suite.subprocess.run", keep)
    return commands


def test_every_check_is_a_program_of_the_environment() -> None:
    programs = {check.command[0] for check in suite.checks()}

    assert programs == {"mypy", "cfn-lint", "lint-imports", "ruff"}
    assert all(Path(sys.executable).with_name(program).exists() for program in programs)


@pytest.mark.usefixtures("started")
def test_a_failed_check_is_told_and_does_not_keep_the_tests_from_running(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], started: list[list[str]]
) -> None:
    monkeypatch.setattr(suite, "_verdicts", lambda: [verdict(passed=False)])

    status = main(["test", "--fast"])

    told = capsys.readouterr().out
    assert status == 1
    assert "line 1: something" in told
    assert "To be repaired: style" in told
    assert started[0][1:3] == ["-m", "pytest"]


def test_fast_leaves_out_what_is_slow_and_hands_the_rest_to_pytest(
    monkeypatch: pytest.MonkeyPatch, started: list[list[str]]
) -> None:
    monkeypatch.setattr(suite, "_verdicts", lambda: [verdict(passed=True)])

    status = main(["test", "--fast", "tests/storage", "-k", "audit"])

    assert status == 0
    assert started[0][-3:] == ["tests/storage", "-k", "audit"]
    assert (
        "not browser and not deployment and not emulator and not load and not whole and not release"
        in started[0]
    )


def test_release_runs_the_large_tests_alone_and_writes_their_figures(started: list[list[str]]) -> None:
    status = main(["test", "--release", "-k", "cohorts"])

    assert status == 0
    assert started[0][3:] == ["-m", "release", "--write-figures", "-k", "cohorts"]


def test_what_is_left_out_is_known_to_pytest() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["pytest"]["ini_options"]
    known = {marker.partition(":")[0] for marker in settings["markers"]}

    assert {*suite.SLOW, *suite.BY_HAND} <= known


def test_without_a_browser_and_without_rights_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tests.suite.shutil.which", lambda _: None)
    monkeypatch.setattr("tests.suite.os.geteuid", lambda: 1000)

    status = main(["test"])

    assert status == 2
    assert "sudo apt-get install chromium" in capsys.readouterr().err


def test_without_a_browser_root_gets_debians(
    monkeypatch: pytest.MonkeyPatch, started: list[list[str]]
) -> None:
    monkeypatch.setattr(suite, "_verdicts", lambda: [verdict(passed=True)])
    monkeypatch.setattr("tests.suite.shutil.which", lambda name: name if name == "apt-get" else None)
    monkeypatch.setattr("tests.suite.os.geteuid", lambda: 0)

    main(["test"])

    installed = [command for command in started if command[0] == "apt-get"]
    assert [command[2] for command in installed] == ["update", "install"]
    assert installed[1][-1] == "chromium"


def test_ci_runs_this_command_and_nothing_else() -> None:
    lines = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()

    assert lines == ["#!/usr/bin/env bash", "set -euo pipefail", 'cd "$(dirname "$0")/.."', "./kith test"]
