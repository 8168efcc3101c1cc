"""XML of unknown origin, element by element, without any of what makes XML dangerous.

A document type is refused before its content is parsed (it declares entities, whose expansion may fill the
memory or name other files); no workbook has one. defusedxml refuses the same, through Python's own slow
parser.
"""

from collections.abc import Callable, Collection, Iterator
from functools import lru_cache
from typing import IO
from xml.etree.ElementTree import Element, iterparse
from xml.parsers import expat

MOST_ELEMENTS = 1_000_000
_CHUNK = 2**16


class UnsafeXmlError(ValueError):
    """The XML has a document type."""


class _RootReachedError(Exception):
    """Nothing dangerous can follow."""


def elements(
    opened: Callable[[], IO[bytes]], units: Collection[str] = ()
) -> Iterator[tuple[str, str, Element]]:
    """Yield ("start" or "end", the name without its namespace, the element) from what `opened` opens.

    Elements that are called as one of `units` are let go after they were yielded at their end; no more than
    `MOST_ELEMENTS` are held between two of them. Raises UnsafeXmlError for a document type, ValueError for
    too many elements, and ParseError or ExpatError for what is no XML.
    """
    with opened() as stream:
        _refuse_document_type(stream)
    held = 0
    above: list[Element] = []
    with opened() as stream:
        for event, element in iterparse(stream, events=("start", "end")):  # noqa: S314
            name = local_name(element.tag)
            yield event, name, element
            if event == "start":
                above.append(element)
                held += 1
                if held > MOST_ELEMENTS:
                    raise ValueError(held)
                continue
            above.pop()
            if name in units and above:
                del above[-1][:]
                held = len(above)


@lru_cache(maxsize=1_024)
def local_name(qualified: str) -> str:
    """Return the name of an element or attribute without its namespace."""
    return qualified.rpartition("}")[2]


def attribute(element: Element, name: str) -> str:
    """Return an attribute by its name without namespace; empty when there is none."""
    plain = element.get(name)
    if plain is not None:
        return plain
    return next((value for key, value in element.items() if local_name(key) == name), "")


def _refuse_document_type(stream: IO[bytes]) -> None:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = _stop
    try:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk)
    except _RootReachedError:
        return


def _refuse(*_: object) -> None:
    raise UnsafeXmlError("a document type")


def _stop(*_: object) -> None:
    raise _RootReachedError
