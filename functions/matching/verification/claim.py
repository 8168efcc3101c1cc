"""A result and what it was made from, as the verifier takes it."""

from collections.abc import Sequence
from dataclasses import dataclass

from functions.matching.outcome import Certificate, Pair
from functions.matching.people import Person
from functions.matching.policy.model import Policy
from functions.matching.score_matrix import Grid, Scores

Couple = tuple[str, str]  # a mentee's id, a mentor's id


@dataclass(frozen=True, slots=True, kw_only=True)
class UnprovenClaim:
    """A result and what it was made from.

    `scores` is mentees × mentors, both in the order of their ids. `proven` are the rows whose pairs are
    gone through, None for all of them (see `pairs` for what a sample proves).
    """

    mentors: Sequence[Person]
    mentees: Sequence[Person]
    policy: Policy
    scores: Grid | Scores
    pairs: Sequence[Pair]
    seed: int = 0
    locked: Sequence[Couple] = ()
    forbidden: Sequence[Couple] = ()
    previous: Sequence[Couple] | None = None
    proven: range | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(UnprovenClaim):
    """A result that is said to be the best: the certificate's prices prove it."""

    certificate: Certificate


def by_id(people: Sequence[Person]) -> list[Person]:
    """Return the people in the order of their ids: that of the rows and columns."""
    return sorted(people, key=lambda person: person.id)


def places_of(person: Person, most: int | str) -> int:
    """Return how many partners somebody takes: as many as they offer, never more than a policy's number."""
    return person.capacity if isinstance(most, str) else min(most, person.capacity)
