"""Enrol a person: keep the application, claim the address, write the audit entry, ask to confirm."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from functions.office import Office, Outgoing
from functions.programme.cohort import Cohort, Stage, stage_of
from functions.programme.links import id_from
from functions.programme.messages import MessageKind
from functions.programme.people import Answer, Enrolment, EnrolmentState, Role
from functions.storage import cohorts, enrolments
from functions.storage.table import Event, Written

# A link from the last evening of enrolment still works after a weekend.
DAYS_TO_CONFIRM_AFTER_CLOSING = 3


class Enrolled(Enum):
    """What became of an application; a person sees the same page for each but `CLOSED`."""

    CREATED = auto()
    ALREADY_BY_THIS_REQUEST = auto()
    ALREADY_BY_ANOTHER = auto()
    CLOSED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What a person sent, checked at the door; `answers` include `name` and `email`."""

    cohort_id: str
    role: Role
    answers: Mapping[str, Answer]


def enrol(office: Office, application: Application, *, request_key: str) -> Enrolled:
    """Enrol, queue the confirmation and write the audit entry, in one transaction.

    Sending twice enrols once: the address is claimed in the same transaction, and a refusal is read,
    not believed, so that our own earlier write counts as success. Whoever sends again before having
    confirmed gets another confirmation, at most one a day.
    """
    now = office.clock()
    cohort = enrolling(office, application.cohort_id)
    if cohort is None:
        return Enrolled.CLOSED
    enrolment = _enrolment_from(application, office, now)
    outcome = office.table.commit(
        [
            *enrolments.creation(enrolment),
            *office.letter(Outgoing(kind=MessageKind.CONFIRM, to=enrolment), at=now, until=_until(cohort)),
        ],
        event=_event("enrol", enrolment, now),
        writer=id_from("enrol", request_key, cohort.id, application.role, enrolment.email),
    )
    if outcome is Written.NOW:
        enrolled = Enrolled.CREATED
    elif outcome is Written.BEFORE:
        enrolled = Enrolled.ALREADY_BY_THIS_REQUEST
    else:
        _confirm_again(office, cohort, enrolment, now)
        enrolled = Enrolled.ALREADY_BY_ANOTHER
    office.mail_soon()
    return enrolled


def enrolling(office: Office, cohort_id: str) -> Cohort | None:
    """Return the cohort if its questionnaires are taken now, else None."""
    cohort = cohorts.get(office.table, cohort_id)
    if cohort is None or stage_of(cohort, cohort.today(office.clock())) is not Stage.ENROLLING:
        return None
    return cohort


def _enrolment_from(application: Application, office: Office, now: datetime) -> Enrolment:
    answers = application.answers
    capacity = answers.get("capacity", 1)
    return Enrolment(
        id=office.new_id(),
        cohort_id=application.cohort_id,
        role=application.role,
        state=EnrolmentState.UNCONFIRMED,
        name=str(answers["name"]),
        email=str(answers["email"]),
        capacity=capacity if isinstance(capacity, int) else 1,
        answers={name: answer for name, answer in answers.items() if name not in ("name", "email")},
        questionnaire_version=office.questionnaire_for(application.role).version,
        enrolled_at=now,
    )


def _confirm_again(office: Office, cohort: Cohort, sent_again: Enrolment, now: datetime) -> None:
    """Queue another confirmation for the application that stands, if today had none yet."""
    standing = enrolments.by_address(office.table, cohort.id, sent_again.role, sent_again.email)
    if standing is None or standing.state is not EnrolmentState.UNCONFIRMED:
        return
    today = cohort.today(now)
    if cohort.today(standing.enrolled_at) == today:
        return
    office.table.commit(
        office.letter(
            Outgoing(kind=MessageKind.CONFIRM, to=standing, occasion=today.isoformat()),
            at=now,
            until=_until(cohort),
        ),
        event=_event("confirm-again", standing, now),
        writer=id_from("confirm-again", standing.id, today.isoformat()),
    )


def _until(cohort: Cohort) -> datetime:
    return cohort.end_of(cohort.closes_on + timedelta(days=DAYS_TO_CONFIRM_AFTER_CLOSING))


def _event(action: str, enrolment: Enrolment, now: datetime) -> Event:
    return Event(
        cohort_id=enrolment.cohort_id,
        at=now,
        actor=f"person:{enrolment.id}",
        action=action,
        subject_id=enrolment.id,
    )
