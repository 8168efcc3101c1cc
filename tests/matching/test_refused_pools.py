"""What can’t be matched in one pool, or in a network, is refused in words that say what to change."""

import pytest

from functions.matching.engine import match
from functions.matching.pairings.run import LARGEST_POOL, Couple
from functions.matching.people import Person
from tests.matching.cohorts import a_policy, mentee, mentor
from tests.matching.saying import left_over, refused
from tests.matching.test_unmatched_peers import AVOID, a_pool_policy

POOL = [mentee(name) for name in ("ada", "bo", "cy", "dee")]


@pytest.mark.parametrize(
    ("people", "said"),
    [
        ([], "There is nobody to match"),
        ([mentee("ada")], "There is one person in the pool. A pair needs two"),
        ([mentee("ada"), mentee("ada"), mentee("bo")], "Two people have the same id, ada"),
        (
            [mentee("ada", 0), mentee("bo")],
            "ada has a capacity of 0. Give them at least 1, or leave them out",
        ),
        (
            [mentee("ada", avoid="bo"), mentee("bo")],
            "The rules leave no pairing at all. No rule that may be named refuses one",
        ),
        (
            [mentee(f"p{place}") for place in range(LARGEST_POOL + 1)],
            "3,001 people are too many for one run of this kind",
        ),
    ],
)
def test_a_pool_that_has_no_pair_is_refused(people: list[Person], said: str) -> None:
    with refused(said):
        match([], people, a_pool_policy(AVOID))


@pytest.mark.parametrize(
    ("locked", "forbidden", "said"),
    [
        ([("ada", "bo"), ("cy", "ada")], [], "ada is locked with both bo and cy"),
        ([("ada", "bo")], [("bo", "ada")], "The pairing of ada with bo is both locked and forbidden"),
        ([("ada", "bo"), ("bo", "ada")], [], "is locked twice"),
        ([("ada", "eve")], [], "eve, who is not in this run"),
        ([], [("eve", "ada")], "eve, who is not in this run"),
        ([("ada", "ada")], [], "but a rule refuses it"),
        ([("dee", "ada")], [], "The pairing of dee with ada is locked, but a rule refuses it"),
    ],
)
def test_locks_of_a_pool_that_contradict_are_refused(
    locked: list[Couple], forbidden: list[Couple], said: str
) -> None:
    people = [*POOL[:3], mentee("dee", avoid="ada")]

    with refused(said):
        match([], people, a_pool_policy(AVOID), locked=locked, forbidden=forbidden)


def test_a_pool_whose_every_pair_is_forbidden_is_a_result_with_reasons() -> None:
    outcome = match([], POOL[:2], a_pool_policy(AVOID), forbidden=[("bo", "ada")])

    assert (outcome.pairs, outcome.served) == ((), 0)
    assert [person.reasons for person in left_over(outcome, a_pool_policy(AVOID)).values()] == [
        ("Everybody else whom the rules allow has found a partner.",)
    ] * 2


def test_in_a_network_a_mentee_locked_with_more_mentors_than_they_may_have_is_named() -> None:
    mentors = [mentor(name) for name in ("mo", "no", "ru")]
    locked = [("ada", name) for name in ("mo", "no", "ru")]

    with refused("ada"):
        match(mentors, [mentee("ada", 2)], a_policy(), locked=locked)
