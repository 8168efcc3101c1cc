"""What a number in an Excel workbook shows: a date, a time, an id with its zeros, or the number.

Codes are those of ECMA-376, part 1, 18.8.30 and 18.8.31. Of formats only what changes whom or what a number
means is followed: dates and times, and whole numbers with leading zeros or letters around them, such as
00000 or "S"0000. Thousands, decimals, currencies and colours are left to the number itself.
"""

import re
from datetime import datetime, timedelta
from functools import lru_cache

from functions.spreadsheets.table import Cell

_BUILT_IN_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_DURATIONS = {46}
_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_DATE_LETTERS = re.compile(r"[ymdhs]", re.IGNORECASE)
_PIECE = re.compile(r'"([^"]*)"|\\(.)|(0)|([-/ ().:]) ?')
_LARGEST_EXACT = 10**18
_FALSE_LEAP_DAY = 60  # Excel counts a 29 February 1900 that never was
_LAST_DAY = 2_958_466  # of the year 9999


class NumberFormat:
    """How numbers of one style are shown."""

    def __init__(self, number: int, code: str) -> None:
        bare = _LITERALS.sub("", code)
        self.elapsed = number in _DURATIONS or bool(_ELAPSED.search(bare))
        general = not code or code.casefold() == "general"
        self.date = number in _BUILT_IN_DATES or (
            not general and not self.elapsed and bool(_DATE_LETTERS.search(bare.partition(";")[0]))
        )
        self.pieces = None if self.date or self.elapsed else _pieces(code.partition(";")[0])


def shown(value: float, number_format: NumberFormat, *, since_1904: bool) -> Cell:
    """Return what the sheet shows of a number."""
    if number_format.date:
        return _moment(value, since_1904=since_1904)
    if number_format.elapsed:
        return str(timedelta(seconds=round(value * 86_400))) if abs(value) < _LAST_DAY else plain(value)
    whole = plain(value)
    if number_format.pieces and isinstance(whole, int) and whole >= 0:
        return _filled(number_format.pieces, whole)
    return whole


def plain(value: float) -> Cell:
    """Return a number as a whole one where it is, else with at most 15 digits, which is what Excel keeps."""
    if value == value // 1 and abs(value) < _LARGEST_EXACT:
        return int(value)
    return f"{value:.15g}"


def _moment(value: float, *, since_1904: bool) -> Cell:
    if not 0 <= value < _LAST_DAY - 1462 * since_1904:
        return plain(value)
    if value < 1 and not since_1904:
        return (datetime(1, 1, 1) + timedelta(seconds=round(value * 86_400))).time().isoformat()  # noqa: DTZ001
    start = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30)  # noqa: DTZ001 - a wall clock
    if not since_1904 and value < _FALSE_LEAP_DAY:
        start += timedelta(days=1)
    return iso(start + timedelta(seconds=round(value * 86_400)))


def iso(moment: datetime) -> str:
    """Return a day as 2027-01-31, and as 2027-01-31 14:30:00 where it has a time."""
    midnight = moment.time() == moment.min.time()
    return moment.date().isoformat() if midnight else moment.isoformat(sep=" ", timespec="seconds")


@lru_cache(maxsize=256)
def _pieces(code: str) -> tuple[str, ...] | None:
    """Return the zeros and letters of a format of whole numbers; None for every other format."""
    code = re.sub(r"\[[^\]]*\]", "", code)
    pieces = []
    place = 0
    while place < len(code):
        found = _PIECE.match(code, place)
        if found is None:
            return None
        pieces.append("0" if found[3] else f"'{found[1] or found[2] or found[4] or ''}")
        place = found.end()
    plain_number = pieces == ["0"]
    return None if plain_number or "0" not in pieces else tuple(pieces)


def _filled(pieces: tuple[str, ...], value: int) -> str:
    places = pieces.count("0")
    digits = str(value).zfill(places)
    head, rest = digits[: len(digits) - places], digits[len(digits) - places :]
    given = iter(rest)
    text = "".join(next(given) if piece == "0" else piece[1:] for piece in pieces)
    first = next(place for place, piece in enumerate(pieces) if piece == "0")
    before = sum(len(piece) - 1 for piece in pieces[:first])
    return f"{text[:before]}{head}{text[before:]}"
