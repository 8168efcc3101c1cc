"""Is the result what it says it is? Checked again from the answers, by code that shares nothing.

Rules and points are worked out pair by pair in plain Python (`verify_answers`), not with the arrays of
`score`; the proof of the best is recomputed from its prices (`verify_proof`), not with the network of
`solve`. A fault means that the result must not be stored.

| what                                                  | of what                                    |
|-------------------------------------------------------|--------------------------------------------|
| people, capacities, locks, rules, points, their sums  | every pair that is made                    |
| scores are what the answers give                      | every pair that is made; of up to 2,000    |
|                                                       | cells all, of more 1,000 spread over them  |
| nobody else can be served, no higher floor, no better | every pair that may be made (`proven`:     |
| assignment at any level                               | of those rows)                             |

The scores are asked for once, block by block, and none is kept.

A sampled proof (`Claim.proven`) shows this and no more: of all the assignments that pair the mentees of
those rows in any way, and everybody else as they are paired here or not at all, none is better. Prices
that were wrong for a share s of the other rows would be missed with chance (1 − s)^(rows in the sample)
if the rows were drawn; a caller who samples says so in the report.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import numpy as np

from functions.matching.outcome import Outcome, Pair
from functions.matching.people import Person, Role
from functions.matching.score_matrix import CELLS_AT_ONCE, Grid, Held, Scores
from functions.matching.verification.answers import Answers
from functions.matching.verification.certificate import Case, Proof
from functions.matching.verification.claim import Claim, Couple, Made, by_id, places_of

__all__ = ["Claim", "Couple", "faults_in", "faults_told"]

ALL_OF_SO_MANY_CELLS = 2_000
SAMPLED_CELLS = 1_000
_GOLDEN = 0x9E3779B97F4A7C15  # 2^64 over the golden ratio: its multiples spread evenly (Knuth, TAOCP 6.4)
_UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


class Looks(Protocol):
    """What looks at the scores while they are gone through."""

    def see(self, start: int, block: Scores) -> None:
        """Look at the scores of some rows, the first of them `start`."""
        ...


def faults_in(claim: Claim, *, progress: Callable[[int], None] = lambda _percent: None) -> list[str]:
    """Return every fault found, in words; an empty list means that the result holds.

    `progress` is told how far the scores are gone through (0 … 100), and may raise to stop.
    """
    faults = [*_faults_of_people(claim)]
    if faults:
        return faults  # nothing else can be said of pairs between people who aren't there
    faults += [*_faults_of_capacity(claim), *_faults_of_terms(claim)]
    answers = Answers(claim.policy)
    faults += [*_faults_of_answers(claim, answers)]
    proof = None if faults else _proof(claim, answers.most())
    faults += [*_faults_of_scores(claim, answers, proof, progress)]
    if faults:
        return faults
    return [*proof.faults()] if proof else ["the certificate can’t be read"]


def faults_told(outcome: Outcome, mentors: Sequence[Person], mentees: Sequence[Person]) -> list[str]:
    """Return what the outcome says of its own pairs and is not so: its figures, and who is left out.

    Of one pool (which has no capacity to tell) both people of a pair count, and nobody is a mentor.
    """
    one_pool = not outcome.capacity
    best: dict[str, int] = {}
    for pair in outcome.pairs:
        for name in (pair.mentee, pair.mentor) if one_pool else (pair.mentee,):
            best[name] = max(pair.score, best.get(name, pair.score))
    figures = (len(best), min(best.values(), default=None), sum(pair.score for pair in outcome.pairs))
    faults = [] if (outcome.served, outcome.worst, outcome.total) == figures else ["the figures are others"]
    leading = {pair.mentor for pair in outcome.pairs}
    alone = [
        *((Role.MENTEE, person.id) for person in mentees if person.id not in best),
        *((Role.MENTEE, person.id) for person in mentors if one_pool and person.id not in best),
        *((Role.MENTOR, person.id) for person in mentors if not one_pool and person.id not in leading),
    ]
    if Counter(alone) != Counter((person.role, person.id) for person in outcome.unmatched):
        faults.append("those who are left out are others")
    return faults


def _proof(claim: Claim, most: int) -> Proof | None:
    try:
        return Proof(Case.of(claim), claim.certificate, claim.policy.objective, most)
    except _UNREADABLE:
        return None


def _faults_of_people(claim: Made) -> Iterator[str]:
    yield from _faults_of_shape(claim)
    mentors, mentees = {person.id for person in claim.mentors}, {person.id for person in claim.mentees}
    for pair in claim.pairs:
        if pair.mentee not in mentees or pair.mentor not in mentors:
            yield f"{_named(pair)} is a pairing of somebody who is not there"
    for (mentee, mentor), times in Counter((pair.mentee, pair.mentor) for pair in claim.pairs).items():
        if times > 1:
            yield f"{mentee} and {mentor} are paired {times} times"


def _faults_of_shape(claim: Made) -> Iterator[str]:
    if _grid(claim).shape != (len(claim.mentees), len(claim.mentors)):
        yield "the scores are not those of these people"
    rows = _rows(claim)
    if rows.step < 1 or (rows and not 0 <= rows[0] <= rows[-1] < len(claim.mentees)):
        yield "the rows to prove are not those of these people"
    for role, people in (("mentor", claim.mentors), ("mentee", claim.mentees)):
        for name, times in Counter(person.id for person in people).items():
            if times > 1:
                yield f"the {role} {name} is there {times} times"


def _faults_of_capacity(claim: Made) -> Iterator[str]:
    for people, side, taken in (
        (claim.mentors, claim.policy.mentors, Counter(pair.mentor for pair in claim.pairs)),
        (claim.mentees, claim.policy.mentees, Counter(pair.mentee for pair in claim.pairs)),
    ):
        for person in people:
            places = places_of(person, side.capacity)
            if taken[person.id] > places:
                yield f"{person.id} has {taken[person.id]} pairings and a capacity of {places}"


def _faults_of_terms(claim: Made) -> Iterator[str]:
    made = {(pair.mentee, pair.mentor) for pair in claim.pairs}
    for couple in claim.locked:
        if tuple(couple) not in made:
            yield f"{couple[0]} and {couple[1]} are locked and not paired"
    for couple in claim.forbidden:
        if tuple(couple) in made:
            yield f"{couple[0]} and {couple[1]} are forbidden and paired"


def _faults_of_answers(claim: Made, answers: Answers) -> Iterator[str]:
    """Hold every pair that is made against the rules and the points of its two people's answers."""
    mentors = {person.id: person for person in claim.mentors}
    mentees = {person.id: person for person in claim.mentees}
    for pair in claim.pairs:
        mentee, mentor = mentees[pair.mentee], mentors[pair.mentor]
        try:
            yield from _faults_of_pair(pair, answers.against(mentee, mentor), answers.points(mentee, mentor))
        except _UNREADABLE:
            yield f"{_named(pair)} has answers that can’t be read"


