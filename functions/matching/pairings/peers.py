"""Pairs within one pool, each person with one other."""

from functions.matching.cohort import Cohort
from functions.matching.outcome import Outcome, Pair
from functions.matching.pairings.run import Run, Stage, check_pool, snapshot_sha256
from functions.matching.reports import unmatched_peers
from functions.matching.reports.pair_reasons import PairReasons
from functions.matching.solving import peer_matching
from functions.matching.verification.peers import PoolClaim, faults_in_pool


def pair_peers(run: Run) -> tuple[Outcome, list[str]]:
    """Pair the people of one pool, each with one other."""
    progress = run.enter(Stage.SCORE)
    people = [*run.mentors, *run.mentees]
    check_pool(people)
    prepared = peer_matching.prepare_peers(people, run.policy)
    scores = peer_matching.peer_scores(prepared, progress=progress)
    if not (scores >= 0).any():
        raise unmatched_peers.nobody_eligible(prepared)
    pool = Cohort.of_prepared(prepared).mentees
    terms = run.terms(pool.ids, pool.ids)
    progress = run.enter(Stage.SOLVE)
    found = peer_matching.match_peers(
        scores, pool, terms=terms, objective=run.policy.objective, seed=run.seed, progress=progress
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
    return outcome, faults_in_pool(
        PoolClaim(
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
