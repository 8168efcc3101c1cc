"""Workbooks that a test makes: by openpyxl, another's code than the reader, and by hand where it can't."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

import openpyxl

from functions.spreadsheets import Table, read_content

Rows = Sequence[Sequence[object]]
HEADER = ("name", "wants", "avoid")
RITA = ("Rita Sand", "Statistics", "Paul Idris")
TOM = ("Tom Ebo", "Writing", None)
PEOPLE: Rows = (HEADER, RITA, TOM)
_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_NAMESPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
)


def workbook(**sheets: Rows) -> openpyxl.Workbook:
    """Return a workbook with these sheets, to be changed further."""
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    return made


def saved(made: openpyxl.Workbook) -> bytes:
    """Return the bytes of a workbook."""
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def changed(content: bytes, part: str, *changes: tuple[str, str]) -> bytes:
    """Return the bytes of a workbook in whose part some texts are others."""
    parts = parts_of(content)
    text = parts[part].decode()
    for before, after in changes:
        assert before in text, (before, text)
        text = text.replace(before, after)
    return zipped({**parts, part: text.encode()})


def parts_of(content: bytes) -> dict[str, bytes]:
    """Return the parts of a zip by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """Return a zip of these parts."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def ods(tables: str, styles: str = "", more: Mapping[str, bytes] | None = None) -> bytes:
    """Return an OpenDocument spreadsheet with these tables in its body."""
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMESPACES}>'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    return zipped({"mimetype": _ODS.encode(), "content.xml": content.encode(), **(more or {})})


def ods_table(rows: Rows, name: str = "People", style: str = "") -> str:
    """Return a table of texts and whole numbers."""
    look = f' table:style-name="{style}"' if style else ""
    lines = "".join(f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows)
    return f'<table:table table:name="{escape(name)}"{look}>{lines}</table:table>'


def ods_cell(value: object) -> str:
    """Return one cell."""
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, int):
        number = f'office:value-type="float" office:value="{value}"'
        return f"<table:table-cell {number}><text:p>{value}</text:p></table:table-cell>"
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in str(value).split("\n"))
    return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'


def table_in(content: bytes, name: str = "people.xlsx", *, sheet: str = "") -> Table:
    """Return the table in some bytes, the columns of `HEADER` being wanted."""
    return read_content(content, name=name, columns=HEADER, sheet=sheet)


def cells(table: Table) -> list[tuple[object, ...]]:
    """Return the cells of a table by row, in the order of its columns."""
    return [tuple(row.cells.get(column) for column in table.columns) for row in table.rows]
