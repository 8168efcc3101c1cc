"""Asks the whole chain who is meant: two files and a policy in, `./kith match`, pairs and a report out.

Each question is a person of their own, on the other side than the roll, who fits one person of the roll
better than all others and has typed something into the column of supervision. So the pair is made if and
only if that person is not meant. Who types may be a mentee or a mentor.
"""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from functions.matching import Role
from infra.cli import main
from tests.typed_names.people import LANGUAGES, Named, Script, roll_of

POLICY = """name = "typed"
title = "Typed names"

[mentees]
id = "id"
identity = ["name", "email", "number"]
capacity = "places"

[mentors]
id = "id"
identity = ["name", "email", "number"]
capacity = "places"

[objective]
served = false
floor = false
total = true
load = false
least_change = true

[[criterion]]
name = "help"
label = "Help"
kind = "overlap"
mentee = "topics"
mentor = "topics"
weight = 10

[[rule]]
name = "supervisor"
kind = "avoided"
mentee = "supervisor"
mentor = "supervisor"
"""
_FILES = {
    "mentors": "mentors.csv",
    "mentees": "mentees.csv",
    "policy": "policy.toml",
    "report": "report.json",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What somebody typed, and who of the roll fits them best; their own name where it matters."""

    typed: str
    favourite: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Whether the favourite became their partner, and whether the report tells what was typed."""

    question: Question
    paired: bool
    told: bool


def ask(
    roll: Sequence[Named], questions: Sequence[Question], folder: Path, typist: Role = Role.MENTEE
) -> list[Answer]:
    """Match once and answer each question. Raises RuntimeError when the match does not end well."""
    report = _match(roll, questions, folder, typist)
    other = Role.MENTOR if typist is Role.MENTEE else Role.MENTEE
    pairs = {(pair[typist], pair[other]) for pair in report["pairs"]}
    told = {name["typist"] for name in report.get("typed_names", {}).get("unclear", ())}
    return [
        Answer(
            question=question,
            paired=(f"e{place}", question.favourite) in pairs,
            told=f"e{place}" in told,
        )
        for place, question in enumerate(questions)
    ]


def _match(
    roll: Sequence[Named], questions: Sequence[Question], folder: Path, typist: Role
) -> Mapping[str, Any]:
    on_roll, typing = ("mentors", "mentees") if typist is Role.MENTEE else ("mentees", "mentors")
    (folder / "policy.toml").write_text(POLICY, "utf-8")
    _write(folder / f"{on_roll}.csv", _roll_rows(roll, places=len(questions)))
    _write(folder / f"{typing}.csv", _typing_rows(roll, questions))
    printed = StringIO()
    with redirect_stdout(printed):
        status = main(["match", *(f"--{name}={folder / file}" for name, file in _FILES.items())])
    if status:
        raise RuntimeError(f"match ended with {status}: {printed.getvalue()}")
    report: Mapping[str, Any] = json.loads((folder / "report.json").read_text("utf-8"))
    if report[on_roll] != len(roll):
        raise RuntimeError(f"{len(roll)} people became {report[on_roll]}")
    return report


def _roll_rows(roll: Iterable[Named], places: int) -> Iterable[Mapping[str, object]]:
    for person in roll:
        yield {
            "id": person.key,
            "name": person.name,
            "email": person.email,
            "number": person.number,
            "topics": f"topic {person.key}",
            "places": places,
            "supervisor": "",
        }


def _typing_rows(roll: Sequence[Named], questions: Iterable[Question]) -> Iterable[Mapping[str, object]]:
    """Name whoever types in another script than the roll: none of them is near anybody who is typed."""
    other = Script.LATIN if roll[0].language.script is not Script.LATIN else Script.CYRILLIC
    names = roll_of(next(language for language in LANGUAGES if language.script is other))
    for place, question in enumerate(questions):
        yield {
            "id": f"e{place}",
            "name": question.name or names[place % len(names)].name,
            "email": f"typist{place}@students.example",
            "number": str(70_000 + place),
            "topics": f"topic {question.favourite}",
            "places": 1,
            "supervisor": question.typed,
        }


def _write(file: Path, rows: Iterable[Mapping[str, object]]) -> None:
    listed = list(rows)
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, list(listed[0]))
        writer.writeheader()
        writer.writerows(listed)
