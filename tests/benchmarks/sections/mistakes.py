"""Bad input: each kind is answered in words that name the people or the line, and what to change."""

from collections.abc import Iterator

from tests.benchmarks.bench import Bench
from tests.benchmarks.goals import Finding, Table

SHOWN = 240


def run(bench: Bench) -> Iterator[Finding | Table]:
    """Make each mistake and look for the words in the answer."""
    bench.tell("bad input of each kind")
    cases = bench.kith("bad_input").result["cases"]
    good = [not case["missing"] for case in cases]
    yield Table(
        title="Bad input, and what is said about it",
        columns=("mistake", "", "said"),
        rows=tuple(
            (
                case["what"],
                "" if fine else f"lacks {', '.join(case['missing'])}",
                case["said"] if len(case["said"]) <= SHOWN else f"{case['said'][:SHOWN]}…",
            )
            for case, fine in zip(cases, good, strict=True)
        ),
    )
    yield Finding(
        goal="bad-input", measured=f"{sum(good)} of {len(good)} kinds answered in words", met=all(good)
    )
