"""The command: the bill of a cohort from what is stored, or everything counted again first."""

import importlib
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

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


@click.command()
@click.option(
    "--people",
    type=click.IntRange(1, MOST_BILLED),
    default=PEOPLE,
    show_default=True,
    metavar="N",
    help="how many take part, mentors and mentees together",
)
@click.option(
    "--months",
    type=click.IntRange(1, MOST_MONTHS),
    default=MONTHS,
    show_default=True,
    metavar="N",
    help="for how many months everything stands",
)
@click.option("--region", type=click.Choice(regions()), default=regions()[0], show_default=True, help="where")
@click.option("--measure", is_flag=True, help="play a cohort of that many people and count again (an hour)")
@click.option("--json", "form", flag_value="json", help="print the bill as JSON")
@click.option("--write", "form", flag_value="write", help="write the usual bill into README.md")
def command(*, people: int, months: int, region: str, measure: bool, form: str | None) -> int:
    """Print the bill of a cohort: from what is stored, or everything counted again first.

    Exit status 1 when counting failed, 2 with nothing to reckon with.
    """
    if measure and (fault := _measure(people)):
        print(f"kith cost: {fault}.", file=sys.stderr)
        return FAILED
    if not COUNTS.exists():
        print("kith cost: nothing has been counted yet. Try: ./kith cost --measure", file=sys.stderr)
        return UNUSABLE
    counts = json.loads(COUNTS.read_text("utf-8"))
    table = prices(region)
    made = bill(counts, standing(), table, people=people, months=months)
    if form == "write":
        README.write_text(written(README.read_text("utf-8")), "utf-8")
        print(f"Written into {README.name}.")
    elif form == "json":
        print(json.dumps(as_data(made, table, counts["played"]), indent=2))
    else:
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
    play = importlib.import_module("tests.play.play")
    measure = importlib.import_module("tests.benchmarks.cost.measure").measure
    if not play.FEWEST_PEOPLE <= people <= play.MOST_PEOPLE:
        return f"only {play.FEWEST_PEOPLE} to {play.MOST_PEOPLE} people can be played"
    try:
        counts = measure(number=people, weeks=WEEKS, seed=SEED)
    except play.PlayError as fault:
        return str(fault)
    COUNTS.write_text(json.dumps(counts, indent=1, sort_keys=True) + "\n", "utf-8")
    return ""
