"""Scores by blocks of rows: what solves and verifies a cohort need not hold all of its scores at once."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.int32]

CELLS_AT_ONCE = 16_000_000


class Grid(Protocol):
    """The scores of mentees × mentors, both in the order of their ids; −1 where not eligible."""

    @property
    def shape(self) -> tuple[int, int]:
        """How many mentees and mentors there are."""
        ...

    def rows(self, start: int, stop: int) -> Scores:
        """Return the scores of those mentees with every mentor, the same each time they are asked for."""
        ...


@dataclass(frozen=True, slots=True)
class DenseScores:
    """Scores that are all in memory."""

    matrix: Scores

    @property
    def shape(self) -> tuple[int, int]:
        """How many mentees and mentors there are."""
        rows, columns = self.matrix.shape
        return rows, columns

    def rows(self, start: int, stop: int) -> Scores:
        """Return the scores of those mentees with every mentor."""
        return self.matrix[start:stop]


@dataclass(frozen=True, slots=True)
class CachedScores:
    """A grid that keeps the rows read one by one, for a sample that is read again and again."""

    grid: Grid
    kept: dict[int, Scores] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[int, int]:
        """How many mentees and mentors there are."""
        return self.grid.shape

    def rows(self, start: int, stop: int) -> Scores:
        """Return the scores of those mentees with every mentor."""
        if stop - start != 1:
            return self.grid.rows(start, stop)
        if start not in self.kept:
            self.kept[start] = self.grid.rows(start, stop)
        return self.kept[start]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sparse:
    """Scores of the eligible pairs alone, by rows (CSR): row r has columns[starts[r]:starts[r+1]]."""

    starts: npt.NDArray[np.int64]
    columns: npt.NDArray[np.integer]
    values: npt.NDArray[np.integer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What one look at every pair finds.

    `candidates` are the pairs among the best of their row or column, `eligible` the number of eligible pairs
    of each column, `largest` the largest score, 0 where nobody is eligible.
    """

    candidates: Sparse
    eligible: npt.NDArray[np.int64]
    largest: int


def blocks(grid: Grid, chosen: range | None = None) -> Iterator[tuple[int, Scores]]:
    """Yield the first row and the scores of each block, from the first mentee to the last.

    Of `chosen` rows, those that stand together come together.
    """
    rows, columns = grid.shape
    chosen = range(rows) if chosen is None else chosen
    step = max(1, CELLS_AT_ONCE // max(columns, 1)) if chosen.step == 1 else 1
    for start in chosen[::step]:
        yield start, grid.rows(start, min(start + step, chosen.stop))
