"""What a run is made from: who is taken, what is known of them, and what is left when somebody is erased."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from functions.matching import Columns, Person
from functions.programme.canonical_json import canonical_json
from functions.programme.people import Role
from functions.programme.questionnaire import Kind, Use
from functions.programme.snapshot import Snapshot, person_for_matching, take_snapshot
from tests.programme.evaluation.test_report import person
from tests.programme.test_questionnaire import choices, page_of, question

NOW = datetime(2026, 9, 3, 8, tzinfo=UTC)
MENTEES = page_of(
    question("goals", Kind.MANY, choices=choices("statistics", "writing")),
    question("hobby", Kind.TEXT, use=Use.CONTACT),
    question("gender", Kind.ONE, choices=choices("woman", "man"), use=Use.MONITORING),
)
MENTORS = page_of(question("capacity", Kind.INTEGER), question("field", Kind.TEXT))
PAGES = {Role.MENTEE: MENTEES, Role.MENTOR: MENTORS}
ADA = replace(
    person("ada", Role.MENTEE),
    name="Ada",
    email="ada@uni.example",
    capacity=2,
    answers={"goals": ("writing", "statistics"), "hobby": "chess", "gender": "woman", "gone": "old"},
)
GRACE = replace(person("grace", Role.MENTOR), capacity=3, answers={"capacity": 3, "field": "law"})
POLICY = 'name = "small"'
FIVE = Columns(id="id", capacity=5, priority="", identity=(), separator=re.compile(";"), allowed={})


def test_a_run_knows_the_answers_for_matching_and_by_what_others_name_the_person() -> None:
    assert person_for_matching(ADA, MENTEES) == Person(
        id="ada",
        capacity=2,
        answers={"goals": ("writing", "statistics"), "name": "Ada", "email": "ada@uni.example"},
    )


def test_whoever_waited_in_an_earlier_cohort_comes_first_in_a_run() -> None:
    assert person_for_matching(ADA, MENTEES).priority == 0
    assert person_for_matching(replace(ADA, waited=True), MENTEES).priority == 1


def test_people_stand_by_role_in_the_order_of_their_ids() -> None:
    bea, hedy = replace(ADA, id="bea"), replace(GRACE, id="hedy")

    taken = take_snapshot([hedy, bea, GRACE, ADA], PAGES, policy=POLICY, seed=7)

    assert [each.id for each in taken.mentors] == ["grace", "hedy"]
    assert [each.id for each in taken.mentees] == ["ada", "bea"]
    assert set(taken.people) == {"ada", "bea", "grace", "hedy"}
    assert (taken.policy, taken.seed, taken.untrained) == (POLICY, 7, {})


def test_who_has_not_read_the_training_is_left_out_where_it_comes_first_and_counted() -> None:
    trained = replace(GRACE, trained_at=NOW)

    taken = take_snapshot([ADA, GRACE, trained], PAGES, policy=POLICY, training_first=True)

    assert (len(taken.mentors), taken.mentees) == (1, ())
    assert taken.untrained == {Role.MENTEE: 1, Role.MENTOR: 1}


def test_who_is_not_asked_for_a_capacity_takes_the_policys_number() -> None:
    taken = take_snapshot([ADA, GRACE], PAGES, policy=POLICY)

    assert taken.says_capacity == {Role.MENTOR}
    assert [each.capacity for each in taken.side(Role.MENTOR, FIVE)] == [3]
    assert [each.capacity for each in taken.side(Role.MENTEE, FIVE)] == [5]


def test_a_policy_that_names_a_column_of_capacities_means_one_for_whoever_was_not_asked() -> None:
    named = replace(FIVE, capacity="how_many")

    [ada] = take_snapshot([ADA], PAGES, policy=POLICY).side(Role.MENTEE, named)

    assert ada.capacity == 1


@pytest.mark.parametrize("first", [True, False])
def test_a_snapshot_that_went_to_json_comes_back_the_same(*, first: bool) -> None:
    taken = take_snapshot([ADA, replace(GRACE, trained_at=NOW)], PAGES, policy=POLICY, training_first=first)

    stored = canonical_json(taken.to_data())

    assert Snapshot.from_data(json.loads(stored)) == taken
    assert canonical_json(Snapshot.from_data(json.loads(stored)).to_data()) == stored


def test_nothing_of_who_is_erased_is_left_in_a_snapshot() -> None:
    taken = take_snapshot([ADA, GRACE], PAGES, policy=POLICY)

    left = taken.without(["ada", "nobody"])

    assert b"ada" not in canonical_json(left.to_data())
    assert left == replace(taken, mentees=())
    assert taken.without(["nobody"]) == taken
    assert taken.without(["grace"]).mentors == ()


def test_equal_values_are_equal_bytes_whatever_the_order_of_their_names() -> None:
    assert (
        canonical_json({"b": 1, "a": "é"}) == canonical_json({"a": "é", "b": 1}) == '{"a":"é","b":1}'.encode()
    )
