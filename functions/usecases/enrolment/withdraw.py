"""Leave a cohort: at any time, without a reason. Messages that are due are not sent any more."""

from enum import Enum, auto

from functions.messages.kinds import MessageKind
from functions.messages.outbox import NewMessage, queue_message
from functions.programme.links import Link, id_from
from functions.programme.people import STANDING, EnrolmentState
from functions.queues import trigger_sending
from functions.services import Services
from functions.storage.enrolment import cohorts, enrolments
from functions.storage.stale_reads import repeat_when_stale
from functions.storage.table import Event, Refusal, Written


class Withdrawn(Enum):
    """What became of it."""

    NOW = auto()
    BEFORE = auto()
    GONE = auto()  # declined, erased or never there: there is no place to leave


@repeat_when_stale
def withdraw(services: Services, link: Link) -> Withdrawn | None:
    """Give the place back and queue one mail that says so; again, nothing changes.

    From here on nobody is paired with them (`introduce_pairs` asks in its own transaction), and whatever
    was due to them is dropped when it would leave. Their pairings are ended by `end_pairings`.
    """
    now = services.clock()
    cohort = cohorts.get(services.table, link.cohort_id)
    enrolment = enrolments.get(services.table, link.cohort_id, link.person_id)
    if cohort is None or enrolment is None:
        return Withdrawn.GONE
    if enrolment.state is EnrolmentState.WITHDRAWN:
        return Withdrawn.BEFORE
    if enrolment.state not in STANDING:
        return Withdrawn.GONE
    goodbye = NewMessage(kind=MessageKind.WITHDRAWN, to=enrolment)
    outcome = services.table.commit(
        [
            enrolments.withdrawal(enrolment, now),
            *queue_message(goodbye, cohort, at=now, link_keys=services.link_keys),
        ],
        event=Event(
            cohort_id=cohort.id,
            at=now,
            actor=f"person:{enrolment.id}",
            action="withdraw",
            subject_id=enrolment.id,
        ),
        idempotency_key=id_from("withdraw", enrolment.id),
    )
    if isinstance(outcome, Refusal):
        return None
    trigger_sending(services.mail_queue)
    return Withdrawn.NOW if outcome is Written.NOW else Withdrawn.BEFORE
