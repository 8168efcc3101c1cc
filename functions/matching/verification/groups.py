"""Are groups what they say they are? Checked again, by code that shares nothing with `groups`.

People, capacities, terms, rules, points, sums and scores are checked as for two sides, and every group
is of a size that may run. Which groups run best is not proven, but bounded: pairs without a smallest
size, among the mentors who may meet enough mentees for a group, come with the proof of two sides
that none are better. What the groups have less than those, at the first level where the two differ,
must be what is said of them.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from functions.matching.outcome import Pair
from functions.matching.people import Person
from functions.matching.score_matrix import DenseScores, Scores, blocks
from functions.matching.verification.answers import Answers
from functions.matching.verification.certificate import (
    CertificateProof,
    ClaimArrays,
    tie_break_numbers,
)
from functions.matching.verification.checks import (
    faults_of_answers,
    faults_of_capacity,
    faults_of_people,
    faults_of_scores,
    faults_of_terms,
)
from functions.matching.verification.claim import Claim, Couple, by_id, places_of

_UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)

Worth = dict[str, tuple[int, ...]]  # by level, in their order; more is better


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupsClaim:
    """Groups and what they were made from; `claim.scores` is a matrix.

    `claim.certificate` is that of the `relaxed` pairs. `gap` is the level at which the groups fall
    short of them, what they reach there and the bound; None when they don't.
    """

    claim: Claim
    relaxed: Sequence[Couple]
    gap: tuple[str, int, int] | None


def faults_in_groups(groups: GroupsClaim) -> list[str]:
    """Return every fault found, in words; an empty list means that the groups and their bound hold."""
    claim = groups.claim
    faults = [*faults_of_people(claim)]
    if faults:
        return faults
    answers = Answers(claim.policy)
    faults += [*faults_of_capacity(claim), *faults_of_terms(claim), *_faults_of_sizes(claim)]
    faults += [*faults_of_answers(claim, answers)]
    faults += [*faults_of_scores(claim, answers, None, lambda _percent: None)]
    if faults:
        return faults
    try:
        return [*_faults_of_bound(groups, answers.most())]
    except _UNREADABLE:
        return ["the certificate can’t be read"]


def _faults_of_sizes(claim: Claim) -> Iterator[str]:
    sizes = claim.policy.groups
    if sizes is None:
        yield "the policy makes no groups"
        return
    for name, size in sorted(Counter(pair.mentor for pair in claim.pairs).items()):
        if size < sizes.smallest:
            yield f"the group of {name} has {size}, and the smallest is {sizes.smallest}"
        if sizes.largest is not None and size > sizes.largest:
            yield f"the group of {name} has {size}, and the largest is {sizes.largest}"
    for name, times in sorted(Counter(pair.mentee for pair in claim.pairs).items()):
        if times > 1:
            yield f"{name} is in {times} groups"


def _faults_of_bound(groups: GroupsClaim, most: int) -> Iterator[str]:
    claim = _relaxed(groups)
    if any(pair.score < 0 for pair in claim.pairs):
        yield "the bound has a pairing that may not be"
        return
    faults = [*faults_of_capacity(claim), *faults_of_terms(claim)]
    proof = CertificateProof(ClaimArrays.of(claim), claim.certificate, claim.policy.objective, most)
    for start, block in blocks(DenseScores(_score_matrix(claim))):
        proof.see(start, block)
    faults += proof.faults()
    yield from (f"the bound does not hold: {fault}" for fault in faults)
    if not faults and groups.gap != _gap(_worth(groups.claim), _worth(claim)):
        yield "the groups fall short of the bound by something else than is said"


def _relaxed(groups: GroupsClaim) -> Claim:
    """Return the claim that the bound makes: no smallest size, and only mentors who could have a group."""
    claim = groups.claim
    sizes, mentees, mentors = claim.policy.groups, by_id(claim.mentees), by_id(claim.mentors)
    assert sizes is not None  # noqa: S101 - `_faults_of_sizes` says it
    rows = {person.id: row for row, person in enumerate(mentees)}
    columns = {person.id: column for column, person in enumerate(mentors)}
    room = [_room(person, claim, sizes.largest) for person in mentors]
    scores = np.maximum(_score_matrix(claim), -1).astype(np.int32)
    possible = _possible(claim, scores, rows, columns)
    for column, places in enumerate(room):
        if min(places, possible[column]) < sizes.smallest:
            scores[:, column] = -1
    return replace(
        claim,
        mentors=[replace(person, capacity=places) for person, places in zip(mentors, room, strict=True)],
        scores=scores,
        pairs=[
            Pair(mentee=mentee, mentor=mentor, score=int(scores[rows[mentee], columns[mentor]]), reasons=())
            for mentee, mentor in groups.relaxed
        ],
    )


def _room(mentor: Person, claim: Claim, largest: int | None) -> int:
    places = places_of(mentor, claim.policy.mentors.capacity)
    return places if largest is None else min(places, largest)


def _possible(claim: Claim, scores: Scores, rows: dict[str, int], columns: dict[str, int]) -> list[int]:
    """Return how many mentees each mentor may meet, locked ones included and those of others left out."""
    may = scores >= 0
    for mentee, mentor in claim.forbidden:
        may[rows[mentee], columns[mentor]] = False
    may[[rows[mentee] for mentee, _ in claim.locked], :] = False
    for mentee, mentor in claim.locked:
        may[rows[mentee], columns[mentor]] = True
    return [int(count) for count in may.sum(axis=0)]


def _score_matrix(claim: Claim) -> Scores:
    if not isinstance(claim.scores, np.ndarray):
        raise TypeError(claim.scores)
    return claim.scores


def _worth(claim: Claim) -> Worth:
    """Return what the pairs reach, level by level; locked ones lower no floor and change nothing."""
    case, objective = ClaimArrays.of(claim), claim.policy.objective
    priority = {person.id: person.priority for person in claim.mentees}
    counts = Counter(priority[pair.mentee] for pair in claim.pairs)
    sizes = Counter(pair.mentor for pair in claim.pairs)
    rows, columns = case.cells(case.chosen)
    kept = np.isin(case.chosen, case.kept)
    drawn = tie_break_numbers(case.keys, case.shape, rows, columns).tolist()
    worth: Worth = {
        "served": tuple(counts[group] for group in sorted({*priority.values()}, reverse=True)),
        "floor": (min(case.chosen_scores.tolist(), default=0),),
        "total": (sum(pair.score for pair in claim.pairs),),
        "load": (-sum(size**2 for size in sizes.values()),),
        "least change": (int(kept.sum()) - int((~kept).sum()),),
        "tie-break": (-sum(drawn),),
    }
    counted = {
        "served": objective.served,
        "floor": objective.floor,
        "total": objective.total,
        "load": objective.load,
        "least change": objective.least_change and claim.previous is not None,
        "tie-break": True,
    }
    return {level: number for level, number in worth.items() if counted[level]}


def _gap(reached: Worth, bound: Worth) -> tuple[str, int, int] | None:
    """Return the first level where the two differ, and what each has there."""
    for level, most in bound.items():
        if reached[level] != most:
            return level, sum(reached[level]), sum(most)
    return None
