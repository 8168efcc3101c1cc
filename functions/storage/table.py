"""The table: reads that are consistent, and the two ways to write.

`commit` writes facts: all or none of them, with their audit entry, in one transaction. `write_unaudited`
writes what is no fact (a claim, a lease, progress). Both are conditional, and both read a refusal instead of
believing it: the SDK retries by itself when an answer is lost, and then meets our own first write.

    client            DynamoDB
      │ commit ─────────▶│ written
      │        x─────────│ the answer is lost
      │ (SDK) commit ───▶│ refused: the item exists
      │◀─────────────────│ … and here it is: written_by says "you"  →  Written.BEFORE
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Protocol, cast

from boto3.dynamodb.conditions import Attr, ConditionBase, ConditionExpressionBuilder
from boto3.dynamodb.conditions import Key as KeyCondition
from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError  # noqa: A004  # botocore's own

from functions.storage import audit_chain, keys
from functions.storage.audit_chain import Event
from functions.storage.item_values import item_of
from functions.storage.keys import Key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

__all__ = [
    "BusyError",
    "Change",
    "Event",
    "Item",
    "ItemReader",
    "Operation",
    "Refusal",
    "Table",
    "Written",
    "amendment",
    "check",
    "client_settings",
    "creation",
    "deletion",
]

Item = Mapping[str, Any]

MAX_ACTIONS = 100
MAX_BATCH_GET = 100
LARGEST_ITEM_BYTES = 400 * 1024
LARGEST_TRANSACTION_BYTES = 4 * 1024 * 1024

# Full jitter: the n-th wait is anything up to 25 ms · 2ⁿ, and never more than 0.8 s. Sixteen tries
# take some six seconds at most, well within the time that a page may take.
ATTEMPTS = 16
FIRST_WAIT_SECONDS = 0.025
LONGEST_WAIT_SECONDS = 0.8

_CHANCE = random.SystemRandom()

_CONFLICTS = frozenset(
    {
        "TransactionConflict",
        "TransactionConflictException",
        "TransactionInProgressException",
        "ThrottlingError",
        "ProvisionedThroughputExceeded",
    }
)
_THROTTLES = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
_SERVER_ERROR = 500


def client_settings() -> Config:
    """Return how a DynamoDB client is to be made: give up soon, try again by itself, a few times."""
    return Config(
        connect_timeout=2,
        read_timeout=5,
        retries={"mode": "standard", "total_max_attempts": 4},
        tcp_keepalive=True,
    )


class BusyError(Exception):
    """DynamoDB could not be reached, or too many wrote at once. Nothing is half done: ask again.

    Whether the write happened may be unknown; asking again with the same idempotency key finds out.
    """


class Written(Enum):
    """That a write stands."""

    NOW = auto()
    BEFORE = auto()  # refused, and what is stored has this very idempotency key


class Operation(Enum):
    """What a change does to its item."""

    PUT = "Put"
    UPDATE = "Update"
    DELETE = "Delete"
    CHECK = "ConditionCheck"


_METHODS = {
    Operation.PUT: "put_item",
    Operation.UPDATE: "update_item",
    Operation.DELETE: "delete_item",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of one item, with its condition; made by the record modules alone.

    `sets` is the whole item of a put and the changed fields of an update. With `once_per_key` one
    idempotency key changes the item once; another may change it again. An `unattributed` put stores no
    idempotency key, so nothing joins it to the rest of its transaction; the audit entry shows whether a
    repeated one was ours. What `also` holds is written in the same transaction, always.
    """

    operation: Operation
    key: Key
    sets: Item = field(default_factory=dict)
    removes: tuple[str, ...] = ()
    adds: Mapping[str, int | frozenset[str]] = field(default_factory=dict)
    condition: ConditionBase | None = None
    once_per_key: bool = False
    unattributed: bool = False
    also: "tuple[Change, ...]" = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """The first change whose condition did not hold, and what stood there instead (None: nothing)."""

    change: Change
    stored: Item | None


def creation(key: Key, item: Item, *, also: tuple[Change, ...] = ()) -> Change:
    """Return the change that puts an item where there is none."""
    absent = Attr(keys.PARTITION).not_exists()
    return Change(operation=Operation.PUT, key=key, sets=item, condition=absent, also=also)


