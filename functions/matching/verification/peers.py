"""Are the pairs of one pool what they say they are? Checked again, by code that shares nothing with `peers`.

People, rules, points and sums as for two sides, in both directions. The proof is Edmonds' (matching
polytope): everybody has a price of 0 or more, and so has every odd set that is named. When no pair that
could be made weighs more than its two people and the sets around it pay, no pairing weighs more than all
prices together, where a set of 2k + 1 people pays k times; when a pairing weighs that much, none is better.
Prices are in halves. Levels are mixed into one weight, in steps so wide that 1 of a level outweighs
whatever the levels after it can add up to; Python's integers carry it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from functions.matching.outcome import Pair, PoolPrices, PoolProof
from functions.matching.people import Person
from functions.matching.policy.model import Points, Policy
from functions.matching.score_matrix import Scores
from functions.matching.verification.answers import Answers
from functions.matching.verification.certificate import Bits, keys_of, tie_break_numbers
from functions.matching.verification.checks import named
from functions.matching.verification.claim import Couple, by_id

Ints = npt.NDArray[np.int64]

_UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
_ALL_OF_SO_MANY = 63  # people: up to 2,000 pairs
_SAMPLED = 1_000
_FEWEST_IN_A_SET = 3
_CLOSE = 2.0**-40  # of the largest number at hand: what doubles leave open is decided by whole numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolClaim:
    """A pairing of one pool and what it was made from.

    `scores` are people × people in the order of ids, both directions together. In a pair the mentee is
    the one whose id comes first; couples may name their people in either order.
    """

    people: Sequence[Person]
    policy: Policy
    scores: Scores
    pairs: Sequence[Pair]
    proof: PoolProof
    seed: int = 0
    locked: Sequence[Couple] = ()
    forbidden: Sequence[Couple] = ()
    previous: Sequence[Couple] | None = None


def faults_in_pool(claim: PoolClaim) -> list[str]:
    """Return every fault found, in words; an empty list means that the pairing holds."""
    faults = [*_faults_of_people(claim)]
    if faults:
        return faults
    both_ways = _BothWays(claim.policy)
    faults += [*_faults_of_terms(claim), *_faults_of_pairs(claim, both_ways)]
    faults += [*_faults_of_scores(claim, both_ways)]
    if faults:
        return faults
    try:
        return [*_faults_of_proof(_PoolArrays.of(claim), claim)]
    except _UNREADABLE:
        return ["the certificate can’t be read"]


def _faults_of_people(claim: PoolClaim) -> Iterator[str]:
    names = Counter(person.id for person in claim.people)
    yield from (f"{name} is there {times} times" for name, times in names.items() if times > 1)
    if claim.scores.shape != (len(claim.people), len(claim.people)):
        yield "the scores are not those of these people"
    for pair in claim.pairs:
        if pair.mentee not in names or pair.mentor not in names:
            yield f"{named(pair)} is a pairing of somebody who is not there"
        elif pair.mentee >= pair.mentor:
            yield f"{named(pair)} does not begin with whose id comes first"
    paired = Counter(name for pair in claim.pairs for name in (pair.mentee, pair.mentor))
    yield from (f"{name} is in {times} pairs" for name, times in paired.items() if times > 1)


def _faults_of_terms(claim: PoolClaim) -> Iterator[str]:
    made = {frozenset((pair.mentee, pair.mentor)) for pair in claim.pairs}
    for couple in claim.locked:
        if frozenset(couple) not in made:
            yield f"{couple[0]} and {couple[1]} are locked and not paired"
    for couple in claim.forbidden:
        if frozenset(couple) in made:
            yield f"{couple[0]} and {couple[1]} are forbidden and paired"


class _BothWays:
    """What two peers' answers say, in both directions."""

    def __init__(self, policy: Policy) -> None:
        self._answers, self._policy = Answers(policy), policy

    def against(self, one: Person, other: Person) -> list[str]:
        return [*dict.fromkeys([*self._answers.against(one, other), *self._answers.against(other, one)])]

    def points(self, one: Person, other: Person) -> list[tuple[str, int]]:
        there = self._answers.points_of_parts(one, other, self._parts(one))
        back = self._answers.points_of_parts(other, one, self._parts(other))
        return [(name, first + second) for (name, first), (_, second) in zip(there, back, strict=True)]

    def score(self, one: Person, other: Person) -> int:
        if one.id == other.id or self.against(one, other):
            return -1
        return sum(earned for _, earned in self.points(one, other))

    def _parts(self, person: Person) -> list[int]:
        """Halve what each criterion can give; of the odd numbers, the first half are rounded up."""
        parts = self._answers.parts(person)
        if self._policy.points is Points.AS_THEY_ARE:
            return parts
        odd = [place for place, part in enumerate(parts) if part % 2]
        upwards = set(odd[: len(odd) // 2])
        return [part // 2 + (place in upwards) for place, part in enumerate(parts)]


def _faults_of_pairs(claim: PoolClaim, both_ways: _BothWays) -> Iterator[str]:
    people = {person.id: person for person in claim.people}
    for pair in claim.pairs:
        one, other = people[pair.mentee], people[pair.mentor]
        told = [(reason.criterion, reason.points) for reason in pair.reasons]
        try:
            for name in both_ways.against(one, other):
                yield f"{named(pair)} is paired against the rule “{name}”"
            if told != both_ways.points(one, other):
                yield f"{named(pair)} has other points than its answers give"
        except _UNREADABLE:
            yield f"{named(pair)} has answers that can’t be read"
        if {type(number) for _, number in told} != {int} or type(pair.score) is not int:
            yield f"{named(pair)} has points that are not whole numbers"
        if sum(number for _, number in told) != pair.score:
            yield f"{named(pair)} has points that do not add up to its score"


def _faults_of_scores(claim: PoolClaim, both_ways: _BothWays) -> Iterator[str]:
    people = by_id(claim.people)
    places = {person.id: place for place, person in enumerate(people)}
    if not np.array_equal(claim.scores, claim.scores.T):
        yield "the scores are not the same in both directions"
    for pair in claim.pairs:
        if int(claim.scores[places[pair.mentee], places[pair.mentor]]) != pair.score:
            yield f"{named(pair)} has another score than the matrix"
    for one, other in _sample(len(people)):
        try:
            agrees = both_ways.score(people[one], people[other]) == int(claim.scores[one, other])
        except _UNREADABLE:
            agrees = False
        if not agrees:
            yield f"the score of {people[one].id} with {people[other].id} is not what their answers give"


def _sample(count: int) -> Iterator[tuple[int, int]]:
    """Yield every pair of a few people, oneself included; of more a sample spread over all."""
    if count <= _ALL_OF_SO_MANY:
        yield from ((one, other) for one in range(count) for other in range(one, count))
        return
    for place in range(_SAMPLED):
        yield divmod((place * 0x9E3779B97F4A7C15 % 2**64) * count**2 >> 64, count)


# The proof.


@dataclass(frozen=True, slots=True, kw_only=True)
class _PoolArrays:
    """A claim by places. `free` may be paired; `chosen` are the pairs that were, locked ones left out."""

    scores: Scores
    free: npt.NDArray[np.bool_]
    forbidden: frozenset[tuple[int, int]]
    kept: frozenset[tuple[int, int]]
    chosen: tuple[tuple[int, int], ...]
    rank: Ints
    keys: tuple[Bits, Bits]
    levels: tuple[str, ...]

    @classmethod
    def of(cls, claim: PoolClaim) -> "_PoolArrays":
        people = by_id(claim.people)
        places = {person.id: place for place, person in enumerate(people)}

        def placed(couples: Sequence[Couple]) -> frozenset[tuple[int, int]]:
            known = [(places[a], places[b]) for a, b in couples if a in places and b in places]
            return frozenset((min(pair), max(pair)) for pair in known)

        locked = placed(claim.locked)
        free = np.ones(len(people), dtype=np.bool_)
        free[[place for pair in locked for place in pair]] = False
        groups = sorted({person.priority for person in people})
        objective = claim.policy.objective
        wanted = {
            "served": objective.served,
            "total": objective.total,
            "least change": objective.least_change and claim.previous is not None,
            "tie-break": True,
        }
        return cls(
            scores=claim.scores,
            free=free,
            forbidden=placed(claim.forbidden),
            kept=placed(claim.previous or ()),
            chosen=tuple(sorted(placed([(pair.mentee, pair.mentor) for pair in claim.pairs]) - locked)),
            rank=np.array([groups.index(person.priority) + 1 for person in people], dtype=np.int64),
            keys=(
                keys_of("mentee", [person.id for person in people], claim.seed),
                keys_of("mentor", [person.id for person in people], claim.seed),
            ),
            levels=tuple(level for level, counts in wanted.items() if counts),
        )

    def pairs_of(self, one: int, lowest: int) -> Ints:
        """Return with whom somebody may be paired at that score or more, of those who come after them."""
        may = (self.scores[one] >= lowest) & (self.scores[one] >= 0) & self.free
        may[: one + 1] = False
        others = np.flatnonzero(may) if self.free[one] else np.zeros(0, dtype=np.int64)
        barred = [b for a, b in self.forbidden if a == one]
        return others[~np.isin(others, barred)] if barred else others

    def brings(self, one: int, others: Ints) -> dict[str, Ints]:
        """Return what each pair brings at each level."""
        ones = np.full(len(others), one)
        shape = (len(self.free), len(self.free))
        kept = [(one, other) in self.kept for other in others.tolist()] if self.kept else []
        changed = np.where(np.array(kept, dtype=np.bool_), 1, -1) if kept else np.full(len(others), -1)
        both_lots = tie_break_numbers(self.keys, shape, ones, others) + tie_break_numbers(
            self.keys, shape, others, ones
        )
        return {
            "served": self.rank[one] + self.rank[others],
            "total": self.scores[one, others].astype(np.int64),
            "least change": changed.astype(np.int64),
            "tie-break": -both_lots,
        }

    def reached(self) -> tuple[int, ...]:
        """Return what the chosen pairs bring together at each level."""
        each = [self.brings(one, np.array([other])) for one, other in self.chosen]
        return tuple(sum(int(brought[level][0]) for brought in each) for level in self.levels)

    def steps(self, floor: int) -> dict[str, int]:
        """Return what 1 of each level counts, so that no sum of the levels after it outweighs it."""
        largest = dict.fromkeys(self.levels, 0)
        for one in range(len(self.free)):
            brought = self.brings(one, self.pairs_of(one, floor))
            for level in self.levels:
                largest[level] = max(largest[level], int(np.abs(brought[level]).max(initial=0)))
        steps, step = {}, 1
        for level in reversed(self.levels):
            steps[level] = step
            step *= 2 * (len(self.free) // 2) * largest[level] + 1
        return steps


def _faults_of_proof(pool: _PoolArrays, claim: PoolClaim) -> Iterator[str]:
    proof, objective, reached = claim.proof, claim.policy.objective, pool.reached()
    if proof.levels != pool.levels:
        yield "the certificate is for other levels than the policy’s"
        return
    if {*map(type, (proof.floor, *proof.value))} != {int} or proof.floor < 0:
        raise TypeError(proof.floor)
    served = reached[0] if objective.served else 0
    alone = {"served": 1}
    if objective.served and _PoolBound(pool, proof.served, alone).over(0) != 2 * served:
        yield "the certificate does not prove that nobody else can be served"
    if objective.floor and served:
        yield from _faults_of_floor(pool, proof, served)
    elif proof.floor:
        yield "the certificate has a floor where none is asked for"
    if reached != proof.value:
        yield "the certificate is for another value than the pairs have"
    steps = pool.steps(proof.floor)
    weight = sum(number * steps[level] for level, number in zip(pool.levels, reached, strict=True))
    if _PoolBound(pool, proof.whole, steps).over(proof.floor) != 2 * weight:
        yield "the certificate does not prove that no other pairing is better"


def _faults_of_floor(pool: _PoolArrays, proof: PoolProof, served: int) -> Iterator[str]:
    if any(pool.scores[pair] < proof.floor for pair in pool.chosen):
        yield "somebody’s pairing is below the floor"
    above = _PoolBound(pool, proof.above_floor, {"served": 1}).over(proof.floor + 1)
    if above is None or above >= 2 * served:
        yield "the certificate does not prove that the floor can’t be higher"


class _PoolBound:
    """The upper bound, in halves, that prices give on every pairing's weight at the levels of `steps`."""

    def __init__(self, pool: _PoolArrays, prices: PoolPrices | None, steps: dict[str, int]) -> None:
        if prices is None:
            raise TypeError(prices)
        self._pool, self._steps = pool, steps
        self._people, self._sets = list(prices.people), [(frozenset(s), z, len(s)) for s, z in prices.sets]
        numbers = [*self._people, *(z for _, z, _ in self._sets)]
        if not {*map(type, numbers)} <= {int} or len(self._people) != len(pool.free):
            raise ValueError(len(self._people))
        self._rough = np.array([float(price) for price in self._people])

    def _is_formed(self) -> bool:
        """Say whether prices are of 0 or more, and sets odd, without anybody twice or strangers."""
        return all(price >= 0 for price in self._people) and all(
            price > 0
            and size % 2
            and size >= _FEWEST_IN_A_SET
            and len(members) == size
            and members <= frozenset(range(len(self._people)))
            for members, price, size in self._sets
        )

    def over(self, lowest: int) -> int | None:
        """Return the bound on pairs of that score or more, None where it is not one."""
        if not self._is_formed():
            return None
        if not all(self._covers(one, lowest) for one in range(len(self._people))):
            return None
        return sum(self._people) + sum(price * (size // 2) for _, price, size in self._sets)

    def _covers(self, one: int, lowest: int) -> bool:
        """Say whether no pair of that person with somebody after them weighs more than is paid for it."""
        others = self._pool.pairs_of(one, lowest)
        brought = self._pool.brings(one, others)
        weights = sum(
            (brought[level] * float(step) for level, step in self._steps.items()), np.zeros(len(others))
        )
        paid = self._rough[one] + self._rough[others]
        near = paid - 2 * weights <= _CLOSE * (np.abs(paid) + 2 * self._largest(brought))
        return all(
            self._paid(one, int(other))
            >= 2 * sum(int(brought[level][place]) * step for level, step in self._steps.items())
            for place, other in zip(np.flatnonzero(near).tolist(), others[near].tolist(), strict=True)
        )

    def _largest(self, brought: dict[str, Ints]) -> npt.NDArray[np.float64]:
        """Return how large the terms of each weight are together, for what rounding them may lose."""
        sizes = [np.abs(brought[level]) * float(step) for level, step in self._steps.items()]
        return np.sum(sizes, axis=0) if sizes else np.zeros(0)

    def _paid(self, one: int, other: int) -> int:
        around = sum(price for members, price, _ in self._sets if one in members and other in members)
        return self._people[one] + self._people[other] + around
