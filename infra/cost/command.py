"""The command: the bill of a cohort from what is stored, or everything counted again first."""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from infra import ROOT
from infra.cost.bill import Bill, bill
from infra.cost.fixed_costs import standing
from infra.cost.prices import Prices, prices, regions
from infra.cost.render import as_data, as_markdown, as_text

COUNTS = Path(__file__).with_name("counts.json")
README = ROOT / "README.md"
BEGINS = "<!-- Written by `./kith cost --write`: change nothing here. -->"
ENDS = "<!-- So far. -->"
PEOPLE, MONTHS = 500, 6
WEEKS, SEED = 26, 1
MOST_BILLED, MOST_MONTHS = 100_000, 120
FAILED, UNUSABLE = 1, 2


def run(argv: Sequence[str]) -> int:
    """Print the bill that is asked for; return 1 when counting failed, 2 with nothing to reckon with."""
    choices = _parsed(argv)
    if choices.measure and (fault := _measure(choices.people)):
        print(f"kith cost: {fault}.", file=sys.stderr)
        return FAILED
    if not COUNTS.exists():
        print("kith cost: nothing has been counted yet. Try: ./kith cost --measure", file=sys.stderr)
        return UNUSABLE
    counts = json.loads(COUNTS.read_text("utf-8"))
    table = prices(choices.region)
    made = bill(counts, standing(), table, people=choices.people, months=choices.months)
    if choices.write:
        README.write_text(written(README.read_text("utf-8")), "utf-8")
        print(f"Written into {README.name}.")
        return 0
    if choices.json:
        print(json.dumps(as_data(made, table, counts["played"]), indent=2))
        return 0
    print(as_text(made, table, counts["played"]))
    if table.old(datetime.now(UTC).date()):
        print("\nThe prices are more than a year old: look them up again.", file=sys.stderr)
    return 0


def written(readme: str) -> str:
    """Return the README with the table of the usual bill between its two comments; raises ValueError."""
    if readme.count(BEGINS) != 1 or readme.count(ENDS) != 1:
        raise ValueError(f"the README needs the comments {BEGINS} and {ENDS}, once each")
    before, _, rest = readme.partition(BEGINS)
    _, _, after = rest.partition(ENDS)
    made, table, counts = usual()
    return f"{before}{BEGINS}\n{as_markdown(made, table, counts['played'])}\n{ENDS}{after}"


def usual() -> tuple[Bill, Prices, dict[str, Any]]:
    """Return the bill that the README shows, with the prices and the counts it is made of."""
    counts = json.loads(COUNTS.read_text("utf-8"))
    table = prices(regions()[0])
    return bill(counts, standing(), table, people=PEOPLE, months=MONTHS), table, counts


def _measure(people: int) -> str:
    """Count again and store it; return why that could not be done, or nothing."""
    # The whole local stack is loaded by this alone: a bill from what is stored takes a second.
    from infra.cost.measure import measure  # noqa: PLC0415
    from infra.local.play import FEWEST_PEOPLE, MOST_PEOPLE, PlayError  # noqa: PLC0415

    if not FEWEST_PEOPLE <= people <= MOST_PEOPLE:
        return f"only {FEWEST_PEOPLE} to {MOST_PEOPLE} people can be played"
    try:
        counts = measure(number=people, weeks=WEEKS, seed=SEED)
    except PlayError as fault:
        return str(fault)
    COUNTS.write_text(json.dumps(counts, indent=1, sort_keys=True) + "\n", "utf-8")
    return ""


def _parsed(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./kith cost", description=__doc__)
    parser.add_argument(
        "--people",
        type=_up_to(MOST_BILLED),
        default=PEOPLE,
        metavar="N",
        help="how many take part, mentors and mentees together (%(default)s)",
    )
    parser.add_argument(
        "--months",
        type=_up_to(MOST_MONTHS),
        default=MONTHS,
        metavar="N",
        help="for how many months everything stands (%(default)s)",
    )
    parser.add_argument("--region", choices=regions(), default=regions()[0], help="where (%(default)s)")
    parser.add_argument(
        "--measure", action="store_true", help="play a cohort of that many people and count again (an hour)"
    )
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument("--json", action="store_true", help="print the bill as JSON")
    shown.add_argument("--write", action="store_true", help="write the usual bill into README.md")
    return parser.parse_args(argv)


def _up_to(most: int) -> Any:
    def number(text: str) -> int:
        if text.isdecimal() and 0 < int(text) <= most:
            return int(text)
        raise argparse.ArgumentTypeError(f"give a whole number from 1 to {most}")

    return number
