"""The sheets of an XLSForm, as rows that know where they stand in their file.

pyxform reads the file (a workbook, CSV or Markdown) and, at the end, judges whether it is an XLSForm
that every other tool would open too. It counts the rows of a sheet, leaving out what it skips; a person
who must mend line 40 of a Markdown file wants the line, so lines are counted here.
"""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from pyxform.errors import PyXFormError
from pyxform.xls2json_backends import csv_to_dict, md_to_dict, xlsx_to_dict
from pyxform.xls2xform import convert

READERS = {".md": md_to_dict, ".csv": csv_to_dict, ".xlsx": xlsx_to_dict}
SHEETS = ("survey", "choices", "settings")
# A questionnaire of a hundred questions in ten languages stays below a tenth of these.
LARGEST_FILE = 2_000_000
LARGEST_UNPACKED = 40_000_000
# Names are compared with each other, so what takes a moment for hundreds takes minutes for many more.
MOST_ROWS = 5_000
TOO_LARGE = ("It is too large for a questionnaire.", "Keep its three sheets alone.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One mistake in a questionnaire's source: where it stands, its cause and what to do.

    `row` is the line of a Markdown or CSV file, or the row of a workbook's sheet; 0 is the whole file.
    """

    file: str
    row: int
    column: str
    cause: str
    remedy: str

    def __str__(self) -> str:
        row = f", row {self.row}" if self.row else ""
        column = f", column {self.column}" if self.column else ""
        return f"{self.file}{row}{column}: {self.cause} {self.remedy}"


class QuestionnaireError(ValueError):
    """A source that can't become a questionnaire, with every mistake in it."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a sheet: its number and its filled cells by column."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet. `columns` are its headers, in order, and `number` is the row that they stand on."""

    number: int = 0
    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = field(default=())


def read(path: Path) -> dict[str, Sheet]:
    """Return the sheets `survey`, `choices` and `settings` of a source; an absent one is empty."""
    _refuse_unreadable(path)
    content = _content(path)
    lines = {".md": _lines_of_markdown, ".csv": _lines_of_csv}.get(path.suffix)
    try:
        numbered = _numbers(path.name, lines(content.decode())) if lines else {}
        sheets: dict[str, Any] = READERS[path.suffix](content)
    except QuestionnaireError:
        raise
    except Exception as error:  # its readers raise whatever their dictionaries raise on other files
        cause = "This can't be read as an XLSForm."
        if type(error) is PyXFormError:
            cause = f"{cause[:-1]}: {error}."
        remedy = "It needs a sheet `survey` with a row of column names: compare one in use."
        raise QuestionnaireError(
            Fault(file=path.name, row=0, column="", cause=cause, remedy=remedy)
        ) from error
    if any(len(sheets.get(sheet) or ()) > MOST_ROWS for sheet in SHEETS):
        cause, remedy = TOO_LARGE
        raise QuestionnaireError(Fault(file=path.name, row=0, column="", cause=cause, remedy=remedy))
    return {sheet: _sheet(sheets, sheet, numbered.get(sheet)) for sheet in SHEETS}


def _content(path: Path) -> bytes:
    """Return the bytes of a file, without the mark that Excel puts before the text of a CSV."""
    return path.read_bytes().removeprefix(codecs.BOM_UTF8)


def faults_for_other_tools(path: Path, survey: Sheet) -> list[Fault]:
    """Return what keeps the file from being an XLSForm that other tools open too."""
    try:
        convert(_content(path), file_type=path.suffix)
    except PyXFormError as error:
        cause = " ".join(str(error).split())
    except Exception as error:  # noqa: BLE001  # pyxform falls over what it does not expect
        cause = f"pyxform stopped at it: {error}."
    else:
        return []
    found = re.search(r"\[row : (\d+)\]", cause)
    number = int(found[1]) if found else 0
    if number and path.suffix != ".xlsx":
        number = survey.rows[number - 2].number
    remedy = "Change it as the XLSForm standard (xlsform.org) says."
    return [Fault(file=path.name, row=number, column="", cause=cause, remedy=remedy)]


def _refuse_unreadable(path: Path) -> None:
    cause, remedy = "", ""
    if path.suffix not in READERS:
        cause, remedy = f"Kith can't read `{path.suffix}`.", "Save it as .md, .csv or .xlsx."
    elif not path.is_file():
        cause, remedy = "There is no such file.", "Check the name and the folder."
    elif path.stat().st_size > LARGEST_FILE or _unpacked_size(path) > LARGEST_UNPACKED:
        cause, remedy = TOO_LARGE
    elif path.suffix != ".xlsx" and not _utf8(path):
        cause, remedy = "The text is not UTF-8.", "Save it again and choose the encoding UTF-8."
    if cause:
        raise QuestionnaireError(Fault(file=path.name, row=0, column="", cause=cause, remedy=remedy))


def _unpacked_size(path: Path) -> int:
    """Return how large a workbook becomes when unpacked; 0 for what is none, which its reader refuses."""
    if path.suffix != ".xlsx":
        return 0
    try:
        with ZipFile(path) as workbook:
            return sum(entry.file_size for entry in workbook.infolist())
    except (BadZipFile, OSError):
        return 0


def _utf8(path: Path) -> bool:
    try:
        path.read_bytes().decode()
    except UnicodeDecodeError:
        return False
    return True


def _sheet(sheets: Mapping[str, Any], name: str, numbers: list[int] | None) -> Sheet:
    rows = sheets.get(name) or []
    header = sheets.get(f"{name}_header") or [{}]
    if numbers is None:
        numbers = list(range(1, len(rows) + 2)) if name in sheets else []
    return Sheet(
        number=numbers[0] if numbers else 0,
        columns=tuple(str(column) for column in header[0]),
        rows=tuple(
            Row(number=number, cells={str(column): str(value).strip() for column, value in row.items()})
            for number, row in zip(numbers[1:], rows, strict=True)
            if row
        ),
    )


def _numbers(file: str, lines: Iterable[tuple[int, list[str]]]) -> dict[str, list[int]]:
    """Return the line of every filled row of each sheet, the row of column names first.

    Raises QuestionnaireError for cells that pyxform would drop without a word.
    """
    numbers: dict[str, list[int]] = {}
    columns: dict[str, list[str]] = {}
    faults = []
    sheet = ""
    for number, (first, *others) in lines:
        sheet = first.strip().lower() or sheet
        if not any(cell.strip() for cell in others):
            continue
        cells = [cell.strip() for cell in others]
        names = columns.setdefault(sheet, cells)
        numbers.setdefault(sheet, []).append(number)
        for column in sorted({name for name in names if name and names.count(name) > 1 and names is cells}):
            cause, remedy = "Two columns have this name.", "Keep one of them."
            faults.append(Fault(file=file, row=number, column=column, cause=cause, remedy=remedy))
        if any(cells[len(names) :]) or any(
            cell for cell, name in zip(cells, names, strict=False) if not name
        ):
            cause = "The row has more cells than there are column names."
            remedy = "Remove what is too much; a | inside words is written \\|."
            faults.append(Fault(file=file, row=number, column="", cause=cause, remedy=remedy))
    if faults:
        raise QuestionnaireError(*faults)
    return numbers


def _lines_of_markdown(text: str) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(text.split("\n"), start=1):
        cells = re.fullmatch(r"\s*\|(.*)\|[^|]*", line)
        if cells and not re.fullmatch(r"[|-]+", cells[1]):
            yield number, re.split(r"(?<!\\)\|", cells[1])


def _lines_of_csv(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(StringIO(text, newline=""))
    for cells in reader:
        if cells:
            yield reader.line_num, cells
