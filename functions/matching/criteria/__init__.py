"""Kinds of criterion, one module each: its options in a policy, how answers are encoded and compared.

A new kind is one module here with its row in `DEFINITIONS`, and one in `verification/criteria` with its row
there (the second reading, which shares no code with this one): CONTRIBUTING.md has the recipe.

Nothing here imports numpy: the web function reads policies and has none. Arrays come in as arguments, and
are compared with operators and their own methods.
"""

from collections.abc import Mapping
from decimal import Decimal

from functions.matching.criteria import (
    closeness,
    complementary,
    different,
    ordered_distance,
    overlap,
    ranked_choice,
    same,
    shares_any,
    text_similarity,
    times_in_common,
    wish,
)
from functions.matching.criteria.definition import CriterionDefinition
from functions.matching.policy.model import LARGEST_WEIGHT, Criterion, Points
from functions.matching.policy.toml import TomlTable, readable

DEFINITIONS: Mapping[str, CriterionDefinition] = {
    definition.kind: definition
    for definition in (
        same.DEFINITION,
        different.DEFINITION,
        shares_any.DEFINITION,
        overlap.DEFINITION,
        ranked_choice.DEFINITION,
        ordered_distance.DEFINITION,
        closeness.DEFINITION,
        times_in_common.DEFINITION,
        complementary.DEFINITION,
        wish.DEFINITION,
        text_similarity.DEFINITION,
    )
}
CRITERION_KINDS = tuple(DEFINITIONS)
_COMMON_KEYS = ("name", "label", "kind", "weight", "neutral", "private", "mentee", "mentor", "both")


def parse_criterion(table: TomlTable, points: Points) -> Criterion:
    """Return the criterion that a table [[criterion]] says. Raises PolicyError for the first mistake."""
    table = table.with_both_split()
    kind = table.word("kind", CRITERION_KINDS)
    definition = DEFINITIONS[kind]
    table.allow((*_COMMON_KEYS, *definition.keys), f"a criterion of kind “{kind}”")
    name = table.text("name")
    criterion = Criterion(
        name=name,
        label=table.translated("label", default=readable(name)),
        kind=kind,
        weight=_weight(table, points),
        neutral=table.millionths("neutral", table.decimal("neutral", default=Decimal("0.5"), largest=1)),
        private=table.boolean("private", default=False),
        mentee=table.text("mentee"),
        mentor=table.text("mentor", default=None if definition.mentor_column_required else ""),
    )
    criterion = definition.parse(table, criterion)
    table.finish()
    return criterion


def _weight(table: TomlTable, points: Points) -> int:
    weight = table.decimal("weight", largest=LARGEST_WEIGHT)
    if points is Points.AS_THEY_ARE and weight != weight.to_integral_value():
        raise table.mistake(
            "weight",
            f"{weight} is not a whole number, and this policy takes points as they are",
            'Write whole points, or leave out points = "as they are"',
        )
    return table.thousandths("weight", weight)
