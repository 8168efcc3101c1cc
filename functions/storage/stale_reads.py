"""Repeat what was decided on a record that somebody else changed before it was written."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from functions.storage.table import BusyError

ATTEMPTS = 5

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


def repeat_when_stale(attempt: Callable[_Arguments, _Result | None]) -> Callable[_Arguments, _Result]:
    """Call the function again while it returns None: what it had read was changed before it wrote.

    It reads and decides anew each time. Raises BusyError when that happened five times in a row.
    """

    @wraps(attempt)
    def repeated(*arguments: _Arguments.args, **named: _Arguments.kwargs) -> _Result:
        for _ in range(ATTEMPTS):
            result = attempt(*arguments, **named)
            if result is not None:
                return result
        raise BusyError(f"the record was changed {ATTEMPTS} times while it was decided on")

    return repeated