def amendment(  # noqa: PLR0913 - one keyword for each part of DynamoDB's update
    key: Key,
    sets: Item,
    *,
    condition: ConditionBase | None,
    removes: tuple[str, ...] = (),
    adds: Mapping[str, int | frozenset[str]] | None = None,
    once_per_key: bool = False,
    also: tuple[Change, ...] = (),
) -> Change:
    """Return the change of some fields of an item; without a condition it may also begin the item."""
    return Change(
        operation=Operation.UPDATE,
        key=key,
        sets=sets,
        removes=removes,
        adds=adds or {},
        condition=condition,
        once_per_key=once_per_key,
        also=also,
    )


def deletion(key: Key) -> Change:
    """Return the change after which nothing stands at the key."""
    return Change(operation=Operation.DELETE, key=key)


def check(key: Key, condition: ConditionBase) -> Change:
    """Return a change that changes nothing, and lets the others happen only if the condition holds."""
    return Change(operation=Operation.CHECK, key=key, condition=condition)


class ItemReader(Protocol):
    """What items are read from: the table, or what `batch_get` returned."""

    def read(self, key: Key) -> Item | None:
        """Return the item at the key, or None."""


@dataclass(frozen=True, slots=True)
class ItemBatch:
    """Items that were read in one request; only these can be read from it."""

    found: Mapping[Key, Item | None]

    def read(self, key: Key) -> Item | None:
        """Return the item at the key, or None; raises KeyError for one that was not read."""
        return self.found[key]


