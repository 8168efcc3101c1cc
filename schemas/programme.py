"""The definition file of a programme (TOML): what it may say, and what to do about each mistake in it."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from functions.programme.people import Role
from functions.programme.programme import (
    Calendar,
    Contact,
    Moment,
    Programme,
    Settings,
    Theme,
    usual_checkins,
    usual_stages,
)

# WCAG 2.2, success criterion 1.4.3: text against its background, level AA.
READABLE_CONTRAST = 4.5
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


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
    try:
        found = ProgrammeSchema().load(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        cause = (
            f"This is not TOML: {error}. Put text between quotation marks, and one `key = value` on a line."
        )
        raise ProgrammeError((Fault(file=file, key="", text=cause),)) from error
    except ValidationError as error:
        faults = tuple(Fault(file=file, key=key, text=text) for key, text in _flat(error.messages_dict))
        raise ProgrammeError(faults) from error
    return _programme(programme_id, found)


def contrast_with_white(colour: str) -> float:
    """Return the contrast ratio (1 … 21) of `#rrggbb` with white, by WCAG's relative luminance."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(channel: float) -> float:
    low_end = 0.04045
    return channel / 12.92 if channel <= low_end else float(((channel + 0.055) / 1.055) ** 2.4)


def _programme(programme_id: str, found: Mapping[str, Any]) -> Programme:
    ask = found["questionnaires"]
    calendar = Calendar(**found["calendar"])
    return Programme(
        id=programme_id,
        name=found["name"],
        organisation=found["organisation"],
        zone=found["zone"],
        languages=tuple(found["languages"]),
        theme=Theme(accent=found["theme"]["accent"].lower()),
        contact=Contact(**found["contact"]),
        settings=Settings(**{**found["settings"], "objectives": tuple(found["settings"]["objectives"])}),
        calendar=calendar,
        policy=found["policy"],
        questionnaires={Role.MENTOR: ask["mentor"], Role.MENTEE: ask["mentee"]},
        surveys={moment: ask[moment] for moment in Moment if ask.get(moment)},
        checkin_days=usual_checkins(calendar.pairing_weeks),
        stages=usual_stages(calendar.pairing_weeks),
    )


