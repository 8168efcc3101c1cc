"""Candidates from many workers are those of one process, to the byte, whatever befalls the workers."""

import os
import pickle
import signal
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pytest

from functions.matching.people import Role
from functions.matching.score_matrix import Sparse, Survey
from functions.matching.scoring.candidates import best_candidates
from functions.matching.scoring.scores import Computed, Prepared, prepare
from infra.match.spread import drivers
from infra.match.spread.blocks import Block, Part, blocks_of, survey_block, without_people
from infra.match.spread.dask_driver import DaskDriver
from infra.match.spread.drivers import TRIES, Threads, survey
from infra.match.spread.errors import SpreadError
from tests.benchmarks import people
from tests.infra.processes import runs, soon
from tests.matching.cohorts import a_cohort, every_kind

EACH = 5
MENTEES, MENTORS, SIDE = 130, 90, 16


@cache
def prepared() -> Prepared:
    mentors, mentees = (
        people.people(role, count, 5) for role, count in ((Role.MENTOR, MENTORS), (Role.MENTEE, MENTEES))
    )
    return prepare(mentors, mentees, people.policy())


def in_bytes(found: Sparse | Survey) -> list[tuple[str, bytes]]:
    found = found.candidates if isinstance(found, Survey) else found
    return [(part.dtype.str, part.tobytes()) for part in (found.starts, found.columns, found.values)]


def expected() -> list[tuple[str, bytes]]:
    return in_bytes(best_candidates(Computed(prepared()), EACH))


@dataclass
class Fickle:
    """Yields parts in an order of its own, some of them as often as it likes."""

    order: Callable[[list[Block]], Sequence[Block]]

    def parts(self, prepared: Prepared, blocks: Sequence[Block], each: int) -> Generator[Part, None, None]:
        for block in self.order(list(blocks)):
            yield survey_block(prepared, block, each)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_threads_find_the_same_as_one_pass_over_all(count: int) -> None:
    found = survey(prepared(), EACH, Threads(count), side=SIDE)

    assert in_bytes(found) == expected()


@pytest.mark.parametrize("side", [1, 7, 500])
def test_the_size_of_the_blocks_changes_nothing(side: int) -> None:
    several = prepare(*a_cohort(7), every_kind())

    found = survey(several, 2, Threads(1), side=side)

    assert in_bytes(found) == in_bytes(best_candidates(Computed(several), 2))


def test_a_block_that_is_scored_in_strips_keeps_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    block = Block(rows=range(3, 50), columns=range(10, 80))
    whole = survey_block(prepared(), block, EACH).candidates

    monkeypatch.setattr("infra.match.spread.blocks._CELLS_AT_ONCE", 5 * len(block.columns))
    in_strips = survey_block(prepared(), block, EACH).candidates

    assert (np.sort(in_strips.rows) == np.sort(whole.rows)).all()
    assert (np.sort(in_strips.columns) == np.sort(whole.columns)).all()


@pytest.mark.parametrize(
    "order",
    [lambda blocks: blocks[::-1], lambda blocks: blocks[::2] + blocks[1::2], lambda blocks: blocks + blocks],
    ids=["the last first", "every other one", "each twice"],
)
def test_neither_the_order_of_blocks_nor_a_block_that_comes_twice_changes_anything(
    order: Callable[[list[Block]], Sequence[Block]],
) -> None:
    found = survey(prepared(), EACH, Fickle(order), side=SIDE)

    assert in_bytes(found) == expected()


def test_blocks_that_never_come_back_are_not_taken_for_nobody() -> None:
    with pytest.raises(SpreadError, match="1 of 54 blocks never came back"):
        survey(prepared(), EACH, Fickle(lambda blocks: blocks[1:]), side=SIDE)


def test_a_block_that_fails_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: Counter[Block] = Counter()

    def at_the_last_try(prepared: Prepared, block: Block, each: int) -> Part:
        tried[block] += 1
        if tried[block] < TRIES:
            raise MemoryError
        return survey_block(prepared, block, each)

    monkeypatch.setattr(drivers, "survey_block", at_the_last_try)
    found = survey(prepared(), EACH, Threads(2), side=SIDE)

    assert in_bytes(found) == expected()


