"""Everybody's best candidates, against a plain sort of everything."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.matching.score_matrix import DenseScores, Sparse
from functions.matching.scoring import candidates
from functions.matching.scoring.candidates import best_candidates, best_of_block, merge_candidates
from functions.matching.scoring.scores import Computed, prepare, score_all
from tests.matching.cohorts import a_cohort, every_kind

Scores = npt.NDArray[np.int32]


@st.composite
def matrices(draw: Any) -> Scores:
    """Return scores of any size; in many of them nearly all are equal."""
    shape = draw(st.integers(1, 25)), draw(st.integers(1, 25))
    highest = draw(st.sampled_from([0, 1, 3, 1_000_000]))
    seed = draw(st.integers(0, 2**32))
    return np.random.default_rng(seed).integers(-1, highest, shape, endpoint=True, dtype=np.int32)


def lot(row: int, column: int) -> int:
    """Return the lot of a pair, as the record says that it is drawn."""
    return (row * 0x9E3779B1 + column * 0x85EBCA77) % 2**32


def sorted_plainly(matrix: Scores, each: int) -> dict[tuple[int, int], int]:
    """Return what everybody would choose who sorts all of their candidates."""
    height, width = matrix.shape
    cells = [(row, column) for row in range(height) for column in range(width) if matrix[row, column] >= 0]
    cells.sort(key=lambda cell: (-int(matrix[cell]), -lot(*cell)))
    chosen = [
        cell
        for side, size in ((0, height), (1, width))
        for place in range(size)
        for cell in [cell for cell in cells if cell[side] == place][:each]
    ]
    return {cell: int(matrix[cell]) for cell in chosen}


def as_pairs(sparse: Sparse) -> dict[tuple[int, int], int]:
    """Return the pairs with their scores; rows and columns in order."""
    rows = np.repeat(np.arange(len(sparse.starts) - 1), np.diff(sparse.starts))
    cells = list(zip(rows.tolist(), sparse.columns.tolist(), strict=True))
    assert cells == sorted(set(cells))
    return dict(zip(cells, sparse.values.tolist(), strict=True))


@settings(max_examples=60, deadline=None)
@given(matrix=matrices(), each=st.integers(1, 8), cells=st.integers(1, 300), threads=st.integers(1, 2))
def test_everybody_gets_whom_they_would_choose_themselves(
    matrix: Scores, each: int, cells: int, threads: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(candidates, "_CELLS", cells)
        patch.setattr(candidates, "_CELLS_IN_CACHE", max(1, cells // 3))
        found = best_candidates(DenseScores(matrix), each, threads=threads)

    assert as_pairs(found) == sorted_plainly(matrix, each)


@settings(max_examples=60, deadline=None)
@given(matrix=matrices(), each=st.integers(1, 8), data=st.data())
def test_blocks_of_any_size_in_any_order_merge_into_the_same(matrix: Scores, each: int, data: Any) -> None:
    height, width = matrix.shape
    tall, wide = data.draw(st.integers(1, height)), data.draw(st.integers(1, width))
    corners = [(row, column) for row in range(0, height, tall) for column in range(0, width, wide)]

    parts = [
        best_of_block(matrix[row : row + tall, column : column + wide], row, column, each)
        for row, column in data.draw(st.permutations(corners))
    ]

    assert as_pairs(merge_candidates(parts, matrix.shape, each)) == sorted_plainly(matrix, each)


def test_where_all_are_equal_not_everybody_gets_the_same_few() -> None:
    found = best_candidates(DenseScores(np.zeros((200, 200), dtype=np.int32)), 5)

    wanted = np.bincount(found.columns, minlength=200)
    assert wanted.min() >= 5
    assert wanted.max() <= 20


def test_scores_that_are_computed_block_by_block_give_the_same_candidates() -> None:
    prepared = prepare(*a_cohort(7), every_kind())

    found = best_candidates(Computed(prepared), 2)

    assert as_pairs(found) == sorted_plainly(score_all(prepared), 2)


def test_thresholds_that_rise_dismiss_nobody_who_belongs() -> None:
    matrix = np.random.default_rng(4).integers(-1, 50, (400, 60), dtype=np.int32)
    matrix.sort(axis=0)  # each row is better than all before it: the hardest order for a threshold

    assert as_pairs(best_candidates(DenseScores(matrix), 3)) == sorted_plainly(matrix, 3)


def test_who_stops_the_work_stops_it() -> None:
    def stop(_percent: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        best_candidates(DenseScores(np.zeros((3, 3), dtype=np.int32)), 1, progress=stop)
