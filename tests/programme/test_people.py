"""Who may enrol, by the address that they give, and what a run may know of them."""

from dataclasses import replace

import pytest

from functions.programme.people import Role, address_is_at, facts_for_matching
from functions.programme.questionnaire import Kind, Use
from tests.programme.test_questionnaire import choices, page_of, question
from tests.programme.test_report import person

QUESTIONNAIRE = page_of(
    question("goals", Kind.MANY, choices=choices("statistics", "writing")),
    question("hobby", Kind.TEXT, use=Use.CONTACT),
    question("gender", Kind.ONE, choices=choices("woman", "man"), use=Use.MONITORING),
)
ADA = replace(
    person("ada", Role.MENTEE),
    name="Ada",
    email="ada@uni.example",
    capacity=2,
    answers={"goals": ("writing", "statistics"), "hobby": "chess", "gender": "woman", "gone": "old"},
)


@pytest.mark.parametrize(
    ("email", "belongs"),
    [
        ("ada@uni.example", True),
        ("ada@UNI.Example ", True),
        ("ada@maths.uni.example", True),
        ("ada@xavier.example", True),
        ("ada@notuni.example", False),
        ("ada@uni.example.evil.test", False),
        ("uni.example@evil.test", False),
        ("ada@uni.example@evil.test", False),
        ("ada@evil.test@uni.example", True),
    ],
)
def test_an_address_belongs_to_a_domain_and_its_sub_domains_whatever_the_case(
    email: str, *, belongs: bool
) -> None:
    assert address_is_at(email, (" @Uni.example ", "Xavier.example")) is belongs


def test_where_a_programme_names_no_domain_any_address_may_enrol() -> None:
    assert address_is_at("ada@anywhere.test", ())


def test_a_run_knows_the_answers_for_matching_and_by_what_others_name_the_person() -> None:
    assert facts_for_matching(ADA, QUESTIONNAIRE) == {
        "id": "ada",
        "capacity": 2,
        "answers": {"goals": ("writing", "statistics"), "name": "Ada", "email": "ada@uni.example"},
    }


def test_whoever_waited_in_an_earlier_cohort_comes_first_in_a_run() -> None:
    assert facts_for_matching(replace(ADA, waited=True), QUESTIONNAIRE)["priority"] == 1
