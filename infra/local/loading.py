"""Fills a cohort with the demonstration people, through the same use cases as the pages.

Each person's request has a key of its own, so a loading that was interrupted is simply done again: whoever is
enrolled already stays as they are.
"""

from concurrent.futures import ThreadPoolExecutor

from functions.office import Office
from functions.programme.cohort import Cohort
from functions.programme.links import Link, Purpose
from functions.storage import enrolments
from functions.usecases.confirm_enrolment import confirm
from functions.usecases.enrol import Application, Enrolled, enrol
from infra import demonstration

SEED = 2026
# The emulator is the bottleneck; this many requests keep it busy.
AT_ONCE = 4


def load(office: Office, cohort: Cohort) -> int:
    """Enrol the demonstration people, confirm those who do, and return how many are enrolled."""
    applicants = demonstration.people(SEED)
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="kith-load") as hands:
        outcomes = hands.map(lambda applicant: _arrive(office, cohort, applicant), applicants)
        return sum(outcome is not Enrolled.CLOSED for outcome in outcomes)


def _arrive(office: Office, cohort: Cohort, applicant: demonstration.Applicant) -> Enrolled:
    address = str(applicant.answers["email"])
    application = Application(cohort_id=cohort.id, role=applicant.role, answers=applicant.answers)
    outcome = enrol(office, application, request_key=f"demonstration:{address}")
    enrolment = enrolments.by_address(office.table, cohort.id, applicant.role, address)
    if applicant.confirms and enrolment is not None:
        # What the link in their mail leads to, without waiting for the mail.
        confirm(
            office,
            Link(
                id=f"demonstration:{enrolment.id}",
                purpose=Purpose.CONFIRM,
                cohort_id=cohort.id,
                person_id=enrolment.id,
                expires_at=cohort.end_of(cohort.closes_on),
            ),
        )
    return outcome
