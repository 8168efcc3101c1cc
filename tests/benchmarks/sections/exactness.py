"""Exactness: published problems, linear programmes for each level, certificates, the same bytes again."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.benchmarks.bench import DATA, Bench
from tests.benchmarks.environments import LIBRARIES
from tests.benchmarks.goals import Finding, Table

PUBLISHED = {"assign100": 305, "assign200": 475, "assign300": 626, "assign400": 804}
PROGRAMMES, SOLVERS = "tests.benchmarks.baselines.programmes", "tests.benchmarks.baselines.solvers"
ALIKE = "cannot match"  # what the engine and the programme both say of an instance without eligible pairs


def run(bench: Bench) -> Iterator[Finding | Table]:
    """Solve OR-Library's problems and random instances; compare each with somebody else's answer."""
    yield from _published(bench)
    yield from _random(bench)


def _published(bench: Bench) -> Iterator[Finding | Table]:
    files = [DATA / "orlib" / f"{name}.txt.gz" for name in PUBLISHED]
    bench.tell("OR-Library’s problems")
    names = [str(file) for file in files]
    ours = bench.kith("cheapest", files=names).result["optima"]
    theirs = bench.peer(LIBRARIES, SOLVERS, "cheapest", files=names).result["optima"]
    optima = {
        problem: (ours[name], theirs[name], published)
        for name, (problem, published) in zip(names, PUBLISHED.items(), strict=True)
    }
    yield Table(
        title="OR-Library: the cheapest assignment",
        columns=("problem", "Kith", "scipy", "published"),
        rows=tuple((problem, *(f"{value:,}" for value in values)) for problem, values in optima.items()),
    )
    as_scipy = sum(found == scipy for found, scipy, _ in optima.values())
    as_published = sum(found == published for found, _, published in optima.values())
    yield Finding(
        goal="orlib",
        measured=f"{as_scipy} of {len(files)} as scipy finds them, {as_published} as published",
        met=as_scipy == as_published == len(files),
    )


def _random(bench: Bench) -> Iterator[Finding]:
    counted = {"alike": 0, "faults": 0, "same": 0, "matched": 0}
    wrong: list[str] = []
    step = bench.sizes.instances_at_once
    for first in range(0, bench.sizes.instances, step):
        bench.tell(f"random instances {first:,} to {first + step:,} of {bench.sizes.instances:,}")
        file = str(bench.folder / "instances.json")
        given = {"first": first, "count": min(step, bench.sizes.instances - first)}
        ours = bench.kith("solve_instances", **given, shuffled=False, file=file).result["answers"]
        again = bench.kith("solve_instances", **given, shuffled=True, hash_seed=1).result["answers"]
        best = bench.peer(LIBRARIES, PROGRAMMES, "solve", instances=file).result["levels"]
        for place, (answer, other, levels) in enumerate(zip(ours, again, best, strict=True)):
            _count(counted, wrong, f"instance {first + place}", (answer, other, levels))
    count = bench.sizes.instances
    yield Finding(
        goal="levels", measured=_said(counted["alike"], count, wrong), met=counted["alike"] == count
    )
    yield Finding(
        goal="certificates",
        measured=f"{counted['matched'] - counted['faults']:,} of {counted['matched']:,} verified",
        met=counted["faults"] == 0,
    )
    yield Finding(
        goal="bytes",
        measured=f"{counted['same']:,} of {count:,}, shuffled, in another process",
        met=counted["same"] == count,
    )


def _count(
    counted: dict[str, int],
    wrong: list[str],
    name: str,
    found: tuple[Mapping[str, Any], Mapping[str, Any], list[int] | None],
) -> None:
    answer, other, levels = found
    counted["alike"] += answer["worth"] == levels and not answer["faults"]
    counted["matched"] += answer["digest"] != ALIKE
    counted["faults"] += bool(answer["faults"])
    counted["same"] += answer["digest"] == other["digest"]
    if answer["worth"] != levels:
        wrong.append(f"{name} is worth {answer['worth']} and could be {levels}")


def _said(alike: int, count: int, wrong: list[str]) -> str:
    told = f"{alike:,} of {count:,} equal"
    return f"{told}; {wrong[0]}" if wrong else told
