"""A cohort from its files to the verified, explained outcome; and mentor-match's package beside it."""

from collections.abc import Iterator
from functools import partial

from infra import ROOT
from tests.benchmarks.bench import DATA, Bench, seconds
from tests.benchmarks.children import Measured
from tests.benchmarks.environments import MENTOR_MATCH, MENTOR_MATCH_FIRST
from tests.benchmarks.goals import Finding, Table

LIMIT_SECONDS = 0.5
TIMES_FASTER = 50
PACKAGE = "tests.benchmarks.baselines.mentor_match"
PACKAGES = {
    "mentor-match 7.0.1, munkres 3.0.0": MENTOR_MATCH,
    "mentor-match 7.0.1, munkres 1.1.4": MENTOR_MATCH_FIRST,
}
STAGES = ("read", "score", "solve", "explain", "verify")
TOTAL_ALONE = "served = false\nfloor = false\nload = false\nleast_change = false"
EXAMPLE = ROOT / "examples" / "mentor-match" / "policy.toml"


def run(bench: Bench) -> Iterator[Finding | Table]:
    """Match from CSV; then the same scores by mentor-match's package; then its own people by its rules."""
    yield from _from_csv(bench)
    yield from _same_scores(bench)
    yield from _own_people(bench)


def _from_csv(bench: Bench) -> Iterator[Finding | Table]:
    size = bench.sizes.cohort
    bench.tell(f"a cohort of {size} × {size} from CSV")
    files = _files(bench, "make", "cohort", size)
    runs = [bench.kith("cohort", **files) for _ in range(bench.sizes.starts)]
    middle = sorted(runs, key=lambda run: run.seconds)[len(runs) // 2]
    stages = middle.result["stages"]
    yield Table(
        title=f"{size} × {size} from CSV, every level: the middle of {len(runs)} fresh processes",
        columns=("", *STAGES, "whole", "processor", "peak MB", "served"),
        rows=(
            (
                "seconds",
                *(seconds(stages.get(stage, 0.0)) for stage in STAGES),
                seconds(middle.seconds),
                seconds(middle.cpu),
                f"{middle.peak_mb:,.0f}",
                f"{middle.result['served']:,}",
            ),
        ),
    )
    yield Finding(
        goal="cohort",
        measured=f"{seconds(middle.seconds)} s ({size} × {size}), {middle.peak_mb:,.0f} MB",
        met=bench.within(LIMIT_SECONDS, middle.seconds),
    )


def _files(bench: Bench, task: str, name: str, size: int) -> dict[str, str]:
    folder = bench.folder / name
    folder.mkdir(exist_ok=True)
    if task == "make":
        bench.kith(task, folder=str(folder), mentees=size, mentors=size, seed=1)
    else:
        bench.kith(task, folder=str(folder), count=size, seed=1)
    return {side: str(folder / f"{side}.csv") for side in ("mentees", "mentors")}


def _same_scores(bench: Bench) -> Iterator[Finding | Table]:
    size = bench.sizes.rivals
    bench.kith("make_scores", folder=str(bench.folder), mentees=size, mentors=size, seed=1)
    matrix, plain = str(bench.folder / "scores.npy"), str(bench.folder / "scores.json")
    ours = {
        objective: bench.kith("solve_matrix", matrix=matrix, objective=objective)
        for objective in ("every level", "served, then total", "total")
    }
    theirs = {
        name: found
        for name, environment in PACKAGES.items()
        if isinstance(
            found := bench.tried(
                f"{name} on the same {size} × {size} scores",
                partial(bench.peer, environment, PACKAGE, "on_scores", scores=plain),
            ),
            Measured,
        )
    }
    named = [(f"Kith, {objective}", run) for objective, run in ours.items()] + list(theirs.items())
    slowest_of_ours = max(run.seconds for run in ours.values())
    yield Table(
        title=f"The same {size} × {size} scores, one to one",
        columns=("who", "seconds", "processor", "peak MB", "served", "total", "× Kith"),
        rows=tuple(
            (
                name,
                seconds(run.seconds),
                seconds(run.cpu),
                f"{run.peak_mb:,.0f}",
                f"{run.result['served']:,}",
                f"{run.result['total']:,}",
                f"{run.seconds / slowest_of_ours:.1f}" if name in theirs else "",
            )
            for name, run in named
        ),
        notes=(
            (
                "mentor-match asks for any munkres: 3.0.0 is what is installed with it today, 1.1.4 the one "
                "that it was written for. × Kith is against the slowest of Kith's."
            ),
        ),
    )
    yield from _judged(bench, ours, theirs)


def _judged(bench: Bench, ours: dict[str, Measured], theirs: dict[str, Measured]) -> Iterator[Finding]:
    if not theirs:
        return
    slowest = max(run.seconds for run in ours.values())
    times = min(run.seconds for run in theirs.values()) / slowest
    yield Finding(
        goal="faster",
        measured=f"{times:,.0f} × (its faster munkres, Kith’s slowest objective)",
        met=times >= TIMES_FASTER if bench.sizes.full else None,
    )
    most = max(int(run.result["served"]) for run in theirs.values())
    served = int(ours["every level"].result["served"])
    yield Finding(goal="served", measured=f"{served:,} against {most:,}", met=served >= most)
    best = max(int(run.result["total"]) for run in theirs.values())
    total = int(ours["total"].result["total"])
    yield Finding(goal="total", measured=f"{total:,} against {best:,}", met=total >= best)


def _own_people(bench: Bench) -> Iterator[Finding | Table]:
    """Match mentor-match's own people by its own rules, up to three partners each, both by Kith and by it."""
    for name, files in _own_files(bench):
        ours = {
            "Kith, served first": bench.kith("cohort", **files, policy=str(EXAMPLE)),
            "Kith, total alone": bench.kith(
                "cohort", **files, policy=str(EXAMPLE), objective="served = false"
            ),
        }
        theirs = bench.tried(
            f"mentor-match by its own rules: {name}",
            partial(bench.peer, MENTOR_MATCH, PACKAGE, "on_people", **files),
        )
        runs = {**ours, "mentor-match, three rounds": theirs}
        yield Table(
            title=f"mentor-match's own rules: {name}; Kith from CSV to the explained outcome",
            columns=("who", "seconds", "peak MB", "served", "pairs", "total"),
            rows=tuple(
                (
                    who,
                    seconds(run.seconds),
                    f"{run.peak_mb:,.0f}",
                    *(f"{run.result[value]:,}" for value in ("served", "pairs", "total")),
                )
                for who, run in runs.items()
                if isinstance(run, Measured)
            ),
        )
        if isinstance(theirs, Measured):
            yield from _worse(ours, theirs)


def _worse(ours: dict[str, Measured], theirs: Measured) -> Iterator[Finding]:
    """Say so when its own rules serve more people, or make more of the total, than Kith does."""
    for goal, who in (("served", "Kith, served first"), ("total", "Kith, total alone")):
        if ours[who].result[goal] < theirs.result[goal]:
            told = f"{ours[who].result[goal]:,} against {theirs.result[goal]:,} by its own rules"
            yield Finding(goal=goal, measured=told, met=False)


def _own_files(bench: Bench) -> Iterator[tuple[str, dict[str, str]]]:
    yield (
        "the 50 × 50 of its own generator",
        {side: str(DATA / "mentor-match" / f"{side}.csv") for side in ("mentees", "mentors")},
    )
    size = bench.sizes.rivals
    yield f"{size} × {size} as it would make them", _files(bench, "make_civil_servants", "civil", size)
