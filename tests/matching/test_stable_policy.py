"""A policy that asks for stability: what it gets, what it says it costs, what it can't be combined with."""

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from functions.matching.cohort import Cohort
from functions.matching.engine import Unsound, match
from functions.matching.outcome import Outcome
from functions.matching.people import Person
from functions.matching.policy.model import PolicyError
from functions.matching.policy.parse import parse_policy
from functions.matching.reasons import CannotMatch, Problem
from functions.matching.reports import rematch, whatif
from functions.matching.solving.stable import find_stable
from functions.matching.terms import Objective
from tests.matching.cohorts import a_cohort, a_policy, every_kind, mentee, mentor
from tests.matching.saying import left_over, notes, refused, why_not

TEXT = (
    'name = "fair trade"\n[mentees]\nid = "email"\n[mentors]\nid = "email"\n'
    '[[criterion]]\nname = "field"\nkind = "same"\nmentee = "field"\nmentor = "field"\nweight = 2\n'
    '[[criterion]]\nname = "town"\nkind = "same"\nmentee = "town"\nmentor = "town"\nweight = 1\n'
    '[[criterion]]\nname = "wish"\nkind = "wish"\nmentee = "wishes"\nmentor = "wishes"\nweight = 0\n'
    '[[rule]]\nname = "keeps"\nkind = "same"\nmentee = "keeps"\nmentor = "keeps"\n'
    'because = "both keep to one"\n[objective]\nstable = true\n'
)
STABLE = parse_policy(TEXT, file="stable.toml")
EVERY_KIND = replace(every_kind(), objective=STABLE.objective)


def couples(outcome: Outcome) -> set[tuple[str, str]]:
    return {(pair.mentee, pair.mentor) for pair in outcome.pairs}


def a_pull() -> tuple[list[Person], list[Person]]:
    """Return two mentors and two mentees: ada fits law best, and ben may have nobody but law."""
    mentors = [mentor("law", field="law", town="Aleppo"), mentor("art", field="art", keeps="yes")]
    mentees = [
        mentee("ada", field="law", town="Aleppo"),
        mentee("ben", field="law", keeps="yes", wishes="law"),
    ]
    return mentors, mentees


def mistake(text: str) -> str:
    with pytest.raises(PolicyError) as error:
        parse_policy(text, file="p.toml")
    return str(error.value)


def test_nobody_would_rather_swap_and_the_price_is_told() -> None:
    mentors, mentees = a_pull()

    stable = match(mentors, mentees, STABLE)
    best = match(mentors, mentees, replace(STABLE, objective=Objective()))

    assert couples(best) == {("ada", "art"), ("ben", "law")}
    assert couples(stable) == {("ada", "law")}
    assert (stable.certificate, stable.served, stable.worst) == (None, 1, 1_000_000)
    (note,) = notes(stable.notes)
    assert note.startswith(
        "Stable, as the policy asks: no mentee and mentor would both rather have each other;"
    )
    assert note.endswith("; one person fewer is served than could be.")


def test_a_stable_match_that_serves_as_many_says_so() -> None:
    outcome = match([mentor("law", field="law")], [mentee("ada", field="law")], STABLE)

    assert notes(outcome.notes)[0].endswith("as many people are served as could be.")


def test_who_is_left_out_is_not_told_that_others_could_make_room() -> None:
    outcome = match(*a_pull(), STABLE)

    assert left_over(outcome, STABLE)["ben"].smallest_change == (
        "One more place with a mentor whom the rules allow; "
        "or one exception from the rule “keeps”, with a mentor who has room."
    )


def test_a_wish_that_was_not_met_is_explained_without_a_cost() -> None:
    (wish,) = match(*a_pull(), STABLE).wishes

    assert (wish.mentee, wish.mentor, wish.unserved, wish.total) == ("ben", "law", None, None)
    assert why_not(wish.against, STABLE) == (
        "One of the two has every place taken by people who fit as well or better, or who are locked."
    )


