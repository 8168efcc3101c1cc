"""Review a cohort's pairings: who is off to a fast start, who lags, and why we think so."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from functions.programme.cohort import Cohort
from functions.programme.health import Health, HealthFinding, health_of
from functions.programme.pairing import Pairing, Reply, first_contact_on, first_meeting_on
from functions.programme.people import Enrolment
from functions.services import Services
from functions.storage.enrolment import cohorts, enrolments
from functions.storage.pairings import checkins, pairings

# Whoever needs the coordinator first stands first.
ORDER = (Health.ASKED_FOR_HELP, Health.CHECK_IN, Health.TOO_EARLY, Health.ON_TRACK, Health.ENDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class PairHealth:
    """One pairing today. A person who is gone by now is None."""

    pairing: Pairing
    mentor: Enrolment | None
    mentee: Enrolment | None
    finding: HealthFinding
    first_contact_on: date | None
    first_meeting_on: date | None
    replies: tuple[Reply, ...]


def review_pairs(services: Services, cohort_id: str) -> list[PairHealth]:
    """Return every pairing of the cohort, those that need someone first."""
    cohort = cohorts.get(services.table, cohort_id)
    if cohort is None:
        return []
    return health_of_pairs(services, cohort, enrolments.in_cohort(services.table, cohort_id))


def health_of_pairs(services: Services, cohort: Cohort, enrolled: Iterable[Enrolment]) -> list[PairHealth]:
    """Return the same of a cohort and its people, which were read already."""
    today = cohort.today(services.clock())
    people = {enrolment.id: enrolment for enrolment in enrolled}
    replies: dict[str, list[Reply]] = defaultdict(list)
    for reply in checkins.replies(services.table, cohort.id):
        replies[reply.pairing_id].append(reply)
    reviewed = [
        _health(pairing, people, replies[pairing.id], today)
        for pairing in pairings.in_cohort(services.table, cohort.id)
    ]
    return sorted(reviewed, key=lambda each: (ORDER.index(each.finding.health), each.pairing.id))


def _health(pairing: Pairing, people: dict[str, Enrolment], replies: list[Reply], today: date) -> PairHealth:
    return PairHealth(
        pairing=pairing,
        mentor=people.get(pairing.mentor_id),
        mentee=people.get(pairing.mentee_id),
        finding=health_of(pairing.introduced_on, pairing.mentor_id, replies, today, ended=pairing.ended),
        first_contact_on=first_contact_on(replies),
        first_meeting_on=first_meeting_on(replies),
        replies=tuple(sorted(replies, key=lambda reply: reply.answered_at)),
    )
