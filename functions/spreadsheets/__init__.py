"""Files as people have them, read as tables: CSV and TSV, Excel and OpenDocument workbooks.

Nothing here knows what the columns mean. What a spreadsheet program hides, repeats or could not compute is
never used in silence, and what can't be read is named with what truly helps. Only Python's own library is
needed.

| to read                                      | look in                                       |
|----------------------------------------------|-----------------------------------------------|
| what a caller gets                           | table; in sentences: description              |
| the order in which a file is read            | reader                                        |
| what a file is, whatever its name says       | file_kinds, text_encoding                     |
| cells of each format                         | delimited_text, excel_workbook, open_document |
| header, rows left out, columns without names | sheet_layout                                  |
| what a cell shows                            | number_formats, error_values                  |
| several answers to one question              | list_columns; over columns: option_columns    |
| cells that Kith wrote and reads again        | formula_escapes                               |
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from functions.spreadsheets.errors import BadInput
    from functions.spreadsheets.reader import content_of, read_content, read_file, read_sheets, text_of
    from functions.spreadsheets.table import (
        Cell,
        CellFault,
        Row,
        Table,
        UnreadableCell,
        WhatWasRead,
        WhyLeftOut,
    )

__all__ = [
    "BadInput",
    "Cell",
    "CellFault",
    "Row",
    "Table",
    "UnreadableCell",
    "WhatWasRead",
    "WhyLeftOut",
    "content_of",
    "read_content",
    "read_file",
    "read_sheets",
    "text_of",
]

_NAMES_BY_MODULE = {
    "errors": ("BadInput",),
    "reader": ("content_of", "read_content", "read_file", "read_sheets", "text_of"),
    "table": ("Cell", "CellFault", "Row", "Table", "UnreadableCell", "WhatWasRead", "WhyLeftOut"),
}
MODULE_OF = {name: f"{__name__}.{module}" for module, names in _NAMES_BY_MODULE.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import what was asked for from its module: a page that escapes a cell loads no reader."""
    if name not in MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(importlib.import_module(MODULE_OF[name]), name)
    return value
