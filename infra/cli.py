"""The command line: which command is which module.

A module is imported when its command is called; its `command` is a click command that returns the exit
status.
"""

import difflib
import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click

MISUSED = 2
INTERRUPTED = 130
NOBODY_READS = 141  # as a shell says of what SIGPIPE ended


@dataclass(frozen=True, slots=True)
class Command:
    """One command: the module that has it, and what the help says."""

    module: str
    summary: str


GROUPS: Mapping[str, Mapping[str, Command]] = {
    "on this machine": {
        "run": Command(
            "infra.local.running", "run a whole cohort here: site, console, mail, match, with made-up people"
        ),
        "match": Command(
            "infra.match.command",
            "match the people of two CSV or XLSX files by a policy file; no cloud needed",
        ),
        "play": Command(
            "tests.play.play", "play a cohort from enrolment to report in a minute or two, week by week"
        ),
    },
    "your programme": {
        "new-programme": Command(
            "infra.programme.new_programme",
            "write the definition of a new programme, with every key explained",
        ),
        "workbook": Command(
            "infra.programme.workbook",
            "write a questionnaire as a workbook, to edit it in a spreadsheet program",
        ),
        "check": Command(
            "infra.programme.check", "check the programme, its questionnaires, policies and pages"
        ),
    },
    "deployed in AWS": {
        "deploy": Command(
            "infra.deploy.release.deploy",
            "deploy an environment from nothing, or bring it up to what is here",
        ),
        "open": Command("infra.deploy.operate.open_cohort", "open the programme's next cohort for enrolment"),
        "recount": Command("infra.deploy.operate.recount", "repair the console's lists and counts"),
        "invite": Command("infra.deploy.operate.invite", "write a one-time link to sign in to the console"),
        "token": Command("infra.deploy.operate.tokens", "write a token for the API"),
        "status": Command(
            "infra.deploy.checks.status", "say what is deployed, and whether anything needs attention"
        ),
        "logs": Command("infra.deploy.operate.logs", "read the functions' logs"),
        "doctor": Command("infra.deploy.checks.doctor", "look for whatever may be wrong, and say what to do"),
        "rollback": Command("infra.deploy.release.rollback", "go back to an earlier release"),
        "backup": Command("infra.deploy.data.backup", "keep a copy of the table"),
        "restore": Command("infra.deploy.data.restore", "bring the table back from a copy or a moment"),
        "rotate-secrets": Command(
            "infra.deploy.data.rotate_secrets", "make new keys, and let the old ones lapse"
        ),
        "cost": Command("infra.cost.command", "say what a cohort costs, service by service"),
        "destroy": Command(
            "infra.deploy.release.destroy",
            "take an environment away, and its data only if told twice",
        ),
    },
    "for developers": {
        "build": Command(
            "infra.build.command",
            "build the static site and one deployable zip for each function into build/",
        ),
        "test": Command(
            "tests.suite",
            "run everything that CI runs; --fast leaves out browser, deployment, emulator and load",
        ),
        "audit": Command("tests.audit.command", "look at every page in a browser before a release"),
        "bench": Command(
            "tests.benchmarks.command", "measure what was promised: engine, site, first visit, cold start"
        ),
    },
}
COMMANDS = {name: command for group in GROUPS.values() for name, command in group.items()}


class LazyGroup(click.Group):
    """Commands by group, each in a module that is imported when the command is called."""

    def __init__(self, *, groups: Mapping[str, Mapping[str, Command]], **settings: Any) -> None:
        super().__init__(**settings)
        self.groups = groups
        self.modules = {name: command.module for group in groups.values() for name, command in group.items()}

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take `help` and nothing for `--help`."""
        return super().parse_args(ctx, args if args and args[0] != "help" else ["--help"])

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Return the names in the order of the help."""
        return list(self.modules)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        """Import the command; None for a name that is none."""
        if name not in self.modules:
            return None
        command: click.Command = importlib.import_module(self.modules[name]).command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that `args` begin with; say which one was meant when there is none."""
        if args[0] not in self.modules and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], self.modules, n=1, cutoff=0.5)
            hint = (
                f"Did you mean `{ctx.command_path} {near[0]}`?"
                if near
                else f"There are: {', '.join(self.modules)}."
            )
            raise click.UsageError(f"There is no command `{args[0]}`. {hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the names and summaries, by group."""
        for title, group in self.groups.items():
            with formatter.section(title):
                formatter.write_dl([(name, command.summary) for name, command in group.items()])


@click.group(
    cls=LazyGroup,
    groups=GROUPS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="./kith COMMAND --help says what a command takes. Exit status: 0 done, 1 something to repair was "
    "found, 2 wrong use or unusable input.",
    options_metavar="",
    subcommand_metavar="COMMAND …",
)
def kith() -> None:
    """Kith runs a university's mentoring cohort.

    People enrol, a batch match pairs them, check-ins and a survey follow, and a report says how it went.
    """


def main(arguments: Sequence[str]) -> int:
    """Do what the first argument names and return the exit status."""
    output = sys.stdout
    try:
        status: int | None = kith.main(list(arguments), prog_name="./kith", standalone_mode=False)
        sys.stdout.flush()  # here, and not at the end of the process, where nobody could catch that it fails
    except click.ClickException as problem:
        problem.show()
        return MISUSED
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        _let_output_go()
        return NOBODY_READS
    except SystemExit:
        if sys.stdout is output:  # click leaves so, with another output, when a pipe breaks while it works
            raise
        sys.stdout = output
        _let_output_go()
        return NOBODY_READS
    return status or 0


def _let_output_go() -> None:
    """Point standard output at nothing: whoever read it, such as `head`, has seen enough and closed it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
