"""E-mails for tests: every kind, to either side, with people whose names try to break out.

They are made in English and in a language of our own making (`PSEUDO`), whose catalogue says every
message in letters that are written from right to left: whatever stays Latin was never translated.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from io import BytesIO
from itertools import chain
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo

from functions.messages.kinds import About, MessageKind
from functions.messages.render import TEMPLATES, EmailContext
from functions.programme.links import SELF_SERVICE_PURPOSES, Purpose
from functions.programme.messages import Message
from functions.programme.people import Enrolment, EnrolmentState, Role
from functions.programme.programme import Calendar, Contact, Moment, Programme, Settings, Theme

SENDER = "mentoring@university.example"
TOKEN = "hJ3kd0A9-Qz7Xw2cV5bN8rT1-U4iO6pLsDfGhKj-nBv"
ORIGIN = "https://mentoring.university.example"
SELF_SERVICE_PAGE = f"{ORIGIN}/my/place/"
LINKS = {purpose: f"{ORIGIN}/my/{purpose}/{TOKEN}" for purpose in Purpose}
PSEUDO = "fa"
ROOT = TEMPLATES.parents[1]

PROGRAMME = Programme(
    id="first-year",
    name="First Year Together",
    organisation="University of Example",
    zone="Pacific/Auckland",
    languages=("en", PSEUDO),
    theme=Theme(accent="#8a2b4f"),
    contact=Contact(name="Dr Amara Okafor", email="concerns@university.example"),
    settings=Settings(
        objectives=(), selection="", matching="", training="", meeting_frequency="", goal_setting=""
    ),
    calendar=Calendar(opens_on=date(2027, 1, 11), enrolment_days=28, pairing_weeks=26, survey_days=21),
    policy="first-year",
    questionnaires={},
    surveys={Moment.END: "end"},
    equality="equality",
)
COHORT = PROGRAMME.cohort(date(2027, 1, 11))
REASON = (
    "We take people in their <first> year.\nYou are in your third; the careers office has mentors & more."
)


def person(role: Role, name: str, email: str) -> Enrolment:
    return Enrolment(
        id=f"id-of-{role}",
        cohort_id=COHORT.id,
        role=role,
        state=EnrolmentState.CONFIRMED,
        name=name,
        email=email,
        capacity=1,
        answers={"note": "an answer of theirs"},
        questionnaire_version="v1",
        enrolled_at=datetime(2027, 1, 12, tzinfo=UTC),
        decision_reason=REASON,
    )


MENTEE = person(Role.MENTEE, "Zoë <b>O'Neil</b> & Søn", "zoe.oneil@university.example")
MENTOR = person(Role.MENTOR, '李小龍 "Bruce" {{ to.email }}', "bruce@university.example")
REASONS = ("You both want to talk about <finding> your feet & statistics.", "You are both free on Tuesdays.")
ANSWERS = (
    ("What would you like to talk about?", ("Study <skills>", "Research & “theory”")),
    ("Anything else?", ("100 % {{ yes }}", "and a second line")),
)

# Nothing that a person typed, nor what identifies them.
PERSONAL = ("Zoë", "O'Neil", "Søn", "李小龍", "Bruce", "zoe.oneil", "bruce@", TOKEN, "an answer of theirs")

WHILE_ENROLLING = (MessageKind.CONFIRM, MessageKind.RECEIVED, MessageKind.WELCOME)
CHECKINS = (1, 2, 3, 7)


def _abouts(kind: MessageKind) -> list[tuple[str, int]]:
    """Return what mails of that kind may be about, with the number of the check-in."""
    if kind is MessageKind.CHECKIN:
        return [("pairing-1", number) for number in CHECKINS]
    abouts = {About.MOMENT: list(map(str, Moment)), About.PURPOSE: list(map(str, SELF_SERVICE_PURPOSES))}
    return [(about, 0) for about in abouts.get(kind.row.about, ["pairing-1"])]


# Every kind of mail, with what it is about and the number of the check-in.
EVERY_MAIL = [(kind, about, number) for kind in MessageKind for about, number in _abouts(kind)]


def email_context(
    kind: MessageKind, about: str = "pairing-1", number: int = 0, to: Enrolment = MENTEE
) -> EmailContext:
    """Return what such a mail is made of: due while enrolment is open, or on the evening of 14 February."""
    message = Message(
        id=f"message-{kind}",
        cohort_id=COHORT.id,
        recipient_id=to.id,
        kind=kind,
        due_at=datetime(2027, *((1, 20) if kind in WHILE_ENROLLING else (2, 14)), 20, tzinfo=UTC),
        link_id="link-1",
        about=about,
        checkin=number,
    )
    return EmailContext(
        message=message,
        to=to,
        programme=PROGRAMME,
        cohort=COHORT,
        links=LINKS,
        self_service=SELF_SERVICE_PAGE,
        partner=MENTOR if to.role is Role.MENTEE else MENTEE,
        introduced_on=date(2027, 2, 15),
        reasons=REASONS,
        answers=ANSWERS,
        answer_by=date(2027, 3, 8),
    )


def in_pseudo(enrolment: Enrolment) -> Enrolment:
    return replace(enrolment, language=PSEUDO)


def turned(message: str) -> str:
    """Return a message with its Latin letters turned into Arabic ones, its places and tags kept."""
    pieces = re.split(r"(%\(\w+\)s|\{\w+\}|<[^>]+>|&\w+;)", message)
    return "".join(piece if place % 2 else turned_letters(piece) for place, piece in enumerate(pieces))


def turned_letters(text: str) -> str:
    return re.sub("[A-Za-z]", lambda found: "ابتثجحخدذرزسشصضطظعغفقكلمنه"[ord(found[0].lower()) - 97], text)


@cache
def messages() -> frozenset[str | tuple[str, ...]]:
    """Return every message of the mails and of what both mails and pages say."""
    words = (
        _extracted(ROOT / folder, "*.py", "python")
        for folder in ("schemas", "functions/i18n", "functions/questionnaires")
    )
    found = [*_extracted(TEMPLATES, "**.*", "jinja2"), *chain.from_iterable(words)]
    return frozenset(found)


def _extracted(folder: Path, names: str, how: str) -> Iterator[str | tuple[str, ...]]:
    for _, _, message, _, _ in extract_from_dir(
        folder, [(names, how)], options_map={names: {"newstyle_gettext": "true", "silent": "false"}}
    ):
        yield message


@cache
def pseudo_catalogue() -> bytes:
    """Return the catalogue of `PSEUDO`, as gettext reads it."""
    catalogue = Catalog(locale="en")
    for message in messages():
        if isinstance(message, tuple):
            catalogue.add(message, tuple(map(turned, message)))
        else:
            catalogue.add(message, turned(message))
    file = BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()
