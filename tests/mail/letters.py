"""Letters for mail tests: every kind, to either side, with people whose names try to break out."""

from datetime import UTC, date, datetime

from functions.mail.letters import Letter
from functions.programme.links import Purpose
from functions.programme.messages import Message, MessageKind
from functions.programme.people import Enrolment, EnrolmentState, Role
from functions.programme.programme import Calendar, Contact, Moment, Programme, Settings, Theme

SENDER = "mentoring@university.example"
TOKEN = "hJ3kd0A9-Qz7Xw2cV5bN8rT1-U4iO6pLsDfGhKj-nBv"
LINKS = {purpose: f"https://mentoring.university.example/my/{purpose}/{TOKEN}" for purpose in Purpose}

PROGRAMME = Programme(
    id="first-year",
    name="First Year Together",
    organisation="University of Example",
    zone="Pacific/Auckland",
    languages=("en",),
    theme=Theme(accent="#8a2b4f"),
    contact=Contact(name="Dr Amara Okafor", email="concerns@university.example"),
    settings=Settings(
        objectives=(), selection="", matching="", training="", meeting_frequency="", goal_setting=""
    ),
    calendar=Calendar(opens_on=date(2027, 1, 11), enrolment_days=28, pairing_weeks=26, survey_days=21),
    policy="first-year",
    questionnaires={},
    surveys={Moment.END: "end"},
)
COHORT = PROGRAMME.cohort(date(2027, 1, 11))


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
    )


MENTEE = person(Role.MENTEE, "Zoë <b>O'Neil</b> & Søn", "zoe.oneil@university.example")
MENTOR = person(Role.MENTOR, '李小龍 "Bruce" {{ to.email }}', "bruce@university.example")
REASONS = ("You both want to talk about <finding> your feet & statistics.", "You are both free on Tuesdays.")

# Nothing that a person typed, nor what identifies them.
PERSONAL = ("Zoë", "O'Neil", "Søn", "李小龍", "Bruce", "zoe.oneil", "bruce@", TOKEN, "an answer of theirs")

EVERY_KIND = [(kind, 0) for kind in MessageKind if kind is not MessageKind.CHECKIN] + [
    (MessageKind.CHECKIN, number) for number in (1, 2, 3, 7)
]


def letter(kind: MessageKind, number: int = 0, to: Enrolment = MENTEE) -> Letter:
    """Return the letter of that kind, due in the evening of 14 February in UTC."""
    message = Message(
        id=f"message-{kind}",
        cohort_id=COHORT.id,
        recipient_id=to.id,
        kind=kind,
        due_at=datetime(2027, 2, 14, 20, tzinfo=UTC),
        link_id="link-1",
        about="pairing-1",
        checkin=number,
    )
    return Letter(
        message=message,
        to=to,
        programme=PROGRAMME,
        cohort=COHORT,
        links=LINKS,
        partner=MENTOR if to is MENTEE else MENTEE,
        reasons=REASONS,
    )
