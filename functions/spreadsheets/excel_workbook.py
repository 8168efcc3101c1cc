"""Excel workbooks (.xlsx, .xlsm; ECMA-376, transitional and strict), with what their sheets hide.

What a row, a column or a sheet hides, which formula has no value, and what a number's format shows decide
here who is matched. Names of elements are compared without their namespace: strict and transitional differ
in nothing else that is read.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from math import isfinite
from xml.etree.ElementTree import Element

from functions.spreadsheets.archive import LARGEST_WIDTH, MOST_CELLS, MOST_ROWS, Archive, unbroken
from functions.spreadsheets.number_formats import NumberFormat, iso, plain, shown
from functions.spreadsheets.table import Cell, CellFault, MergedArea, SheetCells, SheetEntry
from functions.spreadsheets.xml_elements import attribute, elements, local_name

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_TRUE = frozenset({"1", "true", "on"})


class ExcelWorkbook:
    """A workbook whose sheets are read when they are asked for."""

    def __init__(self, file: str, content: bytes, largest: int) -> None:
        self._file = file
        self._archive = Archive(file, content, largest)
        with unbroken(file):
            main = _target_of("", self._archive, "officeDocument") or "xl/workbook.xml"
            self._read_workbook(main)
            self._strings = self._shared_strings(_target_of(main, self._archive, "sharedStrings"))
            self._formats = self._number_formats(_target_of(main, self._archive, "styles"))

    def cells_of(self, entry: SheetEntry) -> SheetCells:
        """Return the cells of a sheet. Raises BadInput when they can't be read."""
        sheet = SheetCells(name=entry.name, hidden=entry.hidden)
        with unbroken(self._file):
            number = 0
            for event, name, element in elements(self._archive.opener(entry.part), ("row",)):
                if event == "end" and name == "row":
                    number = int(element.get("r") or number + 1)
                    if number > MOST_ROWS:
                        raise ValueError(number)
                    self._read_row(sheet, number, element)
                elif event == "end":
                    _read_property(sheet, name, element)
        return sheet

    def _read_workbook(self, main: str) -> None:
        parts = _relationships(main, self._archive)
        self.sheets: tuple[SheetEntry, ...] = ()
        self._since_1904 = self._computes_when_opened = False
        found = []
        for event, name, element in elements(self._archive.opener(main)):
            if event == "end" and name == "sheet":
                kind, part = parts.get(_relationship_id(element), ("", ""))
                if kind == "worksheet" and part in self._archive:
                    hidden = element.get("state", "visible") != "visible"
                    found.append(SheetEntry(name=decoded(element.get("name", "")), hidden=hidden, part=part))
            elif event == "end" and name == "workbookPr":
                self._since_1904 = element.get("date1904", "") in _TRUE
            elif event == "end" and name == "calcPr":
                self._computes_when_opened = element.get("fullCalcOnLoad", "") in _TRUE
        self.sheets = tuple(found)

    def _shared_strings(self, part: str) -> list[str]:
        if part not in self._archive:
            return []
        strings = []
        for event, name, element in elements(self._archive.opener(part), ("si",)):
            if event == "end" and name == "si":
                strings.append(_text_of(element))
                if len(strings) > MOST_CELLS:
                    raise ValueError(len(strings))
        return strings

    def _number_formats(self, part: str) -> list[NumberFormat]:
        """Return the format of each style, in the order in which cells count them."""
        if part not in self._archive:
            return []
        codes: dict[int, str] = {}
        used: list[int] = []
        for event, name, element in elements(self._archive.opener(part)):
            if event == "end" and name == "numFmt":
                codes[int(element.get("numFmtId", "0"))] = element.get("formatCode", "")
            elif event == "end" and name == "cellXfs":
                used = [int(style.get("numFmtId", "0")) for style in element]
        return [NumberFormat(number, codes.get(number, "")) for number in used]

    def _read_row(self, sheet: SheetCells, number: int, row: Element) -> None:
        cells: list[Cell] = []
        for element in row:
            if local_name(element.tag) != "c":
                continue
            place = _place_of(element, len(cells))
            if not len(cells) <= place < LARGEST_WIDTH:
                raise ValueError(place)
            cells.extend([None] * (place - len(cells)))
            cells.append(self._cell(sheet, (number, place), element))
        if any(cell is not None for cell in cells) or any(
            (number, place) in sheet.faults for place in range(len(cells))
        ):
            sheet.lines[number] = cells
            if row.get("hidden", "") in _TRUE or row.get("ht") == "0":
                sheet.hidden_rows.add(number)

    def _cell(self, sheet: SheetCells, place: tuple[int, int], element: Element) -> Cell:
        kind = element.get("t", "n")
        value = inline = ""
        formula = False
        for part in element:
            name = local_name(part.tag)
            if name == "v":
                value = part.text or ""
            elif name == "is":
                inline = _text_of(part)
            elif name == "f":
                formula = True
        if formula and (fault := self._formula_fault(kind, value)):
            sheet.faults[place] = fault, ""
            return None
        if kind == "e":
            sheet.faults[place] = CellFault.ERROR_VALUE, value
            return None
        return self._value(kind, inline or value, element.get("s", ""))

    def _formula_fault(self, kind: str, value: str) -> CellFault | None:
        """Return that a formula has no value: none, or the 0 that stands until a program computes it."""
        unsaved = not value and kind != "str"
        placeholder = self._computes_when_opened and kind == "n" and value in ("", "0")
        return CellFault.FORMULA_WITHOUT_VALUE if unsaved or placeholder else None

    def _value(self, kind: str, value: str, style: str) -> Cell:
        if kind == "s":
            return _answer(self._strings[int(value)]) if value else None
        if kind in ("str", "inlineStr"):
            return _answer(decoded(value) if kind == "str" else value)
        value = value.strip()
        if not value:
            return None
        if kind == "b":
            return "TRUE" if value in _TRUE else "FALSE"
        if kind == "d":
            return iso(datetime.fromisoformat(value).replace(tzinfo=None))
        return self._number(float(value), style)

    def _number(self, number: float, style: str) -> Cell:
        if not isfinite(number):
            raise ValueError(number)
        if not style or not self._formats:
            return plain(number)
        return shown(number, self._formats[int(style)], since_1904=self._since_1904)


