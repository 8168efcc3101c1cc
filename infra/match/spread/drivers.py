"""What has blocks worked out, wherever: the protocol, and the driver for one process with threads.

A driver may return blocks in any order and try failed ones again; a block that comes twice counts once.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass
from typing import Protocol

from functions.matching import BlockCandidates, Prepared, Sparse, merge_candidates
from infra.match.spread.blocks import SIDE, Block, blocks_of, candidates_of, without_people

TRIES = 3  # of one block, before the whole is given up


class SpreadError(Exception):
    """Blocks that could not be worked out; the message says why."""


class Driver(Protocol):
    """Has blocks worked out by workers."""

    def parts(
        self, prepared: Prepared, blocks: Sequence[Block], each: int
    ) -> Generator[BlockCandidates, None, None]:
        """Yield `candidates_of` of every block, in any order; closing the generator stops the work.

        A block that fails is tried again. Raises SpreadError when one can't be worked out.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the process of Dask is asked: `workers` processes of its own, or those of a scheduler."""

    prepared: Prepared
    blocks: Sequence[Block]
    each: int
    workers: int
    scheduler: str | None


def candidates(
    prepared: Prepared,
    each: int,
    driver: Driver,
    *,
    side: int = SIDE,
    progress: Callable[[int], None] = lambda _percent: None,
) -> Sparse:
    """Return the pairs that are among the best `each` of their mentee or of their mentor.

    The same as the engine's `best_candidates`, whatever the driver. `progress` is told per cent
    and may raise to stop the work. Raises SpreadError when a block can't be worked out.
    """
    shape = len(prepared.mentees), len(prepared.mentors)
    blocks = blocks_of(shape, side)
    with closing(driver.parts(without_people(prepared), blocks, each)) as parts:
        return merge_candidates(_once_each(parts, blocks, progress), shape, each)


def _once_each(
    parts: Iterator[BlockCandidates], blocks: Sequence[Block], progress: Callable[[int], None]
) -> Iterator[BlockCandidates]:
    """Yield each block's part once, telling how many of the pairs are done."""
    missing = {block.place: block for block in blocks}
    pairs, done = sum(block.pairs for block in blocks), 0
    for part in parts:
        block = missing.pop((part.first_row, part.first_column), None)
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

    def parts(
        self, prepared: Prepared, blocks: Sequence[Block], each: int
    ) -> Generator[BlockCandidates, None, None]:
        """Yield each block's candidates, a few blocks ahead of whoever takes them."""
        later = deque((block, 1) for block in blocks)
        running: dict[Future[BlockCandidates], tuple[Block, int]] = {}
        with ThreadPoolExecutor(self.count) as pool:
            try:
                while later or running:
                    while later and len(running) <= self.count:
                        block, nth = later.popleft()
                        running[pool.submit(candidates_of, prepared, block, each)] = block, nth
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
