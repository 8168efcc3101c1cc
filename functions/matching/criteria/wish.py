"""Wish: one of the two named the other. Others whom somebody named earn nothing; unnamed is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.matching.criteria.definition import CriterionDefinition, Shares
from functions.matching.criteria.findings import Entries, Found, Sides
from functions.matching.people import Person, Role, canonical, one
from functions.matching.policy.model import Criterion, Policy
from functions.matching.reasons import NO_FACTS, Facts, Finding

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


def _find(sides: Sides, mentee: Person, mentor: Person) -> Found:
    policy = sides.policy
    named = names_in(sides.mentee, mentee), names_in(sides.mentor, mentor)
    if not any(named):
        return sides.not_answered(*named)
    asked = (
        (Role.MENTEE, not named[0].isdisjoint(names_of(policy, Role.MENTOR, mentor))),
        (Role.MENTOR, not named[1].isdisjoint(names_of(policy, Role.MENTEE, mentee))),
    )
    who = tuple(role for role, named_the_other in asked if named_the_other)
    if who:
        return Finding.ASKED_FOR, Facts(who=who)
    return Finding.NOT_ASKED_FOR, NO_FACTS


def names_in(entries: Entries, person: Person) -> frozenset[str]:
    """Return whom that answer may name: each of its entries, and the whole, in canonical form."""
    named = entries.of(person)
    return frozenset((*named, one(person.answers.get(entries.column)))) if named else frozenset()


def names_of(policy: Policy, role: Role, person: Person) -> frozenset[str]:
    """Return by which names others may mean a person, in canonical form."""
    identity = policy.columns(role).identity
    return frozenset((canonical(person.id), *(one(person.answers.get(name)) for name in identity))) - {""}


DEFINITION = CriterionDefinition(
    kind="wish",
    encode=_encode,
    mentor_column_required=False,
    find=_find,
    names_people=True,
)
