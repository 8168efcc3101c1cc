"""`./kith play`: a whole cohort in a minute or two, through the real doors, on a clock that we move.

Everyone here is a browser or a script: they send the questionnaire as a form, follow the links in the
mails that they got, press the buttons, and the coordinator calls the API with a token. Only the days pass
faster. What is told at the end is what the API reports.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from http import HTTPStatus
from itertools import count
from random import Random
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import click
import urllib3

from functions.cohort_reader import CohortReader, cohort_reader
from functions.programme.cohort import Cohort
from functions.programme.evaluation.moments import after_on
from functions.programme.links import Link, Purpose
from functions.programme.pairing import CheckinAnswer
from functions.programme.people import Answer, Role
from functions.programme.programme import Decision, Moment
from functions.programme.questionnaire import Questionnaire
from functions.services import questionnaire_for
from functions.storage import audit
from functions.storage.access import links
from functions.storage.enrolment import enrolments
from functions.storage.pairings import pairings
from functions.usecases.access.api_tokens import SCOPES, issue_token
from functions.usecases.enrolment.decide_application import decide
from functions.usecases.enrolment.open_cohort import open_cohort
from functions.usecases.people.list_people import PeopleFilter, list_people
from functions.web.questions import VERSION_FIELD, fields_of
from infra.local.demonstration import Applicant, people
from infra.local.outbox import Mail
from infra.local.stack import LocalStack
from tests.play.behaviour import answers_to, behaviour, survey_answers

LINK = re.compile(r"/my/(\w+)/([\w-]{64})")
MOMENTS = {
    Moment.TRAINING: "after the training",
    Moment.PULSE: "a month in",
    Moment.MID: "half-way",
    Moment.END: "the end",
    Moment.AFTER: "half a year later",
}
SHARE_OF_MENTORS = 0.4
FEWEST_PEOPLE, MOST_PEOPLE = 4, 2000
FEWEST_WEEKS, MOST_WEEKS = 2, 60
BAR = 30


class PlayError(Exception):
    """A door answered what it should not have; the message says which and what."""


@dataclass
class MovedClock:
    """The clock of the whole stack, moved by the play alone."""

    zone: str
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        """Return the instant that it is."""
        return self.now

    def morning_of(self, day: date) -> None:
        """Move to nine in the morning of that day in the cohort's zone."""
        self.now = datetime.combine(day, time(9), tzinfo=ZoneInfo(self.zone)).astimezone(UTC)


class Browser:
    """What people and scripts do: requests to the gateway's socket, nothing else."""

    def __init__(self, origin: str) -> None:
        """Take the address of the stack."""
        self._origin = origin
        self._pool = urllib3.PoolManager(retries=False)

    def send(self, path: str, fields: Iterable[tuple[str, str]] = ()) -> None:
        """Send a form; raises `PlayError` unless it was taken."""
        answer = self._pool.request(
            "POST",
            self._origin + path,
            body=urlencode(list(fields)),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            redirect=False,
        )
        if answer.status not in (HTTPStatus.OK, HTTPStatus.SEE_OTHER):
            # The path without its token: a token in a message is a key under the mat.
            shown = LINK.sub(r"/my/\1/…", path)
            raise PlayError(f"POST {shown} answered {answer.status}")

    def call(self, method: str, path: str, token: str, **headers: str) -> tuple[Any, Mapping[str, str]]:
        """Call the API and return the body and the headers; raises `PlayError` for a problem."""
        answer = self._pool.request(
            method,
            self._origin + "/api/v1" + path,
            body=b"{}" if method == "POST" else None,
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json", **headers},
        )
        body = json.loads(answer.data)
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise PlayError(f"{method} {path} answered {answer.status}: {body.get('detail')}")
        return body, answer.headers


