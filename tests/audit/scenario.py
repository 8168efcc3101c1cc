"""Three cohorts in three stages on one local stack, brought there through the real use cases.

One is enrolling and has a proposal, one is some weeks in, one has just ended and answers its survey.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage

from functions.programme.cohort import Cohort
from functions.programme.links import SELF_SERVICE_PURPOSES, Link, Purpose
from functions.programme.pairing import CheckinAnswer
from functions.programme.people import Enrolment, EnrolmentState, Role
from functions.programme.run import Run
from functions.storage.enrolment import enrolments
from functions.storage.runs import runs
from functions.usecases.access.open_link import open_link
from functions.usecases.access.request_link import LinkRequest, ask_for_link
from functions.usecases.access.sign_in import invite, sign_in
from functions.usecases.enrolment.confirm_enrolment import confirm
from functions.usecases.enrolment.enrol import Application, enrol
from functions.usecases.enrolment.open_cohort import open_cohort
from functions.usecases.pairings.answer_checkin import answer as answer_checkin
from functions.usecases.runs.publish_run import publish_run
from functions.usecases.runs.start_run import RunRequest, start_run
from functions.usecases.surveys.answer_survey import answer as answer_survey
from infra.build.audit_record import AuditError
from infra.local import demonstration
from infra.local.stack import LocalStack
from tests.play.behaviour import survey_answers

ENDING, RUNNING, ENROLLING = date(2026, 9, 21), date(2027, 2, 1), date(2027, 4, 12)
TODAY = date(2027, 4, 27)
LINK = re.compile(r"/my/(\w+)/([\w-]{64})")
COORDINATOR = "coordinator:c"


@dataclass
class Clock:
    """A clock that stands where it is put."""

    now: datetime = datetime(2026, 9, 22, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the instant that it is."""
        return self.now

    def on(self, day: date) -> None:
        """Move to nine in the morning of that day."""
        self.now = datetime.combine(day, time(9), tzinfo=UTC)


@dataclass
class Scenario:
    """The stack, its clock, and where each kind of page is now."""

    stack: LocalStack
    clock: Clock
    mentors: int
    mentees: int
    ending: Cohort = field(init=False)
    running: Cohort = field(init=False)
    enrolling: Cohort = field(init=False)
    session: str = field(init=False)

    def play(self) -> None:
        """Bring the three cohorts to the stage that each is to show."""
        services = self.stack.services
        self.ending = self._cohort(ENDING, seed=1)
        self._introduce(self.ending)
        self._days(self.ending, 22)
        self.clock.on(RUNNING + timedelta(days=1))
        self.running = self._cohort(RUNNING, seed=2)
        self._introduce(self.running)
        self._days(self.running, 8, 22)
        self.clock.on(TODAY)
        self.stack.tick()
        self.stack.drain()
        self._survey()
        self.enrolling = self._cohort(ENROLLING, seed=3, unconfirmed=2)
        self._ask_for_keys(self.enrolling)
        self._propose(self.enrolling)
        token = invite(services, "amara").rpartition("/")[2]
        self.session = sign_in(services, token) or ""

    def page(self, purpose: Purpose, cohort: Cohort) -> str:
        """Return the path of the newest page of that kind that somebody of the cohort was mailed."""
        return f"/my/{purpose}/{self.tokens(purpose, cohort)[-1]}"

    def tokens(self, purpose: Purpose, cohort: Cohort) -> list[str]:
        """Return the token of every link of that kind that still opens and was mailed to the cohort."""
        found = [
            match[2]
            for mail in self.stack.outbox()
            for match in LINK.finditer(_text(mail))
            if match[1] == purpose
        ]
        opened = {token: open_link(self.stack.services, token, purpose) for token in dict.fromkeys(found)}
        return [token for token, link in opened.items() if link and link.cohort_id == cohort.id]

    def proposal(self) -> Run:
        """Return the run that waits to be looked through."""
        return next(iter(runs.in_cohort(self.stack.services.table, self.enrolling.id)))

    def _cohort(self, opens_on: date, *, seed: int, unconfirmed: int = 0) -> Cohort:
        services = self.stack.services
        cohort = open_cohort(services, opens_on)
        self.clock.on(max(opens_on, self.clock.now.date()))
        for number, applicant in enumerate(demonstration.people(seed, self.mentors, self.mentees)):
            application = Application(cohort_id=cohort.id, role=applicant.role, answers=applicant.answers)
            enrol(services, application, request_key=f"{seed}-{number}")
        for person in self._people(cohort)[unconfirmed:]:
            confirm(services, self._link(Purpose.CONFIRM, cohort, person.id))
        return cohort

    def _propose(self, cohort: Cohort) -> Run:
        _, run = start_run(
            self.stack.services, RunRequest(cohort_id=cohort.id), request_key="run", actor=COORDINATOR
        )
        self.stack.drain()
        made = runs.get(self.stack.services.table, cohort.id, run.id) if run else None
        if made is None or made.failure is not None:
            raise AuditError(f"The match of {cohort.name} could not be made: {made and made.failure}")
        return made

    def _ask_for_keys(self, cohort: Cohort) -> None:
        """Let people ask for the links of ten minutes: to their answers, their data, the way out."""
        confirmed = [person for person in self._people(cohort) if person.state is EnrolmentState.CONFIRMED]
        for purpose, person in zip(SELF_SERVICE_PURPOSES, confirmed, strict=False):
            ask_for_link(
                self.stack.services, LinkRequest(purpose=purpose, role=person.role, email=person.email)
            )
        self.stack.drain()

    def _people(self, cohort: Cohort) -> list[Enrolment]:
        people = enrolments.in_cohort(self.stack.services.table, cohort.id)
        return sorted(people, key=lambda person: person.email)

    def _introduce(self, cohort: Cohort) -> None:
        self.clock.on(cohort.closes_on + timedelta(days=3))
        run = self._propose(cohort)
        publish_run(self.stack.services, cohort.id, run.id, version=run.version, actor=COORDINATOR)
        self.stack.drain()

    def _days(self, cohort: Cohort, *days: int) -> None:
        """Let those days after the introduction come; people answer their check-ins, each in their way."""
        answers = (
            CheckinAnswer.NOT_YET,
            CheckinAnswer.IN_CONTACT,
            CheckinAnswer.MET,
            CheckinAnswer.NEED_HELP,
        )
        for day in days:
            self.clock.on(cohort.closes_on + timedelta(days=3 + day))
            self.stack.tick()
            self.stack.drain()
            for number, token in enumerate(self.tokens(Purpose.CHECKIN, cohort)):
                link = open_link(self.stack.services, token, Purpose.CHECKIN)
                if link and number % 5:
                    eager = min(number % 3 + day // 20, 2) if number % 7 else 3
                    answer_checkin(self.stack.services, link, answers[eager], None)

    def _survey(self) -> None:
        for number, token in enumerate(self.tokens(Purpose.SURVEY, self.ending)[:-1]):
            link = open_link(self.stack.services, token, Purpose.SURVEY)
            given = survey_answers(7, f"pairing-{number}", Role.MENTEE)
            if link and given:
                answer_survey(self.stack.services, link, given)

    def _link(self, purpose: Purpose, cohort: Cohort, person_id: str) -> Link:
        return Link(
            id="link", purpose=purpose, cohort_id=cohort.id, person_id=person_id, expires_at=self.clock.now
        )


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return str(body.get_content()) if body else ""
