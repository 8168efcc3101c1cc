"""Counts of a cohort's people and messages, changed in the transaction of the fact that changes them.

Each lies in eight items, by person. An application's transaction also moves the audit chain of the same
person's shard, so its counts never wait for anybody whom that chain would not make wait.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from boto3.dynamodb.conditions import Attr

from functions.programme.messages import Message, MessageState
from functions.programme.people import Enrolment
from functions.programme.roll import (
    COUNTED_AS,
    MessageCounts,
    PeopleCounts,
    counted_as,
    message_counts,
    people_counts,
)
from functions.storage import keys
from functions.storage.keys import Key
from functions.storage.table import Change, Item, ItemReader, amendment

Counted = int | frozenset[str]
_REFUSED_TO = "refused_to"


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortCounts:
    """The counts of one cohort as they are now; `refused_to` are the people to whom a message was refused."""

    people: PeopleCounts
    messages: MessageCounts
    refused_to: frozenset[str] = frozenset()


def count_keys(cohort_id: str) -> list[Key]:
    """Return the keys of all items that hold counts of a cohort, for one batch-get request."""
    shards = range(keys.SHARDS)
    return [
        *(keys.people_counts(cohort_id, shard) for shard in shards),
        *(keys.message_counts(cohort_id, shard) for shard in shards),
    ]


def read(reader: ItemReader, cohort_id: str) -> CohortCounts:
    """Return the counts of a cohort from items that were read by `count_keys`, or from the table."""
    shards = range(keys.SHARDS)
    people = [counted_in(reader.read(keys.people_counts(cohort_id, shard))) for shard in shards]
    messages = [counted_in(reader.read(keys.message_counts(cohort_id, shard))) for shard in shards]
    return CohortCounts(
        people=people_counts([_numbers(part) for part in people]),
        messages=message_counts([_numbers(part) for part in messages]),
        refused_to=frozenset().union(*(_ids(part) for part in messages)),
    )


def counted_in(item: Item | None) -> dict[str, Counted]:
    """Return what an item counts, without its keys and without zeros."""
    return {
        name: frozenset(value) if isinstance(value, set) else value
        for name, value in (item or {}).items()
        if isinstance(value, int | set) and value
    }


def _numbers(part: Mapping[str, Counted]) -> dict[str, int]:
    return {name: value for name, value in part.items() if isinstance(value, int)}


def _ids(part: Mapping[str, Counted]) -> frozenset[str]:
    ids = part.get(_REFUSED_TO)
    return ids if isinstance(ids, frozenset) else frozenset()


def person_moved(was: Enrolment | None, becomes: Enrolment) -> tuple[Change, ...]:
    """Return the change that counts an enrolment as it becomes, and no longer as it was; or none."""
    before, after = counted_as(was), counted_as(becomes)
    differences = {name: after.get(name, 0) - before.get(name, 0) for name in {*before, *after}}
    key = keys.people_counts(becomes.cohort_id, keys.shard_of(becomes.id))
    return _increment(key, differences)


def message_moved(
    cohort_id: str, recipient_id: str, was: MessageState | None, becomes: MessageState
) -> tuple[Change, ...]:
    """Return the change that counts a message in its new state, and no longer in the old one; or none."""
    differences: dict[str, int] = {COUNTED_AS[becomes]: 1}
    if was is not None:
        differences[COUNTED_AS[was]] = differences.get(COUNTED_AS[was], 0) - 1
    refused = {_REFUSED_TO: frozenset({recipient_id})} if becomes is MessageState.REFUSED else {}
    key = keys.message_counts(cohort_id, keys.shard_of(recipient_id))
    return _increment(key, {**differences, **refused})


def people_totals(cohort_id: str, people: Iterable[Enrolment]) -> dict[Key, dict[str, Counted]]:
    """Return what each item that counts people is to hold, when these are the people of the cohort."""
    totals = {keys.people_counts(cohort_id, shard): Counter[str]() for shard in range(keys.SHARDS)}
    for person in people:
        totals[keys.people_counts(cohort_id, keys.shard_of(person.id))].update(counted_as(person))
    return {key: counted_in(counter) for key, counter in totals.items()}


def message_totals(cohort_id: str, messages: Iterable[Message]) -> dict[Key, dict[str, Counted]]:
    """Return what each item that counts messages is to hold, when these are the messages of the cohort."""
    totals = {keys.message_counts(cohort_id, shard): Counter[str]() for shard in range(keys.SHARDS)}
    refused: dict[Key, set[str]] = defaultdict(set)
    for message in messages:
        key = keys.message_counts(cohort_id, keys.shard_of(message.recipient_id))
        totals[key].update([COUNTED_AS[message.state]])
        if message.state is MessageState.REFUSED:
            refused[key].add(message.recipient_id)
    return {key: counted_in({**counter, _REFUSED_TO: refused[key]}) for key, counter in totals.items()}


def correction(key: Key, was: Item | None, totals: Mapping[str, Counted]) -> Change:
    """Return the change that replaces the counts of an item with these totals.

    Refused when anything has been counted there since the item was read: then the totals may be old.
    """
    unchanged = Attr("written_by").eq(was["written_by"]) if was else Attr(keys.PARTITION).not_exists()
    gone = tuple(name for name in counted_in(was) if name not in totals)
    return amendment(key, dict(totals), condition=unchanged, removes=gone)


def _increment(key: Key, differences: Mapping[str, Counted]) -> tuple[Change, ...]:
    adds = {name: number for name, number in differences.items() if number}
    return (amendment(key, {}, condition=None, adds=adds),) if adds else ()
