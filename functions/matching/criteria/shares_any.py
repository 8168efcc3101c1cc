"""Shares any: the mentor offers at least one of the entries that the mentee wants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.matching.criteria.definition import CriterionDefinition, Shares, Wanted
from functions.matching.criteria.findings import find_in_common
from functions.matching.criteria.overlap import Coverage
from functions.matching.people import Role
from functions.matching.policy.model import WHOLE, Criterion

if TYPE_CHECKING:
    from functions.matching.scoring.comparison import EncodedCriterion, Ints
    from functions.matching.scoring.people_encoder import PeopleEncoder


@dataclass(frozen=True, slots=True)
class AnyMet:
    """Everything where at least one wanted entry is met."""

    coverage: Coverage

    def __call__(self, wanted: Ints, number: Ints) -> Shares:
        """Return the share of each pair; `wanted` is how many entries the mentee wants."""
        return Shares((self.coverage.met(number) > 0) * WHOLE, self.coverage.missing(wanted, number))


def _encode(people: PeopleEncoder, criterion: Criterion) -> EncodedCriterion:
    bits, term = people.met_entries(criterion.mentee, criterion.mentor, cap=1)
    wanted = people.list_lengths(Role.MENTEE, criterion.mentee)
    return people.compare_lists(AnyMet(Coverage(bits, term.size - 1)), wanted, term)


DEFINITION = CriterionDefinition(
    kind="shares any",
    encode=_encode,
    find=find_in_common,
    wanted=Wanted.ANY,
)
