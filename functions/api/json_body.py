"""What every door checks before anything looks inside a body: size, depth, encoding, stray characters.

Stock parsers fall over 30,000 nested brackets, and take lone surrogates, NUL, NaN, duplicate keys and
numbers of 5,000 digits, each of which breaks something further in. Guarded once, here.
"""

import json
import math
import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, NoReturn

MOST_BYTES = 32 * 1024
DEEPEST = 20
# Every whole number that JSON's readers agree on is below 2**53 (RFC 8259, section 6).
LARGEST_NUMBER = 2**53 - 1
MOST_DIGITS = 40

# A string that is never closed reaches to the end: looked for again from each of its quotes, it would take
# the square of the time.
STRING = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)', re.DOTALL)
BRACKET = re.compile(r"[\[\]{}]")
UNSENDABLE = re.compile("[\x00\ud800-\udfff]")


class BadInput(ValueError):  # noqa: N818  # it is raised, and it is input
    """A body that is not read further. `title` says what is wrong, `detail` what to do about it."""

    status = HTTPStatus.BAD_REQUEST

    def __init__(self, title: str, detail: str) -> None:
        super().__init__(title)
        self.title = title
        self.detail = detail


class TooLarge(BadInput):
    """A body larger than Kith reads."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def read_json(body: bytes) -> Any:
    """Return what a JSON body holds: at most 32 KB and 20 levels, with nothing in it that isn't JSON.

    Raises BadInput; its subclass TooLarge for a body that is too large.
    """
    _refuse_large(len(body))
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput("The text is not UTF-8.", "Send the body in the encoding UTF-8.") from error
    if _depth(text) > DEEPEST:
        detail = f"Nest objects and lists at most {DEEPEST} deep."
        raise BadInput("The body is nested too deeply.", detail)
    try:
        found = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_no_number,
            parse_int=_whole_number,
            parse_float=_number,
        )
    except json.JSONDecodeError as error:
        detail = f"Correct line {error.lineno}, column {error.colno}: {error.msg}."
        raise BadInput("The body is not JSON.", detail) from error
    _refuse_unsendable(_strings_in(found))
    return found


def _refuse_large(size: int) -> None:
    if size > MOST_BYTES:
        detail = f"Send at most {MOST_BYTES // 1024} KB; this was {math.ceil(size / 1024)} KB."
        raise TooLarge("The body is too large.", detail)


def _depth(text: str) -> int:
    """Return how deep the brackets outside strings go, without recursion."""
    deepest = depth = 0
    for bracket in BRACKET.findall(STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise BadInput("A key is there twice.", "Send each key of an object once.")
    return found


def _no_number(name: str) -> NoReturn:
    raise BadInput(f"{name} is not JSON.", "Send a number, or null.")


def _whole_number(digits: str) -> int:
    if len(digits) > MOST_DIGITS or abs(int(digits)) > LARGEST_NUMBER:
        raise BadInput("A number is too large.", f"Send numbers up to {LARGEST_NUMBER}.")
    return int(digits)


def _number(digits: str) -> float:
    number = float(digits) if len(digits) <= MOST_DIGITS else math.inf
    if not math.isfinite(number):
        raise BadInput("A number is too large.", f"Send numbers up to {LARGEST_NUMBER}.")
    return number


def _strings_in(found: object) -> Iterable[str]:
    if isinstance(found, str):
        yield found
    elif isinstance(found, list):
        for value in found:
            yield from _strings_in(value)
    elif isinstance(found, dict):
        for key, value in found.items():
            yield key
            yield from _strings_in(value)


def _refuse_unsendable(texts: Iterable[str]) -> None:
    if any(UNSENDABLE.search(text) for text in texts):
        title = "There is a character in it that is not text."
        raise BadInput(title, "Remove NUL characters and lone surrogates.")
