"""The text of a CSV file: in UTF-8, UTF-16, UTF-32 or, as a guess that is told, Windows-1252.

Another guess is not made: in the wrong encoding names become other names. Words written in letters of another
script would be whole words of accented letters in Windows-1252, so a file with such words is refused.
"""

import codecs
import re
from dataclasses import dataclass

from functions.spreadsheets.errors import BadInput

UTF_8, GUESSED = "UTF-8", "Windows-1252"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8", UTF_8),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
_AGAIN = "Save it again as “CSV UTF-8” (in Excel: Save As; in LibreOffice: character set UTF-8)"
_LETTER_OF_UTF_8 = re.compile(
    rb"[\xc3-\xdf][\x80-\xbf]|[\xe1-\xef][\x80-\xbf]{2}|\xf0[\x90-\xbf][\x80-\xbf]{2}"
)
_WORD = re.compile(r"[^\W\d_]+")
# Whole words of accented letters, or marks that no Western text has where these stand.
_FOREIGN_WORD = re.compile(r"[^\W\d_\x00-\x7f]{3,}|[\u0192\u2020\u2021\u02c6\u2030]|(?<=\S)\u201a(?=\S)")
_GARBLED = re.compile(r"\w*(?:[\xc3\xc2][\x80-\xbf]|\xe2\u20ac.)[\w\x80-\xbf]*")
_WORDS_SHOWN = 5
_PROBED = 4_096
_MOSTLY = 0.4  # of every second byte, NUL in a text of Latin letters in UTF-16


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedText:
    """A text, its encoding and, where that was guessed, some words that show whether the guess is right."""

    text: str
    encoding: str
    guessed_words: tuple[str, ...] = ()

    @property
    def garbled_words(self) -> tuple[str, ...]:
        """Return some words that are UTF-8 read as Windows-1252 once before, such as RenÃ© for René."""
        return tuple(dict.fromkeys(_GARBLED.findall(self.text)))[:_WORDS_SHOWN]


def decode(file: str, content: bytes) -> DecodedText:
    """Return the text of a file. Raises BadInput with the row where it is none."""
    mark, codec, encoding = _marked(content)
    try:
        decoded = DecodedText(text=content[len(mark) :].decode(codec), encoding=encoding)
    except UnicodeDecodeError as error:
        if codec != "utf-8" or mark:
            raise BadInput(file, f"the file says that it is in {encoding}, and is not", _AGAIN) from error
        decoded = _guessed(file, content, error.start)
    if "\0" in decoded.text:
        row = decoded.text.count("\n", 0, decoded.text.index("\0")) + 1
        raise BadInput(file, "the file holds NUL characters, so it is not text", _AGAIN, row=row)
    return decoded


def _marked(content: bytes) -> tuple[bytes, str, str]:
    """Return the mark at the beginning, the codec and its name; UTF-16 without a mark shows by its NULs."""
    for mark, codec, name in _MARKS:
        if content.startswith(mark):
            return mark, codec, name
    probe = content[:_PROBED]
    for first, codec in ((1, "utf-16-le"), (0, "utf-16-be")):
        nulls = probe[first::2].count(0)
        if nulls > _MOSTLY * len(probe[first::2]) and not probe[1 - first :: 2].count(0):
            return b"", codec, "UTF-16"
    return b"", "utf-8", UTF_8


def _guessed(file: str, content: bytes, place: int) -> DecodedText:
    row = content.count(b"\n", 0, place) + 1
    if _LETTER_OF_UTF_8.search(content):
        cause = f"some of the file is in UTF-8 and some is not (byte 0x{content[place]:02x})"
        raise BadInput(file, cause, "Type the letters of this row again, and save as “CSV UTF-8”", row=row)
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise _unknown(file, row) from error
    foreign = _FOREIGN_WORD.search(text)
    if foreign:
        raise _unknown(file, text.count("\n", 0, foreign.start()) + 1)
    words = dict.fromkeys(word for word in _WORD.findall(text) if not word.isascii())
    return DecodedText(text=text, encoding=GUESSED, guessed_words=tuple(words)[:_WORDS_SHOWN] or ("no word",))


def _unknown(file: str, row: int) -> BadInput:
    cause = "the file is not in UTF-8, and its letters don’t tell what it is in"
    return BadInput(file, cause, _AGAIN, row=row)
