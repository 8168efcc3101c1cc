"""What if other weights were used: scored again, solved again, and compared."""

from collections.abc import Iterator

from tests.benchmarks.bench import Bench, seconds
from tests.benchmarks.goals import Finding, Table

LIMIT_SECONDS = 0.15


def run(bench: Bench) -> Iterator[Finding | Table]:
    """Ask several times in one process, as a coordinator at the console does."""
    mentees, mentors = bench.sizes.what_if
    bench.tell(f"other weights at {mentees} × {mentors}")
    found = bench.kith("what_if", mentees=mentees, mentors=mentors, seed=6, times=bench.sizes.starts)
    times = found.result["times"]
    yield Table(
        title=f"What if: other weights at {mentees} mentees × {mentors} mentors with 1 to 4 places",
        columns=("the first", "fastest", "middle", "slowest", "pairs kept", "pairs changed"),
        rows=(
            (
                *(seconds(value) for value in (times[0], min(times), found.seconds, max(times))),
                f"{found.result['kept']:,}",
                f"{found.result['changed']:,}",
            ),
        ),
        notes=("Seconds, from the other policy to the comparison, all levels; people are read already.",),
    )
    yield Finding(
        goal="what-if",
        measured=f"{1000 * found.seconds:.0f} ms ({mentees} × {mentors})",
        met=bench.within(LIMIT_SECONDS, found.seconds),
    )
