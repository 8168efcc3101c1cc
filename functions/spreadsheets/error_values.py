"""The values by which a spreadsheet program says that a formula failed, in the languages they are saved in.

They end up as text wherever a sheet is saved as CSV or copied as values; none is ever somebody's answer.
"""

import re

# Most end in ! or ? after capitals: #REF! #BEZUG! #NOMBRE? #¡VALOR! #DIV/0! #ДЕЛ/0! #SPILL!
_SHOUTED = re.compile(r"#[¡¿]?[^\W\d_a-z][\w/ ]*[!?]", re.UNICODE)
# These have no mark at their end: “not available”, and what stands while data is fetched.
_OTHERS = frozenset(
    {
        *(
            "#N/A",
            "#NV",
            "#N/D",
            "#N/B",
            "#I/T",
            "#\u041d/\u0414",
            "#YOK",
            "#PUUTTUU",
            "#SAKNAS",
            "#HIÁNYZIK",
        ),
        *("#NENÍ_K_DISPOZICI", "#GETTING_DATA", "#N/A N/A", "#NEDOSTUPNÝ", "#ND"),
    }
)
_LIBRE_OFFICE = re.compile(r"Err:\d{3}")
_TOO_NARROW = re.compile(r"#{3,}")  # what a CSV holds of a column that was too narrow to show its dates


def is_error_value(text: str) -> bool:
    """Whether the whole text is the error value of a spreadsheet program."""
    if not text.startswith(("#", "Err:")):
        return False
    shouted = _SHOUTED.fullmatch(text) and text == text.upper()
    return bool(shouted or text in _OTHERS or _LIBRE_OFFICE.fullmatch(text) or _TOO_NARROW.fullmatch(text))
