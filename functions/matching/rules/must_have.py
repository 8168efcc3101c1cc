"""Must have: refuses a mentor who lacks anything that the mentee asks for, or gives another answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from functions.matching.answers.codes import MISSING, NOT_ASKED
from functions.matching.people import Role, canonical
from functions.matching.policy.model import Rule, RuleKind
from functions.matching.policy.toml import TomlTable
from functions.matching.rules.definition import RuleDefinition, refused_pairs

if TYPE_CHECKING:
    from functions.matching.scoring.comparison import EncodedCriterion, Ints, Truths
    from functions.matching.scoring.people_encoder import PeopleEncoder


@dataclass(frozen=True, slots=True)
class RefuseLacking:
    """Refuses a mentor with fewer of the things asked for; `nothing_named` says that they name none."""

    nothing_named: int
    missing_refuses: bool

    def __call__(self, wanted: Ints, held: Ints) -> Truths:
        """Say of each pair whether it is refused; `wanted` is how many things the mentee asks for."""
        missing = held == self.nothing_named
        lacking = refused_pairs(held < wanted, missing, missing_refuses=self.missing_refuses)
        asked: Truths = wanted != 0
        return lacking & asked


@dataclass(frozen=True, slots=True)
class RefuseOtherAnswer:
    """Refuses another answer than the mentee's, where the mentee asks for the same one."""

    missing_refuses: bool

    def __call__(self, mentee: Ints, mentor: Ints) -> Truths:
        """Say of each pair whether it is refused, from codes of single answers."""
        missing = (mentee == MISSING) | (mentor == MISSING)
        other = refused_pairs(mentee != mentor, missing, missing_refuses=self.missing_refuses)
        asked: Truths = mentee != NOT_ASKED
        return other & asked


def _parse(table: TomlTable, rule: Rule) -> Rule:
    return replace(rule, same=_columns_by_condition(table.table("same", required=False)))


def _columns_by_condition(table: TomlTable) -> dict[str, tuple[str, str]]:
    """Return the conditions that a mentee may ask for, with the two columns that must then agree."""
    conditions: dict[str, tuple[str, str]] = {}
    for entry in table.remaining_keys():
        columns = table.texts(entry)
        if len(columns) != 2:  # noqa: PLR2004 - one of each side
            raise table.mistake(
                entry,
                "it does not name two columns",
                'Write same = { same-faculty = ["the mentee’s column", "the mentor’s"] }',
            )
        conditions[canonical(entry)] = (columns[0], columns[1])
    return conditions


def _encode(people: PeopleEncoder, rule: Rule) -> EncodedCriterion:
    asked = people.lists(Role.MENTEE, rule.mentee)
    wanted, term = people.required_things(rule.mentee, rule.mentor, besides=frozenset(rule.same))
    lacking = people.compare_lists(RefuseLacking(term.size - 1, rule.missing_refuses), wanted, term)
    conditions = [
        people.compare_values(
            RefuseOtherAnswer(rule.missing_refuses),
            *people.answer_codes(
                replace(rule, mentee=mentee, mentor=mentor, wildcards=frozenset()),
                only_for=[entry in entries for entries in asked],
            ),
        )
        for entry, (mentee, mentor) in rule.same.items()
    ]
    return lacking.joined(conditions)


DEFINITION = RuleDefinition(
    kind=RuleKind.MUST_HAVE,
    because="the mentor does not have the {mentor} that the mentee asks for",
    keys=("same",),
    parse=_parse,
    encode=_encode,
    missing_refuses_by_default=True,
)
