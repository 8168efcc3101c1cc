"""From the cells of a sheet to a table: where its header is, which rows are people, what is left out and why.

The header is the row that holds most of the columns that are wanted; where none is known, the first that
fills at least half of the widest row (titles above a table are short). Nothing is left out in silence.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from functions.spreadsheets.error_values import is_error_value
from functions.spreadsheets.errors import BadInput
from functions.spreadsheets.formula_escapes import ESCAPED, unescape
from functions.spreadsheets.table import (
    Cell,
    CellFault,
    LeftOutRow,
    MergedArea,
    Row,
    SheetCells,
    Table,
    UnreadableCell,
    WhatWasRead,
    WhyLeftOut,
    column_letters,
)

LARGEST_SIDE = 250_000  # people in one file
_ROWS_SEARCHED = 50
_IMPORT_ID = re.compile(r'\{\s*"ImportId"\s*:')
_SECOND_HEADERS = frozenset({"response", "open-ended response"})  # as SurveyMonkey writes them
_NOTHING = frozenset[str]()


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The columns of a sheet by place; "" where one has no name. `shown` are those of the table."""

    row: int
    names: tuple[str, ...]
    hidden: frozenset[int]
    renamed: tuple[str, ...]
    shown: tuple[tuple[int, str], ...]


def header_name(cell: Cell) -> str:
    """Return a column's name on one line, without marks that show nothing."""
    text = "" if cell is None else str(cell)
    if not text.isascii():
        text = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
    return " ".join(text.split())


def wanted_in(sheet: SheetCells, wanted: Collection[str]) -> int:
    """Return how many of the wanted columns the best row holds that shows."""
    return max((_hits(cells, _folded(wanted)) for _, cells in _first_rows(sheet)), default=0)


def table_of(file: str, sheet: SheetCells, wanted: Collection[str] = _NOTHING) -> Table:
    """Return the table of a sheet. Raises BadInput where rows don't fit the header or there are none."""
    number = _header_row(file, sheet, wanted)
    header = _header(file, sheet, number, wanted)
    _fill_merged(file, sheet, header)
    left_out = {row: WhyLeftOut.ABOVE_HEADER for row in sheet.lines if row < number}
    left_out |= dict.fromkeys(sheet.hidden_rows & sheet.lines.keys(), WhyLeftOut.HIDDEN)
    left_out |= _further_headers(sheet, header, left_out)
    numbers = [row for row in sheet.lines if row > number and row not in left_out]
    _check_size(file, numbers)
    faults = {(row, place): fault for (row, place), fault in sheet.faults.items() if row not in left_out}
    faults |= _text_faults(sheet, numbers, header)
    for row, place in faults:
        sheet.lines[row][place] = None
    rows = tuple(_row(file, sheet, row, header) for row in numbers)
    read = WhatWasRead(
        header_row=number,
        sheet=sheet.name,
        left_out=tuple(LeftOutRow(number=row, why=left_out[row]) for row in sorted(left_out)),
        hidden_columns=tuple(header.names[place] for place in sorted(header.hidden)),
        unnamed_columns=tuple(_unnamed(file, sheet, numbers, header)),
        renamed_columns=header.renamed,
        merged=tuple(map(_area, sheet.merged)),
        unreadable=tuple(_unreadable(faults, header)),
        lone_cells=tuple(_lone_cells(sheet, numbers, header)),
    )
    return Table(file=file, columns=tuple(name for _, name in header.shown), rows=rows, read=read)


def _first_rows(sheet: SheetCells) -> list[tuple[int, list[Cell]]]:
    shown = ((row, cells) for row, cells in sheet.lines.items() if row not in sheet.hidden_rows)
    return list(islice(shown, _ROWS_SEARCHED))


def _folded(names: Collection[str]) -> frozenset[str]:
    return frozenset(header_name(name).casefold() for name in names)


def _hits(cells: Sequence[Cell], wanted: frozenset[str]) -> int:
    return len({header_name(cell).casefold() for cell in cells if cell is not None} & wanted)


def _filled(cells: Sequence[Cell]) -> int:
    return sum(cell is not None for cell in cells)


def _header_row(file: str, sheet: SheetCells, wanted: Collection[str]) -> int:
    rows = _first_rows(sheet)
    if not rows:
        if sheet.lines:
            raise BadInput(file, "every row of the sheet is hidden", "Show its rows, or clear its filter")
        raise empty(file, sheet.name)
    folded = _folded(wanted)
    best = max(_hits(cells, folded) for _, cells in rows)
    if best:
        return next(row for row, cells in rows if _hits(cells, folded) == best)
    widest = max(_filled(cells) for _, cells in rows)
    return next(
        row for row, cells in rows if 2 * _filled(cells) >= widest and (_filled(cells) > 1 or widest == 1)
    )


