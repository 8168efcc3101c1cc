"""A programme: the standing offer that cohorts are made from, as its definition file says it.

The six settings are those that guides for formal mentoring programmes ask every programme to decide:
objectives, selection, matching, training, meeting frequency and goal setting.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from functions.programme.cohort import Cohort
from functions.programme.people import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """The named person to whom a concern goes, in confidence."""

    name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The six settings, in words that the public pages print."""

    objectives: tuple[str, ...]
    selection: str
    matching: str
    training: str
    meeting_frequency: str
    goal_setting: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """How long each part of a cohort takes. `opens_on` is the first day of the next enrolment."""

    opens_on: date
    enrolment_days: int
    pairing_weeks: int
    survey_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """One programme. `accent` is its one colour, `#rrggbb`, readable on white (WCAG AA)."""

    id: str
    name: str
    organisation: str
    zone: str
    languages: tuple[str, ...]
    accent: str
    contact: Contact
    settings: Settings
    calendar: Calendar
    policy: str
    questionnaires: Mapping[Role, str]
    survey: str

    def cohort(self, opens_on: date) -> Cohort:
        """Return the cohort that opens on that day, with every date that follows from it.

        One week lies between the end of enrolment and the start of the pairings, to match and review.
        """
        closes_on = opens_on + timedelta(days=self.calendar.enrolment_days - 1)
        return Cohort(
            id=f"{self.id}-{opens_on:%Y-%m}",
            programme=self.id,
            name=f"{self.name}, {opens_on:%B %Y}",
            zone=self.zone,
            opens_on=opens_on,
            closes_on=closes_on,
            ends_on=closes_on + timedelta(weeks=1 + self.calendar.pairing_weeks),
            policy=self.policy,
            survey_days=self.calendar.survey_days,
        )
