"""Every key of a programme's definition file: what it must be, and what to do where it is not.

The sentences are what a coordinator reads from `./kith check`: the cause, then what to write instead.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from functions.programme.programme import STAGES, Decision, Measure, Moment
from functions.questionnaires.plain_text import SAY_A_PLAIN_ADDRESS, TextError, address_of

# WCAG 2.2, success criterion 1.4.3: text against its background, level AA.
READABLE_CONTRAST = 4.5
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LOGO = re.compile(r"[a-z0-9]+([-_.][a-z0-9]+)*\.(svg|png)")
DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]", re.IGNORECASE)
VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]*")
# A share of the answers to a question of a survey: `end.satisfaction`, `end.mentor_next_time=yes`.
OF_A_SURVEY = re.compile(rf"({'|'.join(Moment)})\.([a-z][a-z0-9_]*)(=[a-z0-9_-]+)?")
MOST_CHECKINS = 30


def contrast_with_white(colour: str) -> float:
    """Return the contrast ratio (1 … 21) of `#rrggbb` with white, by WCAG's relative luminance."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(channel: float) -> float:
    low_end = 0.04045
    return channel / 12.92 if channel <= low_end else float(((channel + 0.055) / 1.055) ** 2.4)


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


def _count(example: str, least: int, most: int, *, required: bool = True) -> fields.Integer:
    advice = f"Write a whole number from {least} to {most}, like: {example}"
    return fields.Integer(
        required=required,
        strict=True,
        error_messages={**_missing(example), "invalid": advice},
        validate=validate.Range(least, most, error=advice),
    )


def _file_name(folder: str, example: str, *, required: bool = True) -> fields.String:
    advice = f"Write the name of a file in schemas/{folder} without its ending, like: {example}"
    return fields.String(
        required=required,
        error_messages={**_missing(example), "invalid": advice},
        validate=validate.Regexp(rf"{NAME.pattern}\Z", error=advice),
    )


def _one_of(choices: Mapping[str, str], example: str) -> fields.String:
    meanings = "; ".join(f'"{choice}": {meaning}' for choice, meaning in choices.items())
    advice = f"Write one of these ({meanings}), like: {example}"
    return fields.String(
        error_messages={"invalid": advice}, validate=validate.OneOf(list(choices), error=advice)
    )


class YesOrNo(fields.Field[bool]):
    """True or false as TOML writes them; a quoted "false" would be true, so it is refused."""

    def __init__(self, example: str) -> None:
        super().__init__(
            error_messages={"invalid": f"Write true or false, without quotation marks, like: {example}"}
        )

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> bool:
        del attr, data, kwargs
        if isinstance(value, bool):
            return value
        raise self.make_error("invalid")


class PlainAddress(fields.Field[str]):
    """One e-mail address, which every reader of a mail reads alike."""

    def __init__(self, example: str) -> None:
        super().__init__(
            required=True,
            error_messages={
                **_missing(example),
                "invalid": f"This is not an e-mail address. Write one like: {example}",
                "another": f"Mail programs may read this as another address. Write one address with nothing "
                f"around it, like: {example}",
            },
        )

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        del attr, data, kwargs
        try:
            return address_of(value)
        except TextError as refused:
            another = str(refused) == SAY_A_PLAIN_ADDRESS
            raise self.make_error("another" if another else "invalid") from refused


