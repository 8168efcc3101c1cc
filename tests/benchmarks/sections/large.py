"""Large cohorts, end to end from CSV, and the solve of a million people."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from tests.benchmarks.bench import Bench, seconds
from tests.benchmarks.children import Measured
from tests.benchmarks.goals import Finding, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What a large run may take."""

    goal: str
    seconds: float
    megabytes: float


LIMITS = (
    Limit(goal="large-10000", seconds=60, megabytes=4_000),
    Limit(goal="large-20000", seconds=90, megabytes=3_000),
    Limit(goal="large-100000", seconds=300, megabytes=4_000),
)
MILLION = Limit(goal="million", seconds=400, megabytes=4_000)
STAGES = ("read", "score", "solve", "explain", "verify")


def run(bench: Bench) -> Iterator[Finding | Table]:
    """Match each size end to end, then solve the candidate lists."""
    rows = []
    for size, limit in zip(bench.sizes.large, LIMITS, strict=True):
        name = f"{size:,} × {size:,}"
        bench.tell(f"people for {name}")
        folder = bench.folder / f"large-{size}"
        folder.mkdir()
        bench.kith("make", folder=str(folder), mentees=size, mentors=size, seed=3)
        files = {side: str(folder / f"{side}.csv") for side in ("mentees", "mentors")}
        found = bench.tried(f"{name}, end to end", partial(bench.kith, "cohort", **files))
        yield _judged(bench, limit, found, name)
        if isinstance(found, Measured):
            stages = (seconds(found.result["stages"].get(stage, 0.0)) for stage in STAGES)
            rows.append((name, *stages, *_whole(found)))
    if rows:
        yield Table(
            title="Large cohorts from CSV, every level, explained and verified; seconds",
            columns=("size", *STAGES, "whole", "processor", "peak MB", "served", "total"),
            rows=tuple(rows),
        )
    yield from _million(bench)


def _whole(found: Measured) -> tuple[str, ...]:
    return (
        seconds(found.seconds),
        seconds(found.cpu),
        f"{found.peak_mb:,.0f}",
        *(f"{found.result[value]:,}" for value in ("served", "total")),
    )


def _judged(bench: Bench, limit: Limit, found: Measured | str, name: str) -> Finding:
    if isinstance(found, str):
        return Finding(goal=limit.goal, measured=f"{name}: {found}", met=False if bench.sizes.full else None)
    within = found.seconds <= limit.seconds and found.peak_mb <= limit.megabytes
    return Finding(
        goal=limit.goal,
        measured=f"{seconds(found.seconds)} s, {found.peak_mb:,.0f} MB ({name})",
        met=within if bench.sizes.full else None,
    )


def _million(bench: Bench) -> Iterator[Finding | Table]:
    """Solve lists in which anybody may stand, as the goal has it, and fewer of neighbours, the hard case."""
    objective = "served, then total"
    rows = []
    for lists, each_side in (
        ("of anybody", bench.sizes.each_side),
        ("of neighbours", bench.sizes.neighbours),
    ):
        name = f"{2 * each_side:,} people, lists {lists}"
        ask = partial(
            bench.kith, "solve_candidates", each_side=each_side, seed=4, lists=lists, objective=objective
        )
        found = bench.tried(f"{name}, 20 candidates each, solve alone", ask)
        if isinstance(found, Measured):
            rows.append((name, f"{found.result['pairs']:,}", *_whole(found)))
        if lists == "of anybody":
            yield _judged(bench, MILLION, found, name)
    if rows:
        yield Table(
            title=f"Given candidate lists, {objective}; seconds",
            columns=("size", "candidate pairs", "whole", "processor", "peak MB", "served", "total"),
            rows=tuple(rows),
        )