class Table:
    """The one table of one stage.

    `chance` gives numbers from 0 to 1 and `pause` waits that many seconds; tests bring their own.
    """

    def __init__(
        self,
        client: "DynamoDBClient",
        name: str,
        *,
        pause: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = _CHANCE.random,
    ) -> None:
        self._client = client
        self._name = name
        self._pause = pause
        self._chance = chance

    def read(self, key: Key) -> Item | None:
        """Return the item at the key as it is now, or None."""
        with _unavailable_as_busy():
            answer = self._client.get_item(TableName=self._name, Key=_wire_key(key), ConsistentRead=True)
        return _plain_item(answer["Item"]) if "Item" in answer else None

    def batch_get(self, *wanted: Key) -> ItemBatch:
        """Read up to 100 items in one request, each as it is now; it is no snapshot of one moment."""
        found: dict[Key, Item | None] = dict.fromkeys(wanted)
        if len(found) > MAX_BATCH_GET:
            raise ValueError(f"{len(found)} items in one request; DynamoDB takes {MAX_BATCH_GET}")
        left = [_wire_key(key) for key in found]
        for attempt in range(ATTEMPTS):
            if not left:
                return ItemBatch(found)
            self._wait_before(attempt)
            with _unavailable_as_busy():
                answer = self._client.batch_get_item(
                    RequestItems={self._name: {"Keys": left, "ConsistentRead": True}}
                )
            for item in map(_plain_item, answer["Responses"].get(self._name, [])):
                found[Key(item[keys.PARTITION], item[keys.SORT])] = item
            # DynamoDB hands back what it had no capacity for just then.
            left = cast("Any", answer.get("UnprocessedKeys", {})).get(self._name, {}).get("Keys", [])
        raise BusyError(f"some of {len(found)} items could not be read in {ATTEMPTS} tries")

    def query(self, pk: str, begins: str = "") -> Iterator[Item]:
        """Yield, in order, the items of a partition whose sort keys begin so; as they are now."""
        condition: ConditionBase = KeyCondition(keys.PARTITION).eq(pk)
        if begins:
            condition = condition & KeyCondition(keys.SORT).begins_with(begins)
        return self._pages(condition, {"ConsistentRead": True})

    def due(self, index_pk: str, until: str) -> Iterator[Item]:
        """Yield what an index partition holds up to a bound, the longest due first.

        The index may lag: nothing is decided until the base item is read.
        """
        condition = KeyCondition(keys.INDEX_PARTITION).eq(index_pk) & KeyCondition(keys.INDEX_SORT).lt(until)
        return self._pages(condition, {"IndexName": keys.INDEX})

    def everything(self, begins: str = "") -> Iterator[Item]:
        """Yield, in no order, every item whose partition begins so; as each is when it is read.

        It reads the whole table: for an operator's command, never for a function.
        """
        request: dict[str, Any] = {"TableName": self._name, "ConsistentRead": True}
        if begins:
            condition = ConditionExpressionBuilder().build_expression(
                Attr(keys.PARTITION).begins_with(begins)
            )
            request |= {
                "FilterExpression": condition.condition_expression,
                "ExpressionAttributeNames": condition.attribute_name_placeholders,
                "ExpressionAttributeValues": _wire(condition.attribute_value_placeholders),
            }
        while True:
            with _unavailable_as_busy():
                page = self._client.scan(**request)
            yield from map(_plain_item, page["Items"])
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def _pages(self, condition: ConditionBase, how: Mapping[str, Any]) -> Iterator[Item]:
        expression = ConditionExpressionBuilder().build_expression(condition, is_key_condition=True)
        request: dict[str, Any] = {
            "TableName": self._name,
            "KeyConditionExpression": expression.condition_expression,
            "ExpressionAttributeNames": expression.attribute_name_placeholders,
            "ExpressionAttributeValues": _wire(expression.attribute_value_placeholders),
            **how,
        }
        while True:
            with _unavailable_as_busy():
                page = self._client.query(**request)
            yield from map(_plain_item, page["Items"])
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def commit(self, changes: Sequence[Change], *, event: Event, idempotency_key: str) -> Written | Refusal:
        """Write all the changes and the event's audit entry, or none of them.

        `idempotency_key` names this one operation and no other: a later attempt at the same operation
        is recognised by it. Raises ValueError beyond DynamoDB's limits and BusyError when it
        could not be done now.
        """
        shard, facts = keys.shard_of(event.subject_id), _merged(changes)
        for attempt in range(ATTEMPTS):
            self._wait_before(attempt)
            head = audit_chain.head_of(self.read(keys.audit_head(event.cohort_id, shard)), shard)
            entry = audit_chain.entry_after(head, event)
            refusals = self._transact([*facts, *_audit_changes(entry)], idempotency_key)
            if refusals is None:
                return Written.NOW
            refused = [refusal for refusal in refusals if refusal.change in facts]
            ours = [fact for fact in refused if _wrote(fact, idempotency_key)]
            if ours or any(_sealed(refusal, entry, idempotency_key) for refusal in refusals):
                return Written.BEFORE
            if refused:
                return refused[0]
        raise BusyError(f"the audit chain {shard} was contended {ATTEMPTS} times")

    def write_unaudited(self, change: Change, *, idempotency_key: str) -> Written | Refusal:
        """Write one change that is no fact (a claim, a lease, progress): it leaves no audit entry."""
        changes = _merged([change])
        if len(changes) > 1:
            return self._write_transaction(changes, idempotency_key)
        _within_limits([change])
        request = {"TableName": self._name, **_request(change, idempotency_key)}
        for attempt in range(ATTEMPTS):
            self._wait_before(attempt)
            try:
                with _unavailable_as_busy():
                    getattr(self._client, _METHODS[change.operation])(**request)
            except ClientError as error:
                refusal = _refusal_of(change, error.response)
                if refusal is None:
                    raise
                return Written.BEFORE if _wrote(refusal, idempotency_key) else refusal
            except BusyError as busy:
                if not _in_conflict(busy.__cause__):
                    raise
            else:
                return Written.NOW
        raise BusyError(f"another transaction held the item {ATTEMPTS} times")

    def _write_transaction(self, changes: Sequence[Change], idempotency_key: str) -> Written | Refusal:
        for attempt in range(ATTEMPTS):
            self._wait_before(attempt)
            refusals = self._transact(changes, idempotency_key)
            if refusals is None:
                return Written.NOW
            if any(_wrote(refusal, idempotency_key) for refusal in refusals):
                return Written.BEFORE
            if refusals:
                return refusals[0]
        raise BusyError(f"another transaction held one of the items {ATTEMPTS} times")

    def _transact(self, changes: Sequence[Change], idempotency_key: str) -> list[Refusal] | None:
        """Return None when it was written, else the refused changes: none when it should be tried again."""
        _within_limits(changes)
        actions = [
            {change.operation.value: {"TableName": self._name, **_request(change, idempotency_key)}}
            for change in changes
        ]
        try:
            with _unavailable_as_busy():
                self._client.transact_write_items(TransactItems=cast("Any", actions))
        except ClientError as error:
            answer: Mapping[str, Any] = error.response
            reasons = answer.get("CancellationReasons", [])
            codes = {reason.get("Code") for reason in reasons} - {None, "None"}
            if not codes or codes - _CONFLICTS - {"ConditionalCheckFailed"}:
                raise
            return [
                Refusal(change=change, stored=_stored(reason))
                for change, reason in zip(changes, reasons, strict=True)
                if reason.get("Code") == "ConditionalCheckFailed"
            ]
        except BusyError as busy:
            if not _in_conflict(busy.__cause__):
                raise
            return []
        return None

    def _wait_before(self, attempt: int) -> None:
        if attempt:
            longest = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** (attempt - 1))
            self._pause(self._chance() * longest)