def _flat(messages: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Yield (dotted key, sentence) for every message of a nested marshmallow error."""
    for key, below in messages.items():
        dotted = above if key == "_schema" else f"{above}.{key}".lstrip(".")
        if isinstance(below, Mapping):
            yield from _flat(below, dotted)
        else:
            yield from ((dotted, str(text)) for text in below)


def _missing(example: str) -> dict[str, str]:
    return {"required": f"This is missing. Add a line like: {example}"}


def _words(example: str, *, longest: int) -> fields.String:
    return fields.String(
        required=True,
        error_messages={
            **_missing(example),
            "invalid": f"This must be text in quotation marks, like: {example}",
        },
        validate=validate.And(
            validate.Predicate("strip", error=f"This is empty. Write something like: {example}"),
            validate.Length(max=longest, error=f"This is too long. Write at most {longest} characters."),
        ),
    )


def _count(example: str, least: int, most: int) -> fields.Integer:
    advice = f"Write a whole number from {least} to {most}, like: {example}"
    return fields.Integer(
        required=True,
        strict=True,
        error_messages={**_missing(example), "invalid": advice},
        validate=validate.Range(least, most, error=advice),
    )


def _file_name(folder: str, example: str) -> fields.String:
    advice = f"Write the name of a file in schemas/{folder} without its ending, like: {example}"
    return fields.String(
        required=True,
        error_messages={**_missing(example), "invalid": advice},
        validate=validate.Regexp(rf"{NAME.pattern}\Z", error=advice),
    )


def _part(schema: type[Schema], heading: str) -> fields.Nested:
    table = f"Add the part that begins with [{heading}]."
    return fields.Nested(
        schema, required=True, error_messages={"required": f"This is missing. {table}", "invalid": table}
    )


def _one_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
        known = "/" in zone or zone == "UTC"  # `localtime` would be another zone on every machine
    except (ZoneInfoNotFoundError, ValueError, OSError):
        known = False
    if not known:
        raise ValidationError(
            "No time zone has this name. Write one of the IANA database, like: Europe/London"
        )


def _readable(colour: str) -> None:
    if not COLOUR.fullmatch(colour):
        raise ValidationError(
            'This is not a colour. Write it as six hexadecimal digits, like: accent = "#8a2b4f"'
        )
    contrast = contrast_with_white(colour)
    if contrast < READABLE_CONTRAST:
        raise ValidationError(
            f"White text can't be read on this colour: its contrast is {contrast:.2f} to 1, and level AA of "
            f"the accessibility guidelines asks for {READABLE_CONTRAST} to 1. Choose a darker shade."
        )


def _a_language(code: str) -> None:
    if not LANGUAGE.fullmatch(code):
        raise ValidationError('This is not a language code. Write codes like: languages = ["en", "ar"]')


class Day(fields.Field[date]):
    """A date as TOML writes it: 2027-09-06, without quotation marks."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> date:
        del attr, data, kwargs
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        raise self.make_error("invalid")


class StrictSchema(Schema):
    """A part of the file, in which every unknown key is a mistake: most likely a slip of the pen."""

    class Meta:
        """Refuse what we don't know."""

        unknown = RAISE

    error_messages = {  # noqa: RUF012  # marshmallow reads it from the class, and a Schema is never shared
        "unknown": "Kith knows no such key. Check its spelling, or remove the line.",
        "type": "This must be a part of its own, under a heading in square brackets.",
    }


class ContactSchema(StrictSchema):
    """The person to whom a concern goes."""

    name = _words('name = "Dr Amara Okafor"', longest=80)
    email = fields.Email(
        required=True,
        error_messages={
            **_missing('email = "concerns@example.org"'),
            "invalid": 'This is not an e-mail address. Write one like: email = "concerns@example.org"',
        },
    )


class SettingsSchema(StrictSchema):
    """The six settings of a formal mentoring programme."""

    objectives = fields.List(
        _words('objectives = ["Every mentee has met their mentor within three weeks"]', longest=300),
        required=True,
        validate=validate.Length(1, 9, error="Write one to nine objectives, each in quotation marks."),
        error_messages={
            **_missing('objectives = ["Every mentee has met their mentor within three weeks"]'),
            "invalid": "Write the objectives as a list: each in quotation marks, all between [ and ].",
        },
    )
    selection = _words('selection = "Open to every first-year student."', longest=1000)
    matching = _words('matching = "By topics, field, times and style."', longest=1000)
    training = _words('training = "Thirty minutes online before the first meeting."', longest=1000)
    meeting_frequency = _words('meeting_frequency = "Six meetings in six months."', longest=1000)
    goal_setting = _words('goal_setting = "Two goals, written down in the second meeting."', longest=1000)


class CalendarSchema(StrictSchema):
    """How long each part of a cohort takes."""

    opens_on = Day(
        required=True,
        error_messages={
            **_missing("opens_on = 2027-09-06"),
            "invalid": "Write the day without quotation marks, year first, like: opens_on = 2027-09-06",
        },
    )
    enrolment_days = _count("enrolment_days = 28", 1, 120)
    pairing_weeks = _count("pairing_weeks = 26", 2, 104)
    survey_days = _count("survey_days = 21", 1, 90)


class ThemeSchema(StrictSchema):
    """How the programme looks: one colour."""

    accent = fields.String(
        required=True,
        error_messages={
            **_missing('accent = "#8a2b4f"'),
            "invalid": 'Write the colour in quotation marks, like: accent = "#8a2b4f"',
        },
        validate=_readable,
    )


class QuestionnairesSchema(StrictSchema):
    """Which questionnaires the programme asks."""

    mentor = _file_name("questionnaires", 'mentor = "mentor"')
    mentee = _file_name("questionnaires", 'mentee = "mentee"')
    end = _file_name("questionnaires", 'end = "end"')


class ProgrammeSchema(StrictSchema):
    """A whole definition file."""

    name = _words('name = "First Year Together"', longest=60)
    organisation = _words('organisation = "University of Example"', longest=80)
    zone = fields.String(
        required=True,
        error_messages={
            **_missing('zone = "Europe/London"'),
            "invalid": 'Write the time zone in quotation marks, like: zone = "Europe/London"',
        },
        validate=_one_zone,
    )
    languages = fields.List(
        fields.String(validate=_a_language, error_messages={"invalid": "Put it in quotation marks."}),
        required=True,
        validate=validate.Length(1, 20, error='Name at least one language, like: languages = ["en"]'),
        error_messages={
            **_missing('languages = ["en"]'),
            "invalid": 'Write the languages as a list, like: languages = ["en"]',
        },
    )
    policy = _file_name("policies", 'policy = "first-year"')
    contact = _part(ContactSchema, "contact")
    settings = _part(SettingsSchema, "settings")
    calendar = _part(CalendarSchema, "calendar")
    theme = _part(ThemeSchema, "theme")
    questionnaires = _part(QuestionnairesSchema, "questionnaires")
