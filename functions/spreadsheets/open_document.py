"""OpenDocument spreadsheets (.ods; OpenDocument 1.3, part 3), as LibreOffice and Google Sheets write them.

Rows and cells that are alike stand there once, with how often they are repeated; what is empty may be
repeated a million times and is passed over.
"""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from functions.spreadsheets.archive import LARGEST_WIDTH, MOST_CELLS, MOST_ROWS, Archive, unbroken
from functions.spreadsheets.error_values import is_error_value
from functions.spreadsheets.errors import BadInput, TooLargeError
from functions.spreadsheets.file_kinds import password
from functions.spreadsheets.number_formats import plain
from functions.spreadsheets.table import Cell, CellFault, MergedArea, SheetCells, SheetEntry
from functions.spreadsheets.xml_elements import attribute, elements, local_name

_NUMBERS = ("float", "percentage", "currency")
_NOT_SHOWN = ("annotation", "frame", "shapes")
_HIDDEN = ("collapse", "filter")


class OpenDocument:
    """A spreadsheet, whose sheets stand in one part and are read together."""

    def __init__(self, file: str, content: bytes, largest: int) -> None:
        self._file = file
        archive = Archive(file, content, largest)
        with unbroken(file):
            self._refuse_password(archive)
            self._cells: dict[str, SheetCells] = {}
            self.sheets: tuple[SheetEntry, ...] = tuple(self._read(archive))

    def cells_of(self, entry: SheetEntry) -> SheetCells:
        """Return the cells of a sheet."""
        self._cells[entry.part].hidden = entry.hidden
        return self._cells[entry.part]

    def _refuse_password(self, archive: Archive) -> None:
        manifest = "META-INF/manifest.xml"
        if manifest in archive:
            for _, name, _ in elements(archive.opener(manifest)):
                if name == "encryption-data":
                    raise password(self._file)

    def _read(self, archive: Archive) -> Iterator[SheetEntry]:
        hidden_styles: set[str] = set()
        reading: _Sheet | None = None
        for event, name, element in elements(archive.opener("content.xml"), ("table-row", "table")):
            if event == "end" and name == "style":
                if any(attribute(part, "display") == "false" for part in element):
                    hidden_styles.add(attribute(element, "name"))
            elif event == "start" and name == "table" and reading is None:
                reading = _Sheet(self._file, attribute(element, "name"))
            elif event == "end" and reading is not None:
                reading.take(name, element)
                if name == "table":
                    part = str(len(self._cells))
                    self._cells[part] = reading.cells
                    hidden = attribute(element, "style-name") in hidden_styles
                    yield SheetEntry(name=reading.cells.name, hidden=hidden, part=part)
                    reading = None


class _Sheet:
    """One sheet while it is read."""

    def __init__(self, file: str, name: str) -> None:
        self._file = file
        self.cells = SheetCells(name=name)
        self._row = 1
        self._column = 0
        self._written = 0

    def take(self, name: str, element: Element) -> None:
        """Take an element that has ended."""
        if name == "table-column":
            repeated = _times(element, "number-columns-repeated")
            if attribute(element, "visibility") in _HIDDEN:
                last = min(self._column + repeated, LARGEST_WIDTH)
                self.cells.hidden_columns.update(range(self._column, last))
            self._column += repeated
        elif name == "table-row":
            self._take_row(element)

    def _take_row(self, row: Element) -> None:
        repeated = _times(row, "number-rows-repeated")
        faults: dict[int, tuple[CellFault, str]] = {}
        cells = self._cells_of(row, faults)
        if cells:
            if self._row + repeated > MOST_ROWS + 1:
                raise BadInput(
                    self._file, "a row is repeated to the end of the sheet", "Delete the rows below the table"
                )
            self._written += repeated * len(cells)
            if self._written > MOST_CELLS:
                raise TooLargeError(
                    self._file,
                    f"a sheet has more than {MOST_CELLS:,} cells",
                    "Keep only the rows with people",
                )
            for number in range(self._row, self._row + repeated):
                self.cells.lines[number] = list(cells)
                self.cells.faults.update({(number, place): fault for place, fault in faults.items()})
                if attribute(row, "visibility") in _HIDDEN:
                    self.cells.hidden_rows.add(number)
        self._row += repeated

    def _cells_of(self, row: Element, faults: dict[int, tuple[CellFault, str]]) -> list[Cell]:
        """Return the cells up to the last that holds anything."""
        cells: list[Cell] = []
        place = 0
        for element in row:
            if local_name(element.tag) not in ("table-cell", "covered-table-cell"):
                continue
            repeated = _times(element, "number-columns-repeated")
            value, fault = _value(element)
            if value is not None or fault:
                if place + repeated > LARGEST_WIDTH:
                    raise ValueError(place)
                cells.extend([None] * (place - len(cells)))
                cells.extend([value] * repeated)
                faults.update(dict.fromkeys(range(place, place + repeated), fault) if fault else {})
            self._note_merged(element, place)
            place += repeated
        return cells

    def _note_merged(self, element: Element, place: int) -> None:
        wide, high = _times(element, "number-columns-spanned"), _times(element, "number-rows-spanned")
        if wide > 1 or high > 1:
            self.cells.merged.append(
                MergedArea(
                    first_row=self._row,
                    last_row=self._row + high - 1,
                    first_column=place,
                    last_column=place + wide - 1,
                )
            )


def _times(element: Element, name: str) -> int:
    return max(int(attribute(element, name) or 1), 1)


def _value(cell: Element) -> tuple[Cell, tuple[CellFault, str] | None]:
    kind = attribute(cell, "value-type")
    text = "\n".join(_line(part) for part in cell if local_name(part.tag) == "p").strip()
    formula = attribute(cell, "formula")
    if formula and not kind:
        return None, (CellFault.FORMULA_WITHOUT_VALUE, "")
    if any(
        key.startswith("{urn:org:documentfoundation") and value == "error" for key, value in cell.items()
    ) or (formula and is_error_value(text)):
        return None, (CellFault.ERROR_VALUE, text)
    return _shown(kind, text, cell), None


def _shown(kind: str, text: str, cell: Element) -> Cell:
    if kind in _NUMBERS:
        number = plain(float(attribute(cell, "value")))
        padded = text.isdecimal() and text.startswith("0") and text.lstrip("0") == str(number).lstrip("0")
        return text if padded and len(text) > 1 else number
    if kind == "date":
        return attribute(cell, "date-value").replace("T", " ").removesuffix(" 00:00:00") or None
    if kind == "boolean":
        return attribute(cell, "boolean-value").upper() or None
    if kind == "string" and not text:
        return attribute(cell, "string-value").strip() or None
    return text or None


def _line(paragraph: Element) -> str:
    """Return the text of a paragraph; its spaces, tabs and line breaks are elements."""
    pieces = [paragraph.text or ""]
    for part in paragraph:
        name = local_name(part.tag)
        if name == "s":
            pieces.append(" " * min(_times(part, "c"), LARGEST_WIDTH))
        elif name in ("tab", "line-break"):
            pieces.append("\t" if name == "tab" else "\n")
        elif name not in _NOT_SHOWN:
            pieces.append(_line(part))
        pieces.append(part.tail or "")
    return "".join(pieces)
