"""Gale–Shapley, Kith's alternative objective, beside `matching`; for these no time is promised."""

from collections.abc import Iterator
from functools import partial

from tests.benchmarks.bench import Bench, seconds
from tests.benchmarks.children import Measured
from tests.benchmarks.environments import LIBRARIES
from tests.benchmarks.goals import Finding, Table

MODULE = "tests.benchmarks.baselines.stable"


def run(bench: Bench) -> Iterator[Finding | Table]:
    """Ask both for the stable assignment that is best for mentees; ties fall by place, so it is one."""
    mentees, mentors = bench.sizes.stable, bench.sizes.stable // 2
    bench.kith("make_scores", folder=str(bench.folder), mentees=mentees, mentors=mentors, seed=8)
    given = {
        "matrix": str(bench.folder / "scores.npy"),
        "capacity": [1 + place % 4 for place in range(mentors)],
    }
    runs = {
        name: bench.tried(f"{mentees} × {mentors}: {name}", asked)
        for name, asked in (
            ("Kith", partial(bench.kith, "stable", **given)),
            ("`matching`", partial(bench.peer, LIBRARIES, MODULE, "stable", **given)),
        )
    }
    done = {name: run for name, run in runs.items() if isinstance(run, Measured)}
    yield Table(
        title=f"Stable assignment, {mentees} mentees × {mentors} mentors with 1 to 4 places; seconds",
        columns=("who", "seconds", "peak MB", "served", "total"),
        rows=tuple(
            (
                name,
                seconds(run.seconds),
                f"{run.peak_mb:,.0f}",
                f"{run.result['served']:,}",
                f"{run.result['total']:,}",
            )
            for name, run in done.items()
        ),
        notes=tuple(f"{name}: {run}" for name, run in runs.items() if isinstance(run, str)),
    )
    if len(done) == len(runs):
        ours, theirs = ((run.result["served"], run.result["total"]) for run in done.values())
        told = "the same served and total" if ours == theirs else f"{ours} and not {theirs}"
        times = done["`matching`"].seconds / done["Kith"].seconds
        yield Finding(goal="stable", measured=f"{told}; {times:,.0f} × faster", met=ours == theirs)
