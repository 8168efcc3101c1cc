"""How good an assignment is, in a few numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from functions.matching.score_matrix import Grid, blocks
from functions.matching.terms import Couple


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How good an assignment is: mentees served, the lowest of their best scores, all scores, pairings."""

    served: int
    worst: int | None
    total: int
    pairs: int


def figures_of(grid: Grid, pairs: Sequence[Couple]) -> Figures:
    """Return how good the assignment is. A pair that is not eligible serves nobody and adds nothing."""
    scores = scores_of(grid, pairs)
    best: dict[int, int] = {}
    for (row, _), points in zip(pairs, scores, strict=True):
        if points >= 0:
            best[row] = max(points, best.get(row, points))
    return Figures(
        served=len(best),
        worst=min(best.values(), default=None),
        total=sum(points for points in scores if points >= 0),
        pairs=len(scores),
    )


def scores_of(grid: Grid, pairs: Sequence[Couple]) -> list[int]:
    """Return the score of each pair, in the order given."""
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    found = np.empty(len(table), dtype=np.int64)
    for start, block in blocks(grid):
        inside = (table[:, 0] >= start) & (table[:, 0] < start + len(block))
        found[inside] = block[table[inside, 0] - start, table[inside, 1]]
    return [int(points) for points in found]
