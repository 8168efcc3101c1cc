"""How facts stand in an item: instants and days as text that sorts, what is absent left out.

DynamoDB gives lists where tuples went in, and no enumerations; each record module makes its own
dataclass again from these parts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any

from functions.programme.people import Answer


def instant_text(at: datetime) -> str:
    """Return an aware instant as UTC text of fixed width, so that text sorts as time does."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def instant(text: str) -> datetime:
    """Return the instant that such a text names."""
    return datetime.fromisoformat(text)


def instant_or_none(text: str | None) -> datetime | None:
    """Return the instant that a text names, or None where there is no text."""
    return None if text is None else instant(text)


def day_or_none(text: str | None) -> date | None:
    """Return the day that a text names, or None where there is no text."""
    return None if text is None else date.fromisoformat(text)


def seconds(at: datetime) -> int:
    """Return an instant as DynamoDB's TTL wants it: whole seconds, rounded up."""
    return -int(-at.timestamp() // 1)


def to_item_value(value: Any) -> Any:
    """Return a value as it stands in an item."""
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): to_item_value(inner) for name, inner in value.items()}
    if isinstance(value, tuple | list):
        return [to_item_value(inner) for inner in value]
    if isinstance(value, frozenset):
        return sorted(to_item_value(inner) for inner in value)
    return str(value) if isinstance(value, str) else value


def item_of(record: Any, *, without: Iterable[str] = ()) -> dict[str, Any]:
    """Return the fields of a dataclass as an item; a field that is None is left out."""
    named = ((field.name, getattr(record, field.name)) for field in fields(record))
    left_out = frozenset(without)
    return {name: to_item_value(value) for name, value in named if value is not None and name not in left_out}


def answers_of(item: Mapping[str, Any]) -> dict[str, Answer]:
    """Return answers as they were stored: a list is a tuple again."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in item.items()}
