"""What a file is by its bytes, whatever its name says; what can't be read is named, with what truly helps."""

import io
import json
import re
import struct
import zipfile
import zlib
from enum import StrEnum

from functions.spreadsheets.errors import BadInput


class FileKind(StrEnum):
    """What Kith reads."""

    TEXT = "text"
    EXCEL = "Excel workbook"
    OPEN_DOCUMENT = "OpenDocument spreadsheet"


_SAVE = "save it as .xlsx or as CSV UTF-8"
_OPEN_AND_SAVE = f"Open it in a spreadsheet program and {_SAVE}"
_OLE = b"\xd0\xcf\x11\xe0"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF-", "this is a PDF, no spreadsheet", "Export the table itself, as .xlsx or CSV UTF-8"),
    (b"\x1f\x8b", "this is a compressed file (gzip)", "Unpack it and name the file inside"),
    (b"7z\xbc\xaf\x27\x1c", "this is a compressed file (7-Zip)", "Unpack it and name the file inside"),
    (b"Rar!", "this is a compressed file (RAR)", "Unpack it and name the file inside"),
    (b"\x89PNG", "this is a picture (PNG)", "Name the file of the table itself"),
    (b"\xff\xd8\xff", "this is a picture (JPEG)", "Name the file of the table itself"),
    (b"GIF8", "this is a picture (GIF)", "Name the file of the table itself"),
    (b"SQLite format 3", "this is a database", "Export the table from it as CSV UTF-8"),
    (b"PAR1", "this is a Parquet file", "Write the table as CSV UTF-8"),
    (b"{\\rtf", "this is a text document (RTF)", "Copy its table into a spreadsheet and save that as .xlsx"),
    (b"\x09\x08\x10\x00\x00\x06\x05\x00", "this is an old Excel file (.xls)", _OPEN_AND_SAVE),
)
# How workbooks of other makes are told apart: by a member of their zip.
_MEMBERS: tuple[tuple[str, str, str], ...] = (
    (r"xl/workbook\.bin", "this is a binary Excel workbook (.xlsb)", f"Open it in Excel and {_SAVE}"),
    (
        r"Index/Document\.iwa|Index\.zip|(.*/)?Index/.*\.iwa",
        "this is a Numbers document",
        "In Numbers choose File, Export To, Excel or CSV (UTF-8)",
    ),
    (
        r"word/document\.xml",
        "this is a Word document",
        "Copy its table into a spreadsheet and save that as .xlsx",
    ),
    (r"ppt/presentation\.xml", "this is a presentation", "Name the file of the table itself"),
)
_HTML = re.compile(
    rb"(?:<\?xml[^>]*>|<!--.*?-->|\s)*<(?:!doctype\s+html|html|head|body|table|meta|style|div)\b",
    re.IGNORECASE | re.DOTALL,
)
_STARTS_XML = re.compile(rb"\s*<\?xml|\s*<[A-Za-z]+:?[A-Za-z]*\s+xmlns", re.IGNORECASE)
_XML_MARKS: tuple[tuple[bytes, str, str], ...] = (
    (
        b"urn:schemas-microsoft-com:office:spreadsheet",
        "this is an “XML Spreadsheet 2003”",
        f"Open it in Excel and {_SAVE}",
    ),
    (
        b"urn:oasis:names:tc:opendocument",
        "this is a flat OpenDocument file (.fods)",
        "Open it in LibreOffice and save it as .ods, .xlsx or CSV UTF-8",
    ),
)
_PROBED = 2_048


def kind_of(file: str, content: bytes) -> FileKind:
    """Return how the file is to be read. Raises BadInput for what is no table that Kith reads."""
    if content.startswith(_OLE):
        raise _ole(file, content)
    for signature, cause, remedy in _SIGNATURES:
        if content.startswith(signature):
            raise BadInput(file, cause, remedy)
    if content.startswith(_ZIP):
        return _kind_of_zip(file, content)
    _refuse_markup(file, content)
    return FileKind.TEXT


def _ole(file: str, content: bytes) -> BadInput:
    """Return what is wrong with a compound file (MS-CFB), whose directory holds names in UTF-16."""

    def holds(name: str) -> bool:
        return name.encode("utf-16-le") in content

    if holds("EncryptedPackage") or holds("EncryptionInfo"):
        return password(file)
    if holds("WordDocument"):
        return BadInput(
            file, "this is a Word document", "Copy its table into a spreadsheet and save that as .xlsx"
        )
    if holds("PowerPoint Document"):
        return BadInput(file, "this is a presentation", "Name the file of the table itself")
    return BadInput(file, "this is an old Excel file (.xls)", _OPEN_AND_SAVE)


def password(file: str) -> BadInput:
    """Return what is said of a workbook that can't be opened without its password."""
    return BadInput(
        file,
        "this workbook is protected by a password",
        "Open it and save it without one (in Excel: File, Info, Protect Workbook, Encrypt with Password, "
        "and empty the box)",
    )


def _kind_of_zip(file: str, content: bytes) -> FileKind:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if any(entry.flag_bits & 1 for entry in entries):
                raise password(file)
            names = [entry.filename for entry in entries]
            mime = archive.read("mimetype")[:100] if "mimetype" in names and len(names) < _PROBED else b""
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        RuntimeError,
        ValueError,
        OSError,
        EOFError,
    ) as error:
        raise damaged(file) from error
    return _kind_of_members(file, names, mime)


def _kind_of_members(file: str, names: list[str], mime: bytes) -> FileKind:
    for pattern, cause, remedy in _MEMBERS:
        if any(re.fullmatch(pattern, name) for name in names):
            raise BadInput(file, cause, remedy)
    if "content.xml" in names:
        if mime and b"spreadsheet" not in mime:
            cause = "this is an OpenDocument file, and no spreadsheet"
            raise BadInput(file, cause, "Copy its table into a spreadsheet and save that as .ods or .xlsx")
        return FileKind.OPEN_DOCUMENT
    if "[Content_Types].xml" in names or any(name.endswith("workbook.xml") for name in names):
        return FileKind.EXCEL
    raise BadInput(file, "this is a zip archive, no spreadsheet", "Unpack it and name the file inside")


def damaged(file: str) -> BadInput:
    """Return what is said of a workbook that is cut off or broken."""
    return BadInput(file, "this workbook can’t be opened", "Save it again as .xlsx, or as CSV UTF-8")


def _refuse_markup(file: str, content: bytes) -> None:
    probe = content[:_PROBED].removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"")
    start = probe.removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff").lstrip()
    if _HTML.match(start) or (start.startswith(b"MIME-Version:") and b"multipart/related" in start):
        raise BadInput(file, "this is a web page, no spreadsheet", _OPEN_AND_SAVE)
    if _STARTS_XML.match(start):
        for mark, cause, remedy in _XML_MARKS:
            if mark in start:
                raise BadInput(file, cause, remedy)
        raise BadInput(file, "this is XML, no spreadsheet", "Export the table as .xlsx or CSV UTF-8")
    if start[:1] in (b"{", b"["):
        _refuse_json(file, content)


def _refuse_json(file: str, content: bytes) -> None:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return
    if isinstance(found, dict) and ("doc_id" in found or "url" in found):
        remedy = "In Google Sheets choose File, Download, Microsoft Excel (.xlsx)"
        raise BadInput(file, "this is a link to a sheet, not the sheet", remedy)
    raise BadInput(file, "this is JSON, no spreadsheet", "Export the table as .xlsx or CSV UTF-8")
