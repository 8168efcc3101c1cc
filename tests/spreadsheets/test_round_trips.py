"""What is written comes back as it was, and no file that was damaged ends in anything but a message."""

import contextlib
import csv
import io
import random

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from functions.spreadsheets import BadInput, read_content
from functions.spreadsheets.error_values import is_error_value
from functions.spreadsheets.formula_escapes import ESCAPED, escape, escape_row, unescape
from functions.spreadsheets.list_columns import Separator, answers_in, separator_of
from tests.spreadsheets.workbooks import (
    HEADER,
    PEOPLE,
    cells,
    ods,
    ods_table,
    parts_of,
    saved,
    workbook,
    zipped,
)

TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Zl", "Zp"), include_characters="\n"),
    max_size=20,
)
DANGEROUS = st.tuples(
    st.sampled_from(["=", "+", "-", "@", "'", "\uff1d", " =", "\u200b@", "\u2060-"]), TEXT
).map("".join)
CELL = st.one_of(TEXT, DANGEROUS)
SLOW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)


def as_read(text: str) -> str | None:
    """Return a text as reading gives it: without outer space, error values being no answer."""
    plain = text.strip()
    return None if not plain or is_error_value(plain) else plain


def stands_as_is(name: str, row: tuple[str, ...]) -> bool:
    return not any(
        cell.strip().casefold() in HEADER or cell.strip().endswith(("?", ":", "\u061f", "\uff1f"))
        for cell in (name, *row)
    )


ROWS = st.lists(st.tuples(CELL, CELL), min_size=1, max_size=5)


