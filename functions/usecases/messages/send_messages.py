"""Send what is due: claim each message, look again whether it may leave, make it, hand it over.

    due ──claim──▶ claimed ──accepted──▶ sent
     ▲                │ ├─── not now ──▶ due again, later
     └────────────────┘ ├─── no answer ▶ unknown   (never sent again on a guess)
                        ├─── must not ─▶ dropped, with the reason
                        └─ misaddressed ▶ refused, with the reason and an entry in the audit trail

Whether the recipient may still be written to is asked after the claim, from what is true then. The address
is checked once, as it comes out of storage, and what was checked is what the mail is held against. A message
of a kind that this release does not know, as after a rollback, is not claimed: it stays due for the release
that knows it.
"""

import logging
from dataclasses import replace
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from typing import NamedTuple

from functions.exception_fields import exception_fields
from functions.i18n.answer_summary import summarize_answers
from functions.messages.addresses import SELF_SERVICE, SiteAddresses
from functions.messages.addressing import Addressed
from functions.messages.kinds import About, MessageKind, is_known, link_purpose
from functions.messages.render import EmailContext, render_email
from functions.messages.ses import Delivery
from functions.programme.cohort import Cohort
from functions.programme.links import Purpose, equality_link_id, id_from, stop_link_id
from functions.programme.messages import Message, MessageState
from functions.programme.pairing import Pairing
from functions.programme.people import Enrolment, EnrolmentState
from functions.questionnaires.plain_text import is_plain_address
from functions.services import Services, questionnaire_for
from functions.storage.access import links
from functions.storage.enrolment import cohorts, enrolments
from functions.storage.messages import outbox, suppressions
from functions.storage.messages.outbox import Settlement
from functions.storage.pairings import pairings
from functions.storage.table import Event, Refusal
from functions.usecases.phrasebooks import reasons_for
from functions.usecases.why_unmatched import why_unmatched

log = logging.getLogger("kith")

# The provider asked us to wait: twice as long each time, from a minute to about half an hour.
FIRST_WAIT = timedelta(minutes=1)
MOST_DOUBLINGS = 5


class Sweep(NamedTuple):
    """How many messages a sweep sent, left for later, dropped, never heard of again, and refused to send."""

    sent: int
    later: int
    dropped: int
    unknown: int
    refused: int


class Recipient(NamedTuple):
    """The person a message is for and what it is about, as they are now.

    `link_until` is the last day on which the link of the message opens something, None when that is over;
    it is looked up for the kinds that need their link.
    """

    enrolment: Enrolment
    cohort: Cohort
    pairing: Pairing | None
    partner: Enrolment | None
    link_until: date | None


def send_messages(services: Services, *, owner: str) -> Sweep:
    """Send everything that is due now; safe beside any number of other workers.

    Raises OutOfTimeError between two messages when time is up; what is left stays due.
    """
    outcomes = []
    for message in outbox.waiting(services.table, services.clock()):
        services.time_limit.check()
        outcomes.append(_attend_to(services, message, owner))
    return Sweep(
        sent=outcomes.count(MessageState.SENT),
        later=outcomes.count(MessageState.DUE),
        dropped=outcomes.count(MessageState.DROPPED),
        unknown=outcomes.count(MessageState.UNKNOWN),
        refused=outcomes.count(MessageState.REFUSED),
    )


def _attend_to(services: Services, message: Message, owner: str) -> MessageState | None:
    """Send what is due; a claim that lapsed leaves its message unknown. None: another was faster."""
    if message.state is MessageState.DUE and not is_known(message.kind, message.about):
        log.error("message of an unknown kind left", extra={"message_id": message.id})
        return MessageState.DUE
    if message.state is MessageState.DUE:
        return _send(services, message, owner)
    abandoned = outbox.abandon(services.table, message, services.clock())
    return MessageState.UNKNOWN if abandoned else None


def _send(services: Services, due: Message, owner: str) -> MessageState | None:
    message = outbox.claim(services.table, due, owner=owner, now=services.clock())
    if message is None:
        return None
    recipient = _recipient(services, message)
    reason = _reason_to_drop(services, message, recipient)
    if reason or recipient is None:
        return _settle(services, message, owner, Settlement(state=MessageState.DROPPED, reason=reason))
    if not is_plain_address(recipient.enrolment.email):
        return _refuse(services, message, owner, "the stored address is not plain")
    email = _email(services, message, recipient)
    if email is None:
        return _settle(
            services, message, owner, Settlement(state=MessageState.DROPPED, reason="could not be made")
        )
    addressed = Addressed(
        to=recipient.enrolment.email,
        sender=services.sender_address,
        reply_to=services.programme.contact.email,
    )
    delivery, provider_id = services.email_sender.send(email, message.id, addressed)
    if delivery is Delivery.MISADDRESSED:
        return _refuse(services, message, owner, "the mail names another address")
    log.info("message handed over", extra={"message_id": message.id, "delivery": delivery.name})
    settlement = {
        Delivery.ACCEPTED: Settlement(state=MessageState.SENT, provider_id=provider_id),
        Delivery.LATER: Settlement(state=MessageState.DUE, due_at=_next_try(services, message)),
        Delivery.UNKNOWN: Settlement(state=MessageState.UNKNOWN, reason="no answer"),
        Delivery.REFUSED: Settlement(state=MessageState.DROPPED, reason="refused"),
    }[delivery]
    return _settle(services, message, owner, settlement)


