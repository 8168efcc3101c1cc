"""Enrol a person: keep the application, claim the address, write the audit entry, ask to confirm."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from functions.messages.kinds import MessageKind
from functions.messages.outbox import NewMessage, queue_message
from functions.programme.cohort import Cohort, Stage, stage_of
from functions.programme.links import id_from
from functions.programme.people import Answer, Enrolment, EnrolmentState, Role, address_is_at
from functions.programme.waiting import waiting_since
from functions.queues import trigger_sending
from functions.services import Services, questionnaire_for
from functions.storage.enrolment import cohorts, enrolments
from functions.storage.pairings import pairings
from functions.storage.table import Event, Written

# Until when a late application is taken for the waiting list.
STAGES_TO_WAIT_IN = (Stage.MATCHING, Stage.ACTIVE)


class Enrolled(Enum):
    """What became of an application; a person sees the same page for the first three."""

    CREATED = auto()
    ALREADY_BY_THIS_REQUEST = auto()
    ALREADY_BY_ANOTHER = auto()
    ADDRESS_ELSEWHERE = auto()  # the programme takes addresses of some domains, and this is none of them
    CLOSED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What a person sent, checked at the door; `answers` include `name` and `email`.

    `language` is that of the address under which they sent it.
    """

    cohort_id: str
    role: Role
    answers: Mapping[str, Answer]
    language: str = "en"


def enrol(services: Services, application: Application, *, request_key: str) -> Enrolled:
    """Enrol, queue the confirmation and write the audit entry, in one transaction.

    Sending twice enrols once: the address is claimed in the same transaction, and a refusal is read,
    not believed, so that our own earlier write counts as success. Whoever sends again before having
    confirmed gets another confirmation, at most one a day.
    """
    now = services.clock()
    cohort = enrolling(services, application.cohort_id)
    if cohort is None:
        return Enrolled.CLOSED
    if not address_is_at(str(application.answers["email"]), services.programme.enrolling.domains):
        return Enrolled.ADDRESS_ELSEWHERE
    enrolment = _enrolment_from(application, services, cohort, now)
    outcome = services.table.commit(
        [
            *enrolments.creation(enrolment),
            *queue_message(
                NewMessage(kind=MessageKind.CONFIRM, to=enrolment),
                cohort,
                at=now,
                link_keys=services.link_keys,
            ),
        ],
        event=_event("enrol", enrolment, now),
        idempotency_key=id_from("enrol", request_key, cohort.id, application.role, enrolment.email),
    )
    if outcome is Written.NOW:
        enrolled = Enrolled.CREATED
    elif outcome is Written.BEFORE:
        enrolled = Enrolled.ALREADY_BY_THIS_REQUEST
    else:
        _confirm_again(services, cohort, enrolment, now)
        enrolled = Enrolled.ALREADY_BY_ANOTHER
    trigger_sending(services.mail_queue)
    return enrolled


def enrolling(services: Services, cohort_id: str) -> Cohort | None:
    """Return the cohort if its questionnaires are taken now, else None.

    After the last day they are taken for the waiting list, where the programme has one.
    """
    cohort = cohorts.get(services.table, cohort_id)
    if cohort is None:
        return None
    stage = stage_of(cohort, cohort.today(services.clock()))
    late = services.programme.enrolling.waiting_list and stage in STAGES_TO_WAIT_IN
    return cohort if late or stage is Stage.ENROLLING else None


def _enrolment_from(application: Application, services: Services, cohort: Cohort, now: datetime) -> Enrolment:
    answers = application.answers
    capacity = answers.get("capacity", 1)
    agreed = answers.get("code_of_conduct") is True
    return Enrolment(
        id=services.new_id(),
        cohort_id=application.cohort_id,
        role=application.role,
        state=EnrolmentState.UNCONFIRMED,
        name=str(answers["name"]),
        email=str(answers["email"]),
        capacity=capacity if isinstance(capacity, int) else 1,
        answers={name: answer for name, answer in answers.items() if name not in ("name", "email")},
        questionnaire_version=questionnaire_for(services, application.role).version,
        enrolled_at=now,
        language=application.language,
        waited=_waited(services, cohort, application.role, str(answers["email"])),
        code_of_conduct=services.programme.enrolling.code_of_conduct if agreed else "",
        accepted_at=now if agreed else None,
    )


def _waited(services: Services, cohort: Cohort, role: Role, email: str) -> bool:
    """Return whether the address got nobody in the last cohort of the programme that it was in."""
    for earlier in cohorts.every(services.table):
        if earlier.programme != cohort.programme or earlier.opens_on >= cohort.opens_on:
            continue
        person = enrolments.by_address(services.table, earlier.id, role, email)
        if person is not None:
            theirs = pairings.of(services.table, earlier.id, person.id)
            return waiting_since(person, theirs, published=earlier.published_run_id is not None) is not None
    return False


def _confirm_again(services: Services, cohort: Cohort, sent_again: Enrolment, now: datetime) -> None:
    """Queue another confirmation for the application that stands, if today had none yet."""
    standing = enrolments.by_address(services.table, cohort.id, sent_again.role, sent_again.email)
    if standing is None or standing.state is not EnrolmentState.UNCONFIRMED:
        return
    today = cohort.today(now)
    if cohort.today(standing.enrolled_at) == today:
        return
    services.table.commit(
        queue_message(
            NewMessage(kind=MessageKind.CONFIRM, to=standing, occasion=today.isoformat()),
            cohort,
            at=now,
            link_keys=services.link_keys,
        ),
        event=_event("confirm-again", standing, now),
        idempotency_key=id_from("confirm-again", standing.id, today.isoformat()),
    )


def _event(action: str, enrolment: Enrolment, now: datetime) -> Event:
    return Event(
        cohort_id=enrolment.cohort_id,
        at=now,
        actor=f"person:{enrolment.id}",
        action=action,
        subject_id=enrolment.id,
    )
