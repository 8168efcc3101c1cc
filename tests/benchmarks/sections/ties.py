"""Where scores tie and priorities are many: the solve step beside other libraries, and beside fine scores."""

from collections.abc import Iterator
from functools import partial

from tests.benchmarks import ties
from tests.benchmarks.bench import Bench, seconds
from tests.benchmarks.children import Measured
from tests.benchmarks.environments import LIBRARIES
from tests.benchmarks.goals import Finding, Table
from tests.benchmarks.sections.solvers import MODULE, SOLVERS

OF_THE_FASTEST = 1.5
OF_FINE = 3.0


def run(bench: Bench) -> Iterator[Finding | Table]:
    """Solve one to one by everybody, the total alone; then every level by Kith."""
    ratios: dict[str, float] = {}
    for size in bench.sizes.solvers:
        for kind in ties.ONE_TO_ONE:
            ours, theirs = _one_to_one(bench, kind, size)
            yield _table(f"{size:,} × {size:,}, {kind}: the total alone", {"Kith": ours, **theirs})
            if isinstance(ours, Measured) and (times := _times_the_fastest(ours, theirs)):
                ratios[f"{kind} at {size:,}"] = times
    yield _finding(bench, "ties-beside", ratios, OF_THE_FASTEST)
    yield from _every_level(bench)


def _one_to_one(bench: Bench, kind: str, size: int) -> tuple[Measured | str, dict[str, Measured | str]]:
    matrix = str(bench.folder / "ties.npy")
    bench.kith("make_ties", file=matrix, kind=kind, size=size)
    ours = bench.tried(
        f"{kind}, {size:,}: Kith", partial(bench.kith, "solve_matrix", matrix=matrix, objective="total")
    )
    return ours, {
        name: bench.tried(
            f"{kind}, {size:,}: {name}",
            partial(bench.peer, LIBRARIES, MODULE, "solve", which=name, matrix=matrix),
        )
        for name in SOLVERS
    }


def _times_the_fastest(ours: Measured, theirs: dict[str, Measured | str]) -> float | None:
    """Return how many times the fastest's processor time ours is; infinite where totals differ."""
    rivals = [run for run in theirs.values() if isinstance(run, Measured)]
    if not rivals:
        return None
    if {run.result["total"] for run in rivals} != {ours.result["total"]}:
        return float("inf")
    return ours.cpu / max(min(run.cpu for run in rivals), 1e-6)


def _every_level(bench: Bench) -> Iterator[Finding | Table]:
    mentees = bench.sizes.solvers[0]
    runs = {
        kind: bench.tried(
            f"every level: {kind}",
            partial(bench.kith, "solve_ties", kind=kind, mentees=mentees, mentors=max(mentees // 2, 1)),
        )
        for kind in ties.EVERY_LEVEL
    }
    yield _table(f"{mentees:,} × {mentees // 2:,}, every level, solve step", runs)
    fine = runs["fine"]
    if isinstance(fine, Measured):
        yield _finding(
            bench,
            "ties-levels",
            {
                kind: run.cpu / max(fine.cpu, 1e-6)
                for kind, run in runs.items()
                if isinstance(run, Measured) and kind != "fine"
            },
            OF_FINE,
        )


def _table(title: str, runs: dict[str, Measured | str]) -> Table:
    return Table(
        title=title,
        columns=("who", "processor", "peak MB", "total"),
        rows=tuple(
            (name, "", "", run)
            if isinstance(run, str)
            else (name, seconds(run.cpu), f"{run.peak_mb:,.0f}", f"{run.result['total']:,}")
            for name, run in runs.items()
        ),
    )


def _finding(bench: Bench, goal: str, ratios: dict[str, float], limit: float) -> Finding:
    """Return the worst of the ratios; none could be measured where there are none."""
    if not ratios:
        return Finding(goal=goal, measured="could not be measured", met=None)
    worst = max(ratios, key=ratios.__getitem__)
    within = sum(ratio <= limit for ratio in ratios.values())
    return Finding(
        goal=goal,
        measured=f"{within} of {len(ratios)} within; the worst is {ratios[worst]:.1f} × ({worst})",
        met=bench.within(limit, ratios[worst]),
    )
