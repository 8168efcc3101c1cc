"""Which mentor's further place would help whom: found by matching again with it, so it is what would happen.

It is a question of its own, asked after a match: each place that is tried costs as much as solving once more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from functions.matching.cohort import Cohort, NamedCouple
from functions.matching.outcome import Outcome
from functions.matching.people import Person
from functions.matching.policy.model import Pairing, Policy
from functions.matching.reasons import FurtherPlace
from functions.matching.score_matrix import Grid
from functions.matching.solving import assignment
from functions.matching.terms import Couple, Terms

TRIED_AT_MOST = 8
LARGEST_TRIED = 1_000_000  # pairs; beyond it trying takes too long beside a run
_FAVOURITES = 3  # mentors of each mentee without one


def find_further_places(  # noqa: PLR0913 - what `match` was given, and what it made
    mentors: Sequence[Person],
    mentees: Sequence[Person],
    policy: Policy,
    outcome: Outcome,
    *,
    seed: int = 0,
    locked: Sequence[NamedCouple] = (),
    forbidden: Sequence[NamedCouple] = (),
    previous: Sequence[NamedCouple] | None = None,
) -> tuple[FurtherPlace, ...]:
    """Return what one more place of a mentor would bring, the best first; of very many only some are tried.

    The arguments are those of `match` that made the outcome, and each is exact: the same match, with one
    place more for that mentor, serves those people and nobody else beside. Nothing is found where the
    policy's own number keeps a mentor from having more, for peers, groups and stable pairings, and among
    very many people.
    """
    if policy.pairing is not Pairing.SIDES or policy.objective.stable or outcome.served == outcome.mentees:
        return ()
    cohort = Cohort.of(mentors, mentees, policy)
    if len(mentors) * len(mentees) > LARGEST_TRIED:
        return ()
    terms = Terms(
        locked=cohort.couples_by_place(locked),
        forbidden=cohort.couples_by_place(forbidden),
        previous=None if previous is None else cohort.couples_by_place(previous),
    )
    trial = _Trial(
        cohort=cohort,
        grid=cohort.grid(),
        terms=terms,
        seed=seed,
        pairs=cohort.couples_by_place((pair.mentee, pair.mentor) for pair in outcome.pairs),
    )
    found = [place for column in trial.worth_trying() if (place := trial.with_one_more(column))]
    return tuple(place for _, place in sorted(found, key=lambda each: each[0]))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trial:
    """A match that was made, to be made again with one place more."""

    cohort: Cohort
    grid: Grid
    terms: Terms
    seed: int
    pairs: tuple[Couple, ...]

    def worth_trying(self) -> list[int]:
        """Return full mentors whom those without one fit best: whom most of them would have first."""
        most = self.cohort.policy.mentors.capacity
        capacity = self.cohort.mentors.capacity
        full = np.array([not isinstance(most, int) or places < most for places in capacity])
        wanted = np.zeros(len(capacity), dtype=np.int64)
        served = {row for row, _ in self.pairs}
        barred = np.array(self.terms.forbidden, dtype=np.int64).reshape(-1, 2)
        for row in range(len(self.cohort.mentees.ids)):
            if row in served:
                continue
            scores = self.grid.rows(row, row + 1)[0].astype(np.int64)
            scores[barred[barred[:, 0] == row, 1]] = -1
            scores[~full] = -1
            best = np.argsort(-scores, kind="stable")[:_FAVOURITES]
            wanted[best] += np.maximum(scores[best], -1) + 1
        order = np.argsort(-wanted, kind="stable")[:TRIED_AT_MOST]
        return [int(column) for column in order if wanted[column] > 0]

    def with_one_more(self, column: int) -> tuple[tuple[int, ...], FurtherPlace] | None:
        """Return how good it is (the better the less) and what it brings; None where it helps nobody."""
        mentors = self.cohort.mentors
        capacity = tuple(places + (place == column) for place, places in enumerate(mentors.capacity))
        again = assignment.assign(
            self.grid,
            replace(mentors, capacity=capacity),
            self.cohort.mentees,
            terms=self.terms,
            objective=self.cohort.policy.objective,
            seed=self.seed,
        )
        before, after = ({row for row, _ in pairs} for pairs in (self.pairs, again.pairs))
        if not after - before:
            return None
        ids = self.cohort.mentees.ids
        place = FurtherPlace(
            mentor=mentors.ids[column],
            serves=tuple(ids[row] for row in sorted(after - before)),
            leaves=tuple(ids[row] for row in sorted(before - after)),
        )
        return (-again.served, len(place.leaves), -(again.worst or 0), -again.total), place
