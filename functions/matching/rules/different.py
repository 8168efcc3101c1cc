"""Different: refuses people who do not give the same single answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.matching.policy.model import Rule, RuleKind
from functions.matching.rules.definition import RuleDefinition
from functions.matching.rules.same import RefuseAnswers, parse_wildcards

if TYPE_CHECKING:
    from functions.matching.scoring.comparison import EncodedCriterion
    from functions.matching.scoring.people_encoder import PeopleEncoder


def _encode(people: PeopleEncoder, rule: Rule) -> EncodedCriterion:
    formula = RefuseAnswers(same=False, missing_refuses=rule.missing_refuses)
    return people.compare_values(formula, *people.answer_codes(rule))


DEFINITION = RuleDefinition(
    kind=RuleKind.DIFFERENT,
    because="{mentee} is not the same",
    keys=("any",),
    parse=parse_wildcards,
    encode=_encode,
)