def _part(schema: type[Schema], heading: str, *, required: bool = True) -> fields.Nested:
    table = f"Add the part that begins with [{heading}]."
    return fields.Nested(
        schema, required=required, error_messages={"required": f"This is missing. {table}", "invalid": table}
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
    email = PlainAddress('email = "concerns@example.org"')


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


class EnrolmentSchema(StrictSchema):
    """The rules of enrolment."""

    decided_by = _one_of(
        {
            Decision.AUTOMATIC: "whoever confirms the address has a place",
            Decision.COORDINATOR: "a coordinator accepts or declines each",
        },
        'decided_by = "automatic"',
    )
    domains = fields.List(
        fields.String(
            validate=validate.Regexp(
                rf"(?:{DOMAIN.pattern})\Z",
                flags=re.IGNORECASE,
                error='This is no domain. Write what stands after the @ of addresses, like: "example.org"',
            ),
            error_messages={"invalid": 'Write each domain in quotation marks, like: "example.org"'},
        ),
        validate=validate.Length(max=50, error="Name at most fifty domains; sub-domains count without it."),
        error_messages={"invalid": 'Write the domains as a list, like: domains = ["example.org"]'},
    )
    training_first = YesOrNo("training_first = false")
    waiting_list = YesOrNo("waiting_list = true")
    code_of_conduct = fields.String(
        validate=validate.And(
            validate.Regexp(
                rf"{VERSION.pattern}\Z",
                error='Write letters, digits, dots and hyphens, like: code_of_conduct = "2027-01"',
            ),
            validate.Length(max=20, error="Write at most 20 characters."),
        ),
        error_messages={"invalid": 'Write the version in quotation marks, like: code_of_conduct = "2027-01"'},
    )


class MailsSchema(StrictSchema):
    """When Kith asks how a pair is doing."""

    checkin_days = fields.List(
        _count("7", 1, 7 * 104, required=False),
        validate=validate.Length(
            1, MOST_CHECKINS, error=f"Name one to {MOST_CHECKINS} days, like: checkin_days = [7, 21, 51]"
        ),
        error_messages={"invalid": "Write the days as a list, like: checkin_days = [7, 21, 51]"},
    )


def _week(name: str) -> fields.Integer:
    return _count(f"{name} = 1", 1, 104, required=False)


# One key for each stage of the guide, each the week of the pairings in which it begins.
StagesSchema = StrictSchema.from_dict({name: _week(name) for name in STAGES}, name="StagesSchema")


def _measured(by: str) -> None:
    if by not in list(Measure) and not OF_A_SURVEY.fullmatch(by):
        raise ValidationError(
            f"Nothing measures this. Write one of {', '.join(Measure)}, or a question of a survey, like: "
            'measured_by = "end.satisfaction" (or "end.mentor_next_time=yes" for one of its choices)'
        )


class SuccessSchema(StrictSchema):
    """One criterion of success."""

    objective = _count("objective = 1", 1, 9)
    measured_by = fields.String(
        required=True,
        error_messages={
            **_missing('measured_by = "first-meeting"'),
            "invalid": 'Write it in quotation marks, like: measured_by = "first-meeting"',
        },
        validate=_measured,
    )
    target = _count("target = 80", 1, 100)


class RetentionSchema(StrictSchema):
    """How long what is known of people is kept."""

    answers_days = _count("answers_days = 90", 1, 3650, required=False)
    people_days = _count("people_days = 365", 1, 3650, required=False)


class ThemeSchema(StrictSchema):
    """How the programme looks: one colour, and perhaps a logo."""

    accent = fields.String(
        required=True,
        error_messages={
            **_missing('accent = "#8a2b4f"'),
            "invalid": 'Write the colour in quotation marks, like: accent = "#8a2b4f"',
        },
        validate=_readable,
    )
    logo = fields.String(
        error_messages={"invalid": 'Write the name of the file in quotation marks, like: logo = "logo.svg"'},
        validate=validate.Regexp(
            rf"{LOGO.pattern}\Z",
            error="Write the name of an SVG or PNG file in small letters, digits and hyphens, without its "
            'folder, like: logo = "logo.svg"',
        ),
    )


class QuestionnairesSchema(StrictSchema):
    """Which questionnaires the programme asks."""

    mentor = _file_name("questionnaires", 'mentor = "mentor"')
    mentee = _file_name("questionnaires", 'mentee = "mentee"')
    equality = _file_name("questionnaires", 'equality = "equality"', required=False)
    training = _file_name("questionnaires", 'training = "end-of-training"', required=False)
    pulse = _file_name("questionnaires", 'pulse = "pulse"', required=False)
    mid = _file_name("questionnaires", 'mid = "mid"', required=False)
    end = _file_name("questionnaires", 'end = "end"')
    after = _file_name("questionnaires", 'after = "six-months-after"', required=False)


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
    policy = _file_name("policies", 'policy = "several-mentees"')
    contact = _part(ContactSchema, "contact")
    settings = _part(SettingsSchema, "settings")
    success = fields.List(
        fields.Nested(SuccessSchema),
        validate=validate.Length(max=20, error="Write at most twenty criteria of success."),
        error_messages={"invalid": "Begin each criterion with a line [[success]], in two brackets."},
    )
    enrolment = _part(EnrolmentSchema, "enrolment", required=False)
    calendar = _part(CalendarSchema, "calendar")
    mails = _part(MailsSchema, "mails", required=False)
    stages = _part(StagesSchema, "stages", required=False)
    questionnaires = _part(QuestionnairesSchema, "questionnaires")
    retention = _part(RetentionSchema, "retention", required=False)
    theme = _part(ThemeSchema, "theme")
