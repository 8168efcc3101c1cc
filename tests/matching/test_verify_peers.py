"""The verifier of peers finds what is wrong with the pairs of one pool, and nothing in sound ones."""

import random
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from functions.matching.outcome import Pair, PoolProof
from functions.matching.people import Person
from functions.matching.policy.model import Policy
from functions.matching.policy.parse import parse_policy
from functions.matching.reasons import NO_FACTS, Finding, Reason
from functions.matching.solving import peer_matching
from functions.matching.terms import Side, Terms
from functions.matching.verification.peers import PoolClaim, faults_in_pool
from tests.benchmarks.cohorts import EVERY_KIND
from tests.benchmarks.cohorts import people as people_of

_SIDES = re.compile(r"\[mentees\].*?\[matters_most\]", re.DOTALL)
_PEOPLE = '[people]\nid = "email"\nidentity = ["email", "name"]\n[matters_most]'

_FEW_KINDS = """
name = "few"
pairing = "peers"
[people]
id = "email"
[[criterion]]
name = "town"
kind = "same"
both = "town"
weight = 1
"""


def a_pool_policy(chance: random.Random) -> Policy:
    many = 'pairing = "peers"\n' + _SIDES.sub(_PEOPLE, EVERY_KIND)
    policy = parse_policy(chance.choice([_FEW_KINDS, many]), file="pool.toml")
    levels = {level: chance.random() < 0.8 for level in ("served", "floor", "total", "least_change")}
    levels["total"] = levels["total"] or not levels["served"]
    levels["floor"] = levels["floor"] and levels["served"]
    return replace(policy, objective=replace(policy.objective, **levels))


def a_pool(seed: int) -> PoolClaim:
    """Return what is the best for a made-up pool in which somebody is paired."""
    chance = random.Random(f"pool {seed}")  # noqa: S311 - people made up
    policy = a_pool_policy(chance)
    people = [replace(person, capacity=1) for side in people_of(seed) for person in side]
    claim = best(people, policy)
    kinds: dict[str, list[tuple[str, str]]] = {"locked": [], "forbidden": [], "previous": []}
    for pair in claim.pairs:
        kinds[chance.choice([*kinds])].append((pair.mentor, pair.mentee))
    claim = best(people, policy, **kinds) if chance.random() < 0.5 else claim
    free = [pair for pair in claim.pairs if (pair.mentor, pair.mentee) not in claim.locked]
    return claim if free else a_pool(seed + 1_000)


def best(people: list[Person], policy: Policy, **couples: list[tuple[str, str]]) -> PoolClaim:
    prepared = peer_matching.prepare_peers(people, policy)
    places = {person.id: place for place, person in enumerate(prepared.mentees)}
    placed = {kind: tuple((places[a], places[b]) for a, b in named) for kind, named in couples.items()}
    scores = peer_matching.peer_scores(prepared)
    side = Side(
        ids=tuple(person.id for person in prepared.mentees),
        capacity=(1,) * len(places),
        priority=tuple(person.priority for person in prepared.mentees),
    )
    found = peer_matching.match_peers(scores, side, terms=Terms(**placed), objective=policy.objective)
    names = [criterion.name for criterion in policy.criteria]
    pairs = [
        Pair(
            mentee=side.ids[one],
            mentor=side.ids[other],
            score=sum(points),
            reasons=tuple(
                Reason(criterion=name, points=number, finding=Finding.COMPARED, facts=NO_FACTS)
                for name, number in zip(names, points, strict=True)
            ),
        )
        for (one, other), points in zip(
            found.pairs, peer_matching.peer_points(prepared, found.pairs).tolist(), strict=True
        )
    ]
    return PoolClaim(
        people=people,
        policy=policy,
        scores=scores,
        pairs=tuple(pairs),
        proof=found.proof,
        locked=couples.get("locked", ()),
        forbidden=couples.get("forbidden", ()),
        previous=couples.get("previous"),
    )


def whole_with(claim: PoolClaim, **changes: object) -> PoolClaim:
    proof = claim.proof
    assert isinstance(proof, PoolProof)
    return replace(claim, proof=replace(proof, whole=replace(proof.whole, **changes)))  # type: ignore[arg-type]