def _merged(changes: Sequence[Change]) -> list[Change]:
    """Return the changes with what they `also` hold; several that only add to one item become one.

    DynamoDB takes one change of an item in a transaction, and two mails may be counted by one item.
    """
    flat = [each for change in changes for each in (change, *change.also)]
    sums: dict[Key, Change] = {}
    for change in filter(_only_adds, flat):
        before = sums[change.key].adds if change.key in sums else {}
        adds: dict[str, Any] = dict(before)
        for name, more in change.adds.items():
            adds[name] = _added(adds.get(name), more)
        sums[change.key] = amendment(change.key, {}, condition=None, adds=adds)
    return [*(change for change in flat if not _only_adds(change)), *sums.values()]


def _only_adds(change: Change) -> bool:
    plain = not change.sets and not change.removes and change.condition is None and not change.once_per_key
    return plain and bool(change.adds)


def _added(before: int | frozenset[str] | None, more: int | frozenset[str]) -> int | frozenset[str]:
    """Return what adds both: the sum of two numbers, all the members of two sets."""
    if isinstance(more, frozenset):
        return more.union(before) if isinstance(before, frozenset) else more
    return more + before if isinstance(before, int) else more


def _audit_changes(entry: audit_chain.Entry) -> list[Change]:
    cohort_id = entry.event.cohort_id
    end = {"number": entry.number, "digest": entry.digest}
    began = Attr("number").eq(entry.number - 1) if entry.number > 1 else Attr(keys.PARTITION).not_exists()
    head = keys.audit_head(cohort_id, entry.shard)
    return [
        creation(
            keys.audit_entry(cohort_id, entry.shard, entry.number),
            {**end, **item_of(entry.event), "previous": entry.previous},
        ),
        Change(operation=Operation.PUT, key=head, sets=end, condition=began),
    ]


def _wrote(refusal: Refusal, idempotency_key: str) -> bool:
    """Return whether what stands in the way of a fact was written with this very key.

    One such item proves the whole transaction: it was all or none.
    """
    if refusal.stored is None or refusal.change.operation is Operation.CHECK:
        return False
    return idempotency_key in (refusal.stored.get("written_by"), refusal.stored.get("created_by"))


def _sealed(refusal: Refusal, entry: audit_chain.Entry, idempotency_key: str) -> bool:
    """Return whether our very entry stands in its place already: the answer was lost, not the write.

    The digest alone does not say so: two people may do the same in the same microsecond.
    """
    stored = refusal.stored or {}
    numbered = refusal.change.key == keys.audit_entry(entry.event.cohort_id, entry.shard, entry.number)
    return numbered and (stored.get("digest"), stored.get("created_by")) == (entry.digest, idempotency_key)


def _request(change: Change, idempotency_key: str) -> dict[str, Any]:
    """Return the wire form of a change, but for the table's name."""
    names: dict[str, str] = {}
    values: dict[str, Any] = {}
    request: dict[str, Any] = {}
    if change.operation is Operation.PUT:
        attribution = (
            {} if change.unattributed else {"created_by": idempotency_key, "written_by": idempotency_key}
        )
        item = {**change.sets, **change.key._asdict(), **attribution}
        request["Item"] = _wire(item)
    else:
        request["Key"] = _wire_key(change.key)
    if change.operation is Operation.UPDATE:
        request["UpdateExpression"] = _update_expression(change, idempotency_key, names, values)
    condition = _condition(change, idempotency_key)
    if condition is not None:
        expression = ConditionExpressionBuilder().build_expression(condition)
        request["ConditionExpression"] = expression.condition_expression
        request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        names |= expression.attribute_name_placeholders
        values |= expression.attribute_value_placeholders
    if names:
        request["ExpressionAttributeNames"] = names
    if values:
        request["ExpressionAttributeValues"] = _wire(values)
    return request


