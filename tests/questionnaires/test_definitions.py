"""What ships with Kith can be read, and nothing else can."""

import pytest

from functions.programme.people import Role
from functions.programme.programme import Moment
from functions.programme.questionnaire import Kind, Layout, Use
from functions.questionnaires import definitions

SURVEYS = ("end", "end-of-training", "mid", "pulse", "six-months-after")


def test_the_ready_made_programme_leads_to_its_questionnaires() -> None:
    programme = definitions.programme("first-year")

    for role in Role:
        asked = definitions.questionnaire(programme.questionnaires[role])
        kinds = {question.name: question.kind for question in asked.questions if question.required}
        assert (kinds["name"], kinds["email"]) == (Kind.TEXT, Kind.EMAIL)
        assert kinds["code_of_conduct"] is Kind.CONSENT
    assert definitions.questionnaire(programme.surveys[Moment.END]).name == "end"


def test_what_one_side_offers_is_what_the_other_may_want() -> None:
    mentor, mentee = (definitions.questionnaire(name) for name in ("mentor", "mentee"))

    def offered(asked: str, name: str) -> list[str]:
        of = {"mentor": mentor, "mentee": mentee}[asked]
        return [
            choice.name for question in of.questions if question.name == name for choice in question.choices
        ]

    assert offered("mentor", "topics_offered") == offered("mentee", "topics_wanted")
    for shared in (
        *("field", "style", "languages", "meeting_mode", "availability"),
        *("goals", "path", "experience", "keeping_in_touch"),
    ):
        assert offered("mentor", shared) == offered("mentee", shared) != []


def test_availability_is_a_week_of_three_parts_a_day() -> None:
    asked = {question.name: question for question in definitions.questionnaire("mentee").questions}

    week = asked["availability"]

    assert week.layout is Layout.WEEK
    assert len(week.choices) == 21
    assert week.choices[0].name == "mon-morning"
    assert week.choices[0].labels["en"] == "Monday morning"


def test_every_question_says_what_its_answer_is_for() -> None:
    uses = {
        name: {question.use for question in definitions.questionnaire(name).questions}
        for name in definitions.names_of("questionnaires", ".json")
    }

    assert uses == {
        "mentee": {Use.CONTACT, Use.MATCHING},
        "mentor": {Use.CONTACT, Use.MATCHING},
        "equality": {Use.MONITORING},
        **{name: {Use.EVALUATION} for name in SURVEYS},
    }


def test_no_equality_question_has_to_be_answered_and_each_may_be_declined() -> None:
    for question in definitions.questionnaire("equality").questions:
        assert not question.required
        assert question.choices[-1].name == "prefer-not"


def test_the_first_language_is_the_one_that_it_was_written_in() -> None:
    for name in definitions.names_of("questionnaires", ".json"):
        asked = definitions.questionnaire(name)
        assert {next(iter(question.labels)) for question in asked.questions} == {asked.languages[0]}


@pytest.mark.parametrize(
    "name", ["nobody", "", "../programmes/first-year", "Mentee", "mentee/", "a" * 300, "mentee\n"]
)
def test_what_is_not_there_is_answered_with_what_is(name: str) -> None:
    with pytest.raises(
        definitions.Undefined, match=r"schemas/questionnaires; there are: end, end-of-training, equality"
    ):
        definitions.questionnaire(name)


def test_names_are_those_of_the_files() -> None:
    assert definitions.names_of("questionnaires", ".json") == tuple(
        sorted([*SURVEYS, "equality", "mentee", "mentor"])
    )
    assert definitions.names_of("programmes", ".toml") == ("first-year",)
