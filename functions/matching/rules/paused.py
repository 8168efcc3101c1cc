"""Paused: refuses everybody who says that they are paused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.matching.people import Role
from functions.matching.policy.model import Rule, RuleKind
from functions.matching.rules.definition import RuleDefinition, either_column

if TYPE_CHECKING:
    from functions.matching.scoring.comparison import EncodedCriterion, Ints, Truths
    from functions.matching.scoring.people_encoder import PeopleEncoder

_PAUSED_WORDS = frozenset({"yes", "true", "1", "paused", "y"})


def refuse_either(mentee: Ints, mentor: Ints) -> Truths:
    """Refuse every pair of which one is paused."""
    refused: Truths = (mentee | mentor) != 0
    return refused


def _encode(people: PeopleEncoder, rule: Rule) -> EncodedCriterion:
    return people.compare_values(
        refuse_either,
        people.answers_among(Role.MENTEE, rule.mentee, _PAUSED_WORDS),
        people.answers_among(Role.MENTOR, rule.mentor, _PAUSED_WORDS),
    )


DEFINITION = RuleDefinition(
    kind=RuleKind.PAUSED, because="one of the two is paused", columns=either_column, encode=_encode
)
