"""The front door: people and a policy in, an outcome that has been verified out.

    people ─→ score ─→ solve ─→ verify ─→ explain ─→ outcome

Nothing here knows the time: `begin` is told when a stage begins, so that a caller who has a clock can
measure, and `progress` how far the whole is (0 … 100). Either may raise to stop the work.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

from functions.matching.cohort import Cohort
from functions.matching.figures import Figures
from functions.matching.outcome import ENGINE_VERSION, Outcome, Pair, Unmatched, Wish, to_json
from functions.matching.people import Person, Role
from functions.matching.policy.model import CriterionKind, Pairing, Policy
from functions.matching.reasons import CannotMatch, Note, Noted, Problem
from functions.matching.reports import unmatched, unmatched_groups, unmatched_peers, wishes
from functions.matching.reports.pair_reasons import PairReasons
from functions.matching.score_matrix import CachedScores, Grid, Survey
from functions.matching.scoring import scores as score
from functions.matching.solving import assignment, group_search, pair_cost, peer_matching, stable
from functions.matching.terms import Terms
from functions.matching.verification import claim as verify_claim
from functions.matching.verification import groups as verify_groups
from functions.matching.verification import pairs as verify
from functions.matching.verification import peers as verify_peers
from functions.matching.verification import stable as verify_stable
from functions.matching.verification.claim import Claim

__all__ = [
    "ENGINE_VERSION",
    "CannotMatch",
    "Couple",
    "Person",
    "Stage",
    "Unsound",
    "match",
    "snapshot_sha256",
    "to_json",
]

Couple = tuple[str, str]  # a mentee's id, a mentor's id; of peers, in either order

LARGEST_SIDE = 150_000  # people; beyond it the candidates alone pass a large machine's memory
LARGEST_POOL = 3_000  # people of one pool, or mentees and mentors together where groups are made
PROVEN_WHOLE = 1_000_000_000  # pairs; of more, the proof is held against a sample
SAMPLED_ROWS = 500


class Stage(StrEnum):
    """What the engine is doing."""

    SCORE = "score"
    SOLVE = "solve"
    VERIFY = "verify"
    EXPLAIN = "explain"


_SHARE_OF_PROGRESS = {
    Stage.SCORE: (0, 30),
    Stage.SOLVE: (30, 75),
    Stage.EXPLAIN: (75, 85),
    Stage.VERIFY: (85, 100),
}


# Looks at every pair of prepared people for so many best candidates of each, telling how far it is.
Surveyor = Callable[[score.Prepared, int, Callable[[int], None]], Survey]


class Unsound(Exception):  # noqa: N818 - it says what the result is
    """The independent verifier found faults: the result must not be used. `faults` says which."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(f"the result is not sound: {'; '.join(faults[:5])}")
        self.faults = tuple(faults)


def match(  # noqa: PLR0913 - the contract's own list; each has a name at the call
    mentors: Sequence[Person],
    mentees: Sequence[Person],
    policy: Policy,
    *,
    seed: int = 0,
    locked: Sequence[Couple] = (),
    forbidden: Sequence[Couple] = (),
    previous: Sequence[Couple] | None = None,
    progress: Callable[[int], None] = lambda _percent: None,
    begin: Callable[[Stage], None] = lambda _stage: None,
    surveyor: Surveyor | None = None,
) -> Outcome:
    """Return the best pairings under the policy, with reasons, certificate and everybody left out.

    A policy that asks for stability gets the stable pairings instead, without a certificate: pairings of
    before are not kept for their own sake, and a priority only decides between equal scores.

    The order of people changes nothing. Nobody gets more partners than their own capacity, nor than a
    number in the policy. Couples are (mentee's id, mentor's id). Of `previous`, couples whose people
    are gone are ignored. A policy for peers pairs both lists as one pool.

    Raises CannotMatch when a side is empty, there are too many people, an answer can't be read, locks
    contradict each other or the rules, or the rules leave nobody eligible; Unsound when the verifier
    finds a fault. `surveyor` looks at every pair of two large sides in the place of this process, such as
    on many machines, and changes nothing.
    """
    run = _Run(
        mentors=mentors,
        mentees=mentees,
        policy=policy,
        seed=seed,
        locked=locked,
        forbidden=forbidden,
        previous=previous,
        progress=_Progress(progress),
        begin=begin,
        surveyor=surveyor,
    )
    ways = {Pairing.SIDES: _sides, Pairing.PEERS: _peers, Pairing.GROUPS: _groups}
    way = _stable if policy.objective.stable else ways[policy.pairing]
    outcome, faults = way(run)
    faults += verify.faults_in_figures(outcome, mentors, mentees)
    if faults:
        raise Unsound(faults)
    run.progress.reach(100)
    return outcome


