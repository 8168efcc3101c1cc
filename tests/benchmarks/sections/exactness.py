"""Exactness: published problems, linear programmes for each level, certificates, the same bytes again."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from tests.benchmarks.bench import SHARED, Bench
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
    files = sorted((SHARED / "orlib").glob("assign*.txt"))
    if not files:
        yield Finding(goal="orlib", measured="their files are not beside the project", met=None)
        return
    bench.tell("OR-Library’s problems")
    names = [str(file) for file in files]
    ours = bench.kith("cheapest", files=names).result["optima"]
    theirs = bench.peer(LIBRARIES, SOLVERS, "cheapest", files=names).result["optima"]
    rows = []
    for file in files:
        digest = hashlib.sha256(file.read_bytes()).hexdigest()[:12]
        published = PUBLISHED.get(file.stem, 0)
        optima = (ours[str(file)], theirs[str(file)], published)
        rows.append((file.stem, *(f"{value:,}" for value in optima), digest))
    same = [ours[name] == theirs[name] for name in names]
    as_published = [ours[str(file)] == PUBLISHED.get(file.stem) for file in files]
    yield Table(
        title="OR-Library: the cheapest assignment",
        columns=("problem", "Kith", "scipy", "published", "the file's digest"),
        rows=tuple(rows),
        notes=()
        if all(as_published)
        else (
            (
                "Where Kith and scipy agree and the published optimum is another, the file is not the "
                "published one: its rows' cheapest costs alone add up to more."
            ),
        ),
    )
    told = f"{sum(same)} of {len(files)} as scipy finds them, {sum(as_published)} as published"
    yield Finding(goal="orlib", measured=told, met=all(same))


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
