"""Which mentor's further place would help whom: what is predicted is what happens when it is given."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.matching.engine import match
from functions.matching.people import Person
from functions.matching.policy.model import Policy
from functions.matching.reasons import CannotMatch, FurtherPlace, Note, Noted
from functions.matching.reports import further_places
from functions.matching.reports.further_places import add_further_places
from tests.matching.cohorts import a_cohort, a_policy, every_kind, mentee, mentor


def found(mentors: list[Person], mentees: list[Person], policy: Policy) -> tuple[FurtherPlace, ...]:
    """Return what further places would bring after a match."""
    return add_further_places(mentors, mentees, policy, match(mentors, mentees, policy)).further_places


def test_the_mentor_who_suits_best_is_named_with_whom_the_place_serves() -> None:
    mentors = [mentor("mo", field="law"), mentor("no", field="art")]
    mentees = [mentee("ada", field="art"), mentee("bob", field="law"), mentee("cy", field="law")]

    best, second = found(mentors, mentees, a_policy())

    assert best.mentor == "mo"
    assert best.serves in (("bob",), ("cy",))
    assert second.mentor == "no"


def test_nobody_left_over_needs_no_further_place() -> None:
    assert found([mentor("mo", 2)], [mentee("ada"), mentee("bob")], a_policy()) == ()


def test_a_mentor_at_the_policys_own_number_can_have_no_more() -> None:
    policy = replace(a_policy(), mentors=replace(a_policy().mentors, capacity=1))

    assert found([mentor("mo")], [mentee("ada"), mentee("bob")], policy) == ()


def test_a_place_that_the_rules_forbid_to_everybody_left_over_is_not_offered() -> None:
    rule = '[[rule]]\nname = "avoid"\nkind = "avoided"\nmentee = "avoid"\nmentor = "avoid"\n'
    mentees = [mentee("ada", field="law"), mentee("bob", avoid="mo")]

    assert found([mentor("mo", field="law")], mentees, a_policy(rule)) == ()


def test_of_many_mentors_those_whom_most_people_may_have_are_tried_and_the_others_are_counted() -> None:
    rule = '[[rule]]\nname = "avoid"\nkind = "avoided"\nmentee = "avoid"\nmentor = "avoid"\n'
    popular = [mentor(f"a{number}") for number in range(8)]
    avoided = [mentor(f"m{number}", field="law") for number in range(4)]
    served = [mentee(f"s{number}") for number in range(12)]
    left = [
        mentee(f"z{number}", field="law", avoid=tuple(each.id for each in avoided)) for number in range(2)
    ]
    one = mentee("zz", field="law")
    policy = a_policy(rule)
    locked = tuple((s.id, m.id) for s, m in zip(served, popular + avoided, strict=True))
    before = match(popular + avoided, [*served, *left, one], policy, locked=locked)

    outcome = add_further_places(popular + avoided, [*served, *left, one], policy, before, locked=locked)

    assert {place.mentor for place in outcome.further_places} == {each.id for each in popular}
    assert outcome.notes[-1] == Note(noted=Noted.FURTHER_PLACES, numbers={"tried": 8, "mentors": 12})


def test_where_all_that_may_help_were_tried_there_is_nothing_to_note() -> None:
    mentors, mentees = [mentor("mo")], [mentee("ada"), mentee("bob")]
    before = match(mentors, mentees, a_policy())

    assert add_further_places(mentors, mentees, a_policy(), before).notes == before.notes


def test_among_too_many_people_it_is_told_that_none_was_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(further_places, "LARGEST_TRIED", 1)
    mentors, mentees = [mentor("mo")], [mentee("ada"), mentee("bob")]

    outcome = add_further_places(mentors, mentees, a_policy(), match(mentors, mentees, a_policy()))

    assert outcome.further_places == ()
    assert outcome.notes[-1] == Note(noted=Noted.FURTHER_PLACES, numbers={"tried": 0, "mentors": 1})


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 100_000), st.integers(0, 3))
def test_giving_the_place_serves_exactly_the_people_who_were_predicted(made_from: int, seed: int) -> None:
    mentors, mentees = a_cohort(made_from)
    policy = every_kind()
    try:
        before = match(mentors, mentees, policy, seed=seed)
    except CannotMatch:
        return
    served_before = {pair.mentee for pair in before.pairs}

    for place in add_further_places(mentors, mentees, policy, before, seed=seed).further_places:
        given_one = [
            replace(each, capacity=each.capacity + 1) if each.id == place.mentor else each for each in mentors
        ]
        served_after = {pair.mentee for pair in match(given_one, mentees, policy, seed=seed).pairs}

        assert served_after - served_before == set(place.serves)
        assert served_before - served_after == set(place.leaves)
        assert len(served_after) > len(served_before)
