"""Complementary: each offers what the other wants; without columns for the way back, it is an overlap."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from functions.matching.criteria.definition import CriterionDefinition, Shares
from functions.matching.criteria.overlap import Coverage, encode_overlap
from functions.matching.people import Role
from functions.matching.policy.model import WHOLE, Criterion, CriterionKind
from functions.matching.policy.toml import TomlTable

if TYPE_CHECKING:
    from functions.matching.scoring.comparison import EncodedCriterion, Ints
    from functions.matching.scoring.people_encoder import PeopleEncoder


@dataclass(frozen=True, slots=True)
class MeanOfBothWays:
    """The mean of how much either covers of what the other wants; one way alone where the other is missing.

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


DEFINITION = CriterionDefinition(
    kind=CriterionKind.COMPLEMENTARY, keys=("mentor_wants", "mentee_offers"), parse=_parse, encode=_encode
)
