"""`./kith run`, started as a person starts it."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from infra import ROOT
from tests.infra.processes import runs, soon

pytestmark = pytest.mark.whole

SIGN_IN = re.compile(r"http://\S+/console/sign-in/\S+")


@contextmanager
def kith(*arguments: str, stdin: int = subprocess.DEVNULL) -> Iterator[subprocess.Popen[str]]:
    """Run the command; whatever becomes of the test, it is stopped in the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "infra", "run", *arguments],
        cwd=ROOT,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.terminate()


def told_until(process: subprocess.Popen[str], last: str) -> str:
    """Return what the command prints up to the line that holds `last`, or all, if that never comes."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if last in line:
            break
    return "".join(lines)


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]


def page(address: str) -> str:
    with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310 - our own loopback
        content: str = answer.read().decode()
    return content


def test_it_shows_where_everything_is_keeps_it_and_stops_all_of_it(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with kith("--empty", "--port", "0", "--state", str(state)) as first:
        told = told_until(first, "Ctrl-C stops it")
        origin = re.findall(r"http://localhost:\d+", told)[0]
        invitation = SIGN_IN.findall(told)[0]
        assert "<form" in page(invitation)
        assert 'action="/c/' in page(f"{origin}/enrol/mentee/")
        assert "No mail was sent yet" in page(f"{origin}/outbox/")

        with kith("--port", "0", "--state", str(state)) as second:
            refused = told_until(second, "never said")
        assert second.returncode == 2
        assert f"already running from {state} at {origin}/" in refused

        started = children_of(first.pid)
        first.send_signal(signal.SIGINT)
        assert "Stopped." in told_until(first, "Stopped.")
    assert first.returncode == 0
    assert started
    assert soon(lambda: not any(map(runs, started)))


def test_each_enter_gives_another_sign_in_where_somebody_types(tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    with kith("--empty", "--port", "0", "--state", str(tmp_path), stdin=theirs) as process:
        first = SIGN_IN.findall(told_until(process, "Ctrl-C stops it"))

        os.write(ours, b"\n")
        second = SIGN_IN.findall(told_until(process, "The console"))

        assert len(second) == 1
        assert second != first
        assert "<form" in page(second[0])
    os.close(ours)
    os.close(theirs)


def test_nothing_of_it_outlives_its_being_killed(tmp_path: Path) -> None:
    with kith("--empty", "--port", "0", "--state", str(tmp_path)) as process:
        told_until(process, "Ctrl-C stops it")
        started = children_of(process.pid)

        process.kill()

    assert started
    assert soon(lambda: not any(map(runs, started)))


def test_a_taken_port_is_told_with_a_way_round(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with kith("--empty", "--port", str(port), "--state", str(tmp_path)) as process:
            told = told_until(process, "never said")

    assert process.returncode == 2
    assert f"Port {port} is taken" in told
    assert f"--port {port + 1}" in told


def test_what_is_no_port_is_refused() -> None:
    with kith("--port", "99999") as process:
        told = told_until(process, "never said")

    assert process.returncode == 2
    assert "'--port': 99999 is not in the range" in told
