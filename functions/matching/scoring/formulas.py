"""What a criterion gives and what a rule refuses, from small numbers: pure arithmetic on whole arrays.

Each formula takes the mentee's number first and the mentor's, or the numbers of the lists' terms, after
it, shaped to meet. A criterion's says a share in millionths, MISSING where an answer is missing; a
rule's says whether it refuses.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from functions.matching.policy.model import WHOLE

Ints = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]

MISSING = -1
ANY = -2  # an answer that fits all
NOT_ASKED = -3
NOWHERE = int(np.iinfo(np.int64).min)  # the place of an answer that is missing


class Formula(Protocol):
    """Shares, or refusals, of pairs."""

    def __call__(self, mine: Ints, *theirs: Ints) -> Ints | Truths:
        """Return what each pair gets, as the arrays broadcast."""
        ...


@dataclass(frozen=True, slots=True)
class SameText:
    """Whether two answers agree; an answer that fits all agrees with every other."""

    earns: bool

    def __call__(self, mine: Ints, *theirs: Ints) -> Ints:
        """Return the share of each pair."""
        agrees = (mine == theirs[0]) | (mine == ANY) | (theirs[0] == ANY)
        share = np.where(agrees == self.earns, WHOLE, 0)
        return np.where((mine == MISSING) | (theirs[0] == MISSING), MISSING, share)


@dataclass(frozen=True, slots=True)
class RefuseText:
    """Refuses what is the same, or what is not; never what fits all."""

    same: bool
    missing: bool

    def __call__(self, mine: Ints, *theirs: Ints) -> Truths:
        """Say of each pair whether it is refused."""
        against = ((mine == theirs[0]) == self.same) & (mine != ANY) & (theirs[0] != ANY)
        return np.where((mine == MISSING) | (theirs[0] == MISSING), self.missing, against)


@dataclass(frozen=True, slots=True)
class Unmet:
    """Refuses where a mentee asks for the same answer and it is not, or is missing."""

    missing: bool

    def __call__(self, mine: Ints, *theirs: Ints) -> Truths:
        """Say of each pair whether it is refused."""
        unknown = (mine == MISSING) | (theirs[0] == MISSING)
        return np.where(mine == NOT_ASKED, np.False_, np.where(unknown, self.missing, mine != theirs[0]))


@dataclass(frozen=True, slots=True)
class Steps:
    """How far the mentor is ahead, worth what is listed or fading beyond the wanted distance."""

    worth: tuple[tuple[int, int], ...]
    at_least: int
    at_most: int
    reach: int

    def __call__(self, mine: Ints, *theirs: Ints) -> Ints:
        """Return the share of each pair."""
        missing = (mine == NOWHERE) | (theirs[0] == NOWHERE)
        steps = np.where(missing, 0, theirs[0] - mine)
        if self.worth:
            share = np.zeros(steps.shape, dtype=np.int64)
            for step, worth in self.worth:
                share[steps == step] = worth
        else:
            off = np.maximum(np.maximum(self.at_least - steps, steps - self.at_most), 0)
            share = WHOLE - np.minimum(off * WHOLE // self.reach, WHOLE)
        return np.where(missing, MISSING, share)


@dataclass(frozen=True, slots=True)
class RefuseSteps:
    """Refuses a mentor who is not far enough ahead, or too far."""

    at_least: int | None
    at_most: int | None
    missing: bool

    def __call__(self, mine: Ints, *theirs: Ints) -> Truths:
        """Say of each pair whether it is refused."""
        missing = (mine == NOWHERE) | (theirs[0] == NOWHERE)
        steps = np.where(missing, 0, theirs[0] - mine)
        against = np.zeros(steps.shape, dtype=np.bool_)
        if self.at_least is not None:
            against |= steps < self.at_least
        if self.at_most is not None:
            against |= steps > self.at_most
        return np.where(missing, self.missing, against)


@dataclass(frozen=True, slots=True)
class Told:
    """Missing where neither of the two named anybody; nothing where one did."""

    def __call__(self, mine: Ints, *theirs: Ints) -> Ints:
        """Return the share of each pair, wishes met apart."""
        return np.where((mine | theirs[0]) != 0, 0, MISSING)


@dataclass(frozen=True, slots=True)
class Either:
    """Refuses where one of the two says so; or where one of the two is missing."""

    def __call__(self, mine: Ints, *theirs: Ints) -> Truths:
        """Say of each pair whether it is refused."""
        either: Truths = (mine | theirs[0]) != 0
        return either


@dataclass(frozen=True, slots=True)
class Covered:
    """How much of what is wanted is offered; `width` bits say which entries, or a count says how many."""

    width: int  # 0 for a count
    none: int  # the number where nothing at all is offered
    at_once: bool

    def __call__(self, mine: Ints, *theirs: Ints) -> Ints:
        """Return the share of each pair; `mine` is how many are wanted."""
        met = _bits_set(theirs[0], self.width) if self.width else theirs[0]
        share = np.where(met > 0, WHOLE, 0) if self.at_once else met * WHOLE // np.maximum(mine, 1)
        return np.where((mine == 0) | (theirs[0] == self.none), MISSING, share)


@dataclass(frozen=True, slots=True)
class BothWays:
    """The mean of how much either covers of what the other wants; one way alone where the other is missing.

    `mine` is twice how many entries the mentee wants, and one more where they offer some. The second
    number says how many of the mentor's wants are met, beside how many those are (`wanted`).
    """

    forth: Covered
    wanted: tuple[int, ...]
    counts: int

    def __call__(self, mine: Ints, *theirs: Ints) -> Ints:
        """Return the share of each pair."""
        there = self.forth(mine // 2, theirs[0])
        wanted = np.array(self.wanted, dtype=np.int64)[theirs[1] // self.counts]
        here = (theirs[1] % self.counts) * WHOLE // np.maximum(wanted, 1)
        here = np.where((wanted == 0) | (mine % 2 == 0), MISSING, here)
        return np.where(there == MISSING, here, np.where(here == MISSING, there, (there + here) // 2))


@dataclass(frozen=True, slots=True)
class Ranked:
    """What ranked choices are worth; the numbers are bits, so many in each, that say which are met."""

    ranks: tuple[int, ...]
    best: bool
    widths: tuple[int, ...]
    none: int

    def __call__(self, mine: Ints, *theirs: Ints) -> Ints:
        """Return the share of each pair; `mine` is how many choices are made."""
        share = np.zeros(np.broadcast_shapes(mine.shape, *(bits.shape for bits in theirs)), dtype=np.int64)
        first = 0
        for bits, width in zip(theirs, self.widths, strict=True):
            for place, worth in enumerate(self.ranks[first : first + width]):
                met = (bits >> place & 1) * worth
                share = np.maximum(share, met) if self.best else share + met
            first += width
        if not self.best:
            sums = np.array([0, *np.cumsum(self.ranks)], dtype=np.int64)
            share = share * WHOLE // np.maximum(sums[np.minimum(mine, len(self.ranks))], 1)
        return np.where((mine == 0) | (theirs[0] == self.none), MISSING, share)


@dataclass(frozen=True, slots=True)
class Common:
    """How many are in common, of those that are enough; `none` where the mentor's side says nothing."""

    enough: int
    none: int

    def __call__(self, mine: Ints, *theirs: Ints) -> Ints:
        """Return the share of each pair; `mine` is 0 where the mentee's side says nothing."""
        share = np.minimum(theirs[0], self.enough) * WHOLE // self.enough
        return np.where((mine == 0) | (theirs[0] == self.none), MISSING, share)


@dataclass(frozen=True, slots=True)
class RefuseFew:
    """Refuses where too few are in common."""

    at_least: int
    none: int
    missing: bool

    def __call__(self, mine: Ints, *theirs: Ints) -> Truths:
        """Say of each pair whether it is refused."""
        missing = (mine == 0) | (theirs[0] == self.none)
        return np.where(missing, self.missing, theirs[0] < self.at_least)


@dataclass(frozen=True, slots=True)
class RefuseWithout:
    """Refuses a mentor who lacks anything of what the mentee asks for (`mine` things)."""

    none: int
    missing: bool

    def __call__(self, mine: Ints, *theirs: Ints) -> Truths:
        """Say of each pair whether it is refused."""
        lacking = np.where(theirs[0] == self.none, self.missing, theirs[0] < mine)
        return np.where(mine == 0, np.False_, lacking)


def _bits_set(numbers: Ints, width: int) -> Ints:
    known = np.array([number.bit_count() for number in range(2**width + 1)], dtype=np.int64)
    return known[numbers]
