"""`./kith bench`: what was promised of Kith's speed, size and exactness, measured beside its peers.

Nothing here is a test: it measures, says what was promised beside it, and exits with 0 whatever it
found; `before-and-after` alone exits with 1 when the engine became slower or makes other pairs.
Standard library alone at the start, for the peers' own environments import from here, too.
"""

import importlib
import sys
from collections.abc import Sequence

MISUSED = 2
BENCHMARKS = {
    "match": (
        "tests.benchmarks.match",
        "the matching engine beside scipy, lapx, OR-Tools, `matching` and mentor-match",
    ),
    "before-and-after": (
        "tests.benchmarks.before_and_after",
        "the engine of an earlier commit and the one that stands here, side by side",
    ),
    "cold": ("tests.benchmarks.cold", "how the deployed functions start, and how fast a warm one answers"),
    "site": (
        "tests.benchmarks.site",
        "a first visit to the questionnaires on a slow line, and the site's build",
    ),
}


def run(argv: Sequence[str]) -> int:
    """Run the benchmark that is named first; list them all when none is."""
    name, *rest = argv or ["--help"]
    if name in ("-h", "--help"):
        print("usage: ./kith bench NAME …\n\nbenchmarks:")
        for known, (_, summary) in BENCHMARKS.items():
            print(f"  {known:<16} {summary}")
        print("\n  ./kith bench NAME --help   says what a benchmark takes")
        return 0
    if name not in BENCHMARKS:
        print(f"kith: there is no benchmark `{name}`. There are: {', '.join(BENCHMARKS)}.", file=sys.stderr)
        return MISUSED
    status: int = importlib.import_module(BENCHMARKS[name][0]).run(rest)
    return status
