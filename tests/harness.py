"""A small cohort for tests: services over a real table, a clock that tests move, people who enrol.

Mail goes to the mail service beside the table; what left is read back from the bytes handed over.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import boto3

from functions.cohort_reader import CohortReader, cohort_reader
from functions.messages.ses import SesSender
from functions.programme.cohort import Cohort
from functions.programme.links import Link, Purpose
from functions.programme.people import Answer, Enrolment, Role
from functions.questionnaires import definitions
from functions.services import Services
from functions.storage.enrolment import enrolments
from functions.storage.runs import runs
from functions.storage.table import Table
from functions.usecases.access.open_link import open_link
from functions.usecases.enrolment.confirm_enrolment import confirm
from functions.usecases.enrolment.enrol import Application, Enrolled, enrol
from functions.usecases.enrolment.open_cohort import open_cohort
from functions.usecases.messages.send_messages import send_messages
from functions.usecases.runs.introduce_pairs import introduce_pairs
from functions.usecases.runs.publish_run import publish_run
from functions.usecases.runs.run_match import run_match
from functions.usecases.runs.start_run import RunRequest, start_run

OPENS_ON = date(2026, 9, 1)
LINK = re.compile(r"https?://\S+/(?:my|console)/(\S+?)/([\w-]{64})")
SENDER = "kith@kith.example"

MENTEE: Mapping[str, Answer] = {
    "name": "Ada Example",
    "email": "ada@mentees.example",
    "stage_of_study": "first-year",
    "field": "computing",
    "goals": ("do-well",),
    "topics_wanted": ("study-skills", "research"),
    "style": "listening",
    "matters_most": "topics",
    "languages": ("en",),
    "meeting_mode": "either",
    "availability": ("mon-evening", "tue-evening"),
    "code_of_conduct": True,
}
MENTOR: Mapping[str, Answer] = {
    "name": "Grace Example",
    "email": "grace@mentors.example",
    "career_stage": "mid-career",
    "field": "computing",
    "topics_offered": ("study-skills", "research"),
    "style": "listening",
    "languages": ("en",),
    "meeting_mode": "either",
    "availability": ("mon-evening", "tue-evening"),
    "capacity": 2,
    "code_of_conduct": True,
}


@dataclass
class Clock:
    """A clock that stands still until a test moves it; mornings are those of the cohort's zone."""

    now: datetime = datetime(2026, 9, 2, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def morning_of(self, day: date, zone: str) -> None:
        self.now = datetime.combine(day, time(9), tzinfo=ZoneInfo(zone)).astimezone(UTC)

    def pass_by(self, **how_long: int) -> None:
        self.now += timedelta(**how_long)


@dataclass
class RecordingQueue:
    """A queue that a test looks at instead of working on it."""

    bodies: list[str] = field(default_factory=list)

    def put(self, body: str) -> None:
        self.bodies.append(body)


@dataclass
class SentMail:
    """Every mail that was handed over, as its bytes say."""

    raw: list[bytes] = field(default_factory=list)

    def keep(self, params: Mapping[str, Any], **_: object) -> None:
        self.raw.append(params["Content"]["Raw"]["Data"])

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=policy.default) for raw in self.raw]

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if mail["To"] == address]

    def token(self, address: str, page: str) -> str:
        """Return the token of the newest link to that page which was mailed to the address."""
        return [
            match[2]
            for mail in self.to(address)
            for match in LINK.finditer(text_of(mail))
            if match[1] == page
        ][-1]


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@dataclass
class CohortHarness:
    """Services with their cohort, its clock, its sent_mail and its queues."""

    services: Services
    clock: Clock
    sent_mail: SentMail
    cohort: Cohort
    run_queue: RecordingQueue
    mail_queue: RecordingQueue

    def rule(self, **rules: Any) -> None:
        """Let the programme's rules of enrolment be these from now on."""
        programme = self.services.programme
        enrolling = replace(programme.enrolling, **rules)
        self.services = replace(self.services, programme=replace(programme, enrolling=enrolling))

    def apply(self, answers: Mapping[str, Answer], *, key: str = "key") -> Enrolled:
        role = Role.MENTOR if "capacity" in answers else Role.MENTEE
        application = Application(cohort_id=self.cohort.id, role=role, answers=answers)
        return enrol(self.services, application, request_key=key)

    def reader(self) -> CohortReader:
        """Return a reader of the cohort as it is now, as a page of the console has one."""
        reader = cohort_reader(self.services, self.cohort.id)
        assert reader is not None
        return reader

    def people(self, role: Role | None = None) -> list[Enrolment]:
        everyone = enrolments.in_cohort(self.services.table, self.cohort.id)
        return [enrolment for enrolment in everyone if role in (None, enrolment.role)]

    def person(self, address: str) -> Enrolment:
        return next(enrolment for enrolment in self.people() if enrolment.email == address)

    def confirmed(self, answers: Mapping[str, Answer]) -> Enrolment:
        """Enrol somebody who confirms at once, without their mail."""
        assert self.apply(answers) is Enrolled.CREATED
        enrolment = self.person(str(answers["email"]))
        link = Link(
            id="link",
            purpose=Purpose.CONFIRM,
            cohort_id=self.cohort.id,
            person_id=enrolment.id,
            expires_at=self.clock.now,
        )
        confirm(self.services, link)
        return self.person(enrolment.email)

    def send(self) -> None:
        """Send what is due."""
        send_messages(self.services, owner="postman")

    def link(self, address: str, page: Purpose) -> Link:
        """Open the newest link to that page which was mailed to the address."""
        link = open_link(self.services, self.sent_mail.token(address, page), page)
        assert link is not None
        return link

    def matched(self, key: str = "run") -> str:
        """Run the match over whoever is confirmed, and return the run's id; nothing is published."""
        _, run = start_run(
            self.services, RunRequest(cohort_id=self.cohort.id), request_key=key, actor="coordinator:c"
        )
        assert run is not None
        run_match(self.services, self.cohort.id, run.id, owner="worker")
        return run.id

    def introduced(self) -> str:
        """Match, publish and introduce; return the run's id. All mail is sent."""
        run_id = self.matched()
        run = runs.get(self.services.table, self.cohort.id, run_id)
        assert run is not None
        publish_run(self.services, self.cohort.id, run_id, version=run.version, actor="coordinator:c")
        introduce_pairs(self.services, self.cohort.id, run_id)
        self.send()
        return run_id


