"""The rate of scoring: every pair of 10,000 × 10,000 by twelve criteria and eight rules, with two threads."""

from collections.abc import Iterator

from tests.benchmarks.bench import Bench, seconds
from tests.benchmarks.goals import Finding, Table

PAIRS_A_SECOND = 60e6


def run(bench: Bench) -> Iterator[Finding | Table]:
    """Score by blocks with one thread and with two; nothing is kept."""
    size = bench.sizes.scoring
    runs = {}
    for threads in (1, 2):
        bench.tell(f"scoring {size:,} × {size:,}, {threads} thread(s)")
        runs[threads] = bench.kith("score_all", mentees=size, mentors=size, seed=5, threads=threads)
    yield Table(
        title=f"Scoring {size:,} × {size:,}",
        columns=("threads", "seconds", "processor", "preparing", "M pairs/s", "peak MB"),
        rows=tuple(
            (
                str(threads),
                seconds(run.seconds),
                seconds(run.cpu),
                seconds(run.result["preparing"]),
                f"{run.result['pairs'] / run.seconds / 1e6:.0f}",
                f"{run.peak_mb:,.0f}",
            )
            for threads, run in runs.items()
        ),
        notes=("Preparing reads everybody's answers once; it is not in the rate.",),
    )
    rate = runs[2].result["pairs"] / runs[2].seconds
    yield Finding(
        goal="scoring",
        measured=f"{rate / 1e6:.0f} M pairs/s ({size:,} × {size:,})",
        met=rate >= PAIRS_A_SECOND if bench.sizes.full else None,
    )
