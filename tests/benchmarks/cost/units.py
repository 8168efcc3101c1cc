"""How AWS measures what it bills: sizes, units, chunks and milliseconds, as its documentation says.

Nothing here knows a price.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

KIB = 1024
READ_BYTES, WRITE_BYTES = 4 * KIB, KIB
CHUNK_BYTES = 64 * KIB
# A function of this much memory has one processor to itself; one with less, its share of one.
MEGABYTES_OF_A_PROCESSOR = 1769
LONGEST_NUMBER_BYTES = 21


def item_bytes(item: Mapping[str, Any]) -> int:
    """Return the size of an item on the wire (`{"name": {"S": "…"}}`): its names and its values."""
    return sum(len(name.encode()) + value_bytes(value) for name, value in item.items())


def value_bytes(value: Mapping[str, Any]) -> int:
    """Return the size of one attribute's value (developer guide, "DynamoDB item sizes and formats")."""
    ((kind, content),) = value.items()
    if kind in _SIZES:
        return _SIZES[kind](content)
    raise ValueError(f"DynamoDB has no type {kind}")


def _number_bytes(text: str) -> int:
    """Return about a byte for two significant digits and one more, and one for a minus."""
    negative = text.startswith("-")
    digits = text.lower().partition("e")[0].lstrip("+-").replace(".", "").strip("0")
    return min(LONGEST_NUMBER_BYTES, math.ceil(len(digits) / 2) + 1 + negative)


def _list_bytes(values: Iterable[Mapping[str, Any]]) -> int:
    return 3 + sum(1 + value_bytes(value) for value in values)


def _map_bytes(values: Mapping[str, Mapping[str, Any]]) -> int:
    return 3 + sum(1 + len(name.encode()) + value_bytes(value) for name, value in values.items())


_SIZES: Mapping[str, Callable[[Any], int]] = {
    "S": lambda text: len(text.encode()),
    "N": _number_bytes,
    "B": len,
    "BOOL": lambda _: 1,
    "NULL": lambda _: 1,
    "SS": lambda texts: sum(len(text.encode()) for text in texts),
    "NS": lambda numbers: sum(map(_number_bytes, numbers)),
    "BS": lambda parts: sum(map(len, parts)),
    "L": _list_bytes,
    "M": _map_bytes,
}


def read_units(size: int, *, consistent: bool) -> float:
    """Return the read request units of one item or one page of a query; nothing found costs as the least."""
    units = max(1, math.ceil(size / READ_BYTES))
    return units if consistent else units / 2


def write_units(size: int, *, transaction: bool) -> int:
    """Return the write request units of one item, whose size is the larger of before and after."""
    return max(1, math.ceil(size / WRITE_BYTES)) * (2 if transaction else 1)


def chunks(size: int) -> int:
    """Return as how many requests a payload counts with SQS and SNS."""
    return max(1, math.ceil(size / CHUNK_BYTES))


def billed_milliseconds(processor_seconds: float, waited_seconds: float, megabytes: int) -> int:
    """Return what a function of that much memory is billed for an event.

    `processor_seconds` are those of a whole processor; more memory than one processor's makes one thread no
    faster.
    """
    slower = max(1.0, MEGABYTES_OF_A_PROCESSOR / megabytes)
    return max(1, math.ceil(round((processor_seconds * slower + waited_seconds) * 1000, 6)))
