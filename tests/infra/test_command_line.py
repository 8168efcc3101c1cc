import importlib.util
import os
import subprocess
import sys

import pytest

from infra.cli import COMMANDS, NOBODY_READS, main


@pytest.mark.parametrize("asked", [[], ["--help"], ["-h"], ["help"]])
def test_whoever_asks_nothing_or_for_help_is_told_every_command(
    asked: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(asked)

    told = capsys.readouterr().out
    assert status == 0
    assert all(f"  {name} " in told for name in COMMANDS)


def test_a_mistyped_command_is_answered_with_the_one_that_was_meant(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status = main(["mach"])

    assert status == 2
    assert "Did you mean `./kith match`?" in capsys.readouterr().err


def test_a_command_like_no_other_is_answered_with_all_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["xyzzy"])

    told = capsys.readouterr().err
    assert status == 2
    assert all(name in told for name in COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_its_module(name: str) -> None:
    assert importlib.util.find_spec(COMMANDS[name].module) is not None


def test_stopping_a_command_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("infra.programme.check.run", interrupted)

    assert main(["check"]) == 130


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_whoever_closes_the_output_ends_a_command_quietly(unbuffered: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)

    done = subprocess.run(
        [sys.executable, "-m", "infra", "--help"],
        stdout=writing,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
        check=False,
    )
    os.close(writing)

    assert (done.returncode, done.stderr) == (NOBODY_READS, b"")
