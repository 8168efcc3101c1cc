"""What a rematch changed, and why it had to.

The engine changes as few previous pairings as the levels above allow (`engine.match(previous=…)`). So a
pairing that ends has a reason: somebody left, a rule or the coordinator refuses it now, there is no place
for it any more, or keeping it would have cost people who come first. (A stable match keeps nothing for
its own sake: there a pairing ends as soon as one of the two has people who fit as well.)
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from functions.matching.cohort import Cohort, NamedCouple
from functions.matching.figures import Figures, figures_of, scores_of
from functions.matching.score_matrix import DenseScores
from functions.matching.solving import assignment
from functions.matching.terms import Couple, Objective, Terms


class WhyEnded(StrEnum):
    """WhyEnded a previous pairing does not stand."""

    MENTEE_GONE = "the mentee is not in this run"
    MENTOR_GONE = "the mentor is not in this run"
    FORBIDDEN = "the coordinator keeps them apart"
    RULE = "a rule refuses it now"
    NO_PLACE = "there is no place for it beside the others of the same person"
    STABLE = "one of the two has people who fit as well or better, or who are locked"
    FOR_OTHERS = "keeping it would have cost others more"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rematch:
    """A previous assignment and the new one, by ids.

    `now` is the new assignment. `keeping` is the best one that also keeps the pairings which
    ended FOR_OTHERS, as far as there are places for them: the difference is why. It is None when there are
    none, or too many people to solve once more (`cohort.LARGEST_HELD`).
    """

    kept: tuple[NamedCouple, ...]
    ended: tuple[tuple[NamedCouple, WhyEnded], ...]
    new: tuple[NamedCouple, ...]
    now: Figures
    keeping: Figures | None
    objective: Objective


def report_changes(
    cohort: Cohort,
    previous: Iterable[NamedCouple],
    pairs: Iterable[NamedCouple],
    *,
    locked: Iterable[NamedCouple] = (),
    forbidden: Iterable[NamedCouple] = (),
    seed: int = 0,
) -> Rematch:
    """Compare a new assignment with the previous one that it was asked to keep. Couples are ids.

    Solves once more, when something ended for others' sake, to say what keeping it would have cost.
    """
    before, after, apart = sorted(set(previous)), set(pairs), frozenset(forbidden)
    kept = tuple(pair for pair in before if pair in after)
    grid, there = cohort.grid(), cohort.couples_by_place(before)
    eligible = {couple for couple, points in zip(there, scores_of(grid, there), strict=True) if points >= 0}
    standing = _Standing.of(cohort, {*cohort.couples_by_place(kept), *cohort.couples_by_place(locked)})
    ended = tuple((pair, _why(pair, eligible, apart, standing)) for pair in before if pair not in after)
    if cohort.policy.objective.stable:
        ended = tuple((pair, WhyEnded.STABLE if why is WhyEnded.FOR_OTHERS else why) for pair, why in ended)
    for_others = cohort.couples_by_place(pair for pair, why in ended if why is WhyEnded.FOR_OTHERS)
    return Rematch(
        kept=kept,
        ended=ended,
        new=tuple(sorted(after.difference(before))),
        now=figures_of(grid, cohort.couples_by_place(sorted(after))),
        keeping=_kept_too(cohort, grid, standing, for_others, cohort.couples_by_place(apart), seed)
        if for_others and isinstance(grid, DenseScores)
        else None,
        objective=cohort.policy.objective,
    )


def describe_changes(rematch: Rematch) -> tuple[str, ...]:
    """Return the report in plain lines, without naming anybody."""
    counts = {why: sum(found is why for _, found in rematch.ended) for why in WhyEnded}
    kept, new = len(rematch.kept), len(rematch.new)
    total = kept + len(rematch.ended)
    lines = [f"Of {total:,} previous pairings {kept:,} stand, {total - kept:,} end; {new:,} are new."]
    lines += [f"  {count:,}: {why}" for why, count in counts.items() if count]
    if rematch.keeping is not None:
        cost = _cost(rematch.now, rematch.keeping, rematch.objective)
        lines.append(f"  Keeping the last of these as well would have {cost}.")
    return tuple(lines)


def _cost(now: Figures, keeping: Figures, objective: Objective) -> str:
    """Say the first level that would have been worse."""
    if objective.served and keeping.served < now.served:
        return f"served {now.served - keeping.served:,} fewer"
    if objective.floor and (keeping.worst or 0) < (now.worst or 0):
        return f"let the weakest best pairing fall from {now.worst:,} to {keeping.worst or 0:,}"
    if objective.total and keeping.total < now.total:
        return f"taken {now.total - keeping.total:,} from the total score"
    return "served people of a lower priority first, or left mentors’ shares less even"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """Pairings that stand, by rows and columns, and the places that they leave."""

    couples: set[Couple]
    mentee_room: list[int]
    mentor_room: list[int]
    rows: dict[str, int]
    columns: dict[str, int]

    @classmethod
    def of(cls, cohort: Cohort, couples: set[Couple]) -> "_Standing":
        standing = cls(
            couples=set(),
            mentee_room=list(cohort.mentees.capacity),
            mentor_room=list(cohort.mentors.capacity),
            rows={name: row for row, name in enumerate(cohort.mentees.ids)},
            columns={name: column for column, name in enumerate(cohort.mentors.ids)},
        )
        for couple in couples:
            standing.add(couple)
        return standing

    def has_room(self, couple: Couple) -> bool:
        return self.mentee_room[couple[0]] > 0 and self.mentor_room[couple[1]] > 0

    def add(self, couple: Couple) -> None:
        self.couples.add(couple)
        self.mentee_room[couple[0]] -= 1
        self.mentor_room[couple[1]] -= 1


def _why(
    pair: NamedCouple, eligible: set[Couple], apart: frozenset[NamedCouple], standing: _Standing
) -> WhyEnded:
    if pair[0] not in standing.rows:
        return WhyEnded.MENTEE_GONE
    if pair[1] not in standing.columns:
        return WhyEnded.MENTOR_GONE
    couple = standing.rows[pair[0]], standing.columns[pair[1]]
    if pair in apart:
        return WhyEnded.FORBIDDEN
    if couple not in eligible:
        return WhyEnded.RULE
    return WhyEnded.FOR_OTHERS if standing.has_room(couple) else WhyEnded.NO_PLACE


def _kept_too(
    cohort: Cohort,
    grid: DenseScores,
    standing: _Standing,
    couples: Iterable[Couple],
    forbidden: tuple[Couple, ...],
    seed: int,
) -> Figures:
    """Return the best assignment that keeps those couples too, as far as there are places for them."""
    for couple in couples:
        if standing.has_room(couple):
            standing.add(couple)
    kept_too = assignment.assign(
        grid.matrix,
        cohort.mentors,
        cohort.mentees,
        terms=Terms(locked=tuple(sorted(standing.couples)), forbidden=forbidden),
        objective=cohort.policy.objective,
        seed=seed,
    )
    return figures_of(grid, kept_too.pairs)
