"""What was read of a file, in sentences for a coordinator: nothing is left out in silence."""

from collections.abc import Iterator, Sequence

from functions.spreadsheets.delimited_text import NAMES
from functions.spreadsheets.table import CellFault, Table, WhatWasRead, WhyLeftOut

_NAMED_AT_MOST = 10
_SURE = "UTF-8"


def describe(table: Table) -> Iterator[str]:
    """Yield how the table was read: the sheet and header, then everything that may surprise."""
    read = table.read
    yield f"{table.file}: {_count(len(table.rows), 'row')}, {_where(read)}"
    yield from _of_encoding(read)
    yield from _of_sheets(read)
    for why in WhyLeftOut:
        rows = [left.number for left in read.left_out if left.why is why]
        if rows:
            yield f"{_rows(rows)} left out: {why}."
    yield from _of_columns(read)
    yield from _of_cells(read)


def surprises(table: Table) -> list[str]:
    """Return what `describe` says beyond its first line."""
    return list(describe(table))[1:]


def _where(read: WhatWasRead) -> str:
    parts = [f"sheet “{read.sheet}”"] if read.sheet else []
    parts.append(f"header in row {read.header_row}")
    if read.delimiter:
        parts.append(f"{read.encoding}, cells between {NAMES.get(read.delimiter, read.delimiter)}s")
    return ", ".join(parts) + "."


def _of_encoding(read: WhatWasRead) -> Iterator[str]:
    if read.guessed_words:
        words = ", ".join(read.guessed_words)
        yield (
            f"The file is not in UTF-8; it was read as {read.encoding}, which is a guess. Check these words: "
            f"{words}. If they are wrong, save the file as “CSV UTF-8”."
        )
    if read.garbled_words:
        words = ", ".join(read.garbled_words)
        yield f"These words look as if they had been saved in a wrong encoding before: {words}."


def _of_sheets(read: WhatWasRead) -> Iterator[str]:
    for hidden, what in ((False, "not read"), (True, "hidden in the workbook, so not read")):
        names = [f"“{sheet.name}”" for sheet in read.other_sheets if sheet.hidden is hidden]
        if names:
            yield f"{'Sheet' if len(names) == 1 else 'Sheets'} {_listed(names)}: {what}."


def _of_columns(read: WhatWasRead) -> Iterator[str]:
    if read.hidden_columns:
        names = _listed([f"“{name}”" for name in read.hidden_columns])
        yield f"Hidden in the workbook, so not read: {_plural('column', read.hidden_columns)} {names}."
    if read.unnamed_columns:
        names = _listed(read.unnamed_columns)
        yield f"Without a name in the header, so not read: {_plural('column', read.unnamed_columns)} {names}."
    if read.renamed_columns:
        names = _listed([f"“{name}”" for name in read.renamed_columns])
        yield f"Called as another column in the header, so read as {names}."


def _of_cells(read: WhatWasRead) -> Iterator[str]:
    if read.lone_cells:
        yield f"{_rows(read.lone_cells)}: one cell alone is filled, and it is read as a person. Is it one?"
    if read.merged:
        yield f"Merged cells {_listed(read.merged)}: one merged over several rows is read for each of them."
    for fault, what in (
        (CellFault.ERROR_VALUE, "error value"),
        (CellFault.FORMULA_WITHOUT_VALUE, "formula without a stored value"),
    ):
        places = [
            f"row {cell.row}, “{cell.column}”{f' ({cell.text})' if cell.text else ''}"
            for cell in read.unreadable
            if cell.fault is fault
        ]
        if places:
            yield f"Read as not answered: {what} in {_listed(places, '; ')}."


def _rows(numbers: Sequence[int]) -> str:
    return f"{'Row' if len(numbers) == 1 else 'Rows'} {_listed(ranges(numbers))}"


def ranges(numbers: Sequence[int]) -> list[str]:
    """Return numbers as people write them: 2, 3, 4, 7 as 2–4, 7."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][-1] + 1:
            found[-1][1:] = [number]
        else:
            found.append([number])
    return ["–".join(map(str, each)) for each in found]


def _listed(names: Sequence[str], between: str = ", ") -> str:
    more = f" … and {len(names) - _NAMED_AT_MOST:,} more" if len(names) > _NAMED_AT_MOST else ""
    return between.join(names[:_NAMED_AT_MOST]) + more


def _plural(what: str, names: Sequence[str]) -> str:
    return what if len(names) == 1 else f"{what}s"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
