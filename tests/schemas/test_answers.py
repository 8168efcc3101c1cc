"""Answers come in as a form or as JSON, and leave as canonical values or as words that say what to do."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from functions.programme.questionnaire import Kind, Question
from functions.questionnaires.answer_messages import (
    SAY_AN_OBJECT,
    SAY_LOAD_AGAIN,
    words_if_missing,
    words_if_refused,
)
from schemas.answers import load
from tests.questions import COLOURS, EVERY_KIND, choices, question, questionnaire

ANSWERS: dict[str, Any] = {
    "name": "Ada Lovelace",
    "email": "ada@example.org",
    "places": 2,
    "colour": "green",
    "colours": ["red", "blue"],
    "favourites": ["blue", "red"],
    "agreed": True,
    "begins": "2027-09-06",
    "times": ["mon-0900", "mon-0930", "wed-1130"],
}
FORM = [
    ("name", "Ada Lovelace"),
    ("email", "ada@example.org"),
    ("places", "2"),
    ("colour", "green"),
    ("colours", "blue"),
    ("colours", "red"),
    ("favourites.1", "blue"),
    ("favourites.2", "red"),
    ("favourites.3", ""),
    ("agreed", "yes"),
    ("begins", "\uff12\uff10\uff12\uff17-09-06 "),
    ("times", "wed-1130"),
    ("times", "mon-0930"),
    ("times", "mon-0900"),
]
TIMES = next(question.offered for question in EVERY_KIND.questions if question.kind is Kind.HOURS)


def errors(**differences: Any) -> dict[str, str]:
    """Return what is said of otherwise good JSON answers."""
    return dict(load(EVERY_KIND, {**ANSWERS, **differences}).errors)


def form_errors(*fields: tuple[str, str]) -> dict[str, str]:
    """Return what is said of an otherwise good form in which these fields stand instead."""
    changed = {name for name, _ in fields}
    form = MultiDict([*((name, value) for name, value in FORM if name not in changed), *fields])
    return dict(load(EVERY_KIND, form).errors)


def test_a_form_and_json_give_the_same_canonical_answers() -> None:
    taken = load(EVERY_KIND, MultiDict(FORM))

    assert taken.errors == {}
    assert taken == load(EVERY_KIND, ANSWERS)
    assert taken.answers["colours"] == ("red", "blue")
    assert taken.answers["favourites"] == ("blue", "red")
    assert taken.answers["times"] == ("mon-0900", "mon-0930", "wed-1130")


def test_answers_come_in_the_order_of_the_questions_and_without_the_empty_ones() -> None:
    sent = {"agreed": True, "nickname": "  ", "story": None, "why_blue": "", "mood": None, **ANSWERS}

    taken = load(EVERY_KIND, sent)

    assert list(taken.answers) == list(ANSWERS)


def test_fields_of_the_page_itself_are_passed_over() -> None:
    assert form_errors(("_version", "abc"), ("_request", "k")) == {}


def test_everything_that_is_missing_is_said_at_once() -> None:
    said = load(EVERY_KIND, MultiDict()).errors

    assert said["name"] == "Answer “Your name”"
    assert set(said) == set(ANSWERS)


@pytest.mark.parametrize("nothing", [None, "", "  \n ", [], False])
def test_an_empty_answer_is_a_missing_one(nothing: object) -> None:
    assert errors(colour=nothing) == {"colour": "Answer “Your colour”"}


def test_the_questionnaire_words_its_own_refusals_in_the_language_asked_for() -> None:
    own = question(
        "name",
        Kind.TEXT,
        maximum=3,
        if_missing={"en": "Enter your name", "cy": "Rhowch eich enw"},
        if_refused={"en": "Keep it short", "cy": "Cadwch ef yn fyr"},
    )

    assert load(questionnaire(own), {}, "cy").errors == {"name": "Rhowch eich enw"}
    assert load(questionnaire(own), {"name": "Gwen"}, "cy").errors == {"name": "Cadwch ef yn fyr"}
    assert load(questionnaire(own), {}, "fr").errors == {"name": "Enter your name"}


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (question("a", Kind.TEXT, minimum=1, maximum=80), "Shorten this to 80 characters or fewer"),
        (question("a", Kind.LONG_TEXT, minimum=20, maximum=80), "Write 20 to 80 characters"),
        (question("a", Kind.INTEGER, minimum=1, maximum=3), "Enter a whole number from 1 to 3"),
        (question("a", Kind.SCALE, minimum=1, maximum=5), "Choose a number from 1 to 5"),
        (question("a", Kind.MANY, minimum=1, maximum=3, choices=choices(*COLOURS)), "Choose up to 3"),
        (question("a", Kind.MANY, minimum=2, maximum=3, choices=choices(*COLOURS)), "Choose 2 to 3"),
        (question("a", Kind.RANK, minimum=1, maximum=3, choices=choices(*COLOURS)), "Choose up to 3"),
        (question("a", Kind.EMAIL, maximum=254), "Enter an e-mail address like name@example.org"),
        (question("a", Kind.ONE, choices=choices(*COLOURS)), "Choose one of the answers offered"),
        (question("a", Kind.CONSENT), "Tick the box, or leave it empty"),
    ],
)
def test_every_kind_says_what_to_do(asked: Question, words: str) -> None:
    assert words_if_refused(asked, "en") == words
    assert words_if_missing(asked, "en") == "Answer “Your a”"


@pytest.mark.parametrize(
    "day",
    ["2026-12-31", "2029-01-01", "2027-02-29", "2027-1-1", "1.1.2027", "20270106", "2027-W01-1", "soon"],
)
def test_a_date_is_a_day_within_its_bounds(day: str) -> None:
    said = {"begins": "Enter a date from Friday 1 January 2027 to Sunday 31 December 2028"}

    assert form_errors(("begins", day)) == said
    assert errors(begins=day) == said


@pytest.mark.parametrize(
    "cells", [["mon-0900", "tue-0900"], ["mon-0900", "mon-1200"], ["mon-0900", "mon-915"]]
)
def test_half_hours_are_those_of_the_table(cells: list[str]) -> None:
    assert errors(times=cells) == {"times": "Choose from the answers offered"}
    assert errors(times=["mon-0900"]) == {"times": "Choose 2 to 6 half-hours"}


def test_a_choice_that_stands_alone_is_not_taken_beside_others() -> None:
    assert errors(needs=["red"]) == {}
    assert errors(needs=["blue", "red"]) == {"needs": "Choose “Red” alone, or the others without it"}


@pytest.mark.parametrize(
    "number", ["2.0", "two", "1e0", "0x2", "4", "0", "-1", "1 2", "99999999999999999999"]
)
def test_a_number_on_a_form_is_whole_and_in_range(number: str) -> None:
    assert form_errors(("places", number)) == {"places": "Enter a whole number from 1 to 3"}


@pytest.mark.parametrize("number", ["2", " 2 ", "+2", "02", "\uff12"])
def test_a_number_may_be_typed_in_any_way_that_is_clear(number: str) -> None:
    assert form_errors(("places", number)) == {}


@pytest.mark.parametrize("number", [2.0, "2", True, [2], {"2": 2}, 4, 10**30])
def test_a_number_in_json_is_a_number(number: object) -> None:
    assert errors(places=number) == {"places": "Enter a whole number from 1 to 3"}


@pytest.mark.parametrize("choice", ["Green", "green ", "purple", 1, ["green"], {"green": 1}])
def test_a_choice_is_one_that_was_offered(choice: object) -> None:
    assert errors(colour=choice) == {"colour": "Choose one of the answers offered"}


@pytest.mark.parametrize("several", ["red", ["purple"], [["red"]], [None], {"red": True}, [1]])
def test_choices_are_a_list_of_what_was_offered(several: object) -> None:
    assert errors(colours=several) == {"colours": "Choose from the answers offered"}


def test_too_many_choices_are_refused_with_the_number_allowed() -> None:
    assert errors(colours=list(COLOURS)) == {"colours": "Choose up to 3"}


def test_a_choice_ticked_twice_is_one_choice() -> None:
    assert load(EVERY_KIND, {**ANSWERS, "colours": ["red", "red"]}).answers["colours"] == ("red",)


def test_a_ranked_choice_stands_in_one_place() -> None:
    assert form_errors(("favourites.1", "red"), ("favourites.2", "red")) == {
        "favourites": "Choose each one only once"
    }


def test_a_place_left_empty_between_two_others_is_closed_up() -> None:
    form = MultiDict([*FORM[:6], ("favourites.1", ""), ("favourites.3", "red"), *FORM[9:]])

    assert load(EVERY_KIND, form).answers["favourites"] == ("red",)


def test_a_fourth_place_does_not_exist() -> None:
    assert form_errors(("favourites.4", "red")) == {"_schema": SAY_LOAD_AGAIN}


def test_a_page_of_another_version_is_to_be_loaded_again() -> None:
    assert form_errors(("shoe_size", "41")) == {"_schema": SAY_LOAD_AGAIN}


def test_a_programme_is_told_which_answer_nobody_asked_for() -> None:
    assert errors(shoe_size=41) == {"shoe_size": "Remove this: the questionnaire asks nothing of that name"}


@pytest.mark.parametrize("sent", [[], [ANSWERS], None, "name=Ada", 3])
def test_answers_are_one_object(sent: Any) -> None:
    assert load(EVERY_KIND, sent).errors == {"_schema": SAY_AN_OBJECT}


@pytest.mark.parametrize("given_", ["on", "true", "no", "1"])
def test_consent_on_a_form_is_the_box_itself(given_: str) -> None:
    assert form_errors(("agreed", given_)) == {"agreed": "Tick the box, or leave it empty"}


@pytest.mark.parametrize("given_", ["yes", 1, [True]])
def test_consent_in_json_is_true(given_: object) -> None:
    assert errors(agreed=given_) == {"agreed": "Tick the box, or leave it empty"}


def test_one_question_gets_one_answer() -> None:
    assert form_errors(("colour", "yellow"), ("colour", "green")) == {
        "colour": "Choose one of the answers offered"
    }
    assert form_errors(("name", "Ada"), ("name", "Eve")) == {"name": "Write the answer as text"}


def test_a_question_that_is_shown_must_be_answered() -> None:
    assert form_errors(("colour", "red")) == {"why_red": "Answer “Your why_red”"}


def test_an_answer_to_a_question_that_was_hidden_is_dropped_from_a_form() -> None:
    taken = load(EVERY_KIND, MultiDict([*FORM, ("why_red", "because")]))

    assert taken.errors == {}
    assert "why_red" not in taken.answers


def test_an_answer_to_a_question_that_was_not_asked_is_refused_in_json() -> None:
    assert errors(why_red="because") == {
        "why_red": "Leave this out: it is not asked after that answer to `colour`"
    }


def test_a_question_follows_one_of_several_choices() -> None:
    assert load(EVERY_KIND, {**ANSWERS, "why_blue": "the sea"}).answers["why_blue"] == "the sea"
    assert "why_blue" in errors(colours=["red"], why_blue="the sea")


def test_a_question_that_hangs_on_a_hidden_one_is_hidden_too() -> None:
    asked = questionnaire(
        question("a", Kind.ONE, choices=choices("x", "y")),
        question("b", Kind.ONE, choices=choices("x", "y"), shown_if=("a", "x")),
        question("c", Kind.TEXT, maximum=9, shown_if=("b", "x")),
    )

    assert load(asked, MultiDict([("a", "y"), ("b", "x"), ("c", "old")])).answers == {"a": "y"}


def test_length_is_counted_after_normalising() -> None:
    assert errors(nickname="e\u0301" * 10) == {}
    assert errors(nickname="é" * 11) == {"nickname": "Write 2 to 10 characters"}
    assert errors(story="line\r\n" * 20) == {}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
NAMES = st.sampled_from([asked.name for asked in EVERY_KIND.questions]) | st.text(max_size=10)


@settings(deadline=None)
@given(st.dictionaries(NAMES, JSON, max_size=14))
def test_whatever_json_comes_is_taken_or_answered_in_words(sent: dict[str, Any]) -> None:
    taken = load(EVERY_KIND, sent)

    assert not (taken.answers and taken.errors)
    assert all(said and "nvalid" not in said for said in taken.errors.values())


@settings(deadline=None)
@given(st.lists(st.tuples(NAMES | st.just("favourites.1"), st.text(max_size=30)), max_size=20))
def test_whatever_form_comes_is_taken_or_answered_in_words(sent: list[tuple[str, str]]) -> None:
    taken = load(EVERY_KIND, MultiDict(sent))

    assert not (taken.answers and taken.errors)
    assert set(taken.errors) <= {"_schema", *(asked.name for asked in EVERY_KIND.questions)}


@settings(deadline=None)
@given(
    st.fixed_dictionaries(
        {
            "name": st.sampled_from(["Ada", "Łukasz Ó Súilleabháin", "李娜", "نور حداد"]),
            "email": st.sampled_from(["a@x.org", "O'Hara+kith@Sub.Example.org"]),
            "places": st.integers(1, 3),
            "colour": st.sampled_from(COLOURS[1:]),
            "colours": st.lists(st.sampled_from(COLOURS), min_size=1, max_size=3, unique=True),
            "favourites": st.lists(st.sampled_from(COLOURS), min_size=1, max_size=3, unique=True),
            "agreed": st.just(True),  # noqa: FBT003  # a consent is true and nothing else
            "begins": st.dates(date(2027, 1, 1), date(2028, 12, 31)).map(str),
            "times": st.lists(st.sampled_from(TIMES), min_size=2, max_size=6, unique=True),
        },
        optional={
            "mood": st.integers(1, 5),
            "story": st.sampled_from(["Once.\n\nTwice.", "<b>&amp;", "=1+1"]),
        },
    )
)
def test_what_was_taken_is_taken_again_unchanged(sent: dict[str, Any]) -> None:
    once = load(EVERY_KIND, sent)
    again = load(EVERY_KIND, once.answers)

    assert once.errors == {}
    assert again == once
