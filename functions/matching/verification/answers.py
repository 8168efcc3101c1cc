"""What the answers of two people say of their pairing, worked out in plain Python, one pair at a time.

Written from the specification and not from `scoring`, with which it shares no code: whole numbers,
decimals and sets instead of arrays. Each person's answers are read once, as each rule and criterion
takes them; a pair then compares what was read. How a kind reads and compares is one module of
`verification.criteria` or `verification.rules`.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from functions.matching.people import Person
from functions.matching.policy.model import Points, Policy
from functions.matching.verification import answer_reader, criteria, rules
from functions.matching.verification.answer_reader import AnswerReader, Read, plain

_MILLION = 1_000_000


class Answers:
    """The answers of both sides, as a policy means them."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        mentees, mentors = AnswerReader(policy.mentees), AnswerReader(policy.mentors)
        refusals = [rules.READINGS[rule.kind](rule, mentees, mentors) for rule in policy.rules]
        shares = [criteria.READINGS[one.kind](one, mentees, mentors) for one in policy.criteria]
        self._rules = [
            (rule.name, reading.refuses) for rule, reading in zip(policy.rules, refusals, strict=True)
        ]
        self._shares = [reading.share for reading in shares]
        self._for_rules = (
            _ReadPeople([reading.mentee for reading in refusals]),
            _ReadPeople([reading.mentor for reading in refusals]),
        )
        self._for_criteria = (
            _ReadPeople([reading.mentee for reading in shares]),
            _ReadPeople([reading.mentor for reading in shares]),
        )
        self._chosen = mentees.text(policy.matters_most.column if policy.matters_most else "")
        self._parts: dict[str, list[int]] = {}
        self._names = {plain(criterion.name) for criterion in policy.criteria}

    def against(self, mentee: Person, mentor: Person) -> list[str]:
        """Return the names of the rules that refuse the pairing."""
        names = [*self._refusing(mentee, mentor)]
        return [*names, "never oneself"] if mentee.id == mentor.id else names

    def _refusing(self, mentee: Person, mentor: Person) -> Iterator[str]:
        mine, theirs = self._for_rules[0].of(mentee), self._for_rules[1].of(mentor)
        for (name, refuses), left, right in zip(self._rules, mine, theirs, strict=True):
            if refuses(left, right):
                yield name

    def score(self, mentee: Person, mentor: Person) -> int:
        """Return the pairing's score, −1 where a rule refuses it."""
        if mentee.id == mentor.id or next(self._refusing(mentee, mentor), None) is not None:
            return -1
        return sum(earned for _, earned in self.points(mentee, mentor))

    def points(self, mentee: Person, mentor: Person) -> list[tuple[str, int]]:
        """Return each criterion's points: its share of its part of the whole, half a point rounded up."""
        return self.points_of_parts(mentee, mentor, self.parts(mentee))

    def points_of_parts(self, mentee: Person, mentor: Person, parts: Sequence[int]) -> list[tuple[str, int]]:
        """Return each criterion's points when it can give those of `parts`."""
        earned = []
        mine, theirs = self._for_criteria[0].of(mentee), self._for_criteria[1].of(mentor)
        as_they_are = self._policy.points is Points.AS_THEY_ARE
        for criterion, of, part, left, right in zip(
            self._policy.criteria, self._shares, parts, mine, theirs, strict=True
        ):
            share = of(left, right)
            if share is None:
                share = 0 if as_they_are else criterion.neutral
            earned.append((criterion.name, (2 * part * share + _MILLION) // (2 * _MILLION)))
        return earned

    def most(self) -> int:
        """Return a score that no pairing can exceed."""
        return max(sum(self._parts_by(chosen)) for chosen in ("", *self._names))

    def parts(self, mentee: Person) -> list[int]:
        """Return the points that each criterion can give to that mentee."""
        return self._parts_by(self._chosen(mentee))

    def _parts_by(self, chosen: str) -> list[int]:
        chosen = chosen if chosen in self._names and self._policy.matters_most else ""
        if chosen not in self._parts:
            self._parts[chosen] = _parts(self._policy, chosen)
        return self._parts[chosen]


class _ReadPeople:
    """Reads people, and keeps what was read of some of them."""

    def __init__(self, reads: Sequence[Read]) -> None:
        self._reads = reads
        self._known: dict[str, list[Any]] = {}

    def of(self, person: Person) -> list[Any]:
        known = self._known.get(person.id)
        if known is None:
            if len(self._known) >= answer_reader.MOST_KEPT:
                self._known.clear()
            known = self._known[person.id] = [read(person) for read in self._reads]
        return known


def _parts(policy: Policy, chosen: str) -> list[int]:
    most = policy.matters_most
    weights = [
        criterion.weight * (most.times if most and chosen and plain(criterion.name) == chosen else 1000)
        for criterion in policy.criteria
    ]
    if policy.points is Points.AS_THEY_ARE:
        return [weight // 1_000_000 for weight in weights]
    total = sum(weights)
    parts = [weight * _MILLION // total for weight in weights]
    largest_rest_first = sorted(
        range(len(weights)), key=lambda k: (-(weights[k] * _MILLION - parts[k] * total), k)
    )
    for place in largest_rest_first[: _MILLION - sum(parts)]:
        parts[place] += 1
    return parts
