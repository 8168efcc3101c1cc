"""Who waits for a partner, and since when: the waiting list, and what it is worth in the next cohort."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from functions.programme.pairing import Pairing
from functions.programme.people import Enrolment, EnrolmentState
from functions.programme.roll import PairProgress, RollEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One person who waits. `person.state` says whether they have a place or came after the closing."""

    person: RollEntry
    since: datetime


def who_waits(
    people: Iterable[RollEntry], pairs: Iterable[PairProgress], *, published: bool
) -> list[Waiting]:
    """Return everyone who waits, oldest first: late applications, and places that got nobody."""
    theirs: dict[str, list[PairProgress]] = defaultdict(list)
    for pair in pairs:
        theirs[pair.mentor_id].append(pair)
        theirs[pair.mentee_id].append(pair)
    found = (
        Waiting(person=person, since=since)
        for person in people
        if (since := waiting_since(person, theirs[person.id], published=published)) is not None
    )
    return sorted(found, key=lambda waiting: (waiting.since, waiting.person.id))


def waiting_since(
    person: Enrolment | RollEntry, theirs: Sequence[Pairing | PairProgress], *, published: bool
) -> datetime | None:
    """Return since when a person waits, or None; `theirs` are their pairings.

    Somebody who came late waits since they applied, and so does somebody with a place who got nobody when the
    run was published; somebody whom every partner left waits since the last one left.
    """
    if person.state is EnrolmentState.WAITING:
        return person.enrolled_at
    if person.state is not EnrolmentState.CONFIRMED or not published:
        return None
    if not all(pairing.ended for pairing in theirs):
        return None
    ends = [pairing.ended_at for pairing in theirs if pairing.ended_at]
    return max(ends, default=person.enrolled_at)
