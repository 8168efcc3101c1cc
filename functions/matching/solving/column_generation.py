"""Holds prices against pairs that were not among the candidates: which of them would gain?

A proof of the best says that no pair gains above the prices of its two places, compared level by level.
Here the proof of an answer on some pairs is tried on all of them, block by block of a grid.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from functions.matching.score_matrix import Grid, Scores, blocks

Ints = npt.NDArray[np.int64]
Keys = npt.NDArray[np.signedinteger]  # 32 bits where they fit, 64 otherwise

_NEARLY = 32  # pairs that lack one part in so many of the largest score join with those that gain
_CELLS = 1 << 16  # looked at together, so that they stay in the processor's cache
_MANY = 512  # one in so many


@dataclass(frozen=True, slots=True, kw_only=True)
class DualPrices:
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
class GainingPairs:
    """Pairs by row and column of the grid, with their scores."""

    row: Ints
    column: Ints
    score: Ints


LaterGains = Callable[[str, Ints, Ints], Ints]  # level, rows, columns → what those pairs gain by themselves
Known = Callable[[Ints, Ints], npt.NDArray[np.bool_]]  # rows, columns → which are not to be looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class PairFacts:
    """What is known of pairs beside their scores.

    `later` returns what a pair gains at the levels after served and total, `known` says which pairs are not
    to be looked at; `largest` is the largest score there is.
    """

    later: LaterGains
    known: Known
    largest: int


def find_gaining_pairs(
    grid: Grid,
    rows: range | None,
    proofs: Sequence[DualPrices],
    *,
    facts: PairFacts,
    each: int,
) -> GainingPairs:
    """Return pairs of those rows (None: of all) that gain under any of the proofs, each mentee's best `each`.

    With them come pairs that nearly gain: prices move, and what is there already need not be searched for
    again. Empty arrays mean that no pair gains, so that each proof holds for every eligible pair of those
    rows. Pairs that are known are left out: one that is made may well pay more than its places' prices.
    """
    leads = [
        _FirstLevels.of(proof, facts.largest, beside=beside) for proof in proofs for beside in (False, True)
    ]
    found: list[tuple[Ints, Ints, Ints]] = [(_NOBODY, _NOBODY, _NOBODY)]
    any_gains = False
    for start, scores in blocks(grid, rows):
        for lead in leads:
            mentees = np.arange(start, start + len(scores))
            mentees = mentees[lead.concerned[mentees]]
            step = max(1, _CELLS // max(scores.shape[1], 1))
            for first in range(0, len(mentees), step):
                near = _NearPairs.of(lead, mentees[first : first + step], start, scores).other_than(
                    facts.known
                )
                any_gains |= bool(near.gains(lead, facts.later).any())
                found.append(near.best_of_each(each, lead, facts.later))
    if not any_gains:
        return GainingPairs(row=_NOBODY, column=_NOBODY, score=_NOBODY)
    row, column, score = (np.concatenate(part) for part in zip(*found, strict=True))
    return GainingPairs(row=row, column=column, score=score)


_NOBODY = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class _FirstLevels:
    """A proof whose first levels are one number: served × step + total, which compares as the two do.

    It says of pairs that score `lowest` to `highest`, for the mentees `concerned`, whether they gain:
    when score (if it counts) + `mentor` exceeds `mentee`. `nearly` is how little less is looked at
    (−1 where no level follows, so that those who are even gain nothing).
    """

    proof: DualPrices
    prices: Ints
    mentee: Keys
    mentor: Keys
    scored: bool
    deciding: int  # how many levels the number stands for
    lowest: int
    highest: int
    nearly: int
    concerned: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, proof: DualPrices, largest: int, *, beside: bool) -> "_FirstLevels":
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
            nearly=largest // _NEARLY if scored else 0 if len(weights) < len(proof.levels) else -1,
            concerned=concerned,
        )

    @property
    def later_levels(self) -> range:
        """The places of the levels after those that the number stands for."""
        return range(self.deciding, len(self.proof.levels))


def _widest(mentees: Ints, mentors: Ints, level: int) -> int:
    return int(np.abs(mentees[:, level]).max(initial=0)) + int(np.abs(mentors[:, level]).max(initial=0))


@dataclass(frozen=True, slots=True, kw_only=True)
class _NearPairs:
    """Pairs of a few rows that gain, or nearly: `above` is what they pay above price at the first levels."""

    row: Ints
    column: Ints
    score: Ints
    above: Ints

    @classmethod
    def of(cls, lead: _FirstLevels, rows: Ints, start: int, scores: Scores) -> "_NearPairs":
        """Look at every pair of those rows; `scores` begin at the row `start`."""
        together = rows[-1] - rows[0] + 1 == len(rows)
        block = scores[rows[0] - start : rows[-1] - start + 1] if together else scores[rows - start]
        key = block + lead.mentor if lead.scored else np.broadcast_to(lead.mentor, block.shape)
        perhaps = key >= (lead.mentee[rows] - lead.nearly)[:, None]
        count = np.count_nonzero(perhaps)
        if count > perhaps.size // _MANY:
            perhaps &= block >= lead.lowest
        inside, column = np.nonzero(perhaps) if count else (_NOBODY, _NOBODY)
        score = block[inside, column].astype(np.int64)
        right = (score >= lead.lowest) & (score <= lead.highest)
        inside, column, score = inside[right], column[right], score[right]
        above = key[inside, column].astype(np.int64) - lead.mentee[rows[inside]]
        return cls(row=rows[inside], column=column, score=score, above=above)

    def other_than(self, known: Known) -> "_NearPairs":
        """Return the pairs without those that are known."""
        new = ~known(self.row, self.column)
        return _NearPairs(
            row=self.row[new], column=self.column[new], score=self.score[new], above=self.above[new]
        )

    def gains(self, lead: _FirstLevels, later: LaterGains) -> npt.NDArray[np.bool_]:
        """Say which of the pairs gain."""
        gains = self.above > 0
        even = np.flatnonzero(self.above == 0)
        gains[even] = _gain_later(lead, later, self.row[even], self.column[even])
        return gains

    def best_of_each(self, each: int, lead: _FirstLevels, later: LaterGains) -> tuple[Ints, Ints, Ints]:
        """Return rows, columns and scores of each mentee's best; later levels decide between equals."""
        levels = [_gain_at(lead, later, which, self.row, self.column) for which in lead.later_levels]
        order = np.lexsort((self.column, *(-gain for gain in reversed(levels)), -self.above, self.row))
        row = self.row[order]
        few = order[np.arange(len(row)) - np.searchsorted(row, row) < each]
        return self.row[few], self.column[few], self.score[few]


def _gain_later(lead: _FirstLevels, later: LaterGains, row: Ints, column: Ints) -> npt.NDArray[np.bool_]:
    """Say of pairs that are even at the first levels whether they gain at those after."""
    sign = np.zeros(len(row), dtype=np.int64)
    for which in lead.later_levels:
        if not (sign == 0).any():
            break
        sign = np.where(sign == 0, np.sign(_gain_at(lead, later, which, row, column)), sign)
    return sign > 0


def _gain_at(lead: _FirstLevels, later: LaterGains, which: int, row: Ints, column: Ints) -> Ints:
    """Return what the pairs pay above the prices of their places at one of the later levels."""
    gain = later(lead.proof.levels[which], row, column)
    above: Ints = gain + lead.proof.mentor[column, which] - lead.prices[row, which]
    return above
