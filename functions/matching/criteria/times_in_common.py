"""Times in common: in how many times, or half-hours of the week in UTC, both are free."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from functions.matching.answers.timetable import half_hours
from functions.matching.criteria.definition import CriterionDefinition, Shares
from functions.matching.criteria.findings import Found, Sides, find_in_common
from functions.matching.people import Person, Role
from functions.matching.policy.model import WHOLE, Criterion
from functions.matching.policy.options import ZONE_KEYS, zones_of
from functions.matching.policy.toml import TomlTable
from functions.matching.reasons import NO_FACTS, Facts, Finding

if TYPE_CHECKING:
    from functions.matching.scoring.comparison import EncodedCriterion, Ints
    from functions.matching.scoring.people_encoder import PeopleEncoder


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
        set(half_hours(person, role, tuple(entries.of(person)), (entries.column, zones)))
        for role, person, entries in (
            (Role.MENTEE, mentee, sides.mentee),
            (Role.MENTOR, mentor, sides.mentor),
        )
    )
    if not mine or not theirs:
        return sides.not_answered(mine, theirs)
    common = len(mine & theirs)
    return (Finding.FREE_TOGETHER, Facts(half_hours=common)) if common else _NEVER_FREE


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
