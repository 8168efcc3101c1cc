"""Two people's answers to one criterion, as they wrote them, and what several kinds find of them.

A finding tells no more of an answer than what the two have in common, and of a private criterion no answer
at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from functions.matching.people import Person, Role, Value, canonical, number, one
from functions.matching.policy.model import Criterion, Points, Policy
from functions.matching.reasons import NO_FACTS, Facts, Finding

Found = tuple[Finding, Facts]

_REMEMBERED_AT_MOST = 20_000
_WHOLE_PERCENT = 10_000  # millionths
_BOTH = (Role.MENTEE, Role.MENTOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """Reads the entries of one column, and remembers them: the answers of thousands repeat."""

    separator: re.Pattern[str]
    column: str
    _known: dict[Value, Mapping[str, str]] = field(init=False, repr=False, default_factory=dict)
    _parts: dict[str, tuple[str, str]] = field(init=False, repr=False, default_factory=dict)

    def of(self, person: Person) -> Mapping[str, str]:
        """Return a person's entries, canonical form to what they wrote, in their order."""
        value = person.answers.get(self.column)
        if value is None:
            return {}
        if value.__class__ is bool:  # True and 1 are not the same answer, but equal to each other
            value = str(value)
        known = self._known.get(value)
        if known is None:
            if len(self._known) >= _REMEMBERED_AT_MOST:
                self._known.clear()
            known = self._known[value] = self._read(value)
        return known

    def _read(self, value: Value) -> Mapping[str, str]:
        parts = value if isinstance(value, tuple) else self.separator.split(str(value))
        known = self._parts
        if len(known) >= _REMEMBERED_AT_MOST:
            known.clear()
        entries: dict[str, str] = {}
        for part in parts:
            read = known.get(part)
            if read is None:
                read = known[part] = canonical(part), part.strip()
            entries[read[0]] = read[1]
        entries.pop("", None)
        return entries


class Sides(NamedTuple):
    """One criterion's reading of two people: `mentee` and `mentor` read the columns that it compares."""

    criterion: Criterion
    policy: Policy
    mentee: Entries
    mentor: Entries
    wanted_by_mentor: Entries
    offered_by_mentee: Entries

    @classmethod
    def of(cls, criterion: Criterion, policy: Policy) -> Sides:
        """Read what the criterion compares."""

        def entries(role: Role, column: str) -> Entries:
            return Entries(separator=policy.columns(role).separator, column=column)

        return cls(
            criterion=criterion,
            policy=policy,
            mentee=entries(Role.MENTEE, criterion.mentee),
            mentor=entries(Role.MENTOR, criterion.mentor),
            wanted_by_mentor=entries(Role.MENTOR, criterion.mentor_wants),
            offered_by_mentee=entries(Role.MENTEE, criterion.mentee_offers),
        )

    def answers(self, mentee: Person, mentor: Person) -> tuple[Value, Value]:
        """Return both answers as they are."""
        return mentee.answers.get(self.criterion.mentee), mentor.answers.get(self.criterion.mentor)

    def not_answered(self, *answered: object) -> Found:
        """Return that an answer is missing; of `answered` the first is the mentee's."""
        policy = self.policy
        percent = 0 if policy.points is Points.AS_THEY_ARE else self.criterion.neutral // _WHOLE_PERCENT
        who = tuple(role for role, answer in zip(_BOTH, answered, strict=True) if not answer)
        return Finding.NOT_ANSWERED, Facts(who=who, percent=percent)

    def with_answers(self, answers: Sequence[str], **facts: object) -> Facts:
        """Return facts with the answers, or with how many they are where they are private."""
        shown = () if self.criterion.private else tuple(answers)
        return Facts(answers=shown, common=len(answers), **facts)  # type: ignore[arg-type]


Find = Callable[[Sides, Person, Person], Found]


def _written(value: Value) -> str:
    """Return the answer of somebody who gave one, as they wrote it."""
    return str(value[0] if isinstance(value, tuple) else value).strip()


def find_agreement(sides: Sides, mentee: Person, mentor: Person) -> Found:
    """Find whether two single answers agree; what is content with anything agrees with every other."""
    answers, wildcards = sides.answers(mentee, mentor), sides.criterion.wildcards
    mine, theirs = map(one, answers)
    if not mine or not theirs:
        return sides.not_answered(mine, theirs)
    if mine == theirs:
        return Finding.BOTH_SAID, sides.with_answers([_written(answers[0])])
    content = tuple(
        role for role, answer in ((Role.MENTEE, mine), (Role.MENTOR, theirs)) if answer in wildcards
    )
    if not content:
        return Finding.ANSWERS_DIFFER, NO_FACTS
    chosen = [_written(answer) for answer in answers if one(answer) not in wildcards]
    return Finding.EITHER_WORKS, sides.with_answers(chosen, who=content)


def find_in_common(sides: Sides, mentee: Person, mentor: Person) -> Found:
    """Find which entries both named."""
    mine, theirs = sides.mentee.of(mentee), sides.mentor.of(mentor)
    if not mine or not theirs:
        return sides.not_answered(mine, theirs)
    common = [written for entry, written in mine.items() if entry in theirs]
    if not common:
        return Finding.NOTHING_IN_COMMON, NO_FACTS
    return Finding.IN_COMMON, sides.with_answers(common)


def find_met(sides: Sides, wanted: Mapping[str, str], offered: Mapping[str, str], giver: Role) -> Found:
    """Find which of one person's wants the giver offers."""
    if not wanted or not offered:
        mine, theirs = (wanted, offered) if giver is Role.MENTOR else (offered, wanted)
        return sides.not_answered(mine, theirs)
    met = [written for entry, written in wanted.items() if entry in offered]
    if not met:
        return Finding.NONE_WANTED, Facts(wanted=len(wanted), who=(giver,))
    finding = Finding.ALL_WANTED if len(met) == len(wanted) else Finding.SOME_WANTED
    return finding, sides.with_answers(met, wanted=len(wanted), who=(giver,))


def find_distance(sides: Sides, mentee: Person, mentor: Person) -> Found:
    """Find who is ahead, on a ladder of answers or in numbers, and by how much."""
    answers, criterion = sides.answers(mentee, mentor), sides.criterion
    mine, theirs = map(one, answers)
    if not mine or not theirs:
        return sides.not_answered(mine, theirs)
    if criterion.private:
        return Finding.COMPARED, NO_FACTS
    ladder = criterion.ladder
    if ladder is not None and ladder.mentee is not None and ladder.mentor is not None:
        return _apart(ladder.mentor[theirs] - ladder.mentee[mine], Finding.SAME_STEP, Finding.STEPS_APART)
    difference = (number(answers[1]) or 0) - (number(answers[0]) or 0)
    return _apart(difference, Finding.SAME_NUMBER, Finding.NUMBERS_APART)


def _apart(ahead: int, same: Finding, apart: Finding) -> Found:
    if not ahead:
        return same, NO_FACTS
    return apart, Facts(number=abs(ahead), who=(Role.MENTOR if ahead > 0 else Role.MENTEE,))


def find_apart(sides: Sides, one_peer: Person, other: Person) -> Found:
    """Find how far two peers are from each other: neither is to be ahead."""
    finding, facts = find_distance(sides, one_peer, other)
    return finding, facts if finding is Finding.NOT_ANSWERED else facts._replace(who=())
