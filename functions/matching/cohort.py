"""A cohort, ready to be matched: people in the order of their ids, with their places and scores.

Nobody has more places than their own capacity, nor than a number in the policy.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Self

from functions.matching.people import Person
from functions.matching.policy.model import Columns, Policy
from functions.matching.score_matrix import DenseScores, Grid
from functions.matching.scoring.scores import Computed, Prepared, prepare, score_all
from functions.matching.terms import Couple, Side

LARGEST_HELD = 100_000_000  # scores in memory, 400 MB; more are worked out again at each pass
NamedCouple = tuple[str, str]  # a mentee's id, a mentor's id


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """Two sides that can be compared: rows are mentees, columns mentors, both in the order of their ids."""

    prepared: Prepared
    mentors: Side
    mentees: Side

    @classmethod
    def of(cls, mentors: Iterable[Person], mentees: Iterable[Person], policy: Policy) -> Self:
        """Read everybody's answers. Raises CannotMatch as `prepare` does."""
        return cls.of_prepared(
            prepare(limit_capacity(mentors, policy.mentors), limit_capacity(mentees, policy.mentees), policy)
        )

    @classmethod
    def of_prepared(cls, prepared: Prepared) -> Self:
        """Return the cohort of people who are prepared already."""
        return cls(prepared=prepared, mentors=_side(prepared.mentors), mentees=_side(prepared.mentees))

    @property
    def policy(self) -> Policy:
        """The policy that they are compared by."""
        return self.prepared.policy

    def grid(self, *, progress: Callable[[int], None] = lambda _percent: None) -> Grid:
        """Return everybody's scores, mentees × mentors: in memory, or by blocks when they are too many."""
        if len(self.mentees.ids) * len(self.mentors.ids) <= LARGEST_HELD:
            return DenseScores(score_all(self.prepared, progress=progress))
        return Computed(self.prepared)

    def couples_by_place(self, couples: Iterable[NamedCouple]) -> tuple[Couple, ...]:
        """Return the couples by row and column, without those of whom somebody is not in the cohort."""
        rows = {name: row for row, name in enumerate(self.mentees.ids)}
        columns = {name: column for column, name in enumerate(self.mentors.ids)}
        return tuple(
            (rows[mentee], columns[mentor])
            for mentee, mentor in couples
            if mentee in rows and mentor in columns
        )

    def couples_by_id(self, couples: Iterable[Couple]) -> tuple[NamedCouple, ...]:
        """Return the couples by their ids."""
        return tuple((self.mentees.ids[row], self.mentors.ids[column]) for row, column in couples)


def limit_capacity(people: Iterable[Person], columns: Columns) -> list[Person]:
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
