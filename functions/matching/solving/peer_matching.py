"""Peers: pairs within one pool, exactly, level by level, with the proof.

Everybody has one place. The levels are those of two sides without the load: people served, priority first
→ the floor → the total → least change → the tie-break. They are mixed into one whole number for each pair,
in steps so wide that no lower level can outweigh 1 of a higher; Python's integers carry it. A flow with the
pool on both of its sides gives prices that are nearly right; `blossom` makes them right.

A peer score is what both directions earn, each out of half the million.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from functions.matching.outcome import PoolPrices, PoolProof
from functions.matching.people import Person
from functions.matching.policy.model import Points, Policy
from functions.matching.reasons import CannotMatch, Problem
from functions.matching.scoring.scores import Prepared, Scores, points_of_pairs, prepare, score_all
from functions.matching.solving import flow_network, lexicographic, tie_break
from functions.matching.solving.blossom import NOBODY, BlossomMatcher
from functions.matching.terms import Objective, Side, Terms

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]
Couple = tuple[int, int]

NEAREST = 12  # how many of each person's pairs are looked at first; the others are priced out
_CLOSE = 2.0**-40  # of the largest number in play: nearer than that, doubles don't decide


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerMatching:
    """The best pairs, the smaller place first. `served` counts people; `left_over` are in no pair."""

    pairs: tuple[Couple, ...]
    left_over: tuple[int, ...]
    served: int
    worst: int | None
    total: int
    proof: PoolProof


def prepare_peers(people: Iterable[Person], policy: Policy) -> Prepared:
    """Read everybody's answers for both sides; one direction earns half of the million at most.

    Raises CannotMatch for fewer than two people, for two with one id, and as `prepare` does.
    """
    pool = list(people)
    if len(pool) < 2:  # noqa: PLR2004 - a pair
        raise CannotMatch(Problem.POOL_OF_ONE if pool else Problem.NOBODY)
    for person in pool:
        if person.capacity < 1:
            raise CannotMatch(Problem.NO_CAPACITY, person.id, numbers={"capacity": person.capacity})
    for before, after in pairwise(sorted(person.id for person in pool)):
        if before == after:
            raise CannotMatch(Problem.SAME_ID, after)
    prepared = prepare(pool, pool, policy)
    if policy.points is Points.AS_THEY_ARE:
        return prepared
    return replace(prepared, allotted=_halved(prepared.allotted))


def _halved(allotted: Ints) -> Ints:
    """Halve whole points that add up to an even sum: of the odd ones, the first half is rounded up."""
    odd = allotted % 2
    upwards = odd * (odd.cumsum(axis=1) * 2 <= odd.sum(axis=1, keepdims=True))
    halves: Ints = allotted // 2 + upwards
    return halves


def peer_scores(prepared: Prepared, *, progress: Callable[[int], None] = lambda _percent: None) -> Scores:
    """Return the scores of people × people, in the order of ids: both directions, −1 if either refuses."""
    one_way = score_all(prepared, progress=progress)
    both: Scores = np.where((one_way < 0) | (one_way.T < 0), np.int32(-1), one_way + one_way.T)
    return both


def peer_points(prepared: Prepared, pairs: Sequence[Couple]) -> Ints:
    """Return what each criterion (second axis) adds to each pair, both directions together."""
    first, second = [one for one, _ in pairs], [other for _, other in pairs]
    there: Ints = points_of_pairs(prepared, first, second)
    return there + points_of_pairs(prepared, second, first)


def match_peers(
    scores: npt.NDArray[np.integer],
    pool: Side,
    *,
    terms: Terms = Terms(),  # noqa: B008 - frozen
    objective: Objective = Objective(),  # noqa: B008 - frozen
    seed: int = 0,
    progress: Callable[[int], None] = lambda _percent: None,
) -> PeerMatching:
    """Return the best pairing of the pool. `scores` are the same both ways, −1 where not eligible.

    People stand in the order of their ids; couples name places, in either order. Raises CannotMatch when
    the locks contradict eligibility, `forbidden` or each other.
    """
    case = _PeerProblem.of(np.asarray(scores), pool, terms, objective, seed)
    progress(5)
    served = case.most_served(0) if objective.served else None
    reached = case.served_by(served) if served else 0
    progress(20)
    floor, above = case.highest_floor(reached) if objective.floor and reached else (0, None)
    progress(40)
    weights = case.weights(floor)
    found = _best(weights, _from_both_sides(weights), lambda percent: progress(50 + 45 * percent // 100))
    progress(95)
    return case.pairing(
        found.mates,
        PoolProof(
            levels=tuple(weights.levels),
            value=weights.value(found.mates),
            floor=floor,
            served=served.prices if served else None,
            above_floor=above,
            whole=found.prices,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _MatesAndPrices:
    mates: list[int]
    prices: PoolPrices


@dataclass(frozen=True, slots=True, kw_only=True)
class _Start:
    """Prices (in halves) to begin with, and pairs that may pay them exactly."""

    prices: list[int]
    pairs: Sequence[Couple]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weights:
    """What each pair that may be made is worth: numbers of each level, and how they mix."""

    allowed: Truths
    levels: Mapping[str, Ints]
    steps: tuple[int, ...]

    @classmethod
    def of(cls, allowed: Truths, counted: Mapping[str, Ints]) -> "_Weights":
        """Mix the levels in steps that no sum of the later levels can pass."""
        most_pairs = len(allowed) // 2
        steps = [1]
        for values in reversed(list(counted.values())[1:]):
            largest = int(np.abs(values[allowed]).max(initial=0))
            steps.append(steps[-1] * (2 * most_pairs * largest + 1))
        return cls(allowed=allowed, levels=counted, steps=tuple(reversed(steps)))

    def of_pair(self, one: int, other: int) -> int:
        """Return the mixed weight of a pair, exactly."""
        both = zip(self.levels.values(), self.steps, strict=True)
        return sum(int(values[one, other]) * step for values, step in both)

    def roughly(self) -> Floats:
        """Return twice the mixed weights as doubles, minus infinity where no pair may be made."""
        rough = np.zeros(self.allowed.shape)
        for values, step in zip(self.levels.values(), self.steps, strict=True):
            rough += values * float(2 * step)
        rough[~self.allowed] = -np.inf
        return rough

    def value(self, mates: Sequence[int]) -> tuple[int, ...]:
        """Return what those pairs reach at each level."""
        one = [place for place, mate in enumerate(mates) if mate > place]
        other = [mates[place] for place in one]
        return tuple(sum(values[one, other].tolist()) for values in self.levels.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class _PeerProblem:
    """One pool and its terms. `free` are the pairs that may be chosen, the same both ways."""

    scores: Ints
    free: Truths
    kept: Truths | None
    locked: tuple[Couple, ...]
    rank: Ints
    pool: Side
    objective: Objective
    seed: int

    @classmethod
    def of(
        cls,
        scores: npt.NDArray[np.integer],
        pool: Side,
        terms: Terms,
        objective: Objective,
        seed: int,
    ) -> "_PeerProblem":
        _check_locks(scores, pool, terms)
        free = (scores >= 0) & ~np.eye(len(pool.ids), dtype=np.bool_) & ~_marked(scores, terms.forbidden)
        taken = [place for couple in terms.locked for place in couple]
        free[taken, :] = False
        free[:, taken] = False
        priority = np.array(pool.priority or (0,) * len(pool.ids), dtype=np.int64)
        return cls(
            scores=scores.astype(np.int64),
            free=free,
            kept=None if terms.previous is None else _marked(scores, terms.previous),
            locked=tuple(sorted((min(couple), max(couple)) for couple in terms.locked)),
            rank=np.unique(priority, return_inverse=True)[1].astype(np.int64) + 1,
            pool=pool,
            objective=objective,
            seed=seed,
        )

    def most_served(self, floor: int) -> _MatesAndPrices:
        """Serve as many as pairs at or above that score can, priority first.

        The people that can be served together are the independent sets of a matroid (Edmonds and
        Fulkerson 1965), where all gains in the order of the priorities have the same best set.
        """
        near = _Rows(self.free & (self.scores >= floor), self.rank)
        mates = near.greedy()
        search = BlossomMatcher(near=near, prices=(2 * self.rank).tolist(), mates=mates)
        return _MatesAndPrices(prices=search.run(), mates=search.mates)

    def served_by(self, found: _MatesAndPrices) -> int:
        """Return the sum of the ranks of those who have a partner."""
        return sum(int(self.rank[place]) for place, mate in enumerate(found.mates) if mate != NOBODY)

    def highest_floor(self, reached: int) -> tuple[int, PoolPrices]:
        """Return the highest floor that serves as many, and the prices that prove that none above it does."""
        candidates = np.unique(self.scores[self.free])
        low, high = 0, self._highest_possible(candidates, reached)
        above: PoolPrices | None = None
        while low < high:
            middle = (low + high + 1) // 2
            found = self.most_served(int(candidates[middle]))
            if self.served_by(found) == reached:
                low = middle
            else:
                high, above = middle - 1, found.prices
        return int(candidates[low]), above or self.most_served(int(candidates[low]) + 1).prices

    def _highest_possible(self, candidates: Ints, reached: int) -> int:
        """Bound the floor: as many people as are served must have a pair that reaches it."""
        best = np.sort(np.where(self.free, self.scores, -1).max(axis=1, initial=-1))[::-1]
        at_least = -(-reached // int(self.rank.max()))
        return int(np.searchsorted(candidates, best[at_least - 1]))

    def weights(self, floor: int) -> _Weights:
        """Return what pairs at or above the floor are worth."""
        counted: dict[str, Ints] = {}
        if self.objective.served:
            counted["served"] = self.rank[:, None] + self.rank[None, :]
        if self.objective.total:
            counted["total"] = self.scores
        if self.objective.least_change and self.kept is not None:
            counted["least change"] = np.where(self.kept, 1, -1)
        counted["tie-break"] = -self._tie_breaks()
        return _Weights.of(self.free & (self.scores >= floor), counted)

    def _tie_breaks(self) -> Ints:
        """Return the tie-break of each pair: those of both directions, added up."""
        ids = self.pool.ids
        mentee, mentor = (
            tie_break.tie_break_keys(ids, "mentee", self.seed),
            tie_break.tie_break_keys(ids, "mentor", self.seed),
        )
        one_way = tie_break.tie_break_numbers(
            mentee[:, None], mentor[None, :], tie_break.tie_break_bits(1 + 3 * len(ids))
        )
        return one_way + one_way.T

    def pairing(self, mates: Sequence[int], proof: PoolProof) -> PeerMatching:
        """Return the chosen and the locked pairs."""
        chosen = [(place, mate) for place, mate in enumerate(mates) if mate > place]
        pairs = tuple(sorted([*chosen, *self.locked]))
        together = {place for pair in pairs for place in pair}
        reached = [int(self.scores[pair]) for pair in pairs]
        return PeerMatching(
            pairs=pairs,
            left_over=tuple(place for place in range(len(self.rank)) if place not in together),
            served=len(together),
            worst=min(reached, default=None),
            total=sum(reached),
            proof=proof,
        )


def _marked(scores: npt.NDArray[np.integer], couples: Sequence[Couple]) -> Truths:
    marks = np.zeros(scores.shape, dtype=np.bool_)
    for one, other in couples:
        marks[one, other] = marks[other, one] = True
    return marks


def _check_locks(scores: npt.NDArray[np.integer], pool: Side, terms: Terms) -> None:
    forbidden = {frozenset(couple) for couple in terms.forbidden}
    partner: dict[int, int] = {}
    for one, other in terms.locked:
        ids = pool.ids[one], pool.ids[other]
        if frozenset((one, other)) in forbidden:
            raise CannotMatch(Problem.LOCKED_AND_FORBIDDEN, *ids)
        if one == other or scores[one, other] < 0:
            raise CannotMatch(Problem.LOCKED_AGAINST_RULE, *ids)
        for place, mate in ((one, other), (other, one)):
            if partner.get(place, mate) != mate:
                both = pool.ids[partner[place]], pool.ids[mate]
                raise CannotMatch(Problem.LOCKED_WITH_TWO_PEERS, pool.ids[place], *both)
        if one in partner:
            raise CannotMatch(Problem.LOCKED_TWICE, *ids)
        partner[one], partner[other] = other, one


class _Rows(Sequence[Sequence[tuple[int, int]]]):
    """Each person's pairs, worth the ranks of both, listed only for those who are asked for."""

    def __init__(self, allowed: Truths, rank: Ints) -> None:
        self._allowed = allowed
        self._rank = rank
        self._listed: dict[int, list[tuple[int, int]]] = {}

    def __len__(self) -> int:
        return len(self._rank)

    def __getitem__(self, place: int) -> list[tuple[int, int]]:  # type: ignore[override]
        if place not in self._listed:
            others = np.flatnonzero(self._allowed[place])
            worth = 2 * (self._rank[others] + self._rank[place])
            self._listed[place] = list(zip(others.tolist(), worth.tolist(), strict=True))
        return self._listed[place]

    def greedy(self) -> list[int]:
        """Pair those with the fewest choices first, each with the one of their choices who has the fewest."""
        choices = self._allowed.sum(axis=1)
        order = np.argsort(choices, kind="stable")
        free = np.ones(len(order), dtype=np.bool_)
        mates = [NOBODY] * len(order)
        for place in order.tolist():
            open_to = order[self._allowed[place, order] & free[order]] if free[place] else order[:0]
            if len(open_to):
                other = int(open_to[0])
                mates[place], mates[other] = other, place
                free[[place, other]] = False
        return mates


