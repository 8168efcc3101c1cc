"""A cohort as the reports read it: people in the order of their ids, with their places and scores.

Nobody has more places than their own capacity, nor than a number in the policy.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from functions.matching.people import Person
from functions.matching.policy.model import Columns, Policy
from functions.matching.score_matrix import Grid, Held, blocks
from functions.matching.scoring import scores as score
from functions.matching.terms import Side

LARGEST_HELD = 100_000_000  # scores in memory, 400 MB; more are worked out again at each pass
Named = tuple[str, str]  # a mentee's id, a mentor's id
Couple = tuple[int, int]  # mentee's row, mentor's column


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How good an assignment is: mentees served, the lowest of their best scores, all scores, pairings."""

    served: int
    worst: int | None
    total: int
    pairs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """Two sides that can be compared: rows are mentees, columns mentors, both in the order of their ids."""

    prepared: score.Prepared
    mentors: Side
    mentees: Side

    @classmethod
    def of(cls, mentors: Iterable[Person], mentees: Iterable[Person], policy: Policy) -> Self:
        """Read everybody's answers. Raises CannotMatch as `score.prepare` does."""
        return cls.prepared_by(
            score.prepare(within(mentors, policy.mentors), within(mentees, policy.mentees), policy)
        )

    @classmethod
    def prepared_by(cls, prepared: score.Prepared) -> Self:
        """Return the cohort of people who are prepared already."""
        return cls(prepared=prepared, mentors=_side(prepared.mentors), mentees=_side(prepared.mentees))

    @property
    def policy(self) -> Policy:
        """The policy that they are compared by."""
        return self.prepared.policy

    def grid(self, *, progress: Callable[[int], None] = lambda _percent: None) -> Grid:
        """Return everybody's scores, mentees × mentors: in memory, or by blocks when they are too many."""
        if len(self.mentees.ids) * len(self.mentors.ids) <= LARGEST_HELD:
            return Held(score.scores(self.prepared, progress=progress))
        return score.Computed(self.prepared)

    def placed(self, couples: Iterable[Named]) -> tuple[Couple, ...]:
        """Return the couples by row and column, without those of whom somebody is not in the cohort."""
        rows = {name: row for row, name in enumerate(self.mentees.ids)}
        columns = {name: column for column, name in enumerate(self.mentors.ids)}
        return tuple(
            (rows[mentee], columns[mentor])
            for mentee, mentor in couples
            if mentee in rows and mentor in columns
        )

    def named(self, couples: Iterable[Couple]) -> tuple[Named, ...]:
        """Return the couples by their ids."""
        return tuple((self.mentees.ids[row], self.mentors.ids[column]) for row, column in couples)


def within(people: Iterable[Person], columns: Columns) -> list[Person]:
    """Return the people with no more places than the policy allows anybody."""
    most = columns.capacity
    if isinstance(most, str):
        return list(people)
    return [replace(person, capacity=min(person.capacity, most)) for person in people]


def _side(people: Sequence[Person]) -> Side:
    return Side(
        ids=tuple(person.id for person in people),
        capacity=tuple(person.capacity for person in people),
        priority=tuple(person.priority for person in people),
    )


def figures(grid: Grid, pairs: Sequence[Couple]) -> Figures:
    """Return how good the assignment is. A pair that is not eligible serves nobody and adds nothing."""
    scores = scores_of(grid, pairs)
    best: dict[int, int] = {}
    for (row, _), points in zip(pairs, scores, strict=True):
        if points >= 0:
            best[row] = max(points, best.get(row, points))
    return Figures(
        served=len(best),
        worst=min(best.values(), default=None),
        total=sum(points for points in scores if points >= 0),
        pairs=len(scores),
    )


def scores_of(grid: Grid, pairs: Sequence[Couple]) -> list[int]:
    """Return the score of each pair, in the order given."""
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    found = np.empty(len(table), dtype=np.int64)
    for start, block in blocks(grid):
        inside = (table[:, 0] >= start) & (table[:, 0] < start + len(block))
        found[inside] = block[table[inside, 0] - start, table[inside, 1]]
    return [int(points) for points in found]
