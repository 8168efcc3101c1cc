"""Promises of runs: one worker at a time, a lapsed one fenced, a published run left as it is (I7)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from functions.programme.run import Run, RunState
from functions.storage.runs import runs
from functions.storage.table import Change, Refusal, Table, Written
from tests.faults.switchboard import ANSWER_LOST, PASSING, Fault, Switchboard
from tests.storage.fixtures import NOW, RUN, write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

UNTIL = NOW + timedelta(minutes=15)


@pytest.fixture
def run(table: Table) -> Run:
    """A run that is queued."""
    write(table, runs.creation(RUN), idempotency_key="start")
    return RUN


def claim(table: Table, run: Run, owner: str = "first") -> Run | None:
    return runs.claim(table, run, owner=owner, now=NOW, until=UNTIL)


def propose(table: Table, run: Run, owner: str = "first") -> Written | Refusal:
    proposal = runs.proposal(
        run, owner=owner, summary={"pairs": 3}, snapshot_sha256="a", proposals_sha256="b"
    )
    return write(table, proposal, idempotency_key=f"propose:{owner}")


def published(table: Table, run: Run) -> Run:
    claimed = claim(table, run)
    assert claimed is not None
    propose(table, claimed)
    write(table, runs.publication(now(table), NOW), idempotency_key="publish")
    return now(table)


def now(table: Table) -> Run:
    run = runs.get(table, "spring", "run-1")
    assert run is not None
    return run


@pytest.mark.parametrize("fault", [*PASSING, *ANSWER_LOST])
def test_a_claimed_run_is_ours_whatever_happens_to_the_answer(
    dynamodb: "DynamoDBClient", table: Table, run: Run, fault: Fault
) -> None:
    with Switchboard(dynamodb, {1: fault}).connected():
        claimed = claim(table, run)

    assert claimed == now(table)
    assert claim(table, run, "second") is None


def test_of_two_workers_who_claim_at_once_one_owns_the_run(
    dynamodb: "DynamoDBClient", table: Table, run: Run
) -> None:
    others: list[Run | None] = []

    with Switchboard(dynamodb, {1: lambda: others.append(claim(table, run, "second"))}).connected():
        mine = claim(table, run)

    assert mine is None
    assert others == [now(table)]


def test_a_run_left_by_its_worker_is_taken_over_and_the_first_worker_is_fenced(
    table: Table, run: Run
) -> None:
    first = claim(table, run)
    assert first is not None
    assert list(runs.waiting(table, UNTIL - timedelta(microseconds=1))) == []
    (left,) = runs.waiting(table, UNTIL)

    second = runs.claim(table, left, owner="second", now=UNTIL, until=UNTIL + timedelta(minutes=15))

    assert second is not None
    assert isinstance(propose(table, first, "first"), Refusal)
    assert not runs.record_progress(table, first, owner="first", progress=50)
    assert runs.record_snapshot(table, first, owner="first", snapshot_sha256="a") is None
    assert runs.record_progress(table, second, owner="second", progress=50)
    assert propose(table, second, "second") is Written.NOW


def test_a_renewed_lease_is_not_taken_over_by_who_read_the_old_one(table: Table, run: Run) -> None:
    first = claim(table, run)
    assert first is not None
    (left,) = runs.waiting(table, UNTIL)
    longer = UNTIL + timedelta(minutes=15)
    assert runs.record_progress(table, first, owner="first", progress=10, until=longer)

    assert runs.claim(table, left, owner="second", now=UNTIL, until=longer) is None

    assert list(runs.waiting(table, UNTIL)) == []
    assert propose(table, first) is Written.NOW


def test_a_snapshot_is_frozen_once(table: Table, run: Run) -> None:
    claimed = claim(table, run)
    assert claimed is not None

    frozen = runs.record_snapshot(table, claimed, owner="first", snapshot_sha256="a")

    assert frozen == now(table)
    assert frozen is not None
    assert runs.record_snapshot(table, frozen, owner="first", snapshot_sha256="other") is None
    assert now(table).snapshot_sha256 == "a"


def test_of_two_coordinators_who_publish_at_once_one_wins(
    dynamodb: "DynamoDBClient", table: Table, run: Run
) -> None:
    claimed = claim(table, run)
    assert claimed is not None
    propose(table, claimed)
    proposed = now(table)
    others: list[Written | Refusal] = []

    def publish_too() -> None:
        others.append(write(table, runs.publication(proposed, NOW), idempotency_key="theirs"))

    # Call 1 reads the audit chain, call 2 writes.
    with Switchboard(dynamodb, {2: publish_too}).connected():
        mine = write(table, runs.publication(proposed, NOW), idempotency_key="mine")

    assert others == [Written.NOW]
    assert isinstance(mine, Refusal)
    assert mine.stored is not None
    assert mine.stored["version"] == proposed.version + 1


CHANGES: dict[str, Callable[[Run], Change]] = {
    "proposal": lambda run: runs.proposal(
        run, owner="first", summary={}, snapshot_sha256="x", proposals_sha256="y"
    ),
    "failure": lambda run: runs.failure(run, owner="first", why="no", summary={}),
    "publication": lambda run: runs.publication(run, NOW),
    "creation": runs.creation,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_published_run_never_changes(table: Table, run: Run, change: Callable[[Run], Change]) -> None:
    before = published(table, run)

    outcome = write(table, change(before), idempotency_key="other")

    assert isinstance(outcome, Refusal)
    assert now(table) == before
    assert claim(table, before) is None
    assert not runs.record_progress(table, before, owner="first", progress=1)
    assert runs.record_snapshot(table, before, owner="first", snapshot_sha256="x") is None


def test_a_published_run_is_introduced_once_and_waits_no_more(table: Table, run: Run) -> None:
    before = published(table, run)
    assert list(runs.waiting(table, NOW)) == [before]

    assert write(table, runs.introduction(before, NOW), idempotency_key="introduced") is Written.NOW

    after = now(table)
    assert after == replace(before, introduced_at=NOW, version=before.version + 1)
    assert list(runs.waiting(table, NOW)) == []
    assert isinstance(write(table, runs.introduction(after, NOW), idempotency_key="again"), Refusal)


def test_a_published_run_can_be_superseded_and_then_nothing_else(table: Table, run: Run) -> None:
    before = published(table, run)

    assert write(table, runs.supersession(before), idempotency_key="supersede") is Written.NOW

    after = now(table)
    assert after == replace(before, state=RunState.SUPERSEDED, version=before.version + 1)
    assert list(runs.waiting(table, UNTIL)) == []
    for change in (runs.publication(after, NOW), runs.supersession(after), runs.introduction(after, NOW)):
        assert isinstance(write(table, change, idempotency_key="other"), Refusal)


@pytest.mark.parametrize("change", [runs.supersession, lambda run: runs.introduction(run, NOW)])
def test_nothing_is_decided_on_a_version_that_is_no_more(
    table: Table, run: Run, change: Callable[[Run], Change]
) -> None:
    before = published(table, run)
    stale = replace(before, version=before.version - 1)

    outcome = write(table, change(stale), idempotency_key="other")

    assert isinstance(outcome, Refusal)
    assert now(table) == before
