"""The proof that no other assignment is better, worked out again from its prices and the scores.

Every place has a price (a vector, one number a level). What anybody would pay above price, added up,
is an upper bound on every assignment, compared lexicographically: a mentee for a first or a further
place, a mentor for giving one, a pair for being made. When the bound is what the assignment reaches,
none is better.

The scores come in blocks and are looked at once. A pair adds to a bound only if it gains above its
prices, which in a true proof only pairs that are made do. So each block is first held against a
threshold, the score from which a pair gains at the first levels (served and total in one number);
the further levels, tie_break_numbers among them, are worked out for the few pairs that reach it.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import mul

import numpy as np
import numpy.typing as npt

from functions.matching.outcome import Certificate, Prices, Vector
from functions.matching.score_matrix import Scores
from functions.matching.terms import Objective
from functions.matching.verification.claim import Claim, Couple, by_id, places_of

Ints = npt.NDArray[np.int64]
Bits = npt.NDArray[np.uint64]
Truths = npt.NDArray[np.bool_]

LARGEST_PRICE = 2**60
_CELLS_IN_A_STRIP = 1 << 18
_ROWS_IN_A_STRIP = 255  # so that a column's pairs are counted in eight bits
_BITS_32 = 2**31 - 1
_BITS_62 = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimArrays:
    """A claim as arrays. Pairs are codes, row × number of mentors + column, in ascending order."""

    rank: Ints  # of each mentee's priority, from 1
    mentee_places: Ints  # beside the locked pairings
    mentor_places: Ints
    mentee_locked: Ints
    mentor_locked: Ints
    settled: Ints  # locked or forbidden
    chosen: Ints  # made and not locked
    chosen_scores: Ints
    kept: Ints  # of the previous assignment
    keys: tuple[Bits, Bits]
    levels: tuple[str, ...]

    @classmethod
    def of(cls, claim: Claim) -> "ClaimArrays":
        """Read a claim whose people are all there."""
        mentees, mentors = by_id(claim.mentees), by_id(claim.mentors)
        rows = {person.id: row for row, person in enumerate(mentees)}
        columns = {person.id: column for column, person in enumerate(mentors)}

        def coded(couples: Iterable[Couple]) -> Ints:
            known = [couple for couple in couples if couple[0] in rows and couple[1] in columns]
            codes = [rows[mentee] * len(columns) + columns[mentor] for mentee, mentor in known]
            return np.unique(np.array(codes, dtype=np.int64))

        locked = coded(claim.locked)
        made = coded((pair.mentee, pair.mentor) for pair in claim.pairs)
        scores = {rows[pair.mentee] * len(columns) + columns[pair.mentor]: pair.score for pair in claim.pairs}
        chosen = made[~_among(made, locked)]
        mentee_locked = np.bincount(locked // max(len(columns), 1), minlength=len(rows))
        mentor_locked = np.bincount(locked % max(len(columns), 1), minlength=len(columns))
        mentee_places = [places_of(person, claim.policy.mentees.capacity) for person in mentees]
        mentor_places = [places_of(person, claim.policy.mentors.capacity) for person in mentors]
        _, rank = np.unique([person.priority for person in mentees], return_inverse=True)
        return cls(
            rank=rank.astype(np.int64) + 1,
            mentee_places=np.array(mentee_places, dtype=np.int64) - mentee_locked,
            mentor_places=np.array(mentor_places, dtype=np.int64) - mentor_locked,
            mentee_locked=mentee_locked.astype(np.int64),
            mentor_locked=mentor_locked.astype(np.int64),
            settled=np.union1d(locked, coded(claim.forbidden)),
            chosen=chosen,
            chosen_scores=np.array([scores[code] for code in chosen.tolist()], dtype=np.int64),
            kept=coded(claim.previous or ()),
            keys=(
                keys_of("mentee", (person.id for person in mentees), claim.seed),
                keys_of("mentor", (person.id for person in mentors), claim.seed),
            ),
            levels=_levels_of(claim.policy.objective, again=claim.previous is not None),
        )

    @property
    def shape(self) -> tuple[int, int]:
        """How many mentees and mentors there are."""
        return len(self.mentee_places), len(self.mentor_places)

    def cells(self, codes: Ints) -> tuple[Ints, Ints]:
        """Return the rows and the columns of pairs."""
        rows, columns = np.divmod(codes, max(self.shape[1], 1))
        return rows, columns

    def gains(self, rows: Ints, columns: Ints, scores: Ints, levels: tuple[str, ...]) -> Ints:
        """Return what each pair brings at each level, but for the places that it takes."""
        gains = np.zeros((len(rows), len(levels)), dtype=np.int64)
        if "total" in levels:
            gains[:, levels.index("total")] = scores
        if "least change" in levels:
            kept = _among(rows * self.shape[1] + columns, self.kept)
            gains[:, levels.index("least change")] = np.where(kept, 1, -1)
        if "tie-break" in levels:
            gains[:, levels.index("tie-break")] = -tie_break_numbers(self.keys, self.shape, rows, columns)
        return gains

    def reached(self) -> Vector:
        """Return what the chosen pairs bring at each level."""
        rows, columns = self.cells(self.chosen)
        brought = self.gains(rows, columns, self.chosen_scores, self.levels)
        values = dict(zip(self.levels, map(sum, brought.T.tolist()), strict=True))
        served = np.zeros(self.shape[0], dtype=np.bool_)
        served[rows] = True
        values["served"] = int(self.rank[served & (self.mentee_locked == 0)].sum())
        before = self.mentor_locked
        after = before + np.bincount(columns, minlength=self.shape[1])
        values["load"] = -int((after**2 - before**2).sum())
        return tuple(values[level] for level in self.levels)


class CertificateProof:
    """The certificate's bounds, that see the scores of some rows, or all, once.

    For rows that are not seen, only the pairs that are made count: see `pairs` for what that proves.
    Raises ValueError, or its like, when the certificate can't be read.
    """

    def __init__(self, case: ClaimArrays, certificate: Certificate, objective: Objective, most: int) -> None:
        self._case = case
        self._certificate = certificate
        self._reached = case.reached()
        self._settled_scores = np.full(len(case.settled), -1, dtype=np.int64)
        self._seen = np.zeros(case.shape[0], dtype=np.bool_)
        self._served = self._reached[0] if objective.served else 0
        self._has_floor = objective.floor and self._served > 0
        self.faults_of_form = [*_faults_of_form(case, certificate, most, has_floor=self._has_floor)]
        self._bounds: dict[str, _LevelBound] = {}
        if self.faults_of_form:
            return
        floor = certificate.floor
        if objective.served:
            prices = _PriceArrays.of(certificate.served, case, ("served",))
            self._bounds["served"] = _LevelBound(case, prices, most=most, limit=self._served)
        if self._has_floor:
            prices = _PriceArrays.of(certificate.above_floor, case, ("served",))
            self._bounds["floor"] = _LevelBound(case, prices, most=most, limit=self._served, lowest=floor + 1)
        prices = _PriceArrays.of(certificate.whole, case, case.levels)
        self._bounds["whole"] = _LevelBound(case, prices, most=most, limit=len(case.chosen), floor=floor)

    def see(self, start: int, block: Scores) -> None:
        """Look at the scores of some rows, the first of which is `start`."""
        height, width = block.shape
        self._seen[start : start + height] = True
        inside = slice(*np.searchsorted(self._case.settled, [start * width, (start + height) * width]))
        rows, columns = self._case.cells(self._case.settled[inside])
        self._settled_scores[inside] = block[rows - start, columns]
        step = min(max(1, _CELLS_IN_A_STRIP // max(width, 1)), _ROWS_IN_A_STRIP)
        for row in range(0, height, step):
            for bound in self._bounds.values():
                bound.see(start + row, block[row : row + step])

    def faults(self) -> Iterator[str]:
        """Yield what the certificate does not prove of the scores that were seen."""
        yield from self.faults_of_form
        if self.faults_of_form:
            return
        values = {name: bound.value(self._seen, self._settled_scores) for name, bound in self._bounds.items()}
        if "served" in values and values["served"] != (self._served,):
            yield "the certificate does not prove that nobody else can be served"
        if self._has_floor:
            yield from self._faults_of_floor(values["floor"])
        if self._reached != self._certificate.value:
            yield "the certificate is for another value than the pairs have"
        if values["whole"] != self._reached:
            yield "the certificate does not prove that no other assignment is better"

    def _faults_of_floor(self, above: Vector | None) -> Iterator[str]:
        case = self._case
        rows, _ = case.cells(case.chosen)
        best = np.full(case.shape[0], -1, dtype=np.int64)
        np.maximum.at(best, rows, case.chosen_scores)
        chosen_by_us = (case.mentee_locked == 0) & (best >= 0)
        if (best[chosen_by_us] < self._certificate.floor).any():
            yield "somebody’s first pairing is below the floor"
        if above is None or not above < (self._served,):
            yield "the certificate does not prove that the floor can’t be higher"


def _faults_of_form(
    case: ClaimArrays, certificate: Certificate, most: int, *, has_floor: bool
) -> Iterator[str]:
    if certificate.levels != case.levels:
        yield "the certificate is for other levels than the policy’s"
    numbers = (certificate.floor, *certificate.value)
    if {*map(type, numbers)} != {int} or not 0 <= certificate.floor <= most:
        raise ValueError(numbers)
    if certificate.floor and not has_floor:
        yield "the certificate has a floor where none is asked for"


@dataclass(frozen=True, slots=True, kw_only=True)
class _PriceArrays:
    """Prices as arrays, people × levels."""

    first: Ints
    further: Ints
    mentor: Ints
    levels: tuple[str, ...]

    @classmethod
    def of(cls, prices: Prices | None, case: ClaimArrays, levels: tuple[str, ...]) -> "_PriceArrays":
        """Read prices; without any, those that prove that nobody can be served at all."""
        rows, columns = case.shape
        if prices is None and levels == ("served",):
            first = -np.where(case.mentee_locked == 0, case.rank, 0)[:, None]
            return cls(
                first=first,
                further=np.zeros_like(first),
                mentor=np.zeros((columns, 1), dtype=np.int64),
                levels=levels,
            )
        if prices is None:
            raise ValueError(levels)
        return cls(
            first=_vectors(prices.first, (rows, len(levels))),
            further=_vectors(prices.further, (rows, len(levels))),
            mentor=_vectors(prices.mentor, (columns, len(levels))),
            levels=levels,
        )


def _vectors(vectors: Sequence[Vector] | Ints, shape: tuple[int, int]) -> Ints:
    """Read one side's prices; whole numbers only, and none so large that sums of three overflow."""
    if not isinstance(vectors, np.ndarray):
        if not {*map(type, chain.from_iterable(vectors))} <= {int}:
            raise TypeError(vectors)
        vectors = np.array(vectors, dtype=np.int64).reshape(len(vectors), shape[1])
    if vectors.dtype != np.int64 or vectors.shape != shape:
        raise ValueError(shape)
    if vectors.size and (vectors.max() > LARGEST_PRICE or vectors.min() < -LARGEST_PRICE):
        raise ValueError(LARGEST_PRICE)
    return vectors


