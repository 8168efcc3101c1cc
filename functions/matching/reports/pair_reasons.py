"""The reasons of a pair: one for each criterion, with its points, which add up to the pair's score.

Of two peers what one wants and the other wants too is in common; where one's answer meets another question
of the other, both ways are found.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace

from functions.matching.criteria import DEFINITIONS
from functions.matching.criteria.findings import Find, Found, Sides, find_in_common
from functions.matching.people import Person, Role, Value, canonical, one
from functions.matching.policy.model import Criterion, Pairing, Policy
from functions.matching.reasons import Facts, Finding, Reason, Way

_REMEMBERED_AT_MOST = 20_000


class PairReasons:
    """Finds the reasons of a run's pairs; made once, since it remembers what it found."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._most = policy.matters_most.column if policy.matters_most else None
        self._criteria = tuple(_Finder(Sides.of(criterion, policy)) for criterion in policy.criteria)

    def of(self, mentee: Person, mentor: Person, points: Sequence[int]) -> tuple[Reason, ...]:
        """Return one reason for each criterion, with its points."""
        most = self._mattering(mentee, mentor)
        reasons = []
        for finder, earned in zip(self._criteria, points, strict=True):
            finding, facts = finder.found(mentee, mentor)
            reasons.append(
                Reason(
                    criterion=finder.name,
                    finding=finding,
                    facts=facts,
                    points=int(earned),
                    private=finder.private,
                    most_to=most.get(finder.canonical_name, ()),
                )
            )
        return tuple(reasons)

    def _mattering(self, mentee: Person, mentor: Person) -> Mapping[str, tuple[Role, ...]]:
        if self._most is None:
            return {}
        asked = {Role.MENTEE: mentee}
        if self._policy.pairing is Pairing.PEERS:
            asked[Role.MENTOR] = mentor
        said: dict[str, tuple[Role, ...]] = {}
        for role, person in asked.items():
            name = one(person.answers.get(self._most))
            said[name] = (*said.get(name, ()), role)
        return said


class _Finder:
    """One criterion."""

    def __init__(self, sides: Sides) -> None:
        criterion = sides.criterion
        definition = DEFINITIONS[criterion.kind]
        self.name, self.canonical_name = criterion.name, canonical(criterion.name)
        self.private = criterion.private or definition.names_people
        self._sides = sides
        self._names_people = definition.names_people
        peers = sides.policy.pairing is Pairing.PEERS
        self._both_ways = peers and criterion.mentee != criterion.mentor
        self._find = _find_of_peers(criterion) if peers else definition.find
        self._repeats = definition.single_answers and not self._both_ways
        self._known: dict[Hashable, Found] = {}

    def found(self, mentee: Person, mentor: Person) -> Found:
        """Return what it finds of two people."""
        if self._both_ways:
            return self._of_both_ways(mentee, mentor)
        if not self._repeats:  # too many different ones to remember
            return self._find(self._sides, mentee, mentor)
        key = tuple(map(_key, self._sides.answers(mentee, mentor)))
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _REMEMBERED_AT_MOST:
                self._known.clear()
            known = self._known[key] = self._find(self._sides, mentee, mentor)
        return known

    def _of_both_ways(self, one_peer: Person, other: Person) -> Found:
        there = self._find(self._sides, one_peer, other)
        back = _turned(self._find(self._sides, other, one_peer))
        found = [way for way in (there, back) if way[0] is not Finding.NOT_ANSWERED]
        if self._names_people:
            return _of_both_wishes([way for way in found if way[0] is Finding.ASKED_FOR]) or there
        if len(found) == 2 and found[0] != found[1]:  # noqa: PLR2004 - there and back
            ways = tuple(Way(finding=finding, facts=facts) for finding, facts in found)
            return Finding.BOTH_WAYS, Facts(ways=ways)
        return found[0] if found else there


def _turned(found: Found) -> Found:
    """Return what was found of two people who stood the other way round."""
    finding, facts = found
    if facts.who:
        return finding, facts._replace(who=_others(facts.who))
    if facts.times:
        turned = tuple(replace(time, mentee=time.mentor, mentor=time.mentee) for time in facts.times)
        return finding, facts._replace(times=turned, zones=facts.zones[::-1])
    return found


def _others(who: Sequence[Role]) -> tuple[Role, ...]:
    return tuple(role for role in (Role.MENTEE, Role.MENTOR) if _OTHER[role] in who)


_OTHER = {Role.MENTEE: Role.MENTOR, Role.MENTOR: Role.MENTEE}


def _key(value: Value) -> Value:
    """Return an answer as a key: True and 1 are not the same answer, but equal to each other."""
    return str(value) if value.__class__ is bool else value


def _of_both_wishes(asked: Sequence[Found]) -> Found | None:
    who = {role for _, facts in asked for role in facts.who}
    return (Finding.ASKED_FOR, Facts(who=tuple(sorted(who)))) if who else None


def _find_of_peers(criterion: Criterion) -> Find:
    """Return what finds it of two peers; what one wants and the other wants too, they have in common."""
    definition = DEFINITIONS[criterion.kind]
    if criterion.mentee == criterion.mentor and definition.wanted:
        return find_in_common
    return definition.find_of_peers or definition.find
