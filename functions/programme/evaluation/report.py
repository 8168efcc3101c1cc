"""How a cohort went: the figures that a committee reads, each traceable to the records behind it.

The main figure is the fast start: the share of pairings that met within three weeks of their
introduction. A pairing that is younger than that and has not met is not counted against it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from functions.programme.cohort import Cohort, Stage, stage_of
from functions.programme.evaluation.survey import SurveyResults
from functions.programme.health import CONTACT_BY_DAY, MEETING_BY_DAY, Health, health_of
from functions.programme.pairing import (
    CheckinAnswer,
    Pairing,
    Reply,
    first_contact_on,
    first_meeting_on,
)
from functions.programme.people import Enrolment, EnrolmentState, Role
from functions.programme.programme import Moment

DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """One week since the introductions (from 1): how many pairings had their first contact, and met."""

    number: int
    starts_on: date
    first_contacts: int
    first_meetings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckinResult:
    """One check-in over all pairings: how many people were asked, and what they answered."""

    number: int
    asked: int
    answers: Mapping[CheckinAnswer, int]

    @property
    def silent(self) -> int:
        """How many of those asked have not answered."""
        return self.asked - sum(self.answers.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class InTime:
    """How many of the pairings old enough to tell had reached something by its day."""

    reached: int
    old_enough: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One cohort's figures on one day of its own zone; each survey of the programme's stands apart.

    `first_contact` is that within a week, `fast_start` the first meeting within three.
    """

    cohort: Cohort
    stage: Stage
    today: date
    applied: Mapping[Role, int]
    confirmed: Mapping[Role, int]
    matched: Mapping[Role, int]
    pairings: int
    first_contact: InTime
    fast_start: InTime
    weeks: tuple[Week, ...]
    checkins: tuple[CheckinResult, ...]
    health: Mapping[Health, int]
    surveys: Mapping[Moment, SurveyResults]


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """What a report is made from. `asked` holds (pairing, check-in number) for every check-in asked."""

    enrolments: Sequence[Enrolment]
    pairings: Sequence[Pairing]
    asked: frozenset[tuple[str, int]]
    replies: Sequence[Reply]
    surveys: Mapping[Moment, SurveyResults]


def report_on(cohort: Cohort, records: Records, today: date) -> Report:
    """Return the cohort's report on that day."""
    replies: dict[str, list[Reply]] = defaultdict(list)
    for reply in records.replies:
        replies[reply.pairing_id].append(reply)
    applied = Counter(person.role for person in records.enrolments)
    confirmed = Counter(
        person.role for person in records.enrolments if person.state is EnrolmentState.CONFIRMED
    )
    health = Counter(
        health_of(
            pairing.introduced_on, pairing.mentor_id, replies[pairing.id], today, ended=pairing.ended
        ).health
        for pairing in records.pairings
    )
    return Report(
        cohort=cohort,
        stage=stage_of(cohort, today),
        today=today,
        applied={role: applied[role] for role in Role},
        confirmed={role: confirmed[role] for role in Role},
        matched={
            Role.MENTOR: len({pairing.mentor_id for pairing in records.pairings}),
            Role.MENTEE: len({pairing.mentee_id for pairing in records.pairings}),
        },
        pairings=len(records.pairings),
        first_contact=_in_time(records.pairings, replies, today, (first_contact_on, CONTACT_BY_DAY)),
        fast_start=_in_time(records.pairings, replies, today, (first_meeting_on, MEETING_BY_DAY)),
        weeks=_weeks(records.pairings, replies, min(today, cohort.ends_on)),
        checkins=_checkins(records),
        health={each: health[each] for each in Health},
        surveys=records.surveys,
    )


def _in_time(
    pairings: Iterable[Pairing],
    replies: Mapping[str, Sequence[Reply]],
    today: date,
    wanted: tuple[Callable[[Sequence[Reply]], date | None], int],
) -> InTime:
    """Count what is wanted: the day of it among a pairing's replies, and by which day it should be."""
    day_of, by_day = wanted
    reached = old_enough = 0
    for pairing in pairings:
        by = pairing.introduced_on + timedelta(days=by_day)
        day = day_of(replies[pairing.id])
        in_time = day is not None and day <= by
        reached += in_time
        old_enough += in_time or by < today
    return InTime(reached=reached, old_enough=old_enough)


def _weeks(
    pairings: Sequence[Pairing], replies: Mapping[str, Sequence[Reply]], until: date
) -> tuple[Week, ...]:
    if not pairings:
        return ()
    start = min(pairing.introduced_on for pairing in pairings)
    contacts = [first_contact_on(replies[pairing.id]) for pairing in pairings]
    meetings = [first_meeting_on(replies[pairing.id]) for pairing in pairings]

    def in_week(number: int, days: Iterable[date | None]) -> int:
        return sum(day is not None and (day - start).days // DAYS_A_WEEK == number for day in days)

    return tuple(
        Week(
            number=number + 1,
            starts_on=start + timedelta(weeks=number),
            first_contacts=in_week(number, contacts),
            first_meetings=in_week(number, meetings),
        )
        for number in range((until - start).days // DAYS_A_WEEK + 1)
    )


def _checkins(records: Records) -> tuple[CheckinResult, ...]:
    numbers = sorted({number for _, number in records.asked})
    answers = {
        number: Counter(reply.answer for reply in records.replies if reply.checkin == number)
        for number in numbers
    }
    return tuple(
        CheckinResult(
            number=number,
            asked=2 * sum(asked == number for _, asked in records.asked),
            answers={answer: answers[number][answer] for answer in CheckinAnswer},
        )
        for number in numbers
    )
