"""The stable pairings of mentees with mentors: no two people would both rather have each other."""

from dataclasses import replace

from functions.matching.cohort import Cohort
from functions.matching.outcome import Outcome
from functions.matching.pairings.run import Run, Stage, check_sides
from functions.matching.pairings.two_sides import (
    outcome_of_sides,
    reasoned_pairs,
    rows_to_prove,
    unmet_wishes,
)
from functions.matching.reports import unmatched
from functions.matching.solving.stable import find_stable
from functions.matching.verification.claim import UnprovenClaim
from functions.matching.verification.stable import faults_in_stable


def pair_stably(run: Run) -> tuple[Outcome, list[str]]:
    """Pair mentees with mentors so that no two people would both rather have each other."""
    progress = run.enter(Stage.SCORE)
    check_sides(run)
    cohort = Cohort.of(run.mentors, run.mentees, run.policy)
    grid = cohort.grid(progress=progress)
    terms = run.terms(cohort.mentees.ids, cohort.mentors.ids)
    run.enter(Stage.SOLVE)
    found = find_stable(
        grid, cohort.mentors, cohort.mentees, terms=terms, seed=run.seed, proven=rows_to_prove(grid)
    )
    if not len(found.many.candidates.values):
        raise unmatched.nobody_eligible(cohort.prepared)
    run.enter(Stage.EXPLAIN)
    pairs = reasoned_pairs(cohort, found.pairs)
    # Nobody may be told that others could make room: they would rather not.
    settled = unmatched.Result(pairs=found.pairs, locked=found.pairs, forbidden=terms.forbidden)
    outcome = replace(
        outcome_of_sides(run, cohort, found.figures, pairs),
        unmatched=unmatched.unmatched_in(cohort.prepared, settled),
        notes=found.notes(),
        wishes=unmet_wishes(run, cohort, replace(found.many, pairs=found.pairs), terms),
    )
    progress = run.enter(Stage.VERIFY)
    return outcome, faults_in_stable(
        UnprovenClaim(
            mentors=run.mentors,
            mentees=run.mentees,
            policy=run.policy,
            scores=grid,
            pairs=pairs,
            seed=run.seed,
            locked=run.locked,
            forbidden=run.forbidden,
        ),
        progress=progress,
    )
