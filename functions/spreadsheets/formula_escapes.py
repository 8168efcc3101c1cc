"""Text in cells that no spreadsheet program takes for a formula, and back again.

A row says which of its cells Kith escaped, in a column of its own. So reading undoes what Kith did and
leaves alone what somebody wrote with an apostrophe before it.
"""

import unicodedata
from collections.abc import Mapping

ESCAPED = "kith: escaped"  # the column that names, in each row, the columns whose cells were escaped
_MARK = "'"
_BETWEEN = ", "
_STARTS_A_FORMULA = frozenset("=+-@")
_BREAKS_A_CELL = frozenset("\t\r\n\0")


def escape(text: str) -> str:
    """Return the text as a spreadsheet takes it for text: with `'` before what could start a formula.

    That is any of = + - @, also in full width or after spaces and invisible characters, and tab, line
    breaks and NUL. Nothing is removed.
    """
    return f"{_MARK}{text}" if _is_dangerous(text) else text


def escape_row(cells: Mapping[str, str]) -> dict[str, str]:
    """Return a row with its dangerous cells escaped and, in the column `ESCAPED`, which these are."""
    written = {column: escape(text) for column, text in cells.items()}
    changed = [column for column, text in cells.items() if written[column] != text]
    return {**written, ESCAPED: _BETWEEN.join(changed)}


def unescape(text: str, column: str, escaped: str) -> str:
    """Return the text of a cell as it was before `escape_row`, by what the row's cell `ESCAPED` says."""
    return text[1:] if text.startswith(_MARK) and column in escaped.split(_BETWEEN) else text


def _is_dangerous(text: str) -> bool:
    if text and text[0] in _BREAKS_A_CELL:
        return True
    seen = text.lstrip("".join({letter for letter in text if _is_unseen(letter)}))
    return bool(seen) and unicodedata.normalize("NFKC", seen[0])[:1] in _STARTS_A_FORMULA


def _is_unseen(letter: str) -> bool:
    return letter.isspace() or unicodedata.category(letter) in ("Cf", "Cc")
