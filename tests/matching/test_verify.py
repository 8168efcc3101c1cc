"""The verifier finds every kind of fault that is planted in a sound result."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from functions.matching import score
from functions.matching.engine import Couple, match
from functions.matching.outcome import Pair, Prices
from functions.matching.people import CannotMatch
from functions.matching.verify import Claim, faults_in
from tests.matching.cohorts import a_cohort, a_policy, every_kind, mentee, mentor

POLICY = every_kind()


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What the claims of these tests were asked to keep."""

    locked: tuple[Couple, ...] = ()
    forbidden: tuple[Couple, ...] = ()
    previous: tuple[Couple, ...] | None = None


def sound_claim(seed: int, terms: Terms | None = None) -> Claim:
    """Return what the engine makes of a made-up cohort: a claim without faults."""
    terms = terms or Terms()
    mentors, mentees = a_cohort(seed)
    try:
        outcome = match(
            mentors, mentees, POLICY, locked=terms.locked, forbidden=terms.forbidden, previous=terms.previous
        )
    except CannotMatch:
        assume(False)  # noqa: FBT003 - the rules left nobody
        raise
    return Claim(
        mentors=mentors,
        mentees=mentees,
        policy=POLICY,
        scores=score.scores(score.prepare(mentors, mentees, POLICY)),
        pairs=outcome.pairs,
        certificate=outcome.certificate,
        locked=terms.locked,
        forbidden=terms.forbidden,
        previous=terms.previous,
    )


def changed(claim: Claim, pair: Pair) -> Claim:
    """Return the claim with another first pair."""
    return replace(claim, pairs=(pair, *claim.pairs[1:]))


def raise_a_score(claim: Claim) -> Claim:
    first = claim.pairs[0]
    reasons = (replace(first.reasons[0], points=first.reasons[0].points + 1), *first.reasons[1:])
    return changed(claim, replace(first, score=first.score + 1, reasons=reasons))


def move_a_point_between_criteria(claim: Claim) -> Claim:
    first = claim.pairs[0]
    one, two, *rest = first.reasons
    reasons = (replace(one, points=one.points + 1), replace(two, points=two.points - 1), *rest)
    return changed(claim, replace(first, reasons=reasons))


def score_off_by_one(claim: Claim) -> Claim:
    return changed(claim, replace(claim.pairs[0], score=claim.pairs[0].score + 1))


def leave_somebody_out(claim: Claim) -> Claim:
    return replace(claim, pairs=claim.pairs[1:])


def pair_twice(claim: Claim) -> Claim:
    return replace(claim, pairs=(*claim.pairs, claim.pairs[0]))


def pair_a_stranger(claim: Claim) -> Claim:
    return changed(claim, replace(claim.pairs[0], mentor="nobody@example.org"))


def edit_the_matrix(claim: Claim) -> Claim:
    scores = claim.scores.copy()
    scores[0, 0] = 999_999 if scores[0, 0] != 999_999 else 5
    return replace(claim, scores=scores)


def shrink_a_capacity(claim: Claim) -> Claim:
    mentor_id = claim.pairs[0].mentor
    mentors = [replace(person, capacity=0) if person.id == mentor_id else person for person in claim.mentors]
    return replace(claim, mentors=mentors)


def forbid_a_pair(claim: Claim) -> Claim:
    return replace(claim, forbidden=((claim.pairs[0].mentee, claim.pairs[0].mentor),))


def break_a_rule(claim: Claim) -> Claim:
    pair = claim.pairs[0]
    mentees = [
        replace(person, answers={**person.answers, "avoid": pair.mentor})
        if person.id == pair.mentee
        else person
        for person in claim.mentees
    ]
    return replace(claim, mentees=mentees)


def claim_a_higher_value(claim: Claim) -> Claim:
    value = claim.certificate.value
    return replace(claim, certificate=replace(claim.certificate, value=(value[0] + 1, *value[1:])))


def claim_a_lower_floor(claim: Claim) -> Claim:
    assume(claim.certificate.floor > 0)
    return replace(claim, certificate=replace(claim.certificate, floor=claim.certificate.floor - 1))


