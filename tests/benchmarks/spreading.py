"""What is measured of candidates by blocks: each way in a process of its own, and what is sent to workers."""

import hashlib
import os
import pickle
from collections.abc import Iterator
from time import process_time
from typing import Any

from functions.matching.people import Role
from functions.matching.score_matrix import Sparse
from functions.matching.scoring.candidates import (
    BlockCandidates,
    best_candidates,
    merge_candidates,
)
from functions.matching.scoring.scores import Computed, Prepared, prepare
from functions.matching.solving import assignment
from infra.match.spread.blocks import blocks_of, survey_block, without_people
from infra.match.spread.dask_driver import LOCKED, DaskDriver
from infra.match.spread.drivers import Driver, Threads, survey
from infra.match.spread.environment import python_with
from tests.benchmarks import people
from tests.benchmarks.children import Task, answer, timed

EACH = assignment.CANDIDATES


def find_candidates(*, size: int, side: int, seed: int, way: str, workers: int) -> dict[str, Any]:
    """Find everybody's candidates in one way; processor seconds are those of all processes."""
    prepared = _prepared(size, seed)
    if way == "Dask":
        python_with(LOCKED, lambda _line: None)  # not in its time
    before = _processor_seconds()
    with timed() as taken:
        found = _found(prepared, side, way, workers)
    taken.cpu = _processor_seconds() - before
    return taken.of(pairs=size * size, candidates=len(found.values), digest=_digest(found))


def _found(prepared: Prepared, side: int, way: str, workers: int) -> Sparse:
    if way == "one pass":
        return best_candidates(Computed(prepared, threads=workers), EACH, threads=workers)
    drivers: dict[str, Driver] = {"threads": Threads(workers), "Dask": DaskDriver(workers=workers)}
    return survey(prepared, EACH, drivers[way], side=side).candidates


def one_block(*, side: int, seed: int) -> dict[str, Any]:
    """Work out one block as a worker does, and merge it as its driver does."""
    prepared = without_people(_prepared(side, seed))
    (block,) = blocks_of((side, side), side)
    with timed() as taken:
        kept = survey_block(prepared, block, EACH).candidates
    merging: list[float] = []
    merge_candidates(_watched(kept, merging), (side, side), EACH)
    back = kept.rows.nbytes + kept.columns.nbytes
    return taken.of(pairs=block.pairs, back_mb=back / 1e6, merging=merging[0])


def _watched(part: BlockCandidates, merging: list[float]) -> Iterator[BlockCandidates]:
    """Yield the part, and note how long it takes until the next one is asked for: the end comes once."""
    began = process_time()
    yield part
    merging.append(process_time() - began)


def send(*, size: int, seed: int) -> dict[str, Any]:
    """Pack what each worker is sent once, and unpack it."""
    prepared = _prepared(size, seed)
    with timed() as taken:
        packed = pickle.dumps(without_people(prepared), protocol=pickle.HIGHEST_PROTOCOL)
        pickle.loads(packed)  # noqa: S301 - packed in the line before
    return taken.of(sent_mb=len(packed) / 1e6)


def _prepared(size: int, seed: int) -> Prepared:
    mentors, mentees = (people.people(role, size, seed) for role in (Role.MENTOR, Role.MENTEE))
    return prepare(mentors, mentees, people.policy())


def _processor_seconds() -> float:
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def _digest(found: Sparse) -> str:
    parts = (found.starts, found.columns, found.values)
    return hashlib.sha256(b"".join(part.tobytes() for part in parts)).hexdigest()


TASKS: dict[str, Task] = {"find_candidates": find_candidates, "one_block": one_block, "send": send}

if __name__ == "__main__":
    answer(TASKS)
