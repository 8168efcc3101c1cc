"""What is short while people still enrol, as a coordinator reads it: counts, and nobody by name.

The engine counts it (`functions/matching/reports/supply_forecast.py`); what is kept of it is this, which
needs no numbers' library to be read. A count of None stands for one to four, which are never told.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """Something that more mentees want than mentors who have it offer places for.

    `label` is what the policy calls the question, `entry` the answer, `how` how the mentees want it;
    `short` is how many more mentees than places there are, at least.
    """

    label: str
    entry: str
    how: str
    wanted: int
    places: int | None
    short: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bottleneck:
    """Mentees who between them can reach too few places; however the match is made, `short` have nobody.

    `alike` says what they have in common, `because` which rules part them from other mentors. With
    `everywhere` they can reach every place that there is, and there are too few.
    """

    mentees: int
    places: int | None
    short: int
    everywhere: bool
    alike: tuple[str, ...]
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyForecast:
    """What is short among the people so far: those with a place, and those who await a decision.

    `served_at_most` is exact. `fault` says in words why nothing could be counted; then the rest is empty.
    """

    counted_at: datetime
    mentees: int = 0
    mentors: int = 0
    places: int = 0
    served_at_most: int = 0
    elsewhere: int | None = 0
    bottlenecks: tuple[Bottleneck, ...] = ()
    shortages: tuple[Shortage, ...] = ()
    fault: str = ""

    @property
    def everybody(self) -> bool:
        """Whether every mentee so far could have a mentor."""
        return self.served_at_most == self.mentees

    def mentors_for(self, places: int) -> int:
        """Return how many mentors offer that many places, at the rate of those so far."""
        return -(-places * self.mentors // self.places) if self.places else places


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyForecastStatus:
    """The last forecast of a cohort, and when one was last requested; it is pending while that is later."""

    forecast: SupplyForecast | None = None
    requested_at: datetime | None = None

    @property
    def pending(self) -> bool:
        """Whether one was requested and has not been counted since."""
        if self.requested_at is None:
            return False
        return self.forecast is None or self.forecast.counted_at < self.requested_at
