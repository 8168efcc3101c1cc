"""Mail somebody a fresh link to their own data, if they are known; nobody learns whether they are."""

from dataclasses import dataclass

from functions.messages.kinds import MessageKind
from functions.messages.outbox import NewMessage, queue_message
from functions.programme.cohort import Cohort
from functions.programme.links import Purpose, id_from
from functions.programme.people import Enrolment, EnrolmentState, Role
from functions.queues import trigger_sending
from functions.services import Services
from functions.storage.access import link_request_limit
from functions.storage.enrolment import cohorts, enrolments
from functions.storage.table import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRequest:
    """What somebody wants to do, and as whom; `purpose` is one of `SELF_SERVICE_PURPOSES`."""

    purpose: Purpose
    role: Role
    email: str


def ask_for_link(services: Services, asked: LinkRequest) -> None:
    """Queue a link of ten minutes to the address, for the newest cohort in which it holds the role.

    The request counts whether or not the address is known, and the caller is told nothing: after three
    in an hour no more mail goes to that address.
    """
    now = services.clock()
    if not link_request_limit.count(services.table, asked.email, now, idempotency_key=services.new_id()):
        return
    found = _newest(services, asked)
    if found is None:
        return
    cohort, known = found
    occasion = services.new_id()
    key = NewMessage(kind=MessageKind.KEY, to=known, about=asked.purpose, occasion=occasion)
    services.table.commit(
        queue_message(key, cohort, at=now, link_keys=services.link_keys),
        event=Event(
            cohort_id=known.cohort_id,
            at=now,
            actor=f"person:{known.id}",
            action=f"ask-{asked.purpose}",
            subject_id=known.id,
        ),
        idempotency_key=id_from("ask-for-link", known.id, occasion),
    )
    trigger_sending(services.mail_queue)


def _newest(services: Services, asked: LinkRequest) -> tuple[Cohort, Enrolment] | None:
    for cohort in cohorts.every(services.table):
        person = enrolments.by_address(services.table, cohort.id, asked.role, asked.email)
        if person is not None and person.state is not EnrolmentState.ERASED:
            return cohort, person
    return None
