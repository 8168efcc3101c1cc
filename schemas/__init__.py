"""What may cross the wire, and the questionnaires and programmes that define it.

marshmallow compiles its patterns of e-mail addresses as it is loaded. They reach over most of Unicode and
ignore case, which takes half as long as loading all the rest of it, at every cold start (decision 0076). Here
they are compiled when an address is first read.
"""

import re
from functools import cached_property
from typing import Any


class _Late:
    """A pattern that is compiled when it is first asked for something."""

    def __init__(self, *pattern: Any) -> None:
        self._pattern = pattern

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return _compile(*self._pattern)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what Python asks of every attribute of a class
            raise AttributeError(name)
        return getattr(self._compiled, name)


def _compile_late(pattern: Any, flags: int = 0) -> Any:
    slow = flags == re.IGNORECASE | re.UNICODE
    return _Late(pattern, flags) if slow else _compile(pattern, flags)


_compile = re.compile
re.compile = _compile_late
try:
    import marshmallow.validate  # noqa: F401
finally:
    re.compile = _compile
