"""Of several rows of one person, the latest, where the policy says `keep = "latest"`."""

from collections.abc import Mapping
from dataclasses import replace

from functions.matching import Columns, canonical
from functions.spreadsheets import BadInput, Row, Table, WhyLeftOut
from functions.spreadsheets.moments import UnknownMomentError, moments_of
from functions.spreadsheets.table import LeftOutRow


def with_latest_rows(table: Table, side: Columns) -> Table:
    """Return the table with one row for each person: the one whose time is latest, of equals the lowest.

    Raises BadInput where somebody stands in it twice and a time of theirs can't be read.
    """
    if not side.time or side.id not in table.columns or side.time not in table.columns:
        return table
    rows: dict[str, list[Row]] = {}
    for row in table.rows:
        rows.setdefault(canonical(str(row.cells.get(side.id) or "")), []).append(row)
    again = {person: several for person, several in rows.items() if person and len(several) > 1}
    if not again:
        return table
    return _without(table, _superseded(again, _times(table, side, again)))


def _times(table: Table, side: Columns, again: Mapping[str, list[Row]]) -> dict[int, object]:
    """Return when each row was answered. Every row that has a time tells how times are written here."""
    repeated = {row.number for rows in again.values() for row in rows}
    timed = [row for row in table.rows if row.cells.get(side.time) is not None or row.number in repeated]
    try:
        moments = moments_of([row.cells.get(side.time) for row in timed])
    except UnknownMomentError as error:
        row = timed[error.place].number
        remedy = "Write the time as 2027-01-31 14:30, or keep one row for each person"
        raise BadInput(table.file, str(error), remedy, row=row, column=side.time) from error
    return {row.number: moment for row, moment in zip(timed, moments, strict=True)}


def _superseded(again: Mapping[str, list[Row]], times: Mapping[int, object]) -> set[int]:
    found: set[int] = set()
    for rows in again.values():
        numbers = sorted((row.number for row in rows), key=lambda number: (times[number], number))
        found.update(numbers[:-1])
    return found


def _without(table: Table, superseded: set[int]) -> Table:
    left_out = [LeftOutRow(number=number, why=WhyLeftOut.ANSWERED_AGAIN) for number in sorted(superseded)]
    return replace(
        table,
        rows=tuple(row for row in table.rows if row.number not in superseded),
        read=replace(table.read, left_out=(*table.read.left_out, *left_out)),
    )
