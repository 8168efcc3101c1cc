"""What has blocks worked out, wherever: the protocol, and the driver for one process with threads.

A driver may return blocks in any order and try failed ones again; a block that comes twice counts once.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from functions.matching import BlockCandidates, Prepared, Survey, merge_candidates
from infra.match.spread.blocks import SIDE, Block, Part, blocks_of, survey_block, without_people
from infra.match.spread.errors import SpreadError

TRIES = 3  # of one block, before the whole is given up


class Driver(Protocol):
    """Has blocks worked out by workers."""

    def parts(self, prepared: Prepared, blocks: Sequence[Block], each: int) -> Generator[Part, None, None]:
        """Yield `survey_block` of every block, in any order; closing the generator stops the work.

        A block that fails is tried again. Raises SpreadError when one can't be worked out.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What Dask's process is to do, with `workers` processes of its own or with those of a scheduler."""

    prepared: Prepared
    blocks: Sequence[Block]
    each: int
    workers: int
    scheduler: str | None


def survey(
    prepared: Prepared,
    each: int,
    driver: Driver,
    *,
    side: int = SIDE,
    progress: Callable[[int], None] = lambda _percent: None,
) -> Survey:
    """Return what a look at every pair finds, with the best `each` of everybody.

    It is what one process finds, with any driver. `progress` is told per cent and may raise to stop the work.
    Raises SpreadError when a block can't be worked out.
    """
    shape = len(prepared.mentees), len(prepared.mentors)
    blocks = blocks_of(shape, side)
    eligible, largest = np.zeros(shape[1], dtype=np.int64), 0

    def candidates(parts: Iterator[Part]) -> Iterator[BlockCandidates]:
        nonlocal largest
        for part in _once_each(parts, blocks, progress):
            first = part.candidates.first_column
            eligible[first : first + len(part.eligible)] += part.eligible
            largest = max(largest, part.largest)
            yield part.candidates

    with closing(driver.parts(without_people(prepared), blocks, each)) as parts:
        found = merge_candidates(candidates(parts), shape, each)
    return Survey(candidates=found, eligible=eligible, largest=largest)


def _once_each(
    parts: Iterator[Part], blocks: Sequence[Block], progress: Callable[[int], None]
) -> Iterator[Part]:
    """Yield each block's part once, telling how many of the pairs are done."""
    missing = {block.place: block for block in blocks}
    pairs, done = sum(block.pairs for block in blocks), 0
    for part in parts:
        block = missing.pop((part.candidates.first_row, part.candidates.first_column), None)
        if block is None:
            continue
        yield part
        done += block.pairs
        progress(100 * done // pairs)
    if missing:
        raise SpreadError(f"{len(missing)} of {len(blocks)} blocks never came back")


@dataclass(frozen=True, slots=True)
class Threads:
    """Works blocks out in this process."""

    count: int = 2

    def parts(self, prepared: Prepared, blocks: Sequence[Block], each: int) -> Generator[Part, None, None]:
        """Yield each block's candidates, a few blocks ahead of the caller."""
        later = deque((block, 1) for block in blocks)
        running: dict[Future[Part], tuple[Block, int]] = {}
        with ThreadPoolExecutor(self.count) as pool:
            try:
                while later or running:
                    while later and len(running) <= self.count:
                        block, nth = later.popleft()
                        running[pool.submit(survey_block, prepared, block, each)] = block, nth
                    for future in wait(running, return_when=FIRST_COMPLETED).done:
                        block, nth = running.pop(future)
                        if (error := future.exception()) is None:
                            yield future.result()
                        elif nth < TRIES:
                            later.append((block, nth + 1))
                        else:
                            raise SpreadError(failed(block, error)) from error
            finally:
                pool.shutdown(cancel_futures=True)


def failed(block: Block, error: BaseException) -> str:
    """Say that a block can't be worked out."""
    return f"the block at {block.place} failed {TRIES} times: {type(error).__name__}: {error}"
