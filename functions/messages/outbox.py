"""Queue a message: the changes that make it due, with the link that it carries, for a transaction."""

from dataclasses import dataclass
from datetime import datetime

from functions.messages.kinds import MessageKind, link_purpose
from functions.programme.cohort import Cohort
from functions.programme.links import Link, id_from, stop_link_id
from functions.programme.messages import Message
from functions.programme.people import Enrolment
from functions.storage.access import links
from functions.storage.messages import outbox
from functions.storage.table import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """A message to be: to whom, why and about what. `occasion` tells a repeated one from the first."""

    kind: MessageKind
    to: Enrolment
    about: str = ""
    checkin: int = 0
    occasion: str = ""


def message_id(message: NewMessage) -> str:
    """Return the id that follows from whom a message is for and what it is about."""
    return id_from(message.kind, message.to.id, message.about, message.checkin, message.occasion)


def queue_message(
    message: NewMessage, cohort: Cohort, *, at: datetime, link_keys: tuple[bytes, ...]
) -> list[Change]:
    """Return the changes that queue one message, due at that time, and make the link that it carries.

    The ids follow from whom it is for and what it is about: written twice, it is one message. A kind
    without a link of its own carries the stop link alone (`standing_links.stop_link`), which is made once,
    when the address is confirmed.
    """
    id_ = message_id(message)
    made = _link(message, cohort, id_from("link", id_), at)
    due = Message(
        id=id_,
        cohort_id=message.to.cohort_id,
        recipient_id=message.to.id,
        kind=message.kind,
        due_at=at,
        link_id=made.id if made else stop_link_id(message.to.id),
        about=message.about,
        checkin=message.checkin,
    )
    return [*([links.creation(made, *link_keys)] if made else []), outbox.creation(due)]


def _link(message: NewMessage, cohort: Cohort, link_id: str, at: datetime) -> Link | None:
    purpose, expires = link_purpose(message.kind, message.about), message.kind.row.link_expires
    if purpose is None or expires is None:
        return None
    return Link(
        id=link_id,
        purpose=purpose,
        cohort_id=message.to.cohort_id,
        person_id=message.to.id,
        expires_at=expires(cohort, at, message.about),
        about=message.about,
        checkin=message.checkin,
    )
