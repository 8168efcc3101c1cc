"""Checks of people, capacities, terms, rules, points and scores, for results of every kind.

The scores are asked for once, block by block, and none is kept. Of up to 2,000 cells all are held against
what the answers give, of more 1,000 spread over them.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import numpy as np

from functions.matching.outcome import Pair
from functions.matching.people import Person
from functions.matching.score_matrix import CELLS_AT_ONCE, DenseScores, Grid, Scores
from functions.matching.verification.answers import Answers
from functions.matching.verification.claim import UnprovenClaim, by_id, places_of

ALL_OF_SO_MANY_CELLS = 2_000
SAMPLED_CELLS = 1_000
_GOLDEN = 0x9E3779B97F4A7C15  # 2^64 over the golden ratio: its multiples spread evenly (Knuth, TAOCP 6.4)
UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


class ScoreObserver(Protocol):
    """What is handed the scores, block by block."""

    def see(self, start: int, block: Scores) -> None:
        """Look at the scores of some rows, the first of them `start`."""
        ...


def faults_of_people(claim: UnprovenClaim) -> Iterator[str]:
    """Yield pairs of people who are not there, and people or pairs that are there twice."""
    yield from _faults_of_shape(claim)
    mentors, mentees = {person.id for person in claim.mentors}, {person.id for person in claim.mentees}
    for pair in claim.pairs:
        if pair.mentee not in mentees or pair.mentor not in mentors:
            yield f"{named(pair)} is a pairing of somebody who is not there"
    for (mentee, mentor), times in Counter((pair.mentee, pair.mentor) for pair in claim.pairs).items():
        if times > 1:
            yield f"{mentee} and {mentor} are paired {times} times"


def _faults_of_shape(claim: UnprovenClaim) -> Iterator[str]:
    if _grid(claim).shape != (len(claim.mentees), len(claim.mentors)):
        yield "the scores are not those of these people"
    rows = _rows(claim)
    if rows.step < 1 or (rows and not 0 <= rows[0] <= rows[-1] < len(claim.mentees)):
        yield "the rows to prove are not those of these people"
    for role, people in (("mentor", claim.mentors), ("mentee", claim.mentees)):
        for name, times in Counter(person.id for person in people).items():
            if times > 1:
                yield f"the {role} {name} is there {times} times"


def faults_of_capacity(claim: UnprovenClaim) -> Iterator[str]:
    """Yield who has more partners than places."""
    for people, side, taken in (
        (claim.mentors, claim.policy.mentors, Counter(pair.mentor for pair in claim.pairs)),
        (claim.mentees, claim.policy.mentees, Counter(pair.mentee for pair in claim.pairs)),
    ):
        for person in people:
            places = places_of(person, side.capacity)
            if taken[person.id] > places:
                yield f"{person.id} has {taken[person.id]} pairings and a capacity of {places}"


def faults_of_terms(claim: UnprovenClaim) -> Iterator[str]:
    """Yield locked couples that are not paired, and forbidden ones that are."""
    made = {(pair.mentee, pair.mentor) for pair in claim.pairs}
    for couple in claim.locked:
        if tuple(couple) not in made:
            yield f"{couple[0]} and {couple[1]} are locked and not paired"
    for couple in claim.forbidden:
        if tuple(couple) in made:
            yield f"{couple[0]} and {couple[1]} are forbidden and paired"


def faults_of_answers(claim: UnprovenClaim, answers: Answers) -> Iterator[str]:
    """Hold every pair that is made against the rules and the points of its two people's answers."""
    mentors = {person.id: person for person in claim.mentors}
    mentees = {person.id: person for person in claim.mentees}
    for pair in claim.pairs:
        mentee, mentor = mentees[pair.mentee], mentors[pair.mentor]
        try:
            yield from _faults_of_pair(pair, answers.against(mentee, mentor), answers.points(mentee, mentor))
        except UNREADABLE:
            yield f"{named(pair)} has answers that can’t be read"


def _faults_of_pair(pair: Pair, against: Sequence[str], points: list[tuple[str, int]]) -> Iterator[str]:
    for name in against:
        yield f"{named(pair)} is paired against the rule “{name}”"
    told = [(reason.criterion, reason.points) for reason in pair.reasons]
    if {type(number) for _, number in told} != {int} or type(pair.score) is not int:
        yield f"{named(pair)} has points that are not whole numbers"
    if told != points:
        yield f"{named(pair)} has other points than its answers give"
    if sum(number for _, number in told) != pair.score:
        yield f"{named(pair)} has points that do not add up to its score"