def empty(file: str, sheet: str = "") -> BadInput:
    """Return what is said of a file or sheet in which nothing stands."""
    what = f"the sheet “{sheet}” is empty" if sheet else "the file is empty"
    return BadInput(file, what, "Export it again, with a header and one row for each person")


def _header(file: str, sheet: SheetCells, number: int, wanted: Collection[str]) -> Header:
    names = [header_name(cell) for cell in sheet.lines[number]]
    while names and not names[-1] and not sheet.text:
        names.pop()
    renamed = []
    for place, name in enumerate(names):
        if name and name in names[:place]:
            if name in wanted:
                cause = f"two columns are called “{name}”"
                raise BadInput(file, cause, "Rename or delete one of them", row=number)
            names[place] = _another_name(name, names)
            renamed.append(names[place])
    hidden = frozenset(place for place, name in enumerate(names) if name and place in sheet.hidden_columns)
    shown = ((place, name) for place, name in enumerate(names) if name not in ("", ESCAPED))
    return Header(
        row=number,
        names=tuple(names),
        hidden=hidden,
        renamed=tuple(renamed),
        shown=tuple((place, name) for place, name in shown if place not in hidden),
    )


def _another_name(name: str, taken: Collection[str]) -> str:
    number = 2
    while f"{name} ({number})" in taken:
        number += 1
    return f"{name} ({number})"


def _further_headers(
    sheet: SheetCells, header: Header, left_out: Mapping[int, WhyLeftOut]
) -> dict[int, WhyLeftOut]:
    """Return the rows below the header that are headers, too: repeated ones, questions, ids of questions."""
    below = [(row, cells) for row, cells in sheet.lines.items() if row > header.row and row not in left_out]
    found: dict[int, WhyLeftOut] = {}
    questions = _second_headers(below)
    found |= dict.fromkeys((row for row, _ in questions), WhyLeftOut.QUESTIONS)
    own = _key(sheet.lines[header.row])
    others = {_key(cells) for _, cells in questions}
    others |= {_key(cells) for row, cells in sheet.lines.items() if row < header.row and _filled(cells) > 1}
    starts = {_start(key) for key in (own, *others)}
    for row, cells in below:
        if _is_import_ids(cells):
            found[row] = WhyLeftOut.IMPORT_IDS
        elif _start(cells) in starts and row not in found and _is_repeated(_key(cells), own, others):
            found[row] = WhyLeftOut.REPEATS_HEADER
    return found


def _start(cells: Sequence[Cell]) -> tuple[int, str]:
    """Return the place and the text of the first cell that holds anything: what differs here differs."""
    for place, cell in enumerate(cells):
        if cell:
            return place, header_name(cell).casefold()
    return 0, ""


def _is_repeated(key: tuple[str, ...], own: tuple[str, ...], others: Collection[tuple[str, ...]]) -> bool:
    return key in others or _repeats(key, own)


def _key(cells: Sequence[Cell]) -> tuple[str, ...]:
    key = [header_name(cell).casefold() for cell in cells]
    while key and not key[-1]:
        key.pop()
    return tuple(key)


def _repeats(key: tuple[str, ...], own: tuple[str, ...]) -> bool:
    """Whether each filled cell says what the header says there; two at least, or all of the header's."""
    pairs = [(cell, name) for cell, name in zip(key, own, strict=False) if cell]
    named = sum(map(bool, own))
    return bool(pairs) and all(cell == name for cell, name in pairs) and len(pairs) >= min(2, named)


def _is_import_ids(cells: Sequence[Cell]) -> bool:
    ids = sum(isinstance(cell, str) and cell[:1] == "{" and bool(_IMPORT_ID.match(cell)) for cell in cells)
    return 2 * ids > _filled(cells)


def _second_headers(below: Sequence[tuple[int, list[Cell]]]) -> list[tuple[int, list[Cell]]]:
    """Return the rows below the header that hold questions: all above a row of ids, else one that asks."""
    for place, (_, cells) in enumerate(below[:3]):
        if _is_import_ids(cells):
            return list(below[:place])
    if below and _asks(below[0][1]) and not any(_asks(cells) for _, cells in below[1:_ROWS_SEARCHED]):
        return [below[0]]
    return []


def _asks(cells: Sequence[Cell]) -> bool:
    """Whether at least half of the filled cells, and two, are questions or words of a second header."""
    filled = [str(cell).strip() for cell in cells if cell is not None]
    asking = sum(
        cell.endswith(("?", "\uff1f", "\u061f", ":")) or cell.casefold() in _SECOND_HEADERS for cell in filled
    )
    return asking >= 2 and 2 * asking >= len(filled)  # noqa: PLR2004 - one answer may be a question


