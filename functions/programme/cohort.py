"""A cohort, its dates, and the stage that follows from them.

Stored instants are UTC. A date is a day in the cohort's own zone, and everything due is computed
from dates: a tick that comes late, twice or in the hour that a clock change repeats changes nothing.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Stage(StrEnum):
    """Where a cohort stands. Nobody sets it: it follows from dates and the published run."""

    DRAFT = "draft"
    ENROLLING = "enrolling"
    MATCHING = "matching"
    ACTIVE = "active"
    CLOSING = "closing"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """One intake of a programme.

    `opens_on` and `closes_on` are the first and last day of enrolment, `ends_on` the last day of
    the pairings, when the end survey goes out; answers to it are taken for `survey_days` more.
    """

    id: str
    programme: str
    name: str
    zone: str
    opens_on: date
    closes_on: date
    ends_on: date
    policy: str
    survey_days: int = 21
    published_run_id: str | None = None
    version: int = 0

    def today(self, now: datetime) -> date:
        """Return the date in the cohort's zone at the instant `now` (aware)."""
        return now.astimezone(ZoneInfo(self.zone)).date()

    def end_of(self, day: date) -> datetime:
        """Return the instant at which that day ends in the cohort's zone, in UTC."""
        midnight = datetime.combine(day + timedelta(days=1), time.min, tzinfo=ZoneInfo(self.zone))
        return midnight.astimezone(UTC)

    @property
    def closed_after(self) -> date:
        """The last day on which a survey is still taken."""
        return self.ends_on + timedelta(days=self.survey_days)


def stage_of(cohort: Cohort, today: date) -> Stage:
    """Return the stage of the cohort on that day of its own zone; publishing a run ends enrolment."""
    if today < cohort.opens_on:
        return Stage.DRAFT
    if today > cohort.closed_after:
        return Stage.CLOSED
    if today >= cohort.ends_on:
        return Stage.CLOSING
    if cohort.published_run_id:
        return Stage.ACTIVE
    return Stage.ENROLLING if today <= cohort.closes_on else Stage.MATCHING
