"""Oneself: refuses two enrolments of one person, known by their ids or by columns that a policy names."""

from functions.matching.policy.model import RuleKind
from functions.matching.policy.toml import TomlTable
from functions.matching.rules.definition import RuleDefinition
from functions.matching.rules.same import encode_same


def _columns(table: TomlTable, ids: tuple[str, str]) -> tuple[str, str]:
    return table.text("mentee", default=ids[0]), table.text("mentor", default=ids[1])


DEFINITION = RuleDefinition(
    kind=RuleKind.ONESELF, because="they are the same person", columns=_columns, encode=encode_same
)