def _check_size(file: str, numbers: Sequence[int]) -> None:
    if not numbers:
        raise BadInput(file, "there is a header and nobody below it", "Add one row for each person")
    if len(numbers) > LARGEST_SIDE:
        raise BadInput(
            file,
            f"one match takes {LARGEST_SIDE:,} people a side, and here come more",
            "Match in smaller cohorts, such as one for each faculty",
            row=numbers[LARGEST_SIDE],
        )


def _row(file: str, sheet: SheetCells, number: int, header: Header) -> Row:
    cells = sheet.lines[number]
    if sheet.text:
        _check_width(file, number, cells, header)
    escaped = _escaped_in(cells, header)
    found: dict[str, Cell] = {}
    for place, name in header.shown:
        cell = cells[place] if place < len(cells) else None
        found[name] = unescape(cell, name, escaped) if escaped and isinstance(cell, str) else cell
    return Row(number=number, cells=found)


def _escaped_in(cells: Sequence[Cell], header: Header) -> str:
    if ESCAPED not in header.names:
        return ""
    place = header.names.index(ESCAPED)
    return str(cells[place] or "") if place < len(cells) else ""


def _check_width(file: str, number: int, cells: Sequence[Cell], header: Header) -> None:
    """Refuse a row of a text that has not the header's cells; unnamed ones at the end may be left out."""
    wide = len(header.names)
    least = max((place + 1 for place, name in enumerate(header.names) if name), default=0)
    if not least <= len(cells) <= wide:
        raise BadInput(
            file,
            f"this row has {len(cells)} cells and the header {wide}",
            "Put a cell that holds the delimiter in double quotes, and keep empty cells",
            row=number,
        )


def _unnamed(file: str, sheet: SheetCells, numbers: Sequence[int], header: Header) -> Iterator[str]:
    """Yield the letters of columns that hold something below no name.

    In a text a cell may stand there because another one was cut in two; only a column that every row fills,
    such as a count of the rows, is surely none of these. Raises BadInput for the first other one.
    """
    named = {place for place, name in enumerate(header.names) if name}
    filled: dict[int, list[int]] = {}
    for row in numbers:
        for place, cell in enumerate(sheet.lines[row]):
            if cell is not None and place not in named:
                filled.setdefault(place, []).append(row)
    for place, rows in sorted(filled.items()):
        if sheet.text and len(rows) < len(numbers):
            raise BadInput(
                file,
                f"the cell in column {column_letters(place)} stands below no name of a column",
                "Give the column a name, or put a cell that holds the delimiter in double quotes",
                row=rows[0],
            )
        yield column_letters(place)


def _text_faults(
    sheet: SheetCells, numbers: Sequence[int], header: Header
) -> dict[tuple[int, int], tuple[CellFault, str]]:
    """Return the error values that stand as text in cells."""
    return {
        (row, place): (CellFault.ERROR_VALUE, cell)
        for row in numbers
        for place, cell in enumerate(sheet.lines[row])
        if isinstance(cell, str) and cell[:1] in "#E" and is_error_value(cell) and place < len(header.names)
    }


def _unreadable(
    faults: Mapping[tuple[int, int], tuple[CellFault, str]], header: Header
) -> Iterator[UnreadableCell]:
    for (row, place), (fault, text) in sorted(faults.items()):
        named = header.names[place] if place < len(header.names) else ""
        yield UnreadableCell(row=row, column=named or column_letters(place), fault=fault, text=text)


def _lone_cells(sheet: SheetCells, numbers: Sequence[int], header: Header) -> Iterator[int]:
    """Yield the rows in which one cell alone is filled, where the table has more than two columns."""
    if sum(map(bool, header.names)) > 2:  # noqa: PLR2004 - of two, one may well be empty
        yield from (row for row in numbers if _filled(sheet.lines[row]) == 1)


def _fill_merged(file: str, sheet: SheetCells, header: Header) -> None:
    """Give each row the value of a cell that is merged over several rows, as it is seen.

    Raises BadInput for one that is merged over several columns of one person: no one can tell which it
    answers.
    """
    for area in sheet.merged:
        if area.last_row <= header.row or area.first_row not in sheet.lines or area.first_row <= header.row:
            continue
        if sum(map(bool, header.names[area.first_column : area.last_column + 1])) > 1:
            raise BadInput(
                file,
                f"the cells {_area(area)} are merged over several columns",
                "Unmerge them (in Excel: Home, Merge & Center) and write each answer in its own column",
                row=area.first_row,
            )
        value = sheet.lines[area.first_row][area.first_column : area.first_column + 1]
        for row in range(area.first_row + 1, min(area.last_row, max(sheet.lines)) + 1):
            if row in sheet.lines and value:
                cells = sheet.lines[row]
                cells.extend([None] * (area.first_column + 1 - len(cells)))
                cells[area.first_column] = value[0]


def _area(area: MergedArea) -> str:
    first = f"{column_letters(area.first_column)}{area.first_row}"
    return f"{first}:{column_letters(area.last_column)}{area.last_row}"
