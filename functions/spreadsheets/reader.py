"""Reads a table from a file as people have it: CSV, TSV, Excel or OpenDocument."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from functions.spreadsheets import delimited_text, text_encoding
from functions.spreadsheets.errors import BadInput
from functions.spreadsheets.file_kinds import FileKind, kind_of
from functions.spreadsheets.sheet_layout import empty, table_of, wanted_in
from functions.spreadsheets.table import (
    LeftOutRow,
    OtherSheet,
    SheetCells,
    SheetEntry,
    Table,
    WhyLeftOut,
)

if TYPE_CHECKING:
    from functions.spreadsheets.excel_workbook import ExcelWorkbook
    from functions.spreadsheets.open_document import OpenDocument

LARGEST_FILE = 100 * 2**20
LARGEST_UNPACKED = 500 * 2**20


def read_file(file: Path, *, columns: Collection[str] = (), sheet: str = "") -> Table:
    """Return the table in a file. Raises BadInput for anything that is not a table with a header.

    `columns` are those that are wanted: they tell the header from what stands above it, and one sheet from
    another. `sheet` names the sheet to read; without it the first one that shows is read, or the one with
    those columns.
    """
    return read_content(content_of(file), name=str(file), columns=columns, sheet=sheet)


def read_content(
    content: bytes,
    *,
    name: str,
    columns: Collection[str] = (),
    sheet: str = "",
    largest_unpacked: int = LARGEST_UNPACKED,
) -> Table:
    """Return the table in the bytes of a file that is called `name`, as `read_file` does.

    A workbook that unpacks to more than `largest_unpacked` bytes is refused before it is unpacked: a function
    with little memory says how much it takes.
    """
    if not content.strip():
        raise empty(name)
    if kind_of(name, content) is not FileKind.TEXT:
        return _from_workbook(name, _open(name, content, largest_unpacked), columns, sheet)
    if sheet:
        raise BadInput(name, "this is a text file and has no sheets", "Leave out the name of the sheet")
    return _from_text(name, content, columns)


def read_sheets(
    content: bytes, *, name: str, largest_unpacked: int = LARGEST_UNPACKED
) -> dict[str, SheetCells]:
    """Return the cells of every sheet of a workbook by its name, hidden ones too."""
    if kind_of(name, content) is FileKind.TEXT:
        remedy = "Save the table as .xlsx in a spreadsheet program; a new ending alone changes nothing"
        raise BadInput(name, "this is text, no workbook", remedy)
    workbook = _open(name, content, largest_unpacked)
    return {entry.name: workbook.cells_of(entry) for entry in workbook.sheets}


def content_of(file: Path, *, largest: int = LARGEST_FILE) -> bytes:
    """Return the bytes of a file that is there, is a file, is not empty and is not too large."""
    try:
        _check_file(file, largest)
        content = file.read_bytes()
    except OSError as error:
        raise BadInput(file, f"the file can’t be read ({error.strerror})", "Check its permissions") from error
    if not content.strip():
        raise empty(str(file))
    return content


def text_of(file: Path, content: bytes) -> str:
    """Return the text of a file in any encoding that Kith is sure of. Raises BadInput for a guess."""
    decoded = text_encoding.decode(str(file), content)
    if decoded.guessed_words:
        cause = f"the file is not in UTF-8; it looks like {decoded.encoding}"
        raise BadInput(file, cause, "Save it again in UTF-8")
    return decoded.text


def _check_file(file: Path, largest: int) -> None:
    if file.is_dir():
        raise BadInput(file, "this is a folder", "Name the file inside it")
    if not file.exists():
        raise BadInput(file, "there is no such file", "Check the name and the folder")
    if not file.is_file():
        raise BadInput(file, "this is not an ordinary file", "Name a file on disk")
    size = file.stat().st_size
    if size > largest:
        raise BadInput(
            file,
            f"the file has {size // 2**20:,} MB, more than the {largest // 2**20} MB that Kith reads",
            "Leave out columns that the policy does not use, such as long texts, or split the cohort",
        )


def _from_text(name: str, content: bytes, columns: Collection[str]) -> Table:
    decoded = text_encoding.decode(name, content)
    said, text = delimited_text.separator_line(decoded.text.lstrip("\ufeff").rstrip("\x1a"))
    delimiter = said or delimited_text.find_delimiter(text)
    cells = delimited_text.cells_of_text(name, text, delimiter, first_row=2 if said else 1)
    table = table_of(name, cells, columns)
    line = (LeftOutRow(number=1, why=WhyLeftOut.SEPARATOR_LINE),) if said else ()
    read = replace(
        table.read,
        encoding=decoded.encoding,
        guessed_words=decoded.guessed_words,
        garbled_words=decoded.garbled_words,
        delimiter=delimiter,
        left_out=(*line, *table.read.left_out),
    )
    return replace(table, read=read)


def _open(name: str, content: bytes, largest: int = LARGEST_UNPACKED) -> "ExcelWorkbook | OpenDocument":
    if kind_of(name, content) is FileKind.OPEN_DOCUMENT:
        from functions.spreadsheets.open_document import OpenDocument  # noqa: PLC0415

        return OpenDocument(name, content, largest)
    from functions.spreadsheets.excel_workbook import ExcelWorkbook  # noqa: PLC0415

    return ExcelWorkbook(name, content, largest)


def _from_workbook(
    name: str, workbook: "ExcelWorkbook | OpenDocument", columns: Collection[str], sheet: str
) -> Table:
    chosen, cells = _chosen(name, workbook, columns, sheet)
    table = table_of(name, cells, columns)
    others = tuple(
        OtherSheet(name=entry.name, hidden=entry.hidden) for entry in workbook.sheets if entry is not chosen
    )
    return replace(table, read=replace(table.read, other_sheets=others))


def _chosen(
    name: str, workbook: "ExcelWorkbook | OpenDocument", columns: Collection[str], sheet: str
) -> tuple[SheetEntry, SheetCells]:
    """Return the sheet that is named; else, of those that show, the first that holds most wanted columns."""
    if sheet:
        entry = _named(name, workbook.sheets, sheet)
        return entry, workbook.cells_of(entry)
    shown = [entry for entry in workbook.sheets if not entry.hidden]
    if not shown:
        cause = (
            "every sheet of the workbook is hidden"
            if workbook.sheets
            else "the workbook has no sheet of cells"
        )
        raise BadInput(name, cause, "Show the sheet with the people, and save the workbook")
    best = shown[0], workbook.cells_of(shown[0])
    for entry in shown[1:]:
        if best[1].lines and wanted_in(best[1], columns) == len(set(columns)):
            break
        cells = workbook.cells_of(entry)
        if (wanted_in(cells, columns), bool(cells.lines)) > (
            wanted_in(best[1], columns),
            bool(best[1].lines),
        ):
            best = entry, cells
    return best


def _named(file: str, sheets: Sequence[SheetEntry], wanted: str) -> SheetEntry:
    found = next((entry for entry in sheets if entry.name.casefold() == wanted.strip().casefold()), None)
    if found is None:
        names = ", ".join(f"“{entry.name}”" for entry in sheets)
        raise BadInput(file, f"there is no sheet “{wanted}”", f"Name one of these: {names}")
    return found