def _from_both_sides(weights: _Weights) -> _Start:
    """Pair the pool with itself, by a flow, level by level: what it charges is right but for odd sets.

    What somebody pays on both sides together is their price in halves.
    """
    one, other = np.nonzero(weights.allowed)
    places, nothing = np.ones(len(weights.allowed), dtype=np.int64), np.zeros(0, dtype=np.int64)
    sides = flow_network.Places(first=places, further=places - 1, mentor=places)
    net = flow_network.build_network(
        sides, (np.arange(len(one)), one, other), (nothing, nothing, nothing), load=False
    )
    found = lexicographic.solve_lexicographically(
        net, (net.on_pairs(of[one, other]) for of in weights.levels.values())
    )
    made = found.flow[net.pairs] > 0
    pairs = set(zip(one[made].tolist(), other[made].tolist(), strict=True))
    return _Start(
        prices=_mixed(found.prices, weights.steps, len(places)),
        pairs=sorted(pair for pair in pairs if pair[0] < pair[1] and pair[::-1] in pairs),
    )


def _mixed(charged: Sequence[Ints], steps: Sequence[int], people: int) -> list[int]:
    """Return what each person pays on both sides, never less than nothing on either."""

    def mixed(node: int) -> int:
        return sum(int(price[node]) * step for price, step in zip(charged, steps, strict=True))

    return [max(mixed(1 + place), 0) + max(-mixed(1 + 2 * people + place), 0) for place in range(people)]


