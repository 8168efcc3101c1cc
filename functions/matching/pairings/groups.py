"""Groups of mentees around mentors, with the bound that shows how good they are."""

from dataclasses import replace

from functions.matching.cohort import Cohort
from functions.matching.outcome import Outcome
from functions.matching.pairings.run import Run, Stage, check_pool, check_sides
from functions.matching.pairings.two_sides import outcome_of_sides, reasoned_pairs
from functions.matching.reasons import CannotMatch, Problem
from functions.matching.reports import unmatched, unmatched_groups
from functions.matching.scoring.scores import score_all
from functions.matching.solving import group_search
from functions.matching.verification.claim import Claim
from functions.matching.verification.groups import GroupsClaim, faults_in_groups


def form_groups(run: Run) -> tuple[Outcome, list[str]]:
    """Put mentees into groups around mentors, none below the smallest size that the policy allows."""
    sizes = run.policy.groups
    if sizes is None:
        raise CannotMatch(Problem.NO_GROUPS_IN_POLICY)
    progress = run.enter(Stage.SCORE)
    check_sides(run)
    check_pool([*run.mentors, *run.mentees])
    cohort = Cohort.of(run.mentors, run.mentees, run.policy)
    scores = score_all(cohort.prepared, progress=progress)
    if not (scores >= 0).any():
        raise unmatched.nobody_eligible(cohort.prepared)
    terms = run.terms(cohort.mentees.ids, cohort.mentors.ids)
    progress = run.enter(Stage.SOLVE)
    found = group_search.form_groups(
        scores,
        cohort.mentors,
        cohort.mentees,
        sizes,
        terms=terms,
        objective=run.policy.objective,
        seed=run.seed,
        progress=progress,
    )
    run.enter(Stage.EXPLAIN)
    pairs = reasoned_pairs(cohort, found.pairs)
    outcome = replace(
        outcome_of_sides(run, cohort, found, pairs),
        unmatched=unmatched_groups.unmatched_in(
            cohort.prepared,
            unmatched.Result(pairs=found.pairs, locked=terms.locked, forbidden=terms.forbidden),
            sizes,
        ),
        certificate=found.relaxed.certificate,
        notes=(group_search.note(found),),
    )
    run.enter(Stage.VERIFY)
    claim = Claim(
        mentors=run.mentors,
        mentees=run.mentees,
        policy=run.policy,
        scores=scores,
        pairs=pairs,
        certificate=found.relaxed.certificate,
        seed=run.seed,
        locked=run.locked,
        forbidden=run.forbidden,
        previous=run.previous,
    )
    return outcome, faults_in_groups(
        GroupsClaim(
            claim=claim,
            relaxed=cohort.couples_by_id(found.relaxed.pairs),
            gap=(found.gap.level, found.gap.reached, found.gap.bound) if found.gap else None,
        )
    )
