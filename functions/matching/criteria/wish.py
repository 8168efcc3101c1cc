"""Wish: one of the two named the other. Others whom somebody named earn nothing; unnamed is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.matching.criteria.definition import CriterionDefinition, Shares
from functions.matching.people import Role
from functions.matching.policy.model import Criterion, CriterionKind

if TYPE_CHECKING:
    from functions.matching.scoring.comparison import EncodedCriterion, Ints
    from functions.matching.scoring.people_encoder import PeopleEncoder


def unmet_wish(mentee_wishes: Ints, mentor_wishes: Ints) -> Shares:
    """Return what pairs earn that nobody wished for: nothing, and missing where neither named anybody."""
    either = mentee_wishes | mentor_wishes
    return Shares(either * 0, either == 0)


def _encode(people: PeopleEncoder, criterion: Criterion) -> EncodedCriterion:
    """Encode who named somebody, and, as related pairs that earn everything, who named whom."""
    return people.compare_values(
        unmet_wish,
        people.has_entries(Role.MENTEE, criterion.mentee),
        people.has_entries(Role.MENTOR, criterion.mentor),
        people.naming(criterion.mentee, criterion.mentor),
    )


DEFINITION = CriterionDefinition(kind=CriterionKind.WISH, encode=_encode, mentor_column_required=False)