def faults_of_scores(
    claim: UnprovenClaim, answers: Answers, proof: ScoreObserver | None, progress: Callable[[int], None]
) -> Iterator[str]:
    """Go through the scores once: those of the pairs, those of a sample, and the proof’s view of all."""
    checks = _PairScores(claim), _SampledScores(claim, answers)
    for start, block in _blocks(claim):
        if block.shape[1:] != (len(claim.mentors),) or block.dtype.kind != "i":
            yield "the scores are not those of these people"
            return
        if block.size and int(block.max()) > answers.most():
            yield "there is a score beyond what the weights can give"
            return
        for check in checks:
            yield from check.faults(start, block)
        if proof:
            proof.see(start, block if block.dtype == np.int32 else np.maximum(block, -1).astype(np.int32))
        progress(100 * (start + len(block)) // len(claim.mentees))


def _grid(claim: UnprovenClaim) -> Grid:
    return DenseScores(claim.scores) if isinstance(claim.scores, np.ndarray) else claim.scores


def _rows(claim: UnprovenClaim) -> range:
    return range(len(claim.mentees)) if claim.proven is None else claim.proven


def _blocks(claim: UnprovenClaim) -> Iterator[tuple[int, Scores]]:
    """Yield the scores of the rows to prove, a block of rows that follow each other at a time."""
    rows, grid = _rows(claim), _grid(claim)
    height = max(1, CELLS_AT_ONCE // max(len(claim.mentors), 1)) if rows.step == 1 else 1
    for place in range(0, len(rows), height):
        part = rows[place : place + height]
        yield part[0], grid.rows(part[0], part[-1] + 1)


class _PairScores:
    """Compares the scores of the pairs that are made with those that are told."""

    def __init__(self, claim: UnprovenClaim) -> None:
        rows = {person.id: row for row, person in enumerate(by_id(claim.mentees))}
        columns = {person.id: column for column, person in enumerate(by_id(claim.mentors))}
        placed = [(rows[pair.mentee], columns[pair.mentor], pair) for pair in claim.pairs]
        placed.sort(key=lambda place: place[:2])
        self._rows = np.array([row for row, _, _ in placed], dtype=np.int64)
        self._columns = np.array([column for _, column, _ in placed], dtype=np.int64)
        self._pairs = [pair for _, _, pair in placed]

    def faults(self, start: int, block: Scores) -> Iterator[str]:
        first, last = np.searchsorted(self._rows, [start, start + len(block)]).tolist()
        scores = block[self._rows[first:last] - start, self._columns[first:last]].tolist()
        for pair, score in zip(self._pairs[first:last], scores, strict=True):
            if pair.score != score:
                yield f"{named(pair)} has another score than the matrix"


class _SampledScores:
    """Compares scores with the answers: all of a few, of more a sample spread over the whole."""

    def __init__(self, claim: UnprovenClaim, answers: Answers) -> None:
        self._mentees, self._mentors, self._answers = by_id(claim.mentees), by_id(claim.mentors), answers
        rows = _rows(claim)
        cells = len(rows) * len(self._mentors)
        self._cells = [divmod(cell, len(self._mentors)) for cell in _spread(cells)]
        self._cells = [(rows[place], column) for place, column in self._cells]
        self._next = 0

    def faults(self, start: int, block: Scores) -> Iterator[str]:
        while self._next < len(self._cells) and self._cells[self._next][0] < start + len(block):
            row, column = self._cells[self._next]
            self._next += 1
            mentee, mentor = self._mentees[row], self._mentors[column]
            if not self._agrees(mentee, mentor, int(block[row - start, column])):
                yield f"the score of {mentee.id} with {mentor.id} is not what their answers give"

    def _agrees(self, mentee: Person, mentor: Person, score: int) -> bool:
        try:
            return self._answers.score(mentee, mentor) == score
        except UNREADABLE:
            return False


def _spread(cells: int) -> Sequence[int]:
    """Return every cell of a few; of more a sample in ascending order, spread evenly."""
    if cells <= ALL_OF_SO_MANY_CELLS:
        return range(cells)
    return sorted({(place * _GOLDEN % 2**64) * cells >> 64 for place in range(SAMPLED_CELLS)})


def named(pair: Pair) -> str:
    """Return how a fault names the pair."""
    return f"{pair.mentee} with {pair.mentor}"
