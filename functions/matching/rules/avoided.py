"""Avoided: refuses people of whom one names the other; private unless the policy says otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.matching.policy.model import Rule, RuleKind
from functions.matching.rules.definition import RuleDefinition, either_column

if TYPE_CHECKING:
    from functions.matching.scoring.comparison import EncodedCriterion
    from functions.matching.scoring.people_encoder import PeopleEncoder


def encode_naming(people: PeopleEncoder, rule: Rule) -> EncodedCriterion:
    """Refuse the pairs in which one names the other."""
    return people.related(people.naming(rule.mentee, rule.mentor))


DEFINITION = RuleDefinition(
    kind=RuleKind.AVOIDED,
    because="this pairing is not possible",
    columns=either_column,
    encode=encode_naming,
    private_by_default=True,
)
