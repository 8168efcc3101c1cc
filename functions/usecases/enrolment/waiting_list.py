"""Say who waits for a partner and since when, the longest first."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from functions.programme.pairing import Pairing
from functions.programme.people import Enrolment
from functions.programme.waiting import waiting_since
from functions.services import Services
from functions.storage.enrolment import cohorts, enrolments
from functions.storage.pairings import pairings


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One person who waits. `enrolment.state` says whether they have a place or came after the closing."""

    enrolment: Enrolment
    since: datetime


def waiting_list(services: Services, cohort_id: str) -> list[Waiting]:
    """Return everyone who waits, oldest first: late applications, and places that got nobody."""
    cohort = cohorts.get(services.table, cohort_id)
    if cohort is None:
        return []
    theirs: dict[str, list[Pairing]] = defaultdict(list)
    for pairing in pairings.in_cohort(services.table, cohort_id):
        theirs[pairing.mentor_id].append(pairing)
        theirs[pairing.mentee_id].append(pairing)
    published = cohort.published_run_id is not None
    found = (
        Waiting(enrolment=person, since=since)
        for person in enrolments.in_cohort(services.table, cohort_id)
        if (since := waiting_since(person, theirs[person.id], published=published)) is not None
    )
    return sorted(found, key=lambda waiting: (waiting.since, waiting.enrolment.id))
