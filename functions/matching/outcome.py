"""What a run hands over: pairings with their reasons, the unmatched with theirs, and the proof.

Nothing here computes, and nothing is said: it holds facts, and `to_json` gives them as plain data.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from functions.matching.people import Role
from functions.matching.reasons import Change, FurtherPlace, Note, Reason, WhyNot, WhyUnmatched, to_data

ENGINE_VERSION = "1.0.0"

Vector = tuple[int, ...]  # one number for each level of the objective, the first level first


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Dual prices, one vector for each place: what one more of it would bring, level by level.

    `first` and `further` are a mentee's first and further places, `mentor` a mentor's places; the
    order is that of the ids, sorted.
    """

    first: tuple[Vector, ...]
    further: tuple[Vector, ...]
    mentor: tuple[Vector, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """The proof that no other assignment is better, level by level.

    `served` proves on all eligible pairs that no more people (or people of a higher priority) can be
    served. `above_floor` proves on the pairs above `floor` alone that a higher floor would serve
    fewer. `whole` proves the remaining `levels`, each within what those before it fix: for prices of
    vectors that are compared lexicographically, no pair left out would gain, and the value of the
    prices equals the value of the assignment. Either of the first two is None where its level is off
    (or no pair stands above the floor).
    """

    levels: tuple[str, ...]
    value: Vector
    floor: int
    served: Prices | None
    above_floor: Prices | None
    whole: Prices


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolPrices:
    """Prices, in halves: one for each person (by place), and one for each odd set that has one.

    No pair pays more than the prices of its people and of the sets that hold both. As a set of 2k + 1
    has room for k pairs, the sum of the people's prices and k times each set's is at least twice the
    weight of any pairing.
    """

    people: tuple[int, ...]
    sets: tuple[tuple[tuple[int, ...], int], ...]

    @property
    def bound(self) -> int:
        """Return what no pairing's weight, taken twice, can pass."""
        return sum(self.people) + sum(price * (len(members) // 2) for members, price in self.sets)


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolProof:
    """The proof that no other pairing of the pool is better.

    `value` is what the pairs (locked ones left out) reach at each of `levels`. `served` proves on all
    eligible pairs that no more people can be served, `above_floor` on the pairs above `floor` that a
    higher floor would serve fewer, `whole` the mixed levels on the pairs at or above the floor.
    """

    levels: tuple[str, ...]
    value: tuple[int, ...]
    floor: int
    served: PoolPrices | None
    above_floor: PoolPrices | None
    whole: PoolPrices


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One proposed pairing, by the ids of its people."""

    mentor: str
    mentee: str
    score: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """One person without a partner: why, the weightiest first, and the smallest single change that helps.

    Of somebody who was erased neither is kept.
    """

    id: str
    role: Role
    why: tuple[WhyUnmatched, ...] = ()
    change: Change | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A wish for a named person that was not met, and what it would have cost everybody.

    For the coordinator alone: nobody else, and neither of the two, may learn that there was one.
    The costs are None where the pairing is not possible or they were not worked out; `floor` and `total`
    also count what is lost (`total` is None when the floor falls, since it can't be compared then).
    """

    mentee: str
    mentor: str
    asked_by: tuple[Role, ...]
    against: tuple[WhyNot, ...]
    unserved: int | None = None
    floor: int | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Everything that a run made. Pairs stand in the order of the mentees' ids, then the mentors'.

    `worst` is the lowest score that a served mentee has as their best, None when nobody is served.
    For peers `mentees` is the pool, `mentors` and `capacity` are 0, and `served` counts everybody in a pair;
    a pair's mentee is the one whose id comes first. A stable outcome is not the best, so it has no
    `certificate`; that it is stable shows in the pairs themselves. `notes` are what is to be known of the
    result as a whole, and `further_places` what one more place of a mentor would bring, the most helpful
    first. `seconds` is filled by the caller, who has a clock.
    """

    mentees: int
    mentors: int
    capacity: int
    pairs: tuple[Pair, ...]
    unmatched: tuple[Unmatched, ...]
    served: int
    worst: int | None
    total: int
    certificate: Certificate | PoolProof | None
    snapshot_sha256: str
    notes: tuple[Note, ...] = ()
    wishes: tuple[Wish, ...] = ()
    further_places: tuple[FurtherPlace, ...] = ()
    engine_version: str = ENGINE_VERSION
    seconds: Mapping[str, float] = field(default_factory=dict)


def to_json(outcome: Outcome) -> dict[str, Any]:
    """Return the report of the run, ready for JSON; `matched` and `unmatched` count mentees.

    It is for the coordinator: `unmet_wishes` and `further_places` may be read by nobody else.
    """
    return {
        "mentees": outcome.mentees,
        "mentors": outcome.mentors,
        "capacity": outcome.capacity,
        "matched": outcome.served,
        "unmatched": outcome.mentees - outcome.served,
        "total_score": outcome.total,
        "worst_score": outcome.worst,
        "seconds": dict(outcome.seconds),
        "engine_version": outcome.engine_version,
        "snapshot_sha256": outcome.snapshot_sha256,
        "notes": [to_data(note) for note in outcome.notes],
        "pairs": [to_data(pair) for pair in outcome.pairs],
        "unmatched_people": [to_data(person) for person in outcome.unmatched],
        "unmet_wishes": [to_data(wish) for wish in outcome.wishes],
        "further_places": [to_data(place) for place in outcome.further_places],
    }
