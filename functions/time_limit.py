"""When a piece of work has to stop: Lambda ends a function in the middle of whatever it does.

Work of many parts asks before each part whether there is time for it. When there is none, it stops there, and
the same work is queued again: what is done is in the table, so the next function does the rest alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

# Longer than any one part takes, a mail service that does not answer included (23 s).
RESERVE = timedelta(seconds=30)


class OutOfTimeError(Exception):
    """There is no time left for a further part of the work; none was begun."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLimit:
    """The instant at which a function must not begin anything more, by this clock."""

    clock: Callable[[], datetime]
    stop_at: datetime

    def check(self) -> None:
        """Return while there is time for one more part of the work; raises OutOfTimeError otherwise."""
        if self.clock() >= self.stop_at:
            raise OutOfTimeError


def limit_of(clock: Callable[[], datetime], remaining: timedelta) -> TimeLimit:
    """Return the limit of a function that is ended after what remains, with a reserve for its last part."""
    return TimeLimit(clock=clock, stop_at=clock() + remaining - RESERVE)


# For what nobody ends: a page, a command, a test.
NO_LIMIT = TimeLimit(clock=lambda: datetime.min.replace(tzinfo=UTC), stop_at=datetime.max.replace(tzinfo=UTC))