def claim_a_higher_floor(claim: Claim) -> Claim:
    return replace(claim, certificate=replace(claim.certificate, floor=claim.certificate.floor + 1))


def drop_a_level(claim: Claim) -> Claim:
    return replace(claim, certificate=replace(claim.certificate, levels=claim.certificate.levels[:-1]))


def forget_the_proof(claim: Claim) -> Claim:
    certificate = claim.certificate
    nothing = Prices(first=(), further=(), mentor=())
    return replace(claim, certificate=replace(certificate, whole=nothing))


def raise_a_price(claim: Claim) -> Claim:
    whole = claim.certificate.whole
    paired = [person.id for person in sorted(claim.mentors, key=lambda person: person.id)]
    place = paired.index(claim.pairs[0].mentor)
    prices = list(whole.mentor)
    prices[place] = (prices[place][0] - 10**6, *prices[place][1:])
    certificate = replace(claim.certificate, whole=replace(whole, mentor=tuple(prices)))
    return replace(claim, certificate=certificate)


PLANTED: list[Callable[[Claim], Claim]] = [
    raise_a_score,
    move_a_point_between_criteria,
    score_off_by_one,
    leave_somebody_out,
    pair_twice,
    pair_a_stranger,
    edit_the_matrix,
    shrink_a_capacity,
    forbid_a_pair,
    break_a_rule,
    claim_a_higher_value,
    claim_a_lower_floor,
    claim_a_higher_floor,
    drop_a_level,
    forget_the_proof,
    raise_a_price,
]


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 100_000))
@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_a_planted_fault_is_found(plant: Callable[[Claim], Claim], seed: int) -> None:
    claim = sound_claim(seed)

    faults = faults_in(plant(claim))

    assert faults


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 100_000), st.data())
def test_a_sound_result_has_no_fault_whatever_was_settled_before(seed: int, data: st.DataObject) -> None:
    first = sound_claim(seed)
    couples = [(pair.mentee, pair.mentor) for pair in first.pairs]
    kinds = data.draw(st.lists(st.sampled_from("lfp."), min_size=len(couples), max_size=len(couples)))
    chosen = {
        kind: tuple(couple for couple, k in zip(couples, kinds, strict=True) if k == kind) for kind in "lfp"
    }
    terms = Terms(locked=chosen["l"], forbidden=chosen["f"], previous=(*chosen["p"], *chosen["l"]))

    faults = faults_in(sound_claim(seed, terms))

    assert faults == []


def test_a_lock_that_was_not_kept_is_found() -> None:
    mentors = [mentor("m", field="law"), mentor("n", field="law")]
    mentees = [mentee("a", field="law")]
    outcome = match(mentors, mentees, a_policy())
    other = "n" if outcome.pairs[0].mentor == "m" else "m"
    claim = Claim(
        mentors=mentors,
        mentees=mentees,
        policy=a_policy(),
        scores=np.array([[1_000_000, 1_000_000]], dtype=np.int32),
        pairs=outcome.pairs,
        certificate=outcome.certificate,
        locked=(("a", other),),
    )

    assert faults_in(claim)[0] == f"a and {other} are locked and not paired"


def test_a_second_best_assignment_is_found_even_if_everything_else_is_right() -> None:
    mentors = [mentor("m", field="law"), mentor("n", field="art")]
    mentees = [mentee("a", field="law"), mentee("b", field="art")]
    best = match(mentors, mentees, a_policy())
    crossed = match(mentors, mentees, a_policy(), locked=[("a", "n")])

    claim = Claim(
        mentors=mentors,
        mentees=mentees,
        policy=a_policy(),
        scores=score.scores(score.prepare(mentors, mentees, a_policy())),
        pairs=crossed.pairs,
        certificate=best.certificate,
    )

    assert "the certificate is for another value than the pairs have" in faults_in(claim)
    assert "the certificate does not prove that no other assignment is better" in faults_in(claim)
