"""Snapshots and proposals: immutable, named by the SHA-256 of their content.

A document is cut before it is compressed, so its parts are the same whichever release of zlib packs
them, and an interrupted `store` is finished by the next one. The head is written last: while it is
missing there is no document.
"""

import gzip
import hashlib

from functions.storage import keys
from functions.storage.table import Table, creation

# What doesn't compress grows by some bytes, and must stay under 300 KB.
CHUNK_BYTES = 280_000


class DocumentError(Exception):
    """A document is not there, or not what its name says."""


def store(table: Table, cohort_id: str, content: bytes) -> str:
    """Store the content, once, and return its SHA-256 in hexadecimal."""
    sha256 = hashlib.sha256(content).hexdigest()
    head = keys.document(cohort_id, sha256)
    if table.read(head) is not None:
        return sha256
    starts = range(0, len(content), CHUNK_BYTES)
    for number, start in enumerate(starts):
        packed = gzip.compress(content[start : start + CHUNK_BYTES], mtime=0)
        table.note(creation(keys.chunk(cohort_id, sha256, number), {"packed": packed}), writer=sha256)
    table.note(creation(head, {"bytes": len(content), "chunks": len(starts)}), writer=sha256)
    return sha256


def load(table: Table, cohort_id: str, sha256: str) -> bytes:
    """Return the content; raises DocumentError unless it is exactly what was stored."""
    head = table.read(keys.document(cohort_id, sha256))
    if head is None:
        raise DocumentError(f"there is no document {sha256} in the cohort")
    parts = table.query(keys.document(cohort_id, sha256).pk, "CHUNK#")
    try:
        content = b"".join(gzip.decompress(part["packed"]) for part in parts)
    except (OSError, EOFError) as error:
        raise DocumentError(f"the document {sha256} is damaged") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise DocumentError(f"the document {sha256} is not what it was")
    return content
