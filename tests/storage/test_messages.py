"""What stands in the outbox of each message, and who may change it when."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from functions.messages.kinds import MessageKind
from functions.programme.messages import Message, MessageState
from functions.storage import keys
from functions.storage.messages import outbox, suppressions
from functions.storage.messages.outbox import Settlement
from functions.storage.table import Table, Written, amendment
from tests.conftest import NAME
from tests.faults.switchboard import Switchboard
from tests.storage.fixtures import DUE_MESSAGE, NOW, everything_in, write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

INSTANT = timedelta(microseconds=1)
# A worker has two minutes.
LEASE_ENDS = NOW + timedelta(minutes=2)
SENT = Settlement(state=MessageState.SENT, provider_id="ses-1")


@pytest.fixture
def letter(table: Table) -> Message:
    """A message that is due."""
    write(table, outbox.creation(DUE_MESSAGE), idempotency_key="asked")
    return DUE_MESSAGE


def claimed(table: Table, message: Message, owner: str = "first") -> Message:
    taken = outbox.claim(table, message, owner=owner, now=NOW)
    assert taken is not None
    return taken


def item_in(client: "DynamoDBClient") -> dict[str, Any]:
    """Return the one message as it stands in the table."""
    (item,) = [item for item in everything_in(client, NAME) if item["sk"]["S"].startswith("MESSAGE#")]
    return item


def test_a_message_that_was_never_written_is_none(table: Table) -> None:
    assert outbox.get(table, "spring", "ada", "never") is None


def test_everything_that_is_kept_of_a_message_comes_back(table: Table) -> None:
    everything = Message(
        id="letter",
        cohort_id="spring",
        recipient_id="ada",
        kind=MessageKind.SURVEY,
        due_at=NOW + INSTANT,
        link_id="link-1",
        about="end",
        checkin=3,
        state=MessageState.SENT,
        attempts=2,
        settled_at=NOW + 2 * INSTANT,
    )
    write(table, outbox.creation(everything), idempotency_key="asked")

    assert outbox.get(table, "spring", "ada", "letter") == everything


def test_whoever_claims_a_message_gets_it_with_the_number_of_their_attempt(
    table: Table, letter: Message
) -> None:
    mine = claimed(table, letter)

    assert mine == replace(letter, state=MessageState.CLAIMED, attempts=1)
    assert outbox.get(table, "spring", "ada", "letter") == mine


def test_a_claimed_message_waits_again_when_its_owners_time_is_over(table: Table, letter: Message) -> None:
    mine = claimed(table, letter)

    assert list(outbox.waiting(table, LEASE_ENDS - INSTANT)) == []
    assert list(outbox.waiting(table, LEASE_ENDS)) == [mine]


def test_an_owner_may_ask_for_another_time(table: Table, letter: Message) -> None:
    outbox.claim(table, letter, owner="first", now=NOW, lease_seconds=30)

    assert list(outbox.waiting(table, NOW + timedelta(seconds=30) - INSTANT)) == []
    assert len(list(outbox.waiting(table, NOW + timedelta(seconds=30)))) == 1


def test_what_was_read_before_an_attempt_can_not_be_claimed_any_more(table: Table, letter: Message) -> None:
    mine = claimed(table, letter)
    outbox.settle(
        table, mine, owner="first", settlement=Settlement(state=MessageState.DUE, due_at=NOW), now=NOW
    )

    assert outbox.claim(table, letter, owner="second", now=NOW) is None
    assert outbox.claim(table, replace(letter, attempts=1), owner="second", now=NOW) is not None


def test_of_a_settled_message_neither_owner_nor_lease_nor_place_in_the_index_is_left(
    dynamodb: "DynamoDBClient", table: Table, letter: Message
) -> None:
    mine = claimed(table, letter)
    assert {"owner", "lease_until", "due_pk", "due_sk"} <= set(item_in(dynamodb))

    assert outbox.settle(table, mine, owner="first", settlement=SENT, now=LEASE_ENDS)

    item = item_in(dynamodb)
    assert not {"owner", "lease_until", "due_pk", "due_sk", "reason"} & set(item)
    assert item["provider_id"] == {"S": "ses-1"}
    settled = replace(mine, state=MessageState.SENT, settled_at=LEASE_ENDS)
    assert outbox.get(table, "spring", "ada", "letter") == settled


@pytest.mark.parametrize("put_off", [timedelta(hours=1), None])
def test_a_message_is_put_off_to_its_time_or_else_due_at_once(
    dynamodb: "DynamoDBClient", table: Table, letter: Message, put_off: timedelta | None
) -> None:
    mine = claimed(table, letter)
    due_at = NOW + put_off if put_off else None
    settlement = Settlement(state=MessageState.DUE, due_at=due_at, reason="the mail service is full")

    assert outbox.settle(table, mine, owner="first", settlement=settlement, now=NOW)

    due = replace(mine, state=MessageState.DUE, due_at=due_at or NOW, settled_at=NOW)
    assert outbox.get(table, "spring", "ada", "letter") == due
    assert list(outbox.waiting(table, due.due_at - INSTANT)) == []
    assert list(outbox.waiting(table, due.due_at)) == [due]
    assert not {"owner", "lease_until"} & set(item_in(dynamodb))
    assert item_in(dynamodb)["reason"] == {"S": "the mail service is full"}


@pytest.mark.parametrize(
    ("owner", "attempts"), [("second", 1), ("first", 2)], ids=["another owner", "another attempt"]
)
def test_nobody_else_settles_a_claim(table: Table, letter: Message, owner: str, attempts: int) -> None:
    mine = claimed(table, letter)

    assert not outbox.settle(table, replace(mine, attempts=attempts), owner=owner, settlement=SENT, now=NOW)

    assert outbox.get(table, "spring", "ada", "letter") == mine


def test_what_nobody_claimed_is_not_settled(table: Table, letter: Message) -> None:
    assert not outbox.settle(table, letter, owner="first", settlement=SENT, now=NOW)

    assert outbox.get(table, "spring", "ada", "letter") == letter


def test_a_message_that_is_due_is_dropped_with_a_reason(
    dynamodb: "DynamoDBClient", table: Table, letter: Message
) -> None:
    assert outbox.drop(table, letter, reason="they have left", now=NOW + INSTANT)

    dropped = replace(letter, state=MessageState.DROPPED, settled_at=NOW + INSTANT)
    assert outbox.get(table, "spring", "ada", "letter") == dropped
    assert item_in(dynamodb)["reason"] == {"S": "they have left"}
    assert not {"due_pk", "due_sk"} & set(item_in(dynamodb))
    assert outbox.drop(table, replace(letter, id="never"), reason="gone", now=NOW) is False


def test_a_message_that_a_worker_has_is_not_dropped(table: Table, letter: Message) -> None:
    mine = claimed(table, letter)

    assert not outbox.drop(table, letter, reason="they have left", now=NOW)

    assert outbox.get(table, "spring", "ada", "letter") == mine


def test_a_person_has_their_messages_in_the_order_in_which_they_were_due(table: Table) -> None:
    later = replace(DUE_MESSAGE, id="a-later-one", due_at=NOW + INSTANT)
    twin = replace(DUE_MESSAGE, id="letter-2")
    anothers = replace(DUE_MESSAGE, id="b", recipient_id="bob")
    elsewhere = replace(DUE_MESSAGE, id="c", cohort_id="autumn")
    for message in (later, twin, anothers, elsewhere, DUE_MESSAGE):
        write(table, outbox.creation(message), idempotency_key=message.id)

    assert outbox.to_person(table, "spring", "ada") == [DUE_MESSAGE, twin, later]


def test_a_claim_that_lapsed_says_so(dynamodb: "DynamoDBClient", table: Table, letter: Message) -> None:
    mine = claimed(table, letter)

    assert outbox.abandon(table, mine, LEASE_ENDS)

    unknown = replace(mine, state=MessageState.UNKNOWN, settled_at=LEASE_ENDS)
    item = item_in(dynamodb)
    assert outbox.get(table, "spring", "ada", "letter") == unknown
    assert item["reason"] == {"S": "the claim lapsed"}
    assert item["written_by"] == {"S": "lapsed:letter:1"}
    assert not {"owner", "lease_until", "due_pk", "due_sk"} & set(item)


def test_what_the_mail_service_says_is_kept_with_its_own_id(
    dynamodb: "DynamoDBClient", table: Table, letter: Message
) -> None:
    mine = claimed(table, letter)

    assert outbox.record_sent(table, "spring", "ada", "letter", provider_id="ses-9", at=LEASE_ENDS)

    item = item_in(dynamodb)
    sent = replace(mine, state=MessageState.SENT, settled_at=LEASE_ENDS)
    assert outbox.get(table, "spring", "ada", "letter") == sent
    assert item["provider_id"] == {"S": "ses-9"}
    assert item["written_by"] == {"S": "feedback:ses-9"}
    assert not {"owner", "lease_until", "due_pk", "due_sk"} & set(item)


def test_what_the_mail_service_says_holds_though_the_message_changed_meanwhile(
    dynamodb: "DynamoDBClient", table: Table, letter: Message
) -> None:
    mine = claimed(table, letter)

    # The claim is called lapsed between our read and our write.
    with Switchboard(dynamodb, {2: lambda: outbox.abandon(table, mine, LEASE_ENDS)}).connected():  # type: ignore[dict-item]
        assert outbox.record_sent(table, "spring", "ada", "letter", provider_id="ses-9", at=LEASE_ENDS)

    stands = outbox.get(table, "spring", "ada", "letter")
    assert stands is not None
    assert stands.state is MessageState.SENT


def test_a_message_that_is_sent_waits_for_nobody_though_the_index_still_has_it(
    table: Table, letter: Message
) -> None:
    mine = claimed(table, letter)
    outbox.settle(table, mine, owner="first", settlement=SENT, now=NOW)
    still_there = {"due_pk": keys.outbox("letter"), "due_sk": keys.moment(NOW, "letter")}
    table.write_unaudited(
        amendment(keys.message("spring", "ada", "letter"), still_there, condition=None),
        idempotency_key="index",
    )

    assert list(outbox.waiting(table, NOW)) == []


def test_an_address_that_may_not_be_written_to_is_kept_with_the_reason_and_the_time(
    dynamodb: "DynamoDBClient", table: Table
) -> None:
    first = suppressions.addition("ada@example.org", "bounced", NOW)
    again = suppressions.addition("ada@example.org", "complained", NOW + INSTANT)

    assert write(table, first, idempotency_key="event-1") is Written.NOW
    assert write(table, again, idempotency_key="event-1") is Written.BEFORE

    (item,) = [item for item in everything_in(dynamodb, NAME) if "suppressed_at" in item]
    assert item["reason"] == {"S": "bounced"}
    assert item["suppressed_at"] == {"S": "2026-11-21T09:30:00.000000Z"}
