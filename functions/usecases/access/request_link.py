"""Mail somebody a fresh link to their own data, if they are known; nobody learns whether they are."""

from dataclasses import dataclass

from functions.programme.links import KEY_LIVES, Purpose, id_from
from functions.programme.messages import MessageKind
from functions.programme.people import Enrolment, EnrolmentState, Role
from functions.services import Office, Outgoing
from functions.storage.access import link_request_limit
from functions.storage.enrolment import cohorts, enrolments
from functions.storage.table import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody wants to do, and as whom; `purpose` is one of `ASKED_FOR`."""

    purpose: Purpose
    role: Role
    email: str


def ask_for_link(office: Office, asked: Asked) -> None:
    """Queue a link of ten minutes to the address, for the newest cohort in which it holds the role.

    The request counts whether or not the address is known, and the caller is told nothing: after three
    in an hour no more mail goes to that address.
    """
    now = office.clock()
    if not link_request_limit.count(office.table, asked.email, now, idempotency_key=office.new_id()):
        return
    known = _newest(office, asked)
    if known is None:
        return
    occasion = office.new_id()
    key = Outgoing(kind=MessageKind.KEY, to=known, about=asked.purpose, occasion=occasion)
    office.table.commit(
        office.letter(key, at=now, until=now + KEY_LIVES),
        event=Event(
            cohort_id=known.cohort_id,
            at=now,
            actor=f"person:{known.id}",
            action=f"ask-{asked.purpose}",
            subject_id=known.id,
        ),
        idempotency_key=id_from("ask-for-link", known.id, occasion),
    )
    office.mail_soon()


def _newest(office: Office, asked: Asked) -> Enrolment | None:
    for cohort in cohorts.every(office.table):
        person = enrolments.by_address(office.table, cohort.id, asked.role, asked.email)
        if person is not None and person.state is not EnrolmentState.ERASED:
            return person
    return None
