"""The sheets of an XLSForm, as rows that know where they stand in their file.

Names of sheets and columns are taken as other tools take them: whatever their capitals, spaces around them
and around `::`. At the end pyxform judges whether the file is an XLSForm that every other tool would open.
"""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from io import StringIO
from pathlib import Path

from functions.spreadsheets import BadInput, read_sheets
from functions.spreadsheets.error_values import is_error_value
from functions.spreadsheets.errors import TooLargeError
from functions.spreadsheets.table import CellFault, SheetCells, column_letters

ENDINGS = (".md", ".csv", ".xlsx")
SHEETS = ("survey", "choices", "settings")
# A questionnaire of a hundred questions in ten languages stays below a tenth of these.
LARGEST_FILE = 2_000_000
LARGEST_UNPACKED = 40_000_000
# Names are compared with each other, so what takes a moment for hundreds takes minutes for many more.
MOST_ROWS = 5_000
TOO_LARGE = ("It is too large for a questionnaire.", "Keep its three sheets alone.")

Line = tuple[int, list[str]]  # a row's number and its cells


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One mistake in a questionnaire's source: where it stands, its cause and what to do.

    `row` is the line of a Markdown or CSV file, or the row of a workbook's `sheet`; 0 is the whole file.
    """

    file: str
    row: int
    column: str
    cause: str
    remedy: str
    sheet: str = ""

    def __str__(self) -> str:
        sheet = f", sheet {self.sheet}" if self.sheet else ""
        row = f", row {self.row}" if self.row else ""
        column = f", column {self.column}" if self.column else ""
        return f"{self.file}{sheet}{row}{column}: {self.cause} {self.remedy}"


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
    """One sheet. `columns` are its headers, in order, and `number` is the row that they stand on.

    `name` is what a workbook calls it, empty in a text file, whose rows are counted through. Where the file
    has no such sheet, `missing` is true and `near` what another one is called that may be meant.
    """

    name: str = ""
    missing: bool = False
    near: str = ""
    number: int = 0
    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = field(default=())


def read(path: Path) -> dict[str, Sheet]:
    """Return the sheets `survey`, `choices` and `settings` of a source; an absent one is empty."""
    _refuse_unreadable(path)
    content = _content(path)
    if ending_of(path) == ".xlsx":
        return _sheets_of_workbook(path.name, content)
    text = content.decode()
    lines = _lines_of_markdown(text) if ending_of(path) == ".md" else _lines_of_csv(text)
    grouped: dict[str, list[Line]] = {}
    sheet = ""
    try:
        for number, (first, *others) in lines:
            sheet = _plain(first) or sheet
            rows = grouped.setdefault(sheet, [])
            if any(cell.strip() for cell in others):
                rows.append((number, [cell.strip() for cell in others]))
    except csv.Error as error:
        raise QuestionnaireError(
            _whole(path.name, f"This can't be read as an XLSForm: {error}.", _NEEDS)
        ) from error
    if not any(grouped.get(name) for name in SHEETS):
        raise QuestionnaireError(_whole(path.name, "This can't be read as an XLSForm.", _NEEDS))
    return _sheets(path.name, {name: (name, rows) for name, rows in grouped.items()}, workbook=False)


_NEEDS = "It needs a sheet `survey` with a row of column names: compare one in use."


def ending_of(path: Path) -> str:
    """Return how the file's name ends, in small letters."""
    return path.suffix.lower()


def faults_for_other_tools(path: Path, survey: Sheet) -> list[Fault]:
    """Return what keeps the file from being an XLSForm that other tools open too."""
    from pyxform.errors import PyXFormError  # noqa: PLC0415 - it takes half a second
    from pyxform.xls2xform import convert  # noqa: PLC0415

    try:
        convert(_content(path), file_type=ending_of(path))
    except PyXFormError as error:
        cause = " ".join(str(error).split())
    except Exception as error:  # noqa: BLE001  # pyxform falls over what it does not expect
        cause = f"pyxform stopped at it: {error}."
    else:
        return []
    found = re.search(r"\[row : (\d+)\]", cause)
    number = int(found[1]) if found else 0
    if number and ending_of(path) != ".xlsx":
        number = survey.rows[number - 2].number
    remedy = "Change it as the XLSForm standard (xlsform.org) says."
    sheet = survey.name if number else ""
    return [Fault(file=path.name, sheet=sheet, row=number, column="", cause=cause, remedy=remedy)]


