"""Times in common: in how many times, or half-hours of the week in UTC, both are free."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from functions.matching.answers.timetable import HALF_HOURS, local_half_hours, zone_of
from functions.matching.criteria.definition import CriterionDefinition, Shares
from functions.matching.criteria.findings import Found, Sides, find_in_common
from functions.matching.people import Person, Role
from functions.matching.policy.model import WHOLE, Criterion
from functions.matching.policy.options import ZONE_KEYS, zones_of
from functions.matching.policy.toml import TomlTable
from functions.matching.reasons import NO_FACTS, Facts, Finding, SharedTime

if TYPE_CHECKING:
    from functions.matching.scoring.comparison import EncodedCriterion, Ints
    from functions.matching.scoring.people_encoder import PeopleEncoder

_TIMES_AT_MOST = 3


@dataclass(frozen=True, slots=True)
class EnoughInCommon:
    """Everything from `enough` in common, less in proportion.

    `nothing_named` is the number of a pair whose mentor has no entry at all.
    """

    enough: int
    nothing_named: int

    def __call__(self, mentee_names_some: Ints, common: Ints) -> Shares:
        """Return the share of each pair; the mentee's number is 0 where they have no entry."""
        share = common.clip(None, self.enough) * WHOLE // self.enough
        return Shares(share, (mentee_names_some == 0) | (common == self.nothing_named))


def _parse(table: TomlTable, criterion: Criterion) -> Criterion:
    enough = table.integer("enough", default=1, smallest=1)
    return replace(criterion, enough=enough, zones=zones_of(table))


def _encode(people: PeopleEncoder, criterion: Criterion) -> EncodedCriterion:
    names_some, term = people.common_times(criterion)
    return people.compare_lists(EnoughInCommon(criterion.enough, term.size - 1), names_some, term)


def _find(sides: Sides, mentee: Person, mentor: Person) -> Found:
    """Find the times that both named; with zones the half-hours of a week in UTC."""
    zones = sides.criterion.zones
    if zones is None:
        finding, facts = find_in_common(sides, mentee, mentor)
        return _AS_TIMES.get(finding, finding), facts
    mine, theirs = (
        local_half_hours(person, role, tuple(entries.of(person)), (entries.column, zones))
        for role, person, entries in (
            (Role.MENTEE, mentee, sides.mentee),
            (Role.MENTOR, mentor, sides.mentor),
        )
    )
    if not mine or not theirs:
        return sides.not_answered(mine, theirs)
    common = mine.keys() & theirs.keys()
    if not common:
        return _NEVER_FREE
    if sides.criterion.private:
        return Finding.FREE_TOGETHER, Facts(half_hours=len(common))
    times = [
        SharedTime(mentee=mine[begin], mentor=theirs[begin], half_hours=length)
        for begin, length in _stretches(common)
    ]
    longest = sorted(times, key=lambda time: (-time.half_hours, time.mentee))[:_TIMES_AT_MOST]
    return Finding.FREE_TOGETHER, Facts(
        half_hours=len(common),
        times=tuple(longest),
        zones=(zone_of(mentee, Role.MENTEE, zones), zone_of(mentor, Role.MENTOR, zones)),
    )


def _stretches(common: Collection[int]) -> Iterator[tuple[int, int]]:
    """Yield each run of half-hours without a gap: its first one and how many they are; a week is a circle."""
    begins = [hour for hour in sorted(common) if (hour - 1) % HALF_HOURS not in common]
    for begin in begins or [0]:
        following = (length for length in range(1, HALF_HOURS) if (begin + length) % HALF_HOURS not in common)
        yield begin, next(following, HALF_HOURS)


_AS_TIMES = {
    Finding.IN_COMMON: Finding.FREE_TOGETHER,
    Finding.NOTHING_IN_COMMON: Finding.NEVER_FREE_TOGETHER,
}
_NEVER_FREE = Finding.NEVER_FREE_TOGETHER, NO_FACTS


DEFINITION = CriterionDefinition(
    kind="times in common",
    keys=("enough", *ZONE_KEYS),
    parse=_parse,
    encode=_encode,
    counted_entries=lambda criterion: criterion.enough,
    find=_find,
)
