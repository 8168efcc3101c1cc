"""Holds prices against pairs that were not among the candidates: which of them would gain?

A proof of the best says that no pair gains above the prices of its two places, compared level by level.
Here the proof of an answer on some pairs is tried on all of them, block by block of a grid.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from functions.matching.grid import Grid, Scores, blocks

Ints = npt.NDArray[np.int64]

_EACH = 12  # of those who gain with one mentee, how many join the candidates at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Prices by place (rows) and level (columns), mentees and mentors in the order of the grid.

    Pairs that score `at_least` pay `first`, those below it `further`, which counts for mentees who have
    `more` places than one.
    """

    levels: tuple[str, ...]
    at_least: int
    first: Ints
    further: Ints
    mentor: Ints
    more: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Pairs by row and column of the grid, with their scores."""

    row: Ints
    column: Ints
    score: Ints


Later = Callable[[str, Ints, Ints], Ints]  # level, rows, columns → what those pairs gain by themselves


def gaining(
    grid: Grid, proofs: Sequence[Proof], later: Later, progress: Callable[[int], None] = lambda _percent: None
) -> Found:
    """Return the pairs that gain under any of the proofs, the best few of each mentee.

    None means that each proof holds for every eligible pair of the grid. `later` tells what a pair gains
    at the levels after served and total.
    """
    leads = [(_Lead.of(proof, proof.first), _Lead.of(proof, proof.further)) for proof in proofs]
    found: list[tuple[Ints, Ints, Ints]] = []
    rows = max(grid.shape[0], 1)
    for start, scores in blocks(grid):
        for proof, (first, further) in zip(proofs, leads, strict=True):
            every = np.arange(len(scores))
            found.append(_in_block(proof, first, later, start, scores, every, high=True))
            beside = np.flatnonzero(proof.more[start : start + len(scores)])
            if len(beside) and proof.at_least > 0 and proof.levels != ("served",):
                found.append(_in_block(proof, further, later, start, scores, beside, high=False))
        progress(100 * (start + len(scores)) // rows)
    row, column, score = (np.concatenate(part) for part in zip(*found, strict=True))
    return Found(row=row, column=column, score=score)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lead:
    """The first levels of prices as one number: served × step + total, which compares as the two do."""

    mentee: Ints
    mentor: Ints
    prices: Ints
    scored: bool
    deciding: int  # how many levels the number stands for

    @classmethod
    def of(cls, proof: Proof, prices: Ints) -> "_Lead":
        scored = "total" in proof.levels
        served = "served" in proof.levels
        step = 1
        if scored:
            which = proof.levels.index("total")
            step = 2 * (_widest(prices[:, which]) + _widest(proof.mentor[:, which]) + 2**31)
        factors = ([step] if served else []) + ([1] if scored else [])
        if served and (_widest(prices[:, 0]) + _widest(proof.mentor[:, 0]) + 1) * step >= 2**62:
            raise OverflowError("prices do not fit 64 bits")
        weights = np.array(factors, dtype=np.int64)
        deciding = len(factors)
        return cls(
            mentee=prices[:, :deciding] @ weights,
            mentor=proof.mentor[:, :deciding] @ weights,
            prices=prices,
            scored=scored,
            deciding=deciding,
        )


def _widest(values: Ints) -> int:
    return int(np.abs(values).max(initial=0))


def _in_block(  # noqa: PLR0913 - one cell's whole surroundings
    proof: Proof, lead: _Lead, later: Later, start: int, scores: Scores, rows: Ints, *, high: bool
) -> tuple[Ints, Ints, Ints]:
    """Return the pairs of some rows of a block that gain."""
    if not lead.scored:  # who gains does not depend on the score: most rows gain with nobody
        rows = rows[lead.mentor.max(initial=-(2**62)) >= lead.mentee[start + rows]]
    block = scores[rows] if len(rows) < len(scores) else scores
    key = lead.mentor[None, :] - lead.mentee[start + rows][:, None]
    if lead.scored:
        key += block
    candidates = key >= 0
    candidates &= (block >= max(proof.at_least, 0)) if high else (block < proof.at_least) & (block >= 0)
    inside, column = np.nonzero(candidates)
    row, key, score = start + rows[inside], key[inside, column], block[inside, column].astype(np.int64)
    gains = key > 0
    even = np.flatnonzero(~gains)
    gains[even] = _gain_later(proof, lead, later, row[even], column[even])
    row, column, score, key = row[gains], column[gains], score[gains], key[gains]
    return _best_of_each(row, column, score, key)


def _gain_later(proof: Proof, lead: _Lead, later: Later, row: Ints, column: Ints) -> npt.NDArray[np.bool_]:
    """Say of pairs that are even at the first levels whether they gain at those after."""
    sign = np.zeros(len(row), dtype=np.int64)
    for which in range(lead.deciding, len(proof.levels)):
        if not (sign == 0).any():
            break
        gain = later(proof.levels[which], row, column)
        gain = gain + proof.mentor[column, which] - lead.prices[row, which]
        sign = np.where(sign == 0, np.sign(gain), sign)
    return sign > 0


def _best_of_each(row: Ints, column: Ints, score: Ints, key: Ints) -> tuple[Ints, Ints, Ints]:
    order = np.lexsort((column, -key, row))
    row, column, score = row[order], column[order], score[order]
    nth = np.arange(len(row)) - np.searchsorted(row, row)
    few = nth < _EACH
    return row[few], column[few], score[few]