def _content(path: Path) -> bytes:
    """Return the bytes of a file, without the mark that Excel puts before the text of a CSV."""
    return path.read_bytes().removeprefix(codecs.BOM_UTF8)


def _whole(file: str, cause: str, remedy: str) -> Fault:
    return Fault(file=file, row=0, column="", cause=cause, remedy=remedy)


def _refuse_unreadable(path: Path) -> None:
    cause, remedy = "", ""
    if ending_of(path) not in ENDINGS:
        cause, remedy = f"Kith can't read `{path.suffix}`.", "Save it as .md, .csv or .xlsx."
    elif not path.is_file():
        cause, remedy = "There is no such file.", "Check the name and the folder."
    elif path.stat().st_size > LARGEST_FILE:
        cause, remedy = TOO_LARGE
    elif ending_of(path) != ".xlsx" and not _utf8(path):
        cause, remedy = "The text is not UTF-8.", "Save it again and choose the encoding UTF-8."
    if cause:
        raise QuestionnaireError(_whole(path.name, cause, remedy))


def _utf8(path: Path) -> bool:
    try:
        path.read_bytes().decode()
    except UnicodeDecodeError:
        return False
    return True


def _sheets_of_workbook(file: str, content: bytes) -> dict[str, Sheet]:
    try:
        found = read_sheets(content, name=file, largest_unpacked=LARGEST_UNPACKED)
    except TooLargeError as error:
        raise QuestionnaireError(_whole(file, *TOO_LARGE)) from error
    except BadInput as error:
        cause = f"{error.cause[:1].upper()}{error.cause[1:]}."
        raise QuestionnaireError(_whole(file, cause, f"{error.remedy.rstrip('.')}.")) from error
    named: dict[str, tuple[str, list[Line]]] = {}
    faults = []
    for name, cells in found.items():
        plain = _plain(name)
        if plain in named:
            cause = f"Two sheets are called `{plain}` but for capitals."
            faults.append(_whole(file, cause, "Keep one of them."))
        if plain in SHEETS:
            faults += _faults_of_cells(file, name, cells)
        named[plain] = name, [(number, _texts(row)) for number, row in cells.lines.items()]
    if faults:
        raise QuestionnaireError(*faults)
    return _sheets(file, named, workbook=True)


def _texts(row: Iterable[object]) -> list[str]:
    return ["" if cell is None else str(cell).strip() for cell in row]


_FAULTS = {
    CellFault.ERROR_VALUE: ("This cell holds an error value.", "Mend its formula, or write the words."),
    CellFault.FORMULA_WITHOUT_VALUE: (
        "This cell holds a formula without a stored value.",
        "Open the workbook in a spreadsheet program and save it, or write the words.",
    ),
}


def _faults_of_cells(file: str, sheet: str, cells: SheetCells) -> Iterator[Fault]:
    """Yield what would be lost or used unseen: formulas and errors, hidden rows and columns."""
    for (row, place), (fault, _) in sorted(cells.faults.items()):
        cause, remedy = _FAULTS[fault]
        yield Fault(file=file, sheet=sheet, row=row, column=column_letters(place), cause=cause, remedy=remedy)
    remedy = "Show it, or delete it."
    if cells.hidden:
        yield Fault(file=file, sheet=sheet, row=0, column="", cause="This sheet is hidden.", remedy=remedy)
    for row in sorted(cells.hidden_rows & cells.lines.keys()):
        yield Fault(file=file, sheet=sheet, row=row, column="", cause="This row is hidden.", remedy=remedy)
    widest = max(map(len, cells.lines.values()), default=0)
    for place in sorted(place for place in cells.hidden_columns if place < widest):
        cause, column = "This column is hidden.", column_letters(place)
        yield Fault(file=file, sheet=sheet, row=0, column=column, cause=cause, remedy=remedy)


