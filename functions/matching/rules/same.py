"""Same: refuses people who give the same single answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from functions.matching.answers.codes import ANY, MISSING
from functions.matching.people import canonical
from functions.matching.policy.model import Rule, RuleKind
from functions.matching.policy.toml import TomlTable
from functions.matching.rules.definition import RuleDefinition, refused_pairs

if TYPE_CHECKING:
    from functions.matching.scoring.comparison import EncodedCriterion, Ints, Truths
    from functions.matching.scoring.people_encoder import PeopleEncoder


@dataclass(frozen=True, slots=True)
class RefuseAnswers:
    """Refuses equal answers, or with `same` false unequal ones; never one that fits all."""

    same: bool
    missing_refuses: bool

    def __call__(self, mentee: Ints, mentor: Ints) -> Truths:
        """Say of each pair whether it is refused, from codes of single answers."""
        missing = (mentee == MISSING) | (mentor == MISSING)
        refused = ((mentee == mentor) == self.same) & (mentee != ANY) & (mentor != ANY)
        return refused_pairs(refused, missing, missing_refuses=self.missing_refuses)


def parse_wildcards(table: TomlTable, rule: Rule) -> Rule:
    """Read which answers are never refused."""
    return replace(rule, wildcards=frozenset(map(canonical, table.texts("any", default=()))))


def encode_same(people: PeopleEncoder, rule: Rule) -> EncodedCriterion:
    """Compare answers, or list the pairs that share one where answers are many and few are shared."""
    codes = people.answer_codes(rule)
    if people.are_often_equal(*codes):
        return people.compare_values(RefuseAnswers(same=True, missing_refuses=rule.missing_refuses), *codes)
    return people.equal_answers(rule, *codes)


DEFINITION = RuleDefinition(
    kind=RuleKind.SAME,
    because="both have the same {mentee}",
    keys=("any",),
    parse=parse_wildcards,
    encode=encode_same,
)
