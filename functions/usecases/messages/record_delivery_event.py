"""Note what the mail service says of a message later: it left, it bounced, somebody complained."""

from functions.messages.delivery_events import DeliveryEvent, DeliveryEventKind
from functions.programme.links import id_from
from functions.services import Services
from functions.storage.messages import outbox, suppressions
from functions.storage.table import Event


def record_delivery_event(services: Services, feedback: DeliveryEvent) -> None:
    """Settle an unknown message by the service's own word; suppress a dead or unwilling address.

    Events come late, twice and out of order; each effect is conditional, so that changes nothing.
    """
    now = services.clock()
    if feedback.kind in (DeliveryEventKind.SENT, DeliveryEventKind.DELIVERED) and feedback.cohort_id:
        outbox.record_sent(
            services.table,
            feedback.cohort_id,
            feedback.recipient_id,
            feedback.message_id,
            provider_id=feedback.provider_id,
            at=now,
        )
    if feedback.kind in (DeliveryEventKind.BOUNCED, DeliveryEventKind.COMPLAINED):
        for address in feedback.addresses:
            services.table.commit(
                [suppressions.addition(address, feedback.kind.value, now)],
                event=Event(
                    cohort_id=feedback.cohort_id or "none",
                    at=now,
                    actor="mail-service",
                    action=f"suppress-{feedback.kind.value}",
                    subject_id=feedback.message_id,
                ),
                idempotency_key=id_from("suppress", feedback.message_id, feedback.kind, address),
            )
