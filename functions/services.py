"""Everything a use case may reach for, handed in: the table, the post, the queues, the clock, ids.

The services are put together once, in `bootstrap.py` for Lambda and in `infra/local` for one machine, so
that nothing inside reads the environment, the time or chance by itself.
"""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from functions.messages.ses import SesSender
from functions.programme.links import Link, Purpose, equality_link_id, id_from, link_token, stop_link_id
from functions.programme.messages import Message, MessageKind
from functions.programme.people import Enrolment, Role
from functions.programme.programme import Moment, Programme
from functions.programme.questionnaire import Questionnaire
from functions.storage.access import links
from functions.storage.messages import outbox
from functions.storage.table import Change, Table

log = logging.getLogger("kith")


class Queue(Protocol):
    """Where work is left for another function."""

    def put(self, body: str) -> None:
        """Leave one piece of work; raises `QueueError` when it can't be left."""


class QueueError(Exception):
    """The queue gave no answer; what was to be done is found by the next sweep."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """One programme's services.

    `origin` is the public address without a final slash; `link_key` 32 secret bytes, and `further_link_key`
    another 32 while the key is changed, whose links open too; `clock` returns an aware UTC instant; `new_id`
    an id that carries no meaning.
    """

    table: Table
    post: SesSender
    run_queue: Queue
    mail_queue: Queue
    programme: Programme
    questionnaires: Mapping[str, Questionnaire]
    policies: Mapping[str, str]
    origin: str
    sender: str
    link_key: bytes
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    further_link_key: bytes | None = None

    @property
    def link_keys(self) -> tuple[bytes, ...]:
        """The keys whose tokens open the links made now; mails carry that of the first."""
        return tuple(key for key in (self.link_key, self.further_link_key) if key is not None)

    def questionnaire_for(self, role: Role) -> Questionnaire:
        """Return the matching questionnaire that people of this role answer."""
        return self.questionnaires[self.programme.questionnaires[role]]

    @property
    def survey(self) -> Questionnaire:
        """The survey that ends a cohort."""
        return self.questionnaires[self.programme.surveys[Moment.END]]

    def letter(self, message: "NewMessage", *, at: datetime, until: datetime) -> list[Change]:
        """Return the changes that queue one message and make the link that it carries.

        The ids follow from whom it is for and what it is about: written twice, it is one message. A
        message whose purpose is STOP carries no other link than the stop link (`stop_link`), which is
        made once, when the address is confirmed.
        """
        message_id = id_from(message.kind, message.to.id, message.about, message.checkin, message.occasion)
        purpose = purpose_of(message.kind, message.about)
        if purpose is Purpose.STOP:
            link_id, made = stop_link_id(message.to.id), []
        else:
            link_id = id_from("link", message_id)
            link = Link(
                id=link_id,
                purpose=purpose,
                cohort_id=message.to.cohort_id,
                person_id=message.to.id,
                expires_at=until,
                about=message.about,
                checkin=message.checkin,
            )
            made = [links.creation(link, *self.link_keys)]
        due = Message(
            id=message_id,
            cohort_id=message.to.cohort_id,
            recipient_id=message.to.id,
            kind=message.kind,
            due_at=at,
            link_id=link_id,
            about=message.about,
            checkin=message.checkin,
        )
        return [*made, outbox.creation(due)]

    def stop_link(self, to: Enrolment, *, until: datetime) -> Change:
        """Return the change that makes the one link with which this person stops all mail to them."""
        link = Link(
            id=stop_link_id(to.id),
            purpose=Purpose.STOP,
            cohort_id=to.cohort_id,
            person_id=to.id,
            expires_at=until,
        )
        return links.creation(link, *self.link_keys)

    def equality_link(self, to: Enrolment, *, until: datetime) -> list[Change]:
        """Return the change that makes the one link behind which this person may answer about equality.

        There is none where the programme asks nothing of that kind.
        """
        if self.programme.equality is None:
            return []
        link = Link(
            id=equality_link_id(to.id),
            purpose=Purpose.EQUALITY,
            cohort_id=to.cohort_id,
            person_id=to.id,
            expires_at=until,
        )
        return [links.creation(link, *self.link_keys)]

    def address_of(self, purpose: Purpose, link_id: str, language: str) -> str:
        """Return the absolute address of the page behind a link, in that language.

        Only the languages of the programme have pages; the first one has no prefix.
        """
        return self.page(f"/my/{purpose}/{link_token(self.link_key, link_id)}", language)

    def page(self, path: str, language: str) -> str:
        """Return the absolute address of a page of ours (`/my/place/`) in that language."""
        own, *others = self.programme.languages
        prefix = f"/{language}" if language in others and language != own else ""
        return f"{self.origin}{prefix}{path}"

    def ask_for(self, queue: Queue, do: str, **ids: str) -> None:
        """Leave work on a queue now, so that nobody waits for the next sweep.

        A lost message is no loss: the fact is in the table, and the sweep finds it.
        """
        try:
            queue.put(json.dumps({"do": do, **ids}))
        except QueueError:
            log.warning("work left for the sweep", extra={"do": do, **ids})

    def trigger_sending(self) -> None:
        """Have what is due sent without waiting for the sweep."""
        self.ask_for(self.mail_queue, "send")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """A message to be: to whom, why and about what. `occasion` tells a repeated one from the first."""

    kind: MessageKind
    to: Enrolment
    about: str = ""
    checkin: int = 0
    occasion: str = ""


# What the link in each mail lets its holder do; the page it opens has the same name. Where that is STOP
# the mail carries no link of its own. A KEY's purpose is what the person asked for: `purpose_of`.
PURPOSE_OF: Mapping[MessageKind, Purpose] = {
    MessageKind.CONFIRM: Purpose.CONFIRM,
    MessageKind.RECEIVED: Purpose.STOP,
    MessageKind.DECLINED: Purpose.STOP,
    MessageKind.WAITING: Purpose.STOP,
    MessageKind.WELCOME: Purpose.TRAINING,
    MessageKind.INTRODUCTION: Purpose.MATCH,
    MessageKind.CHECKIN: Purpose.CHECKIN,
    MessageKind.SURVEY: Purpose.SURVEY,
    MessageKind.WITHDRAWN: Purpose.STOP,
    MessageKind.PARTNER_LEFT: Purpose.STOP,
}


def purpose_of(kind: MessageKind, about: str) -> Purpose:
    """Return what the link in such a mail lets its holder do."""
    return Purpose(about) if kind is MessageKind.KEY else PURPOSE_OF[kind]
