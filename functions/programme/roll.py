"""What lists of people and pairs show: short enough that a whole cohort is read in a request or two."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from functions.programme.messages import MessageState
from functions.programme.pairing import Reply
from functions.programme.people import Enrolment, EnrolmentState, Role, state_since


@dataclass(frozen=True, slots=True, kw_only=True)
class RollEntry:
    """One person of a cohort, as lists show them; `since` is when they reached their state."""

    id: str
    role: Role
    state: EnrolmentState
    name: str
    email: str
    capacity: int
    enrolled_at: datetime
    since: datetime
    trained: bool = False
    waited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PairProgress:
    """One pair of a cohort and what both answered to their check-ins; `ended_at` when it ended early."""

    pairing_id: str
    mentor_id: str
    mentee_id: str
    introduced_on: date
    ended_at: datetime | None = None
    replies: tuple[Reply, ...] = ()

    @property
    def ended(self) -> bool:
        """Whether the pairing ended before its time."""
        return self.ended_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleCounts:
    """How many people of each role are in each state, how many with a place were trained, places offered."""

    states: Mapping[tuple[Role, EnrolmentState], int] = field(default_factory=dict)
    trained: int = 0
    places: int = 0

    def in_state(self, state: EnrolmentState, role: Role | None = None) -> int:
        """Return how many people are in the state, of one role or of both."""
        return sum(
            count for (whose, where), count in self.states.items() if where is state and role in (None, whose)
        )

    @property
    def untrained(self) -> int:
        """How many people with a place have not said that they read the training."""
        return self.in_state(EnrolmentState.CONFIRMED) - self.trained


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageCounts:
    """How many messages wait to leave (due or claimed), and what became of the others."""

    waiting: int = 0
    sent: int = 0
    dropped: int = 0
    unknown: int = 0
    refused: int = 0


def entry_of(enrolment: Enrolment) -> RollEntry:
    """Return what lists show of an enrolment."""
    return RollEntry(
        id=enrolment.id,
        role=enrolment.role,
        state=enrolment.state,
        name=enrolment.name,
        email=enrolment.email,
        capacity=enrolment.capacity,
        enrolled_at=enrolment.enrolled_at,
        since=state_since(enrolment),
        trained=enrolment.trained_at is not None,
        waited=enrolment.waited,
    )


def counted_as(enrolment: Enrolment | None) -> dict[str, int]:
    """Return what one enrolment adds to each count of the cohort; nothing where there is none."""
    if enrolment is None:
        return {}
    counts = {f"{enrolment.role}:{enrolment.state}": 1}
    if enrolment.state is EnrolmentState.CONFIRMED:
        if enrolment.role is Role.MENTOR:
            counts[PLACES] = enrolment.capacity
        if enrolment.trained_at is not None:
            counts[TRAINED] = 1
    return counts


def people_counts(parts: Sequence[Mapping[str, int]]) -> PeopleCounts:
    """Return the counts of a cohort's people from those of its parts."""
    summed = _summed(parts)
    return PeopleCounts(
        states={(role, state): summed.get(f"{role}:{state}", 0) for role in Role for state in EnrolmentState},
        trained=summed.get(TRAINED, 0),
        places=summed.get(PLACES, 0),
    )


def message_counts(parts: Sequence[Mapping[str, int]]) -> MessageCounts:
    """Return the counts of a cohort's messages from those of its parts."""
    return MessageCounts(**_summed(parts))


def _summed(parts: Sequence[Mapping[str, int]]) -> dict[str, int]:
    summed: dict[str, int] = {}
    for part in parts:
        for name, number in part.items():
            summed[name] = summed.get(name, 0) + number
    return summed


PLACES, TRAINED = "places", "trained"
# A message that a worker has claimed still waits to leave.
COUNTED_AS: Mapping[MessageState, str] = {
    MessageState.DUE: "waiting",
    MessageState.CLAIMED: "waiting",
    MessageState.SENT: "sent",
    MessageState.DROPPED: "dropped",
    MessageState.UNKNOWN: "unknown",
    MessageState.REFUSED: "refused",
}
