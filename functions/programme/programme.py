"""A programme: the standing offer that cohorts are made from, as its definition file says it.

The six settings are those that guides for formal mentoring programmes ask every programme to decide:
objectives, selection, matching, training, meeting frequency and goal setting.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from functions.programme.cohort import Cohort
from functions.programme.people import Role

# How long after the last day of the pairings the survey that looks back on them goes out.
AFTER_SURVEY_DAYS = 182
# How long after the introduction the pulse survey asks how it begins.
PULSE_SURVEY_DAYS = 30
# Check-ins where a definition says nothing: a week in, when contact should have been made; the day by which a
# healthy pairing has met; monthly from then on.
FIRST_CHECKINS_AFTER_DAYS = (7, 21)
CHECKIN_EVERY_DAYS = 30
# The nine stages of the guide, in their order; `site/content` has a page for each.
STAGES = (
    "introduction",
    "foundation",
    "orientation",
    "collaboration",
    "problem-solving",
    "personal-framework",
    "professional-framework",
    "professional-development",
    "transition",
)


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


class Decision(StrEnum):
    """Who decides whether an application becomes a place."""

    AUTOMATIC = "automatic"  # whoever confirms the address has a place
    COORDINATOR = "coordinator"  # a coordinator accepts or declines, with a reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolling:
    """The rules of enrolment.

    `domains` are those of the addresses that may enrol, their sub-domains included; none: any address.
    With `training_first` nobody is matched before having acknowledged the training; with `waiting_list`
    late applications wait instead of being refused. `code_of_conduct` is the version, like `2027-01`,
    that is kept with the time at which somebody accepted it.
    """

    decided_by: Decision = Decision.AUTOMATIC
    domains: tuple[str, ...] = ()
    training_first: bool = False
    waiting_list: bool = True
    code_of_conduct: str = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long what is known of people is kept, in days after a cohort's last day (`Cohort.closed_after`).

    First their answers go, and later their names and addresses.
    """

    answers_days: int = 90
    people_days: int = 365


class Moment(StrEnum):
    """When a survey asks: after the training, a month in, half-way, at the end, half a year after it."""

    TRAINING = "training"
    PULSE = "pulse"
    MID = "mid"
    END = "end"
    AFTER = "after"


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """How the programme looks.

    `accent` is its one colour, `#rrggbb`, readable on white (WCAG AA). `logo` is the name of an SVG or PNG
    file in `schemas/programmes` or `site/images`; without one, Kith's own mark stands there.
    """

    accent: str
    logo: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StageWeeks:
    """From which week of the pairings on (the first is 1) a stage of the guide is the current one.

    The page of the stage `introduction` is `stage-introduction`.
    """

    name: str
    from_week: int


class Measure(StrEnum):
    """What Kith counts by itself, each a share of people, pairs or questions."""

    MATCHED = "matched"  # mentees with a place who got a mentor
    FIRST_CONTACT = "first-contact"  # pairs in contact within a week
    FIRST_MEETING = "first-meeting"  # pairs that met within three weeks
    CHECKINS = "check-ins"  # check-ins that somebody answered
    END_SURVEY = "end-survey"  # people asked at the end who answered
    ELSEWHERE = "elsewhere"  # counted by the programme itself, outside Kith


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """What would count as success: an objective, what measures it, and the share to reach, in per cent.

    `measured_by` is a `Measure`, or a question of a survey: `end.satisfaction` are those who give one of the
    two highest points of a scale, `end.mentor_next_time=yes` those who choose `yes`.
    """

    objective: str
    measured_by: str
    target: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """One programme. The first of its `languages` is the one that has no prefix in addresses.

    `surveys` have at least the one that ends a cohort; `equality` is a questionnaire of monitoring
    questions, never used for matching. `checkin_days` are days after the introduction, rising.
    """

    id: str
    name: str
    organisation: str
    zone: str
    languages: tuple[str, ...]
    theme: Theme
    contact: Contact
    settings: Settings
    calendar: Calendar
    policy: str
    questionnaires: Mapping[Role, str]
    surveys: Mapping[Moment, str]
    equality: str | None = None
    enrolling: Enrolling = field(default_factory=Enrolling)
    retention: Retention = field(default_factory=Retention)
    checkin_days: tuple[int, ...] = FIRST_CHECKINS_AFTER_DAYS
    stages: tuple[StageWeeks, ...] = ()
    success: tuple[Criterion, ...] = ()

    @property
    def accent(self) -> str:
        """The programme's one colour."""
        return self.theme.accent

    @property
    def questionnaire_names(self) -> tuple[str, ...]:
        """The name of every questionnaire and survey that the programme asks, each once."""
        equality = (self.equality,) if self.equality else ()
        return tuple(dict.fromkeys((*self.questionnaires.values(), *equality, *self.surveys.values())))

    def stage_in(self, week: int) -> str | None:
        """Return the stage of the guide in that week of the pairings (the first is 1), if any."""
        return next((stage.name for stage in reversed(self.stages) if stage.from_week <= week), None)

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


def usual_checkins(pairing_weeks: int) -> tuple[int, ...]:
    """Return the days of the check-ins of pairings that last so long, where nobody chose others."""
    last = 7 * pairing_weeks
    monthly = range(max(FIRST_CHECKINS_AFTER_DAYS) + CHECKIN_EVERY_DAYS, last, CHECKIN_EVERY_DAYS)
    return tuple(day for day in (*FIRST_CHECKINS_AFTER_DAYS, *monthly) if day < last)


def usual_stages(pairing_weeks: int) -> tuple[StageWeeks, ...]:
    """Return the nine stages, spread evenly over the weeks of the pairings."""
    return tuple(
        StageWeeks(name=name, from_week=1 + number * pairing_weeks // len(STAGES))
        for number, name in enumerate(STAGES)
    )
