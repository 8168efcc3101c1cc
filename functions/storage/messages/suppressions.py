"""Addresses that must not be written to: they bounced, complained, or asked us to stop."""

from datetime import datetime

from functions.storage import keys
from functions.storage.item_values import instant_text
from functions.storage.table import Change, Table, amendment


def addition(email: str, reason: str, at: datetime) -> Change:
    """Return the change after which nothing is sent to the address; it may be made again."""
    facts = {"reason": reason, "suppressed_at": instant_text(at)}
    return amendment(keys.suppression(email), facts, condition=None, once_per_key=True)


def exists(table: Table, email: str) -> bool:
    """Return whether nothing may be sent to the address."""
    return table.read(keys.suppression(email)) is not None
