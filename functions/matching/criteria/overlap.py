"""Overlap: how much of what the mentee wants the mentor offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.matching.criteria.definition import CriterionDefinition, Shares, Wanted
from functions.matching.criteria.findings import Found, Sides, find_met
from functions.matching.people import Person, Role
from functions.matching.policy.model import WHOLE, Criterion

if TYPE_CHECKING:
    from functions.matching.scoring.comparison import EncodedCriterion, Ints, Truths
    from functions.matching.scoring.people_encoder import PeopleEncoder


@dataclass(frozen=True, slots=True)
class Coverage:
    """The part of the wanted entries that is offered.

    A pair's number holds `bits` bits that say which entries are met; with 0 bits it counts them.
    `nothing_offered` is the number where the mentor has no entry at all.
    """

    bits: int
    nothing_offered: int

    def __call__(self, wanted: Ints, number: Ints) -> Shares:
        """Return the share of each pair; `wanted` is how many entries the mentee wants."""
        return Shares(self.met(number) * WHOLE // wanted.clip(1), self.missing(wanted, number))

    def met(self, number: Ints) -> Ints:
        """Return how many of the wanted entries are met."""
        return (
            sum((number >> place & 1 for place in range(1, self.bits)), number & 1) if self.bits else number
        )

    def missing(self, wanted: Ints, number: Ints) -> Truths:
        """Say of each pair whether one of the two has no entry."""
        missing: Truths = (wanted == 0) | (number == self.nothing_offered)
        return missing


def encode_overlap(people: PeopleEncoder, criterion: Criterion) -> EncodedCriterion:
    """Compare what the mentee wants with what the mentor offers."""
    bits, term = people.met_entries(criterion.mentee, criterion.mentor)
    wanted = people.list_lengths(Role.MENTEE, criterion.mentee)
    return people.compare_lists(Coverage(bits, term.size - 1), wanted, term)


def find_wanted(sides: Sides, mentee: Person, mentor: Person) -> Found:
    """Find which of the mentee's wants the mentor offers."""
    return find_met(sides, sides.mentee.of(mentee), sides.mentor.of(mentor), Role.MENTOR)


DEFINITION = CriterionDefinition(
    kind="overlap",
    encode=encode_overlap,
    find=find_wanted,
    wanted=Wanted.ANY,
)
