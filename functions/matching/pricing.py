"""Holds prices against pairs that were not among the candidates: which of them would gain?

A proof of the best says that no pair gains above the prices of its two places, compared level by level.
Here the proof of an answer on some pairs is tried on all of them, block by block of a grid.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from functions.matching.grid import Grid, Scores, blocks

Ints = npt.NDArray[np.int64]
Keys = npt.NDArray[np.signedinteger]  # 32 bits where they fit, 64 otherwise

_EACH = 12  # of those who gain with one mentee, how many join the candidates at a time
_CELLS = 1 << 16  # looked at together, so that they stay in the processor's cache
_MANY = 8  # one in so many


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


def gaining(grid: Grid, rows: range | None, proofs: Sequence[Proof], later: Later, *, largest: int) -> Found:
    """Return the pairs of those rows (None: of all) that gain under any of the proofs, the best few of each.

    Empty arrays mean that each proof holds for every eligible pair of the grid. `later` tells what a pair
    gains at the levels after served and total; `largest` is the largest score there is.
    """
    leads = [_Lead.of(proof, largest, beside=beside) for proof in proofs for beside in (False, True)]
    found: list[tuple[Ints, Ints, Ints]] = [(_NOBODY, _NOBODY, _NOBODY)]
    for start, scores in blocks(grid, rows):
        for lead in leads:
            mentees = np.arange(start, start + len(scores))
            mentees = mentees[lead.concerned[mentees]]
            step = max(1, _CELLS // max(scores.shape[1], 1))
            for first in range(0, len(mentees), step):
                found.extend(_in_rows(lead, later, mentees[first : first + step], start, scores))
    row, column, score = (np.concatenate(part) for part in zip(*found, strict=True))
    return Found(row=row, column=column, score=score)


_NOBODY = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lead:
    """A proof whose first levels are one number: served × step + total, which compares as the two do.

    It says of pairs that score `lowest` to `highest`, for the mentees `concerned`, whether they gain:
    when score (if it counts) + `mentor` exceeds `mentee`.
    """

    proof: Proof
    prices: Ints
    mentee: Keys
    mentor: Keys
    scored: bool
    deciding: int  # how many levels the number stands for
    lowest: int
    highest: int
    concerned: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, proof: Proof, largest: int, *, beside: bool) -> "_Lead":
        """Return what the proof says of first pairings, or of those `beside` a first one."""
        prices = proof.further if beside else proof.first
        scored, served = "total" in proof.levels, "served" in proof.levels
        total = _widest(prices, proof.mentor, proof.levels.index("total")) + largest if scored else 0
        step = 2 * total + 1
        weights = np.array(([step] if served else []) + ([1] if scored else []), dtype=np.int64)
        reach = (_widest(prices, proof.mentor, 0) * step if served else 0) + 2 * total + 1
        if reach >= 2**62:
            raise OverflowError("prices do not fit 64 bits")
        narrow = reach < 2**30
        mentee, mentor = (
            sums.astype(np.int32) if narrow else sums
            for sums in (prices[:, : len(weights)] @ weights, proof.mentor[:, : len(weights)] @ weights)
        )
        concerned = proof.more if beside else np.ones(len(prices), dtype=np.bool_)
        if not scored:  # who gains does not depend on the score: most mentees gain with nobody
            gains = mentor.max(initial=-reach) - mentee
            concerned = concerned & ((gains > 0) | ((gains == 0) & (len(weights) < len(proof.levels))))
        if beside and (proof.at_least <= 0 or not scored):
            concerned = np.zeros_like(concerned)
        return cls(
            proof=proof,
            prices=prices,
            mentee=mentee,
            mentor=mentor,
            scored=scored,
            deciding=len(weights),
            lowest=0 if beside else max(proof.at_least, 0),
            highest=proof.at_least - 1 if beside else largest,
            concerned=concerned,
        )


def _widest(mentees: Ints, mentors: Ints, level: int) -> int:
    return int(np.abs(mentees[:, level]).max(initial=0)) + int(np.abs(mentors[:, level]).max(initial=0))


def _in_rows(
    lead: _Lead, later: Later, rows: Ints, start: int, scores: Scores
) -> Iterator[tuple[Ints, Ints, Ints]]:
    """Yield the pairs of those rows that gain, if there are any; `scores` begin at the row `start`."""
    whole = rows[-1] - rows[0] + 1 == len(rows)
    block = scores[rows[0] - start : rows[-1] - start + 1] if whole else scores[rows - start]
    key = block + lead.mentor if lead.scored else np.broadcast_to(lead.mentor, block.shape)
    perhaps = key >= lead.mentee[rows][:, None]
    count = np.count_nonzero(perhaps)
    if count > perhaps.size // _MANY:
        perhaps &= block >= lead.lowest
    inside, column = np.nonzero(perhaps) if count else (_NOBODY, _NOBODY)
    score = block[inside, column].astype(np.int64)
    right = (score >= lead.lowest) & (score <= lead.highest)
    inside, column, score = inside[right], column[right], score[right]
    row, above = rows[inside], key[inside, column].astype(np.int64) - lead.mentee[rows[inside]]
    gains = above > 0
    even = np.flatnonzero(~gains)
    gains[even] = _gain_later(lead, later, row[even], column[even])
    if gains.any():
        yield _best_of_each(row[gains], column[gains], score[gains], above[gains])


def _gain_later(lead: _Lead, later: Later, row: Ints, column: Ints) -> npt.NDArray[np.bool_]:
    """Say of pairs that are even at the first levels whether they gain at those after."""
    sign = np.zeros(len(row), dtype=np.int64)
    for which in range(lead.deciding, len(lead.proof.levels)):
        if not (sign == 0).any():
            break
        gain = later(lead.proof.levels[which], row, column)
        gain = gain + lead.proof.mentor[column, which] - lead.prices[row, which]
        sign = np.where(sign == 0, np.sign(gain), sign)
    return sign > 0


def _best_of_each(row: Ints, column: Ints, score: Ints, above: Ints) -> tuple[Ints, Ints, Ints]:
    order = np.lexsort((column, -above, row))
    row, column, score = row[order], column[order], score[order]
    nth = np.arange(len(row)) - np.searchsorted(row, row)
    few = nth < _EACH
    return row[few], column[few], score[few]
