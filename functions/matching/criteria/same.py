"""Same: two single answers agree. An answer that the policy says fits all agrees with every other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from functions.matching.answers.codes import ANY, MISSING
from functions.matching.criteria.definition import CriterionDefinition, Shares
from functions.matching.criteria.findings import find_agreement
from functions.matching.people import canonical
from functions.matching.policy.model import WHOLE, Criterion
from functions.matching.policy.toml import TomlTable

if TYPE_CHECKING:
    from functions.matching.scoring.comparison import EncodedCriterion, Ints
    from functions.matching.scoring.people_encoder import PeopleEncoder


@dataclass(frozen=True, slots=True)
class Agreement:
    """Everything where the answers agree and `agreeing_earns`, or where they differ and it does not."""

    agreeing_earns: bool

    def __call__(self, mentee: Ints, mentor: Ints) -> Shares:
        """Return the share of each pair, from codes of single answers."""
        agree = (mentee == mentor) | (mentee == ANY) | (mentor == ANY)
        return Shares((agree == self.agreeing_earns) * WHOLE, (mentee == MISSING) | (mentor == MISSING))


def parse_wildcards(table: TomlTable, criterion: Criterion) -> Criterion:
    """Read which answers fit every other."""
    return replace(criterion, wildcards=frozenset(map(canonical, table.texts("any", default=()))))


def _encode(people: PeopleEncoder, criterion: Criterion) -> EncodedCriterion:
    return people.compare_values(Agreement(agreeing_earns=True), *people.answer_codes(criterion))


DEFINITION = CriterionDefinition(
    kind="same",
    keys=("any",),
    parse=parse_wildcards,
    encode=_encode,
    find=find_agreement,
    single_answers=True,
)
