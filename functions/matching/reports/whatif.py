"""What if another policy were used: the same people scored and matched again, and the two compared.

Scores under two policies are two yardsticks, and neither is right: everything is told by both.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from functions.matching.cohort import Cohort, NamedCouple
from functions.matching.figures import Figures, figures_of, scores_of
from functions.matching.policy.model import Policy
from functions.matching.score_matrix import DenseScores, Grid
from functions.matching.scoring.scores import reweighed, score_all
from functions.matching.solving import assignment, stable
from functions.matching.terms import Couple, Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Yardstick:
    """Two assignments by one policy's scores.

    `gain` and `lose` count mentees whose best score is higher or lower in the second than in the first
    (having nobody is the lowest); `refused` are the pairings of each that this policy does not allow,
    which serve nobody and add nothing here.
    """

    first: Figures
    second: Figures
    refused: tuple[int, int]
    gain: int
    lose: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeComparison:
    """Two outcomes for the same people, under two policies: `ours` made the first, `theirs` the second.

    Pairs are ids, the mentee's first, sorted.
    """

    ours: Yardstick
    theirs: Yardstick
    both: tuple[NamedCouple, ...]
    only_first: tuple[NamedCouple, ...]
    only_second: tuple[NamedCouple, ...]


def compare_with_policy(
    cohort: Cohort,
    pairs: Iterable[NamedCouple],
    policy: Policy,
    *,
    locked: Iterable[NamedCouple] = (),
    forbidden: Iterable[NamedCouple] = (),
    seed: int = 0,
) -> OutcomeComparison:
    """Match the same people under another policy, and compare with what the first one made (`pairs`).

    For cohorts whose scores fit in memory; of larger ones, `compare` takes two runs of the engine.

    Nothing here is stored, so nothing is verified but the solver's own prices. Raises CannotMatch when
    the other policy can't read the answers, or its rules refuse a locked pairing.
    """
    second = cohort_under(cohort, policy)
    scores = score_all(second.prepared)
    terms = Terms(locked=second.couples_by_place(locked), forbidden=second.couples_by_place(forbidden))
    if policy.objective.stable:
        made = stable.find_stable(
            DenseScores(scores), second.mentors, second.mentees, terms=terms, seed=seed
        ).pairs
    else:
        made = assignment.assign(
            scores, second.mentors, second.mentees, terms=terms, objective=policy.objective, seed=seed
        ).pairs
    return _compared((cohort.grid(), DenseScores(scores)), cohort, cohort.couples_by_place(pairs), made)


def cohort_under(cohort: Cohort, policy: Policy) -> Cohort:
    """Return the same people, with the same places, under another policy; answers are not read again.

    Raises CannotMatch when the other policy can't read an answer.
    """
    return Cohort.of_prepared(reweighed(cohort.prepared, policy))


def compare_outcomes(
    ours: Cohort, theirs: Cohort, first: Iterable[NamedCouple], second: Iterable[NamedCouple]
) -> OutcomeComparison:
    """Compare two outcomes for the same people: `first` as `ours` made it, `second` as `theirs` did."""
    return _compared(
        (ours.grid(), theirs.grid()), ours, ours.couples_by_place(first), ours.couples_by_place(second)
    )


def describe_comparison(comparison: OutcomeComparison, *, ours: str, theirs: str) -> tuple[str, ...]:
    """Return the comparison in plain lines; `ours` and `theirs` are the policies' names."""
    mine, other_one = comparison.ours, comparison.theirs
    same, gone, come = (
        len(pairs) for pairs in (comparison.both, comparison.only_first, comparison.only_second)
    )
    if not gone and not come:
        return (f"“{theirs}” makes the same {same:,} pairings as “{ours}”.",)
    return (
        f"“{theirs}” keeps {same:,} pairings of “{ours}”, drops {gone:,} and makes {come:,} others.",
        *_by(mine, ours, (ours, theirs)),
        *_by(other_one, theirs, (ours, theirs)),
    )


def _by(yardstick: Yardstick, by: str, names: tuple[str, str]) -> Iterable[str]:
    first, second = yardstick.first, yardstick.second
    yield (
        f"  By the scores of “{by}”: total {_from_to(first.total, second.total)}, "
        f"weakest best pairing {_from_to(first.worst, second.worst)}, "
        f"served {_from_to(first.served, second.served)}; "
        f"{yardstick.gain:,} mentees gain and {yardstick.lose:,} lose."
    )
    for name, refused in zip(names, yardstick.refused, strict=True):
        if refused:
            yield f"    It does not allow {refused:,} of the pairings of “{name}”; they count as none here."


def _from_to(first: int | None, second: int | None) -> str:
    before, after = (f"{value:,}" if value is not None else "none" for value in (first, second))
    return before if before == after else f"{before} → {after}"


def _compared(
    grids: tuple[Grid, Grid], cohort: Cohort, first: Sequence[Couple], second: Sequence[Couple]
) -> OutcomeComparison:
    mine, theirs = set(first), set(second)
    return OutcomeComparison(
        ours=_yardstick(grids[0], first, second),
        theirs=_yardstick(grids[1], first, second),
        both=cohort.couples_by_id(sorted(mine & theirs)),
        only_first=cohort.couples_by_id(sorted(mine - theirs)),
        only_second=cohort.couples_by_id(sorted(theirs - mine)),
    )


def _yardstick(grid: Grid, first: Sequence[Couple], second: Sequence[Couple]) -> Yardstick:
    scores = [scores_of(grid, pairs) for pairs in (first, second)]
    before, after = (_best(pairs, found) for pairs, found in zip((first, second), scores, strict=True))
    change = [after.get(row, -1) - before.get(row, -1) for row in before.keys() | after.keys()]
    return Yardstick(
        first=figures_of(grid, first),
        second=figures_of(grid, second),
        refused=(sum(points < 0 for points in scores[0]), sum(points < 0 for points in scores[1])),
        gain=sum(points > 0 for points in change),
        lose=sum(points < 0 for points in change),
    )


def _best(pairs: Sequence[Couple], scores: Sequence[int]) -> dict[int, int]:
    best: dict[int, int] = {}
    for (row, _), points in zip(pairs, scores, strict=True):
        best[row] = max(points, best.get(row, -1))
    return best