def decoded(text: str) -> str:
    """Return a text without `_xHHHH_`, by which a workbook stores characters that XML can't hold."""
    if "_x" not in text:
        return text
    return (
        _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
        .encode("utf-16", "surrogatepass")
        .decode("utf-16", "replace")
    )


def _answer(text: str) -> Cell:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip() or None


def _text_of(element: Element) -> str:
    """Return the text of a string in all its fonts, without how it is pronounced."""
    return decoded("".join(_runs(element)))


def _runs(element: Element) -> Iterator[str]:
    for part in element:
        name = local_name(part.tag)
        if name == "t":
            yield part.text or ""
        elif name == "r":
            yield from _runs(part)


def _read_property(sheet: SheetCells, name: str, element: Element) -> None:
    if name == "col" and (element.get("hidden", "") in _TRUE or element.get("width") == "0"):
        first, last = int(element.get("min", "1")), int(element.get("max", "1"))
        sheet.hidden_columns.update(range(first - 1, min(last, LARGEST_WIDTH)))
    elif name == "mergeCell":
        ends = [_REFERENCE.fullmatch(end) for end in element.get("ref", "").split(":")]
        if len(ends) == 2 and ends[0] and ends[1]:  # noqa: PLR2004 - the two ends of an area
            sheet.merged.append(
                MergedArea(
                    first_row=int(ends[0][2]),
                    last_row=int(ends[1][2]),
                    first_column=_place(ends[0][1]),
                    last_column=_place(ends[1][1]),
                )
            )


def _place_of(cell: Element, following: int) -> int:
    """Return a cell's place in its row: as it says, or the following one. Raises ValueError for no place."""
    said = cell.get("r")
    if not said:
        return following
    found = _REFERENCE.fullmatch(said)
    if not found:
        raise ValueError(said)
    return _place(found[1])


def _place(letters: str) -> int:
    place = 0
    for letter in letters:
        place = 26 * place + ord(letter) - ord("A") + 1
    return place - 1


def _relationship_id(sheet: Element) -> str:
    """Return the id of a sheet's part: `id` in the namespace of relationships, and not `sheetId`."""
    return next((value for key, value in sheet.items() if key.endswith("}id")), "")


def _relationships(part: str, archive: Archive) -> dict[str, tuple[str, str]]:
    """Return what a part refers to: by id, the kind of part and its name."""
    folder, name = posixpath.split(part)
    listed = posixpath.join(folder, "_rels", f"{name}.rels")
    if listed not in archive:
        return {}
    found = {}
    for event, element_name, element in elements(archive.opener(listed)):
        if (
            event == "end"
            and element_name == "Relationship"
            and attribute(element, "TargetMode") != "External"
        ):
            kind = element.get("Type", "").rpartition("/")[2]
            target = element.get("Target", "")
            whole = (
                target.lstrip("/")
                if target.startswith("/")
                else posixpath.normpath(posixpath.join(folder, target))
            )
            found[element.get("Id", "")] = kind, whole
    return found


def _target_of(part: str, archive: Archive, kind: str) -> str:
    return _first(target for found, target in _relationships(part, archive).values() if found == kind)


def _first(names: Iterable[str]) -> str:
    return next(iter(names), "")
