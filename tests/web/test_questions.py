"""A questionnaire on its page: every kind of question has fields, words and a way back."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask, render_template_string
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from functions.programme.people import Answer
from functions.programme.questionnaire import Choice, Kind, Layout
from functions.questionnaires import definitions
from functions.web.languages import CHOSEN
from functions.web.questions import QuestionField, fields_of, steps_of, words_of
from infra.build.site import Offer, application
from schemas.answers import load
from tests.questions import EVERY_KIND, choices, question

ASKED = {question.name: question for question in EVERY_KIND.questions}
ANSWERS: dict[str, Answer] = {
    "name": "Ada Lovelace",
    "email": "ada@example.org",
    "places": 2,
    "colour": "green",
    "colours": ("red", "blue"),
    "favourites": ("blue", "red"),
    "agreed": True,
    "begins": "2027-09-06",
    "times": ("mon-0900", "mon-0930", "wed-1130"),
}


@pytest.fixture(scope="module")
def app() -> Flask:
    programme = definitions.programme("first-year")
    asked = {name: definitions.questionnaire(name) for name in programme.questionnaires.values()}
    return application(Offer(programme=programme, questionnaires=asked), programme.cohort(date(2027, 1, 11)))


@pytest.fixture
def _in_english(app: Flask) -> Iterator[None]:
    with app.test_request_context("/"):
        yield


def drawn(answers: dict[str, Answer]) -> str:
    return render_template_string(
        '{% import "questions.html" as questions %}{{ questions.steps(steps, given, {}) }}',
        steps=steps_of(EVERY_KIND),
        given=fields_of(EVERY_KIND, answers),
    )


@pytest.mark.usefixtures("_in_english")
def test_half_hours_are_a_table_in_which_every_box_says_when_it_is() -> None:
    page = drawn(ANSWERS)

    boxes = re.findall(r'<input type="checkbox"[^>]*name="times"[^>]*>', page)
    assert len(boxes) == 2 * 6
    assert [box for box in boxes if "checked" in box] == [boxes[0], boxes[2], boxes[11]]
    assert 'value="wed-1130" aria-label="Wed 11:30"' in boxes[11]
    assert page.count('id="times"') == 1
    assert '<th scope="row">09:30</th>' in page


@pytest.mark.usefixtures("_in_english")
def test_a_date_is_asked_for_between_its_bounds() -> None:
    [field] = re.findall(r'<input[^>]*id="begins"[^>]*>', drawn(ANSWERS))

    for part in ('type="date"', 'min="2027-01-01"', 'max="2028-12-31"', 'value="2027-09-06"'):
        assert part in field


@pytest.mark.usefixtures("_in_english")
def test_answers_are_said_in_the_words_of_the_page() -> None:
    said = {name: words_of(ASKED[name], answer) for name, answer in ANSWERS.items()}

    assert said["times"] == ["Mon 09:00–10:00", "Wed 11:30–12:00"]
    assert said["begins"] == ["Monday 6 September 2027"]
    assert said["favourites"] == ["Blue", "Red"]


def test_the_sentences_for_the_script_are_in_the_language_of_the_page(app: Flask) -> None:
    with app.test_request_context("/", environ_overrides={CHOSEN: "cy"}):
        page = drawn({})

    assert 'data-missing="Answer “Eich name”"' in page
    assert re.search(r'<template id="messages" data-text="[^"]+" data-again="[^"]+"', page)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_what_was_taken_goes_back_on_the_page_and_is_taken_again(data: st.DataObject) -> None:
    cells = st.lists(st.sampled_from(ASKED["times"].offered), min_size=2, max_size=6, unique=True)
    begins = st.dates(date(2027, 1, 1), date(2028, 12, 31)).map(str)
    changed = {"times": tuple(data.draw(cells)), "begins": data.draw(begins)}

    taken = load(EVERY_KIND, {**ANSWERS, **changed})

    assert taken.errors == {}
    assert load(EVERY_KIND, fields_of(EVERY_KIND, taken.answers)) == taken


def test_every_kind_is_drawn(app: Flask) -> None:
    with app.test_request_context("/"):
        page = drawn({})

    assert {kind.value for kind in Kind} == set(re.findall(r'data-kind="([a-z_]+)"', page))
    assert MultiDict() == fields_of(EVERY_KIND, {})


WEEK = {
    "en": ("Monday morning", "Monday after dark", "Tuesday morning", "Tuesday after dark"),
    "de": ("Morgens am Montag", "Nachts am Montag", "Morgens am Dienstag", "Nachts am Dienstag"),
    "ar": ("الاثنين صباحًا", "الاثنين بعد الظهر", "الثلاثاء صباحًا", "الثلاثاء بعد الظهر"),
}


@pytest.mark.parametrize(
    ("language", "days", "parts"),
    [
        ("en", ["Monday", "Tuesday"], ["Morning", "After dark"]),
        ("de", ["am Montag", "am Dienstag"], ["Morgens", "Nachts"]),
        ("ar", ["الاثنين", "الثلاثاء"], ["صباحًا", "بعد الظهر"]),
    ],
)
def test_a_week_has_a_row_for_each_day_however_its_language_puts_it(
    app: Flask, language: str, days: list[str], parts: list[str]
) -> None:
    names = ("mon-morning", "mon-evening", "tue-morning", "tue-evening")
    labels = [{code: words[place] for code, words in WEEK.items()} for place in range(4)]
    offered = tuple(Choice(name=name, labels=said) for name, said in zip(names, labels, strict=True))
    asked = QuestionField(
        question=question("free", Kind.MANY, choices=offered, layout=Layout.WEEK), earlier=None
    )

    with app.test_request_context("/", environ_overrides={CHOSEN: language}):
        assert [day for day, _ in asked.days] == days
        assert asked.parts == parts


def test_a_day_without_a_part_has_an_empty_cell(app: Flask) -> None:
    offered = choices("mon-morning", "mon-evening", "tue-evening")
    asked = QuestionField(
        question=question("free", Kind.MANY, choices=offered, layout=Layout.WEEK), earlier=None
    )

    with app.test_request_context("/"):
        assert [cells[0] is None for _, cells in asked.days] == [False, True]
