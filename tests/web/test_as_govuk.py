"""What we write out ourselves is what GOV.UK Frontend's own macros would print: the test that allows it."""

from html.parser import HTMLParser

import pytest
from flask import Flask, render_template_string

from functions.programme.questionnaire import Questionnaire
from functions.questionnaires import definitions
from functions.web.languages import CHOSEN
from functions.web.questions import fields_of, steps_of
from infra.local import demonstration
from tests.questions import EVERY_KIND
from tests.web.test_questions import ANSWERS, app

__all__ = ["app"]

# Every question once more, by their macros. Names and words are the page's own.
BY_THEM = """
{% from "govuk_frontend_jinja/components/input/macro.html" import govukInput %}
{% from "govuk_frontend_jinja/components/textarea/macro.html" import govukTextarea %}
{% from "govuk_frontend_jinja/components/radios/macro.html" import govukRadios %}
{% from "govuk_frontend_jinja/components/checkboxes/macro.html" import govukCheckboxes %}
{% from "govuk_frontend_jinja/components/select/macro.html" import govukSelect %}
{% from "govuk_frontend_jinja/components/fieldset/macro.html" import govukFieldset %}
{% from "govuk_frontend_jinja/components/error-message/macro.html" import govukErrorMessage %}
{% from "govuk_frontend_jinja/components/hint/macro.html" import govukHint %}
{% import "questions.html" as ours %}
{% for asked in questions %}
{% set name, kind, layout = asked.question.name, asked.question.kind, asked.layout %}
{% set fault = faults.get(name) %}
{% set wrong = {"text": fault, "visuallyHiddenText": _("Error")} if fault else undefined %}
{% set hint = {"html": ours.explanation(asked)} %}
{% set caption = {"html": ours.caption(asked), "classes": "govuk-fieldset__legend--s"} %}
{% set boxes = [] %}
{% for value, text in asked.items %}
{{- boxes.append({"value": value, "text": text, "checked": value in given.getlist(name)}) or "" -}}
{% endfor %}
{% set listed = [] %}
{% for value, text in asked.listed %}{{- listed.append({"value": value, "text": text}) or "" -}}{% endfor %}
{% set known = {
  "id": name, "name": name, "value": given.get(name, ""), "hint": hint, "errorMessage": wrong,
  "label": {"html": ours.caption(asked), "classes": "govuk-label--s"},
} %}
{% set group = {
  "name": name, "idPrefix": name, "items": boxes, "hint": hint, "errorMessage": wrong,
  "classes": "scale" if kind == "scale" else "", "fieldset": {"legend": caption},
} %}
{% if layout == "one_of" %}{{ govukRadios(group) }}
{% elif layout == "many_of" %}{{ govukCheckboxes(group) }}
{% elif layout == "grouped" %}
{% set inner %}
{{ govukHint({"id": name ~ "-hint", "html": ours.explanation(asked)}) }}
{% if fault %}{{ govukErrorMessage(dict(wrong, id=name ~ "-error")) }}{% endif %}
{% if asked.question.layout == "week" %}{{ ours.week(asked, given) }}
{% elif kind == "hours" %}{{ ours.hours(asked, given) }}
{% else %}{{ ours.ranks(asked, given) }}{% endif %}
{% endset %}
{% set by = name ~ "-hint" ~ (" " ~ name ~ "-error" if fault else "") %}
{{ govukFieldset({"legend": caption, "describedBy": by, "html": inner}) }}
{% elif kind == "long_text" %}{{ govukTextarea(dict(known, rows="4")) }}
{% elif kind == "one" %}{{ govukSelect(dict(known, **{"items": listed})) }}
{% elif kind == "integer" %}
{{ govukInput(dict(known, inputmode="numeric", classes="govuk-input--width-3", spellcheck=false)) }}
{% elif kind == "date" %}
{% set first, last = asked.first_and_last_day %}
{% set bounds = {"min": first, "max": last} %}
{{ govukInput(dict(known, type="date", classes="govuk-input--width-10", attributes=bounds)) }}
{% elif kind == "email" %}
{{ govukInput(dict(known, type="email", autocomplete="email", spellcheck=false)) }}
{% else %}
{{ govukInput(dict(known, autocomplete="name" if name == "name" else undefined)) }}
{% endif %}
{% endfor %}
"""
BY_US = """
{% import "questions.html" as ours %}
{% for asked in questions %}
{{ ours.drawn(asked, given, faults.get(asked.question.name)) }}
{% endfor %}
"""


class Read(HTMLParser):
    """A piece of HTML as a browser takes it: elements, their attributes in any order, and words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[object, ...]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, *sorted((name, value or "") for name, value in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(("end", tag))

    def handle_data(self, data: str) -> None:
        if words := data.split():
            self.found.append(("words", *words))


QUESTIONNAIRES = (
    EVERY_KIND,
    *map(definitions.questionnaire, definitions.names_of("questionnaires", ".json")),
)


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("questionnaire", QUESTIONNAIRES, ids=lambda asked: f"{asked.name}-{asked.version}")
@pytest.mark.parametrize("sent", ["nothing", "answers", "faults"])
def test_every_question_is_what_gov_uk_frontend_makes_of_it(
    app: Flask,
    language: str,
    questionnaire: Questionnaire,
    sent: str,
) -> None:
    people = demonstration.people(1, 1, 1)
    answers = {**people[0].answers, **people[-1].answers, **ANSWERS} if sent != "nothing" else {}
    faults = {one.name: f"Not <{one.name}>" for one in questionnaire.questions} if sent == "faults" else {}
    with app.test_request_context("/", environ_overrides={} if language == "en" else {CHOSEN: language}):
        questions = [asked for step in steps_of(questionnaire) for asked in step.questions]
        given = fields_of(questionnaire, answers)
        theirs, ours = (
            render_template_string(template, questions=questions, given=given, faults=faults)
            for template in (BY_THEM, BY_US)
        )

    assert Read(ours).found == Read(theirs).found


@pytest.mark.parametrize("fault", ["", "Not <this>"])
def test_choices_with_a_hint_each_are_what_gov_uk_frontend_makes_of_them(app: Flask, fault: str) -> None:
    by_them = """
    {% from "govuk_frontend_jinja/components/radios/macro.html" import govukRadios %}
    {{ govukRadios({
      "name": "do", "idPrefix": "do", "value": "go", "fieldset": {"legend": {
        "text": "Which?", "classes": "govuk-fieldset__legend--s"}},
      "items": [
        {"value": "stay", "text": "Stay & see", "hint": {"text": "<Now>"}},
        {"value": "go", "text": "Go", "hint": {"text": "Then"}},
      ],
      "errorMessage": {"text": fault} if fault else undefined,
    }) }}"""
    by_us = """
    {% from "fields.html" import ticked %}
    {{ ticked("do", "Which?", (("stay", "Stay & see"), ("go", "Go")), ["go"], fault,
              hints={"stay": "<Now>", "go": "Then"}) }}"""
    with app.test_request_context("/"):
        theirs, ours = (render_template_string(template, fault=fault) for template in (by_them, by_us))

    assert Read(ours).found == Read(theirs).found
