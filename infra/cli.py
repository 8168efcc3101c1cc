"""The command line: which command is which module.

Each parses its own arguments, and is imported only when it is called.
"""

import difflib
import importlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MISUSED = 2
INTERRUPTED = 130


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command: the module whose `run(argv) -> int` does it, and what the help says."""

    module: str
    summary: str


GROUPS: Mapping[str, Mapping[str, Command]] = {
    "on this machine": {
        "run": Command(
            module="infra.local.running",
            summary="run a whole cohort here: site, console, mail, match, with made-up people",
        ),
        "match": Command(
            module="infra.match",
            summary="match the people of two CSV or XLSX files by a policy file; no cloud needed",
        ),
        "play": Command(
            module="infra.local.play",
            summary="play a cohort from enrolment to report in a minute or two, week by week",
        ),
    },
    "your programme": {
        "new-programme": Command(
            module="infra.programme.new_programme",
            summary="write the definition of a new programme, with every key explained",
        ),
        "workbook": Command(
            module="infra.programme.workbook",
            summary="write a questionnaire as a workbook, to edit it in a spreadsheet program",
        ),
        "check": Command(
            module="infra.programme.check",
            summary="check the programme, its questionnaires, policies and pages",
        ),
    },
    "deployed in AWS": {
        "deploy": Command(
            module="infra.deploy.release.deploy",
            summary="deploy an environment from nothing, or bring it up to what is here",
        ),
        "open": Command(
            module="infra.deploy.operate.open_cohort",
            summary="open the programme's next cohort for enrolment",
        ),
        "invite": Command(
            module="infra.deploy.operate.invite", summary="write a one-time link to sign in to the console"
        ),
        "token": Command(module="infra.deploy.operate.tokens", summary="write a token for the API"),
        "status": Command(
            module="infra.deploy.checks.status",
            summary="say what is deployed, and whether anything needs attention",
        ),
        "logs": Command(module="infra.deploy.operate.logs", summary="read the functions' logs"),
        "doctor": Command(
            module="infra.deploy.checks.doctor", summary="look for whatever may be wrong, and say what to do"
        ),
        "rollback": Command(module="infra.deploy.release.rollback", summary="go back to an earlier release"),
        "backup": Command(module="infra.deploy.data.backup", summary="keep a copy of the table"),
        "restore": Command(
            module="infra.deploy.data.restore", summary="bring the table back from a copy or a moment"
        ),
        "rotate-secrets": Command(
            module="infra.deploy.data.rotate_secrets", summary="make new keys, and let the old ones lapse"
        ),
        "cost": Command(module="infra.cost", summary="say what a cohort costs, service by service"),
        "destroy": Command(
            module="infra.deploy.release.destroy",
            summary="take an environment away, and its data only if told twice",
        ),
    },
    "for developers": {
        "build": Command(
            module="infra.build.command",
            summary="build the static site and one deployable zip for each function into build/",
        ),
        "test": Command(
            module="tests.suite",
            summary="run everything that CI runs; --fast leaves out browser, deployment, emulator and load",
        ),
        "audit": Command(
            module="tests.audit.command",
            summary="look at every page in a browser before a release",
        ),
        "bench": Command(
            module="tests.benchmarks",
            summary="measure what was promised: engine, site, first visit, cold start",
        ),
    },
}
COMMANDS = {name: command for group in GROUPS.values() for name, command in group.items()}


def _listed(group: Mapping[str, Command]) -> str:
    return "\n".join(f"  {name:<15}{command.summary}" for name, command in group.items())


HELP = f"""\
usage: ./kith COMMAND …

Kith runs a university's mentoring cohort: people enrol, a batch match pairs them, check-ins and a survey
follow, and a report says how it went.

{chr(10).join(f"{title}:{chr(10)}{_listed(group)}" for title, group in GROUPS.items())}

  ./kith COMMAND --help   says what a command takes

exit status: 0 done, 1 something to repair was found, 2 wrong use or unusable input
"""


def main(arguments: Sequence[str]) -> int:
    """Do what the first argument names and return the exit status."""
    name, *rest = arguments or ["--help"]
    if name in ("-h", "--help", "help"):
        print(HELP, end="")
        return 0
    command = COMMANDS.get(name)
    if command is None:
        print(_unknown(name), file=sys.stderr)
        return MISUSED
    try:
        status: int = importlib.import_module(command.module).run(rest)
    except KeyboardInterrupt:
        return INTERRUPTED
    return status


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, COMMANDS, n=1, cutoff=0.5)
    hint = f"Did you mean `./kith {near[0]}`?" if near else f"There are: {', '.join(COMMANDS)}."
    return f"kith: there is no command `{name}`. {hint}"