def _email(services: Services, message: Message, recipient: Recipient) -> EmailMessage | None:
    """Return the mail; None where it can't be made: then it alone is lost, and not what is due behind it."""
    context = _context(services, message, recipient)
    try:
        return render_email(context, sender=services.sender_address)
    except Exception as fault:  # noqa: BLE001 - whatever it is, the others are waiting
        log.error(  # noqa: TRY400 - the text of a fault may hold what a person wrote
            "message not made", extra={"message_id": message.id, **exception_fields(fault)}
        )
        return None


def _recipient(services: Services, message: Message) -> Recipient | None:
    enrolment = enrolments.get(services.table, message.cohort_id, message.recipient_id)
    cohort = cohorts.get(services.table, message.cohort_id)
    if enrolment is None or cohort is None:
        return None
    row = MessageKind(message.kind).row
    about_pairing = row.about is About.PAIRING
    pairing = pairings.get(services.table, cohort.id, message.about) if about_pairing else None
    partner = None
    if pairing is not None:
        partner = enrolments.get(services.table, cohort.id, pairing.partner_of(enrolment.id))
    return Recipient(
        enrolment=enrolment,
        cohort=cohort,
        pairing=pairing,
        partner=partner,
        link_until=_last_day(services, message, cohort) if row.needs_link else None,
    )


def _reason_to_drop(services: Services, message: Message, recipient: Recipient | None) -> str | None:
    """Return why this message must not leave, or None."""
    if recipient is None:
        return "recipient gone"
    row = MessageKind(message.kind).row
    if recipient.enrolment.state not in row.recipients:
        return f"recipient {recipient.enrolment.state}"
    if suppressions.exists(services.table, recipient.enrolment.email):
        return "recipient suppressed"
    if row.needs_link and recipient.link_until is None:
        return "link over"
    partner = recipient.partner
    if row.needs_partner and (partner is None or partner.state is not EnrolmentState.CONFIRMED):
        return "partner gone"
    return None


def _context(services: Services, message: Message, recipient: Recipient) -> EmailContext:
    to, pairing, kind = recipient.enrolment, recipient.pairing, MessageKind(message.kind)
    context = EmailContext(
        message=message,
        to=to,
        programme=services.programme,
        cohort=recipient.cohort,
        links=_links(services, message, to),
        self_service=_addresses(services).of_page(SELF_SERVICE, to.language),
        partner=recipient.partner,
        introduced_on=pairing.introduced_on if pairing else None,
        reasons=_reasons(services, message, recipient),
        answer_by=recipient.link_until,
    )
    if not kind.row.copies_answers:
        return context
    questionnaire = questionnaire_for(services, to.role)
    return replace(context, answers=summarize_answers(questionnaire, to.answers, context.language))


def _links(services: Services, message: Message, to: Enrolment) -> dict[Purpose, str]:
    """Return the addresses of the mail's own link and of those that its recipient keeps."""
    ids = {Purpose.STOP: stop_link_id(to.id), Purpose.EQUALITY: equality_link_id(to.id)}
    own = link_purpose(MessageKind(message.kind), message.about)
    if own is not None:
        ids[own] = message.link_id
    addresses = _addresses(services)
    return {purpose: addresses.of_link(purpose, link_id, to.language) for purpose, link_id in ids.items()}


def _addresses(services: Services) -> SiteAddresses:
    return SiteAddresses(
        origin=services.origin, languages=services.programme.languages, link_key=services.link_keys[0]
    )


def _reasons(services: Services, message: Message, recipient: Recipient) -> tuple[str, ...]:
    """Return why the two were matched, or why a run found nobody, as the recipient reads it."""
    pairing, partner = recipient.pairing, recipient.partner
    if MessageKind(message.kind).row.about is About.RUN:
        return why_unmatched(services, message.about, recipient.enrolment)
    if pairing is None or partner is None:
        return ()
    to = recipient.enrolment
    return reasons_for(services, pairing, to, partner.name, to.language).strongest(pairing.reasons)


def _last_day(services: Services, message: Message, cohort: Cohort) -> date | None:
    """Return the last day on which the link of the message works, in the cohort's zone."""
    link = links.find_by_id(services.table, message.link_id, services.clock())
    return cohort.today(link.expires_at - timedelta.resolution) if link else None


def _next_try(services: Services, message: Message) -> datetime:
    doublings = min(message.attempts, MOST_DOUBLINGS)
    return services.clock() + FIRST_WAIT * (1 << doublings)


def _settle(services: Services, message: Message, owner: str, settlement: Settlement) -> MessageState | None:
    """Settle it and return its state; None when our time was over and it is no longer ours to settle."""
    settled = outbox.settle(services.table, message, owner=owner, settlement=settlement, now=services.clock())
    return settlement.state if settled else None


def _refuse(services: Services, message: Message, owner: str, reason: str) -> MessageState | None:
    """Settle a message that would have reached another address, with an entry in the audit trail."""
    now = services.clock()
    log.error("message refused", extra={"message_id": message.id, "cause": reason})
    outcome = services.table.commit(
        [
            outbox.settling(
                message,
                owner=owner,
                settlement=Settlement(state=MessageState.REFUSED, reason=reason),
                now=now,
            )
        ],
        event=Event(
            cohort_id=message.cohort_id,
            at=now,
            actor="programme",
            action="refuse-mail",
            subject_id=message.recipient_id,
        ),
        idempotency_key=id_from("refuse-mail", message.id, owner, message.attempts),
    )
    return None if isinstance(outcome, Refusal) else MessageState.REFUSED