def test_a_block_that_always_fails_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(_prepared: Prepared, block: Block, _each: int) -> Part:
        raise MemoryError(f"{block.pairs} pairs")

    monkeypatch.setattr(drivers, "survey_block", never)
    with pytest.raises(SpreadError, match=r"block at \(0, 0\) failed 3 times: MemoryError: 11700 pairs"):
        survey(prepared(), EACH, Threads(2), side=500)


def test_progress_rises_to_the_whole_and_may_stop_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    begun: list[Block] = []

    def noting(prepared: Prepared, block: Block, each: int) -> Part:
        begun.append(block)
        return survey_block(prepared, block, each)

    def stop(_percent: int) -> None:
        raise KeyboardInterrupt

    survey(prepared(), EACH, Threads(2), side=SIDE, progress=told.append)
    monkeypatch.setattr(drivers, "survey_block", noting)
    with pytest.raises(KeyboardInterrupt):
        survey(prepared(), EACH, Threads(2), side=SIDE, progress=stop)

    assert (told == sorted(told), told[-1]) == (True, 100)
    assert len(begun) < 10


@dataclass
class Watched:
    """Knows whether its work was stopped."""

    stopped: bool = False

    def parts(self, prepared: Prepared, blocks: Sequence[Block], each: int) -> Generator[Part, None, None]:
        try:
            yield from (survey_block(prepared, block, each) for block in blocks)
        finally:
            self.stopped = True


def test_whoever_stops_the_work_stops_the_workers_at_once() -> None:
    driver = Watched()

    def stop(_percent: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as interrupted:
        survey(prepared(), EACH, driver, side=SIDE, progress=stop)

    assert driver.stopped, interrupted.value  # which would keep the generator alive


def test_every_pair_is_in_one_block() -> None:
    blocks = blocks_of((MENTEES, MENTORS), SIDE)

    pairs = Counter((row, column) for block in blocks for row in block.rows for column in block.columns)

    assert pairs == dict.fromkeys(((row, column) for row in range(MENTEES) for column in range(MENTORS)), 1)


def test_nobodys_name_or_answers_are_sent_to_workers() -> None:
    mentors, mentees = a_cohort(7)
    answers = {"plans": "Difference engines for everybody", "supervisor": "ada@example.org"}
    mentees = [replace(person, answers={**person.answers, **answers}) for person in mentees]
    told = prepare(mentors, mentees, every_kind())

    sent = pickle.dumps(without_people(told))

    words = (b"example.org", b"ifference")
    assert [word in pickle.dumps(told) for word in words] == [True, True]
    assert [word in sent for word in words] == [False, False]


@pytest.mark.load
@pytest.mark.xdist_group("dask")
def test_a_worker_that_is_killed_in_the_middle_changes_nothing() -> None:
    workers: list[int] = []

    def kill_one(_percent: int) -> None:
        if len(workers) == 2:
            os.kill(workers.pop(), signal.SIGKILL)

    driver = DaskDriver(workers=2, began=workers.extend)
    found = survey(prepared(), EACH, driver, side=SIDE, progress=kill_one)

    assert in_bytes(found) == expected()
    assert len(workers) == 1
    assert soon(lambda: not any(map(runs, workers)))


@pytest.mark.load
@pytest.mark.xdist_group("dask")
def test_a_block_that_dask_cannot_work_out_is_told_and_nothing_goes_on_running() -> None:
    workers: list[int] = []
    driver = DaskDriver(workers=1, began=workers.extend)
    beyond = Block(rows=range(MENTEES, MENTEES + 1), columns=range(MENTORS))

    with pytest.raises(SpreadError, match="IndexError"):
        list(driver.parts(without_people(prepared()), [beyond], EACH))

    assert soon(lambda: not any(map(runs, workers)))
