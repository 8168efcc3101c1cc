"""Reads people from CSV and XLSX, whatever their columns are called.

Rows are numbered as a spreadsheet numbers them: the header is row 1. Whatever is wrong with a file is
told once, with the file, the row and what to do; nothing is guessed.
"""

import csv
import io
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path

LARGEST_FILE = 100 * 2**20
LARGEST_UNPACKED = 500 * 2**20
LARGEST_SIDE = 250_000  # people in one file
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_DELIMITERS = ",;\t"

Cell = str | int | None


class BadInput(Exception):  # noqa: N818 - it says what the input is
    """Something that was given can't be used; the message is all that the coordinator needs to read."""

    def __init__(self, file: Path | str, cause: str, remedy: str, *, row: int = 0, column: str = "") -> None:
        place = f"{file}, row {row}" if row else f"{file}"
        super().__init__(f"{place}{f', column “{column}”' if column else ''}: {cause}. {remedy.rstrip('.')}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: its number in the file and its cells by column; an empty cell is None."""

    number: int
    cells: dict[str, Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A whole file."""

    file: Path
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def read(file: Path) -> Table:
    """Return what the file holds. Raises BadInput for anything that is not a table with a header."""
    content = content_of(file)
    if content.startswith(_OLD_EXCEL):
        raise BadInput(file, "this is an old Excel file (.xls)", "Save it as .xlsx or CSV")
    lines = _lines_of_xlsx(file, content) if content.startswith(_ZIP) else _lines_of_csv(file, content)
    return _table(file, lines)


def content_of(file: Path, *, largest: int = LARGEST_FILE) -> bytes:
    """Return the bytes of a file that is there, is a file, is not empty and is not too large."""
    try:
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
        content = file.read_bytes()
    except OSError as error:
        raise BadInput(file, f"the file can’t be read ({error.strerror})", "Check its permissions") from error
    if not content.strip():
        raise BadInput(
            file, "the file is empty", "Export it again, with a header and one row for each person"
        )
    return content


def text_of(file: Path, content: bytes) -> str:
    """Return UTF-8 text, with or without a byte-order mark, or say which encoding it seems to be in."""
    again = "Save it again as “CSV UTF-8” (in Excel: Save As; in LibreOffice: character set UTF-8)"
    if content.startswith(_UTF16):
        raise BadInput(file, "the file is in UTF-16, not in UTF-8", again)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        cause = f"the file is not in UTF-8 (byte 0x{content[error.start]:02x}); it looks like Windows-1252"
        raise BadInput(file, cause, again, row=row) from error
    if "\0" in text:
        row = text.count("\n", 0, text.index("\0")) + 1
        raise BadInput(file, "the file holds NUL characters, so it is not text", again, row=row)
    return text


def _lines_of_csv(file: Path, content: bytes) -> Iterator[tuple[int, list[Cell]]]:
    text = text_of(file, content)
    number = 0
    try:
        for number, line in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True), start=1
        ):
            yield number, [cell.strip() or None for cell in line]
    except csv.Error as error:
        raise BadInput(
            file,
            f"this row is not CSV ({error})",
            "Close every quotation mark; double those inside a cell",
            row=number + 1,
        ) from error


def _delimiter(text: str) -> str:
    """Return the delimiter that cuts the header into most columns; a comma when none cuts it."""
    header = next((line for line in text.splitlines() if line.strip()), "")
    return max(_DELIMITERS, key=lambda delimiter: len(next(csv.reader([header], delimiter=delimiter), [])))


def _lines_of_xlsx(file: Path, content: bytes) -> Iterator[tuple[int, list[Cell]]]:
    import openpyxl  # noqa: PLC0415 - only for who brings a workbook

    _check_unpacked(file, content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and validations, which we don't read
            workbook = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            sheet = workbook.worksheets[0]
            sheet.reset_dimensions()
            lines = [
                (number, [_cell(value) for value in values])
                for number, values in enumerate(sheet.iter_rows(values_only=True), start=1)
            ]
    except Exception as error:
        raise _not_a_workbook(file) from error
    widest = max((len(cells) for _, cells in lines), default=0)
    for number, cells in lines:  # a workbook keeps no empty cells at the end of a row
        yield number, cells + [None] * (widest - len(cells))


def _check_unpacked(file: Path, content: bytes) -> None:
    """Refuse a workbook that is small on disk and huge in memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile as error:
        raise _not_a_workbook(file) from error
    if unpacked > LARGEST_UNPACKED:
        cause = f"the workbook unpacks to {unpacked // 2**20:,} MB"
        raise BadInput(file, cause, "Keep only the sheet with the people")


def _not_a_workbook(file: Path) -> BadInput:
    return BadInput(file, "this workbook can’t be opened", "Save it again as .xlsx, or as CSV UTF-8")


def _cell(value: object) -> Cell:
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, datetime) and value.time() == value.min.time():
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip() or None


def _table(file: Path, lines: Iterator[tuple[int, list[Cell]]]) -> Table:
    filled = ((number, cells) for number, cells in lines if any(cell is not None for cell in cells))
    found = next(filled, None)
    if found is None:
        raise BadInput(
            file, "the file is empty", "Export it again, with a header and one row for each person"
        )
    header_row, header = found
    columns = _columns(file, header_row, header)
    rows = tuple(_row(file, number, cells, columns) for number, cells in islice(filled, LARGEST_SIDE))
    beyond = next(filled, None)
    if beyond is not None:
        raise BadInput(
            file,
            f"one match takes {LARGEST_SIDE:,} people a side, and here come more",
            "Match in smaller cohorts, such as one for each faculty",
            row=beyond[0],
        )
    if not rows:
        raise BadInput(file, "there is a header and nobody below it", "Add one row for each person")
    return Table(file=file, columns=tuple(column for column in columns if column), rows=rows)


def _columns(file: Path, row: int, header: Sequence[Cell]) -> list[str]:
    columns = ["" if cell is None else " ".join(str(cell).split()) for cell in header]
    while columns and not columns[-1]:
        columns.pop()
    for place, column in enumerate(columns):
        if column and column in columns[:place]:
            raise BadInput(
                file, f"two columns are called “{column}”", "Rename or delete one of them", row=row
            )
    return columns


def _row(file: Path, number: int, cells: list[Cell], columns: Sequence[str]) -> Row:
    while len(cells) > len(columns) and cells[-1] is None:
        cells.pop()
    if len(cells) != len(columns):
        raise BadInput(
            file,
            f"this row has {len(cells)} cells and the header {len(columns)}",
            "Put a cell that holds the delimiter in double quotes, and keep empty cells",
            row=number,
        )
    return Row(
        number=number, cells={column: cell for column, cell in zip(columns, cells, strict=True) if column}
    )
