"""`./kith bench NAME`: which benchmark is which module."""

import click

from infra.cli import Command, LazyGroup

BENCHMARKS = {
    "match": Command(
        "tests.benchmarks.match",
        "the matching engine beside scipy, lapx, OR-Tools, `matching` and mentor-match",
    ),
    "before-and-after": Command(
        "tests.benchmarks.before_and_after",
        "the engine of an earlier commit and the one that stands here, side by side",
    ),
    "start": Command("tests.benchmarks.start", "what a start of ./kith costs in processor time"),
    "cold": Command(
        "tests.benchmarks.cold", "how the deployed functions start, and how fast a warm one answers"
    ),
    "site": Command(
        "tests.benchmarks.site",
        "a first visit to the questionnaires on a slow line, and the site's build",
    ),
}


@click.group(
    cls=LazyGroup, groups={"benchmarks": BENCHMARKS}, subcommand_metavar="NAME …", options_metavar=""
)
def command() -> None:
    """Measure what was promised, and print it beside its goal."""
