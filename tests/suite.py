"""`./kith test`: everything that CI runs, in the same way.

The checks that read the code come first, then pytest, whose closing line is the last thing printed. A check
that fails does not keep the others from telling what they found.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

import click

from infra import ROOT
from infra.local.chromium import PROGRAMS

FOUND = 1
REFUSED = 2
# Two cores are what a small machine and CI have; more workers would measure their own crowding.
AT_ONCE = 2
SLOW = ("browser", "deployment", "emulator", "load", "whole")
# What is measured by hand before a release.
BY_HAND = ("release",)
TEMPLATES = "infra/deploy/cloudformation/*.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One program that reads the code, and what it is asked."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a check said, and how long it took."""

    check: Check
    passed: bool
    said: str
    seconds: float


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--fast", is_flag=True, help="leave out browser, deployment, emulator, load and whole starts")
@click.option(
    "--release",
    is_flag=True,
    help="the large tests alone, by hand before a release (hours); their figures go to docs/measurements.md",
)
@click.argument("more", nargs=-1, type=click.UNPROCESSED, metavar="[PYTEST]…", help="whatever pytest takes")
def command(*, fast: bool, release: bool, more: Sequence[str]) -> int:
    """Check the code and run the tests, as CI does. Exit status 1 when something is to be repaired."""
    if release:
        return FOUND if _release(more) else 0
    if not fast and (refusal := _without_browser()):
        print(f"kith: {refusal}", file=sys.stderr)
        return REFUSED
    print("Reading the code", flush=True)
    failed = [verdict for verdict in _verdicts() if not verdict.passed]
    for verdict in failed:
        print(f"\n--- {verdict.check.name} ({' '.join(verdict.check.command)})\n{verdict.said}")
    if failed:
        names = ", ".join(verdict.check.name for verdict in failed)
        print(f"\nTo be repaired: {names}. The tests run all the same, and this ends with status 1.")
    print("\nRunning the tests", flush=True)
    tests = _pytest(fast=fast, more=more)
    return FOUND if failed or tests else 0


def checks() -> list[Check]:
    """Return every check, the longest first."""
    templates = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob(TEMPLATES))
    return [
        Check(name="types", command=("mypy", "--no-error-summary")),
        Check(name="templates", command=("cfn-lint", *templates)),
        Check(name="rooms", command=("lint-imports",)),
        Check(name="style", command=("ruff", "check", "--quiet")),
        Check(name="layout", command=("ruff", "format", "--check", "--quiet")),
    ]


def _verdicts() -> list[Verdict]:
    with ThreadPoolExecutor(AT_ONCE) as hands:
        waiting = [hands.submit(_verdict, check) for check in checks()]
        verdicts = []
        for done in as_completed(waiting):
            verdict = done.result()
            word = "good" if verdict.passed else "TO BE REPAIRED"
            print(f"  {verdict.check.name:<10}{verdict.seconds:6.1f} s  {word}", flush=True)
            verdicts.append(verdict)
    return verdicts


def _verdict(check: Check) -> Verdict:
    began = time.monotonic()
    program = Path(sys.executable).with_name(check.command[0])
    process = subprocess.run(
        [program, *check.command[1:]],
        cwd=ROOT,
        env=_without_aws_keys(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Verdict(
        check=check,
        passed=process.returncode == 0,
        said=process.stdout.strip(),
        seconds=time.monotonic() - began,
    )


def _pytest(*, fast: bool, more: Sequence[str]) -> int:
    left_out = (*SLOW, *BY_HAND) if fast else BY_HAND
    chosen = " and ".join(f"not {marker}" for marker in left_out)
    command = [sys.executable, "-m", "pytest", "-n", str(AT_ONCE), "--dist", "loadgroup", "-m", chosen, *more]
    return subprocess.run(
        command, cwd=ROOT, env=_without_aws_keys(), stdin=subprocess.DEVNULL, check=False
    ).returncode


def _release(more: Sequence[str]) -> int:
    """Run the release tests one after the other: nothing else is to be in their figures."""
    command = [sys.executable, "-m", "pytest", "-m", " or ".join(BY_HAND), "--write-figures", *more]
    return subprocess.run(
        command, cwd=ROOT, env=_without_aws_keys(), stdin=subprocess.DEVNULL, check=False
    ).returncode


def _without_aws_keys() -> Mapping[str, str]:
    """Return the environment without the keys to anybody's AWS: no test may reach it by mistake."""
    return {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}


def _without_browser() -> str | None:
    """Make sure that there is a Chromium; return what to do when there is none and we may not install it."""
    if any(map(shutil.which, PROGRAMS)):
        return None
    if os.geteuid() == 0 and shutil.which("apt-get"):
        return _install_browser()
    return (
        "The browser tests need Chromium. Install it (Debian and Ubuntu: sudo apt-get install chromium), "
        "or leave them out: ./kith test --fast"
    )


def _install_browser() -> str | None:
    print("Installing Debian's chromium for the browser tests …", flush=True)
    for command in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        process = subprocess.run(
            ["apt-get", "-q", *command],
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if process.returncode:
            last = "\n".join(process.stdout.splitlines()[-8:])
            return (
                f"Chromium could not be installed (apt-get {command[0]}):\n{last}\n"
                "Without it: ./kith test --fast"
            )
    return None
