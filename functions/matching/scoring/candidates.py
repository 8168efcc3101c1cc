"""The best candidates of everybody: each mentee's best mentors and each mentor's best mentees, from blocks.

Scores are seen once, block by block, and never held. What cannot be among the best of its row nor of
its column is dismissed by one comparison with a running threshold. Equal scores are ordered by a lot
that is drawn from the two places (people stand in the order of their ids), so the answer depends on
neither the order of input nor the blocks, and ties do not send everybody to the same few.

A candidate is one whole number, the score above the lot: the greater the better, and the lot gives back
the place on the other side.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from functions.matching.score_matrix import Grid, Sparse

Ints = npt.NDArray[np.int64]
Scores = npt.NDArray[np.int32]

NO_CANDIDATE = -1  # where somebody has fewer candidates
_LOT_BITS = 32
_LOTS = 2**_LOT_BITS - 1
# Odd, so that the lots of one row or column all differ; near the golden ratio, so that they spread.
_BY_ROW, _BY_COLUMN = 0x9E3779B1, 0x85EBCA77
_ROW_OF, _COLUMN_OF = pow(_BY_ROW, -1, 2**_LOT_BITS), pow(_BY_COLUMN, -1, 2**_LOT_BITS)

_CELLS = 2**20  # pairs that are looked at together
_CELLS_IN_CACHE = 2**17
_SAMPLE = 8  # one column in so many tells what a row's best are at least
_WAITING = 2  # so many times `each` per column wait before thresholds are raised


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockCandidates:
    """The best candidates of one block, by row and by column, as whole numbers; NO_CANDIDATE where fewer."""

    first_row: int
    first_column: int
    rows: Ints
    columns: Ints


def best_of_block(scores: Scores, first_row: int, first_column: int, each: int) -> BlockCandidates:
    """Return the best `each` candidates of every row and column of a block, on any machine."""
    height, width = scores.shape
    found = _Collected(height, width, each, (first_row, first_column))
    for start in range(0, height, _step(width)):
        found.add(scores[start : start + _step(width)], start)
    return found.kept()


def merge_candidates(parts: Iterable[BlockCandidates], shape: tuple[int, int], each: int) -> Sparse:
    """Return the candidates of everybody from blocks that together cover the whole, in any order."""
    rows, columns = _Best(shape[0], each), _Best(shape[1], each)
    for part in parts:
        for best, first, keys in (
            (rows, part.first_row, part.rows),
            (columns, part.first_column, part.columns),
        ):
            line, place = np.nonzero(keys != NO_CANDIDATE)
            best.add(first + line, keys[line, place])
    return _sparse(rows.keys, columns.keys, shape)


def best_candidates(
    grid: Grid,
    each: int,
    *,
    threads: int = 2,
    progress: Callable[[int], None] = lambda _percent: None,
) -> Sparse:
    """Return the pairs that are among the best `each` of their mentee or of their mentor.

    With two threads the next block is asked for while this one is looked through. `progress` is told per
    cent and may raise to stop the work.
    """
    height, width = grid.shape
    found = _Collected(height, width, each, (0, 0))
    for start, scores in _ahead(grid, threads):
        for first in range(0, len(scores), _step(width)):
            found.add(scores[first : first + _step(width)], start + first)
        progress(100 * (start + len(scores)) // height)
    kept = found.kept()
    return _sparse(kept.rows, kept.columns, grid.shape)


def _step(width: int) -> int:
    return max(1, _CELLS // max(width, 1))


def _ahead(grid: Grid, threads: int) -> Iterator[tuple[int, Scores]]:
    """Yield blocks of rows, the next one already under way."""
    height, width = grid.shape
    step = 32 * _step(width)
    starts = range(0, height, step)
    if threads <= 1:
        for start in starts:
            yield start, grid.rows(start, min(start + step, height))
        return
    with ThreadPoolExecutor(1) as pool:
        waiting = [pool.submit(grid.rows, start, min(start + step, height)) for start in starts[:1]]
        for start in starts:
            scores = waiting.pop().result()
            if start + step < height:
                waiting.append(pool.submit(grid.rows, start + step, min(start + 2 * step, height)))
            yield start, scores


class _Best:
    """The best candidates of each line so far, and what a further one must beat."""

    def __init__(self, lines: int, each: int) -> None:
        self.keys: Ints = np.full((lines, each), NO_CANDIDATE, dtype=np.int64)
        self.least: Ints = np.full(lines, NO_CANDIDATE, dtype=np.int64)

    def add(self, lines: Ints, keys: Ints) -> None:
        """Add candidates of lines, in any order."""
        order = _order(lines, len(self.least))
        self.add_in_order(lines[order], keys[order])

    def add_in_order(self, lines: Ints, keys: Ints) -> None:
        """Add candidates of lines, the first line's first."""
        if not len(lines):
            return
        first = int(lines[0])
        count = np.bincount(lines - first)
        start = np.cumsum(count) - count
        size = 1
        while size < 2 * int(count.max(initial=0)):
            chosen = np.flatnonzero((count > size // 2) & (count <= size))
            if len(chosen):
                self._add_lines(first + chosen, start[chosen], count[chosen], keys)
            size *= 2

    def _add_lines(self, chosen: Ints, start: Ints, count: Ints, keys: Ints) -> None:
        """Add to lines that have about as many new candidates, so that they make one full table."""
        each, most = self.keys.shape[1], int(count.max())
        table = np.full((len(chosen), most + each), NO_CANDIDATE, dtype=np.int64)
        place = np.arange(most)
        there = place < count[:, None]
        table[:, :most][there] = keys[(start[:, None] + place)[there]]
        table[:, most:] = self.keys[chosen]
        table.partition(most, axis=1)
        self.keys[chosen] = table[:, most:]
        self.least[chosen] = table[:, most]


class _Collected:
    """The best of a block's rows and columns, as its rows come in, in order."""

    def __init__(self, height: int, width: int, each: int, first: tuple[int, int]) -> None:
        self.each, self.first = each, first
        self.rows, self.columns = _Best(height, each), _Best(width, each)
        self._waiting: list[tuple[Ints, Ints]] = []
        self._count = 0
        self._least = np.zeros(width, dtype=np.int32)

    def add(self, scores: Scores, start: int) -> None:
        """Add whole rows, the first of which is `start` of the block."""
        width = scores.shape[1]
        if not scores.size or not self.each:
            return
        at_least = _least_of_rows(scores, self.each)
        passing = self._passing(scores, at_least)
        row, column = passing // width, passing % width
        score = np.ascontiguousarray(scores).reshape(-1)[passing]
        keys = _keys(score, self.first[0] + start + row, self.first[1] + column)
        of_row = np.flatnonzero(score >= at_least[row])
        self.rows.add_in_order(start + row[of_row], keys[of_row])
        of_column = np.flatnonzero(keys > self.columns.least[column])
        self._waiting.append((column[of_column], keys[of_column]))
        self._count += len(self._waiting[-1][0])
        if self._count > _WAITING * self.each * width:
            self._raise()

    def _passing(self, scores: Scores, at_least: Scores) -> Ints:
        """Return the places of the pairs that may be among the best of their row or column."""
        height, width = scores.shape
        step = min(height, max(1, _CELLS_IN_CACHE // width))
        least, passes = np.empty((step, width), dtype=np.int32), np.empty((step, width), dtype=np.bool_)
        found = []
        for start in range(0, height, step):
            part = scores[start : start + step]
            np.minimum(at_least[start : start + step, None], self._least, out=least[: len(part)])
            np.greater_equal(part, least[: len(part)], out=passes[: len(part)])
            found.append(np.flatnonzero(passes[: len(part)]) + start * width)
        return np.concatenate(found)

    def _raise(self) -> None:
        """Take in what waits, and raise the columns' thresholds."""
        if self._waiting:
            columns, keys = (np.concatenate(parts) for parts in zip(*self._waiting, strict=True))
            self.columns.add(columns, keys)
        self._waiting, self._count = [], 0
        self._least = np.maximum(self.columns.least >> _LOT_BITS, 0).astype(np.int32)

    def kept(self) -> BlockCandidates:
        """Return the best of every row and column."""
        self._raise()
        return BlockCandidates(
            first_row=self.first[0],
            first_column=self.first[1],
            rows=self.rows.keys,
            columns=self.columns.keys,
        )


def _least_of_rows(scores: Scores, each: int) -> Scores:
    """Return for each row a score, not below 0, that its best `each` all reach: the least of a sample's."""
    width = scores.shape[1]
    sample = scores[:, :: max(1, min(_SAMPLE, width // (2 * each)))]
    if sample.shape[1] < each:
        return np.zeros(len(scores), dtype=np.int32)
    place = sample.shape[1] - each
    least: Scores = np.maximum(np.partition(sample, place, axis=1)[:, place], 0)
    return least


def _order(lines: Ints, size: int) -> Ints:
    """Return the order that sorts by line; numpy sorts 16 bits in a pass or two over memory."""
    order = np.argsort((lines & 0xFFFF).astype(np.uint16), kind="stable")
    if size > 2**16:
        order = order[np.argsort((lines[order] >> 16).astype(np.uint16), kind="stable")]
    return order


def _keys(score: Scores, row: Ints, column: Ints) -> Ints:
    keys: Ints = (score.astype(np.int64) << _LOT_BITS) | (row * _BY_ROW + column * _BY_COLUMN & _LOTS)
    return keys


def _sparse(rows: Ints, columns: Ints, shape: tuple[int, int]) -> Sparse:
    """Return the pairs of both sides' candidates, each once, by row and column."""
    row, place = np.nonzero(rows != NO_CANDIDATE)
    keys = rows[row, place]
    column = ((keys & _LOTS) - row * _BY_ROW & _LOTS) * _COLUMN_OF & _LOTS
    mentor, place = np.nonzero(columns != NO_CANDIDATE)
    back = columns[mentor, place]
    mentee = ((back & _LOTS) - mentor * _BY_COLUMN & _LOTS) * _ROW_OF & _LOTS
    codes = np.concatenate([row * shape[1] + column, mentee * shape[1] + mentor])
    codes, first = np.unique(codes, return_index=True)
    counts = np.bincount(codes // max(shape[1], 1), minlength=shape[0])
    return Sparse(
        starts=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        columns=codes % max(shape[1], 1),
        values=np.concatenate([keys, back])[first] >> _LOT_BITS,
    )
