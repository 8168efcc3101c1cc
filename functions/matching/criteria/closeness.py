"""Closeness: how near two numbers are, in either direction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from functions.matching.answers.codes import NOWHERE
from functions.matching.criteria.definition import CriterionDefinition, Shares
from functions.matching.criteria.findings import find_apart, find_distance
from functions.matching.policy.model import LARGEST_WEIGHT, WHOLE, Criterion
from functions.matching.policy.toml import TomlTable

if TYPE_CHECKING:
    from functions.matching.scoring.comparison import EncodedCriterion, Ints
    from functions.matching.scoring.people_encoder import PeopleEncoder


@dataclass(frozen=True, slots=True)
class Nearness:
    """Everything for equal numbers, nothing for numbers that are `reach` apart, in thousandths."""

    reach: int

    def __call__(self, mentee: Ints, mentor: Ints) -> Shares:
        """Return the share of each pair, from the numbers of both."""
        missing = (mentee == NOWHERE) | (mentor == NOWHERE)
        apart = abs((mentor - mentee) * ~missing)
        return Shares(WHOLE - (apart * WHOLE // self.reach).clip(None, WHOLE), missing)


def _parse(table: TomlTable, criterion: Criterion) -> Criterion:
    reach = table.thousandths("reach", table.decimal("reach", largest=LARGEST_WEIGHT))
    if not reach:
        raise table.mistake(
            "reach", "it is 0", "Write the difference at which nothing is earned, such as reach = 5"
        )
    return replace(criterion, reach=reach)


def _encode(people: PeopleEncoder, criterion: Criterion) -> EncodedCriterion:
    return people.compare_values(Nearness(criterion.reach), *people.places(criterion))


DEFINITION = CriterionDefinition(
    kind="closeness",
    keys=("reach",),
    parse=_parse,
    encode=_encode,
    find=find_distance,
    find_of_peers=find_apart,
    single_answers=True,
)
