"""Different: refuses people who do not give the same single answer, perhaps only those who both need to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from functions.matching.answers.codes import NOT_ASKED
from functions.matching.people import canonical
from functions.matching.policy.model import OnlyIf, Rule, RuleKind
from functions.matching.policy.toml import TomlTable
from functions.matching.rules.definition import RuleDefinition
from functions.matching.rules.same import RefuseAnswers, parse_wildcards

if TYPE_CHECKING:
    from functions.matching.scoring.comparison import EncodedCriterion, Ints, Truths
    from functions.matching.scoring.people_encoder import PeopleEncoder


@dataclass(frozen=True, slots=True)
class RefuseOfSome:
    """Refuses what the rule refuses, of two people of whom it speaks."""

    of_all: RefuseAnswers

    def __call__(self, mentee: Ints, mentor: Ints) -> Truths:
        """Say of each pair whether it is refused, from codes of single answers."""
        concerned = (mentee != NOT_ASKED) & (mentor != NOT_ASKED)
        refused: Truths = concerned & self.of_all(mentee, mentor)
        return refused


def _parse(table: TomlTable, rule: Rule) -> Rule:
    rule = parse_wildcards(table, rule)
    if not table.has("only_if"):
        return rule
    inner = table.table("only_if")
    only_if = OnlyIf(
        mentee=inner.text("mentee"),
        mentor=inner.text("mentor"),
        answers=frozenset(map(canonical, inner.texts("answers"))),
    )
    inner.allow(("mentee", "mentor", "answers"), "only_if")
    return replace(rule, only_if=only_if)


def _encode(people: PeopleEncoder, rule: Rule) -> EncodedCriterion:
    formula = RefuseAnswers(same=False, missing_refuses=rule.missing_refuses)
    codes = people.answer_codes(rule)
    return people.compare_values(RefuseOfSome(formula) if rule.only_if else formula, *codes)


DEFINITION = RuleDefinition(
    kind=RuleKind.DIFFERENT,
    because="{mentee} is not the same",
    keys=("any", "only_if"),
    parse=_parse,
    encode=_encode,
)
