"""Promises of `Table.commit` and `Table.note`, whatever happens between us and DynamoDB."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from functions.storage import audit, keys
from functions.storage.enrolment import enrolments
from functions.storage.messages import outbox
from functions.storage.table import (
    ATTEMPTS,
    FIRST_WAIT_SECONDS,
    LONGEST_WAIT_SECONDS,
    BusyError,
    Refusal,
    Table,
    Written,
    amendment,
    creation,
    deletion,
)
from tests.conftest import NAME
from tests.faults.switchboard import ANSWER_LOST, PASSING, Fault, KilledError, Switchboard
from tests.storage.fixtures import ADA, DUE_MESSAGE, empty, event, everything_in, write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# What an enrolment leaves: the enrolment, the claim on the address, its line on the roll, the mail, the
# counts of both, the audit entry, its head.
ITEMS = 8
READ, WRITE = 1, 2


def enrol(table: Table, idempotency_key: str = "request-1") -> Written | Refusal:
    return write(
        table, *enrolments.creation(ADA), outbox.creation(DUE_MESSAGE), idempotency_key=idempotency_key
    )


def assert_enrolled_once(client: "DynamoDBClient", table: Table) -> None:
    assert len(everything_in(client, NAME)) == ITEMS
    trail = list(audit.trail(table, "spring"))
    assert [line.number for line in trail] == [1, 1]  # the entry and the head
    assert audit.faults_in(trail) == []


@pytest.mark.parametrize("fault", PASSING)
@pytest.mark.parametrize("call", [READ, WRITE])
def test_a_fault_that_passes_is_not_noticed(
    dynamodb: "DynamoDBClient", table: Table, fault: Fault, call: int
) -> None:
    with Switchboard(dynamodb, {call: fault}).connected():
        outcome = enrol(table)

    assert outcome is Written.NOW
    assert_enrolled_once(dynamodb, table)


@pytest.mark.parametrize("fault", PASSING)
def test_a_fault_that_lasts_leaves_nothing_half_done_and_the_same_request_succeeds_later(
    dynamodb: "DynamoDBClient", table: Table, fault: Fault
) -> None:
    with Switchboard(dynamodb, dict.fromkeys(range(WRITE, 50), fault)).connected(), pytest.raises(BusyError):
        enrol(table)

    assert everything_in(dynamodb, NAME) == []
    assert enrol(table) is Written.NOW


@pytest.mark.parametrize("fault", ANSWER_LOST)
def test_a_lost_answer_is_recognised_as_our_own_write(
    dynamodb: "DynamoDBClient", table: Table, fault: Fault
) -> None:
    with Switchboard(dynamodb, {WRITE: fault}).connected() as switchboard:
        outcome = enrol(table)

    assert switchboard.calls.count("TransactWriteItems") > 1
    assert isinstance(outcome, Written)
    assert_enrolled_once(dynamodb, table)


@pytest.mark.parametrize("fault", ANSWER_LOST)
def test_when_every_answer_is_lost_asking_again_finds_the_write(
    dynamodb: "DynamoDBClient", table: Table, fault: Fault
) -> None:
    # Only the first attempt arrives; for the others the line is dead.
    plan = {WRITE: fault, **dict.fromkeys(range(WRITE + 1, 50), Fault.LOST_BEFORE)}
    with Switchboard(dynamodb, plan).connected(), pytest.raises(BusyError):
        enrol(table)

    assert enrol(table) is Written.BEFORE
    assert_enrolled_once(dynamodb, table)


def test_our_own_write_is_recognised_after_others_have_changed_what_we_wrote(table: Table) -> None:
    enrol(table)
    write(table, enrolments.confirmation(ADA, DUE_MESSAGE.due_at), idempotency_key="confirmed")

    outcome = enrol(table)

    assert outcome is Written.BEFORE


def test_a_single_item_that_others_changed_since_is_still_recognised_as_ours(table: Table) -> None:
    letter = outbox.creation(DUE_MESSAGE)
    write(table, letter, idempotency_key="asked")
    outbox.claim(table, DUE_MESSAGE, owner="somebody", now=DUE_MESSAGE.due_at)

    assert write(table, letter, idempotency_key="asked") is Written.BEFORE


@pytest.mark.parametrize("fault", ANSWER_LOST)
def test_what_can_not_be_refused_still_leaves_one_audit_entry(
    dynamodb: "DynamoDBClient", table: Table, fault: Fault
) -> None:
    with Switchboard(dynamodb, {WRITE: fault}).connected():
        outcome = write(table, deletion(keys.run("spring", "r")), idempotency_key="ended")

    assert isinstance(outcome, Written)
    assert [line.number for line in audit.trail(table, "spring")] == [1, 1]


def test_two_operations_that_call_themselves_the_same_do_not_hide_each_other_in_the_chain(
    dynamodb: "DynamoDBClient", table: Table
) -> None:
    def meanwhile() -> None:
        other = creation(keys.run("spring", "other"), {})
        table.commit([other], event=event(action="other"), idempotency_key="request-1")

    with Switchboard(dynamodb, {WRITE: meanwhile}).connected():
        outcome = enrol(table, idempotency_key="request-1")

    assert outcome is Written.NOW
    assert enrolments.get(table, "spring", "ada") == ADA
    assert [line.number for line in audit.trail(table, "spring")] == [1, 2, 2]


def test_a_write_by_another_is_refused_with_what_stands_there(
    dynamodb: "DynamoDBClient", table: Table
) -> None:
    enrol(table, idempotency_key="request-1")

    outcome = enrol(table, idempotency_key="request-2")

    assert isinstance(outcome, Refusal)
    assert outcome.change.key == keys.enrolment("spring", "ada")
    assert outcome.stored is not None
    assert outcome.stored["created_by"] == "request-1"
    assert_enrolled_once(dynamodb, table)


def test_a_transaction_conflict_is_tried_again_after_a_pause(dynamodb: "DynamoDBClient") -> None:
    pauses: list[float] = []
    table = Table(dynamodb, NAME, pause=pauses.append, chance=lambda: 0.5)

    with Switchboard(dynamodb, {WRITE: Fault.CONFLICT}).connected():
        outcome = enrol(table)

    assert outcome is Written.NOW
    assert pauses == [FIRST_WAIT_SECONDS / 2]
    assert_enrolled_once(dynamodb, table)


def test_a_conflict_without_end_is_given_up_and_nothing_is_half_done(dynamodb: "DynamoDBClient") -> None:
    pauses: list[float] = []
    table = Table(dynamodb, NAME, pause=pauses.append, chance=lambda: 1.0)
    always = dict.fromkeys(range(WRITE, 4 * ATTEMPTS, 2), Fault.CONFLICT)

    with Switchboard(dynamodb, always).connected(), pytest.raises(BusyError):
        enrol(table)

    assert len(pauses) == ATTEMPTS - 1
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_WAIT_SECONDS
    assert everything_in(dynamodb, NAME) == []


def test_who_writes_the_same_chain_in_the_same_moment_only_delays_us(
    dynamodb: "DynamoDBClient", table: Table
) -> None:
    def meanwhile() -> None:
        other = creation(keys.run("spring", "other"), {"id": "other"})
        table.commit([other], event=event(action="other"), idempotency_key="other")

    # The other commits between our read of the chain's head and our write.
    with Switchboard(dynamodb, {WRITE: meanwhile}).connected():
        outcome = enrol(table)

    trail = list(audit.trail(table, "spring"))
    assert outcome is Written.NOW
    assert [line.number for line in trail] == [1, 2, 2]
    assert audit.faults_in(trail) == []


def test_a_commit_killed_at_any_call_ends_in_the_same_bytes_when_resumed(
    dynamodb: "DynamoDBClient", table: Table
) -> None:
    with Switchboard(dynamodb).connected() as switchboard:
        enrol(table)
    undisturbed = everything_in(dynamodb, NAME)

    for kill in (Fault.KILL_BEFORE, Fault.KILL_AFTER):
        for call in range(1, len(switchboard.calls) + 1):
            empty(dynamodb, NAME)
            with Switchboard(dynamodb, {call: kill}).connected(), pytest.raises(KilledError):
                enrol(table)

            assert isinstance(enrol(table), Written)
            assert everything_in(dynamodb, NAME) == undisturbed


@pytest.mark.parametrize("fault", [*PASSING, *ANSWER_LOST, Fault.CONFLICT])
@pytest.mark.parametrize(
    "change",
    [
        lambda: creation(keys.run("spring", "r"), {"id": "r"}),
        lambda: amendment(
            keys.run("spring", "r"), {"id": "r"}, condition=None, adds={"times": 1}, once_per_key=True
        ),
    ],
    ids=["creation", "amendment"],
)
def test_a_note_is_written_once_through_every_fault(
    dynamodb: "DynamoDBClient", table: Table, fault: Fault, change: Callable[[], object]
) -> None:
    with Switchboard(dynamodb, {1: fault}).connected() as switchboard:
        outcome = table.write_unaudited(change(), idempotency_key="writer-1")  # type: ignore[arg-type]

    stored = table.read(keys.run("spring", "r"))
    assert isinstance(outcome, Written)
    assert len(switchboard.calls) > 1
    assert stored is not None
    assert stored.get("times", 1) == 1


def test_what_dynamodb_says_is_wrong_is_raised_and_not_tried_again(
    dynamodb: "DynamoDBClient", table: Table
) -> None:
    nowhere = Table(dynamodb, "no-such-table")

    with Switchboard(dynamodb).connected() as switchboard, pytest.raises(dynamodb.exceptions.ClientError):
        nowhere.write_unaudited(creation(keys.run("spring", "r"), {}), idempotency_key="writer-1")

    assert len(switchboard.calls) == 1
    assert everything_in(dynamodb, NAME) == []
    assert table.read(keys.run("spring", "r")) is None
