"""Peers against every possible pairing of a pool, and the proof against an independent check."""

import random
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.matching.outcome import PoolPrices, PoolProof
from functions.matching.people import Person
from functions.matching.policy.model import Policy
from functions.matching.policy.parse import parse_policy
from functions.matching.scoring.scores import Prepared
from functions.matching.solving import peer_matching, tie_break
from functions.matching.terms import Couple, Objective, Side, Terms
from tests.matching.saying import refused

Weights = Mapping[Couple, int]


class Pool:
    """A pool small enough to try every pairing."""

    def __init__(self, seed: int, largest: int = 8) -> None:
        chance = random.Random(seed)  # noqa: S311 - numbers made up for a test
        self.size = chance.randint(1, largest)
        most = chance.choice([1, 3, 10**6])
        density = chance.choice([0.3, 0.6, 1])
        self.scores = np.full((self.size, self.size), -1)
        for one, other in combinations(range(self.size), 2):
            if chance.random() < density:
                self.scores[one, other] = self.scores[other, one] = chance.randint(0, most)
        eligible = [pair for pair in combinations(range(self.size), 2) if self.scores[pair] >= 0]
        self.priority = tuple(chance.randint(0, 1) for _ in range(self.size))
        locked = (chance.choice(eligible),) if eligible and chance.random() < 0.3 else ()
        forbidden = tuple(pair for pair in eligible if pair not in locked and chance.random() < 0.1)
        previous = tuple(pair[::-1] for pair in eligible if chance.random() < 0.3)
        self.terms = Terms(
            locked=locked, forbidden=forbidden, previous=chance.choice([previous, previous, None])
        )
        served = chance.random() < 0.8
        self.objective = Objective(served=served, floor=served and chance.random() < 0.6)
        taken = {place for pair in locked for place in pair}
        self.free = [pair for pair in eligible if pair not in forbidden and not taken & set(pair)]
        keys = [tie_break.tie_break_keys(self.ids, side, 7) for side in ("mentee", "mentor")]
        drawn = tie_break.tie_break_numbers(
            keys[0][:, None], keys[1][None, :], tie_break.tie_break_bits(1 + 3 * self.size)
        )
        self.lots = (drawn + drawn.T).tolist()

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(f"p{place}" for place in range(self.size))

    def paired(self) -> peer_matching.PeerMatching:
        side = Side(ids=self.ids, capacity=(1,) * self.size, priority=self.priority)
        return peer_matching.match_peers(
            self.scores, side, terms=self.terms, objective=self.objective, seed=7
        )

    def every_pairing(self, first: int = 0, taken: int = 0) -> Iterator[tuple[Couple, ...]]:
        while first < self.size and taken >> first & 1:
            first += 1
        if first >= self.size:
            yield ()
            return
        yield from self.every_pairing(first + 1, taken)
        for pair in self.free:
            if pair[0] == first and not taken >> pair[1] & 1:
                for rest in self.every_pairing(first + 1, taken | 1 << first | 1 << pair[1]):
                    yield (pair, *rest)

    def worth(self, pairs: tuple[Couple, ...]) -> tuple[int, ...]:
        """Return what the contract says a pairing is worth, level by level (more is better)."""
        people = [place for pair in pairs for place in pair]
        levels: list[int] = []
        if self.objective.served:
            levels += [sum(self.priority[place] == group for place in people) for group in (1, 0)]
        if self.objective.floor:
            levels.append(min((int(self.scores[pair]) for pair in pairs), default=0))
        levels += [self.sum_of(level, pairs) for level in ("total", "least change", "tie-break")]
        return tuple(levels)

    def sum_of(self, level: str, pairs: tuple[Couple, ...]) -> int:
        return sum(self.at(level)(pair) for pair in pairs)

    def at(self, level: str) -> Callable[[Couple], int]:
        groups = sorted(set(self.priority))
        rank = [groups.index(priority) + 1 for priority in self.priority]
        kept = set(self.terms.previous or ())
        measures: dict[str, Callable[[Couple], int]] = {
            "served": lambda pair: rank[pair[0]] + rank[pair[1]],
            "total": lambda pair: int(self.scores[pair]),
            "least change": lambda pair: (
                0 if self.terms.previous is None else 1 if pair[::-1] in kept else -1
            ),
            "tie-break": lambda pair: -self.lots[pair[0]][pair[1]],
        }
        return measures[level]


