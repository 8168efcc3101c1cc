"""`./kith run`: everything on this machine, until Ctrl-C."""

import fcntl
import json
import logging
import os
import select
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TextIO

import click

from functions.programme.cohort import Cohort
from functions.questionnaires.definitions import Undefined
from functions.storage.enrolment import cohorts
from functions.usecases.access.sign_in import invite
from functions.usecases.enrolment.open_cohort import open_cohort
from infra import ROOT
from infra.build import site as static_site
from infra.local import loading
from infra.local.emulator import EmulatorError
from infra.local.gateway import PortTakenError
from infra.local.stack import LocalStack
from infra.programme import selection
from infra.programme.selection import PROGRAMME
from schemas.programme import ProgrammeError

PORT = 8400
# The demonstration cohort opened this long ago: its enrolment is open, and most people have come.
OPENED_DAYS_AGO = 20
COORDINATOR = "local-coordinator"
LOOK_EVERY_SECONDS = 0.5
LONGEST_LINE = 4096
REFUSED = 2


class RunningError(Exception):
    """Why Kith can't run here, and what to do about it."""


@click.command()
@click.option("--empty", is_flag=True, help="a cohort without made-up people")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=PORT,
    show_default=True,
    metavar="N",
    help="the port to answer on; 0 takes any",
)
@click.option(
    "--state",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="where everything is kept (.kith in the project, for each programme apart); delete it to start "
    "afresh",
)
@PROGRAMME
def command(*, empty: bool, port: int, state: Path | None, programme: str) -> int:
    """Run a whole cohort on this machine: site, console, matching and mail.

    The first start makes up 200 people; what happens is kept for the next one.
    """
    folder = state or _state_of(programme)
    try:
        with _alone_in(folder) as mark:
            _run(Wanted(empty=empty, port=port, state=folder, programme=programme), mark, Stop())
    except (RunningError, EmulatorError, static_site.SiteError, Undefined, ProgrammeError) as problem:
        print(f"\nkith: {problem}", file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        print("\nStopped.", flush=True)
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to run, and where its state is kept."""

    empty: bool
    port: int
    state: Path
    programme: str


def _state_of(programme: str) -> Path:
    """Return where the state of that programme is kept: two programmes never share a table."""
    return ROOT / (".kith" if programme == selection.usual() else f".kith/programmes/{programme}")


@contextmanager
def _alone_in(state_dir: Path) -> Iterator[Path]:
    """Hold the state folder against a second start; yield the file that says where we are."""
    try:
        state_dir.mkdir(parents=True, exist_ok=True)
        mark = state_dir / "running"
        with mark.open("a+", encoding="utf-8") as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise RunningError(_already(mark, state_dir)) from None
            mark.write_text("", "utf-8")
            try:
                yield mark
            finally:
                mark.write_text("", "utf-8")
    except OSError as error:
        raise RunningError(f"{error.strerror or error}: {error.filename or state_dir}.") from error


def _already(mark: Path, state_dir: Path) -> str:
    origin = mark.read_text("utf-8").strip()
    where = f" at {origin}/" if origin else ""
    return (
        f"Kith is already running from {state_dir}{where}. Open that, or stop it first (Ctrl-C where it "
        "runs). For a second one beside it: ./kith run --state DIR --port N"
    )


def _run(wanted: Wanted, mark: Path, stop: "Stop") -> None:
    print("Kith, on this machine\n", flush=True)
    steps = Steps(stop)
    _log_to(wanted.state / "kith.log")
    pages = wanted.state / "site"
    stack = LocalStack(
        wanted.state, port=wanted.port, site=pages, programme=wanted.programme, background=False
    )
    try:
        stack.start(steps.begin)
    except PortTakenError as problem:
        raise RunningError(f"{problem} Choose another: ./kith run --port {wanted.port + 1}") from problem
    try:
        cohort = _cohort(stack)
        steps.begin("Building the site")
        services = stack.services
        static_site.build(
            pages, programme=services.programme, questionnaires=services.questionnaires, cohort=cohort
        )
        loaded = wanted.state / "demonstration"
        known = loading.can_load(services)
        if not wanted.empty and not loaded.exists() and known:
            steps.begin("Making up people, who enrol")
            count = loading.load(services, cohort)
            stack.emulator.save()
            loaded.write_text(f"{cohort.id} {count}\n", "utf-8")
        steps.end()
        if not wanted.empty and not known:
            print("  Nobody is made up: made-up people know the ready-made questionnaires alone.", flush=True)
        stack.work()
        mark.write_text(stack.origin, "utf-8")
        _greet(stack, cohort, wanted.state)
        _wait(stack, stop)
    finally:
        stop.is_under_way()
        stack.stop()


def _log_to(file: Path) -> None:
    """Write what the functions log, as CloudWatch would keep it, to a file of this start alone."""
    written = logging.FileHandler(file, mode="w", encoding="utf-8")
    written.setFormatter(LogLines())
    logging.getLogger("kith").addHandler(written)


def _cohort(stack: LocalStack) -> Cohort:
    """Return the cohort that this state was made with, or open the first one."""
    standing = cohorts.every(stack.services.table)
    if standing:
        return max(standing, key=lambda cohort: cohort.opens_on)
    now = stack.services.clock()
    return open_cohort(stack.services, now.date() - timedelta(days=OPENED_DAYS_AGO))


def _greet(stack: LocalStack, cohort: Cohort, state: Path) -> None:
    invitation = invite(stack.services, COORDINATOR)
    print(
        f"""
{cohort.name}

  The site         {stack.origin}/
  The console      {invitation}
                   (works once, for ten minutes, on this machine; for another, press Enter here)
  The mail         {stack.origin}/outbox/
  The log          {state / "kith.log"}

Ctrl-C stops it. What happened is kept.""",
        flush=True,
    )


def _wait(stack: LocalStack, stop: "Stop") -> None:
    """Wait for the signal that ends it, and give a sign-in for each Enter; raises when the emulator ends."""
    typed = _Typed()
    while stack.emulator.alive:
        stop.check()
        if typed.a_line_within(LOOK_EVERY_SECONDS):
            print(f"  The console      {invite(stack.services, COORDINATOR)}", flush=True)
    raise RunningError(
        "The local AWS stopped unexpectedly. Start again: everything up to its last second is kept. "
        "Its log is aws/emulator.log in the state folder."
    )


class _Typed:
    """The lines that somebody types where Kith runs; none, where nobody can."""

    def __init__(self) -> None:
        # In the background the lines are the shell's: reading one then fails and stops nothing.
        signal.signal(signal.SIGTTIN, signal.SIG_IGN)
        self._from: list[TextIO] = [sys.stdin] if sys.stdin is not None and sys.stdin.isatty() else []

    def a_line_within(self, seconds: float) -> bool:
        """Wait that long, or until a line was typed; return whether one was."""
        ready, _, _ = select.select(self._from, [], [], seconds)
        line = b""
        if ready:
            with suppress(OSError):
                line = os.read(sys.stdin.fileno(), LONGEST_LINE)
            if not line:
                self._from = []
        return bool(line)


class Stop:
    """Whether somebody wants it to stop: Ctrl-C, a closed terminal and a service manager all mean the same.

    The signal interrupts what is going on; should that swallow it, as a finaliser does, `check` tells.
    """

    SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def __init__(self) -> None:
        self._wanted = False
        for number in self.SIGNALS:
            signal.signal(number, self._want)

    def check(self) -> None:
        """Raise KeyboardInterrupt when it is to stop."""
        if self._wanted:
            raise KeyboardInterrupt

    def is_under_way(self) -> None:
        """Let no second signal leave half of it running."""
        for number in self.SIGNALS:
            signal.signal(number, signal.SIG_IGN)

    def _want(self, number: int, frame: object) -> None:
        del number, frame
        self._wanted = True
        raise KeyboardInterrupt


class LogLines(logging.Formatter):
    """One line an event: when, what, and the ids that came with it."""

    PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        known = {name: value for name, value in vars(record).items() if name not in self.PLAIN}
        said = f"{self.formatTime(record)} {record.levelname} {record.name}: {record.getMessage()}"
        return f"{said} {json.dumps(known, default=str)}" if known else said


class Steps:
    """The steps of a start, each with the seconds that it took."""

    def __init__(self, stop: Stop) -> None:
        self._stop = stop
        self._began: float | None = None

    def begin(self, step: str) -> None:
        """Say what begins, and how long the step before it took."""
        self.end()
        self._stop.check()
        self._began = time.monotonic()
        print(f"  {step} … ", end="", flush=True)

    def end(self) -> None:
        """Say how long the last step took."""
        if self._began is not None:
            print(f"{time.monotonic() - self._began:.1f} s", flush=True)
        self._began = None