def test_a_priority_decides_between_equal_scores_alone() -> None:
    mentors = [mentor("law", field="law")]
    first = replace(mentee("zoe", field="law"), priority=1)
    equal = [mentee(f"m{place}", field="law") for place in range(9)]

    served = couples(match(mentors, [*equal, first], STABLE))
    better = couples(match([replace(mentors[0], answers={"field": "law", "town": "Homs"})],
                           [first, mentee("ada", field="law", town="Homs")], STABLE))  # fmt: skip

    assert served == {("zoe", "law")}
    assert better == {("ada", "law")}
    assert "only preferred where scores are equal" in notes(match(mentors, [*equal, first], STABLE).notes)[1]


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 100_000), st.integers(0, 3), st.randoms(use_true_random=False))
def test_a_stable_match_of_any_cohort_is_verified_and_the_same_in_any_order(
    made_from: int, seed: int, chance: random.Random
) -> None:
    mentors, mentees = a_cohort(made_from)
    first = stable_of(mentors, mentees, seed=seed)
    chance.shuffle(mentors)
    chance.shuffle(mentees)

    assert match(mentors, mentees, EVERY_KIND, seed=seed) == first


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 100_000), st.data())
def test_locks_stand_and_forbidden_pairs_do_not(made_from: int, data: st.DataObject) -> None:
    mentors, mentees = a_cohort(made_from)
    made = sorted(couples(stable_of(mentors, mentees)))
    locked = data.draw(st.lists(st.sampled_from(made), unique=True)) if made else []
    forbidden = [couple for couple in made if couple not in locked]

    again = stable_of(mentors, mentees, locked=locked, forbidden=forbidden)

    assert set(locked) <= couples(again)
    assert not couples(again).intersection(forbidden)


def stable_of(mentors: list[Person], mentees: list[Person], **terms: Any) -> Outcome:
    try:
        return match(mentors, mentees, EVERY_KIND, **terms)
    except CannotMatch as error:
        assume(error.why.problem is not Problem.NOBODY_ELIGIBLE)
        raise


def test_rules_that_leave_nobody_and_locks_against_them_are_told_as_ever() -> None:
    mentors, mentees = [mentor("law", keeps="yes")], [mentee("ben", keeps="yes")]

    with refused("The rules leave no pairing at all"):
        match(mentors, mentees, STABLE)
    with refused("is locked, but a rule refuses it"):
        match([*mentors, mentor("art")], mentees, STABLE, locked=[("ben", "law")])


def test_a_result_in_which_two_would_rather_have_each_other_is_never_handed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = find_stable

    def the_others(*given: Any, **more: Any) -> Any:
        return replace(sought := found(*given, **more), pairs=sought.many.pairs)

    monkeypatch.setattr("functions.matching.pairings.stable.find_stable", the_others)

    with pytest.raises(Unsound, match="ada and law would both rather have each other"):
        match(*a_pull(), STABLE)


def test_a_rematch_says_who_has_somebody_who_fits_as_well() -> None:
    mentors, mentees = a_pull()
    before = [("ben", "law")]
    outcome = match(mentors, mentees, STABLE, previous=before)
    cohort = Cohort.of([replace(mentors[0], capacity=1), mentors[1]], mentees, STABLE)

    changed = rematch.report_changes(cohort, before, couples(outcome))

    assert changed.ended == ((("ben", "law"), rematch.WhyEnded.STABLE),)
    assert changed.keeping is None


def test_what_if_the_policy_asked_for_stability_is_answered() -> None:
    mentors, mentees = a_pull()
    best = replace(STABLE, objective=Objective())
    cohort = Cohort.of(mentors, mentees, best)

    compared = whatif.compare_with_policy(cohort, couples(match(mentors, mentees, best)), STABLE)

    assert compared.only_second == (("ada", "law"),)


BESIDE = (
    "p.toml, line 32, objective, floor: a stable match is not the best at any level, "
    "so none can be chosen beside stable = true. Drop either “floor” or “stable”."
)
NOT_OF = "objective, stable: a stable match is one of mentors and mentees, and this policy is for"
POOL = TEXT.replace('[mentees]\nid = "email"\n[mentors]', "[people]")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TEXT + "floor = true\n", BESIDE),
        (TEXT.replace("stable = true", "stable = 1"), "stable: “1” is neither true nor false."),
        ('pairing = "groups"\n' + TEXT, f"{NOT_OF} groups. Drop this line."),
        ('pairing = "peers"\n' + POOL, f"{NOT_OF} peers. Drop this line."),
    ],
)
def test_what_a_stable_policy_cannot_be_is_told(text: str, said: str) -> None:
    assert said in mistake(text)


def test_stable_false_is_as_if_nothing_were_said() -> None:
    assert (
        parse_policy(TEXT.replace("true", "false"), file="p.toml").objective
        == Objective()
        == a_policy().objective
    )
