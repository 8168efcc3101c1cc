"""Show a check-in to one of its two people, and take their answer."""

from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from functions.programme.links import Link, id_from
from functions.programme.pairing import CheckinAnswer, Pairing, Reply
from functions.programme.people import Enrolment
from functions.services import Services
from functions.storage.enrolment import cohorts
from functions.storage.pairings import checkins, pairings
from functions.storage.table import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckinView:
    """A check-in as its person sees it; `given` is their answer so far. `today` is in the cohort's zone."""

    pairing: Pairing
    number: int
    me: Enrolment
    partner: Enrolment
    given: Reply | None
    today: date


class CheckinOutcome(Enum):
    """What became of an answer."""

    RECORDED = auto()
    MET_IN_THE_FUTURE = auto()
    MET_BEFORE_INTRODUCTION = auto()
    GONE = auto()


def question(services: Services, link: Link) -> CheckinView | None:
    """Return the check-in that the link is about, or None when its pairing is gone or `over`."""
    cohort = cohorts.get(services.table, link.cohort_id)
    seen = pairings.with_people(services.table, link.cohort_id, link.about, link.person_id)
    if cohort is None or seen is None or seen.over:
        return None
    given = next(
        (
            reply
            for reply in checkins.replies_to(services.table, link.cohort_id, seen.pairing.id)
            if (reply.person_id, reply.checkin) == (link.person_id, link.checkin)
        ),
        None,
    )
    return CheckinView(
        pairing=seen.pairing,
        number=link.checkin,
        me=seen.me,
        partner=seen.partner,
        given=given,
        today=cohort.today(services.clock()),
    )


def over(services: Services, link: Link) -> bool:
    """Return whether the pairing that the link is about has ended: nothing is asked about it any more."""
    seen = pairings.with_people(services.table, link.cohort_id, link.about, link.person_id)
    return seen is not None and seen.over


def answer(services: Services, link: Link, given: CheckinAnswer, met_on: date | None) -> CheckinOutcome:
    """Record the answer; another answer to the same check-in replaces the first."""
    view = question(services, link)
    if view is None:
        return CheckinOutcome.GONE
    day = met_on if given is CheckinAnswer.MET else None
    if day and day > view.today:
        return CheckinOutcome.MET_IN_THE_FUTURE
    if day and day < view.pairing.introduced_on:
        return CheckinOutcome.MET_BEFORE_INTRODUCTION
    now = services.clock()
    reply = Reply(
        pairing_id=view.pairing.id,
        checkin=link.checkin,
        person_id=link.person_id,
        answer=given,
        met_on=day,
        answered_at=now,
        answered_on=view.today,
    )
    services.table.commit(
        [checkins.reply(reply, link.cohort_id)],
        event=Event(
            cohort_id=link.cohort_id,
            at=now,
            actor=f"person:{link.person_id}",
            action="answer-checkin",
            subject_id=view.pairing.id,
        ),
        idempotency_key=id_from("answer-checkin", link.id, given, now.isoformat()),
    )
    return CheckinOutcome.RECORDED
