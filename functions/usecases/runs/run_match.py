"""Do a queued run: freeze the people, match them, verify, and store what is proposed.

The snapshot is frozen and recorded before the engine starts, so a run that was killed and is taken up
again reads the same people and ends in the same bytes.
"""

import json
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from enum import Enum, auto
from typing import Any

from functions.matching import (
    CannotMatch,
    Columns,
    Impossibility,
    Outcome,
    Pairing,
    Person,
    PolicyError,
    Unsound,
    find_further_places,
    match,
    parse_policy,
    to_json,
)
from functions.matching import Role as MatchRole
from functions.programme.links import id_from
from functions.programme.people import EnrolmentState, Role, facts_for_matching
from functions.programme.run import Run, RunState
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
    snapshot = json.loads(documents.load(services.table, cohort_id, run.snapshot_sha256))
    try:
        outcome = _matched(services, run, snapshot, owner)
    except CannotMatch as fault:
        return _failed(services, run, owner, fault.why, snapshot)
    except (PolicyError, Unsound) as fault:
        return _failed(services, run, owner, str(fault), snapshot)
    proposal = runs.proposal(
        run,
        owner=owner,
        summary=_summary(outcome) | _groups(outcome, snapshot) | _untrained(snapshot),
        snapshot_sha256=run.snapshot_sha256,
        proposals_sha256=documents.store(services.table, cohort_id, _canonical(to_json(outcome))),
    )
    return _finish(services, run, proposal, Ran.PROPOSED)


def _failed(
    services: Services, run: Run, owner: str, why: Impossibility | str, snapshot: Mapping[str, Any]
) -> Ran:
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
    frozen = documents.store(services.table, cohort_id, _canonical(_snapshot(services, run)))
    return runs.frozen(services.table, run, owner=owner, snapshot_sha256=frozen)


def _snapshot(services: Services, run: Run) -> dict[str, Any]:
    everyone = [
        person
        for person in enrolments.in_cohort(services.table, run.cohort_id)
        if person.state is EnrolmentState.CONFIRMED
    ]
    first = services.programme.enrolling.training_first
    people = [person for person in everyone if person.trained_at or not first]
    untrained = Counter(person.role for person in everyone if first and not person.trained_at)

    def side(role: Role) -> list[dict[str, object]]:
        return [
            facts_for_matching(person, questionnaire_for(services, role))
            for person in sorted(people, key=lambda person: person.id)
            if person.role is role
        ]

    return {
        "mentors": side(Role.MENTOR),
        "mentees": side(Role.MENTEE),
        "policy": completed(
            services.policies[run.policy],
            mentees=questionnaire_for(services, Role.MENTEE),
            mentors=questionnaire_for(services, Role.MENTOR),
        ),
        "asks_capacity": {role.value: _asks_capacity(services, role) for role in Role},
        "seed": run.seed,
        **({"untrained": {str(role): untrained[role] for role in Role}} if untrained else {}),
    }


def _asks_capacity(services: Services, role: Role) -> bool:
    questions = questionnaire_for(services, role).questions
    return any(question.name == "capacity" for question in questions)


def _matched(services: Services, run: Run, snapshot: Mapping[str, Any], owner: str) -> Outcome:
    told = 0

    def progress(percent: int) -> None:
        nonlocal told
        if percent - told >= PERCENT_WORTH_A_WRITE:
            told = percent
            runs.progressed(services.table, run, owner=owner, progress=percent)

    policy = parse_policy(snapshot["policy"], file=f"{run.policy}.toml")
    asks = snapshot.get("asks_capacity", {})
    mentors = _people(snapshot["mentors"], policy.mentors, asked=asks.get("mentor", True))
    mentees = _people(snapshot["mentees"], policy.mentees, asked=asks.get("mentee", True))
    outcome = match(mentors, mentees, policy, seed=snapshot["seed"], progress=progress)
    places = find_further_places(mentors, mentees, policy, outcome, seed=snapshot["seed"])
    return replace(outcome, further_places=places)


def _people(facts: Sequence[Mapping[str, Any]], columns: Columns, *, asked: bool) -> list[Person]:
    """Return the people; whoever wasn't asked how many partners they take, takes the policy's number."""
    by_policy = columns.capacity if isinstance(columns.capacity, int) else 1
    return [
        Person(
            id=person["id"],
            capacity=person["capacity"] if asked else by_policy,
            priority=person.get("priority", 0),
            answers={
                name: tuple(answer) if isinstance(answer, list) else answer
                for name, answer in person["answers"].items()
            },
        )
        for person in facts
    ]


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


def _groups(outcome: Outcome, snapshot: Mapping[str, Any]) -> dict[str, int]:
    """Return how many groups it made, where the policy makes groups: nobody need read it again for that."""
    if parse_policy(snapshot["policy"], file="policy").pairing is not Pairing.GROUPS:
        return {}
    return {"groups": len({pair.mentor for pair in outcome.pairs})}


def _untrained(snapshot: Mapping[str, Any]) -> dict[str, int]:
    """Return how many were kept out of the run because they have not read the training, by role."""
    return {f"untrained_{role}s": count for role, count in snapshot.get("untrained", {}).items() if count}


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


def _canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
