"""The audit trail of a cohort, read whole: what happened, and whether anybody changed the record."""

from collections.abc import Iterator

from functions.storage import keys
from functions.storage.audit_chain import Entry, Head, entry_of, faults_in, head_of
from functions.storage.table import Table

__all__ = ["Entry", "Head", "faults_in", "trail"]


def trail(table: Table, cohort_id: str) -> Iterator[Entry | Head]:
    """Yield chain after chain: its entries in order, then its head. `faults_in` checks what this yields.

    The head is read before the entries, so what is written meanwhile is no fault. Entries without a head have
    lost it.
    """
    for shard in range(keys.SHARDS):
        head, entries = _chain(table, cohort_id, shard)
        if head is None and entries:
            # The chain may have begun since its head was read; then it has one now.
            head, entries = _chain(table, cohort_id, shard)
        yield from entries
        if head is not None:
            yield head


def _chain(table: Table, cohort_id: str, shard: int) -> tuple[Head | None, list[Entry]]:
    item = table.read(keys.audit_head(cohort_id, shard))
    entries = [entry_of(found, shard) for found in table.query(keys.audit(cohort_id, shard), "ENTRY#")]
    return None if item is None else head_of(item, shard), entries
