"""Open a cohort of the programme: from then on its questionnaires are taken."""

from datetime import date

from functions.programme.cohort import Cohort
from functions.programme.links import id_from
from functions.services import Services
from functions.storage.enrolment import cohorts
from functions.storage.table import Event


def open_cohort(services: Services, opens_on: date) -> Cohort:
    """Create the cohort that opens on that day, with the programme's calendar; once, however often asked."""
    cohort = services.programme.cohort(opens_on)
    standing = cohorts.get(services.table, cohort.id)
    if standing is not None:
        return standing
    services.table.commit(
        cohorts.creation(cohort),
        event=Event(
            cohort_id=cohort.id,
            at=services.clock(),
            actor="operator",
            action="open-cohort",
            subject_id=cohort.id,
        ),
        idempotency_key=id_from("open-cohort", cohort.id),
    )
    return cohorts.get(services.table, cohort.id) or cohort
