"""The definition file of a programme (TOML): read whole, with every mistake in it at once.

What each key must be stands in `programme_keys.py`; here, whether the keys agree with each other. Whether
the files exist that they name is asked by `./kith check`.
"""

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from marshmallow import Schema, ValidationError, fields

from functions.programme.programme import (
    AFTER_SURVEY_DAYS,
    PULSE_SURVEY_DAYS,
    STAGES,
    Programme,
    Retention,
)
from functions.questionnaires.programme_codec import programme_from
from schemas.programme_keys import OF_A_SURVEY, ProgrammeSchema, contrast_with_white

__all__ = ["Fault", "ProgrammeError", "checked", "contrast_with_white", "parse"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One mistake in a definition file: the key it stands at (dotted), its cause and what to do."""

    file: str
    key: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}, {self.key}: {self.text}" if self.key else f"{self.file}: {self.text}"


class ProgrammeError(ValueError):
    """A definition file that can't be used, with every mistake in it."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


def parse(text: str, *, programme_id: str, file: str) -> Programme:
    """Return the programme that a definition file describes; raises ProgrammeError with every mistake."""
    return programme_from(programme_id, checked(text, file=file))


def checked(text: str, *, file: str) -> Mapping[str, Any]:
    """Return what a definition file says, known to be sound; raises ProgrammeError with every mistake."""
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        cause = (
            f"This is not TOML: {error}. Put text between quotation marks, and one `key = value` on a line."
        )
        raise ProgrammeError((Fault(file=file, key="", text=cause),)) from error
    except (ValueError, RecursionError) as error:  # Python reads no number of thousands of digits
        cause = "A value in it is too long or nested too deeply. Write it flat and short."
        raise ProgrammeError((Fault(file=file, key="", text=cause),)) from error
    schema = ProgrammeSchema()
    said: list[tuple[str, str]] = []
    try:
        found: dict[str, Any] = schema.load(written)
    except ValidationError as error:
        said += _flat(error.messages_dict, schema)
        found = error.valid_data if isinstance(error.valid_data, dict) else {}
    said += _disagreements(found)
    if said:
        raise ProgrammeError(tuple(Fault(file=file, key=key, text=text) for key, text in said))
    return found


# What was written wrong, key by key


def _flat(messages: Mapping[Any, Any], schema: Schema | None, above: str = "") -> Iterator[tuple[str, str]]:
    """Yield (dotted key, sentence) for every message of a nested marshmallow error; lists count from 1."""
    for key, below in messages.items():
        shown = key + 1 if isinstance(key, int) else key
        dotted = above if key == "_schema" else f"{above}.{shown}".lstrip(".")
        if isinstance(below, Mapping):
            yield from _flat(below, _below(schema, key), dotted)
        else:
            likely = _likely(schema, str(key))
            yield from ((dotted, f"{text}{likely}") for text in below)


def _below(schema: Schema | None, key: object) -> Schema | None:
    """Return the schema below a key: that of a part, or that of each entry of a list of parts."""
    if isinstance(key, int):
        return schema
    found = schema.fields.get(str(key)) if schema else None
    inner = found.inner if isinstance(found, fields.List) else found
    return inner.schema if isinstance(inner, fields.Nested) else None


def _likely(schema: Schema | None, key: str) -> str:
    """Return which key was probably meant by one that does not exist, as a sentence, or nothing."""
    if schema is None or key in schema.fields:
        return ""
    near = difflib.get_close_matches(key, schema.fields, n=1)
    return f" Did you mean `{near[0]}`?" if near else ""


# What is right by itself and wrong together


def _disagreements(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (dotted key, sentence) where two sound keys contradict each other."""
    weeks = found.get("calendar", {}).get("pairing_weeks")
    if weeks is not None:
        yield from _of_the_checkins(found.get("mails", {}).get("checkin_days", ()), weeks)
        yield from _of_the_stages(found.get("stages", {}), weeks)
    ask = found.get("questionnaires", {})
    if "pulse" in ask and weeks is not None and weeks * 7 <= PULSE_SURVEY_DAYS:
        yield (
            "questionnaires.pulse",
            (
                f"The pulse survey asks on day {PULSE_SURVEY_DAYS}, and pairings of {weeks} weeks are over "
                "by then. Take the line out, or make pairing_weeks longer."
            ),
        )
    yield from _of_the_retention(found.get("retention", {}), after="after" in ask)
    yield from _of_the_roles(ask)
    yield from _of_success(found)


def _of_the_checkins(days: list[int], weeks: int) -> Iterator[tuple[str, str]]:
    for before, day in pairwise(days):
        if day <= before:
            yield (
                "mails.checkin_days",
                f"Day {day} comes after day {before}. Write each day once, the first one first.",
            )
    late = [day for day in days if day >= 7 * weeks]
    if late:
        yield (
            "mails.checkin_days",
            (
                f"Pairings of {weeks} weeks end on day {7 * weeks}, when the end survey asks, so day "
                f"{late[0]} is too late. Take it out, or make pairing_weeks longer."
            ),
        )


def _of_the_stages(begins: Mapping[str, int], weeks: int) -> Iterator[tuple[str, str]]:
    named = [name for name in STAGES if name in begins]
    for before, name in pairwise(named):
        if begins[name] < begins[before]:
            yield (
                f"stages.{name}",
                (
                    f"It begins in week {begins[name]}, before `{before}` (week {begins[before]}), which "
                    "comes first in the guide. Give each stage the week of the one before it, or a later one."
                ),
            )
    for name in named:
        if begins[name] > weeks:
            yield (
                f"stages.{name}",
                (
                    f"It begins in week {begins[name]}, and the pairings last {weeks} weeks. Write an "
                    "earlier week, or make pairing_weeks longer."
                ),
            )


def _of_the_retention(found: Mapping[str, int], *, after: bool) -> Iterator[tuple[str, str]]:
    kept = {"answers_days": Retention().answers_days, "people_days": Retention().people_days, **found}
    if kept["people_days"] < kept["answers_days"]:
        yield (
            "retention.people_days",
            (
                f"Names would be erased after {kept['people_days']} days, and the answers that belong to "
                f"them after {kept['answers_days']}. Write at least {kept['answers_days']}."
            ),
        )
    if after and kept["people_days"] < AFTER_SURVEY_DAYS:
        yield (
            "retention.people_days",
            (
                f"The survey `after` goes out {AFTER_SURVEY_DAYS} days after the end, and addresses would be "
                f"erased by then. Write at least {AFTER_SURVEY_DAYS}, or take the line `after` out of "
                "[questionnaires]."
            ),
        )


def _of_the_roles(ask: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for other in ("mentor", "mentee"):
        if "equality" in ask and ask["equality"] == ask.get(other):
            yield (
                "questionnaires.equality",
                (
                    f"This is the questionnaire that the {other}s are matched by, and equality questions are "
                    "never used for matching. Name one of their own, or take the line out."
                ),
            )


def _of_success(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    objectives = found.get("settings", {}).get("objectives")
    asked = found.get("questionnaires")
    for number, criterion in enumerate(found.get("success", ()), start=1):
        told = criterion.get("objective", 1)
        if objectives is not None and told > len(objectives):
            yield (
                f"success.{number}.objective",
                f"There are {len(objectives)} objectives. Write the number of one of them, from the top.",
            )
        survey = OF_A_SURVEY.fullmatch(criterion.get("measured_by", ""))
        if survey and asked is not None and survey[1] not in asked:
            yield (
                f"success.{number}.measured_by",
                (
                    f"The programme has no survey `{survey[1]}`. Name it in [questionnaires], or measure by "
                    "something else."
                ),
            )
