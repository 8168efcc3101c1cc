"""What a rematch changed, and why it had to."""

from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from functions.matching.cohort import Cohort
from functions.matching.engine import match
from functions.matching.people import Person
from functions.matching.policy.model import Policy
from functions.matching.reasons import CannotMatch
from functions.matching.reports import rematch
from functions.matching.reports.rematch import WhyEnded
from tests.matching.cohorts import a_cohort, a_policy, every_kind, mentee, mentor

POLICY = a_policy(rules='[[rule]]\nname = "home"\nkind = "same"\nmentee = "home"\nmentor = "home"\n')


def rematched(
    mentors: list[Person],
    mentees: list[Person],
    previous: list[tuple[str, str]],
    policy: Policy = POLICY,
    **terms: Any,
) -> rematch.Rematch:
    outcome = match(mentors, mentees, policy, previous=previous, **terms)
    couples = [(pair.mentee, pair.mentor) for pair in outcome.pairs]
    return rematch.report_changes(Cohort.of(mentors, mentees, policy), previous, couples, **terms)


def test_every_pairing_that_ends_has_its_reason() -> None:
    mentors = [mentor("mo", home="x"), mentor("mia"), mentor("max"), mentor("una")]
    mentees = [mentee("ada", home="x"), mentee("ben"), mentee("cleo"), mentee("dan")]
    previous = [("ada", "mo"), ("ben", "mia"), ("cleo", "una"), ("eve", "max"), ("dan", "gone")]

    found = rematched(mentors, mentees, previous, locked=[("dan", "una")], forbidden=[("ben", "mia")])

    assert dict(found.ended) == {
        ("ada", "mo"): WhyEnded.RULE,
        ("ben", "mia"): WhyEnded.FORBIDDEN,
        ("cleo", "una"): WhyEnded.NO_PLACE,
        ("eve", "max"): WhyEnded.MENTEE_GONE,
        ("dan", "gone"): WhyEnded.MENTOR_GONE,
    }
    assert found.keeping is None
    assert ("dan", "una") in found.new


def test_a_pairing_that_ends_for_others_says_what_keeping_it_would_have_cost() -> None:
    mentors = [mentor("mo", field="law"), mentor("mia", field="art", home="x")]
    mentees = [mentee("ada", field="law"), mentee("ben", field="law", home="x")]

    found = rematched(mentors, mentees, [("ada", "mo")])

    assert found.ended == ((("ada", "mo"), WhyEnded.FOR_OTHERS),)
    assert found.keeping is not None
    assert (found.now.served, found.keeping.served) == (2, 1)
    assert (
        rematch.describe_changes(found)[-1]
        == "  Keeping the last of these as well would have served 1 fewer."
    )


def test_a_pairing_that_costs_points_says_how_many() -> None:
    mentors = [mentor("mo", field="law"), mentor("mia", field="art")]
    mentees = [mentee("ada", field="law"), mentee("ben", field="art")]
    policy = a_policy(top="[objective]\nfloor = false\n")

    found = rematched(mentors, mentees, [("ada", "mia")], policy)

    assert rematch.describe_changes(found) == (
        "Of 1 previous pairings 0 stand, 1 end; 2 are new.",
        "  1: keeping it would have cost others more",
        "  Keeping the last of these as well would have taken 2,000,000 from the total score.",
    )


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 100_000), st.data())
def test_a_rematch_after_people_left_accounts_for_every_previous_pairing(
    made_from: int, data: st.DataObject
) -> None:
    mentors, mentees = a_cohort(made_from)
    try:
        first = match(mentors, mentees, every_kind())
        previous = [(pair.mentee, pair.mentor) for pair in first.pairs]
        staying = data.draw(
            st.lists(st.sampled_from(mentees), min_size=1, unique_by=lambda person: person.id)
        )
        found = rematched(mentors, staying, previous, every_kind())
    except CannotMatch:
        assume(False)  # noqa: FBT003 - hypothesis' own way to leave a case aside

    here = {person.id for person in staying}
    assert sorted([*found.kept, *(pair for pair, _ in found.ended)]) == sorted(previous)
    assert all((why is WhyEnded.MENTEE_GONE) == (pair[0] not in here) for pair, why in found.ended)
    if found.keeping is not None:
        assert (found.keeping.served, found.keeping.worst or 0) <= (found.now.served, found.now.worst or 0)
