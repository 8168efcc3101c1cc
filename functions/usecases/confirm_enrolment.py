"""Confirm an enrolment by the link that only the owner of the address has."""

from enum import Enum, auto

from functions.office import Office, Outgoing
from functions.programme.links import Link, id_from
from functions.programme.messages import MessageKind
from functions.programme.people import EnrolmentState
from functions.storage import cohorts, enrolments
from functions.storage.table import Event, Written


class Confirmed(Enum):
    """What became of a confirmation."""

    NOW = auto()
    BEFORE = auto()
    GONE = auto()


def confirm(office: Office, link: Link) -> Confirmed:
    """Make the place certain and queue the welcome; a second click changes nothing."""
    now = office.clock()
    cohort = cohorts.get(office.table, link.cohort_id)
    enrolment = enrolments.get(office.table, link.cohort_id, link.person_id)
    if cohort is None or enrolment is None:
        return Confirmed.GONE
    if enrolment.state is EnrolmentState.CONFIRMED:
        return Confirmed.BEFORE
    if enrolment.state is not EnrolmentState.UNCONFIRMED:
        return Confirmed.GONE
    outcome = office.table.commit(
        [
            enrolments.confirmation(enrolment, now),
            *office.letter(
                Outgoing(kind=MessageKind.WELCOME, to=enrolment),
                at=now,
                until=cohort.end_of(cohort.closed_after),
            ),
        ],
        event=Event(
            cohort_id=cohort.id,
            at=now,
            actor=f"person:{enrolment.id}",
            action="confirm",
            subject_id=enrolment.id,
        ),
        writer=id_from("confirm", enrolment.id),
    )
    office.mail_soon()
    return Confirmed.NOW if outcome is Written.NOW else Confirmed.BEFORE
