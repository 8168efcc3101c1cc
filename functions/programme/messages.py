"""What Kith writes to people, as facts: who, why and about what; never the text or an address.

The text is made when the message is sent, from what is true then, so an erased person's name can't
leave from a queue.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MessageState(StrEnum):
    """`due → claimed → sent`; `unknown` when the provider's answer was lost; `dropped` with a reason.

    `refused` is one of which nothing left because it would have reached another address than the stored one.
    """

    DUE = "due"
    CLAIMED = "claimed"
    SENT = "sent"
    UNKNOWN = "unknown"
    DROPPED = "dropped"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One e-mail to send to one enrolled person.

    `kind` is one of `functions.messages.kinds.MessageKind`. `about` names what it is about: a pairing's id
    (with the check-in's number in `checkin`), a survey's moment, or the purpose of the link that was asked
    for. `link_id` is the link that it carries: the token is derived when the mail is made and is stored
    nowhere.
    """

    id: str
    cohort_id: str
    recipient_id: str
    kind: str
    due_at: datetime
    link_id: str
    about: str = ""
    checkin: int = 0
    state: MessageState = MessageState.DUE
    attempts: int = 0
    settled_at: datetime | None = None
