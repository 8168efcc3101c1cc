"""The best pairings of mentees with mentors, with their certificate."""

from dataclasses import replace

from functions.matching.cohort import Cohort
from functions.matching.outcome import Outcome, Unmatched
from functions.matching.pairings.run import Run, Stage, check_sides
from functions.matching.pairings.two_sides import (
    outcome_of_sides,
    reasoned_pairs,
    rows_to_prove,
    unmet_wishes,
)
from functions.matching.reasons import Note, Noted
from functions.matching.reports import unmatched
from functions.matching.score_matrix import CachedScores, Grid
from functions.matching.scoring.scores import Computed
from functions.matching.solving import assignment
from functions.matching.terms import Terms
from functions.matching.verification.claim import Claim
from functions.matching.verification.pairs import faults_in


def pair_best(run: Run) -> tuple[Outcome, list[str]]:
    """Pair mentees with mentors, each within their places."""
    progress = run.enter(Stage.SCORE)
    check_sides(run)
    cohort = Cohort.of(run.mentors, run.mentees, run.policy)
    grid = cohort.grid(progress=progress) if run.surveyor is None else Computed(cohort.prepared)
    proven = rows_to_prove(grid)
    grid = grid if proven is None else CachedScores(grid)
    terms = run.terms(cohort.mentees.ids, cohort.mentors.ids)
    progress = run.enter(Stage.SOLVE)
    found = assignment.assign(
        grid,
        cohort.mentors,
        cohort.mentees,
        terms=terms,
        objective=run.policy.objective,
        seed=run.seed,
        proven=proven,
        survey=run.survey(cohort, progress),
        progress=progress,
    )
    if not len(found.candidates.values):
        raise unmatched.nobody_eligible(cohort.prepared)
    run.enter(Stage.EXPLAIN)
    pairs = reasoned_pairs(cohort, found.pairs)
    outcome = replace(
        outcome_of_sides(run, cohort, found, pairs),
        unmatched=_unmatched(cohort, found, terms),
        certificate=found.certificate,
        notes=() if proven is None else (_sampled(proven, grid),),
        wishes=unmet_wishes(run, cohort, found, terms),
    )
    progress = run.enter(Stage.VERIFY)
    return outcome, faults_in(
        Claim(
            mentors=run.mentors,
            mentees=run.mentees,
            policy=run.policy,
            scores=grid,
            pairs=pairs,
            certificate=found.certificate,
            seed=run.seed,
            locked=run.locked,
            forbidden=run.forbidden,
            previous=run.previous,
            proven=proven,
        ),
        progress=progress,
    )


def _sampled(proven: range, grid: Grid) -> Note:
    rows, columns = grid.shape
    return Note(
        noted=Noted.PROVEN_ON_SAMPLE,
        numbers={
            "candidates": assignment.CANDIDATES,
            "checked": len(proven),
            "mentees": rows,
            "mentors": columns,
        },
    )


def _unmatched(cohort: Cohort, found: assignment.Assignment, terms: Terms) -> tuple[Unmatched, ...]:
    result = unmatched.Result(
        pairs=found.pairs, locked=terms.locked, forbidden=terms.forbidden, candidates=found.candidates
    )
    return unmatched.unmatched_in(cohort.prepared, result)
