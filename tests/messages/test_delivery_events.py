"""What SES says, in each wrapping in which it reaches the queue."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from functions.messages.delivery_events import DeliveryEvent, DeliveryEventKind, parse

Event = Mapping[str, Any]


def event(name: str, **parts: object) -> dict[str, Any]:
    """Return an event as SES publishes it (its developer guide, event publishing examples)."""
    return {
        "eventType": name,
        "mail": {
            "timestamp": "2027-02-15T09:00:00.000Z",
            "source": "mentoring@university.example",
            "messageId": "ses-1",
            "destination": ["ada@university.example"],
            "headersTruncated": False,
            "tags": {
                "ses:operation": ["SendEmail"],
                "kith-message": ["message-1"],
                "kith-cohort": ["spring"],
                "kith-recipient": ["ada"],
            },
        },
        **parts,
    }


BOUNCE = event(
    "Bounce",
    bounce={
        "bounceType": "Permanent",
        "bounceSubType": "General",
        "bouncedRecipients": [{"emailAddress": "ada@university.example", "action": "failed"}],
        "timestamp": "2027-02-15T09:00:05.000Z",
    },
)
COMPLAINT = event(
    "Complaint",
    complaint={
        "complainedRecipients": [{"emailAddress": "ada@university.example"}],
        "complaintFeedbackType": "abuse",
    },
)

WRAPPINGS: dict[str, Callable[[Event], Event]] = {
    "as it is": lambda event: event,
    "through SNS": lambda event: {
        "Type": "Notification",
        "MessageId": "sns-1",
        "TopicArn": "arn:aws:sns:eu-central-1:123456789012:feedback",
        "Message": json.dumps(event),
    },
    "through EventBridge": lambda event: {
        "version": "0",
        "source": "aws.ses",
        "detail-type": f"Email {event['eventType']}",
        "detail": event,
    },
}


@pytest.mark.parametrize("wrapped", WRAPPINGS.values(), ids=WRAPPINGS)
@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (event("Send", send={}), DeliveryEventKind.SENT),
        (event("Delivery", delivery={"recipients": ["ada@university.example"]}), DeliveryEventKind.DELIVERED),
        (event("DeliveryDelay", deliveryDelay={"delayType": "MailboxFull"}), DeliveryEventKind.DELAYED),
        (event("Reject", reject={"reason": "Bad content"}), DeliveryEventKind.REJECTED),
        (event("Rendering Failure", failure={"errorMessage": "x"}), DeliveryEventKind.REJECTED),
        (BOUNCE, DeliveryEventKind.BOUNCED),
        (COMPLAINT, DeliveryEventKind.COMPLAINED),
    ],
    ids=lambda value: value.name if isinstance(value, DeliveryEventKind) else "",
)
def test_an_event_says_which_message_it_is_about(
    said: Event, kind: DeliveryEventKind, wrapped: Callable[[Event], Event]
) -> None:
    assert parse(wrapped(said)) == DeliveryEvent(
        kind=kind,
        message_id="message-1",
        cohort_id="spring",
        recipient_id="ada",
        provider_id="ses-1",
        addresses=("ada@university.example",),
    )


@pytest.mark.parametrize("bounce_type", ["Transient", "Undetermined"])
def test_a_full_mailbox_is_no_dead_address(bounce_type: str) -> None:
    heard = parse({**BOUNCE, "bounce": {**BOUNCE["bounce"], "bounceType": bounce_type}})

    assert heard is not None
    assert heard.kind is DeliveryEventKind.BOUNCED_FOR_NOW


def test_a_bounce_of_a_mail_that_is_not_ours_still_names_its_address() -> None:
    heard = parse({**BOUNCE, "mail": {**BOUNCE["mail"], "tags": {}}})

    assert heard is not None
    assert (heard.message_id, heard.cohort_id) == ("", "")
    assert heard.addresses == ("ada@university.example",)


@pytest.mark.parametrize("name", ["Open", "Click", "Subscription", "Something New"])
def test_what_is_not_about_delivery_is_passed_over(name: str) -> None:
    assert parse(event(name)) is None


@pytest.mark.parametrize(
    "strange", [{"eventType": "Send"}, {"Type": "Notification", "Message": "no JSON"}, {"detail": "text"}]
)
def test_what_is_no_event_at_all_is_not_swallowed(strange: Event) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        parse(strange)