def _best(weights: _Weights, start: _Start, progress: Callable[[int], None]) -> _MatesAndPrices:
    """Return the best pairs with their prices, however good the start: what is dear is left out, then priced.

    Pairs that lie far below the prices to begin with can hardly matter. When the best without them is
    found, they are held against its prices; any that would pay more is let in and the rest is done again.
    """
    rough = weights.roughly()
    prices = _covering(weights, start.prices, rough)
    chosen = _likely(rough, prices)
    while True:
        found = _search(weights, chosen, replace(start, prices=prices), progress)
        left_out = _unpaid(weights, rough, found.prices) & ~chosen
        if not left_out.any():
            return found
        chosen |= left_out | left_out.T


def _near_to(rough: Floats, prices: Sequence[int]) -> Floats:
    charged = np.array([float(price) for price in prices])
    near: Floats = rough - charged[:, None] - charged[None, :]
    return near


def _margin(rough: Floats, prices: Sequence[int]) -> float:
    finite = np.abs(rough[np.isfinite(rough)]).max(initial=0.0)
    return _CLOSE * max(float(finite), *(float(price) for price in prices), 1.0)


def _covering(weights: _Weights, prices: Sequence[int], rough: Floats) -> list[int]:
    """Raise prices until they cover every pair exactly; doubles say which pairs to look at."""
    covering = list(prices)
    close = np.argwhere(np.triu(_near_to(rough, prices) >= -_margin(rough, prices), 1))
    for one, other in close.tolist():
        covering[one] += max(2 * weights.of_pair(one, other) - covering[one] - covering[other], 0)
    return covering