class Play:
    """One cohort, from the first day of enrolment to the last day of the survey."""

    def __init__(self, stack: LocalStack, clock: MovedClock, seed: int) -> None:
        """Take a stack that works only when told to."""
        self._stack, self._clock, self._seed = stack, clock, seed
        self._services = stack.services
        self._browser = Browser(stack.origin)
        self._token = issue_token(self._services, SCOPES, lives=timedelta(days=3650))
        self._read = 0

    def cohort(self, weeks: int) -> Cohort:
        """Open the cohort of the programme's next enrolment, with pairings of that many weeks."""
        programme = self._services.programme
        calendar = replace(programme.calendar, pairing_weeks=weeks)
        self._clock.morning_of(calendar.opens_on)
        services = replace(self._services, programme=replace(programme, calendar=calendar))
        return open_cohort(services, calendar.opens_on)

    def enrol(self, cohort: Cohort, applicants: Sequence[Applicant]) -> None:
        """Let people apply over the weeks of enrolment, in a mixed order, and most of them confirm."""
        shuffled = list(applicants)
        Random(self._seed).shuffle(shuffled)  # noqa: S311 - who comes first in a made-up cohort
        days = (cohort.closes_on - cohort.opens_on).days + 1
        for week in range(0, days, 7):
            applied: Counter[Role] = Counter()
            confirmed = 0
            for day in range(week, min(week + 7, days)):
                self._clock.morning_of(cohort.opens_on + timedelta(days=day))
                today = shuffled[len(shuffled) * day // days : len(shuffled) * (day + 1) // days]
                applied.update(applicant.role for applicant in today)
                confirmed += self._apply(cohort, today)
            mentees, mentors = applied[Role.MENTEE], applied[Role.MENTOR]
            first = cohort.opens_on + timedelta(days=week)
            tell(first, f"mentees who apply {mentees}, mentors {mentors}; {confirmed} confirm")

    def _apply(self, cohort: Cohort, today: Sequence[Applicant]) -> int:
        for applicant in today:
            questionnaire = questionnaire_for(self._services, applicant.role)
            self._browser.send(f"/c/{cohort.id}/{applicant.role}", page_of(questionnaire, applicant.answers))
        confirming = {str(applicant.answers["email"]) for applicant in today if applicant.confirms}
        confirmed = 0
        for mail in self._new_mails():
            path = link_in(mail, Purpose.CONFIRM)
            if path and mail.to[0] in confirming:
                self._browser.send(path)
                confirmed += 1
        self._decide(cohort)
        self._read_the_training({str(one.answers["email"]) for one in today if one.trained})
        return confirmed

    def _decide(self, cohort: Cohort) -> None:
        """Let the coordinator accept whoever awaits a decision, where the programme wants one."""
        if self._services.programme.enrolling.decided_by is Decision.COORDINATOR:
            for person in list_people(self._reread(cohort), PeopleFilter.APPLIED).people:
                decide(self._services, cohort.id, person.id, accept=True, reason="", by="play")

    def _read_the_training(self, addresses: Collection[str]) -> None:
        """Let those people say that they have read the training, by the link in their welcome."""
        for mail in self._new_mails():
            path = link_in(mail, Purpose.TRAINING)
            if path and mail.to[0] in addresses:
                self._browser.send(path)

    def late(self, cohort: Cohort, applicant: Applicant, day: date) -> None:
        """Let somebody apply on the day on which the match was published: they wait."""
        self._apply(cohort, [replace(applicant, confirms=True)])
        waiting = len(self._reread(cohort).waiting)
        tell(day, f"one person comes late; {waiting} on the waiting list")

    def _reread(self, cohort: Cohort) -> CohortReader:
        """Return a reader of the cohort as it is now: its published run is not in what play began with."""
        reader = cohort_reader(self._services, cohort.id)
        assert reader is not None, cohort.id
        return reader

    def match(self, cohort: Cohort) -> date:
        """Start the run by the API, look at it, publish it; return the day of the introductions."""
        day = cohort.closes_on + timedelta(days=1)
        self._clock.morning_of(day)
        runs = f"/cohorts/{cohort.id}/runs"
        started, _ = self._browser.call(
            "POST", runs, self._token, **{"Idempotency-Key": f"play {self._seed}"}
        )
        self._stack.drain()
        run, headers = self._browser.call("GET", f"{runs}/{started['id']}", self._token)
        if run["state"] != "proposed":
            raise PlayError(f"the run is {run['state']}: {run['failure']}")
        summary = run["summary"]
        tell(
            day,
            f"the run gives {summary['served']} of {summary['mentees']} mentees a mentor "
            f"({summary['pairs']} pairs); {len(run['unmatched'])} people are left over, each with a reason",
        )
        self._browser.call(
            "POST", f"{runs}/{run['id']}/publish", self._token, **{"If-Match": headers["ETag"]}
        )
        tell(day, f"published: {len(self._new_mails())} mails leave")
        return day

    def weeks(self, cohort: Cohort, introduced_on: date) -> None:
        """Let the days pass: what is due is asked, and whoever answers does so by the link in the mail."""
        day = introduced_on
        while day <= cohort.closed_after:
            said: Counter[str] = Counter()
            asked, surveys = 0, Counter[str]()
            for _ in range(7):
                day += timedelta(days=1)
                self._clock.morning_of(day)
                self._stack.tick()
                for mail in self._unread():
                    asked += self._answer_checkin(mail, introduced_on, said)
                    surveys.update(self._answer_survey(mail))
            self._tell_week(day - timedelta(days=6), asked, said, surveys)

    def _tell_week(
        self, monday: date, asked: int, said: Mapping[str, int], surveys: Mapping[str, int]
    ) -> None:
        if asked:
            words = ", ".join(
                f"{answer.replace('-', ' ')} {number}" for answer, number in sorted(said.items())
            )
            tell(monday, f"{asked} check-ins asked; {words or 'nobody answers'}")
        for moment, number in surveys.items():
            tell(monday, f"{number} people answer the survey “{MOMENTS[Moment(moment)]}”")

    def _answer_checkin(self, mail: Mail, introduced_on: date, said: Counter[str]) -> bool:
        path = link_in(mail, Purpose.CHECKIN)
        link = self._opened(path)
        if link is None:
            return False
        pairing = pairings.get(self._services.table, link.cohort_id, link.about)
        if pairing is None:
            raise PlayError("a check-in asks about a pairing that is not there")
        role = Role.MENTOR if link.person_id == pairing.mentor_id else Role.MENTEE
        does = behaviour(self._seed, pairing.id)
        answer = does.reply(role, (self._clock.now.date() - introduced_on).days)
        if answer is not None:
            fields = {"answer": str(answer)}
            if answer is CheckinAnswer.MET and does.meeting_day is not None:
                met_on = introduced_on + timedelta(days=does.meeting_day)
                fields |= {f"met_on-{part}": str(getattr(met_on, part)) for part in ("year", "month", "day")}
            self._browser.send(path, fields.items())
            said[answer] += 1
        return True

    def _answer_survey(self, mail: Mail) -> list[Moment]:
        """Answer the survey that a mail asks, or not; return the moment of the one that was answered."""
        path = link_in(mail, Purpose.SURVEY)
        link = self._opened(path)
        if link is None:
            return []
        moment = Moment(link.about)
        survey = self._services.questionnaires[self._services.programme.surveys[moment]]
        if moment is Moment.END and survey.name == "end":
            answers = self._at_the_end(link)
        else:
            answers = answers_to(self._seed, survey, link.person_id)
        if answers is None:
            return []
        self._browser.send(path, page_of(survey, answers))
        return [moment]

    def _at_the_end(self, link: Link) -> Mapping[str, Answer] | None:
        me = enrolments.get(self._services.table, link.cohort_id, link.person_id)
        mine = pairings.of(self._services.table, link.cohort_id, link.person_id)
        if me is None or not mine:
            raise PlayError("the end survey asks somebody who had no pairing")
        return survey_answers(self._seed, mine[0].id, me.role)

    def half_a_year_later(self, cohort: Cohort) -> None:
        """Let the survey that looks back go out, where the programme has one."""
        if Moment.AFTER not in self._services.programme.surveys:
            return
        day = after_on(cohort)
        self._clock.morning_of(day)
        self._stack.tick()
        answered = sum(len(self._answer_survey(mail)) for mail in self._unread())
        tell(day, f"{answered} people answer the survey “{MOMENTS[Moment.AFTER]}”")

    def _opened(self, path: str) -> Link | None:
        return links.find(self._services.table, path.rpartition("/")[2], self._clock.now) if path else None

    def _new_mails(self) -> list[Mail]:
        """Have everything done and sent, and return the mails that nobody has read yet."""
        self._stack.drain()
        return self._unread()

    def _unread(self) -> list[Mail]:
        mails = self._stack.mails(self._read)
        self._read += len(mails)
        return mails

    def report(self, cohort: Cohort) -> None:
        """Print what the API reports, and whether the audit trail is whole."""
        report, _ = self._browser.call("GET", f"/cohorts/{cohort.id}/report", self._token)
        print_report(report)
        trail = list(audit.trail(self._services.table, cohort.id))
        faults = audit.faults_in(trail)
        if faults:
            raise PlayError(f"the audit trail is broken: {faults[0]}")
        print(f"\nAudit trail    {len(trail)} entries, every link of the chain verified")
        print(f"Mail           {self._read} sent")


@click.command()
@click.option(
    "--people",
    "number",
    type=click.IntRange(FEWEST_PEOPLE, MOST_PEOPLE),
    default=40,
    show_default=True,
    metavar="N",
    help="how many take part, mentors and mentees together",
)
@click.option(
    "--weeks",
    type=click.IntRange(FEWEST_WEEKS, MOST_WEEKS),
    default=26,
    show_default=True,
    metavar="N",
    help="how long the pairings last",
)
@click.option(
    "--seed", default=1, show_default=True, metavar="N", help="another number makes up other people"
)
def command(*, number: int, weeks: int, seed: int) -> int:
    """Play a whole cohort in a minute or two, through the real doors, on a clock that is moved.

    Exit status 1 when a door failed.
    """
    mentors = max(2, round(number * SHARE_OF_MENTORS))
    clock = MovedClock(zone="UTC")
    # Ids in order instead of by chance: the same play again tells the same story.
    ids = count(1)
    try:
        with LocalStack(clock=clock, new_id=lambda: f"{next(ids):032}", background=False) as stack:
            clock.zone = stack.services.programme.zone
            play = Play(stack, clock, seed)
            cohort = play.cohort(weeks)
            print(f"{cohort.name}: {number} people, {weeks} weeks, seed {seed}")
            print("What happens over a week stands beside its first day.\n")
            # One more than asked for: the last one comes late.
            *everybody, last = people(seed, mentors, number - mentors + 1)
            play.enrol(cohort, everybody)
            introduced_on = play.match(cohort)
            if stack.services.programme.enrolling.waiting_list:
                play.late(cohort, last, introduced_on)
            play.weeks(cohort, introduced_on)
            play.half_a_year_later(cohort)
            play.report(cohort)
    except PlayError as fault:
        print(f"kith play: {fault}.", file=sys.stderr)
        return 1
    return 0


def tell(day: date, what: str) -> None:
    """Tell one line of the story."""
    print(f"{day:%a} {day.day:>2} {day:%b %Y}  {what}.", flush=True)


def print_report(report: Mapping[str, Any]) -> None:
    """Print the report as a coordinator would read it aloud."""
    fast = report["fast_start"]
    survey = report["surveys"]["end"]
    print(
        f"\nEnrolled       {report['confirmed']['mentee']} mentees, {report['confirmed']['mentor']} mentors"
    )
    print(f"Matched        {report['matched']['mentee']} mentees, {report['matched']['mentor']} mentors")
    print(f"Fast start     {fast['reached']} of {fast['old_enough']} pairs met within three weeks")
    print("First meetings by week since the introductions")
    met = {week["number"]: week["first_meetings"] for week in report["weeks"] if week["first_meetings"]}
    for week, meetings in met.items():
        print(f"  week {week:>2}  {'█' * round(BAR * meetings / max(met.values()))} {meetings}")
    health = ", ".join(f"{words} {number}" for words, number in report["health"].items() if number)
    print(f"Health         {health}")
    print(f"End survey     {survey['answered']} of {survey['asked']} answered")
    for question in survey["questions"]:
        if question["mean"] is not None:
            print(f"  {question['name'].replace('_', ' '):<18} {question['mean']:.1f} of 5")


def page_of(questionnaire: Questionnaire, answers: Mapping[str, Answer]) -> list[tuple[str, str]]:
    """Return the fields that the page of a questionnaire sends for these answers."""
    fields = fields_of(questionnaire, answers)
    return [*fields.items(multi=True), (VERSION_FIELD, questionnaire.version)]


def link_in(mail: Mail, page: Purpose) -> str:
    """Return the path of the mail's link to that page, or nothing."""
    found = (match for match in LINK.finditer(mail.body("plain") or "") if match[1] == page)
    return next((match[0] for match in found), "")
