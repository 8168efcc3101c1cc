"""Makes the people of a run from the rows of a file, as the policy reads its columns."""

import re
import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches

from functions.matching import (
    LARGEST_CAPACITY,
    Columns,
    Impossibility,
    Person,
    Policy,
    Role,
    Value,
    canonical,
)
from functions.spreadsheets import BadInput, Row, Table
from functions.spreadsheets.option_columns import chosen_options
from infra.match.readable import check_cells, check_shown

_LARGEST_PRIORITY = 10**9
_LONGEST_NUMBER = 12  # characters: longer than any of ours
_WHOLE_NUMBER = re.compile(r"[+-]?\d+(?:[.,]0+)?")


def people_in(table: Table, policy: Policy, role: Role) -> list[Person]:
    """Return one person for each row. Raises BadInput with the file, the row and what to do."""
    _check_columns(table, policy, role)
    side = policy.columns(role)
    people = []
    first_rows: dict[str, int] = {}
    for row in table.rows:
        person = _person(table, row, side)
        before = first_rows.setdefault(canonical(person.id), row.number)
        if before != row.number:
            raise BadInput(
                table.file,
                f"{person.id} stands in row {before} already",
                f"Keep one row for each {role}, or let the policy say keep = “latest” and the time column",
                row=row.number,
                column=side.id,
            )
        people.append(person)
    return people


def row_of(why: Impossibility, tables: Mapping[Role, Table], policy: Policy) -> str:
    """Return the file and row of the person whom it is about, or nothing."""
    if why.role is None or len(why.people) != 1:
        return ""
    table, side = tables[why.role], policy.columns(why.role)
    row = next((row.number for row in table.rows if _text(row, side.id) == why.people[0]), 0)
    return f"{table.file}, row {row}: " if row else ""


def _check_columns(table: Table, policy: Policy, role: Role) -> None:
    for column, place in policy.columns_in_file(role).items():
        if column not in table.columns:
            check_shown(table, column, role)
            near = get_close_matches(column, table.columns, n=1)
            hint = f"; did you mean “{near[0]}”?" if near else ""
            raise BadInput(
                table.file,
                f"the column “{column}” is missing, which {place} in the policy reads for each {role}",
                f"Add the column or change the policy{hint} The file has: {', '.join(table.columns)}"
                if near
                else f"Add the column or change the policy. The file has: {', '.join(table.columns)}",
            )
    check_cells(table, policy, role)


def _text(row: Row, column: str) -> str:
    cell = row.cells.get(column)
    return "" if cell is None else str(cell)


def _person(table: Table, row: Row, side: Columns) -> Person:
    name = _text(row, side.id)
    if not name:
        raise BadInput(
            table.file, "this cell is empty", "Everybody needs one", row=row.number, column=side.id
        )
    if any(unicodedata.category(letter) == "Cc" for letter in name):
        raise BadInput(
            table.file,
            "this cell holds a line break or a control character",
            "Type it again",
            row=row.number,
            column=side.id,
        )
    capacity = _capacity(table, row, side) if isinstance(side.capacity, str) else side.capacity
    priority = _whole(table, row, side.priority) if side.priority and _text(row, side.priority) else 0
    return Person(id=name, capacity=capacity, priority=priority, answers=_answers(row, side))


def _answers(row: Row, side: Columns) -> Mapping[str, Value]:
    """Return the cells of a row, and the answers that the policy makes of several of them."""
    made: dict[str, Value] = {}
    for column, source in side.sources.items():
        if source.options:
            made[column] = chosen_options(row.cells, source.options) or None
        elif source.parts:
            made[column] = " ".join(filter(None, (_text(row, part).strip() for part in source.parts))) or None
    return {**row.cells, **made} if made else row.cells


def _capacity(table: Table, row: Row, side: Columns) -> int:
    column = str(side.capacity)
    if not column:
        return 1
    source = side.sources.get(column)
    said = source.numbers.get(canonical(_text(row, column))) if source else None
    if said is not None:
        return said
    remedy = f"Write a whole number from 1 to {LARGEST_CAPACITY}, or take the row out"
    capacity = _whole(table, row, column, remedy)
    if not 1 <= capacity <= LARGEST_CAPACITY:
        raise BadInput(table.file, f"the capacity is {capacity}", remedy, row=row.number, column=column)
    return capacity


def _whole(
    table: Table, row: Row, column: str, remedy: str = "Write a whole number, or leave the cell empty"
) -> int:
    text = _text(row, column)
    if not _WHOLE_NUMBER.fullmatch(text):
        shown = f"“{text}” is not a whole number" if text else "this cell is empty"
        raise BadInput(table.file, shown, remedy, row=row.number, column=column)
    number = int(re.split("[.,]", text)[0]) if len(text) < _LONGEST_NUMBER else _LARGEST_PRIORITY + 1
    if abs(number) > _LARGEST_PRIORITY:
        raise BadInput(table.file, "this number is too large", remedy, row=row.number, column=column)
    return number
