"""Kinds of rule, one module each: its options in a policy, and how answers are encoded and refused.

A new kind is one module here with its row in `DEFINITIONS`, one in `verification/rules` (the second
reading, which shares no code with this one), a name in `RuleKind` and its sentence in other languages.

Nothing here imports numpy: the web function reads policies and has none.
"""

from collections.abc import Mapping
from enum import StrEnum

from functions.matching.policy.model import Rule, RuleKind
from functions.matching.policy.toml import TomlTable, readable
from functions.matching.rules import (
    avoided,
    different,
    must_have,
    oneself,
    ordered_distance,
    paused,
    previous_pair,
    same,
    supervises,
    too_few_in_common,
)
from functions.matching.rules.definition import RuleDefinition

DEFINITIONS: Mapping[RuleKind, RuleDefinition] = {
    definition.kind: definition
    for definition in (
        same.DEFINITION,
        different.DEFINITION,
        supervises.DEFINITION,
        avoided.DEFINITION,
        previous_pair.DEFINITION,
        too_few_in_common.DEFINITION,
        ordered_distance.DEFINITION,
        must_have.DEFINITION,
        oneself.DEFINITION,
        paused.DEFINITION,
    )
}
_COMMON_KEYS = ("name", "label", "kind", "because", "private", "missing", "mentee", "mentor", "both")


class _Missing(StrEnum):
    PASSES = "passes"
    REFUSES = "refuses"


def parse_rule(table: TomlTable, ids: tuple[str, str]) -> Rule:
    """Return the rule that a table [[rule]] says; `ids` are the id columns of mentees and mentors.

    Raises PolicyError for the first mistake.
    """
    table = table.with_both_split()
    kind = table.choice("kind", RuleKind)
    definition = DEFINITIONS[kind]
    table.allow((*_COMMON_KEYS, *definition.keys), f"a rule of kind “{kind}”")
    name = table.text("name")
    mentee, mentor = definition.columns(table, ids)
    missing = _Missing.REFUSES if definition.missing_refuses_by_default else _Missing.PASSES
    rule = Rule(
        name=name,
        label=table.translated("label", default=readable(name)),
        kind=kind,
        because=table.translated("because", default=default_because(kind, mentee, mentor)),
        private=table.boolean("private", default=definition.private_by_default),
        missing_refuses=table.choice("missing", _Missing, default=missing) is _Missing.REFUSES,
        mentee=mentee,
        mentor=mentor,
    )
    rule = definition.parse(table, rule)
    table.finish()
    return rule


def default_because(kind: RuleKind, mentee: str, mentor: str) -> str:
    """Return what a rule of that kind says by itself of these columns."""
    return DEFINITIONS[kind].because.format(**column_labels(mentee, mentor))


def column_labels(mentee: str, mentor: str) -> dict[str, str]:
    """Return how a reason names its columns; where one side has none, it is the other's."""
    return {"mentee": readable(mentee or mentor), "mentor": readable(mentor or mentee)}
