"""Columns in which people gave several answers: what stands between two of them, and the answers.

Forms write several answers into one cell, each in its own way, and answers have commas of their own. So each
column has one separator, the strongest that any of its cells has; weaker ones belong to the answers.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from itertools import pairwise


class Separator(StrEnum):
    """What stands between two answers, the strongest first."""

    SEMICOLON = "semicolon"
    BAR = "vertical bar"
    LINE_BREAK = "line break"
    COMMA = "comma"
    NONE = ""


_MARKS = {
    Separator.SEMICOLON: re.compile("[;\uff1b\u061b\n]"),  # ASCII, full width, Arabic
    Separator.BAR: re.compile("[|\uff5c\n]"),
    Separator.LINE_BREAK: re.compile("\n"),
    Separator.COMMA: re.compile("[,\uff0c\u3001\u060c]"),  # ASCII, full width, ideographic, Arabic
}
_NOT_ALONE = {Separator.SEMICOLON: "\n", Separator.BAR: "\n"}


def separator_of(texts: Iterable[str]) -> Separator:
    """Return what separates the answers of a column; NONE when each cell has one."""
    whole = [text for text in texts if text]
    for separator, mark in _MARKS.items():
        alone = _NOT_ALONE.get(separator, "")
        if any(found != alone for text in whole for found in mark.findall(text)):
            return separator
    return Separator.NONE


def answers_in(text: str, separator: Separator, known: Collection[str] = ()) -> tuple[str, ...]:
    """Return the answers of a cell in their order, without empty ones.

    Neighbours that together are one of the `known` answers (casefolded) are one: “Funding, abroad”.
    """
    if separator is Separator.NONE:
        return (text.strip(),) if text.strip() else ()
    mark = _MARKS[separator]
    ends = [0, *(found.end() for found in mark.finditer(text)), len(text) + 1]
    pieces = [(first, end - 1) for first, end in pairwise(ends)]
    return tuple(answer for answer in _joined(text, pieces, known) if answer)


def _joined(text: str, pieces: Sequence[tuple[int, int]], known: Collection[str]) -> Iterable[str]:
    place = 0
    while place < len(pieces):
        for last in range(len(pieces) - 1 if known else place, place, -1):
            whole = " ".join(text[pieces[place][0] : pieces[last][1]].split())
            if whole.casefold() in known:
                yield whole
                place = last
                break
        else:
            yield text[pieces[place][0] : pieces[place][1]].strip()
        place += 1
