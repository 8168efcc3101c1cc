"""Peers from one pool, beside networkx, and groups around a mentor; for these no time is promised."""

from collections.abc import Iterator
from functools import partial

from tests.benchmarks.bench import Bench, seconds
from tests.benchmarks.children import Measured
from tests.benchmarks.environments import LIBRARIES
from tests.benchmarks.goals import Finding, Table

MODULE = "tests.benchmarks.baselines.pool"
SMALLEST, LARGEST = 3, 6


def run(bench: Bench) -> Iterator[Finding | Table]:
    """Pair pools, then make groups."""
    yield from _pools(bench)
    yield from _groups(bench)


def _groups(bench: Bench) -> Iterator[Finding | Table]:
    rows, told = [], []
    for size in bench.sizes.groups:
        name = f"{size:,} mentees, {size // 4:,} mentors"
        found = bench.tried(
            f"groups: {name}",
            partial(bench.kith, "solve_groups", mentees=size, seed=7, smallest=SMALLEST, largest=LARGEST),
        )
        if isinstance(found, Measured):
            values = (f"{found.result[value]:,}" for value in ("groups", "tried", "served", "total"))
            rows.append((name, seconds(found.seconds), f"{found.peak_mb:,.0f}", *values))
            told.append(f"{name}: {found.result['told']}")
        else:
            told.append(f"{name}: {found}")
    yield Table(
        title=f"Groups of {SMALLEST} to {LARGEST} around a mentor; seconds",
        columns=("cohort", "seconds", "peak MB", "groups", "tried", "served", "total"),
        rows=tuple(rows),
        notes=tuple(told),
    )
    yield Finding(
        goal="groups",
        measured=f"{len(rows)} of {len(bench.sizes.groups)} cohorts",
        met=len(rows) == len(bench.sizes.groups),
    )


def _pools(bench: Bench) -> Iterator[Finding | Table]:
    """Pair each pool by every level and by the total alone; networkx says what both could be at best."""
    rows: list[tuple[str, ...]] = []
    same: list[bool] = []
    for size in bench.sizes.pools:
        matrix = str(bench.folder / "pool.npy")
        bench.tell(f"a pool of {size:,}")
        bench.kith("make_pool", file=matrix, people_in_pool=size, seed=7)
        runs: dict[str, Measured | str] = {
            f"Kith, {objective}": bench.tried(
                f"{size:,}: Kith, {objective}",
                partial(bench.kith, "solve_pool", matrix=matrix, objective=objective),
            )
            for objective in ("every level", "total")
        }
        if size <= bench.sizes.pool_of_networkx:
            for name, most_people in (("networkx, most people", True), ("networkx, total", False)):
                runs[name] = bench.tried(
                    f"{size:,}: {name}",
                    partial(bench.peer, LIBRARIES, MODULE, "pool", matrix=matrix, most_people=most_people),
                )
        rows += [(f"{size:,}", *_row(name, run)) for name, run in runs.items()]
        same += _compared(runs)
    yield Table(
        title="Peers from one pool; seconds",
        columns=("people", "who", "seconds", "peak MB", "served", "total"),
        rows=tuple(rows),
    )
    if same:
        yield Finding(
            goal="peers", measured=f"{sum(same)} of {len(same)} optima as networkx finds them", met=all(same)
        )


def _row(name: str, run: Measured | str) -> tuple[str, ...]:
    if isinstance(run, str):
        return (name, "", "", "", run)
    result = (f"{run.result[value]:,}" for value in ("served", "total"))
    return (name, seconds(run.seconds), f"{run.peak_mb:,.0f}", *result)


def _compared(runs: dict[str, Measured | str]) -> Iterator[bool]:
    for ours, theirs, value in (
        ("Kith, every level", "networkx, most people", "served"),
        ("Kith, total", "networkx, total", "total"),
    ):
        mine, other = runs[ours], runs.get(theirs)
        if isinstance(other, Measured):
            yield isinstance(mine, Measured) and mine.result[value] == other.result[value]
