"""The outbox: messages that are due, who is sending which, and what became of them.

    due ──claim──▶ claimed ──settle──▶ sent | dropped | refused | unknown | due (later)
                      │                           ▲
                      └──abandon (lease over)──▶ unknown ──record_sent─▶ sent

A claim carries its owner's token, and settling asks for it again: an owner who comes back after the
lease is over changes nothing. What nobody knows to be sent is never sent again on a guess.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from boto3.dynamodb.conditions import Attr

from functions.programme.messages import Message, MessageState
from functions.storage import counts, keys
from functions.storage.item_values import instant, instant_or_none, instant_text, item_of
from functions.storage.keys import Key
from functions.storage.table import ATTEMPTS, BusyError, Change, Item, Refusal, Table, amendment
from functions.storage.table import creation as creation_at

LEASE_SECONDS = 120
_INDEX = (keys.INDEX_PARTITION, keys.INDEX_SORT)
_LEASE = ("owner", "lease_until")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What became of a claimed message.

    `provider_id` is the mail service's own id, `reason` why it was dropped or is unknown, and `due_at`
    when to try again if the state is due.
    """

    state: MessageState
    provider_id: str | None = None
    reason: str | None = None
    due_at: datetime | None = None


def creation(message: Message) -> Change:
    """Return the change that puts a message into the outbox; refused when it has been there."""
    item = {**item_of(message), **_waits_from(message, message.due_at)}
    return creation_at(_key(message), item, also=_counted(message, None, message.state))


def get(table: Table, cohort_id: str, recipient_id: str, message_id: str) -> Message | None:
    """Return the message, or None."""
    item = table.read(keys.message(cohort_id, recipient_id, message_id))
    return None if item is None else _message(item)


def in_cohort(table: Table, cohort_id: str) -> Iterator[Message]:
    """Yield every message of the cohort, in no particular order."""
    for partition in keys.messages(cohort_id):
        yield from map(_message, table.query(partition, "MESSAGE#"))


def to_person(table: Table, cohort_id: str, person_id: str) -> list[Message]:
    """Return every message to one person, in the order in which they were due."""
    partition = keys.messages_with(cohort_id, person_id)
    theirs = map(_message, table.query(partition, keys.messages_to(person_id)))
    return sorted(theirs, key=lambda message: (message.due_at, message.id))


def drop(table: Table, message: Message, *, reason: str, now: datetime) -> bool:
    """Drop a message that is due; False when it is not, or a worker has it: that one looks again itself."""
    sets = {"state": str(MessageState.DROPPED), "reason": reason, "settled_at": instant_text(now)}
    due = Attr("state").eq(str(MessageState.DUE))
    counted = _counted(message, MessageState.DUE, MessageState.DROPPED)
    change = amendment(_key(message), sets, removes=_INDEX, condition=due, also=counted)
    return not isinstance(table.write_unaudited(change, idempotency_key=f"drop:{message.id}"), Refusal)


def waiting(table: Table, now: datetime) -> Iterator[Message]:
    """Yield what waits for a worker, in every cohort: messages that are due, and lapsed claims.

    The index decides nothing: each message is read again before it is yielded.
    """
    for partition in keys.outboxes():
        for found in table.due(partition, keys.moments_until(now)):
            item = table.read(Key(found[keys.PARTITION], found[keys.SORT]))
            if item is not None and _waits(item, now):
                yield _message(item)


def claim(
    table: Table, message: Message, *, owner: str, now: datetime, lease_seconds: int = LEASE_SECONDS
) -> Message | None:
    """Return the message as its owner may send it, or None when somebody else got it first.

    Only the call that claimed it gets it: the same owner asking twice is refused the second time.
    """
    until = now + timedelta(seconds=lease_seconds)
    change = amendment(
        _key(message),
        {
            "state": str(MessageState.CLAIMED),
            "attempts": message.attempts + 1,
            "owner": owner,
            "lease_until": instant_text(until),
            **_waits_from(message, until),
        },
        condition=Attr("state").eq(str(MessageState.DUE))
        & Attr("due_at").lte(instant_text(now))
        & Attr("attempts").eq(message.attempts),
    )
    outcome = table.write_unaudited(change, idempotency_key=f"{owner}:{secrets.token_hex(8)}")
    if isinstance(outcome, Refusal):
        return None
    return replace(message, state=MessageState.CLAIMED, attempts=message.attempts + 1)


