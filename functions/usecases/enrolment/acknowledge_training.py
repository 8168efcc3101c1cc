"""Show somebody the training of their role, and note that they have read it."""

from dataclasses import dataclass

from functions.programme.links import Link, id_from
from functions.programme.people import Enrolment, EnrolmentState
from functions.services import Services
from functions.storage.enrolment import enrolments
from functions.storage.stale_reads import repeat_when_stale
from functions.storage.table import Event, Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingView:
    """Whose training it is. `needed` says that nobody is matched before having read it."""

    me: Enrolment
    needed: bool


def training_of(services: Services, link: Link) -> TrainingView | None:
    """Return whose training the link opens, or None when they have no place any more."""
    me = enrolments.get(services.table, link.cohort_id, link.person_id)
    if me is None or me.state is not EnrolmentState.CONFIRMED:
        return None
    return TrainingView(me=me, needed=services.programme.enrolling.training_first)


@repeat_when_stale
def acknowledge(services: Services, link: Link) -> bool | None:
    """Note that the training was read, once; False when its reader has no place any more."""
    view = training_of(services, link)
    if view is None:
        return False
    if view.me.trained_at is None:
        now = services.clock()
        outcome = services.table.commit(
            [enrolments.training(view.me, now)],
            event=Event(
                cohort_id=view.me.cohort_id,
                at=now,
                actor=f"person:{view.me.id}",
                action="read-training",
                subject_id=view.me.id,
            ),
            idempotency_key=id_from("read-training", view.me.id),
        )
        if isinstance(outcome, Refusal):
            return None
    return True
