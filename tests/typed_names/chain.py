"""Asks the whole chain who is meant: two files and a policy in, `./kith match`, pairs and a report out.

Each question is a mentee of their own, who would rather have one mentor than all others and has typed
something into the column of whom to avoid. So the pair is made if and only if the mentor is not meant.
"""

import csv
import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from infra.cli import main
from tests.typed_names.people import LANGUAGES, Named, Script, roll_of

POLICY = """name = "typed"
title = "Typed names"

[mentees]
id = "id"
identity = ["name", "email"]
capacity = 1

[mentors]
id = "id"
identity = ["name", "email", "number"]
capacity = "places"

[objective]
served = true
floor = true
total = true
load = false
least_change = true

[[criterion]]
name = "help"
label = "Help"
kind = "overlap"
mentee = "wants"
mentor = "offers"
weight = 10

[[rule]]
name = "supervisor"
kind = "avoided"
mentee = "supervisor"
"""
# What a report says of everybody, whatever was typed: the rest of it is what it says of names.
_OF_EVERYBODY = {"pairs", "unmatched_people", "further_places", "unmet_wishes", "what_was_read"}

_FILES = {
    "mentors": "mentors.csv",
    "mentees": "mentees.csv",
    "policy": "policy.toml",
    "report": "report.json",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What somebody typed, and the mentor whom they would like best."""

    typed: str
    favourite: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Whether the favourite became their mentor, and whether the report tells what was typed."""

    question: Question
    paired: bool
    told: bool


def ask(roll: Sequence[Named], questions: Sequence[Question], folder: Path) -> list[Answer]:
    """Match once and answer each question. Raises RuntimeError when the match does not end well."""
    report, printed = _match(roll, questions, folder)
    pairs = {(pair["mentee"], pair["mentor"]) for pair in report["pairs"]}
    told = {key: value for key, value in report.items() if key not in _OF_EVERYBODY}
    words = _letters(" ".join((printed, *_texts(told))))
    return [
        Answer(
            question=question,
            paired=(f"e{place}", question.favourite) in pairs,
            told=bool(_letters(question.typed)) and _letters(question.typed) in words,
        )
        for place, question in enumerate(questions)
    ]


def _match(
    roll: Sequence[Named], questions: Sequence[Question], folder: Path
) -> tuple[Mapping[str, Any], str]:
    (folder / "policy.toml").write_text(POLICY, "utf-8")
    _write(folder / "mentors.csv", _mentor_rows(roll, places=len(questions)))
    _write(folder / "mentees.csv", _mentee_rows(roll, questions))
    arguments = [f"--{name}={folder / file}" for name, file in _FILES.items()]
    printed = StringIO()
    with redirect_stdout(printed):
        status = main(["match", *arguments])
    if status:
        raise RuntimeError(f"match ended with {status}: {printed.getvalue()}")
    report: Mapping[str, Any] = json.loads((folder / "report.json").read_text("utf-8"))
    if report["mentors"] != len(roll):
        raise RuntimeError(f"{len(roll)} mentors became {report['mentors']}")
    return report, printed.getvalue()


def _mentor_rows(roll: Iterable[Named], places: int) -> Iterable[Mapping[str, object]]:
    for person in roll:
        yield {
            "id": person.key,
            "name": person.name,
            "email": person.email,
            "number": person.number,
            "offers": f"topic {person.key}",
            "places": places,
        }


def _mentee_rows(roll: Sequence[Named], questions: Iterable[Question]) -> Iterable[Mapping[str, object]]:
    """Name the mentees in another script than the mentors: none of them is near anybody who is typed."""
    other = Script.LATIN if roll[0].language.script is not Script.LATIN else Script.CYRILLIC
    names = roll_of(next(language for language in LANGUAGES if language.script is other))
    for place, question in enumerate(questions):
        yield {
            "id": f"e{place}",
            "name": names[place % len(names)].name,
            "email": f"mentee{place}@students.example",
            "wants": f"topic {question.favourite}",
            "supervisor": question.typed,
        }


def _write(file: Path, rows: Iterable[Mapping[str, object]]) -> None:
    listed = list(rows)
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, list(listed[0]))
        writer.writeheader()
        writer.writerows(listed)


def _texts(value: object) -> Iterable[str]:
    """Return every text in a part of a report."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from (key, *_texts(part))
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def _letters(text: str) -> str:
    """Return the letters and digits alone: how a report lays out what was typed is its own affair."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in plain if sign.isalnum())
