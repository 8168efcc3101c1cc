"""The plain function of one block: who of these mentors is among the best for these mentees, and back.

It reads nothing but its arguments, so any machine gives the same answer, however often it is asked.
"""

from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import numpy.typing as npt

from functions.matching import NO_CANDIDATE, BlockCandidates, Prepared, best_of_block, score_block

Ints = npt.NDArray[np.int64]

SIDE = 16_384  # of a block: some seconds of work, and some megabytes that come back
_CELLS_AT_ONCE = 2**25  # scores held, 128 MB


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A range of mentees (rows) with a range of mentors (columns), neither empty."""

    rows: range
    columns: range

    @property
    def place(self) -> tuple[int, int]:
        """Its first row and column, which tell it from every other block."""
        return self.rows.start, self.columns.start

    @property
    def pairs(self) -> int:
        """How many pairs it has."""
        return len(self.rows) * len(self.columns)


def blocks_of(shape: tuple[int, int], side: int = SIDE) -> list[Block]:
    """Return the blocks, at most `side` wide and high, that cover mentees × mentors, each pair once."""
    height, width = shape
    return [
        Block(rows=range(row, min(row + side, height)), columns=range(column, min(column + side, width)))
        for row, column in product(range(0, height, side), range(0, width, side))
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a block comes to: its best candidates, the eligible pairs of each column, the largest score."""

    candidates: BlockCandidates
    eligible: Ints
    largest: int


def survey_block(prepared: Prepared, block: Block, each: int) -> Part:
    """Return the best `each` (at least 1) of every row and column of the block, in one thread.

    Scores are never held whole and never sent: what comes back has 8 × `each` bytes for each row and column.
    """
    step = max(1, _CELLS_AT_ONCE // len(block.columns))
    rows: list[Ints] = []
    columns = np.full((len(block.columns), each), NO_CANDIDATE, dtype=np.int64)
    eligible, largest = np.zeros(len(block.columns), dtype=np.int64), 0
    for start in range(block.rows.start, block.rows.stop, step):
        strip = range(start, min(start + step, block.rows.stop))
        scores = score_block(prepared, strip, block.columns)
        kept = best_of_block(scores, start, block.columns.start, each)
        rows.append(kept.rows)
        columns = _best_of_both(columns, kept.columns)
        eligible += np.count_nonzero(scores >= 0, axis=0)
        largest = max(largest, int(scores.max(initial=0)))
    candidates = BlockCandidates(
        first_row=block.rows.start,
        first_column=block.columns.start,
        rows=np.concatenate(rows),
        columns=columns,
    )
    return Part(candidates=candidates, eligible=eligible, largest=largest)


def without_people(prepared: Prepared) -> Prepared:
    """Return what blocks are worked out from, without ids and answers: codes, in the order of the ids."""
    return replace(prepared, people=replace(prepared.people, mentors=(), mentees=()))


def _best_of_both(some: Ints, others: Ints) -> Ints:
    both = np.concatenate([some, others], axis=1)
    each = some.shape[1]
    both.partition(each, axis=1)
    return both[:, each:]
