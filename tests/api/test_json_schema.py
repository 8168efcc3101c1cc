"""The JSON Schema of a questionnaire and the schema that the server reads with agree on what may be sent."""

from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.api.json_schema import DIALECT, json_schema
from functions.programme.questionnaire import Kind, Question, Questionnaire
from functions.questionnaires import definitions
from schemas.answers import load
from tests.questions import EVERY_KIND

# What JSON Schema can't say of them is said in the module's docstring; for all other kinds the two agree.
ONLY_THE_SERVER_KNOWS = (Kind.TEXT, Kind.LONG_TEXT, Kind.EMAIL, Kind.DATE)
NAMES = definitions.names_of("questionnaires", ".json")

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    [
        "",
        " ",
        "\u3000\n",
        "\x1c",
        "ada@example.org",
        "2027-01-11",
        "2027-02-30",
        "2029-01-01",
        "é" * 300,
        "red",
    ]
)
ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 60),
    TEXT,
    st.lists(TEXT, max_size=3),
    st.just({}),
    st.just(3.5),
)


def validator(questionnaire: Questionnaire) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(json_schema(questionnaire), validate_formats=True)


def answers_to(question: Question) -> st.SearchStrategy[Any]:
    """Return answers of the right kind, mostly, within and just beyond its bounds."""
    offered = [*question.offered]
    right: st.SearchStrategy[Any] = TEXT
    if question.kind in (Kind.INTEGER, Kind.SCALE):
        right = st.integers((question.minimum or 0) - 1, (question.maximum or 0) + 1)
    elif question.kind is Kind.ONE:
        right = st.sampled_from([*offered, "purple"])
    elif question.kind is Kind.CONSENT:
        right = st.just(True)  # noqa: FBT003  # a consent is true and nothing else
    elif offered:
        names = (
            st.sampled_from([*offered, "purple"]) if question.kind is Kind.RANK else st.sampled_from(offered)
        )
        right = st.lists(names, max_size=(question.maximum or 0) + 1, unique=True)
    return st.one_of(right, right, right, ANYTHING)


def sendings(questionnaire: Questionnaire) -> st.SearchStrategy[dict[str, Any]]:
    known = {question.name: answers_to(question) for question in questionnaire.questions}
    return st.fixed_dictionaries({}, optional={**known, "unknown": TEXT})


def server_alone(questionnaire: Questionnaire, errors: dict[str, str]) -> bool:
    kinds = {question.name: question.kind for question in questionnaire.questions}
    return all(kinds.get(name) in ONLY_THE_SERVER_KNOWS for name in errors)


GOOD: dict[str, Any] = {
    "name": "Ada Lovelace",
    "email": "ada@example.org",
    "places": 2,
    "colour": "green",
    "colours": ["red"],
    "favourites": ["blue", "red"],
    "agreed": True,
    "begins": "2027-09-06",
    "times": ["mon-0900", "wed-1130"],
}
BY_THE_SCHEMA = validator(EVERY_KIND)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_what_one_takes_the_other_takes_but_for_what_only_the_server_knows(data: st.DataObject) -> None:
    some = data.draw(
        st.sets(
            st.sampled_from([*GOOD, "nickname", "mood", "why_red", "why_blue", "seen", "needs"]), max_size=3
        )
    )
    changed = data.draw(sendings(EVERY_KIND).map(lambda sent: {k: v for k, v in sent.items() if k in some}))
    dropped = data.draw(st.sets(st.sampled_from(list(GOOD)), max_size=1)) - some
    sent = {name: answer for name, answer in {**GOOD, **changed}.items() if name not in dropped}

    errors = dict(load(EVERY_KIND, sent).errors)

    assert BY_THE_SCHEMA.is_valid(sent) == (not errors) or (errors and server_alone(EVERY_KIND, errors))


@settings(max_examples=100, deadline=None)
@given(sendings(EVERY_KIND))
def test_whatever_is_sent_the_server_takes_nothing_that_the_schema_refuses(sent: dict[str, Any]) -> None:
    assert load(EVERY_KIND, sent).errors or BY_THE_SCHEMA.is_valid(sent)


@pytest.mark.parametrize(
    ("change", "taken"),
    [
        ({}, True),
        ({"why_red": "Because"}, False),
        ({"colour": "red"}, False),
        ({"colour": "red", "why_red": "Because"}, True),
        ({"colours": ["blue"], "why_blue": "Because"}, True),
        ({"needs": ["red", "blue"]}, False),
        ({"needs": ["red"]}, True),
        ({"begins": "2027-02-30"}, False),
        ({"seen": None, "mood": None}, True),
        ({"shoe_size": 41}, False),
    ],
)
def test_show_if_and_choices_that_stand_alone_are_said_too(change: dict[str, Any], taken: bool) -> None:  # noqa: FBT001
    sent = {**GOOD, **change}

    assert BY_THE_SCHEMA.is_valid(sent) is taken
    assert (not load(EVERY_KIND, sent).errors) is taken


@pytest.mark.parametrize("name", NAMES)
def test_every_ready_made_questionnaire_has_a_sound_schema(name: str) -> None:
    questionnaire = definitions.questionnaire(name)
    schema = json_schema(questionnaire)

    jsonschema_rs.meta.validate(schema)

    assert schema["$schema"] == DIALECT
    assert set(schema["properties"]) == {question.name for question in questionnaire.questions}
