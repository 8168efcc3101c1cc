"""The command line of `./kith match`: what may be asked, and what can't be asked together."""

import argparse
from collections.abc import Sequence
from pathlib import Path

_EXAMPLES = """\
examples:
  ./kith match --mentors mentors.csv --mentees mentees.csv \\
      --policy policy.toml --out pairs.csv
  … --previous pairs.csv --out new.csv        again, changing as little as possible
  … --locked fixed.csv --forbidden apart.csv  around what must, or must not, be
  … --compare other.toml --stability          and what else could have been
  … --check report.json                       is this report what the files give?

Pairings of before, locked and forbidden ones are CSV or XLSX with the columns
“mentee” and “mentor”, which hold what the policy's id columns hold.
Nothing is written before all is done and verified; Ctrl-C stops at any time.

exit status: 0 done, 1 the result or report did not verify, 2 something to
correct in what was given, 130 stopped
"""


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    """Return what is asked. Leaves with status 2 and a message when it makes no sense."""
    parser = argparse.ArgumentParser(
        prog="kith match",
        usage="./kith match --mentors FILE --mentees FILE --policy FILE [--out PAIRS] …\n"
        "       ./kith match --people FILE --policy FILE [--out PAIRS] …",
        description="Find the best pairings of mentors and mentees under a policy, with reasons.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    who = parser.add_argument_group("who is matched, and how")
    _file(who, "--mentors", "the mentors, one a row: CSV or XLSX")
    _file(who, "--mentees", "the mentees, one a row: CSV or XLSX")
    _file(who, "--people", "one pool instead of two sides, for a policy for peers")
    _file(who, "--policy", "criteria, weights and rules, in TOML", required=True)
    _file(who, "--mentee-questions", "its columns match::… add criteria")
    _file(who, "--mentor-questions", "the same of the mentors")
    who.add_argument("--seed", type=int, default=0, metavar="N", help="decides between equals (default 0)")
    settled = parser.add_argument_group("what is settled before")
    _file(settled, "--previous", "pairings of before: as few as possible change")
    _file(settled, "--locked", "pairings that must stand")
    _file(settled, "--forbidden", "pairings that must not be")
    written = parser.add_argument_group("what is written")
    _file(written, "--out", "the pairings with their reasons: .csv or .xlsx", metavar="PAIRS")
    _file(written, "--report", "the whole result, with everybody left out and why", metavar="REPORT.json")
    told = parser.add_argument_group("what is told besides")
    _file(told, "--compare", "what another policy would make of the same people", metavar="OTHER.toml")
    told.add_argument(
        "--fairness",
        action="append",
        default=[],
        metavar="COLUMN",
        help="who is served, by group (may be repeated)",
    )
    told.add_argument("--stability", action="store_true", help="pairs who would both rather have each other")
    _file(told, "--check", "whether a report is what these files give; writes nothing", metavar="REPORT.json")
    asked = parser.parse_args(list(argv))
    if bool(asked.people) == bool(asked.mentors or asked.mentees) or bool(asked.mentors) != bool(
        asked.mentees
    ):
        parser.error("name --mentors and --mentees, or --people for peers")
    if bool(asked.mentee_questions) != bool(asked.mentor_questions) and not asked.people:
        parser.error("name --mentee-questions and --mentor-questions; with --people the first alone")
    if asked.people and (asked.compare or asked.fairness or asked.stability):
        parser.error("--compare, --fairness and --stability need mentors and mentees")
    if asked.check and (asked.out or asked.report or asked.compare or asked.fairness or asked.stability):
        parser.error("--check only checks: leave out what else is to be written or told")
    return asked


def _file(
    group: "argparse._ArgumentGroup", name: str, what: str, *, required: bool = False, metavar: str = "FILE"
) -> None:
    group.add_argument(name, type=Path, required=required, metavar=metavar, help=what)
