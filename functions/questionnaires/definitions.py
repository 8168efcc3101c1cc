"""The definitions that ship with Kith: questionnaires, programmes and policies, read from `schemas/`.

Each is read once in a process. A questionnaire is read from its canonical JSON, which
`infra/programme/questionnaires.py` compiles and a test compares with its source; nothing is
compiled here. In a zip a programme is read from what the build made of its file once that was checked
(`infra/build/zips.py`).
"""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from functions.programme.programme import Programme
from functions.programme.questionnaire import Choice, Kind, Layout, Question, Questionnaire, Step, Use
from functions.questionnaires.programme_codec import programme_from

FOLDER = Path(__file__).parents[2] / "schemas"
# Where the build of the zips leaves the programmes that it has checked.
CHECKED = FOLDER.parent / "programmes"
# A name reaches us from the wire too (the policy of a run), so it can be a file's name and no path.
NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_NAME = 60


class Undefined(LookupError):  # noqa: N818  # the word that its readers need
    """Nothing of that kind has that name; the text says which names there are."""


@lru_cache
def questionnaire(name: str) -> Questionnaire:
    """Return the questionnaire or survey of that name; raises Undefined."""
    return questionnaire_from(json.loads(_text_of("questionnaires", name, ".json")))


@lru_cache
def programme(programme_id: str) -> Programme:
    """Return the programme of that id; raises Undefined, or ProgrammeError for a broken file."""
    text = _text_of("programmes", programme_id, ".toml")
    known = CHECKED / f"{programme_id}.json"
    if known.is_file():
        return programme_from(programme_id, json.loads(known.read_text(encoding="utf-8")))
    # Whoever finds it checked already waits for none of what checks.
    from schemas.programme import parse  # noqa: PLC0415

    return parse(text, programme_id=programme_id, file=f"schemas/programmes/{programme_id}.toml")


@lru_cache
def policy_text(name: str) -> str:
    """Return the text of the policy of that name, for `policy.model.parse`; raises Undefined."""
    return _text_of("policies", name, ".toml")


def questionnaires_of(of: Programme) -> Mapping[str, Questionnaire]:
    """Return, by name, the questionnaires and surveys of a programme; raises Undefined."""
    return {name: questionnaire(name) for name in of.questionnaire_names}


def policies() -> Mapping[str, str]:
    """Return the text of every policy, by name."""
    return {name: policy_text(name) for name in names_of("policies", ".toml")}


def names_of(folder: str, suffix: str) -> tuple[str, ...]:
    """Return the names in `questionnaires`, `programmes` or `policies`, sorted."""
    return tuple(sorted(path.stem for path in (FOLDER / folder).glob(f"*{suffix}")))


def questionnaire_from(definition: Mapping[str, Any]) -> Questionnaire:
    """Return the questionnaire that a canonical definition, already known to be sound, describes."""
    languages = tuple(definition["languages"])
    return Questionnaire(
        name=definition["name"],
        version=definition["version"],
        titles=_in_order(definition["titles"], languages),
        languages=languages,
        steps=tuple(
            Step(
                name=step["name"],
                labels=_in_order(step["labels"], languages),
                questions=tuple(_question_from(question, languages) for question in step["questions"]),
                hints=_in_order(step["hints"], languages),
            )
            for step in definition["steps"]
        ),
    )


def _in_order(words: Mapping[str, str], languages: tuple[str, ...]) -> dict[str, str]:
    """Return words by language, the language first that the questionnaire was written in: JSON sorts them."""
    return {code: words[code] for code in languages if code in words}


def _question_from(definition: Mapping[str, Any], languages: tuple[str, ...]) -> Question:
    shown_if = definition["shown_if"]
    return Question(
        name=definition["name"],
        kind=Kind(definition["kind"]),
        use=Use(definition["use"]),
        labels=_in_order(definition["labels"], languages),
        hints=_in_order(definition["hints"], languages),
        required=definition["required"],
        minimum=definition["minimum"],
        maximum=definition["maximum"],
        choices=tuple(
            Choice(name=choice["name"], labels=_in_order(choice["labels"], languages))
            for choice in definition["choices"]
        ),
        shown_if=(shown_if[0], shown_if[1]) if shown_if else None,
        layout=Layout(definition["layout"]),
        if_missing=_in_order(definition["if_missing"], languages),
        if_refused=_in_order(definition["if_refused"], languages),
        alone=definition["alone"],
        hours=tuple(definition["hours"]) if definition["hours"] else None,
        match=definition["match"],
    )


def _text_of(folder: str, name: str, suffix: str) -> str:
    if len(name) <= LONGEST_NAME and NAME.fullmatch(name):
        path = FOLDER / folder / f"{name}{suffix}"
        if path.is_file():
            return path.read_text(encoding="utf-8")
    there_are = ", ".join(names_of(folder, suffix)) or "none"
    raise Undefined(f"There is nothing of that name in schemas/{folder}; there are: {there_are}.")
