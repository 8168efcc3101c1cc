"""Questions that an export spreads over one column for each option, as LimeSurvey, Kobo and Qualtrics do.

A cell says whether its option was chosen: Yes, Y, 1, x, or the option again; No, 0 and an empty one say that
it was not. Any other text answers a grid, such as “Morning, Evening” below “[Monday]”: each of its answers is
one of the option.
"""

import unicodedata
from collections.abc import Iterable, Mapping

from functions.spreadsheets.list_columns import answers_in, separator_of
from functions.spreadsheets.no_answer import is_no_answer
from functions.spreadsheets.table import Cell

_CHOSEN = frozenset(
    {"1", "1.0", "y", "yes", "true", "x", "✓", "✔", "☑", "checked", "selected", "chosen", "on"}
    | {"ja", "j", "oui", "si", "sí", "sì", "sim", "да", "نعم", "是", "はい", "evet", "tak", "wahr", "vrai"}
)
_NOT_CHOSEN = frozenset(
    {"0", "0.0", "n", "no", "false", "unchecked", "not selected", "not chosen", "off", "☐"}
    | {"nein", "non", "não", "nao", "нет", "لا", "否", "いいえ", "hay\u0131r", "nie", "falsch", "faux"}
)


def chosen_options(cells: Mapping[str, Cell], options: Mapping[str, str]) -> tuple[str, ...]:
    """Return what a row chose, in the order of `options`: the option of each column by its name."""
    return tuple(
        answer for column, option in options.items() for answer in _answers(cells.get(column), option)
    )


def tells_of_choice(cell: Cell) -> bool:
    """Whether a cell says that an option was chosen or not, and nothing else."""
    return _folded(cell) in _CHOSEN | _NOT_CHOSEN


def _answers(cell: Cell, option: str) -> Iterable[str]:
    folded = _folded(cell)
    if folded in _CHOSEN or folded == _folded(option):
        return (option,)
    if not folded or folded in _NOT_CHOSEN or is_no_answer(str(cell)):
        return ()
    text = str(cell)
    return tuple(f"{option}: {answer}" for answer in answers_in(text, separator_of([text])))


def _folded(cell: Cell) -> str:
    return "" if cell is None else " ".join(unicodedata.normalize("NFKC", str(cell)).casefold().split())
