"""Review a cohort's pairings: who is off to a fast start, who lags, and why we think so."""

from dataclasses import dataclass
from datetime import date

from functions.cohort_reader import CohortReader
from functions.programme.health import Health, HealthFinding, health_of
from functions.programme.pairing import first_contact_on, first_meeting_on
from functions.programme.roll import PairProgress, RollEntry

# Pairs that need the coordinator stand first.
ORDER = (Health.ASKED_FOR_HELP, Health.CHECK_IN, Health.TOO_EARLY, Health.ON_TRACK, Health.ENDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class PairHealth:
    """One pair today. A person who is gone by now is None."""

    pair: PairProgress
    mentor: RollEntry | None
    mentee: RollEntry | None
    finding: HealthFinding
    first_contact_on: date | None
    first_meeting_on: date | None


def findings(reader: CohortReader) -> list[tuple[PairProgress, HealthFinding]]:
    """Return the health of every pair today, without the names of its people."""
    return [(pair, _finding(pair, reader.today)) for pair in reader.pairs]


def review_pairs(reader: CohortReader) -> list[PairHealth]:
    """Return every pair of the cohort, those that need someone first."""
    people = {person.id: person for person in reader.people} if reader.pairs else {}
    reviewed = [
        PairHealth(
            pair=pair,
            mentor=people.get(pair.mentor_id),
            mentee=people.get(pair.mentee_id),
            finding=finding,
            first_contact_on=first_contact_on(pair.replies),
            first_meeting_on=first_meeting_on(pair.replies),
        )
        for pair, finding in findings(reader)
    ]
    return sorted(reviewed, key=lambda each: (ORDER.index(each.finding.health), each.pair.pairing_id))


def _finding(pair: PairProgress, today: date) -> HealthFinding:
    return health_of(pair.introduced_on, pair.mentor_id, pair.replies, today, ended=pair.ended)
