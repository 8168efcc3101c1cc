"""Which mentor's further place would help whom: found by matching again with it, so it is what would happen.

It is a question of its own, asked after a match: each place that is tried costs as much as solving once more
(a quarter of a second with 900 mentors and 1,000 mentees). So a few are tried, those that most people without
a mentor may have, and a note says how many were not.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from functions.matching.cohort import Cohort, NamedCouple
from functions.matching.outcome import Outcome
from functions.matching.people import Person
from functions.matching.policy.model import Pairing, Policy
from functions.matching.reasons import FurtherPlace, Note, Noted
from functions.matching.score_matrix import Grid
from functions.matching.solving import assignment
from functions.matching.terms import Couple, Terms

TRIED_AT_MOST = 8
LARGEST_TRIED = 1_000_000  # pairs; beyond it trying takes too long beside a run


def add_further_places(  # noqa: PLR0913 - what `match` was given, and what it made
    mentors: Sequence[Person],
    mentees: Sequence[Person],
    policy: Policy,
    outcome: Outcome,
    *,
    seed: int = 0,
    locked: Sequence[NamedCouple] = (),
    forbidden: Sequence[NamedCouple] = (),
    previous: Sequence[NamedCouple] | None = None,
) -> Outcome:
    """Return the outcome with what one more place of a mentor would bring, the best first.

    The other arguments are those of `match` that made it, and each place is exact: the same match, with one
    place more for that mentor, serves those people and nobody else beside. Nothing is found where the
    policy's own number keeps a mentor from having more, for peers, groups and stable pairings. Where not
    every place that may help was tried, a note says so.
    """
    if policy.pairing is not Pairing.SIDES or policy.objective.stable or outcome.served == outcome.mentees:
        return outcome
    if len(mentors) * len(mentees) > LARGEST_TRIED:
        return _noted(outcome, tried=0, of=len(mentors))
    cohort = Cohort.of(mentors, mentees, policy)
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
    may_help = trial.may_help()
    tried = may_help[:TRIED_AT_MOST]
    found = [place for column in tried if (place := trial.with_one_more(column))]
    places = tuple(place for _, place in sorted(found, key=lambda each: each[0]))
    outcome = replace(outcome, further_places=places)
    return _noted(outcome, tried=len(tried), of=len(may_help)) if len(tried) < len(may_help) else outcome


def _noted(outcome: Outcome, *, tried: int, of: int) -> Outcome:
    note = Note(noted=Noted.FURTHER_PLACES, numbers={"tried": tried, "mentors": of})
    return replace(outcome, notes=(*outcome.notes, note))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trial:
    """A match that was made, to be made again with one place more."""

    cohort: Cohort
    grid: Grid
    terms: Terms
    seed: int
    pairs: tuple[Couple, ...]

    def may_help(self) -> list[int]:
        """Return the mentors who lack nothing but a place for somebody without one, first those for most."""
        most = self.cohort.policy.mentors.capacity
        capacity = self.cohort.mentors.capacity
        full = np.array([not isinstance(most, int) or places < most for places in capacity])
        people = np.zeros(len(capacity), dtype=np.int64)
        points = np.zeros(len(capacity), dtype=np.int64)
        served = {row for row, _ in self.pairs}
        barred = np.array(self.terms.forbidden, dtype=np.int64).reshape(-1, 2)
        for row in range(len(self.cohort.mentees.ids)):
            if row in served:
                continue
            scores = self.grid.rows(row, row + 1)[0].astype(np.int64)
            scores[barred[barred[:, 0] == row, 1]] = -1
            allowed = full & (scores >= 0)
            people += allowed
            points += np.where(allowed, scores, 0)
        order = np.lexsort((-points, -people))
        return [int(column) for column in order if people[column]]

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
