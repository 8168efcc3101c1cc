"""Figures for a spreadsheet, in which no text can turn into a formula on somebody's laptop."""

import csv
import io
import unicodedata
from collections.abc import Iterable

Row = tuple[str | int | float, ...]
# What a spreadsheet may take for the beginning of a formula or of another cell.
DANGEROUS = frozenset("=+-@\t\r\n\0")


def cell(value: str | float) -> str | float:
    """Return the value; text that a spreadsheet would run gets an apostrophe in front, and is never cut.

    Full-width signs count as the plain ones, and so does what stands behind blanks.
    """
    if not isinstance(value, str):
        return value
    plain = unicodedata.normalize("NFKC", value)
    begins = plain.lstrip(" \u200b\u2060\ufeff")
    dangerous = plain[:1] in DANGEROUS or begins[:1] in DANGEROUS
    return f"'{value}" if dangerous else value


def csv_of(rows: Iterable[Row]) -> str:
    """Return CSV (RFC 4180), with the mark in front by which spreadsheets know UTF-8."""
    out = io.StringIO(newline="")
    out.write("\ufeff")
    csv.writer(out).writerows([cell(value) for value in row] for row in rows)
    return out.getvalue()
