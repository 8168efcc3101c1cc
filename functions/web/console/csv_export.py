"""Figures for a spreadsheet, in which no text can turn into a formula on somebody's laptop."""

import csv
import io
from collections.abc import Iterable

from functions.spreadsheets.formula_escapes import escape

Row = tuple[str | int | float, ...]


def cell(value: str | float) -> str | float:
    """Return the value; text that a spreadsheet would run gets an apostrophe in front, and is never cut."""
    return escape(value) if isinstance(value, str) else value


def csv_of(rows: Iterable[Row]) -> str:
    """Return CSV (RFC 4180), with the mark in front by which spreadsheets know UTF-8."""
    out = io.StringIO(newline="")
    out.write("\ufeff")
    csv.writer(out).writerows([cell(value) for value in row] for row in rows)
    return out.getvalue()
