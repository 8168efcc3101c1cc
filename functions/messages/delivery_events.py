"""What the mail service reports of a message afterwards: sent, delivered, bounced, complained of.

Its events reach the feedback queue through SNS (wrapped, or raw) or through EventBridge. They come
late, twice and out of order.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from functions.messages.ses import COHORT_TAG, MESSAGE_TAG, RECIPIENT_TAG


class DeliveryEventKind(StrEnum):
    """What was reported. Only BOUNCED and COMPLAINED mean that the address must not be written to again."""

    SENT = "sent"
    DELIVERED = "delivered"
    DELAYED = "delayed"
    BOUNCED = "bounced"
    BOUNCED_FOR_NOW = "bounced for now"
    COMPLAINED = "complained"
    REJECTED = "rejected"


_KINDS = {
    "Send": DeliveryEventKind.SENT,
    "Delivery": DeliveryEventKind.DELIVERED,
    "DeliveryDelay": DeliveryEventKind.DELAYED,
    "Complaint": DeliveryEventKind.COMPLAINED,
    "Reject": DeliveryEventKind.REJECTED,
    "Rendering Failure": DeliveryEventKind.REJECTED,
}
# Where each event names the addresses that it concerns; elsewhere it is every recipient.
_CONCERNED = {"Bounce": ("bounce", "bouncedRecipients"), "Complaint": ("complaint", "complainedRecipients")}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryEvent:
    """What the mail service reports of one message.

    `message_id`, `cohort_id` and `recipient_id` are empty for a mail that was not tagged by Kith;
    `provider_id` is the service's own id. `addresses` are those that the event concerns.
    """

    kind: DeliveryEventKind
    message_id: str
    cohort_id: str
    recipient_id: str
    provider_id: str
    addresses: tuple[str, ...]


def parse(event: Mapping[str, Any]) -> DeliveryEvent | None:
    """Return what an event from the queue reports, or None when it is about no message.

    Raises KeyError, TypeError or ValueError for what is no event of the mail service at all.
    """
    details = _unwrapped(event)
    name = details.get("eventType") or details.get("notificationType")
    kind = _bounce(details["bounce"]) if name == "Bounce" else _KINDS.get(str(name))
    if kind is None:
        return None
    mail = details["mail"]
    return DeliveryEvent(
        kind=kind,
        message_id=_tag(mail, MESSAGE_TAG),
        cohort_id=_tag(mail, COHORT_TAG),
        recipient_id=_tag(mail, RECIPIENT_TAG),
        provider_id=str(mail["messageId"]),
        addresses=_addresses(details, str(name)),
    )


def _unwrapped(event: Mapping[str, Any]) -> Mapping[str, Any]:
    if event.get("Type") == "Notification":
        event = json.loads(event["Message"])
    inner = event.get("detail", event)
    if not isinstance(inner, Mapping):
        raise TypeError("an event of the mail service is an object")
    return inner


def _bounce(bounce: Mapping[str, Any]) -> DeliveryEventKind:
    # "Undetermined" is no proof that the address is dead.
    return (
        DeliveryEventKind.BOUNCED
        if bounce["bounceType"] == "Permanent"
        else DeliveryEventKind.BOUNCED_FOR_NOW
    )


def _tag(mail: Mapping[str, Any], name: str) -> str:
    values: Sequence[str] = mail.get("tags", {}).get(name, [])
    return values[0] if values else ""


def _addresses(details: Mapping[str, Any], name: str) -> tuple[str, ...]:
    if name not in _CONCERNED:
        return tuple(details["mail"].get("destination", ()))
    part, people = _CONCERNED[name]
    return tuple(person["emailAddress"] for person in details[part][people])
