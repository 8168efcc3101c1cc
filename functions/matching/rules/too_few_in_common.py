"""Too few in common: refuses people whose lists, or hours of the week in UTC, share too little."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from functions.matching.policy.model import Rule, RuleKind
from functions.matching.policy.options import ZONE_KEYS, zones_of
from functions.matching.policy.toml import TomlTable
from functions.matching.rules.definition import RuleDefinition, refused_pairs

if TYPE_CHECKING:
    from functions.matching.scoring.comparison import EncodedCriterion, Ints, Truths
    from functions.matching.scoring.people_encoder import PeopleEncoder


@dataclass(frozen=True, slots=True)
class RefuseFew:
    """Refuses fewer than `at_least` in common; `nothing_named` is the number of a mentor without entries."""

    at_least: int
    nothing_named: int
    missing_refuses: bool

    def __call__(self, mentee_names_some: Ints, common: Ints) -> Truths:
        """Say of each pair whether it is refused; the mentee's number is 0 where they have no entry."""
        missing = (mentee_names_some == 0) | (common == self.nothing_named)
        return refused_pairs(common < self.at_least, missing, missing_refuses=self.missing_refuses)


def _parse(table: TomlTable, rule: Rule) -> Rule:
    at_least = table.integer("at_least", default=1, smallest=1)
    return replace(rule, at_least=at_least, zones=zones_of(table))


def _at_least(rule: Rule) -> int:
    return rule.at_least or 1


def _encode(people: PeopleEncoder, rule: Rule) -> EncodedCriterion:
    names_some, term = people.common_times(rule)
    return people.compare_lists(
        RefuseFew(_at_least(rule), term.size - 1, rule.missing_refuses), names_some, term
    )


DEFINITION = RuleDefinition(
    kind=RuleKind.TOO_FEW,
    because="too little in common in {mentee}",
    keys=("at_least", *ZONE_KEYS),
    parse=_parse,
    encode=_encode,
    counted_entries=_at_least,
)
