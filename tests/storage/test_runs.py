"""What stands of each run, and which step it may take from which state."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from functions.matching import Impossibility, Problem
from functions.programme.run import Run, RunState
from functions.storage import keys
from functions.storage.runs import runs
from functions.storage.table import Change, Refusal, Table, Written
from tests.conftest import NAME
from tests.storage.fixtures import NOW, RUN, everything_in, write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

INSTANT = timedelta(microseconds=1)
UNTIL = NOW + timedelta(minutes=15)
LATER = UNTIL + timedelta(minutes=15)


def proposal(run: Run, owner: str = "first") -> Change:
    return runs.proposal(
        run, owner=owner, summary={"pairs": 3}, snapshot_sha256="snap", proposals_sha256="prop"
    )


STEPS: dict[str, tuple[Callable[[Run], Change], set[RunState]]] = {
    "proposed": (proposal, {RunState.RUNNING}),
    "failed": (
        lambda run: runs.failure(run, owner="first", why="no mentors", summary={}),
        {RunState.RUNNING},
    ),
    "published": (lambda run: runs.publication(run, NOW), {RunState.PROPOSED}),
    "superseded": (runs.supersession, {RunState.PROPOSED, RunState.PUBLISHED}),
    "introduced": (lambda run: runs.introduction(run, NOW), {RunState.PUBLISHED}),
}


def in_state(table: Table, state: RunState) -> Run:
    """Return a run in that state, on which `first` works or worked until a quarter of an hour from now."""
    run = replace(RUN, id=f"run-{state}", state=state, version=4, lease_owner="first", lease_until=UNTIL)
    write(table, runs.creation(run), idempotency_key="start")
    return run


def now(table: Table, run: Run) -> Run:
    stands = runs.get(table, "spring", run.id)
    assert stands is not None
    return stands


@pytest.mark.parametrize(("step", "allowed"), STEPS.values(), ids=STEPS)
def test_each_step_is_taken_from_its_states_and_refused_in_all_others(
    table: Table, step: Callable[[Run], Change], allowed: set[RunState]
) -> None:
    taken = set()
    for state in RunState:
        run = in_state(table, state)
        if write(table, step(run), idempotency_key="step") is Written.NOW:
            taken.add(state)
            assert now(table, run).version == 5

    assert taken == allowed


@pytest.mark.parametrize(("step", "allowed"), STEPS.values(), ids=STEPS)
def test_no_step_is_taken_on_a_version_that_is_no_more(
    table: Table, step: Callable[[Run], Change], allowed: set[RunState]
) -> None:
    for state in allowed:
        run = in_state(table, state)

        assert isinstance(write(table, step(replace(run, version=3)), idempotency_key="step"), Refusal)

        assert now(table, run) == run


def test_everything_that_is_kept_of_a_run_comes_back(table: Table) -> None:
    everything = Run(
        id="run-1",
        cohort_id="spring",
        state=RunState.PUBLISHED,
        version=7,
        policy="first-year",
        seed=11,
        requested_at=NOW,
        requested_by="coordinator-1",
        progress=60,
        summary={"pairs": 3, "mentees": 4},
        snapshot_sha256="snap",
        proposals_sha256="prop",
        failure="none",
        published_at=NOW + INSTANT,
        introduced_at=NOW + 2 * INSTANT,
        lease_owner="first",
        lease_until=UNTIL,
    )
    write(table, runs.creation(everything), idempotency_key="start")

    assert runs.get(table, "spring", "run-1") == everything
    assert runs.get(table, "spring", "never") is None
    assert runs.get(table, "autumn", "run-1") is None


def test_whoever_claims_a_run_works_on_it_from_the_beginning(table: Table) -> None:
    run = replace(RUN, progress=40)
    write(table, runs.creation(run), idempotency_key="start")

    mine = runs.claim(table, run, owner="first", now=NOW, until=UNTIL)

    working = replace(
        run, state=RunState.RUNNING, version=1, progress=0, lease_owner="first", lease_until=UNTIL
    )
    assert mine == working
    assert now(table, run) == working
    assert list(runs.waiting(table, UNTIL - INSTANT)) == []
    assert list(runs.waiting(table, UNTIL)) == [working]


@pytest.mark.parametrize("state", sorted(set(RunState) - {RunState.QUEUED, RunState.RUNNING}))
def test_a_run_whose_work_is_done_is_not_to_be_had(table: Table, state: RunState) -> None:
    run = in_state(table, state)

    assert runs.claim(table, run, owner="second", now=LATER, until=LATER + INSTANT) is None

    assert now(table, run) == run


def test_a_run_is_had_by_another_only_when_its_owners_time_is_over(table: Table) -> None:
    run = in_state(table, RunState.RUNNING)

    assert runs.claim(table, run, owner="second", now=UNTIL - INSTANT, until=LATER) is None

    assert runs.claim(table, run, owner="second", now=UNTIL, until=LATER) is not None
    assert now(table, run).lease_owner == "second"


def test_a_run_is_not_had_on_a_version_that_is_no_more(table: Table) -> None:
    run = in_state(table, RunState.QUEUED)

    assert runs.claim(table, replace(run, version=3), owner="second", now=NOW, until=UNTIL) is None

    assert now(table, run) == run


def test_an_owner_who_tells_how_far_they_have_come_may_ask_for_more_time(table: Table) -> None:
    run = in_state(table, RunState.RUNNING)

    assert runs.record_progress(table, run, owner="first", progress=30)
    assert now(table, run) == replace(run, progress=30)
    assert runs.record_progress(table, run, owner="first", progress=70, until=LATER)

    item = table.read(keys.run("spring", run.id))
    assert now(table, run) == replace(run, progress=70, lease_until=LATER)
    assert item is not None
    assert item["written_by"].startswith("first:")
    assert list(runs.waiting(table, LATER - INSTANT)) == []
    assert list(runs.waiting(table, LATER)) == [now(table, run)]


@pytest.mark.parametrize("state", sorted(set(RunState) - {RunState.RUNNING}))
def test_nobody_works_on_a_run_that_does_not_run(table: Table, state: RunState) -> None:
    run = in_state(table, state)

    assert not runs.record_progress(table, run, owner="first", progress=30)
    assert runs.record_snapshot(table, run, owner="first", snapshot_sha256="snap") is None

    assert now(table, run) == run


@pytest.mark.parametrize(("owner", "version"), [("second", 4), ("first", 3)], ids=["owner", "version"])
def test_nobody_works_on_a_run_of_anothers_or_of_another_version(
    table: Table, owner: str, version: int
) -> None:
    run = in_state(table, RunState.RUNNING)
    other = replace(run, version=version)

    assert not runs.record_progress(table, other, owner=owner, progress=30)
    assert runs.record_snapshot(table, other, owner=owner, snapshot_sha256="snap") is None
    assert isinstance(write(table, proposal(other, owner), idempotency_key="p"), Refusal)
    failure = runs.failure(other, owner=owner, why="no", summary={})
    assert isinstance(write(table, failure, idempotency_key="f"), Refusal)

    assert now(table, run) == run


def test_the_snapshot_of_a_run_is_noted_on_its_next_version(table: Table) -> None:
    run = in_state(table, RunState.RUNNING)

    frozen = runs.record_snapshot(table, run, owner="first", snapshot_sha256="snap")

    item = table.read(keys.run("spring", run.id))
    assert frozen == now(table, run) == replace(run, snapshot_sha256="snap", version=5)
    assert item is not None
    assert item["written_by"].startswith("first:")


def test_what_a_run_proposes_is_kept_and_its_worker_is_not(dynamodb: "DynamoDBClient", table: Table) -> None:
    run = in_state(table, RunState.RUNNING)

    write(table, proposal(run), idempotency_key="p")

    assert now(table, run) == replace(
        run,
        state=RunState.PROPOSED,
        version=5,
        progress=100,
        summary={"pairs": 3},
        snapshot_sha256="snap",
        proposals_sha256="prop",
        lease_owner=None,
        lease_until=None,
    )
    assert "due_pk" not in str(everything_in(dynamodb, NAME))


def test_a_failure_is_kept_and_its_worker_is_not(dynamodb: "DynamoDBClient", table: Table) -> None:
    run = in_state(table, RunState.RUNNING)

    write(table, runs.failure(run, owner="first", why="no mentors", summary={}), idempotency_key="f")

    assert now(table, run) == replace(
        run, state=RunState.FAILED, version=5, failure="no mentors", lease_owner=None, lease_until=None
    )
    assert "due_pk" not in str(everything_in(dynamodb, NAME))


def test_why_people_can_not_be_matched_is_kept_as_it_was_found(table: Table) -> None:
    run = in_state(table, RunState.RUNNING)
    why = Impossibility(
        problem=Problem.NO_NUMBER, people=("ada",), column="goals", answer="x", known=("a", "b")
    )

    failure = runs.failure(run, owner="first", why=why, summary={"mentees": 3})
    write(table, failure, idempotency_key="f")

    failed = now(table, run)
    assert (failed.state, failed.cannot_match, failed.failure) == (RunState.FAILED, why, None)
    assert failed.summary == {"mentees": 3}


def test_a_published_run_waits_to_be_introduced_from_its_publication_on(table: Table) -> None:
    run = in_state(table, RunState.PROPOSED)

    write(table, runs.publication(run, LATER), idempotency_key="p")

    published = replace(run, state=RunState.PUBLISHED, version=5, published_at=LATER)
    assert now(table, run) == published
    assert list(runs.waiting(table, LATER - INSTANT)) == []
    assert list(runs.waiting(table, LATER)) == [published]


@pytest.mark.parametrize("state", [RunState.PROPOSED, RunState.PUBLISHED])
def test_a_superseded_run_waits_for_nothing(
    dynamodb: "DynamoDBClient", table: Table, state: RunState
) -> None:
    run = in_state(table, state)

    write(table, runs.supersession(run), idempotency_key="s")

    assert now(table, run) == replace(run, state=RunState.SUPERSEDED, version=5)
    assert "due_pk" not in str(everything_in(dynamodb, NAME))


def test_a_run_is_introduced_once_and_then_waits_for_nothing(
    dynamodb: "DynamoDBClient", table: Table
) -> None:
    run = in_state(table, RunState.PUBLISHED)

    write(table, runs.introduction(run, LATER), idempotency_key="i")
    again = write(table, runs.introduction(now(table, run), LATER + INSTANT), idempotency_key="i2")

    assert isinstance(again, Refusal)
    assert now(table, run) == replace(run, version=5, introduced_at=LATER)
    assert "due_pk" not in str(everything_in(dynamodb, NAME))


@pytest.mark.parametrize("state", [RunState.PROPOSED, RunState.FAILED, RunState.SUPERSEDED])
def test_a_run_whose_work_is_done_waits_for_nothing_though_the_index_still_has_it(
    table: Table, state: RunState
) -> None:
    run = in_state(table, state)  # its creation put it into the index

    assert list(runs.waiting(table, LATER)) == []
    assert now(table, run) == run


def test_runs_requested_in_the_same_moment_are_ordered_by_their_id(table: Table) -> None:
    twin, earlier = replace(RUN, id="run-2"), replace(RUN, id="run-3", requested_at=NOW - INSTANT)
    for run in (RUN, twin, earlier):
        write(table, runs.creation(run), idempotency_key=run.id)

    assert runs.in_cohort(table, "spring") == [twin, RUN, earlier]
    assert runs.in_cohort(table, "autumn") == []
