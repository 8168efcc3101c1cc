"""The verifier: nothing to find in sound results, and every kind of planted fault found."""

from collections import Counter
from collections.abc import Iterator

from tests.benchmarks.bench import Bench
from tests.benchmarks.goals import Finding, Table

AT_ONCE = 40  # cohorts in one process; a multiple of the share of kinds that each cohort gets
SEEDS_APART = 1_000


def run(bench: Bench) -> Iterator[Finding | Table]:
    """Verify made-up cohorts as they are and with faults of each kind planted in them."""
    mutated: Counter[str] = Counter()
    found: Counter[str] = Counter()
    faults: list[str] = []
    kinds: list[str] = []
    for first in range(0, bench.sizes.cohorts, AT_ONCE):
        bench.tell(f"verifying cohorts {first:,} to {first + AT_ONCE:,} of {bench.sizes.cohorts:,}")
        count = min(AT_ONCE, bench.sizes.cohorts - first)
        told = bench.kith("verify_cohorts", cohorts=count, first=first * SEEDS_APART).result
        mutated.update(told["mutated"])
        found.update(told["found"])
        faults += told["faults"]
        kinds = told["kinds"]
    first_fault = f": {faults[0]}" if faults else ""
    yield Finding(
        goal="sound",
        measured=f"{len(faults)} faults in {bench.sizes.cohorts:,} cohorts{first_fault}",
        met=not faults,
    )
    missed = [kind for kind in mutated if found[kind] < mutated[kind]]
    nowhere = [kind for kind in kinds if not mutated[kind]]
    yield Finding(
        goal="mutated",
        measured=f"{found.total():,} of {mutated.total():,}, "
        f"{len(kinds) - len(nowhere)} of {len(kinds)} kinds"
        + (f"; missed: {', '.join(missed[:3])}" if missed else ""),
        met=not missed and (not nowhere if bench.sizes.full else True),
    )
    if missed or nowhere:
        yield Table(
            title="Faults that were missed, or found no place in any cohort",
            columns=("mutated", "found", "kind"),
            rows=tuple((str(mutated[kind]), str(found[kind]), kind) for kind in (*missed, *nowhere)),
        )
