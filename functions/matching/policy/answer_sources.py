"""The tables [mentees.columns."…"] of a policy: how a file holds the answers of one column."""

from collections.abc import Mapping

from functions.matching.people import canonical
from functions.matching.policy.model import LARGEST_CAPACITY, AnswerSource
from functions.matching.policy.toml import TomlTable

_KEYS = ("separator", "whole", "options", "parts", "numbers")


def answer_sources(side: TomlTable) -> Mapping[str, AnswerSource]:
    """Return how a file holds the answers of the columns that the table of one side tells of."""
    columns = side.table("columns", required=False)
    return {name: _source(columns, name) for name in columns.remaining_keys()}


def _source(columns: TomlTable, name: str) -> AnswerSource:
    table = columns.table(name)
    table.allow(_KEYS, f"the column “{name}”")
    source = AnswerSource(
        separator=_separator(table),
        whole=table.texts("whole", default=()),
        options=_options(table.table("options", required=False)),
        parts=table.texts("parts", default=()),
        numbers=_numbers(table.table("numbers", required=False)),
    )
    ways = [key for key in ("options", "parts") if table.has(key)]
    ways += [key for key in ("separator", "whole", "numbers") if table.has(key)][:1]
    if len(ways) != 1:
        raise columns.mistake(
            name,
            "it says two things that can’t both be" if ways else "it says nothing",
            "Write options or parts alone, or separator, whole or numbers",
        )
    return source


def _separator(table: TomlTable) -> str:
    separator = table.take("separator", default="")
    if not isinstance(separator, str) or (table.has("separator") and not separator):
        raise table.mistake(
            "separator", "it is not a text", 'Write what stands between two answers, such as " "'
        )
    return separator


def _options(table: TomlTable) -> dict[str, str]:
    return {column: table.text(column) for column in table.remaining_keys()}


def _numbers(table: TomlTable) -> dict[str, int]:
    numbers: dict[str, int] = {}
    for answer in table.remaining_keys():
        number = table.integer(answer, smallest=1)
        if number > LARGEST_CAPACITY:
            raise table.mistake(answer, f"{number} is above {LARGEST_CAPACITY}", "Write a smaller number")
        numbers[canonical(answer)] = number
    return numbers
