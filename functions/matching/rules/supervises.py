"""Supervises: refuses a mentor whom the mentee names as their supervisor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.matching.policy.model import Rule, RuleKind
from functions.matching.policy.toml import TomlTable
from functions.matching.rules.definition import RuleDefinition

if TYPE_CHECKING:
    from functions.matching.scoring.comparison import EncodedCriterion
    from functions.matching.scoring.people_encoder import PeopleEncoder


def _columns(table: TomlTable, _ids: tuple[str, str]) -> tuple[str, str]:
    return table.text("mentee"), table.text("mentor", default="")


def _encode(people: PeopleEncoder, rule: Rule) -> EncodedCriterion:
    return people.related(people.naming(rule.mentee, ""))


DEFINITION = RuleDefinition(
    kind=RuleKind.SUPERVISES,
    because="the mentor supervises the mentee",
    columns=_columns,
    encode=_encode,
)
