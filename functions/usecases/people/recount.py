"""Compare the roll and the counts of a cohort with the facts that they repeat, and repair what differs.

Each is written in the transaction of its fact, so nothing differs unless the table was brought back from a
copy, or somebody changed it by hand. Facts may change meanwhile: every repair asks in its own transaction
whether what it was worked out from still stands, and is worked out again if not.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from functions.programme.pairing import Pairing, Reply
from functions.programme.people import Enrolment
from functions.programme.roll import PairProgress, entry_of
from functions.services import Services
from functions.storage import counts, roll
from functions.storage.enrolment import enrolments
from functions.storage.messages import outbox
from functions.storage.pairings import checkins, pairings
from functions.storage.stale_reads import repeat_when_stale
from functions.storage.table import Change, Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """How many people and pairs the roll showed wrongly, and how many items counted wrongly."""

    people: int = 0
    pairs: int = 0
    counts: int = 0

    @property
    def none(self) -> bool:
        """Whether the roll and the counts agree with the facts."""
        return not (self.people or self.pairs or self.counts)


def differences(services: Services, cohort_id: str) -> Differences:
    """Return what differs from the facts, and change nothing; a fact that changes meanwhile may count."""
    return Differences(
        people=len(list(_people(services, cohort_id))),
        pairs=len(list(_pairs(services, cohort_id))),
        counts=len(_counts(services, cohort_id)),
    )


def recount(services: Services, cohort_id: str) -> Differences:
    """Make the roll and the counts of a cohort agree with the facts, and return what differed."""
    return Differences(
        people=_repair_people(services, cohort_id),
        pairs=_repair_pairs(services, cohort_id),
        counts=_repair_counts(services, cohort_id),
    )


@repeat_when_stale
def _repair_people(services: Services, cohort_id: str) -> int | None:
    return _write_all(services, list(_people(services, cohort_id)))


@repeat_when_stale
def _repair_pairs(services: Services, cohort_id: str) -> int | None:
    return _write_all(services, list(_pairs(services, cohort_id)))


@repeat_when_stale
def _repair_counts(services: Services, cohort_id: str) -> int | None:
    return _write_all(services, _counts(services, cohort_id))


def _write_all(services: Services, changes: Sequence[Change]) -> int | None:
    """Write each change by itself and return how many they are; None when one of them was refused."""
    outcomes = [
        services.table.write_unaudited(change, idempotency_key=f"recount:{services.new_id()}")
        for change in changes
    ]
    return None if any(isinstance(outcome, Refusal) for outcome in outcomes) else len(changes)


def _people(services: Services, cohort_id: str) -> Iterator[Change]:
    """Yield what makes the roll show every person as their enrolment says."""
    shown = {entry.id: entry for entry in roll.people_in(services.table, cohort_id)}
    for person in enrolments.in_cohort(services.table, cohort_id):
        if shown.pop(person.id, None) != entry_of(person):
            yield roll.person_corrected(person, enrolments.is_as_read(person))
    yield from (roll.person_removed(cohort_id, person_id) for person_id in shown)


def _pairs(services: Services, cohort_id: str) -> Iterator[Change]:
    """Yield what makes the roll show every pair as its pairing and its replies say."""
    shown = {pair.pairing_id: pair for pair in roll.pairs_in(services.table, cohort_id)}
    replies: dict[str, list[Reply]] = defaultdict(list)
    for reply in checkins.replies(services.table, cohort_id):
        replies[reply.pairing_id].append(reply)
    for pairing in pairings.in_cohort(services.table, cohort_id):
        theirs, as_shown = replies[pairing.id], shown.pop(pairing.id, None)
        if as_shown != _progress(pairing, theirs):
            yield roll.pair_corrected(pairing, theirs, as_shown)
    yield from (roll.pair_removed(cohort_id, pairing_id) for pairing_id in shown)


def _progress(pairing: Pairing, replies: Sequence[Reply]) -> PairProgress:
    return PairProgress(
        pairing_id=pairing.id,
        mentor_id=pairing.mentor_id,
        mentee_id=pairing.mentee_id,
        introduced_on=pairing.introduced_on,
        ended_at=pairing.ended_at,
        replies=tuple(sorted(replies, key=lambda reply: (reply.checkin, reply.person_id))),
    )


def _counts(services: Services, cohort_id: str) -> list[Change]:
    """Return what makes every count agree; the counts are read first, so a later change is noticed."""
    counted = services.table.batch_get(*counts.count_keys(cohort_id))
    people: list[Enrolment] = list(enrolments.in_cohort(services.table, cohort_id))
    totals = {
        **counts.people_totals(cohort_id, people),
        **counts.message_totals(cohort_id, outbox.in_cohort(services.table, cohort_id)),
    }
    return [
        counts.correction(key, counted.read(key), numbers)
        for key, numbers in totals.items()
        if counts.counted_in(counted.read(key)) != numbers
    ]
