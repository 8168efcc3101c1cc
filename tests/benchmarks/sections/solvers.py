"""The solve step alone: one to one, the total, the same matrix for everybody."""

from collections.abc import Iterator
from functools import partial

from tests.benchmarks.bench import Bench, seconds
from tests.benchmarks.children import Measured
from tests.benchmarks.environments import LIBRARIES
from tests.benchmarks.goals import Finding, Table

SOLVERS = ("scipy", "lapx", "lapx lapjvs", "OR-Tools")
MODULE = "tests.benchmarks.baselines.solvers"
OF_SCIPY = 0.5
GOALS = {2_000: "solve-2000", 5_000: "solve-5000"}


def run(bench: Bench) -> Iterator[Finding | Table]:
    """Solve each size by everybody."""
    goals = dict(zip(bench.sizes.solvers, GOALS.values(), strict=True))
    for size, goal in goals.items():
        bench.tell(f"scores of {size:,} × {size:,}")
        eligible = bench.kith(
            "make_scores", folder=str(bench.folder), mentees=size, mentors=size, seed=2
        ).result["eligible"]
        matrix = str(bench.folder / "scores.npy")
        ours = {
            f"Kith, {objective}": bench.tried(
                f"{size:,}: Kith, {objective}",
                partial(bench.kith, "solve_matrix", matrix=matrix, objective=objective),
            )
            for objective in ("total", "served, then total")
        }
        theirs = {
            name: bench.tried(
                f"{size:,}: {name}",
                partial(bench.peer, LIBRARIES, MODULE, "solve", which=name, matrix=matrix),
            )
            for name in SOLVERS
        }
        yield _table(size, float(eligible), ours, theirs)
        yield from _judged(bench, goal, ours["Kith, total"], theirs)


def _table(
    size: int, eligible: float, ours: dict[str, Measured | str], theirs: dict[str, Measured | str]
) -> Table:
    runs = [(name, run) for name, run in {**ours, **theirs}.items()]
    return Table(
        title=f"Solve step, {size:,} × {size:,}, {eligible:.0%} eligible: from the matrix to the pairs",
        columns=("who", "seconds", "call alone", "processor", "peak MB", "served", "total"),
        rows=tuple(
            (name, "", "", "", "", "", run)
            if isinstance(run, str)
            else (
                name,
                seconds(run.seconds),
                seconds(run.result["alone"]) if "alone" in run.result else "",
                seconds(run.cpu),
                f"{run.peak_mb:,.0f}",
                f"{run.result['served']:,}",
                f"{run.result['total']:,}",
            )
            for name, run in runs
        ),
        notes=(
            (
                "Seconds hold what it takes to give each library the matrix as it asks for it; “call alone” "
                "does not. Kith's hold its proof and its tie-break. “Served first” is no library's objective."
            ),
        ),
    )


def _judged(
    bench: Bench, goal: str, ours: Measured | str, theirs: dict[str, Measured | str]
) -> Iterator[Finding]:
    rivals = {name: run for name, run in theirs.items() if isinstance(run, Measured)}
    if isinstance(ours, str) or not rivals:
        yield Finding(goal=goal, measured=str(ours), met=False if isinstance(ours, str) else None)
        return
    totals = {name: int(run.result["total"]) for name, run in rivals.items()}
    if set(totals.values()) != {ours.result["total"]}:
        told = ", ".join(f"{name} {total:,}" for name, total in totals.items())
        yield Finding(goal=goal, measured=f"totals differ: Kith {ours.result['total']:,}, {told}", met=False)
        return
    fastest = min(rivals, key=lambda name: rivals[name].seconds)
    ratio = ours.seconds / rivals[fastest].seconds
    yield Finding(
        goal=goal,
        measured=f"{ratio:.2f} × {fastest}, {seconds(ours.seconds)} to {seconds(rivals[fastest].seconds)} s",
        met=bench.within(1.0, ratio),
    )
    if goal == "solve-5000" and "scipy" in rivals:
        of_scipy = ours.seconds / rivals["scipy"].seconds
        yield Finding(
            goal="scipy-5000", measured=f"{of_scipy:.2f} × scipy", met=bench.within(OF_SCIPY, of_scipy)
        )
