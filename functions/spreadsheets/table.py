"""A file as a table: its people by row, and everything that is to be said of how it was read.

Rows are numbered as a spreadsheet program numbers them, from 1. A cell that holds no answer is None: an empty
one, and one whose formula has no value or whose value is an error; those stand in `WhatWasRead.unreadable`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Cell = str | int | None


class WhyLeftOut(StrEnum):
    """Why a row is not in the table."""

    ABOVE_HEADER = "above the header"
    HIDDEN = "hidden in the workbook"
    REPEATS_HEADER = "repeats the header"
    QUESTIONS = "holds the questions, as a second header"
    IMPORT_IDS = "holds the ids of Qualtrics’ questions"
    SEPARATOR_LINE = "says the delimiter"
    ANSWERED_AGAIN = "the same person answered again later"


class CellFault(StrEnum):
    """Why a cell that holds something has no answer."""

    FORMULA_WITHOUT_VALUE = "formula without a stored value"
    ERROR_VALUE = "error value"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOutRow:
    """A row that is not in the table, and why."""

    number: int
    why: WhyLeftOut


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableCell:
    """A cell that holds no answer though it is not empty; `text` is what it shows, such as #N/A."""

    row: int
    column: str
    fault: CellFault
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherSheet:
    """A sheet that was not read."""

    name: str
    hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatWasRead:
    """How a file was read. `encoding` and `delimiter` are empty for a workbook, `sheet` for a text.

    `guessed_words` are some words whose letters depend on an encoding that was guessed; empty when it is
    sure. `unnamed_columns` are letters, as a spreadsheet program shows them; `renamed_columns` those whose
    name another column has already, as they are called here; `merged` are areas such as A2:A4.
    `garbled_words` look as if their text had been saved in a wrong encoding before; `lone_cells` are rows in
    which one cell alone is filled, such as a total below the table: they are read.
    """

    header_row: int
    sheet: str = ""
    other_sheets: tuple[OtherSheet, ...] = ()
    encoding: str = ""
    guessed_words: tuple[str, ...] = ()
    delimiter: str = ""
    left_out: tuple[LeftOutRow, ...] = ()
    hidden_columns: tuple[str, ...] = ()
    unnamed_columns: tuple[str, ...] = ()
    renamed_columns: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    unreadable: tuple[UnreadableCell, ...] = ()
    garbled_words: tuple[str, ...] = ()
    lone_cells: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: its number in the file and its cells by column; an empty cell is None."""

    number: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A whole file: the columns that have a name and are not hidden, and one row for each person."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    read: WhatWasRead


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetEntry:
    """One sheet of a workbook before its cells are read; `part` is where they are."""

    name: str
    hidden: bool
    part: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedArea:
    """One cell made of several; rows are numbers from 1, columns places from 0, both ends included."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


@dataclass(slots=True, kw_only=True)
class SheetCells:
    """The cells of a sheet or a text as they stand, before anything is known of a header.

    `lines` are the rows that hold anything, by number; `hidden_columns` are places from 0. In a `text` a
    row has as many cells as were written, and its end may be told from an empty cell.
    """

    name: str = ""
    hidden: bool = False
    lines: dict[int, list[Cell]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[MergedArea] = field(default_factory=list)
    faults: dict[tuple[int, int], tuple[CellFault, str]] = field(default_factory=dict)
    text: bool = False


def column_letters(place: int) -> str:
    """Return what a spreadsheet program calls the column at a place from 0: A, B … Z, AA."""
    letters = ""
    number = place + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
