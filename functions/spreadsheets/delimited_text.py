"""The cells of a CSV or TSV file, by the delimiter that its rows agree on.

The delimiter is found by cutting the rows, quotation marks respected, and not by counting letters in the
first line: a question may have commas and line breaks of its own. Rows are counted as a spreadsheet program
counts them.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from functions.spreadsheets.errors import BadInput
from functions.spreadsheets.table import Cell, SheetCells

DELIMITERS = ",;\t|"
NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
_SEPARATOR_LINE = re.compile(r'"?sep=(?P<delimiter>[^\r\n])"?[ \t,;]*(?:\r\n|\r|\n|$)', re.IGNORECASE)
_ROWS_COMPARED = 200
_QUOTE = '"'


def separator_line(text: str) -> tuple[str, str]:
    """Return the delimiter that a first line `sep=;` says and the text below it; without one "" and all."""
    found = _SEPARATOR_LINE.match(text)
    return (found["delimiter"], text[found.end() :]) if found else ("", text)


def find_delimiter(text: str) -> str:
    """Return the delimiter on whose number of cells most rows agree; a comma for a single column."""
    best = max(DELIMITERS, key=lambda delimiter: _agreement(text, delimiter))
    return best if _agreement(text, best) > (0.0, 0) else ","


def _agreement(text: str, delimiter: str) -> tuple[float, int]:
    """Return which share of the first rows has the usual number of cells, and that number."""
    rows = _reader(text, delimiter)
    widths: Counter[int] = Counter()
    try:
        for row in islice(rows, _ROWS_COMPARED):
            widths[len(row)] += any(cell.strip() for cell in row)
    except csv.Error:
        if widths.total() <= 1:
            return 0.0, 0
    several = {width: count for width, count in widths.items() if width > 1 and count}
    if not several:
        return 0.0, 0
    usual = max(several, key=lambda width: (several[width], width))
    return several[usual] / widths.total(), usual


def _reader(text: str, delimiter: str) -> Iterator[list[str]]:
    lines = io.StringIO(text, newline="")
    return csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=True)


def cells_of_text(file: str, text: str, delimiter: str, *, first_row: int = 1) -> SheetCells:
    """Return the cells; the first row has the number `first_row`. Raises BadInput with the row."""
    sheet = SheetCells(text=True)
    number = first_row - 1
    try:
        for number, row in enumerate(_reader(text, delimiter), start=first_row):
            if any(cell.strip() for cell in row):
                sheet.lines[number] = [_cell(file, cell, number) for cell in row]
    except csv.Error as error:
        remedy = (
            "Close every quotation mark, double those inside a cell, and let no space stand between a "
            "quotation mark and the delimiter after it"
        )
        raise BadInput(file, f"this row is not CSV ({error})", remedy, row=number + 1) from error
    return sheet


def _cell(file: str, written: str, row: int) -> Cell:
    text = written.strip()
    if text[:1] == _QUOTE and written[:1] != _QUOTE and text[-1:] == _QUOTE and len(text) > 1:
        cause = "before a quotation mark stands a mark that shows nothing, so the cell would keep its quotes"
        raise BadInput(file, cause, "Let the quotation mark follow the delimiter at once", row=row)
    return text.replace("\r\n", "\n").replace("\r", "\n") or None
