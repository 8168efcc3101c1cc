"""Snapshots and proposals: immutable, named by the SHA-256 of their content.

A document is cut before it is compressed, so its parts are the same whichever release of zlib packs
them, and an interrupted `store` is finished by the next one. The head is written last: while it is
missing there is no document.

What a document says of a person who is erased has to go, and the document stays immutable: it becomes
another one, with a digest of its own, and its head says which. Its own digest names what it was for
ever; who loads it gets what is left.
"""

import gzip
import hashlib
import json
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from boto3.dynamodb.conditions import Attr

from functions.programme.canonical_json import canonical_json
from functions.programme.proposal import Proposal
from functions.programme.snapshot import KIND as SNAPSHOT
from functions.programme.snapshot import Snapshot
from functions.storage import keys
from functions.storage.item_values import instant, instant_text
from functions.storage.table import Item, Refusal, Table, amendment, creation, deletion

# What doesn't compress grows by some bytes, and must stay under 300 KB.
CHUNK_BYTES = 280_000
ERASED = ""


class DocumentError(Exception):
    """A document is not there, or not what its name says."""


class ErasedError(DocumentError):
    """A document was erased whole, because its time was over."""


def store(table: Table, cohort_id: str, content: bytes) -> str:
    """Store the content, once, and return its SHA-256 in hexadecimal."""
    sha256 = hashlib.sha256(content).hexdigest()
    head = keys.document(cohort_id, sha256)
    if table.read(head) is not None:
        return sha256
    table.write_unaudited(
        creation(keys.document_listing(cohort_id, sha256), {"sha256": sha256}), idempotency_key=sha256
    )
    starts = range(0, len(content), CHUNK_BYTES)
    for number, start in enumerate(starts):
        packed = gzip.compress(content[start : start + CHUNK_BYTES], mtime=0)
        table.write_unaudited(
            creation(keys.chunk(cohort_id, sha256, number), {"packed": packed}), idempotency_key=sha256
        )
    table.write_unaudited(
        creation(head, {"bytes": len(content), "chunks": len(starts)}), idempotency_key=sha256
    )
    return sha256


def load(table: Table, cohort_id: str, sha256: str) -> bytes:
    """Return the content: exactly what was stored, or what is left of it since people were erased.

    Raises DocumentError where there is none, and ErasedError where nothing is left.
    """
    head = table.read(keys.document(cohort_id, sha256))
    if head is None:
        raise DocumentError(f"there is no document {sha256} in the cohort")
    became = head.get("became")
    if became is None:
        content = _content(table, cohort_id, sha256)
        if content is not None:
            return content
        # Its parts were taken away since its head was read.
        became = (table.read(keys.document(cohort_id, sha256)) or {})["became"]
    if became == ERASED:
        raise ErasedError(f"the document {sha256} is erased")
    return load(table, cohort_id, became)


def store_snapshot(table: Table, cohort_id: str, snapshot: Snapshot) -> str:
    """Store what a run is made from, once, and return its digest."""
    return store(table, cohort_id, canonical_json(snapshot.to_data()))


def load_snapshot(table: Table, cohort_id: str, sha256: str | None) -> Snapshot:
    """Return a snapshot, or what is left of it. Raises DocumentError and ErasedError as `load` does."""
    return Snapshot.from_data(_data_of(table, cohort_id, sha256))


def store_proposal(table: Table, cohort_id: str, proposal: Proposal) -> str:
    """Store what a run proposes, once, and return its digest."""
    return store(table, cohort_id, canonical_json(proposal.to_data()))


def load_proposal(table: Table, cohort_id: str, sha256: str | None) -> Proposal:
    """Return a proposal, or what is left of it. Raises DocumentError and ErasedError as `load` does."""
    return Proposal.from_data(_data_of(table, cohort_id, sha256))


def load_proposal_of(table: Table, cohort_id: str, sha256: str | None, person_id: str) -> Proposal:
    """Return what a proposal says of one person. Raises DocumentError and ErasedError as `load` does."""
    return Proposal.of_person(_data_of(table, cohort_id, sha256), person_id)


def forget(table: Table, cohort_id: str, sha256: str, ids: Collection[str]) -> None:
    """Take what a snapshot or a proposal says of these people out of it; done again, nothing changes."""
    revise(table, cohort_id, sha256, lambda content: _without(content, ids))


def _data_of(table: Table, cohort_id: str, sha256: str | None) -> Any:
    return json.loads(load(table, cohort_id, sha256 or ""))


