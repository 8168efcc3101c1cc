"""Promises of the outbox: a message leaves once, or is known to be unknown; nobody's claim is stolen."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from functions.programme.messages import Message, MessageState
from functions.storage import keys
from functions.storage.messages import outbox
from functions.storage.messages.outbox import LEASE_SECONDS, Settlement
from functions.storage.table import BusyError, Item, Table
from tests.conftest import NAME
from tests.faults.switchboard import ANSWER_LOST, PASSING, Fault, KilledError, Switchboard
from tests.storage.fixtures import DUE_MESSAGE, NOW, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb import DynamoDBClient

AFTER_THE_LEASE = NOW + timedelta(seconds=LEASE_SECONDS)
SENT = Settlement(state=MessageState.SENT, provider_id="ses-1")


@pytest.fixture
def letter(table: Table) -> Message:
    """A message that is due."""
    write(table, outbox.creation(DUE_MESSAGE), idempotency_key="asked")
    return DUE_MESSAGE


def claim(table: Table, letter: Message, owner: str = "first") -> Message | None:
    return outbox.claim(table, letter, owner=owner, now=NOW)


def claimed_by(table: Table, letter: Message, owner: str = "first") -> Message:
    """Return the message as that owner may send it."""
    claimed = claim(table, letter, owner)
    assert claimed is not None
    return claimed


def state_of(table: Table, letter: Message) -> MessageState | None:
    stands = outbox.get(table, letter.cohort_id, letter.recipient_id, letter.id)
    return None if stands is None else stands.state


@pytest.mark.parametrize("fault", [*PASSING, *ANSWER_LOST])
def test_a_claim_is_ours_whatever_happens_to_its_answer(
    dynamodb: "DynamoDBClient", table: Table, letter: Message, fault: Fault
) -> None:
    with Switchboard(dynamodb, {1: fault}).connected():
        claimed = claim(table, letter)

    assert claimed is not None
    assert claimed.attempts == 1
    assert claim(table, letter, "second") is None


def test_of_two_who_claim_at_once_one_owns_it(
    dynamodb: "DynamoDBClient", table: Table, letter: Message
) -> None:
    others: list[Message | None] = []

    with Switchboard(dynamodb, {1: lambda: others.append(claim(table, letter, "second"))}).connected():
        mine = claim(table, letter, "first")

    assert mine is None
    assert others[0] is not None


def test_an_owner_who_asks_twice_gets_the_message_once(table: Table, letter: Message) -> None:
    assert claim(table, letter, "same") is not None

    assert claim(table, letter, "same") is None


@pytest.mark.parametrize("fault", [*PASSING, *ANSWER_LOST])
def test_a_settlement_holds_whatever_happens_to_its_answer(
    dynamodb: "DynamoDBClient", table: Table, letter: Message, fault: Fault
) -> None:
    claimed = claimed_by(table, letter)

    with Switchboard(dynamodb, {1: fault}).connected():
        held = outbox.settle(table, claimed, owner="first", settlement=SENT, now=NOW)

    assert held
    assert state_of(table, letter) is MessageState.SENT


@pytest.mark.parametrize("state", [MessageState.SENT, MessageState.DROPPED, MessageState.UNKNOWN])
def test_what_is_settled_waits_for_nobody(table: Table, letter: Message, state: MessageState) -> None:
    claimed = claimed_by(table, letter)

    assert outbox.settle(table, claimed, owner="first", settlement=Settlement(state=state), now=NOW)

    assert state_of(table, letter) is state
    assert list(outbox.waiting(table, AFTER_THE_LEASE)) == []


def test_a_claim_that_lapses_is_unknown_and_its_first_owner_is_fenced(table: Table, letter: Message) -> None:
    claimed = claimed_by(table, letter)

    assert list(outbox.waiting(table, NOW)) == []
    assert [message.id for message in outbox.waiting(table, AFTER_THE_LEASE)] == ["letter"]
    assert outbox.abandon(table, claimed, AFTER_THE_LEASE)

    assert not outbox.settle(table, claimed, owner="first", settlement=SENT, now=AFTER_THE_LEASE)
    assert state_of(table, letter) is MessageState.UNKNOWN


def test_a_claim_is_not_abandoned_while_its_owner_has_time(table: Table, letter: Message) -> None:
    claim(table, letter)

    assert not outbox.abandon(table, letter, AFTER_THE_LEASE - timedelta(microseconds=1))

    assert state_of(table, letter) is MessageState.CLAIMED


def test_what_is_unknown_is_never_due_again(table: Table, letter: Message) -> None:
    claim(table, letter)
    outbox.abandon(table, letter, AFTER_THE_LEASE)

    years_later = NOW + timedelta(days=900)

    assert list(outbox.waiting(table, years_later)) == []
    assert outbox.claim(table, letter, owner="second", now=years_later) is None


def test_a_claim_settled_in_the_last_moment_is_not_abandoned(
    dynamodb: "DynamoDBClient", table: Table, letter: Message
) -> None:
    claimed = claimed_by(table, letter)

    def settle_now() -> None:
        assert outbox.settle(table, claimed, owner="first", settlement=SENT, now=AFTER_THE_LEASE)

    with Switchboard(dynamodb, {1: settle_now}).connected():
        abandoned = outbox.abandon(table, claimed, AFTER_THE_LEASE)

    assert not abandoned
    assert state_of(table, letter) is MessageState.SENT


def test_the_mail_service_settles_an_unknown_however_often_it_says_so(table: Table, letter: Message) -> None:
    claim(table, letter)
    outbox.abandon(table, letter, AFTER_THE_LEASE)

    assert outbox.record_sent(table, "spring", "ada", "letter", provider_id="ses-1", at=AFTER_THE_LEASE)
    assert outbox.record_sent(table, "spring", "ada", "letter", provider_id="ses-1", at=AFTER_THE_LEASE)

    assert state_of(table, letter) is MessageState.SENT


def test_an_event_that_overtakes_its_sender_settles_the_claim(table: Table, letter: Message) -> None:
    claimed = claimed_by(table, letter)

    assert outbox.record_sent(table, "spring", "ada", "letter", provider_id="ses-1", at=NOW)

    unknown = Settlement(state=MessageState.UNKNOWN)
    assert not outbox.settle(table, claimed, owner="first", settlement=unknown, now=NOW)
    assert state_of(table, letter) is MessageState.SENT


def test_an_event_about_a_message_that_is_not_ours_changes_nothing(table: Table) -> None:
    assert not outbox.record_sent(table, "spring", "ada", "nobody's", provider_id="ses-1", at=NOW)

    assert outbox.get(table, "spring", "ada", "nobody's") is None


@pytest.mark.parametrize("kill", [Fault.KILL_BEFORE, Fault.KILL_AFTER])
def test_a_sender_killed_at_any_call_leaves_a_message_that_is_due_sent_or_soon_unknown(
    dynamodb: "DynamoDBClient", table: Table, letter: Message, kill: Fault
) -> None:
    handed_over: list[int] = []

    def send(call: int) -> None:
        for message in outbox.waiting(table, NOW):
            claimed = outbox.claim(table, message, owner=f"worker-{call}", now=NOW)
            if claimed is not None:
                handed_over.append(call)
                outbox.settle(table, claimed, owner=f"worker-{call}", settlement=SENT, now=NOW)

    # Four reads of the index, one of the message, its claim, its settlement.
    for call in range(1, keys.OUTBOXES + 4):
        with Switchboard(dynamodb, {call: kill}).connected():
            try:
                send(call)
            except KilledError:
                continue
    send(0)
    for lapsed in outbox.waiting(table, AFTER_THE_LEASE):
        outbox.abandon(table, lapsed, AFTER_THE_LEASE)

    assert len(handed_over) <= 1
    assert state_of(table, letter) in (MessageState.SENT, MessageState.UNKNOWN)
    assert list(outbox.waiting(table, AFTER_THE_LEASE)) == []


def test_a_message_put_off_is_due_again_at_its_time_and_not_before(table: Table, letter: Message) -> None:
    claimed = claimed_by(table, letter)
    later = NOW + timedelta(minutes=5)
    put_off = Settlement(state=MessageState.DUE, due_at=later)

    assert outbox.settle(table, claimed, owner="first", settlement=put_off, now=NOW)

    assert list(outbox.waiting(table, later - timedelta(microseconds=1))) == []
    (again,) = outbox.waiting(table, later)
    assert again.attempts == 1
    assert outbox.claim(table, again, owner="second", now=later) is not None
    assert not outbox.settle(table, again, owner="first", settlement=SENT, now=later)


def test_an_owner_who_claims_again_cannot_settle_the_claim_before(table: Table, letter: Message) -> None:
    first = claimed_by(table, letter, "same")
    outbox.settle(table, first, owner="same", settlement=Settlement(state=MessageState.DUE), now=NOW)
    (again,) = outbox.waiting(table, NOW)
    second = claimed_by(table, again, "same")

    assert not outbox.settle(table, first, owner="same", settlement=SENT, now=NOW)
    assert outbox.settle(table, second, owner="same", settlement=SENT, now=NOW)


class LaggingTable(Table):
    """A table whose index still shows what it showed a while ago."""

    shown: "list[Item]"

    def look(self, index_pk: str, until: str) -> None:
        self.shown = list(super().due(index_pk, until))

    def due(self, index_pk: str, until: str) -> "Iterator[Item]":
        del until
        return iter([item for item in self.shown if item["due_pk"] == index_pk])


def test_an_index_that_lags_decides_nothing(dynamodb: "DynamoDBClient", letter: Message) -> None:
    table = LaggingTable(dynamodb, NAME)
    table.look(keys.outbox(letter.id), keys.moments_until(NOW))
    assert len(list(outbox.waiting(table, NOW))) == 1

    assert claim(table, letter) is not None

    assert len(table.shown) == 1
    assert list(outbox.waiting(table, NOW)) == []


def test_a_sweep_that_cannot_reach_the_table_says_so(dynamodb: "DynamoDBClient", table: Table) -> None:
    always = dict.fromkeys(range(1, 99), Fault.LOST_BEFORE)

    with Switchboard(dynamodb, always).connected(), pytest.raises(BusyError):
        list(outbox.waiting(table, NOW))