def _faults_of_pair(pair: Pair, against: Sequence[str], points: list[tuple[str, int]]) -> Iterator[str]:
    for name in against:
        yield f"{_named(pair)} is paired against the rule “{name}”"
    told = [(reason.criterion, reason.points) for reason in pair.reasons]
    if {type(number) for _, number in told} != {int} or type(pair.score) is not int:
        yield f"{_named(pair)} has points that are not whole numbers"
    if told != points:
        yield f"{_named(pair)} has other points than its answers give"
    if sum(number for _, number in told) != pair.score:
        yield f"{_named(pair)} has points that do not add up to its score"


def _faults_of_scores(
    claim: Made, answers: Answers, proof: Looks | None, progress: Callable[[int], None]
) -> Iterator[str]:
    """Go through the scores once: those of the pairs, those of a sample, and the proof’s view of all."""
    looks = _Scored(claim), _Sample(claim, answers)
    for start, block in _blocks(claim):
        if block.shape[1:] != (len(claim.mentors),) or block.dtype.kind != "i":
            yield "the scores are not those of these people"
            return
        if block.size and int(block.max()) > answers.most():
            yield "there is a score beyond what the weights can give"
            return
        for look in looks:
            yield from look.faults(start, block)
        if proof:
            proof.see(start, block if block.dtype == np.int32 else np.maximum(block, -1).astype(np.int32))
        progress(100 * (start + len(block)) // len(claim.mentees))


def _grid(claim: Made) -> Grid:
    return Held(claim.scores) if isinstance(claim.scores, np.ndarray) else claim.scores


def _rows(claim: Made) -> range:
    return range(len(claim.mentees)) if claim.proven is None else claim.proven


def _blocks(claim: Made) -> Iterator[tuple[int, Scores]]:
    """Yield the scores of the rows to prove, a block of rows that follow each other at a time."""
    rows, grid = _rows(claim), _grid(claim)
    height = max(1, CELLS_AT_ONCE // max(len(claim.mentors), 1)) if rows.step == 1 else 1
    for place in range(0, len(rows), height):
        part = rows[place : place + height]
        yield part[0], grid.rows(part[0], part[-1] + 1)


class _Scored:
    """Compares the scores of the pairs that are made with those that are told."""

    def __init__(self, claim: Made) -> None:
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
                yield f"{_named(pair)} has another score than the matrix"


class _Sample:
    """Compares scores with the answers: all of a few, of more a sample spread over the whole."""

    def __init__(self, claim: Made, answers: Answers) -> None:
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
        except _UNREADABLE:
            return False


def _spread(cells: int) -> Sequence[int]:
    """Return every cell of a few; of more a sample in ascending order, spread evenly."""
    if cells <= ALL_OF_SO_MANY_CELLS:
        return range(cells)
    return sorted({(place * _GOLDEN % 2**64) * cells >> 64 for place in range(SAMPLED_CELLS)})


def _named(pair: Pair) -> str:
    return f"{pair.mentee} with {pair.mentor}"