def _likely(rough: Floats, prices: Sequence[int]) -> Truths:
    """Say which pairs are near their prices: those nearest to each person, and all that pay them."""
    near = _near_to(rough, prices)
    likely = near >= -_margin(rough, prices)
    if len(near) > NEAREST:
        nearest = np.argpartition(-near, NEAREST, axis=1)[:, :NEAREST]
        np.put_along_axis(likely, nearest, values=True, axis=1)
    else:
        likely[:] = True
    either: Truths = (likely | likely.T) & np.isfinite(rough)
    return either


def _search(
    weights: _Weights, chosen: Truths, start: _Start, progress: Callable[[int], None]
) -> _MatesAndPrices:
    prices = start.prices
    near: list[list[tuple[int, int]]] = [[] for _ in prices]
    for one, other in np.argwhere(np.triu(chosen, 1)).tolist():
        weight = 2 * weights.of_pair(one, other)
        near[one].append((other, weight))
        near[other].append((one, weight))
    mates = [NOBODY] * len(prices)
    for one, other in start.pairs:
        if prices[one] + prices[other] == 2 * weights.of_pair(one, other):
            mates[one], mates[other] = other, one
    search = BlossomMatcher(near=near, prices=list(prices), mates=mates)
    return _MatesAndPrices(prices=search.run(progress), mates=search.mates)


def _unpaid(weights: _Weights, rough: Floats, prices: PoolPrices) -> Truths:
    """Say which pairs would pay more than they are charged; only near ones are worked out exactly."""
    near = _near_to(rough, prices.people)
    for members, price in prices.sets:
        near[np.ix_(members, members)] -= float(price)
    unpaid = np.zeros(near.shape, dtype=np.bool_)
    for one, other in np.argwhere(np.triu(near >= -_margin(rough, prices.people), 1)).tolist():
        charged = prices.people[one] + prices.people[other]
        charged += sum(price for members, price in prices.sets if one in members and other in members)
        unpaid[one, other] = 2 * weights.of_pair(one, other) > charged
    return unpaid
