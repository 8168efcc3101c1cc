"""Facts go to JSON and come back the same; what has its usual value takes no room there."""

import json
from typing import Any

import pytest

from functions.matching.people import Role
from functions.matching.reasons import (
    Against,
    CannotMatch,
    Cause,
    Change,
    Facts,
    Finding,
    FurtherPlace,
    Impossibility,
    Note,
    Noted,
    Problem,
    Reason,
    Remedy,
    Way,
    WhyNot,
    WhyUnmatched,
    from_data,
    to_data,
)

FACTS = [
    Reason(
        criterion="field", finding=Finding.BOTH_SAID, facts=Facts(answers=("economics",), common=1), points=7
    ),
    Reason(criterion="past", finding=Finding.IN_COMMON, facts=Facts(common=2), points=0, private=True),
    Reason(
        criterion="skills",
        finding=Finding.BOTH_WAYS,
        facts=Facts(
            ways=(
                Way(
                    finding=Finding.FIRST_CHOICE,
                    facts=Facts(answers=("a", "c"), ranks=(1, 3), common=2, wanted=3, who=(Role.MENTOR,)),
                ),
                Way(finding=Finding.NOT_ANSWERED, facts=Facts(who=(Role.MENTOR, Role.MENTEE), percent=50)),
            )
        ),
        points=-1,
        most_to=(Role.MENTEE,),
    ),
    WhyUnmatched(cause=Cause.RULE, rule="language", count=3, total=4),
    Change(remedy=Remedy.PLACE, rule="language"),
    Change(remedy=Remedy.MENTOR, no_exception_helps=True),
    FurtherPlace(mentor="m1", serves=("a",)),
    WhyNot(against=Against.TOTAL, count=2, points=31, most=1_000_000),
    Note(noted=Noted.PROVEN_ON_SAMPLE, numbers={"checked": 500, "mentees": 9000}),
    CannotMatch(Problem.NO_NUMBER, "ada", role=Role.MENTEE, column="age", answer="x").why,
    CannotMatch(Problem.NOBODY_ELIGIBLE, refusals=(("language", 3),), numbers={"total": 4}).why,
]


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: type(fact).__name__)
def test_a_fact_that_went_to_json_comes_back_the_same(fact: Any) -> None:
    stored = json.loads(json.dumps(to_data(fact)))

    assert from_data(type(fact), stored) == fact


def test_what_has_its_usual_value_takes_no_room() -> None:
    assert to_data(Change(remedy=Remedy.MENTOR)) == {"remedy": "mentor"}


@pytest.mark.parametrize("data", [{"remedy": "magic"}, {"remedy": "mentor", "more": 1}, {}])
def test_data_that_stand_for_nothing_are_refused(data: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError, KeyError)):
        from_data(Change, data)


def test_the_message_of_an_impossible_match_names_nobody() -> None:
    fault = CannotMatch(Problem.NO_CAPACITY, "ada@example.org", role=Role.MENTOR)

    assert "ada" not in str(fault)
    assert fault.why == Impossibility(
        problem=Problem.NO_CAPACITY, people=("ada@example.org",), role=Role.MENTOR
    )
