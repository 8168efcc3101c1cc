"""Would two people both rather have each other? Checked again, by code that shares nothing with `stability`.

People, capacities, terms, rules, points, sums and scores are checked as for the best. Then every pair that
may be made, and is not, is held against what its two people have: it would block the result if each of
them has a place to spare, or has given one, that is not locked, to somebody with fewer points. There is
nothing to prove beyond that, so a stable result has no certificate.
"""

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from functions.matching.people import Person
from functions.matching.score_matrix import Scores
from functions.matching.verification.answers import Answers
from functions.matching.verification.checks import (
    faults_of_answers,
    faults_of_capacity,
    faults_of_people,
    faults_of_scores,
    faults_of_terms,
)
from functions.matching.verification.claim import UnprovenClaim, by_id, places_of

_TOLD = 5


def faults_in_stable(
    claim: UnprovenClaim, *, progress: Callable[[int], None] = lambda _percent: None
) -> list[str]:
    """Return every fault found, in words; an empty list means that nobody would rather have somebody else.

    `progress` is told how far the scores are gone through (0 … 100), and may raise to stop.
    """
    if not claim.policy.objective.stable:
        return ["the policy asks for the best, not for what is stable"]
    if claim.proven is not None:
        return ["a stable result is checked with everybody, not with a sample"]
    faults = [*faults_of_people(claim)]
    if faults:
        return faults
    answers = Answers(claim.policy)
    faults += [*faults_of_capacity(claim), *faults_of_terms(claim), *faults_of_answers(claim, answers)]
    if faults:
        return faults  # whom somebody would give up follows from points that hold
    rather = _Rather(claim)
    faults += [*faults_of_scores(claim, answers, rather, progress)]
    return faults or [*rather.faults()]


class _Rather:
    """Looks, while the scores are gone through, for pairs who would both rather have each other."""

    def __init__(self, claim: UnprovenClaim) -> None:
        self._mentees, self._mentors = by_id(claim.mentees), by_id(claim.mentors)
        rows = {person.id: row for row, person in enumerate(self._mentees)}
        columns = {person.id: column for column, person in enumerate(self._mentors)}
        fixed = {tuple(couple) for couple in claim.locked}
        taken: tuple[dict[str, list[int]], dict[str, list[int]]] = ({}, {})
        for pair in claim.pairs:
            # What is locked takes a place and is never given up: as good as a partner beyond every score.
            points = np.iinfo(np.int64).max if (pair.mentee, pair.mentor) in fixed else pair.score
            taken[0].setdefault(pair.mentee, []).append(int(points))
            taken[1].setdefault(pair.mentor, []).append(int(points))
        self._mentee_gives = _given_up(self._mentees, claim.policy.mentees.capacity, taken[0])
        self._mentor_gives = _given_up(self._mentors, claim.policy.mentors.capacity, taken[1])
        self._apart: dict[int, list[int]] = {}
        couples = {tuple(couple) for couple in claim.forbidden}
        couples |= {(pair.mentee, pair.mentor) for pair in claim.pairs}
        for mentee, mentor in couples:
            if mentee in rows and mentor in columns:
                self._apart.setdefault(rows[mentee], []).append(columns[mentor])
        self._count, self._named = 0, list[str]()

    def see(self, start: int, block: Scores) -> None:
        """Look at the scores of some rows, the first of which is `start`."""
        for place, scores in enumerate(block):
            row = start + place
            both = (scores >= 0) & (scores > self._mentee_gives[row]) & (scores > self._mentor_gives)
            both[self._apart.get(row, [])] = False
            found = np.flatnonzero(both).tolist()
            self._count += len(found)
            for column in found[: _TOLD - len(self._named)]:
                self._named.append(f"{self._mentees[row].id} and {self._mentors[column].id}")

    def faults(self) -> Iterator[str]:
        """Yield who would both rather have each other: some by name, of the others how many."""
        for names in self._named:
            yield f"{names} would both rather have each other"
        if self._count > len(self._named):
            yield f"{self._count - len(self._named)} more pairs would both rather have each other"


def _given_up(people: list[Person], most: int | str, taken: dict[str, list[int]]) -> npt.NDArray[np.int64]:
    """Return the points of whom each person would give up: −1 for a place to spare."""
    given = np.full(len(people), -1, dtype=np.int64)
    for place, person in enumerate(people):
        partners = taken.get(person.id, [])
        if len(partners) >= places_of(person, most):
            given[place] = min(partners, default=np.iinfo(np.int64).max)
    return given