def bound_by(prices: PoolPrices, weights: Weights) -> int:
    """Return what the prices prove that no pairing passes, in halves; fail if they prove nothing."""
    assert all(price >= 0 for price in prices.people)
    for members, price in prices.sets:
        assert price > 0
        assert len(members) == len(set(members)) >= 3
        assert len(members) % 2
    for (one, other), weight in weights.items():
        held = sum(price for members, price in prices.sets if one in members and other in members)
        assert prices.people[one] + prices.people[other] + held >= 2 * weight
    return sum(prices.people) + sum(price * (len(members) // 2) for members, price in prices.sets)


@given(st.integers(0, 10**6))
@settings(max_examples=100, deadline=None)
def test_no_pairing_of_the_pool_is_better_at_any_level(seed: int) -> None:
    pool = Pool(seed)

    found = pool.paired()

    chosen = tuple(pair for pair in found.pairs if pair not in pool.terms.locked)
    assert chosen == max(pool.every_pairing(), key=pool.worth)
    assert set(pool.terms.locked) <= set(found.pairs)
    assert found.served + len(found.left_over) == pool.size


@given(st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_the_prices_of_people_and_odd_sets_prove_it_to_somebody_who_shares_no_code(seed: int) -> None:
    pool = Pool(seed, largest=14)

    found = pool.paired()

    proof = found.proof
    chosen = tuple(pair for pair in found.pairs if pair not in pool.terms.locked)
    ranks = {pair: pool.at("served")(pair) for pair in pool.free}
    reached = sum(ranks[pair] for pair in chosen)
    if pool.objective.served:
        assert proof.served
        assert bound_by(proof.served, ranks) == 2 * reached
    if proof.above_floor:
        above = {pair: rank for pair, rank in ranks.items() if pool.scores[pair] > proof.floor}
        assert bound_by(proof.above_floor, above) < 2 * reached
    assert (proof.above_floor is not None) == bool(pool.objective.floor and reached)
    mixed, value = mixed_weights(pool, proof)
    assert proof.value == tuple(pool.sum_of(level, chosen) for level in proof.levels)
    assert bound_by(proof.whole, mixed) == 2 * value


def mixed_weights(pool: Pool, proof: PoolProof) -> tuple[Weights, int]:
    """Mix the levels in steps that no sum of lower levels can pass."""
    allowed = [pair for pair in pool.free if pool.scores[pair] >= proof.floor]
    step, value, mixed = 1, 0, dict.fromkeys(allowed, 0)
    for level, reached in zip(reversed(proof.levels), reversed(proof.value), strict=True):
        of = {pair: pool.at(level)(pair) for pair in allowed}
        mixed = {pair: weight + step * of[pair] for pair, weight in mixed.items()}
        value += step * reached
        step *= 2 * (pool.size // 2) * max(map(abs, of.values()), default=0) + 1
    return mixed, value


def test_three_who_want_each_other_need_a_price_on_the_three() -> None:
    scores = np.array([[-1, 9, 9], [9, -1, 9], [9, 9, -1]])

    found = peer_matching.match_peers(scores, Side(ids=("a", "b", "c"), capacity=(1, 1, 1)))

    assert (found.served, len(found.left_over), found.total) == (2, 1, 9)
    assert found.proof.whole.sets[0][0] == (0, 1, 2)


def test_a_large_pool_full_of_equal_scores_is_proven_too() -> None:
    chance = np.random.default_rng(3)
    drawn = np.where(chance.random((121, 121)) < 0.2, chance.integers(0, 3, (121, 121)), -1)
    half = np.where(np.triu(np.ones_like(drawn), 1) > 0, drawn, -1)
    scores = np.maximum(half, half.T)
    side = Side(ids=tuple(f"p{place:03}" for place in range(121)), capacity=(1,) * 121)

    found = peer_matching.match_peers(scores, side, seed=1)

    total = found.proof.levels.index("total")
    assert found.served == 120
    assert found.proof.value[total] == found.total


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        (Terms(locked=((0, 1), (1, 2))), "p1 is locked with both p0 and p2, and everybody has one peer"),
        (Terms(locked=((0, 1), (1, 0))), "The pairing of p1 with p0 is locked twice"),
        (
            Terms(locked=((0, 1),), forbidden=((1, 0),)),
            "The pairing of p0 with p1 is both locked and forbidden",
        ),
        (Terms(locked=((0, 3),)), "The pairing of p0 with p3 is locked, but a rule refuses it"),
        (Terms(locked=((2, 2),)), "The pairing of p2 with p2 is locked, but a rule refuses it"),
    ],
)
def test_locks_that_contradict_are_named_with_what_to_do(terms: Terms, said: str) -> None:
    scores = np.full((4, 4), 5)
    scores[0, 3] = scores[3, 0] = -1

    with refused(re.escape(said)):
        peer_matching.match_peers(scores, Side(ids=("p0", "p1", "p2", "p3"), capacity=(1,) * 4), terms=terms)


def a_policy(rules: str = "", top: str = "") -> Policy:
    return parse_policy(
        f'name = "small"\npairing = "peers"\n{top}\n[people]\nid = "email"\n[matters_most]\ncolumn = "most"\n'
        '[[criterion]]\nname = "field"\nkind = "same"\nboth = "field"\nweight = 2\n'
        '[[criterion]]\nname = "help"\nkind = "overlap"\nmentee = "wants"\nmentor = "offers"\nweight = 1\n'
        f'[[criterion]]\nname = "town"\nkind = "same"\nboth = "town"\nweight = 4\n{rules}',
        file="small.toml",
    )


def person(name: str, **answers: Any) -> Person:
    return Person(id=name, capacity=1, answers=answers)


def some_people(seed: int) -> list[Person]:
    chance = random.Random(seed)  # noqa: S311 - people made up for a test
    words = ("code", "essays", "exams")
    return [
        person(
            f"p{place}",
            field=chance.choice(["law", "physics", None]),
            town=chance.choice(["Bonn", "Oslo", None]),
            wants=tuple(chance.sample(words, chance.randint(0, 3))),
            offers=tuple(chance.sample(words, chance.randint(0, 3))),
            most=chance.choice(["field", "help", None]),
            avoid=chance.choice([None, None, f"p{chance.randint(0, 5)}"]),
        )
        for place in range(chance.randint(2, 6))
    ]


@given(st.integers(0, 10**6), st.sampled_from(["", 'points = "as they are"']))
@settings(max_examples=25, deadline=None)
def test_the_points_of_both_directions_add_up_to_a_score_within_the_million(seed: int, top: str) -> None:
    people = some_people(seed)

    prepared = peer_matching.prepare_peers(people, a_policy(top=top))

    scores = peer_matching.peer_scores(prepared)
    pairs = list(combinations(range(len(people)), 2))
    points = peer_matching.peer_points(prepared, pairs)
    assert points.sum(axis=1).tolist() == [scores[pair] for pair in pairs]
    assert (scores == scores.T).all()
    assert scores.max() <= 1_000_000
    assert top or set(prepared.allotted.sum(axis=1).tolist()) == {500_000}


def test_two_who_have_everything_in_common_earn_the_whole_million() -> None:
    alike = {"field": "law", "town": "Bonn", "wants": ("code",), "offers": ("code",)}

    scores = peer_matching.peer_scores(
        peer_matching.prepare_peers([person("a", most="help", **alike), person("b", **alike)], a_policy())
    )

    assert scores.tolist() == [[-1, 1_000_000], [1_000_000, -1]]


def test_one_refusal_in_either_direction_keeps_two_apart() -> None:
    rule = '[[rule]]\nname = "avoid"\nkind = "avoided"\nmentee = "avoid"\n'
    people = [person("a"), person("b", avoid="a"), person("c")]

    scores = peer_matching.peer_scores(peer_matching.prepare_peers(people, a_policy(rule)))

    assert (scores[0, 1], scores[1, 0]) == (-1, -1)
    assert scores[0, 2] >= 0


@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
@settings(max_examples=15, deadline=None)
def test_the_order_of_people_changes_nothing(seed: int, chance: random.Random) -> None:
    people = some_people(seed)
    shuffled = list(people)
    chance.shuffle(shuffled)

    def paired(these: list[Person]) -> peer_matching.PeerMatching:
        prepared: Prepared = peer_matching.prepare_peers(these, a_policy())
        ids = tuple(someone.id for someone in prepared.mentees)
        return peer_matching.match_peers(
            peer_matching.peer_scores(prepared), Side(ids=ids, capacity=(1,) * len(ids)), seed=3
        )

    assert paired(people) == paired(shuffled)


def test_two_people_with_one_id_are_refused() -> None:
    with refused("Two people have the same id, a"):
        peer_matching.prepare_peers([person("a"), person("a")], a_policy())


@pytest.mark.parametrize(
    ("people", "said"),
    [
        ([], "There is nobody to match."),
        ([person("a")], "There is one person in the pool. A pair needs two."),
    ],
)
def test_a_pool_of_one_is_told_that_a_pair_needs_two(people: list[Person], said: str) -> None:
    with refused(re.escape(said)):
        peer_matching.prepare_peers(people, a_policy())
