"""Stop every mail that is not strictly necessary to one address, at once."""

from functions.programme.links import Link, id_from
from functions.services import Services
from functions.storage.enrolment import enrolments
from functions.storage.messages import suppressions
from functions.storage.table import Event


def stop(services: Services, link: Link) -> None:
    """Suppress the address that the link belongs to; a second time changes nothing."""
    enrolment = enrolments.get(services.table, link.cohort_id, link.person_id)
    if enrolment is None:
        return
    now = services.clock()
    services.table.commit(
        [suppressions.addition(enrolment.email, "asked", now)],
        event=Event(
            cohort_id=enrolment.cohort_id,
            at=now,
            actor=f"person:{enrolment.id}",
            action="stop-messages",
            subject_id=enrolment.id,
        ),
        idempotency_key=id_from("stop", enrolment.id),
    )
