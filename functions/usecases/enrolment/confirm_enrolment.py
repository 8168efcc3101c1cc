"""Confirm an enrolment by the link that only the owner of the address has."""

from enum import Enum, auto

from functions.messages.kinds import MessageKind
from functions.messages.outbox import NewMessage, queue_message
from functions.messages.standing_links import equality_link, stop_link
from functions.programme.cohort import Cohort
from functions.programme.links import Link, id_from
from functions.programme.people import UNDECIDED, Enrolment, EnrolmentState
from functions.programme.programme import Decision
from functions.programme.retention import people_kept_until
from functions.queues import trigger_sending
from functions.services import Services
from functions.storage.enrolment import cohorts, enrolments
from functions.storage.stale_reads import repeat_when_stale
from functions.storage.table import Change, Event, Refusal, Written

KIND_AFTER = {
    EnrolmentState.CONFIRMED: MessageKind.WELCOME,
    EnrolmentState.APPLIED: MessageKind.RECEIVED,
    EnrolmentState.WAITING: MessageKind.WAITING,
}


class Confirmed(Enum):
    """What became of a confirmation."""

    NOW = auto()
    BEFORE = auto()
    GONE = auto()


@repeat_when_stale
def confirm(services: Services, link: Link) -> Confirmed | None:
    """Take the address as confirmed and queue the mail that says what follows; again, nothing changes.

    What follows is a place at once, or a coordinator's decision, or, for an application that came after
    enrolment had ended, the waiting list.
    """
    now = services.clock()
    cohort = cohorts.get(services.table, link.cohort_id)
    enrolment = enrolments.get(services.table, link.cohort_id, link.person_id)
    if cohort is None or enrolment is None:
        return Confirmed.GONE
    if enrolment.state in (EnrolmentState.CONFIRMED, *UNDECIDED):
        return Confirmed.BEFORE
    if enrolment.state is not EnrolmentState.UNCONFIRMED:
        return Confirmed.GONE
    state = _state_after(services, cohort, enrolment)
    keys = services.link_keys
    outcome = services.table.commit(
        [
            enrolments.confirmation(enrolment, now, state),
            stop_link(
                enrolment,
                until=cohort.end_of(people_kept_until(services.programme, cohort)),
                link_keys=keys,
            ),
            *_equality_link(services, cohort, enrolment),
            *queue_message(NewMessage(kind=KIND_AFTER[state], to=enrolment), cohort, at=now, link_keys=keys),
        ],
        event=Event(
            cohort_id=cohort.id,
            at=now,
            actor=f"person:{enrolment.id}",
            action="confirm",
            subject_id=enrolment.id,
        ),
        idempotency_key=id_from("confirm", enrolment.id),
    )
    if isinstance(outcome, Refusal):
        return None
    trigger_sending(services.mail_queue)
    return Confirmed.NOW if outcome is Written.NOW else Confirmed.BEFORE


def state_of(services: Services, link: Link) -> EnrolmentState | None:
    """Return where the enrolment behind the link stands now, or None."""
    enrolment = enrolments.get(services.table, link.cohort_id, link.person_id)
    return enrolment.state if enrolment else None


def _equality_link(services: Services, cohort: Cohort, enrolment: Enrolment) -> list[Change]:
    """Return the change that makes the link; none where the programme asks nothing about equality."""
    if services.programme.equality is None:
        return []
    until = cohort.end_of(cohort.closes_on)
    return [equality_link(enrolment, until=until, link_keys=services.link_keys)]


def _state_after(services: Services, cohort: Cohort, enrolment: Enrolment) -> EnrolmentState:
    """Return where the enrolment goes on to: what counts is when they applied, not when they confirmed."""
    late = cohort.today(enrolment.enrolled_at) > cohort.closes_on or cohort.published_run_id is not None
    if late:
        return EnrolmentState.WAITING
    by_coordinator = services.programme.enrolling.decided_by is Decision.COORDINATOR
    return EnrolmentState.APPLIED if by_coordinator else EnrolmentState.CONFIRMED
