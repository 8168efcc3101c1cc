"""What all pairings of mentees with mentors have alike: pairs with reasons, unmet wishes, the outcome."""

from collections.abc import Sequence
from typing import Protocol

from functions.matching.cohort import Cohort
from functions.matching.criteria import DEFINITIONS
from functions.matching.outcome import Outcome, Pair, Wish
from functions.matching.pairings.run import Run, snapshot_sha256
from functions.matching.reports import wishes
from functions.matching.reports.pair_reasons import PairReasons
from functions.matching.score_matrix import Grid
from functions.matching.scoring.scores import points_of_pairs
from functions.matching.solving import assignment, pair_cost
from functions.matching.terms import Terms

PROVEN_WHOLE = 1_000_000_000  # pairs; of more, the proof is held against a sample
SAMPLED_ROWS = 500


class HasFigures(Protocol):
    """How good a pairing is, whichever solver made it."""

    @property
    def served(self) -> int:
        """How many mentees have a partner."""
        ...

    @property
    def worst(self) -> int | None:
        """The lowest of their best scores, None for nobody."""
        ...

    @property
    def total(self) -> int:
        """All scores together."""
        ...


def outcome_of_sides(run: Run, cohort: Cohort, figures: HasFigures, pairs: tuple[Pair, ...]) -> Outcome:
    """Return what every pairing of two sides has alike; nobody is unmatched yet, and nothing proven."""
    prepared = cohort.prepared
    return Outcome(
        mentees=len(run.mentees),
        mentors=len(run.mentors),
        capacity=sum(cohort.mentors.capacity),
        pairs=pairs,
        unmatched=(),
        served=figures.served,
        worst=figures.worst,
        total=figures.total,
        certificate=None,
        snapshot_sha256=snapshot_sha256(prepared.mentors, prepared.mentees, run.policy, run.seed),
    )


def rows_to_prove(grid: Grid) -> range | None:
    """Return the rows whose every pair is held against the proof; None for all."""
    rows, columns = grid.shape
    return None if rows * columns <= PROVEN_WHOLE else range(0, rows, -(-rows // SAMPLED_ROWS))


def reasoned_pairs(cohort: Cohort, made: Sequence[tuple[int, int]]) -> tuple[Pair, ...]:
    """Return the pairs with their reasons, whose points add up to the score."""
    prepared = cohort.prepared
    points = points_of_pairs(prepared, [row for row, _ in made], [column for _, column in made]).tolist()
    reasons = PairReasons(prepared.policy)
    return tuple(
        Pair(
            mentor=mentor.id,
            mentee=mentee.id,
            score=sum(earned),
            reasons=reasons.of(mentee, mentor, earned),
        )
        for (mentee, mentor), earned in zip(
            ((prepared.mentees[row], prepared.mentors[column]) for row, column in made), points, strict=True
        )
    )


def unmet_wishes(run: Run, cohort: Cohort, found: assignment.Assignment, terms: Terms) -> tuple[Wish, ...]:
    """Return the wishes for named people that were not met, with what they would have cost."""
    if not any(DEFINITIONS[criterion.kind].names_people for criterion in run.policy.criteria):
        return ()
    solved = pair_cost.SolvedProblem(
        pairs=found.candidates,
        mentors=cohort.mentors,
        mentees=cohort.mentees,
        terms=terms,
        objective=run.policy.objective,
        assignment=found,
    )
    return wishes.unmet_wishes(wishes.Answering(prepared=cohort.prepared, solved=solved))
