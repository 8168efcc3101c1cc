"""How one person's answers are read for the second time, column by column; equal answers are read once."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from functions.matching.people import Person, Value
from functions.matching.policy.model import Columns, Zones

Read = Callable[[Person], Any]  # one person's answers, as one rule or criterion takes them

MOST_KEPT = 1_000  # people, and answers to a question, kept as they were read, so that memory stays small
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HALF_HOURS = 7 * 48
_LETTERS_OF_A_RUN = 4


class AnswerReader:
    """Makes the functions that read the columns of one side."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._reads: dict[tuple[str, str], Read] = {}
        self._plain: dict[str, str] = {}
        self._called = [self.text(column) for column in columns.identity]
        self._names: dict[str, frozenset[str]] = {}

    def _read(self, what: str, column: str, read: Callable[[Value], Any]) -> Read:
        """Return what reads that column so; the same each time, since it keeps answers."""
        known = self._reads.get((what, column))
        if known is None:
            known = self._reads[what, column] = _of_column(column, read)
        return known

    def text(self, column: str) -> Read:
        """Read a text, the first of several; empty when there is none."""
        return self._read("text", column, lambda value: plain(_first(value)))

    def raw(self, column: str) -> Read:
        """Read a text as it was typed, without outer space."""
        return self._read("raw", column, lambda value: unicodedata.normalize("NFKC", _first(value)).strip())

    def entries(self, column: str) -> Read:
        """Read several texts, each once, in their order."""
        return self._read("entries", column, self._cut)

    def entry_set(self, column: str) -> Read:
        """Read several texts as a set."""
        return self._read("set", column, lambda value: frozenset(self._cut(value)))

    def place(self, column: str, ladder: Mapping[str, int] | None) -> Read:
        """Read a place on the ladder, or a number in thousandths; None when it is missing."""

        def read(value: Value) -> int | None:
            answer = plain(_first(value))
            if not answer:
                return None
            return round(Decimal(answer) * 1000) if ladder is None else ladder[answer]

        return _of_column(column, read)

    def _cut(self, value: Value) -> tuple[str, ...]:
        if value is None:
            return ()
        parts = value if isinstance(value, tuple) else self._columns.separator.split(str(value))
        if len(self._plain) >= MOST_KEPT:
            self._plain.clear()
        entries: dict[str, None] = {}
        for part in parts:
            text = self._plain.get(part)
            if text is None:
                text = self._plain[part] = plain(part)
            if text:
                entries[text] = None
        return tuple(entries)

    def names_given(self, column: str) -> Read:
        """Read the names that an answer holds (its entries and the whole of it), and whether there is any."""

        def read(value: Value) -> tuple[frozenset[str], bool]:
            entries = self._cut(value)
            return frozenset({*entries, plain(_first(value))} - {""}), bool(entries)

        return self._read("named", column, read)

    def names_of(self, person: Person) -> frozenset[str]:
        """Read the names by which others may mean the person."""
        names = self._names.get(person.id)
        if names is None:
            if len(self._names) >= MOST_KEPT:
                self._names.clear()
            called = (name(person) for name in self._called)
            names = self._names[person.id] = frozenset({plain(person.id), *called} - {""})
        return names


def _of_column(column: str, read: Callable[[Value], Any]) -> Read:
    """Read one column; equal answers are read once."""
    kept: dict[Value, Any] = {}
    nothing = read(None)

    def of(person: Person) -> Any:
        value = person.answers.get(column)
        if value is None:
            return nothing
        if value.__class__ is not str and not isinstance(value, tuple):  # True and 1 would be kept as one
            return read(value)
        found = kept.get(value, kept)
        if found is kept:
            if len(kept) >= MOST_KEPT:
                kept.clear()
            found = kept[value] = read(value)
        return found

    return of if column else lambda _person: nothing


def read_both(first: Read, second: Read) -> Read:
    """Read two things of one person."""
    return lambda person: (first(person), second(person))


def _first(value: Value) -> str:
    if isinstance(value, tuple):
        value = value[0] if value else None
    return "" if value is None else str(value)


def plain(text: str) -> str:
    """Return a text as it is compared: NFKC, without outer space, case folded."""
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).strip().casefold()


# Hours of the week, moved to UTC.


def read_hours(side: AnswerReader, column: str, zone_column: str, zones: Zones) -> Read:
    """Read the half-hours of a week in UTC, numbered from Monday; none without a zone."""
    entries, zone = side.entries(column), side.raw(zone_column)
    kept: dict[tuple[tuple[str, ...], str], frozenset[int]] = {}

    def of(person: Person) -> frozenset[int]:
        times, where = entries(person), zone(person)
        if not where:
            return frozenset()
        if (times, where) not in kept:
            if len(kept) >= MOST_KEPT:
                kept.clear()
            kept[times, where] = frozenset(
                hour for entry in times for hour in _half_hours(entry, where, zones)
            )
        return kept[times, where]

    return of


def _half_hours(entry: str, where: str, zones: Zones) -> Iterator[int]:
    day, _, rest = entry.partition("-")
    if rest in zones.hours:
        first, last = (60 * hour for hour in zones.hours[rest])
    else:
        first = 60 * int(rest[:2]) + int(rest[-2:])
        last = first + 30
    monday = datetime(zones.monday.year, zones.monday.month, zones.monday.day, tzinfo=UTC)
    date = zones.monday + timedelta(days=_DAYS.index(day))
    for minutes in range(first, last, 30):
        start = datetime(date.year, date.month, date.day, minutes // 60, minutes % 60, tzinfo=_zone(where))
        yield (start - monday) // timedelta(minutes=30) % _HALF_HOURS


@cache
def _zone(where: str) -> tzinfo:
    fixed = re.fullmatch(
        r"(?:utc|gmt|z)?(?:([+−-])(\d{1,2})(?::?([0-5]\d))?)?", where, re.ASCII | re.IGNORECASE
    )
    if fixed is None:
        return ZoneInfo(where)
    ahead = timedelta(hours=int(fixed[2] or 0), minutes=int(fixed[3] or 0))
    return timezone(ahead if fixed[1] == "+" else -ahead)


# Texts, cut into runs of four characters (McNamee and Mayfield 2004).


def letter_runs(column: str) -> Read:
    """Read the runs of letters of a text, without accents and vowel marks."""

    def of(person: Person) -> frozenset[str]:
        value = person.answers.get(column)
        whole = " ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
        spelt = unicodedata.normalize("NFKD", whole).casefold()
        bare = [c for c in spelt if unicodedata.category(c) != "Mn" and c != "\u0640"]
        words = "".join(c if c.isalnum() else " " for c in bare).split(" ")
        return frozenset(gram for word in words if word for gram in _cut_word(f" {word} "))

    return of


def _cut_word(padded: str) -> Iterator[str]:
    for start in range(max(len(padded) - _LETTERS_OF_A_RUN, 0) + 1):
        yield padded[start : start + _LETTERS_OF_A_RUN]