class _LevelBound:
    """The upper bound that one set of prices gives when a first pairing must score `floor` or more.

    Pairs below `lowest` don't count at all. At the level "served" alone, further pairings don't count.
    More than `limit` pairs that gain are too many for the bound to hold.
    """

    def __init__(
        self,
        case: ClaimArrays,
        prices: _PriceArrays,
        *,
        most: int,
        limit: int,
        lowest: int = 0,
        floor: int = 0,
    ) -> None:
        self._case, self._prices = case, prices
        self._one = ((case.mentee_locked == 0) & (case.mentee_places > 0)).astype(np.int64)
        self._more = case.mentee_places - self._one
        self._lowest = lowest
        first = _Offers(case, prices.first, prices, most=most, limit=limit)
        first.keep_to(max(lowest, floor), most + 1, np.ones(case.shape[0], dtype=np.bool_))
        self._offers = [first]
        if floor > lowest:
            further = _Offers(case, prices.further, prices, most=most, limit=limit)
            further.keep_to(lowest, floor, self._more > 0)
            self._offers.append(further)
        _, columns = case.cells(case.chosen[case.chosen_scores >= lowest])
        sure = np.bincount(columns, minlength=case.shape[1])
        self._room = _Room(case, lowest, np.flatnonzero(self._given(case.mentor_places) > sure))

    @property
    def _hopeless(self) -> bool:
        return any(offers.too_many for offers in self._offers)

    def see(self, start: int, strip: Scores) -> None:
        """Look at the scores of some rows."""
        if self._hopeless:
            return
        self._room.see(strip)
        for offers in self._offers:
            offers.see(start, strip)

    def value(self, seen: Truths, settled_scores: Ints) -> Vector | None:
        """Return the bound, None when it is certain to be too high."""
        case, prices = self._case, self._prices
        rows, columns = case.cells(case.chosen)
        unseen = ~seen[rows]
        for offers in self._offers:
            offers.add_made(rows[unseen], columns[unseen], case.chosen_scores[unseen])
        if self._hopeless:
            return None
        room = self._room.left(
            settled_scores, columns[unseen & (case.chosen_scores >= self._lowest)], case.mentor_places
        )
        gain = np.zeros_like(prices.first)
        if "served" in prices.levels:
            gain[:, prices.levels.index("served")] = case.rank
        sums = [
            _above(prices.first + gain, self._one),
            _above(prices.further, self._more),
            _above(prices.first - prices.further, self._more),
            self._above_of_mentors(self._given(room)),
            *(offers.paid for offers in self._offers),
        ]
        return tuple(map(sum, zip(*sums, strict=True)))

    def _given(self, room: Ints) -> Ints:
        """Return how many of their places each mentor would give above price.

        With the level "load", each place costs 2 more than the one before, so they would give the first few.
        """
        levels, paid = self._prices.levels, -self._prices.mentor
        if "load" not in levels:
            return np.where(_sign(paid) > 0, room, 0)
        load = levels.index("load")
        before, after = _sign(paid[:, :load]), _sign(paid[:, load + 1 :])
        left = paid[:, load] - 2 * self._case.mentor_locked - 1
        first_few = np.where(left < 0, 0, (left + 1) // 2 + ((left % 2 == 0) & (after > 0)))
        given: Ints = np.where(before == 0, np.minimum(first_few, room), np.where(before > 0, room, 0))
        return given

    def _above_of_mentors(self, given: Ints) -> list[int]:
        levels, giving = self._prices.levels, np.flatnonzero(given)
        times = given[giving].tolist()
        sums = [sum(map(mul, column, times)) for column in (-self._prices.mentor[giving]).T.tolist()]
        if "load" in levels:
            already = self._case.mentor_locked[giving].tolist()
            costs = ((held + more) ** 2 - held**2 for held, more in zip(already, times, strict=True))
            sums[levels.index("load")] -= sum(costs)
        return sums


class _Offers:
    """Pairs between one kind of mentees' places and the mentors', and what they pay above price."""

    def __init__(
        self, case: ClaimArrays, mentees: Ints, prices: _PriceArrays, *, most: int, limit: int
    ) -> None:
        self._case, self._mentees, self._mentors = case, mentees, prices.mentor
        self._levels, self._most, self._limit, self._found = prices.levels, most, limit, 0
        self._row, self._column = _thresholds(mentees, prices.mentor, prices.levels, most)
        self.paid = [0] * len(prices.levels)
        self._buffer = np.empty(0, dtype=self._row.dtype)

    def keep_to(self, lowest: int, below: int, able: Truths) -> None:
        """Count only scores from `lowest` on and under `below`, of the mentees who are able."""
        self._lowest, self._below = lowest, below
        cheapest = int(self._column.max()) if self._column.size else 0
        self._able = able & (self._row.astype(np.int64) - cheapest < below)

    @property
    def too_many(self) -> bool:
        """Say whether more pairs gain than any true proof lets."""
        return self._found > self._limit

    def see(self, start: int, strip: Scores) -> None:
        """Find the pairs that reach their threshold, and add up what they pay."""
        able = np.flatnonzero(self._able[start : start + len(strip)])
        if not len(able):
            return
        part = strip if len(able) == len(strip) else strip[able]
        if part.size > self._buffer.size:
            self._buffer = np.empty(part.size, dtype=self._row.dtype)
        threshold = self._buffer[: part.size].reshape(part.shape)
        np.subtract(self._row[start + able, None], self._column[None, :], out=threshold)
        np.maximum(threshold, self._lowest, out=threshold)
        reach = part >= threshold
        if self._below <= self._most:
            reach &= part < self._below
        found = np.flatnonzero(reach)
        if len(found):
            rows, columns = np.divmod(found, part.shape[1])
            self._add(start + able[rows], columns, part[rows, columns].astype(np.int64))

    def add_made(self, rows: Ints, columns: Ints, scores: Ints) -> None:
        """Add what pairs pay whose scores are not seen."""
        counts = (scores >= self._lowest) & (scores < self._below) & self._able[rows]
        self._add(rows[counts], columns[counts], scores[counts])

    def _add(self, rows: Ints, columns: Ints, scores: Ints) -> None:
        free = ~_among(rows * self._case.shape[1] + columns, self._case.settled)
        rows, columns, scores = rows[free], columns[free], scores[free]
        paid = self._mentors[columns] - self._mentees[rows]
        paid += self._case.gains(rows, columns, scores, self._levels)
        above = _sign(paid) > 0
        self._found += int(above.sum())
        if not self.too_many:
            self.paid = [
                so_far + sum(more) for so_far, more in zip(self.paid, paid[above].T.tolist(), strict=True)
            ]


def _thresholds(
    mentees: Ints, mentors: Ints, levels: tuple[str, ...], most: int
) -> tuple[npt.NDArray[np.signedinteger], npt.NDArray[np.signedinteger]]:
    """Return a number for each row and column: a pair may gain only if it scores row − column or more.

    "Served" outweighs all that "total" can differ by, so that both are compared at once. Where a score
    counts for nothing, every eligible pair may gain, or none.
    """
    served = _one_level(mentees, levels, "served"), _one_level(mentors, levels, "served")
    total = _one_level(mentees, levels, "total"), _one_level(mentors, levels, "total")
    spread = most + 1
    if "total" in levels:
        spread += sum(_largest(side) for side in total)
    if levels == ("served",):
        served = served[0] + 1, served[1]  # a pair that gains nothing adds nothing, and no level follows
    largest = (sum(_largest(side) for side in served) + 1) * spread
    if largest >= _BITS_62:
        raise ValueError(largest)
    kind = np.int32 if 2 * largest <= _BITS_32 else np.int64
    row, column = (kept * spread + rest for kept, rest in zip(served, total, strict=True))
    return row.astype(kind), column.astype(kind)


def _one_level(vectors: Ints, levels: tuple[str, ...], level: str) -> Ints:
    if level in levels:
        return vectors[:, levels.index(level)]
    return np.zeros(len(vectors), dtype=np.int64)


def _largest(values: Ints) -> int:
    return max(int(values.max(initial=0)), -int(values.min(initial=0)))


class _Room:
    """Counts how many pairs a mentor could be in, where that may be less than the places they have."""

    def __init__(self, case: ClaimArrays, lowest: int, asked: Ints) -> None:
        self._case, self._lowest, self._short = case, lowest, asked
        self._count = np.zeros(case.shape[1], dtype=np.int64)
        self._asked = asked
        _, columns = case.cells(case.settled)
        self._enough = case.mentor_places + np.bincount(columns, minlength=case.shape[1])

    def see(self, strip: Scores) -> None:
        """Count the pairs of some rows, until a mentor surely has enough."""
        if not len(self._short):
            return
        few = 4 * len(self._short) < strip.shape[1]
        usable = (strip[:, self._short] if few else strip) >= self._lowest
        counted = np.add.reduce(usable.view(np.uint8), axis=0, dtype=np.uint8)
        self._count[self._short] += counted if few else counted[self._short]
        self._short = self._short[self._count[self._short] < self._enough[self._short]]

    def left(self, settled_scores: Ints, made_elsewhere: Ints, places: Ints) -> Ints:
        """Return the places that a mentor can give at most, where that was asked."""
        _, columns = self._case.cells(self._case.settled)
        settled = np.bincount(columns[settled_scores >= self._lowest], minlength=len(places))
        count = self._count - settled + np.bincount(made_elsewhere, minlength=len(places))
        room = places.copy()
        room[self._asked] = np.minimum(places, count)[self._asked]
        return room


def _levels_of(objective: Objective, *, again: bool) -> tuple[str, ...]:
    wanted = {
        "served": objective.served,
        "total": objective.total,
        "load": objective.load,
        "least change": objective.least_change and again,
        "tie-break": True,
    }
    return tuple(level for level, counts in wanted.items() if counts)


def _among(codes: Ints, ordered: Ints) -> Truths:
    """Say of each code whether it stands in an ascending list."""
    if not len(ordered):
        return np.zeros(len(codes), dtype=np.bool_)
    places = np.minimum(np.searchsorted(ordered, codes), len(ordered) - 1)
    found: Truths = ordered[places] == codes
    return found


def _sign(vectors: Ints) -> Ints:
    """Return the sign of the first number that is not 0."""
    sign = np.zeros(len(vectors), dtype=np.int64)
    for level in range(vectors.shape[1]):
        sign = np.where(sign == 0, np.sign(vectors[:, level]), sign)
    return sign


def _above(paid: Ints, places: Ints) -> list[int]:
    """Add up what is paid above price (lexicographically above 0), each as often as there are places."""
    above = (_sign(paid) > 0) & (places > 0)
    times = places[above].tolist()
    return [sum(map(mul, column, times)) for column in paid[above].T.tolist()]


def tie_break_numbers(keys: tuple[Bits, Bits], shape: tuple[int, int], rows: Ints, columns: Ints) -> Ints:
    """Draw the pairs' tie_break_numbers again: SplitMix64's finaliser over both people's digests."""
    nodes = 1 + 2 * shape[0] + shape[1]
    bits = max(8, min(40, 58 - 2 * nodes.bit_length()))
    drawn = _stirred(keys[0][rows] + _stirred(keys[1][columns]))
    return (drawn >> np.uint64(64 - bits)).astype(np.int64) + 1


def keys_of(role: str, ids: Iterable[str], seed: int) -> Bits:
    """Return 64 bits for each person: the beginning of SHA-256 over seed, role and id."""
    digests = (hashlib.sha256(f"{seed}\0{role}\0{name}".encode()).hexdigest() for name in ids)
    return np.array([int(digest[:16], 16) for digest in digests], dtype=np.uint64)


def _stirred(bits: Bits) -> Bits:
    bits = bits + np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        bits = (bits ^ (bits >> np.uint64(shift))) * np.uint64(factor)
    return bits ^ (bits >> np.uint64(31))
