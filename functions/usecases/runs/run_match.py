"""Do a queued run: freeze the people, match them, verify, and store what is proposed.

The snapshot is frozen and recorded before the engine starts, so a run that was killed and is taken up
again reads the same people and ends in the same bytes.
"""

import logging
from collections import Counter
from datetime import timedelta
from enum import Enum, auto

from functions.matching import (
    CannotMatch,
    Impossibility,
    Outcome,
    Pairing,
    Policy,
    PolicyError,
    Unsound,
    add_further_places,
    match,
    parse_policy,
)
from functions.matching import Role as MatchRole
from functions.programme.links import id_from
from functions.programme.people import EnrolmentState, Role
from functions.programme.proposal import Proposal
from functions.programme.run import Run, RunState
from functions.programme.snapshot import Snapshot, take_snapshot
from functions.programme.typed_names import NamedPeople, find_named_people
from functions.questionnaires.criteria import completed
from functions.services import Services, questionnaire_for
from functions.storage.enrolment import enrolments
from functions.storage.runs import documents, runs
from functions.storage.table import Change, Event, Written

log = logging.getLogger("kith")

# Longer than the longest run that a Lambda lets live.
LEASE = timedelta(minutes=16)
PERCENT_WORTH_A_WRITE = 20


class Ran(Enum):
    """What became of a run that a worker took up."""

    PROPOSED = auto()
    FAILED = auto()
    NOT_OURS = auto()


def run_match(services: Services, cohort_id: str, run_id: str, *, owner: str) -> Ran:
    """Do the run if it waits and nobody else does it; safe to call twice and at the same time."""
    run = _claimed(services, cohort_id, run_id, owner)
    if run is None or run.snapshot_sha256 is None:
        return Ran.NOT_OURS
    snapshot = documents.load_snapshot(services.table, cohort_id, run.snapshot_sha256)
    try:
        policy = parse_policy(snapshot.policy, file=f"{run.policy}.toml")
        named = find_named_people(
            snapshot.side(Role.MENTOR, policy.mentors), snapshot.side(Role.MENTEE, policy.mentees), policy
        )
        outcome = _matched(services, run, named, policy, owner)
    except CannotMatch as fault:
        return _failed(services, run, owner, fault.why, snapshot)
    except (PolicyError, Unsound) as fault:
        return _failed(services, run, owner, str(fault), snapshot)
    proposal = runs.proposal(
        run,
        owner=owner,
        summary=_summary(outcome) | _groups(outcome, snapshot) | _untrained(snapshot) | _unclear(named),
        snapshot_sha256=run.snapshot_sha256,
        proposals_sha256=documents.store_proposal(services.table, cohort_id, Proposal.of(outcome)),
    )
    return _finish(services, run, proposal, Ran.PROPOSED)


def _failed(services: Services, run: Run, owner: str, why: Impossibility | str, snapshot: Snapshot) -> Ran:
    failure = runs.failure(run, owner=owner, why=why, summary=_untrained(snapshot))
    return _finish(services, run, failure, Ran.FAILED)


def _claimed(services: Services, cohort_id: str, run_id: str, owner: str) -> Run | None:
    """Return the run as ours, its snapshot frozen; None when it does not wait or another has it."""
    waiting = runs.get(services.table, cohort_id, run_id)
    if waiting is None or waiting.state not in (RunState.QUEUED, RunState.RUNNING):
        return None
    now = services.clock()
    run = runs.claim(services.table, waiting, owner=owner, now=now, until=now + LEASE)
    if run is None or run.snapshot_sha256 is not None:
        return run
    frozen = documents.store_snapshot(services.table, cohort_id, _snapshot(services, run))
    return runs.record_snapshot(services.table, run, owner=owner, snapshot_sha256=frozen)


def _snapshot(services: Services, run: Run) -> Snapshot:
    questionnaires = {role: questionnaire_for(services, role) for role in Role}
    confirmed = (
        person
        for person in enrolments.in_cohort(services.table, run.cohort_id)
        if person.state is EnrolmentState.CONFIRMED
    )
    return take_snapshot(
        confirmed,
        questionnaires,
        policy=completed(
            services.policies[run.policy],
            mentees=questionnaires[Role.MENTEE],
            mentors=questionnaires[Role.MENTOR],
        ),
        seed=run.seed,
        training_first=services.programme.enrolling.training_first,
    )


def _matched(services: Services, run: Run, named: NamedPeople, policy: Policy, owner: str) -> Outcome:
    reported = 0

    def progress(percent: int) -> None:
        nonlocal reported
        if percent - reported >= PERCENT_WORTH_A_WRITE:
            reported = percent
            runs.record_progress(services.table, run, owner=owner, progress=percent)

    mentors, mentees, apart = named.mentors, named.mentees, named.apart
    outcome = match(mentors, mentees, policy, seed=run.seed, forbidden=apart, progress=progress)
    return add_further_places(mentors, mentees, policy, outcome, seed=run.seed, forbidden=apart)


def _unclear(named: NamedPeople) -> dict[str, int]:
    """Return how many typed names are not for certain one person, where there are any."""
    return {"unclear_names": len(named.unclear)} if named.unclear else {}


def _summary(outcome: Outcome) -> dict[str, int]:
    left_over = Counter(person.role for person in outcome.unmatched)
    return {
        "mentors": outcome.mentors,
        "mentees": outcome.mentees,
        "pairs": len(outcome.pairs),
        "served": outcome.served,
        "unmatched_mentees": left_over[MatchRole.MENTEE],
        "unmatched_mentors": left_over[MatchRole.MENTOR],
        "total_score": outcome.total,
        "worst_score": outcome.worst or 0,
    }


def _groups(outcome: Outcome, snapshot: Snapshot) -> dict[str, int]:
    """Return how many groups it made, where the policy makes groups: nobody need read it again for that."""
    if parse_policy(snapshot.policy, file="policy").pairing is not Pairing.GROUPS:
        return {}
    return {"groups": len({pair.mentor for pair in outcome.pairs})}


def _untrained(snapshot: Snapshot) -> dict[str, int]:
    """Return how many were kept out of the run because they have not read the training, by role."""
    return {f"untrained_{role}s": count for role, count in snapshot.untrained.items() if count}


def _finish(services: Services, run: Run, change: Change, ran: Ran) -> Ran:
    """Write the end of the run, unless another worker was given it meanwhile."""
    event = Event(
        cohort_id=run.cohort_id,
        at=services.clock(),
        actor=f"run:{run.id}",
        action=ran.name.lower(),
        subject_id=run.id,
    )
    outcome = services.table.commit([change], event=event, idempotency_key=id_from("finish", run.id))
    log.info("run finished", extra={"run_id": run.id, "ran": ran.name})
    return ran if isinstance(outcome, Written) else Ran.NOT_OURS
