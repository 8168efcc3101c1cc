"""The command line: which command is which module.

Each parses its own arguments, and is imported only when it is called.
"""

import difflib
import importlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass

MISUSED = 2
INTERRUPTED = 130


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command: the module whose `run(argv) -> int` does it, and what the help says."""

    module: str
    summary: str


COMMANDS = {
    "run": Command(
        module="infra.local.running",
        summary="run a whole cohort on this machine: site, console, mail, match, with made-up people",
    ),
    "match": Command(
        module="infra.match",
        summary="match the mentors and mentees of two CSV or XLSX files by a policy file; no cloud needed",
    ),
    "play": Command(
        module="infra.play",
        summary="play a cohort from enrolment to report in a minute or two, and tell the story week by week",
    ),
    "check": Command(
        module="infra.check",
        summary="check the programme, its questionnaires, policies and pages; says file and row",
    ),
    "new-programme": Command(
        module="infra.new_programme",
        summary="write the definition of a new programme, with every key explained",
    ),
    "workbook": Command(
        module="infra.workbook",
        summary="write a questionnaire as a workbook, to edit it in a spreadsheet program",
    ),
    "build": Command(
        module="infra.building",
        summary="build the static site and one deployable zip for each function into build/",
    ),
    "audit": Command(
        module="infra.audit.command",
        summary="look at every page in a browser before a release: barriers, markup, policy, Lighthouse",
    ),
    "bench": Command(
        module="infra.bench",
        summary="measure what was promised: the engine beside its peers, a first visit to the site",
    ),
    "test": Command(
        module="infra.quality",
        summary="run everything that CI runs; --fast leaves out browser, deployment and load",
    ),
}

HELP = f"""\
usage: ./kith COMMAND …

Kith runs a university's mentoring cohort: people enrol, a batch match pairs them, check-ins and a survey
follow, and a report says how it went.

commands:
{chr(10).join(f"  {name:<15}{command.summary}" for name, command in COMMANDS.items())}

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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
