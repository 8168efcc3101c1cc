"""The parts of a workbook, which is a zip, opened only when all of them together stay within bounds."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ExpatError

from functions.spreadsheets.errors import BadInput, TooLargeError
from functions.spreadsheets.file_kinds import damaged
from functions.spreadsheets.xml_elements import UnsafeXmlError

LARGEST_WIDTH = 16_384  # columns of a sheet, in Excel and in LibreOffice
MOST_ROWS = 1_048_576  # the same
MOST_CELLS = 20_000_000  # that hold anything, of one sheet
# Whatever libraries raise for bytes that are no workbook's; RuntimeError is zipfile's for encrypted parts.
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error, ParseError, ExpatError),
    *(ValueError, LookupError, OSError, EOFError, RuntimeError, OverflowError),
)


class Archive:
    """A workbook's parts by name."""

    def __init__(self, file: str, content: bytes, largest: int) -> None:
        with unbroken(file):
            self._zip = zipfile.ZipFile(io.BytesIO(content))
            self._names = set(self._zip.namelist())
            unpacked = sum(entry.file_size for entry in self._zip.infolist())
        if unpacked > largest:
            cause = f"the workbook unpacks to {unpacked // 2**20:,} MB"
            raise TooLargeError(file, cause, "Keep only the sheet with the people")

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def opener(self, name: str) -> Callable[[], IO[bytes]]:
        """Return what opens the part. Raises KeyError when there is none."""
        info = self._zip.getinfo(name)
        return lambda: self._zip.open(info)


@contextmanager
def unbroken(file: str) -> Iterator[None]:
    """Say of a workbook that breaks while it is read that it can't be opened, and raise BadInput."""
    try:
        yield
    except UnsafeXmlError as error:
        cause = "this workbook declares a document type, which no spreadsheet program writes"
        raise BadInput(file, cause, "Open it in a spreadsheet program and save it again") from error
    except BROKEN as error:
        raise damaged(file) from error
