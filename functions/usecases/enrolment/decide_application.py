"""Decide an application: a coordinator gives a place, or declines with a reason that the person reads."""

from enum import Enum, auto

from functions.messages.kinds import MessageKind
from functions.messages.outbox import NewMessage, queue_message
from functions.programme.cohort import Stage, stage_of
from functions.programme.links import id_from
from functions.programme.people import UNDECIDED, EnrolmentState
from functions.queues import trigger_sending
from functions.services import Services
from functions.storage.enrolment import cohorts, enrolments
from functions.storage.stale_reads import repeat_when_stale
from functions.storage.table import Event, Refusal

# Nobody is given a place in what is over; they are told so kindly instead.
STAGES_WITHOUT_PLACES = (Stage.CLOSING, Stage.CLOSED)


class Decided(Enum):
    """What became of a decision."""

    NOW = auto()
    BEFORE = auto()  # it had been decided like this
    OTHERWISE = auto()  # it had been decided otherwise, or the person has left
    NO_SUCH_APPLICATION = auto()
    REASON_MISSING = auto()  # nobody is declined without a reason
    OVER = auto()  # the cohort has ended, so there is no place to give


@repeat_when_stale
def decide(
    services: Services, cohort_id: str, enrolment_id: str, *, accept: bool, reason: str, by: str
) -> Decided | None:
    """Keep the decision and queue the mail that tells it, in one transaction; `by` is the actor.

    What waits for a decision is an application that a coordinator decides, and one on the waiting
    list. A reason may stand beside a yes, and must stand beside a no.
    """
    cohort = cohorts.get(services.table, cohort_id)
    enrolment = enrolments.get(services.table, cohort_id, enrolment_id)
    if cohort is None or enrolment is None:
        return Decided.NO_SUCH_APPLICATION
    if not accept and not reason.strip():
        return Decided.REASON_MISSING
    state = EnrolmentState.CONFIRMED if accept else EnrolmentState.DECLINED
    if enrolment.state not in UNDECIDED:
        decided = enrolment.decided_at is not None and enrolment.state is state
        return Decided.BEFORE if decided else Decided.OTHERWISE
    now = services.clock()
    if accept and stage_of(cohort, cohort.today(now)) in STAGES_WITHOUT_PLACES:
        return Decided.OVER
    kind = MessageKind.WELCOME if accept else MessageKind.DECLINED
    outcome = services.table.commit(
        [
            enrolments.decision(enrolment, state, by=by, reason=reason.strip(), at=now),
            *queue_message(NewMessage(kind=kind, to=enrolment), cohort, at=now, link_keys=services.link_keys),
        ],
        event=Event(
            cohort_id=cohort.id,
            at=now,
            actor=by,
            action="accept" if accept else "decline",
            subject_id=enrolment.id,
        ),
        idempotency_key=id_from("decide", enrolment.id, accept, by, now.isoformat()),
    )
    if isinstance(outcome, Refusal):
        return None
    trigger_sending(services.mail_queue)
    return Decided.NOW
