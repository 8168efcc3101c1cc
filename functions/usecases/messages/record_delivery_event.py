"""Note what the mail service says of a message later: it left, it bounced, somebody complained."""

from functions.messages.delivery_events import Feedback, FeedbackKind
from functions.programme.links import id_from
from functions.services import Office
from functions.storage.messages import outbox, suppressions
from functions.storage.table import Event


def note_feedback(office: Office, feedback: Feedback) -> None:
    """Settle an unknown message by the service's own word; suppress a dead or unwilling address.

    Events come late, twice and out of order; each effect is conditional, so that changes nothing.
    """
    now = office.clock()
    if feedback.kind in (FeedbackKind.SENT, FeedbackKind.DELIVERED) and feedback.cohort_id:
        outbox.sent_event(office.table, feedback.cohort_id, feedback.message_id, feedback.provider_id, now)
    if feedback.kind in (FeedbackKind.BOUNCED, FeedbackKind.COMPLAINED):
        for address in feedback.addresses:
            office.table.commit(
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