def settle(table: Table, message: Message, *, owner: str, settlement: Settlement, now: datetime) -> bool:
    """Say what became of a message as `claim` returned it; False when that claim is no longer the owner's."""
    change = settling(message, owner=owner, settlement=settlement, now=now)
    writer = f"{owner}:{settlement.state}:{message.attempts}"
    return not isinstance(table.write_unaudited(change, idempotency_key=writer), Refusal)


def settling(message: Message, *, owner: str, settlement: Settlement, now: datetime) -> Change:
    """Return the change that says what became of it, refused when the claim is no longer the owner's."""
    due_at = settlement.due_at or now
    state = settlement.state
    sets = {
        "state": str(state),
        "settled_at": instant_text(now),
        **{name: text for name in ("provider_id", "reason") if (text := getattr(settlement, name))},
    }
    removes: tuple[str, ...] = _LEASE
    if state is MessageState.DUE:
        sets |= {"due_at": instant_text(due_at), **_waits_from(message, due_at)}
    else:
        removes += _INDEX
    # The attempt tells two claims apart that one owner made, as a queue does that delivers twice.
    mine = (
        Attr("state").eq(str(MessageState.CLAIMED))
        & Attr("owner").eq(owner)
        & Attr("attempts").eq(message.attempts)
    )
    counted = _counted(message, MessageState.CLAIMED, state)
    return amendment(_key(message), sets, removes=removes, condition=mine, also=counted)


def abandon(table: Table, message: Message, now: datetime) -> bool:
    """Call a message unknown whose owner's time is over; False when it was settled meanwhile.

    Its owner may have handed it over before falling silent, so it is not due again.
    """
    lapsed_claim = Attr("state").eq(str(MessageState.CLAIMED)) & Attr("lease_until").lte(instant_text(now))
    sets = {
        "state": str(MessageState.UNKNOWN),
        "reason": "the claim lapsed",
        "settled_at": instant_text(now),
    }
    counted = _counted(message, MessageState.CLAIMED, MessageState.UNKNOWN)
    removes = (*_LEASE, *_INDEX)
    change = amendment(_key(message), sets, removes=removes, condition=lapsed_claim, also=counted)
    key = f"lapsed:{message.id}:{message.attempts}"
    return not isinstance(table.write_unaudited(change, idempotency_key=key), Refusal)


def record_sent(
    table: Table, cohort_id: str, recipient_id: str, message_id: str, *, provider_id: str, at: datetime
) -> bool:
    """Record that the mail service says it was sent, in any state; False when there is none such.

    This is how an unknown is settled. The event may come twice and before its sender has settled.
    """
    for _ in range(ATTEMPTS):
        message = get(table, cohort_id, recipient_id, message_id)
        if message is None:
            return False
        if message.state is MessageState.SENT:
            return True
        change = _sent(message, provider_id, at)
        outcome = table.write_unaudited(change, idempotency_key=f"feedback:{provider_id}")
        if not isinstance(outcome, Refusal):
            return True
    raise BusyError(f"the message changed {ATTEMPTS} times while it was settled")


def _sent(message: Message, provider_id: str, at: datetime) -> Change:
    return amendment(
        _key(message),
        {"state": str(MessageState.SENT), "provider_id": provider_id, "settled_at": instant_text(at)},
        removes=(*_LEASE, *_INDEX),
        condition=Attr("state").eq(str(message.state)),
        also=_counted(message, message.state, MessageState.SENT),
    )


def _counted(message: Message, was: MessageState | None, becomes: MessageState) -> tuple[Change, ...]:
    return counts.message_moved(message.cohort_id, message.recipient_id, was, becomes)


def _key(message: Message) -> Key:
    return keys.message(message.cohort_id, message.recipient_id, message.id)


def _waits(item: Item, now: datetime) -> bool:
    if item["state"] == MessageState.CLAIMED:
        return instant(item["lease_until"]) <= now
    return item["state"] == MessageState.DUE and instant(item["due_at"]) <= now


def _waits_from(message: Message, at: datetime) -> dict[str, str]:
    return {keys.INDEX_PARTITION: keys.outbox(message.id), keys.INDEX_SORT: keys.moment(at, message.id)}


def _message(item: Item) -> Message:
    return Message(
        id=item["id"],
        cohort_id=item["cohort_id"],
        recipient_id=item["recipient_id"],
        kind=item["kind"],
        due_at=instant(item["due_at"]),
        link_id=item["link_id"],
        about=item["about"],
        checkin=item["checkin"],
        state=MessageState(item["state"]),
        attempts=item["attempts"],
        settled_at=instant_or_none(item.get("settled_at")),
    )
