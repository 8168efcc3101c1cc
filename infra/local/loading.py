"""Fills a cohort with the demonstration people, through the same use cases as the pages.

Each person's request has a key of its own, so a loading that was interrupted is simply done again: whoever is
enrolled already stays as they are.

Whatever the programme says, some applications are left for the coordinator to decide: that is worth trying.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from functions.programme.cohort import Cohort
from functions.programme.links import Link, Purpose
from functions.programme.people import UNDECIDED, Enrolment
from functions.programme.programme import Decision
from functions.services import Services
from functions.storage.enrolment import enrolments
from functions.usecases.enrolment.acknowledge_training import acknowledge
from functions.usecases.enrolment.confirm_enrolment import confirm
from functions.usecases.enrolment.decide_application import decide
from functions.usecases.enrolment.enrol import Application, Enrolled, enrol
from functions.usecases.enrolment.request_supply_forecast import request_supply_forecast
from infra.local import demonstration

SEED = 2026
# The emulator is the bottleneck; this many requests keep it busy.
AT_ONCE = 4
BY = "demonstration"
# What the made-up people answer; a programme that asks something else begins empty.
ASKED = frozenset({"mentor", "mentee"})


def can_load(services: Services) -> bool:
    """Return whether the made-up people know the programme's questionnaires."""
    return frozenset(services.programme.questionnaires.values()) <= ASKED


def load(services: Services, cohort: Cohort) -> int:
    """Enrol the demonstration people, confirm those who do, and return how many are enrolled."""
    applicants = demonstration.people(SEED)
    # Their addresses lead nowhere, so they are of no domain that a programme could ask for.
    here = _ruled(services, domains=())
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="kith-load") as hands:
        outcomes = hands.map(lambda applicant: _arrive(here, cohort, applicant), applicants)
        count = sum(outcome is not Enrolled.CLOSED for outcome in outcomes)
    request_supply_forecast(services, cohort.id)
    return count


def _arrive(services: Services, cohort: Cohort, applicant: demonstration.Applicant) -> Enrolled:
    address = str(applicant.answers["email"])
    application = Application(cohort_id=cohort.id, role=applicant.role, answers=applicant.answers)
    outcome = enrol(services, application, request_key=f"demonstration:{address}")
    person = enrolments.by_address(services.table, cohort.id, applicant.role, address)
    if person is not None and applicant.confirms:
        _follow(services, cohort, applicant, person)
    return outcome


def _follow(
    services: Services, cohort: Cohort, applicant: demonstration.Applicant, person: Enrolment
) -> None:
    """Do what the links in their mails lead to, without waiting for the mail."""
    if applicant.undecided:
        confirm(_ruled(services, decided_by=Decision.COORDINATOR), _link(Purpose.CONFIRM, cohort, person))
        return
    confirm(services, _link(Purpose.CONFIRM, cohort, person))
    standing = enrolments.get(services.table, cohort.id, person.id)
    if standing is not None and standing.state in UNDECIDED:
        decide(services, cohort.id, person.id, accept=True, reason="", by=BY)
    if applicant.trained:
        acknowledge(services, _link(Purpose.TRAINING, cohort, person))


def _ruled(services: Services, **rules: object) -> Services:
    """Return services whose programme has other rules of enrolment."""
    enrolling = replace(services.programme.enrolling, **rules)  # type: ignore[arg-type]
    return replace(services, programme=replace(services.programme, enrolling=enrolling))


def _link(purpose: Purpose, cohort: Cohort, person: Enrolment) -> Link:
    return Link(
        id=f"demonstration:{purpose}:{person.id}",
        purpose=purpose,
        cohort_id=cohort.id,
        person_id=person.id,
        expires_at=cohort.end_of(cohort.closes_on),
    )
