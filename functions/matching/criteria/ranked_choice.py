"""Ranked choice: the mentor offers what the mentee named, earlier choices counting more."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from functions.matching.criteria.definition import CriterionDefinition, Shares, Wanted
from functions.matching.criteria.findings import Found, Sides
from functions.matching.people import Person, Role
from functions.matching.policy.model import WHOLE, Counts, Criterion
from functions.matching.policy.toml import TomlTable
from functions.matching.reasons import Facts, Finding

if TYPE_CHECKING:
    from functions.matching.scoring.comparison import EncodedCriterion, Ints
    from functions.matching.scoring.people_encoder import PeopleEncoder


@dataclass(frozen=True, slots=True)
class RankedShare:
    """The worth of the best choice that is met, or of all that are met out of all that were made.

    `worths` are shares in millionths, the first choice first and none above the one before. Each number of
    a pair holds so many bits, as `widths` say, for the choices one after the other; the first is
    `nothing_offered` where the mentor has no entry at all.
    """

    worths: tuple[int, ...]
    counts: Counts
    widths: tuple[int, ...]
    nothing_offered: int

    def __call__(self, choices: Ints, *met: Ints) -> Shares:
        """Return the share of each pair; `choices` is how many the mentee made."""
        share = choices * 0
        first = 0
        for bits, width in zip(met, self.widths, strict=True):
            for place, worth in enumerate(self.worths[first : first + width]):
                earned = (bits >> place & 1) * worth
                share = share + (earned * (share == 0) if self.counts is Counts.BEST else earned)
            first += width
        if self.counts is Counts.ALL:
            share = share * WHOLE // self._worth_of_all(choices).clip(1)
        return Shares(share, (choices == 0) | (met[0] == self.nothing_offered))

    def _worth_of_all(self, choices: Ints) -> Ints:
        return sum(((choices > place) * worth for place, worth in enumerate(self.worths)), choices * 0)


def _parse(table: TomlTable, criterion: Criterion) -> Criterion:
    return replace(
        criterion, ranks=_worths(table), counts=table.choice("counts", Counts, default=Counts.BEST)
    )


def _worths(table: TomlTable) -> tuple[int, ...]:
    value = table.take("worth", default=[Decimal(1), Decimal("0.6"), Decimal("0.3")])
    if not isinstance(value, list) or not value:
        raise table.mistake(
            "worth", "it is not a list", "Write worth = [1, 0.6, 0.3], for the first choice first"
        )
    shares = [table.checked_decimal("worth", share, largest=1) for share in value]
    worths = tuple(table.millionths("worth", share) for share in shares)
    if list(worths) != sorted(worths, reverse=True) or not worths[0]:
        raise table.mistake(
            "worth", "a later choice counts more than an earlier one", "Write the largest share first"
        )
    return worths


def _encode(people: PeopleEncoder, criterion: Criterion) -> EncodedCriterion:
    widths, terms = people.met_choices(criterion.mentee, criterion.mentor, len(criterion.ranks))
    formula = RankedShare(criterion.ranks, criterion.counts, widths, 2 ** widths[0])
    choices = people.list_lengths(Role.MENTEE, criterion.mentee)
    return people.compare_lists(formula, choices, *terms)


def _find(sides: Sides, mentee: Person, mentor: Person) -> Found:
    mine, theirs = sides.mentee.of(mentee), sides.mentor.of(mentor)
    if not mine or not theirs:
        return sides.not_answered(mine, theirs)
    counted = list(enumerate(mine.items(), start=1))[: len(sides.criterion.ranks)]
    met = [(rank, written) for rank, (entry, written) in counted if entry in theirs]
    if not met:
        return Finding.NO_CHOICE, Facts(wanted=len(mine), who=(Role.MENTOR,))
    finding = Finding.FIRST_CHOICE if met[0][0] == 1 else Finding.LATER_CHOICE
    ranks = tuple(rank for rank, _ in met)
    return finding, sides.with_answers(
        [written for _, written in met], ranks=ranks, wanted=len(mine), who=(Role.MENTOR,)
    )


DEFINITION = CriterionDefinition(
    kind="ranked choice",
    keys=("worth", "counts"),
    parse=_parse,
    encode=_encode,
    find=_find,
    wanted=Wanted.FIRST,
)
