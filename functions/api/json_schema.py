"""The JSON Schema (2020-12) of a questionnaire's answers, made from the same definition as everything else.

It says what a programme may send: canonical values by question, no other names, and a question that depends
on an earlier answer only after that answer. What it refuses, `schemas/answers.py` refuses, but for one thing:
the server passes over a choice that is named twice, and the schema asks to name it once. What it takes, the
server may still refuse for what JSON Schema can't say: how long a text is once it is normalised, what makes a
name, an address or a text that can be shown, between which days a date lies, and that 3.0 is not written so.
A test holds the two against each other.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from functions.programme.questionnaire import Kind, Question, Questionnaire

DIALECT = "https://json-schema.org/draft/2020-12/schema"
# White space as Python's str.strip knows it, in the words of an ECMA 262 pattern.
BLANK = (
    "\\u0009-\\u000d\\u001c-\\u0020\\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000"
)
# What counts as no answer, whatever the kind of question.
NOTHING: Mapping[str, Any] = {
    "anyOf": [
        {"type": "null"},
        {"const": False},
        {"type": "string", "pattern": f"^[{BLANK}]*$"},
        {"type": "array", "maxItems": 0},
    ]
}


def json_schema(questionnaire: Questionnaire) -> dict[str, Any]:
    """Return the schema of the JSON object that `schemas.answers.load` takes."""
    first = questionnaire.languages[0] if questionnaire.languages else "en"
    always = [question for question in questionnaire.questions if question.shown_if is None]
    conditions = [_condition(question) for question in questionnaire.questions if question.shown_if]
    schema: dict[str, Any] = {
        "$schema": DIALECT,
        "$id": f"urn:kith:questionnaire:{questionnaire.name}:{questionnaire.version}",
        "title": questionnaire.titles.get(first) or questionnaire.name,
        "type": "object",
        "properties": {
            question.name: {"title": question.labels.get(first, question.name), **_value(question)}
            for question in questionnaire.questions
        },
        "required": [question.name for question in always if question.required],
        "additionalProperties": False,
    }
    return schema | ({"allOf": conditions} if conditions else {})


def _condition(question: Question) -> dict[str, Any]:
    """Return that a question is answered only after the answer that it depends on, and must be then."""
    earlier, choice = question.shown_if or ("", "")
    chosen = {"anyOf": [{"const": choice}, {"type": "array", "contains": {"const": choice}}]}
    answered = {"properties": {question.name: _OF[question.kind](question)}, "required": [question.name]}
    return {
        "if": {"properties": {earlier: chosen}, "required": [earlier]},
        "then": answered if question.required else {},
        "else": {"properties": {question.name: NOTHING}},
    }


def _value(question: Question) -> dict[str, Any]:
    """Return the schema of one answer; a question that may be left out takes what counts as none as well."""
    given = _OF[question.kind](question)
    return given if question.required and not question.shown_if else {"anyOf": [given, NOTHING]}


def _text(question: Question) -> dict[str, Any]:
    least = f"{question.minimum} to " if (question.minimum or 0) > 1 else "at most "
    return {
        "type": "string",
        "pattern": f"[^{BLANK}]",
        "description": f"Text of {least}{question.maximum} characters.",
    }


def _address(question: Question) -> dict[str, Any]:
    del question
    return {"type": "string", "pattern": "@", "description": "An e-mail address like name@example.org."}


def _number(question: Question) -> dict[str, Any]:
    return {"type": "integer", "minimum": question.minimum, "maximum": question.maximum}


def _one(question: Question) -> dict[str, Any]:
    return {"enum": list(question.offered)}


def _several(question: Question) -> dict[str, Any]:
    schema = _ranked(question)
    if question.alone:
        one = {"const": question.alone}
        schema |= {"if": {"contains": one}, "then": {"items": one}}
    return schema


def _ranked(question: Question) -> dict[str, Any]:
    return {
        "type": "array",
        "items": {"enum": list(question.offered)},
        "uniqueItems": True,
        "minItems": max(question.minimum or 1, 1),
        "maxItems": question.maximum,
    }


def _consent(question: Question) -> dict[str, Any]:
    del question
    return {"const": True}


def _day(question: Question) -> dict[str, Any]:
    first, last = (_iso(number) for number in (question.minimum, question.maximum))
    return {
        "type": "string",
        "format": "date",
        "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        "description": f"From {first} to {last}.",
    }


def _iso(number: int | None) -> str:
    number = number or 0
    return date(number // 10_000, number // 100 % 100, number % 100).isoformat()


_OF: Mapping[Kind, Callable[[Question], dict[str, Any]]] = {
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _text,
    Kind.EMAIL: _address,
    Kind.INTEGER: _number,
    Kind.SCALE: _number,
    Kind.ONE: _one,
    Kind.MANY: _several,
    Kind.HOURS: _several,
    Kind.RANK: _ranked,
    Kind.CONSENT: _consent,
    Kind.DATE: _day,
}
