"""The people who are matched, and how what they answered is read.

An answer is compared in a canonical form (NFKC, no outer space, case folded), so that "Economics " in
one file meets "economics" in another.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

Value = str | int | bool | tuple[str, ...] | None


class Role(StrEnum):
    """Which side of a pairing a person stands on."""

    MENTOR = "mentor"
    MENTEE = "mentee"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person of one side, frozen for a run.

    `capacity` is how many partners they take, at least 1; a greater `priority` is served first;
    `answers` hold a value by column or question name, and what was not answered is absent or None.
    """

    id: str
    capacity: int
    priority: int = 0
    answers: Mapping[str, Value]


def canonical(text: str) -> str:
    """Return the form in which a text is compared; empty when there is nothing in it."""
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).strip().casefold()


def first(value: Value) -> str:
    """Return a single answer as it was written, of several the first; empty when it is missing."""
    if isinstance(value, tuple):
        return value[0] if value else ""
    return "" if value is None else str(value)


def one(value: Value) -> str:
    """Return a single answer in canonical form; empty when it is missing."""
    return canonical(first(value))


def several(value: Value, separator: re.Pattern[str]) -> tuple[str, ...]:
    """Return the parts of an answer in canonical form, in their order, each once."""
    if value is None:
        return ()
    parts = value if isinstance(value, tuple) else separator.split(str(value))
    return tuple(dict.fromkeys(part for part in map(canonical, parts) if part))


def number(value: Value) -> int | None:
    """Return a number in thousandths, None when it is missing.

    Raises ValueError for anything else than a plain decimal number of sensible size.
    """
    text = one(value)
    if not text:
        return None
    try:
        thousandths = Decimal(text) * 1000
    except ArithmeticError as error:  # not a number at all, or beyond any exponent
        raise ValueError(text) from error
    if not thousandths.is_finite() or abs(thousandths) >= 10**9:
        raise ValueError(text)
    return int(thousandths.to_integral_value())
