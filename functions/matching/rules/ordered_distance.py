"""Ordered distance: refuses a mentor who is not far enough ahead, or too far."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from functions.matching.answers.codes import NOWHERE
from functions.matching.policy.model import LARGEST_STEP, Rule, RuleKind
from functions.matching.policy.options import LADDER_KEYS, check_bounds, ladder_of, steps_per_place
from functions.matching.policy.toml import TomlTable
from functions.matching.rules.definition import RuleDefinition, refused_pairs

if TYPE_CHECKING:
    from functions.matching.scoring.comparison import EncodedCriterion, Ints, Truths
    from functions.matching.scoring.people_encoder import PeopleEncoder
_NO_LOWER_BOUND, _NO_UPPER_BOUND = -(2**63), 2**63 - 1


@dataclass(frozen=True, slots=True)
class RefuseSteps:
    """Refuses a mentor fewer than `at_least` steps ahead, or more than `at_most`; None is no bound."""

    at_least: int | None
    at_most: int | None
    missing_refuses: bool

    def __call__(self, mentee: Ints, mentor: Ints) -> Truths:
        """Say of each pair whether it is refused, from the places of both."""
        missing = (mentee == NOWHERE) | (mentor == NOWHERE)
        steps = (mentor - mentee) * ~missing
        behind: Truths = steps < (_NO_LOWER_BOUND if self.at_least is None else self.at_least)
        beyond: Truths = steps > (_NO_UPPER_BOUND if self.at_most is None else self.at_most)
        return refused_pairs(behind | beyond, missing, missing_refuses=self.missing_refuses)


def _parse(table: TomlTable, rule: Rule) -> Rule:
    ladder = ladder_of(table)
    scale = steps_per_place(ladder)
    at_least, at_most = (
        table.integer(key, smallest=-LARGEST_STEP) * scale if table.has(key) else None
        for key in ("at_least", "at_most")
    )
    if at_least is None and at_most is None:
        raise table.mistake(
            "kind", "it refuses nothing", "Add at_least or at_most: how many steps the mentor must be ahead"
        )
    check_bounds(table, at_least, at_most)
    return replace(rule, ladder=ladder, at_least=at_least, at_most=at_most)


def _encode(people: PeopleEncoder, rule: Rule) -> EncodedCriterion:
    formula = RefuseSteps(rule.at_least, rule.at_most, rule.missing_refuses)
    return people.compare_values(formula, *people.places(rule))


DEFINITION = RuleDefinition(
    kind=RuleKind.DISTANCE,
    because="the mentor is not at the right distance in {mentor}",
    keys=(*LADDER_KEYS, "at_least", "at_most"),
    parse=_parse,
    encode=_encode,
)