def _condition(change: Change, idempotency_key: str) -> ConditionBase | None:
    if not change.once_per_key:
        return change.condition
    another: ConditionBase = Attr("written_by").not_exists() | Attr("written_by").ne(idempotency_key)
    return another if change.condition is None else change.condition & another


def _update_expression(
    change: Change, idempotency_key: str, names: dict[str, str], values: dict[str, Any]
) -> str:
    """Return the update expression; its placeholders are written into `names` and `values`."""
    sets = {**change.sets, "written_by": idempotency_key}
    parts = {
        "SET": [f"#s{place} = :s{place}" for place in range(len(sets))],
        "REMOVE": [f"#r{place}" for place in range(len(change.removes))],
        "ADD": [f"#a{place} :a{place}" for place in range(len(change.adds))],
    }
    names.update({f"#s{place}": name for place, name in enumerate(sets)})
    names.update({f"#r{place}": name for place, name in enumerate(change.removes)})
    names.update({f"#a{place}": name for place, name in enumerate(change.adds)})
    values.update({f":s{place}": value for place, value in enumerate(sets.values())})
    values.update({f":a{place}": value for place, value in enumerate(change.adds.values())})
    return " ".join(f"{verb} {', '.join(clauses)}" for verb, clauses in parts.items() if clauses)


@contextmanager
def _unavailable_as_busy() -> Iterator[None]:
    """Raise BusyError for what means "not now", and let every other error pass."""
    try:
        yield
    except (ConnectionError, HTTPClientError) as error:
        raise BusyError("DynamoDB did not answer") from error
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if status >= _SERVER_ERROR or error.response["Error"]["Code"] in _THROTTLES:
            raise BusyError("DynamoDB asks to be left alone for a moment") from error
        raise


def _in_conflict(cause: BaseException | None) -> bool:
    return isinstance(cause, ClientError) and cause.response["Error"]["Code"] in _CONFLICTS


def _refusal_of(change: Change, answer: Mapping[str, Any]) -> Refusal | None:
    if answer["Error"]["Code"] != "ConditionalCheckFailedException":
        return None
    return Refusal(change=change, stored=_stored(answer))


def _stored(answer: Mapping[str, Any]) -> Item | None:
    return _plain_item(answer["Item"]) if answer.get("Item") else None


_to_wire = TypeSerializer()
_from_wire = TypeDeserializer()


def _wire(values: Item) -> dict[str, Any]:
    return {name: _to_wire.serialize(value) for name, value in values.items()}


def _wire_key(key: Key) -> dict[str, Any]:
    return {keys.PARTITION: {"S": key.pk}, keys.SORT: {"S": key.sk}}


def _plain_item(item: Mapping[str, Any]) -> Item:
    return {name: _plain(_from_wire.deserialize(value)) for name, value in item.items()}


def _plain(value: Any) -> Any:
    """Return whole numbers and bytes for boto3's Decimal and Binary."""
    if isinstance(value, Decimal):
        return int(value)
    if isinstance(value, Binary):
        return bytes(cast("Any", value))
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


def _within_limits(changes: Sequence[Change]) -> None:
    """Refuse what DynamoDB would refuse: the emulators let some of it through."""
    if len(changes) > MAX_ACTIONS:
        raise ValueError(f"{len(changes)} actions in one transaction; DynamoDB takes {MAX_ACTIONS}")
    if len({change.key for change in changes}) < len(changes):
        raise ValueError("two changes of one item in one transaction")
    sizes = [size_of({**change.sets, **change.key._asdict()}) for change in changes]
    if max(sizes, default=0) >= LARGEST_ITEM_BYTES:
        raise ValueError(f"an item of {max(sizes)} bytes; DynamoDB takes less than {LARGEST_ITEM_BYTES}")
    if sum(sizes) > LARGEST_TRANSACTION_BYTES:
        raise ValueError(f"a transaction of {sum(sizes)} bytes; DynamoDB takes {LARGEST_TRANSACTION_BYTES}")


def size_of(value: Any) -> int:
    """Return the bytes that DynamoDB counts for a value, rounded up (its developer guide, item sizes)."""
    if isinstance(value, str):
        return len(value.encode())
    if isinstance(value, bytes):
        return len(value)
    if isinstance(value, Mapping):
        return 3 + sum(1 + len(name.encode()) + size_of(inner) for name, inner in value.items())
    if isinstance(value, list | tuple):
        return 3 + sum(1 + size_of(inner) for inner in value)
    return 21  # the most that a number takes; a truth value takes 1
