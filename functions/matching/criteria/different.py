"""Different: two single answers do not agree; an answer that fits all agrees with every other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.matching.criteria.definition import CriterionDefinition
from functions.matching.criteria.findings import find_agreement
from functions.matching.criteria.same import Agreement, parse_wildcards
from functions.matching.policy.model import Criterion

if TYPE_CHECKING:
    from functions.matching.scoring.comparison import EncodedCriterion
    from functions.matching.scoring.people_encoder import PeopleEncoder


def _encode(people: PeopleEncoder, criterion: Criterion) -> EncodedCriterion:
    return people.compare_values(Agreement(agreeing_earns=False), *people.answer_codes(criterion))


DEFINITION = CriterionDefinition(
    kind="different",
    keys=("any",),
    parse=parse_wildcards,
    encode=_encode,
    find=find_agreement,
    single_answers=True,
)
