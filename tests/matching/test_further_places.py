"""Which mentor's further place would help whom: what is predicted is what happens when it is given."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from functions.matching.engine import match
from functions.matching.people import Person
from functions.matching.policy.model import Policy
from functions.matching.reasons import CannotMatch, FurtherPlace
from functions.matching.reports.further_places import find_further_places
from tests.matching.cohorts import a_cohort, a_policy, every_kind, mentee, mentor


def found(mentors: list[Person], mentees: list[Person], policy: Policy) -> tuple[FurtherPlace, ...]:
    """Return what further places would bring after a match."""
    return find_further_places(mentors, mentees, policy, match(mentors, mentees, policy))


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

    for place in find_further_places(mentors, mentees, policy, before, seed=seed):
        given_one = [
            replace(each, capacity=each.capacity + 1) if each.id == place.mentor else each for each in mentors
        ]
        served_after = {pair.mentee for pair in match(given_one, mentees, policy, seed=seed).pairs}

        assert served_after - served_before == set(place.serves)
        assert served_before - served_after == set(place.leaves)
        assert len(served_after) > len(served_before)
