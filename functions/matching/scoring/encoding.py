"""Everybody's answers, read once as the policy means them, into what each criterion and rule compares.

What is read depends on columns and kinds alone, not on weights: another policy over the same questions
reads nothing again (`EncodedPeople.encoded`, by what was read).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from functions.matching import criteria, rules
from functions.matching.people import Person, Role, several
from functions.matching.policy.model import Columns, Criterion, Ladder, Policy, Rule
from functions.matching.reasons import CannotMatch, Problem
from functions.matching.scoring.comparison import EncodedCriterion, Relation
from functions.matching.scoring.people_encoder import (
    PeopleEncoder,
    lists_key,
    sharing,
    unknown_answer,
    zones_key,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedPeople:
    """Both sides, sorted by id, and what has been encoded of them so far, by signature."""

    mentors: tuple[Person, ...]
    mentees: tuple[Person, ...]
    encoded: Mapping[str, EncodedCriterion]
    same_id: Relation


def encode_people(mentors: Iterable[Person], mentees: Iterable[Person], policy: Policy) -> EncodedPeople:
    """Encode everybody's answers as the policy means them.

    Raises CannotMatch when two people of one side share an id, somebody has no place, or an answer can't
    be read.
    """
    ordered = {Role.MENTOR: _in_order(mentors, Role.MENTOR), Role.MENTEE: _in_order(mentees, Role.MENTEE)}
    for role, people in ordered.items():
        _check_allowed(people, policy.columns(role), role)
    ids = ([(person.id,) for person in ordered[role]] for role in (Role.MENTEE, Role.MENTOR))
    known = EncodedPeople(
        mentors=ordered[Role.MENTOR], mentees=ordered[Role.MENTEE], encoded={}, same_id=sharing(*ids)
    )
    return encode_further(known, policy)


def encode_further(known: EncodedPeople, policy: Policy) -> EncodedPeople:
    """Return what the policy compares of the same people; what is known already is not encoded again."""
    encoder = PeopleEncoder(
        mentors=known.mentors,
        mentees=known.mentees,
        policy=policy,
        counted_entries=_counted_entries(policy),
    )
    found = dict(known.encoded)
    of_criteria, of_rules = signatures(policy)
    for key, criterion in zip(of_criteria, policy.criteria, strict=True):
        if key not in found:
            found[key] = criteria.DEFINITIONS[criterion.kind].encode(encoder, criterion)
    for key, rule in zip(of_rules, policy.rules, strict=True):
        if key not in found:
            found[key] = rules.DEFINITIONS[rule.kind].encode(encoder, rule)
    return replace(known, encoded=found)


def signatures(policy: Policy) -> tuple[list[str], list[str]]:
    """Return for each criterion and each rule everything that its encoding depends on, beside the people."""
    counted = _counted_entries(policy)
    return (
        [_signature(criterion, counted) for criterion in policy.criteria],
        [_signature(rule, counted) for rule in policy.rules],
    )


def _signature(of: Criterion | Rule, counted: Mapping[str, int]) -> str:
    shared = (
        of.kind,
        of.mentee,
        of.mentor,
        sorted(of.wildcards),
        _ladder_key(of.ladder),
        of.at_least,
        of.at_most,
        zones_key(of.zones),
        counted.get(lists_key(of), 0),
    )
    if isinstance(of, Rule):
        only_if = of.only_if and (of.only_if.mentee, of.only_if.mentor, sorted(of.only_if.answers))
        return repr(("rule", *shared, of.missing_refuses, sorted(of.same.items()), only_if))
    options = (of.ranks, of.counts, of.reach, of.enough, sorted(of.worth.items()))
    return repr((*shared, *options, of.mentor_wants, of.mentee_offers))


def _ladder_key(ladder: Ladder | None) -> object:
    if ladder is None:
        return None
    return [None if side is None else sorted(side.items()) for side in (ladder.mentee, ladder.mentor)]


def _counted_entries(policy: Policy) -> dict[str, int]:
    """Return how many entries in common anything asks for, by the lists: beyond that no count need go."""
    most: dict[str, int] = {}
    asked: list[tuple[Criterion | Rule, int]] = [
        *((one, criteria.DEFINITIONS[one.kind].counted_entries(one)) for one in policy.criteria),
        *((one, rules.DEFINITIONS[one.kind].counted_entries(one)) for one in policy.rules),
    ]
    for of, entries in asked:
        if entries:
            most[lists_key(of)] = max(most.get(lists_key(of), 0), entries)
    return most


def _in_order(people: Iterable[Person], role: Role) -> tuple[Person, ...]:
    ordered = tuple(sorted(people, key=lambda person: person.id))
    for before, after in pairwise(ordered):
        if before.id == after.id:
            raise CannotMatch(Problem.SAME_ID, after.id, role=role)
    for person in ordered:
        if person.capacity < 1:
            numbers = {"capacity": person.capacity}
            raise CannotMatch(Problem.NO_CAPACITY, person.id, role=role, numbers=numbers)
    return ordered


def _check_allowed(people: Iterable[Person], columns: Columns, role: Role) -> None:
    for person in people:
        for column, allowed in columns.allowed.items():
            for value in several(person.answers.get(column), columns.separator):
                if value not in allowed:
                    raise unknown_answer(person, role, column, value, allowed)
