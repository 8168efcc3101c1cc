"""Is the result what it says it is? Checked again from the answers, by code that shares nothing.

Rules and points are worked out pair by pair in plain Python (`answers`), not with the arrays of
`scoring`; the proof of the best is recomputed from its prices (`certificate`), not with the network of
`solving`. A fault means that the result must not be stored.

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
from collections.abc import Callable, Sequence

from functions.matching.outcome import Outcome
from functions.matching.people import Person, Role
from functions.matching.verification.answers import Answers
from functions.matching.verification.certificate import CertificateProof, ClaimArrays
from functions.matching.verification.checks import (
    UNREADABLE,
    faults_of_answers,
    faults_of_capacity,
    faults_of_people,
    faults_of_scores,
    faults_of_terms,
)
from functions.matching.verification.claim import Claim


def faults_in(claim: Claim, *, progress: Callable[[int], None] = lambda _percent: None) -> list[str]:
    """Return every fault found, in words; an empty list means that the result holds.

    `progress` is told how far the scores are gone through (0 … 100), and may raise to stop.
    """
    faults = [*faults_of_people(claim)]
    if faults:
        return faults  # nothing else can be said of pairs between people who aren't there
    faults += [*faults_of_capacity(claim), *faults_of_terms(claim)]
    answers = Answers(claim.policy)
    faults += [*faults_of_answers(claim, answers)]
    proof = None if faults else _proof(claim, answers.most())
    faults += [*faults_of_scores(claim, answers, proof, progress)]
    if faults:
        return faults
    return [*proof.faults()] if proof else ["the certificate can’t be read"]


def faults_in_figures(outcome: Outcome, mentors: Sequence[Person], mentees: Sequence[Person]) -> list[str]:
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


def _proof(claim: Claim, most: int) -> CertificateProof | None:
    try:
        return CertificateProof(ClaimArrays.of(claim), claim.certificate, claim.policy.objective, most)
    except UNREADABLE:
        return None