def harness_over(table: Table) -> CohortHarness:
    """Return a harness whose cohort has opened, over a table in moto or in the emulator."""
    sent_mail, clock, ids = SentMail(), Clock(), count(1)
    endpoint = table._client.meta.endpoint_url  # noqa: SLF001 - mail goes where the table is
    ses = boto3.client(
        "sesv2",
        region_name="eu-central-1",
        endpoint_url=endpoint if "127.0.0.1" in endpoint else None,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=SesSender.client_settings(),
    )
    ses.create_email_identity(EmailIdentity=SENDER)
    ses.meta.events.register("provide-client-params.sesv2.SendEmail", sent_mail.keep)
    programme = definitions.programme(definitions.names_of("programmes", ".toml")[0])
    run_queue, mail_queue = RecordingQueue(), RecordingQueue()
    services = Services(
        table=table,
        email_sender=SesSender(ses, None),
        run_queue=run_queue,
        mail_queue=mail_queue,
        programme=programme,
        questionnaires=definitions.questionnaires_of(programme),
        policies=definitions.policies(),
        origin="https://kith.example",
        sender_address=SENDER,
        link_keys=(bytes(range(32)),),
        clock=clock,
        new_id=lambda: f"id-{next(ids):06}",
    )
    cohort = open_cohort(services, OPENS_ON)
    return CohortHarness(
        services=services,
        clock=clock,
        sent_mail=sent_mail,
        cohort=cohort,
        run_queue=run_queue,
        mail_queue=mail_queue,
    )
