"""What a match read of its files, before anything is matched: as a value, and in sentences."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from functions.matching import Pairing, Policy, Role
from functions.spreadsheets import Table
from functions.spreadsheets.description import describe
from functions.spreadsheets.list_columns import Separator
from infra.match.answers import ColumnReading, comparisons_of

TITLE = "What was read"
_NAMED_AT_MOST = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmetOptions:
    """Answers to one criterion that nobody on the other side gave."""

    criterion: str
    role: Role
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read: the files, how answers were cut, and what is likely to be wrong with them.

    `silent` are the criteria in which nobody can have a point: no answer of one side stands on the other.
    """

    tables: tuple[Table, ...]
    columns: tuple[ColumnReading, ...]
    unmet: tuple[UnmetOptions, ...]
    silent: tuple[str, ...]


def reading_of(tables: Mapping[Role, Table], columns: Sequence[ColumnReading], policy: Policy) -> Reading:
    """Return what was read of the files of a match."""
    peers = policy.pairing is Pairing.PEERS
    kept = tuple(column for column in columns if not peers or column.role is Role.MENTEE)
    options = {(column.role, column.column): column.options for column in columns}
    unmet: list[UnmetOptions] = []
    silent: list[str] = []
    for pair in () if peers else comparisons_of(policy):
        mine, theirs = (options.get(column, {}) for column in pair.columns)
        if mine and theirs and not mine.keys() & theirs.keys():
            silent.append(pair.criterion)
        for role, own, other in ((Role.MENTEE, mine, theirs), (Role.MENTOR, theirs, mine)):
            alone = tuple(text for key, text in own.items() if key not in other)
            if alone and other:
                unmet.append(UnmetOptions(criterion=pair.criterion, role=role, options=alone))
    tables_read = (
        tuple(tables.values())[:1] if peers else tuple(tables[role] for role in Role if role in tables)
    )
    return Reading(tables=tables_read, columns=kept, unmet=tuple(unmet), silent=tuple(silent))


def lines_of(reading: Reading) -> Iterator[str]:
    """Yield what was read as sentences, what is likely to be wrong first within each file's part."""
    for criterion in reading.silent:
        yield (
            f"Check this: nobody can score in “{criterion}”. No answer of the mentees stands among those of "
            "the mentors; perhaps the separator is another one, or the options are spelt another way."
        )
    for table in reading.tables:
        yield from describe(table)
    yield from _of_separators(reading.columns)
    for column in reading.columns:
        yield from _of_no_answers(column)
    for unmet in reading.unmet:
        side, other = ("mentees", "mentors") if unmet.role is Role.MENTEE else ("mentors", "mentees")
        yield f"“{unmet.criterion}”: only {side} said {_listed(unmet.options)}; no {other[:-1]} did."


def _of_separators(columns: Sequence[ColumnReading]) -> Iterator[str]:
    cut: dict[tuple[Role, Separator], list[str]] = {}
    for column in columns:
        if column.separator:
            cut.setdefault((column.role, column.separator), []).append(f"“{column.column}”")
    for (role, separator), names in cut.items():
        side = str(role).capitalize()
        yield f"{side}s: several answers in a cell, cut at each {separator}: {', '.join(names)}."


def _of_no_answers(column: ColumnReading) -> Iterator[str]:
    if column.no_answers:
        words = _listed([f"{text} ({count:,})" for text, count in sorted(column.no_answers.items())])
        side = str(column.role).capitalize()
        yield f"{side}s, “{column.column}”: read as no answer: {words}."


def _listed(texts: Sequence[str]) -> str:
    more = f" … and {len(texts) - _NAMED_AT_MOST:,} more" if len(texts) > _NAMED_AT_MOST else ""
    return ", ".join(text.replace("\n", " ") for text in texts[:_NAMED_AT_MOST]) + more


def content_of_reading(reading: Reading) -> dict[str, Any]:
    """Return what was read as plain data for the report."""
    return {
        "files": [
            {"file": table.file, "rows": len(table.rows), **asdict(table.read)} for table in reading.tables
        ],
        "columns": [
            {
                "side": str(column.role),
                "column": column.column,
                "separator": str(column.separator or Separator.NONE),
                "no_answers": dict(column.no_answers),
            }
            for column in reading.columns
        ],
        "unmet_options": [asdict(unmet) for unmet in reading.unmet],
        "criteria_in_which_nobody_scores": list(reading.silent),
    }