def snapshot_sha256(mentors: Sequence[Person], mentees: Sequence[Person], policy: Policy, seed: int) -> str:
    """Return the digest of everything that a run is made from, whatever the order of people and keys."""
    snapshot = {
        "mentors": _plain(mentors),
        "mentees": _plain(mentees),
        "policy": json.loads(policy.canonical),
        "seed": seed,
    }
    text = json.dumps(snapshot, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(people: Sequence[Person]) -> list[object]:
    return [
        [
            person.id,
            person.capacity,
            person.priority,
            {
                name: list(value) if isinstance(value, tuple) else value
                for name, value in person.answers.items()
                if value is not None
            },
        ]
        for person in sorted(people, key=lambda person: person.id)
    ]


@dataclass(slots=True)
class _Progress:
    """Tells how far the whole is, and only when it got further: a caller may write it down each time."""

    tell: Callable[[int], None]
    told: int = -1

    def reach(self, percent: int) -> None:
        if percent > self.told:
            self.told = percent
            self.tell(percent)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """What was asked, as it was asked."""

    mentors: Sequence[Person]
    mentees: Sequence[Person]
    policy: Policy
    seed: int
    locked: Sequence[Couple]
    forbidden: Sequence[Couple]
    previous: Sequence[Couple] | None
    progress: _Progress
    begin: Callable[[Stage], None]
    surveyor: Surveyor | None

    def enter(self, stage: Stage) -> Callable[[int], None]:
        """Begin a stage; return what takes the stage's own progress and tells that of the whole."""
        start, end = _SHARE_OF_PROGRESS[stage]
        self.begin(stage)
        self.progress.reach(start)
        return lambda percent: self.progress.reach(start + (end - start) * percent // 100)

    def survey(self, cohort: Cohort, telling: Callable[[int], None]) -> Callable[[], Survey] | None:
        """Return what looks at every pair in the place of this process; None where this process does."""
        if self.surveyor is None:
            return None
        return partial(self.surveyor, cohort.prepared, assignment.CANDIDATES, telling)

    def terms(self, rows: Sequence[str], columns: Sequence[str]) -> Terms:
        """Return what is settled by rows and columns. Raises CannotMatch for somebody who isn't there."""
        by_row = {name: row for row, name in enumerate(rows)}
        by_column = {name: column for column, name in enumerate(columns)}

        def placed(couples: Sequence[Couple]) -> tuple[tuple[int, int], ...]:
            for couple in couples:
                for name, known in zip(couple, (by_row, by_column), strict=True):
                    if name not in known:
                        raise CannotMatch(Problem.NOT_IN_RUN, name)
            return tuple((by_row[mentee], by_column[mentor]) for mentee, mentor in couples)

        there = [
            (mentee, mentor)
            for mentee, mentor in self.previous or ()
            if mentee in by_row and mentor in by_column
        ]
        return Terms(
            locked=placed(self.locked),
            forbidden=placed(self.forbidden),
            previous=None if self.previous is None else placed(there),
        )


_Figures = assignment.Assignment | group_search.Grouping | Figures


def _sides(run: _Run) -> tuple[Outcome, list[str]]:
    """Pair mentees with mentors, each within their places."""
    telling = run.enter(Stage.SCORE)
    _check_sides(run)
    cohort = Cohort.of(run.mentors, run.mentees, run.policy)
    grid = cohort.grid(progress=telling) if run.surveyor is None else score.Computed(cohort.prepared)
    proven = _proven(grid)
    grid = grid if proven is None else CachedScores(grid)
    terms = run.terms(cohort.mentees.ids, cohort.mentors.ids)
    telling = run.enter(Stage.SOLVE)
    found = assignment.assign(
        grid,
        cohort.mentors,
        cohort.mentees,
        terms=terms,
        objective=run.policy.objective,
        seed=run.seed,
        proven=proven,
        survey=run.survey(cohort, telling),
        progress=telling,
    )
    if not len(found.candidates.values):
        raise unmatched.nobody_eligible(cohort.prepared)
    run.enter(Stage.EXPLAIN)
    pairs = _pairs(cohort, found.pairs)
    outcome = replace(
        _outcome(run, cohort, found, pairs),
        unmatched=_unmatched(cohort, found, terms),
        certificate=found.certificate,
        notes=() if proven is None else (_sampled(proven, grid),),
        wishes=_wishes(run, cohort, found, terms),
    )
    telling = run.enter(Stage.VERIFY)
    return outcome, verify.faults_in(
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
        progress=telling,
    )


def _stable(run: _Run) -> tuple[Outcome, list[str]]:
    """Pair mentees with mentors so that no two people would both rather have each other."""
    telling = run.enter(Stage.SCORE)
    _check_sides(run)
    cohort = Cohort.of(run.mentors, run.mentees, run.policy)
    grid = cohort.grid(progress=telling)
    terms = run.terms(cohort.mentees.ids, cohort.mentors.ids)
    run.enter(Stage.SOLVE)
    found = stable.find_stable(
        grid, cohort.mentors, cohort.mentees, terms=terms, seed=run.seed, proven=_proven(grid)
    )
    if not len(found.many.candidates.values):
        raise unmatched.nobody_eligible(cohort.prepared)
    run.enter(Stage.EXPLAIN)
    pairs = _pairs(cohort, found.pairs)
    # Nobody may be told that others could make room: they would rather not.
    settled = unmatched.Result(pairs=found.pairs, locked=found.pairs, forbidden=terms.forbidden)
    outcome = replace(
        _outcome(run, cohort, found.figures, pairs),
        unmatched=unmatched.unmatched_in(cohort.prepared, settled),
        notes=found.notes(),
        wishes=_wishes(run, cohort, replace(found.many, pairs=found.pairs), terms),
    )
    telling = run.enter(Stage.VERIFY)
    return outcome, verify_stable.faults_in_stable(
        verify_claim.UnprovenClaim(
            mentors=run.mentors,
            mentees=run.mentees,
            policy=run.policy,
            scores=grid,
            pairs=pairs,
            seed=run.seed,
            locked=run.locked,
            forbidden=run.forbidden,
        ),
        progress=telling,
    )


def _outcome(run: _Run, cohort: Cohort, figures: _Figures, pairs: tuple[Pair, ...]) -> Outcome:
    """Return what every way of pairing two sides tells alike; nobody is unmatched yet, and nothing proven."""
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


def _check_sides(run: _Run) -> None:
    for role, people in ((Role.MENTOR, run.mentors), (Role.MENTEE, run.mentees)):
        if not people:
            raise CannotMatch(Problem.EMPTY_SIDE, role=role)
        if len(people) > LARGEST_SIDE:
            numbers = {"count": len(people), "most": LARGEST_SIDE}
            raise CannotMatch(Problem.SIDE_TOO_LARGE, role=role, numbers=numbers)


def _proven(grid: Grid) -> range | None:
    """Return the rows whose every pair is held against the proof; None for all."""
    rows, columns = grid.shape
    return None if rows * columns <= PROVEN_WHOLE else range(0, rows, -(-rows // SAMPLED_ROWS))


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


def _pairs(cohort: Cohort, made: Sequence[tuple[int, int]]) -> tuple[Pair, ...]:
    """Return the pairs with their reasons, whose points add up to the score."""
    prepared = cohort.prepared
    points = score.points(prepared, [row for row, _ in made], [column for _, column in made]).tolist()
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


def _unmatched(cohort: Cohort, found: assignment.Assignment, terms: Terms) -> tuple[Unmatched, ...]:
    result = unmatched.Result(
        pairs=found.pairs, locked=terms.locked, forbidden=terms.forbidden, candidates=found.candidates
    )
    return unmatched.unmatched_in(cohort.prepared, result)


def _wishes(run: _Run, cohort: Cohort, found: assignment.Assignment, terms: Terms) -> tuple[Wish, ...]:
    if all(criterion.kind is not CriterionKind.WISH for criterion in run.policy.criteria):
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


def _peers(run: _Run) -> tuple[Outcome, list[str]]:
    """Pair the people of one pool, each with one other."""
    telling = run.enter(Stage.SCORE)
    people = [*run.mentors, *run.mentees]
    _check_pool(people)
    prepared = peer_matching.prepare_peers(people, run.policy)
    scores = peer_matching.peer_scores(prepared, progress=telling)
    if not (scores >= 0).any():
        raise unmatched_peers.nobody_eligible(prepared)
    pool = Cohort.of_prepared(prepared).mentees
    terms = run.terms(pool.ids, pool.ids)
    telling = run.enter(Stage.SOLVE)
    found = peer_matching.match_peers(
        scores, pool, terms=terms, objective=run.policy.objective, seed=run.seed, progress=telling
    )
    run.enter(Stage.EXPLAIN)
    reasons = PairReasons(prepared.policy)
    pairs = tuple(
        Pair(
            mentor=other.id,
            mentee=one.id,
            score=sum(earned),
            reasons=reasons.of(one, other, earned),
        )
        for (one, other), earned in zip(
            ((prepared.mentees[one], prepared.mentees[other]) for one, other in found.pairs),
            peer_matching.peer_points(prepared, found.pairs).tolist(),
            strict=True,
        )
    )
    outcome = Outcome(
        mentees=len(people),
        mentors=0,
        capacity=0,
        pairs=pairs,
        unmatched=unmatched_peers.unmatched_in(
            prepared, unmatched_peers.Paired.of(scores, found.pairs, terms.locked, terms.forbidden)
        ),
        served=found.served,
        worst=found.worst,
        total=found.total,
        certificate=found.proof,
        snapshot_sha256=snapshot_sha256((), prepared.mentees, run.policy, run.seed),
    )
    run.enter(Stage.VERIFY)
    return outcome, verify_peers.faults_in_pool(
        verify_peers.PoolClaim(
            people=people,
            policy=run.policy,
            scores=scores,
            pairs=pairs,
            proof=found.proof,
            seed=run.seed,
            locked=run.locked,
            forbidden=run.forbidden,
            previous=run.previous,
        )
    )


def _groups(run: _Run) -> tuple[Outcome, list[str]]:
    """Put mentees into groups around mentors, none below the smallest size that the policy allows."""
    sizes = run.policy.groups
    if sizes is None:
        raise CannotMatch(Problem.NO_GROUPS_IN_POLICY)
    telling = run.enter(Stage.SCORE)
    _check_sides(run)
    _check_pool([*run.mentors, *run.mentees])
    cohort = Cohort.of(run.mentors, run.mentees, run.policy)
    scores = score.scores(cohort.prepared, progress=telling)
    if not (scores >= 0).any():
        raise unmatched.nobody_eligible(cohort.prepared)
    terms = run.terms(cohort.mentees.ids, cohort.mentors.ids)
    telling = run.enter(Stage.SOLVE)
    found = group_search.form_groups(
        scores,
        cohort.mentors,
        cohort.mentees,
        sizes,
        terms=terms,
        objective=run.policy.objective,
        seed=run.seed,
        progress=telling,
    )
    run.enter(Stage.EXPLAIN)
    pairs = _pairs(cohort, found.pairs)
    outcome = replace(
        _outcome(run, cohort, found, pairs),
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
    return outcome, verify_groups.faults_in_groups(
        verify_groups.GroupsClaim(
            claim=claim,
            relaxed=cohort.couples_by_id(found.relaxed.pairs),
            gap=(found.gap.level, found.gap.reached, found.gap.bound) if found.gap else None,
        )
    )


def _check_pool(people: Sequence[Person]) -> None:
    if not people:
        raise CannotMatch(Problem.NOBODY)
    if len(people) == 1:
        raise CannotMatch(Problem.POOL_OF_ONE)
    if len(people) > LARGEST_POOL:
        numbers = {"count": len(people), "most": LARGEST_POOL}
        raise CannotMatch(Problem.POOL_TOO_LARGE, numbers=numbers)
