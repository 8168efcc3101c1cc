"""What the engine knows of one kind of rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.matching.policy.model import Rule, RuleKind
from functions.matching.policy.toml import TomlTable

if TYPE_CHECKING:
    from functions.matching.scoring.comparison import EncodedCriterion, Truths
    from functions.matching.scoring.people_encoder import PeopleEncoder

_IdColumns = tuple[str, str]  # of mentees, of mentors


def _both_columns(table: TomlTable, _ids: _IdColumns) -> tuple[str, str]:
    return table.text("mentee"), table.text("mentor")


def either_column(table: TomlTable, _ids: _IdColumns) -> tuple[str, str]:
    """Read the columns of a rule that needs no more than one of the two."""
    mentee, mentor = table.text("mentee", default=""), table.text("mentor", default="")
    if not (mentee or mentor):
        raise table.mistake(
            "kind", "no column is named", 'Add mentee = "a column", mentor = "a column" or both'
        )
    return mentee, mentor


def refused_pairs(refused: Truths, missing: Truths, *, missing_refuses: bool) -> Truths:
    """Say of each pair whether it is refused: by the answers, or by the rule's word where one is missing."""
    return (missing & missing_refuses) | (~missing & refused)


def _nothing_more(_table: TomlTable, rule: Rule) -> Rule:
    return rule


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDefinition:
    """One kind of rule: its options in a policy, and how it refuses two people's answers.

    `because` says why it refuses where the policy does not say it better; `{mentee}` and `{mentor}` are its
    columns. `columns` reads those, given the id columns of both sides. `keys` are the options beside those of
    every rule, and `parse` reads them into the rule. `encode` reads everybody's answers into arrays, with
    the formulas that refuse. `counted_entries` says how many common entries are ever asked for, where a count
    need go no further.
    """

    kind: RuleKind
    because: str
    encode: Callable[[PeopleEncoder, Rule], EncodedCriterion]
    keys: tuple[str, ...] = ()
    columns: Callable[[TomlTable, _IdColumns], tuple[str, str]] = _both_columns
    parse: Callable[[TomlTable, Rule], Rule] = _nothing_more
    private_by_default: bool = False
    missing_refuses_by_default: bool = False
    counted_entries: Callable[[Rule], int] = lambda _rule: 0