def _sheets(file: str, found: Mapping[str, tuple[str, list[Line]]], *, workbook: bool) -> dict[str, Sheet]:
    faults: list[Fault] = []
    sheets = {}
    for plain in SHEETS:
        name, lines = found.get(plain, ("", []))
        if len(lines) > MOST_ROWS:
            raise QuestionnaireError(_whole(file, *TOO_LARGE))
        place = name if workbook else ""
        faults += _faults_of_lines(file, place, lines)
        sheets[plain] = _sheet(place, lines) if plain in found else _missing(plain, found)
    if faults:
        raise QuestionnaireError(*faults)
    return sheets


def _missing(plain: str, found: Mapping[str, tuple[str, list[Line]]]) -> Sheet:
    near = get_close_matches(plain, [name for name in found if name not in SHEETS], n=1)
    return Sheet(missing=True, near=found[near[0]][0] if near else "")


def _sheet(name: str, lines: Sequence[Line]) -> Sheet:
    if not lines:
        return Sheet(name=name)
    (number, header), *rest = lines
    columns = [header_of(cell) for cell in header]
    return Sheet(
        name=name,
        number=number,
        columns=tuple(column for column in columns if column),
        rows=tuple(
            Row(
                number=row,
                cells={name: cell for name, cell in zip(columns, cells, strict=False) if name and cell},
            )
            for row, cells in rest
            if any(cells)
        ),
    )


def _plain(name: str) -> str:
    return " ".join(name.split()).lower()


_OWN = ("kith", "match")  # what stands behind these is a column of ours, and no language


def header_of(cell: str) -> str:
    """Return a column's name as XLSForm writes it: `label::English (en)`, `list_name`."""
    *purposes, last = (" ".join(part.split()) for part in cell.split("::"))
    if not purposes:
        return last.lower().replace(" ", "_")
    kept = last.lower() if purposes[-1].lower() in _OWN else last
    return "::".join([*(purpose.lower().replace(" ", "_") for purpose in purposes), kept])


def _faults_of_lines(file: str, sheet: str, lines: Sequence[Line]) -> Iterator[Fault]:
    """Yield columns that are there twice, and cells below no column's name."""
    if not lines:
        return
    (number, header), *rest = lines
    names = [header_of(cell) for cell in header]
    for column in sorted({name for name in names if name and names.count(name) > 1}):
        cause, remedy = "Two columns have this name.", "Keep one of them."
        yield Fault(file=file, sheet=sheet, row=number, column=column, cause=cause, remedy=remedy)
    for row, cells in rest:
        if any(cell for place, cell in enumerate(cells) if place >= len(names) or not names[place]):
            cause = "The row has more cells than there are column names."
            remedy = "Remove what is too much; a | inside words is written \\|."
            if sheet:
                remedy = "Remove what is too much, or give its column a name."
            yield Fault(file=file, sheet=sheet, row=row, column="", cause=cause, remedy=remedy)
        for name, cell in zip(names, cells, strict=False):
            if is_error_value(cell):
                cause, remedy = _FAULTS[CellFault.ERROR_VALUE]
                yield Fault(file=file, sheet=sheet, row=row, column=name, cause=cause, remedy=remedy)


def _lines_of_markdown(text: str) -> Iterator[Line]:
    for number, line in enumerate(text.split("\n"), start=1):
        cells = re.fullmatch(r"\s*\|(.*)\|[^|]*", line)
        if cells and not re.fullmatch(r"[|:\s-]+", cells[1]):
            yield number, [cell.replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", cells[1])]


def _lines_of_csv(text: str) -> Iterator[Line]:
    reader = csv.reader(StringIO(text, newline=""))
    return ((reader.line_num, cells) for cells in reader if cells)
