"""The verifier of stable results finds what is wrong with them, and nothing in sound ones."""

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from functions.matching.cohort import Cohort
from functions.matching.outcome import Pair
from functions.matching.people import Person
from functions.matching.policy.model import Policy
from functions.matching.reasons import NO_FACTS, Finding, Reason
from functions.matching.score_matrix import DenseScores
from functions.matching.scoring.scores import points_of_pairs, score_all
from functions.matching.solving.stable import find_stable
from functions.matching.terms import Objective, Terms
from functions.matching.verification.claim import UnprovenClaim
from functions.matching.verification.stable import faults_in_stable
from tests.matching.cohorts import a_cohort, a_policy, every_kind, mentee, mentor

STABLE = Objective(served=False, floor=False, total=False, load=False, least_change=False, stable=True)


def stable(
    mentors: list[Person], mentees: list[Person], policy: Policy, **couples: list[tuple[str, str]]
) -> UnprovenClaim:
    cohort = Cohort.of(mentors, mentees, policy)
    scores = score_all(cohort.prepared)
    terms = Terms(**{kind: cohort.couples_by_place(named) for kind, named in couples.items()})
    found = find_stable(DenseScores(scores), cohort.mentors, cohort.mentees, terms=terms)
    points = points_of_pairs(
        cohort.prepared, [row for row, _ in found.pairs], [column for _, column in found.pairs]
    )
    pairs = [
        Pair(
            mentee=mentee,
            mentor=mentor,
            score=sum(earned),
            reasons=tuple(
                Reason(criterion=criterion.name, points=number, finding=Finding.COMPARED, facts=NO_FACTS)
                for criterion, number in zip(policy.criteria, earned, strict=True)
            ),
        )
        for (mentee, mentor), earned in zip(cohort.couples_by_id(found.pairs), points.tolist(), strict=True)
    ]
    return UnprovenClaim(
        mentors=mentors,
        mentees=mentees,
        policy=policy,
        scores=scores,
        pairs=pairs,
        **couples,  # type: ignore[arg-type]
    )


def a_stable_claim(seed: int) -> UnprovenClaim:
    """Return a stable result of a made-up cohort, half of them around locks and what is forbidden."""
    chance = random.Random(f"stable {seed}")  # noqa: S311 - people made up
    policy = replace(every_kind(), objective=STABLE)
    mentors, mentees = a_cohort(seed)
    claim = stable(mentors, mentees, policy)
    couples: dict[str, list[tuple[str, str]]] = {"locked": [], "forbidden": []}
    for pair in claim.pairs:
        couples[chance.choice([*couples])].append((pair.mentee, pair.mentor))
    around = stable(mentors, mentees, policy, **couples) if chance.random() < 0.5 else claim
    return around if free(around) else a_stable_claim(seed + 1_000)


def free(claim: UnprovenClaim) -> list[Pair]:
    return [pair for pair in claim.pairs if (pair.mentee, pair.mentor) not in claim.locked]


def one_left_out(claim: UnprovenClaim) -> UnprovenClaim:
    return replace(claim, pairs=[pair for pair in claim.pairs if pair is not free(claim)[0]])


def one_forbidden(claim: UnprovenClaim) -> UnprovenClaim:
    return replace(claim, forbidden=[(claim.pairs[0].mentee, claim.pairs[0].mentor)])


def one_not_there(claim: UnprovenClaim) -> UnprovenClaim:
    return replace(claim, pairs=[replace(claim.pairs[0], mentor="nobody"), *claim.pairs[1:]])


def one_twice(claim: UnprovenClaim) -> UnprovenClaim:
    return replace(claim, pairs=[*claim.pairs, claim.pairs[0]])


def a_lock_forgotten(claim: UnprovenClaim) -> UnprovenClaim:
    made = {(pair.mentee, pair.mentor) for pair in claim.pairs}
    other = next(
        (one.id, two.id) for one in claim.mentees for two in claim.mentors if (one.id, two.id) not in made
    )
    return replace(claim, locked=[*claim.locked, other])


def a_capacity_below(claim: UnprovenClaim) -> UnprovenClaim:
    name = claim.pairs[0].mentor
    return replace(
        claim,
        mentors=[replace(one, capacity=0) if one.id == name else one for one in claim.mentors],
    )


def a_point_more(claim: UnprovenClaim) -> UnprovenClaim:
    pair = claim.pairs[0]
    reason = pair.reasons[0]._replace(points=pair.reasons[0].points + 1)
    changed = replace(pair, score=pair.score + 1, reasons=(reason, *pair.reasons[1:]))
    return replace(claim, pairs=[changed, *claim.pairs[1:]])


def another_score(claim: UnprovenClaim) -> UnprovenClaim:
    scores = claim.scores.copy()  # type: ignore[union-attr]
    scores[0, 0] += 1
    return replace(claim, scores=scores)


def a_sample_alone(claim: UnprovenClaim) -> UnprovenClaim:
    return replace(claim, proven=range(1))


def a_policy_for_the_best(claim: UnprovenClaim) -> UnprovenClaim:
    return replace(claim, policy=replace(claim.policy, objective=Objective()))


PLANTED: list[Callable[[UnprovenClaim], UnprovenClaim]] = [
    one_left_out,
    one_forbidden,
    one_not_there,
    one_twice,
    a_lock_forgotten,
    a_capacity_below,
    a_point_more,
    another_score,
    a_sample_alone,
    a_policy_for_the_best,
]


@pytest.mark.parametrize("seed", range(30))
def test_a_stable_result_has_no_fault(seed: int) -> None:
    claim = a_stable_claim(seed)

    faults = faults_in_stable(claim)

    assert faults == []


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_what_is_wrong_with_a_stable_result_is_found(
    plant: Callable[[UnprovenClaim], UnprovenClaim], seed: int
) -> None:
    claim = a_stable_claim(seed)

    faults = faults_in_stable(plant(claim))

    assert faults


def test_two_people_who_would_both_rather_have_each_other_are_named() -> None:
    policy = replace(a_policy(), objective=STABLE)
    mentors = [mentor("law", field="law"), mentor("art", field="art")]
    mentees = [mentee("ada", field="law"), mentee("ben", field="art")]
    crossed = stable(mentors, mentees, policy, forbidden=[("ada", "law"), ("ben", "art")])

    faults = faults_in_stable(replace(crossed, forbidden=()))

    assert faults == [
        "ada and law would both rather have each other",
        "ben and art would both rather have each other",
    ]


def test_nobody_gives_up_a_locked_partner_nor_one_who_is_as_good() -> None:
    policy = replace(a_policy(), objective=STABLE)
    mentors = [mentor("law", field="law"), mentor("art", field="art")]
    mentees = [mentee("ada", field="law"), mentee("ben", field="art"), mentee("cleo", field="law")]
    locked = stable(mentors, mentees, policy, locked=[("ben", "law")])
    as_good = stable(mentors, mentees, policy, forbidden=[("ada", "law")])

    faults = [faults_in_stable(locked), faults_in_stable(replace(as_good, forbidden=()))]

    assert faults == [[], []]


def test_of_many_such_pairs_a_few_are_named_and_the_others_counted() -> None:
    policy = replace(a_policy(), objective=STABLE)
    mentors = [mentor(f"m{place}", field="law") for place in range(3)]
    mentees = [mentee(f"a{place}", field="law") for place in range(3)]
    claim = replace(stable(mentors, mentees, policy), pairs=[])

    *named, others = faults_in_stable(claim)

    assert len(named) == 5
    assert others == "4 more pairs would both rather have each other"
