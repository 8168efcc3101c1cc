"""Ordered distance: how many steps the mentor is ahead, on a ladder of answers or in numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from functions.matching.answers.codes import NOWHERE
from functions.matching.criteria.definition import CriterionDefinition, Shares
from functions.matching.criteria.findings import find_apart, find_distance
from functions.matching.policy.model import LARGEST_STEP, WHOLE, Criterion
from functions.matching.policy.options import LADDER_KEYS, check_bounds, ladder_of, steps_per_place
from functions.matching.policy.toml import TomlTable

if TYPE_CHECKING:
    from functions.matching.scoring.comparison import EncodedCriterion, Ints
    from functions.matching.scoring.people_encoder import PeopleEncoder


@dataclass(frozen=True, slots=True)
class StepsAhead:
    """The worth of the steps ahead, or everything from `at_least` to `at_most`, fading over `reach`."""

    worth: tuple[tuple[int, int], ...]
    at_least: int
    at_most: int
    reach: int

    def __call__(self, mentee: Ints, mentor: Ints) -> Shares:
        """Return the share of each pair, from the places of both."""
        missing = (mentee == NOWHERE) | (mentor == NOWHERE)
        steps = (mentor - mentee) * ~missing
        if self.worth:
            return Shares(sum(((steps == step) * worth for step, worth in self.worth), 0 * steps), missing)
        off = (self.at_least - steps).clip(0) + (steps - self.at_most).clip(0)
        return Shares(WHOLE - (off * WHOLE // self.reach).clip(None, WHOLE), missing)


def _parse(table: TomlTable, criterion: Criterion) -> Criterion:
    ladder = ladder_of(table)
    scale = steps_per_place(ladder)
    worth = _worth_by_steps(table, scale)
    at_least = table.integer("at_least", default=0, smallest=-LARGEST_STEP) * scale
    at_most = table.integer("at_most", default=0, smallest=-LARGEST_STEP) * scale
    check_bounds(table, at_least, at_most)
    if not (worth or table.has("at_least") or table.has("at_most")):
        raise table.mistake(
            "kind",
            "it doesn’t say which distance is wanted",
            "Add at_least and at_most (steps that the mentor is ahead), or worth = { 1 = 0.75, 2 = 1 }",
        )
    reach = table.integer("fades_over", default=1, smallest=1) * scale
    return replace(criterion, ladder=ladder, worth=worth, at_least=at_least, at_most=at_most, reach=reach)


def _worth_by_steps(table: TomlTable, scale: int) -> dict[int, int]:
    inner = table.table("worth", required=False)
    worth: dict[int, int] = {}
    for key in inner.remaining_keys():
        if not re.fullmatch(r"-?\d{1,4}", key):
            raise inner.mistake(key, "it is not a whole number of steps", "Write worth = { 1 = 0.75, 2 = 1 }")
        worth[int(key) * scale] = inner.millionths(key, inner.decimal(key, largest=1))
    return worth


def _encode(people: PeopleEncoder, criterion: Criterion) -> EncodedCriterion:
    worth = tuple(sorted(criterion.worth.items()))
    formula = StepsAhead(worth, criterion.at_least, criterion.at_most, criterion.reach)
    return people.compare_values(formula, *people.places(criterion))


DEFINITION = CriterionDefinition(
    kind="ordered distance",
    keys=(*LADDER_KEYS, "worth", "at_least", "at_most", "fades_over"),
    parse=_parse,
    encode=_encode,
    find=find_distance,
    find_of_peers=find_apart,
    single_answers=True,
)
