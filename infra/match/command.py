"""The command line of `./kith match`. What a match needs is imported when one is asked for."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from infra.match.arguments import Arguments

EPILOG = """\b
Examples:
  ./kith match --mentors mentors.csv --mentees mentees.csv \\
      --policy policy.toml --out pairs.csv
  … --previous pairs.csv --out new.csv        again, changing as little as possible
  … --locked fixed.csv --forbidden apart.csv  around what must, or must not, be
  … --compare other.toml --stability          and what else could have been
  … --check report.json                       is this report what the files give?

\b
Pairings of before, locked and forbidden ones are CSV or XLSX with the columns
“mentee” and “mentor”, which hold what the policy's id columns hold.
Nothing is written before all is done and verified; Ctrl-C stops at any time.

\b
Exit status: 0 done, 1 the result or report did not verify, 2 something to
correct in what was given, 130 stopped.
"""


def _file(name: str, help_: str, *, metavar: str = "FILE", required: bool = False) -> click.Option:
    path = click.Path(path_type=Path)
    return click.Option([name], type=path, required=required, metavar=metavar, help=help_)


GROUPS: Mapping[str, Sequence[click.Option]] = {
    "who is matched, and how": (
        _file("--mentors", "the mentors, one a row: CSV, XLSX or ODS"),
        _file("--mentees", "the mentees, one a row: CSV, XLSX or ODS"),
        _file("--people", "one pool instead of two sides, for a policy for peers"),
        click.Option(["--mentor-sheet"], default="", metavar="NAME", help="the workbook’s sheet of mentors"),
        click.Option(["--mentee-sheet"], default="", metavar="NAME", help="the same of mentees, or people"),
        _file("--policy", "criteria, weights and rules, in TOML", required=True),
        _file("--mentee-questions", "its columns match::… add criteria"),
        _file("--mentor-questions", "the same of the mentors"),
        click.Option(["--seed"], default=0, metavar="N", help="decides between equals (default 0)"),
        click.Option(["--dask"], metavar="ADDRESS", help="look at all pairs on a Dask cluster (tcp://…)"),
    ),
    "what is settled before": (
        _file("--previous", "pairings of before: as few as possible change"),
        _file("--locked", "pairings that must stand"),
        _file("--forbidden", "pairings that must not be"),
    ),
    "what is written": (
        _file("--out", "the pairings with their reasons: .csv or .xlsx", metavar="PAIRS"),
        _file("--report", "the whole result, with everybody left out and why", metavar="REPORT.json"),
    ),
    "what is compared": (
        _file("--compare", "what another policy would make of the same people", metavar="OTHER.toml"),
        click.Option(
            ["--fairness"], multiple=True, metavar="COLUMN", help="who is served, by group (may be repeated)"
        ),
        click.Option(["--stability"], is_flag=True, help="pairs who would both rather have each other"),
        _file("--check", "whether a report is what these files give; writes nothing", metavar="REPORT.json"),
    ),
}


class GroupedCommand(click.Command):
    """A command whose help lists its options by group."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write both ways to call it."""
        rest = "--policy FILE [--out PAIRS] …"
        formatter.write_usage(ctx.command_path, f"--mentors FILE --mentees FILE {rest}")
        formatter.write_usage(ctx.command_path, f"--people FILE {rest}", prefix="       ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each group below its title."""
        for title, options in GROUPS.items():
            with formatter.section(title):
                records = (option.get_help_record(ctx) for option in options)
                formatter.write_dl([record for record in records if record])
        help_option = self.get_help_option(ctx)
        if help_option and (record := help_option.get_help_record(ctx)):
            formatter.write_dl([record])


def _match(**options: Any) -> int:
    arguments = Arguments(**options)
    if contradiction := arguments.contradiction():
        raise click.UsageError(contradiction)
    from infra.match.run import run  # noqa: PLC0415 - the engine takes its time; --help does without

    return run(arguments)


command = GroupedCommand(
    "match",
    callback=_match,
    params=[option for options in GROUPS.values() for option in options],
    help="Find the best pairings of mentors and mentees under a policy, with reasons.",
    epilog=EPILOG,
)
