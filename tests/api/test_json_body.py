"""Nothing that isn't small, plain, unambiguous text gets past the door, and whoever sent it learns why."""

import json
from contextlib import suppress
from http import HTTPStatus
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.api.json_body import DEEPEST, MOST_BYTES, BadInput, TooLarge, read_json


def test_a_plain_body_is_read() -> None:
    assert read_json(b'{"a": [1, -2.5, "\\u00e9[[{", true, null]}') == {"a": [1, -2.5, "é[[{", True, None]}


def test_a_body_with_a_byte_order_mark_is_read() -> None:
    assert read_json(b"\xef\xbb\xbf{}") == {}


@pytest.mark.parametrize(
    ("body", "title", "detail"),
    [
        (b"", "The body is not JSON.", "Correct line 1, column 1: Expecting value."),
        (b'{"a": 1', "The body is not JSON.", "Correct line 1, column 8: Expecting ',' delimiter."),
        (b"\xff\xfe{}", "The text is not UTF-8.", "Send the body in the encoding UTF-8."),
        (b'"\xed\xa0\x80"', "The text is not UTF-8.", "Send the body in the encoding UTF-8."),
        (b"[" * 30_000, "The body is nested too deeply.", "Nest objects and lists at most 20 deep."),
        (
            b'{"a":' * 21 + b"1" + b"}" * 21,
            "The body is nested too deeply.",
            "Nest objects and lists at most 20 deep.",
        ),
        (b'{"a": 1, "a": 2}', "A key is there twice.", "Send each key of an object once."),
        (b'[{"b": {"a": 1, "a": 1}}]', "A key is there twice.", "Send each key of an object once."),
        (b"NaN", "NaN is not JSON.", "Send a number, or null."),
        (b"[-Infinity]", "-Infinity is not JSON.", "Send a number, or null."),
        (b"1e999", "A number is too large.", "Send numbers up to 9007199254740991."),
        (b"9" * 5_000, "A number is too large.", "Send numbers up to 9007199254740991."),
        (b"-9007199254740993", "A number is too large.", "Send numbers up to 9007199254740991."),
        (b"0." + b"1" * 5_000, "A number is too large.", "Send numbers up to 9007199254740991."),
        (
            b'"\\ud800"',
            "There is a character in it that is not text.",
            "Remove NUL characters and lone surrogates.",
        ),
        (
            b'{"\\u0000": 1}',
            "There is a character in it that is not text.",
            "Remove NUL characters and lone surrogates.",
        ),
    ],
)
def test_a_hostile_body_is_answered_with_what_to_do(body: bytes, title: str, detail: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_json(body)

    assert (refused.value.title, refused.value.detail) == (title, detail)
    assert refused.value.status is HTTPStatus.BAD_REQUEST


def test_a_body_may_be_as_large_and_as_deep_as_is_said() -> None:
    assert len(read_json(b'"' + b"a" * (MOST_BYTES - 2) + b'"')) == MOST_BYTES - 2
    assert read_json(b"[" * DEEPEST + b"]" * DEEPEST)


def test_a_body_beyond_32_kb_is_too_large() -> None:
    with pytest.raises(TooLarge) as refused:
        read_json(b'"' + b"a" * MOST_BYTES + b'"')

    assert refused.value.detail == "Send at most 32 KB; this was 33 KB."
    assert refused.value.status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE


@given(st.binary(max_size=200) | st.text(alphabet='[]{}",:\\u0de8 \n19.-etrunl', max_size=80).map(str.encode))
def test_whatever_comes_is_read_or_refused(body: bytes) -> None:
    with suppress(BadInput):
        json.dumps(read_json(body), allow_nan=False, ensure_ascii=False).encode()


SENDABLE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=10)
PLAIN: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | SENDABLE,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(SENDABLE, inner, max_size=4),
    max_leaves=10,
)


@given(PLAIN, st.booleans())
def test_what_is_plain_is_read_as_it_was_sent(sent: object, ascii_only: bool) -> None:  # noqa: FBT001  # drawn
    assert read_json(json.dumps(sent, ensure_ascii=ascii_only).encode()) == sent


def test_a_string_that_is_never_closed_is_refused_whatever_it_holds() -> None:
    for body in (b'"' + b'\\"' * 16_000, b'["' + b"[" * 100, b'"\\'):
        with pytest.raises(BadInput):
            read_json(body)