def one_left_out(claim: PoolClaim) -> PoolClaim:
    free = [pair for pair in claim.pairs if (pair.mentor, pair.mentee) not in claim.locked]
    return replace(claim, pairs=tuple(pair for pair in claim.pairs if pair is not free[0]))


def one_in_two_pairs(claim: PoolClaim) -> PoolClaim:
    return replace(claim, pairs=(*claim.pairs, claim.pairs[0]))


def one_not_there(claim: PoolClaim) -> PoolClaim:
    return replace(claim, pairs=(replace(claim.pairs[0], mentor="nobody"), *claim.pairs[1:]))


def one_forbidden(claim: PoolClaim) -> PoolClaim:
    return replace(claim, forbidden=((claim.pairs[0].mentor, claim.pairs[0].mentee),))


def one_avoided_by_the_other(claim: PoolClaim) -> PoolClaim:
    """Against a rule in one direction alone, if the policy has it; other points otherwise."""
    pair = claim.pairs[0]
    changed = {"avoid": pair.mentor, "town": "Rome"}
    people = [
        replace(one, answers={**one.answers, **changed}) if one.id == pair.mentee else one
        for one in claim.people
    ]
    return replace(claim, people=people)


def a_point_more(claim: PoolClaim) -> PoolClaim:
    pair = claim.pairs[0]
    reason = pair.reasons[0]._replace(points=pair.reasons[0].points + 1)
    return replace(claim, pairs=(replace(pair, reasons=(reason, *pair.reasons[1:])), *claim.pairs[1:]))


def another_score(claim: PoolClaim) -> PoolClaim:
    scores = claim.scores.copy()
    scores[0, 1] = scores[1, 0] = scores[0, 1] + 1
    return replace(claim, scores=scores)


def another_value(claim: PoolClaim) -> PoolClaim:
    assert isinstance(claim.proof, PoolProof)
    value = (claim.proof.value[0] + 1, *claim.proof.value[1:])
    return replace(claim, proof=replace(claim.proof, value=value))


def another_floor(claim: PoolClaim) -> PoolClaim:
    assert isinstance(claim.proof, PoolProof)
    return replace(claim, proof=replace(claim.proof, floor=claim.proof.floor + 1))


def a_price_more(claim: PoolClaim) -> PoolClaim:
    first, *rest = claim.proof.whole.people
    return whole_with(claim, people=(first + 1, *rest))


def a_price_less(claim: PoolClaim) -> PoolClaim:
    prices = [max(price - 10**40, 0) for price in claim.proof.whole.people]
    return whole_with(claim, people=tuple(prices), sets=())


def a_price_below_nothing(claim: PoolClaim) -> PoolClaim:
    return whole_with(claim, people=(-1, *claim.proof.whole.people[1:]))


def a_price_that_is_no_number(claim: PoolClaim) -> PoolClaim:
    return whole_with(claim, people=(float("nan"), *claim.proof.whole.people[1:]))


def an_even_set(claim: PoolClaim) -> PoolClaim:
    return whole_with(claim, sets=(*claim.proof.whole.sets, ((0, 1), 1)))


def a_set_with_somebody_twice(claim: PoolClaim) -> PoolClaim:
    return whole_with(claim, sets=(*claim.proof.whole.sets, ((0, 0, 1), 1)))


def a_set_of_strangers(claim: PoolClaim) -> PoolClaim:
    return whole_with(claim, sets=(*claim.proof.whole.sets, ((0, 1, 10_000), 1)))


PLANTED: list[Callable[[PoolClaim], PoolClaim]] = [
    one_left_out,
    one_in_two_pairs,
    one_not_there,
    one_forbidden,
    one_avoided_by_the_other,
    a_point_more,
    another_score,
    another_value,
    another_floor,
    a_price_more,
    a_price_less,
    a_price_below_nothing,
    a_price_that_is_no_number,
    an_even_set,
    a_set_with_somebody_twice,
    a_set_of_strangers,
]


@pytest.mark.parametrize("seed", range(30))
def test_the_best_pairs_of_a_pool_have_no_fault(seed: int) -> None:
    claim = a_pool(seed)

    faults = faults_in_pool(claim)

    assert faults == []


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_what_is_wrong_with_a_pool_is_found(plant: Callable[[PoolClaim], PoolClaim], seed: int) -> None:
    claim = a_pool(seed)

    faults = faults_in_pool(plant(claim))

    assert faults
