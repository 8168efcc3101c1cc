"""The one command's own start: what it needs, what it says when it can't, and that it sets up once."""

import ast
import errno
import importlib.machinery
import importlib.util
import os
import subprocess
import threading
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

from infra import ROOT
from infra.cli import COMMANDS

NEVER_ON_PATH = "/nonexistent"
LARGEST_MB = 600


@pytest.fixture
def kith(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The command as a module, its places moved into an empty folder."""
    loader = importlib.machinery.SourceFileLoader("kith_command", str(ROOT / "kith"))
    spec = importlib.util.spec_from_loader("kith_command", loader)
    assert spec is not None
    command = importlib.util.module_from_spec(spec)
    loader.exec_module(command)
    monkeypatch.setattr(command, "PYTHON", command.sys.executable)
    monkeypatch.setattr(command, "STAMP", str(tmp_path / "stamp"))
    monkeypatch.setattr(command, "LOCK", str(tmp_path / "state" / "setup.lock"))
    return command


class Installer:
    """Stands for the installation: counts, and stamps as the real one does at its end."""

    def __init__(self, kith: ModuleType) -> None:
        self._kith = kith
        self.times = 0
        self.stopped = False
        self.group = ""

    def __call__(self, group: str) -> None:
        self.times += 1
        self.group = group
        if self.stopped:
            raise KeyboardInterrupt
        Path(self._kith.STAMP).write_text(self._kith.wanted(group), "ascii")


@pytest.fixture
def installer(kith: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Installer:
    installer = Installer(kith)
    monkeypatch.setattr(kith, "install", installer)
    return installer


def test_an_old_python_can_read_the_command() -> None:
    ast.parse((ROOT / "kith").read_text("utf-8"), feature_version=(3, 6))


def test_an_old_python_is_told_what_is_too_old_and_what_to_do(
    kith: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kith.sys, "version_info", (3, 9, 2))
    monkeypatch.setenv("PATH", NEVER_ON_PATH)

    with pytest.raises(kith.SetupError, match=r"(?s)needs Python 3\.11 or newer.*apt-get install"):
        kith.main([])


def test_an_old_python_hands_over_to_a_newer_one_on_the_path(
    kith: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken, working = tmp_path / "python3.13", tmp_path / "python3.12"
    broken.write_text("#!/bin/sh\nexit 127\n")
    working.write_text("#!/bin/sh\nexit 0\n")
    for python in (broken, working):
        python.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/bin")
    became: list[list[str]] = []
    monkeypatch.setattr(kith.os, "execv", lambda _, arguments: became.append(arguments))
    monkeypatch.setattr(kith, "NEWER", ("python3.13", "python3.12"))

    with pytest.raises(kith.SetupError):
        kith.become_newer(["check"])

    assert became == [[str(working), str(ROOT / "kith"), "check"]]


def test_a_second_start_installs_nothing(
    kith: ModuleType, installer: Installer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kith.os, "execv", lambda *_: None)
    kith.main(["check"])

    kith.main(["check"])

    assert installer.times == 1


@pytest.mark.parametrize(
    ("arguments", "group"),
    [([], "run"), (["run"], "run"), (["match", "test"], "run"), (["test"], "dev"), (["bench"], "dev")],
)
def test_only_who_develops_installs_what_developing_needs(
    kith: ModuleType,
    installer: Installer,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    group: str,
) -> None:
    monkeypatch.setattr(kith.os, "execv", lambda *_: None)

    kith.main(arguments)

    assert installer.group == group


def test_the_larger_set_stays_when_the_smaller_one_is_asked_for(
    kith: ModuleType, installer: Installer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kith.set_up("dev")

    kith.set_up("run")
    assert installer.times == 1

    changed = tmp_path / "uv.lock"
    changed.write_text("another")
    monkeypatch.setattr(kith, "LOCKED", str(changed))
    kith.set_up("run")
    assert (installer.times, installer.group) == (2, "dev")


def test_each_command_that_lies_with_the_tests_installs_what_they_need_but_for_the_play(
    kith: ModuleType,
) -> None:
    with_the_tests = {name for name, command in COMMANDS.items() if command.module.startswith("tests.")}

    assert with_the_tests - set(kith.DEVELOPERS) == {"play"}
    assert set(kith.DEVELOPERS) <= with_the_tests


def test_a_new_lock_is_installed_again(
    kith: ModuleType, installer: Installer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kith.set_up("run")
    changed = tmp_path / "uv.lock"
    changed.write_text("another")
    monkeypatch.setattr(kith, "LOCKED", str(changed))

    kith.set_up("run")

    assert installer.times == 2


def test_an_interrupted_start_is_taken_up_again(kith: ModuleType, installer: Installer) -> None:
    installer.stopped = True
    with pytest.raises(KeyboardInterrupt):
        kith.set_up("run")
    installer.stopped = False

    kith.set_up("run")

    assert (installer.times, kith.stamped()) == (2, kith.wanted("run"))


def test_of_two_at_once_one_installs_and_the_other_waits(
    kith: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    installing, may_finish, waiting = threading.Event(), threading.Event(), threading.Event()
    times = 0

    def install(group: str) -> None:
        nonlocal times
        times += 1
        installing.set()
        may_finish.wait(10)
        Path(kith.STAMP).write_text(kith.wanted(group), "ascii")

    monkeypatch.setattr(kith, "install", install)
    monkeypatch.setattr(kith, "say", lambda _: waiting.set())
    first = threading.Thread(target=kith.set_up, args=("run",))
    second = threading.Thread(target=kith.set_up, args=("run",))

    first.start()
    installing.wait(10)
    second.start()
    told = waiting.wait(10)
    may_finish.set()
    for start in (first, second):
        start.join()

    assert told
    assert times == 1


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("error: No space left on device (os error 28)", "The disk is full"),
        ("ERROR: No matching distribution found for uv (from versions: none)", "index can't be reached"),
        ("error: Failed to fetch: dns error: failed to lookup address", "index can't be reached"),
        (
            "THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE",
            "not the one that the lock names",
        ),
        ("The lockfile needs to be updated, but --locked was given", "uv.lock and pyproject.toml disagree"),
        ("something never seen", "Setting up failed.\n  | something never seen"),
    ],
)
def test_a_failed_installation_is_explained(kith: ModuleType, said: str, told: str) -> None:
    assert told in kith.explained(said)


@pytest.mark.parametrize(
    ("number", "told"),
    [(errno.ENOSPC, "disk is full"), (errno.EROFS, "may not write"), (errno.EIO, "Input/output error")],
)
def test_a_refusing_system_is_explained(kith: ModuleType, number: int, told: str) -> None:
    assert told in kith.said_by_the_system(OSError(number, os.strerror(number), "/some/file"), "run")


def test_a_python_without_pip_is_told_what_to_install(
    kith: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kith, "has", lambda module: module == "venv")

    with pytest.raises(kith.SetupError, match="python3-pip, or python3-venv"):
        kith.make_environment()


def test_pip_installs_the_very_uv_of_the_lock() -> None:
    locked = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))
    uv = next(package for package in locked["package"] if package["name"] == "uv")
    required = (ROOT / "infra" / "uv.txt").read_text("utf-8")

    hashes = {word.strip(" \\") for word in required.split("--hash=")[1:]}
    assert f"\nuv=={uv['version']} " in required
    assert {each.split()[0] for each in hashes} == {wheel["hash"] for wheel in uv["wheels"]}


@pytest.mark.whole
def test_a_fresh_copy_sets_itself_up_and_answers(tmp_path: Path) -> None:
    copy = tmp_path / "kith"
    subprocess.run(["git", "clone", "--quiet", "--depth", "1", f"file://{ROOT}", copy], check=True)
    outside = tmp_path / "elsewhere"
    outside.mkdir()

    first = subprocess.run(
        [copy / "kith", "--help"], cwd=outside, capture_output=True, text=True, check=False
    )
    second = subprocess.run(
        [copy / "kith", "--help"], cwd=outside, capture_output=True, text=True, check=False
    )

    assert (first.returncode, second.returncode) == (0, 0)
    assert "Setting up" in first.stderr
    assert second.stderr == ""
    assert "Usage: ./kith COMMAND" in second.stdout
    measured = subprocess.run(
        ["du", "-s", "--block-size=1M", copy / ".venv"], capture_output=True, text=True, check=True
    )
    assert int(measured.stdout.split()[0]) <= LARGEST_MB