def _without(content: bytes, ids: Collection[str]) -> bytes:
    """Return a document without these people; byte for byte the same where it says nothing of them."""
    data = json.loads(content)
    kind: type[Snapshot | Proposal] = Snapshot if data["kind"] == SNAPSHOT else Proposal
    document = kind.from_data(data)
    left = document.without(ids)
    return content if left == document else canonical_json(left.to_data())


def listed(table: Table, cohort_id: str) -> list[str]:
    """Return the digest of every document of the cohort, also of one that was never finished."""
    return [item["sha256"] for item in table.query(keys.documents(cohort_id), "LISTED#")]


def not_cleared(table: Table, cohort_id: str, erased_until: datetime) -> list[str]:
    """Return the digests of the documents that may tell of somebody who was erased up to that instant."""
    return [
        item["sha256"]
        for item in table.query(keys.documents(cohort_id), "LISTED#")
        if "cleared_until" not in item or instant(item["cleared_until"]) < erased_until
    ]


def note_cleared(table: Table, cohort_id: str, sha256: str, erased_until: datetime) -> None:
    """Note that a document tells of nobody who was erased up to that instant."""
    change = amendment(
        keys.document_listing(cohort_id, sha256),
        {"cleared_until": instant_text(erased_until)},
        condition=None,
    )
    table.write_unaudited(change, idempotency_key=f"cleared:{instant_text(erased_until)}")


def finished(table: Table, cohort_id: str, sha256: str) -> bool:
    """Return whether a document was stored to its end."""
    return table.read(keys.document(cohort_id, sha256)) is not None


def revise(table: Table, cohort_id: str, sha256: str, edit: Callable[[bytes], bytes]) -> None:
    """Let a document become what `edit` leaves of its content; `edit` gives its own result back unchanged.

    The new content is there before the old one says so, and the old parts go last: whoever is stopped
    in between is followed by one that finishes, and of two at once the second begins with the other's.
    """
    while (head := table.read(keys.document(cohort_id, sha256))) is not None:
        became = head.get("became")
        if became is None:
            # Its own content, never what it became meanwhile: what is left of that has another way to go.
            content = _content(table, cohort_id, sha256)
            left = content if content is None else edit(content)
            if left is None:
                continue
            if left == content:
                return
            _become(table, cohort_id, sha256, store(table, cohort_id, left))
            continue  # what it is now, somebody else may have decided
        _take_away_parts(table, cohort_id, sha256)
        if became == ERASED:
            return
        sha256 = became


def erase(table: Table, cohort_id: str, sha256: str) -> None:
    """Take everything of a document away but that there was one; done again, nothing changes."""
    gone = amendment(keys.document(cohort_id, sha256), {"became": ERASED}, condition=None)
    table.write_unaudited(gone, idempotency_key=f"erase:{sha256}")
    _take_away_parts(table, cohort_id, sha256)


def _become(table: Table, cohort_id: str, sha256: str, became: str) -> None:
    as_it_was = Attr(keys.PARTITION).exists() & Attr("became").not_exists()
    change = amendment(keys.document(cohort_id, sha256), {"became": became}, condition=as_it_was)
    refusal = table.write_unaudited(change, idempotency_key=f"became:{became}")
    if isinstance(refusal, Refusal) and refusal.stored is not None and refusal.stored["became"] != became:
        # Somebody was faster, and ours holds what they took away: it becomes theirs, and goes.
        _become(table, cohort_id, became, refusal.stored["became"])
        _take_away_parts(table, cohort_id, became)


def _content(table: Table, cohort_id: str, sha256: str) -> bytes | None:
    """Return exactly what was stored; None when it has become another, raises DocumentError otherwise."""
    try:
        content = b"".join(gzip.decompress(part["packed"]) for part in _parts(table, cohort_id, sha256))
    except (OSError, EOFError) as error:
        raise DocumentError(f"the document {sha256} is damaged") from error
    if hashlib.sha256(content).hexdigest() == sha256:
        return content
    head = table.read(keys.document(cohort_id, sha256))
    if head is None or "became" not in head:
        raise DocumentError(f"the document {sha256} is not what it was")
    return None


def _take_away_parts(table: Table, cohort_id: str, sha256: str) -> None:
    for part in _parts(table, cohort_id, sha256):
        table.write_unaudited(
            deletion(keys.Key(part[keys.PARTITION], part[keys.SORT])), idempotency_key=f"gone:{sha256}"
        )


def _parts(table: Table, cohort_id: str, sha256: str) -> list[Item]:
    return list(table.query(keys.document(cohort_id, sha256).pk, "CHUNK#"))
