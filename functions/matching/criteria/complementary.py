"""Complementary: each offers what the other wants; without columns for the way back, it is an overlap."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from functions.matching.criteria.definition import CriterionDefinition, Shares, Wanted
from functions.matching.criteria.findings import Found, Sides, find_met
from functions.matching.criteria.overlap import Coverage, encode_overlap, find_wanted
from functions.matching.people import Person, Role
from functions.matching.policy.model import WHOLE, Criterion
from functions.matching.policy.toml import TomlTable
from functions.matching.reasons import Facts, Finding, Way

if TYPE_CHECKING:
    from functions.matching.scoring.comparison import EncodedCriterion, Ints
    from functions.matching.scoring.people_encoder import PeopleEncoder


@dataclass(frozen=True, slots=True)
class MeanOfBothWays:
    """The mean share of the wants that each way covers; one way alone where the other is missing.

    The mentee's number is twice how many entries they want, and one more where they offer some. The
    mentor's second number is the place of how many entries they want among `wanted_by_mentors`, times
    `counts`, and how many of them are met.
    """

    forth: Coverage
    wanted_by_mentors: Ints = field(compare=False)
    counts: int

    def __call__(self, mentee: Ints, forth: Ints, back: Ints) -> Shares:
        """Return the share of each pair."""
        there = self.forth(mentee // 2, forth)
        wanted = self.wanted_by_mentors[back // self.counts]
        back_missing = (wanted == 0) | (mentee % 2 == 0)
        back_share = back % self.counts * WHOLE // wanted.clip(1)
        both = there.share * ~there.missing + back_share * ~back_missing
        ways = 2 - there.missing.astype(int) - back_missing
        return Shares(both // ways.clip(1), there.missing & back_missing)


def _parse(table: TomlTable, criterion: Criterion) -> Criterion:
    wants, offers = table.text("mentor_wants", default=""), table.text("mentee_offers", default="")
    if bool(wants) != bool(offers):
        raise table.mistake(
            "mentor_wants" if wants else "mentee_offers",
            "one direction is half said",
            "Give mentor_wants and mentee_offers together, or neither",
        )
    return replace(criterion, mentor_wants=wants, mentee_offers=offers)


def _encode(people: PeopleEncoder, criterion: Criterion) -> EncodedCriterion:
    if not criterion.mentor_wants:
        return encode_overlap(people, criterion)
    bits, forth = people.met_entries(criterion.mentee, criterion.mentor)
    wanted_by_mentors, back = people.met_wants_of_mentors(criterion.mentee_offers, criterion.mentor_wants)
    formula = MeanOfBothWays(
        Coverage(bits, forth.size - 1), wanted_by_mentors, back.size // len(wanted_by_mentors)
    )
    offers_some = people.list_lengths(Role.MENTEE, criterion.mentee_offers) > 0
    mentee = 2 * people.list_lengths(Role.MENTEE, criterion.mentee) + offers_some
    return people.compare_lists(formula, mentee, forth, back)


def _find(sides: Sides, mentee: Person, mentor: Person) -> Found:
    given = find_wanted(sides, mentee, mentor)
    if not sides.criterion.mentor_wants:
        return given
    offered, wanted = sides.offered_by_mentee.of(mentee), sides.wanted_by_mentor.of(mentor)
    taken = find_met(sides, wanted, offered, Role.MENTEE)
    found = [way for way in (given, taken) if way[0] is not Finding.NOT_ANSWERED]
    if len(found) == 2:  # noqa: PLR2004 - given and taken
        ways = tuple(Way(finding=finding, facts=facts) for finding, facts in found)
        return Finding.BOTH_WAYS, Facts(ways=ways)
    return found[0] if found else given


DEFINITION = CriterionDefinition(
    kind="complementary",
    keys=("mentor_wants", "mentee_offers"),
    parse=_parse,
    encode=_encode,
    find=_find,
    find_of_peers=find_wanted,
    wanted=Wanted.ANY,
)
