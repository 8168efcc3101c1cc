"""The audit trail as chains of digests: each entry seals the one before it.

An entry says who did what to which subject and when, in ids alone. A cohort has eight chains, by
subject, so that people who act at the same time seldom wait for each other; one subject's events
lie in one chain, in order.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from functions.storage.item_values import instant, instant_text

ORIGIN = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened: ids only, never personal data."""

    cohort_id: str
    at: datetime
    actor: str
    action: str
    subject_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The end of a chain: the number of its last entry (0 before the first) and that entry's digest."""

    shard: int
    number: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event in its chain. `digest` seals every other field, `previous` included."""

    shard: int
    number: int
    event: Event
    previous: str
    digest: str


def _seal(shard: int, number: int, event: Event, previous: str) -> str:
    facts = {**asdict(event), "at": instant_text(event.at), "shard": shard, "number": number}
    text = json.dumps({**facts, "previous": previous}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def entry_after(head: Head, event: Event) -> Entry:
    """Return the entry that an event makes at the end of a chain."""
    number = head.number + 1
    digest = _seal(head.shard, number, event, head.digest)
    return Entry(shard=head.shard, number=number, event=event, previous=head.digest, digest=digest)


def head_of(item: Mapping[str, Any] | None, shard: int) -> Head:
    """Return the end of a chain from its item; a chain that has none has not begun."""
    if item is None:
        return Head(shard=shard, number=0, digest=ORIGIN)
    return Head(shard=shard, number=item["number"], digest=item["digest"])


def entry_of(item: Mapping[str, Any], shard: int) -> Entry:
    """Return an entry from its item."""
    event = Event(
        cohort_id=item["cohort_id"],
        at=instant(item["at"]),
        actor=item["actor"],
        action=item["action"],
        subject_id=item["subject_id"],
    )
    previous, digest = item["previous"], item["digest"]
    return Entry(shard=shard, number=item["number"], event=event, previous=previous, digest=digest)


def faults_in(trail: Iterable[Entry | Head]) -> list[str]:
    """Return every sign that the trail was changed, one sentence each; none means that it verifies.

    The trail is what `audit.trail` yields: chain after chain, entries in order, the head last. An
    edit, a gap, an insertion and a cut tail show. A cut tail whose head was turned back as well does
    not: against that, compare the heads with a copy kept elsewhere.
    """
    faults: list[str] = []
    for shard, lines in groupby(trail, key=lambda line: line.shard):
        faults.extend(f"chain {shard}: {fault}" for fault in _faults_in_chain(list(lines)))
    return faults


def _faults_in_chain(lines: list[Entry | Head]) -> list[str]:
    faults = []
    entries = [line for line in lines if isinstance(line, Entry)]
    previous = ORIGIN
    for place, entry in enumerate(entries, start=1):
        if entry.number != place:
            faults.append(f"entry {entry.number} stands where entry {place} belongs")
        if entry.previous != previous:
            faults.append(f"entry {entry.number} does not follow the one before it")
        if entry.digest != _seal(entry.shard, entry.number, entry.event, entry.previous):
            faults.append(f"entry {entry.number} was changed after it was written")
        previous = entry.digest
    heads = [line for line in lines if isinstance(line, Head)]
    return faults + _faults_at_the_end(entries, heads)


def _faults_at_the_end(entries: list[Entry], heads: list[Head]) -> list[str]:
    if not heads:
        return ["the end of the chain is missing"]
    # Entries beyond the head were written while the trail was read: the head is read first.
    sealed = {entry.number: entry.digest for entry in entries} | {0: ORIGIN}
    return [
        f"the chain should end with entry {head.number}, and does not"
        for head in heads
        if sealed.get(head.number) != head.digest
    ]