def rows_of(pairs: list[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """Return rows that are people: each with a number of its own as a name."""
    return [(f"P{place}", *pair) for place, pair in enumerate(pairs) if stands_as_is("", pair)]


@SLOW
@given(
    pairs=ROWS,
    delimiter=st.sampled_from(",;\t|"),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_a_csv_comes_back_as_it_was_written(
    pairs: list[tuple[str, str]], delimiter: str, quoting: int
) -> None:
    rows = rows_of(pairs)
    text = io.StringIO(newline="")
    lines = csv.writer(text, delimiter=delimiter, quoting=quoting)  # type: ignore[arg-type]
    lines.writerows([HEADER, *[[*row] for row in rows]])
    if not rows:
        return

    table = read_content(f"sep={delimiter}\n{text.getvalue()}".encode(), name="p.csv", columns=HEADER)

    assert cells(table) == [tuple(map(as_read, row)) for row in rows]


@SLOW
@given(pairs=ROWS)
@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_workbook_comes_back_as_it_was_written(kind: str, pairs: list[tuple[str, str]]) -> None:
    rows = [tuple(cell.lstrip("=") for cell in row) for row in rows_of(pairs)]
    content = saved(workbook(People=[HEADER, *rows])) if kind == "xlsx" else ods(ods_table([HEADER, *rows]))
    if not rows:
        return

    table = read_content(content, name=f"p.{kind}", columns=HEADER)

    assert cells(table) == [tuple(map(as_read, row)) for row in rows]


@given(rows=st.lists(st.fixed_dictionaries({"a": st.one_of(st.text(), DANGEROUS), "b": CELL})))
@example(rows=[{"a": "'=1", "b": "=1"}])
@example(rows=[{"a": "", "b": "'"}])
def test_only_what_kith_escaped_is_undone(rows: list[dict[str, str]]) -> None:
    for row in rows:
        written = escape_row(row)

        assert {column: unescape(written[column], column, written[ESCAPED]) for column in row} == row
        assert all(escape(written[column]) == written[column] for column in row)


def test_an_apostrophe_that_somebody_wrote_stays_where_kith_wrote_none() -> None:
    table = read_content(b"name,wants,avoid\nRita,'=x,'-y\n", name="p.csv", columns=HEADER)

    assert cells(table) == [("Rita", "'=x", "'-y")]


def test_what_kith_escaped_is_undone_by_reading() -> None:
    row = escape_row({"name": "=Rita", "wants": "'=x", "avoid": "\uff0bTom"})
    text = io.StringIO(newline="")
    lines = csv.DictWriter(text, list(row))
    lines.writeheader()
    lines.writerow(row)

    table = read_content(text.getvalue().encode(), name="p.csv", columns=HEADER)

    assert cells(table) == [("=Rita", "'=x", "\uff0bTom")]


SOURCES = {
    "csv": b'name,wants,avoid\nRita Sand,Statistics,Paul Idris\nTom Ebo,"Writing, theses",\n',
    "utf16": "name;wants;avoid\nRené;Statistics;\n".encode("utf-16"),
    "xlsx": saved(workbook(People=PEOPLE)),
    "ods": ods(ods_table(PEOPLE)),
}


@pytest.mark.parametrize("kind", SOURCES)
def test_a_damaged_file_ends_in_a_table_or_in_one_message(kind: str) -> None:
    chance = random.Random(20261201)  # noqa: S311 - the same damage each time
    for _ in range(400):
        content = damaged(SOURCES[kind], chance)
        with contextlib.suppress(BadInput):
            read_content(content, name=f"p.{kind}", columns=HEADER)


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Return the content with some bytes changed, cut out, doubled or cut off."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        place = chance.randrange(len(changed) or 1)
        kind = chance.randrange(4)
        if kind == 0 and changed:
            changed[min(place, len(changed) - 1)] = chance.randrange(256)
        elif kind == 1:
            del changed[place : place + chance.randint(1, 30)]
        elif kind == 2:
            changed[place:place] = changed[place : place + 20]
        else:
            del changed[max(place, 1) :]
    return bytes(changed)


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_workbook_whose_parts_are_damaged_ends_in_a_table_or_in_one_message(kind: str) -> None:
    chance = random.Random(7)  # noqa: S311
    parts = parts_of(SOURCES[kind])
    for _ in range(400):
        name = chance.choice(sorted(parts))
        with contextlib.suppress(BadInput):
            read_content(
                zipped({**parts, name: damaged(parts[name], chance)}), name=f"p.{kind}", columns=HEADER
            )


@pytest.mark.parametrize(
    ("texts", "separator", "answers"),
    [
        (["Study, abroad;Writing", "Law"], Separator.SEMICOLON, [("Study, abroad", "Writing"), ("Law",)]),
        (["Funding, abroad;"], Separator.SEMICOLON, [("Funding, abroad",)]),
        (["a, b|c", "d"], Separator.BAR, [("a, b", "c"), ("d",)]),
        (["a, b\nc"], Separator.LINE_BREAK, [("a, b", "c")]),
        (["a\nb;c"], Separator.SEMICOLON, [("a", "b", "c")]),
        (["a, b", "c"], Separator.COMMA, [("a", "b"), ("c",)]),
        (["数学、法律", "写作"], Separator.COMMA, [("数学", "法律"), ("写作",)]),
        (["أ؛ ب، ج"], Separator.SEMICOLON, [("أ", "ب، ج")]),
        (["a；b"], Separator.SEMICOLON, [("a", "b")]),  # noqa: RUF001 - full width
        (["Law", ""], Separator.NONE, [("Law",), ()]),
    ],
)
def test_a_column_is_cut_at_its_strongest_separator(
    texts: list[str], separator: Separator, answers: list[tuple[str, ...]]
) -> None:
    assert separator_of(texts) is separator
    assert [answers_in(text, separator) for text in texts] == answers


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("Funding, abroad, Law", ("Funding, abroad", "Law")),
        ("Law,Funding,  abroad", ("Law", "Funding, abroad")),
        ("Funding, Law, abroad", ("Funding", "Law", "abroad")),
        ("A, b, c, Law", ("A, b, c", "Law")),
    ],
)
def test_known_answers_keep_their_commas(text: str, answers: tuple[str, ...]) -> None:
    assert answers_in(text, Separator.COMMA, {"funding, abroad", "a, b, c", "a, b"}) == answers
