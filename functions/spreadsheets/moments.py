"""When each row of a column was answered, whatever the form's country writes first: the day or the month.

31/1/2027 tells the order, 1/2/2027 does not; so the column is read as a whole, and refused where none tells.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from functions.spreadsheets.table import Cell

_MOMENT = re.compile(
    r"(?P<first>\d{1,4})(?P<mark>[-/.])(?P<second>\d{1,2})(?P=mark)(?P<third>\d{2,4})"
    r"(?:[ T,]+(?P<hour>\d{1,2})[:.](?P<minute>\d\d)(?:[:.](?P<seconds>\d\d)(?:[.,]\d+)?)?"
    r"(?:\s*(?P<half>[ap])\.?\s?m\.?)?"
    r"\s*(?:Z|(?:GMT|UTC)?(?P<zone>[+\-\u2212]\d{1,2}(?::?\d\d)?)?|GMT|UTC))?",
    re.IGNORECASE,
)
_YEAR = 4  # digits
_MONTHS = 12
_CENTURY = 2000


class UnknownMomentError(ValueError):
    """A cell is no moment, or nothing tells whether days or months come first; `place` is whose, from 0."""

    def __init__(self, place: int, text: str, cause: str) -> None:
        super().__init__(f"“{text}” {cause}")
        self.place = place


def moments_of(cells: Sequence[Cell]) -> list[datetime]:
    """Return the moment of each cell, without a zone as it stands, with one in UTC.

    Raises UnknownMomentError for the first cell that is none.
    """
    found = []
    for place, cell in enumerate(cells):
        match = _MOMENT.fullmatch(str(cell).strip()) if cell is not None else None
        if match is None:
            raise UnknownMomentError(place, "" if cell is None else str(cell), "is no date and time")
        found.append(match)
    month_first = _month_first(found)
    return [_moment(place, match, month_first=month_first) for place, match in enumerate(found)]


def _month_first(found: Sequence[re.Match[str]]) -> bool:
    """Return whether months come first where the year comes last."""
    slashes = [match for match in found if len(match["first"]) < _YEAR and match["mark"] != "."]
    day_first = any(int(match["first"]) > _MONTHS for match in slashes)
    month_first = any(int(match["second"]) > _MONTHS for match in slashes)
    if slashes and day_first == month_first:
        place = found.index(slashes[0])
        cause = "may name the day or the month first, and no other row tells which"
        if day_first:
            cause = "stands beside others that name the day and the month the other way round"
        raise UnknownMomentError(place, slashes[0][0], f"{cause}: write 2027-01-31")
    return month_first


def _moment(place: int, match: re.Match[str], *, month_first: bool) -> datetime:
    first, second, third = int(match["first"]), int(match["second"]), int(match["third"])
    year, month, day = first, second, third
    if len(match["first"]) < _YEAR:
        year = third if len(match["third"]) == _YEAR else third + _CENTURY
        month, day = (first, second) if month_first and match["mark"] != "." else (second, first)
    try:
        moment = datetime(year, month, day, *_clock(match))  # noqa: DTZ001 - as it stands
    except ValueError as error:
        raise UnknownMomentError(place, match[0], "is no date and time") from error
    return moment - _offset(match["zone"])


def _clock(match: re.Match[str]) -> tuple[int, int, int]:
    hour, minute, seconds = (int(match[part] or 0) for part in ("hour", "minute", "seconds"))
    if match["half"]:
        hour = hour % 12 + 12 * (match["half"].lower() == "p")
    return hour, minute, seconds


def _offset(zone: str | None) -> timedelta:
    if not zone:
        return timedelta()
    digits = zone[1:].replace(":", "")
    hours, minutes = (digits, "0") if len(digits) <= 2 else (digits[:-2], digits[-2:])  # noqa: PLR2004 - hours
    away = timedelta(hours=int(hours), minutes=int(minutes))
    return away if zone[0] == "+" else -away
