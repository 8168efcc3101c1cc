"""What follows from a programme's definition: its cohorts' dates, its check-ins, its stages, what it asks."""

from dataclasses import replace
from datetime import date

import pytest

from functions.programme.cohort import Cohort
from functions.programme.people import Role
from functions.programme.programme import (
    Calendar,
    Contact,
    Moment,
    Programme,
    Settings,
    StageWeeks,
    Theme,
    usual_checkins,
    usual_stages,
)

FIRST_YEAR = Programme(
    id="first-year",
    name="First Year Together",
    organisation="A university",
    zone="Europe/London",
    languages=("en",),
    theme=Theme(accent="#1d70b8"),
    contact=Contact(name="Grace", email="grace@uni.example"),
    settings=Settings(
        objectives=(), selection="", matching="", training="", meeting_frequency="", goal_setting=""
    ),
    calendar=Calendar(opens_on=date(2026, 1, 1), enrolment_days=28, pairing_weeks=26, survey_days=14),
    policy="fair",
    questionnaires={Role.MENTOR: "mentor", Role.MENTEE: "mentee"},
    surveys={Moment.TRAINING: "training", Moment.END: "end", Moment.AFTER: "end"},
    equality="equality",
    stages=(
        StageWeeks(name="introduction", from_week=2),
        StageWeeks(name="foundation", from_week=4),
        StageWeeks(name="transition", from_week=9),
    ),
)


def test_every_date_of_a_cohort_follows_from_the_day_on_which_it_opens() -> None:
    # Four weeks of enrolment from Monday to Sunday, a week to match, twenty-six weeks of pairings.
    assert FIRST_YEAR.cohort(date(2027, 1, 11)) == Cohort(
        id="first-year-2027-01",
        programme="first-year",
        name="First Year Together, January 2027",
        zone="Europe/London",
        opens_on=date(2027, 1, 11),
        closes_on=date(2027, 2, 7),
        ends_on=date(2027, 8, 15),
        policy="fair",
        survey_days=14,
    )


def test_a_programme_looks_as_its_theme_says() -> None:
    assert FIRST_YEAR.accent == "#1d70b8"


def test_what_a_programme_asks_twice_is_named_once() -> None:
    assert FIRST_YEAR.questionnaire_names == ("mentor", "mentee", "equality", "training", "end")
    assert replace(FIRST_YEAR, equality=None).questionnaire_names == ("mentor", "mentee", "training", "end")


@pytest.mark.parametrize(
    ("week", "stage"),
    [
        (1, None),
        (2, "introduction"),
        (3, "introduction"),
        (4, "foundation"),
        (8, "foundation"),
        (9, "transition"),
        (30, "transition"),
    ],
)
def test_a_stage_lasts_from_its_week_until_the_next_one_begins(week: int, stage: str | None) -> None:
    assert FIRST_YEAR.stage_in(week) == stage


@pytest.mark.parametrize(
    ("weeks", "days"),
    [
        (1, ()),
        (2, (7,)),
        (3, (7,)),
        (4, (7, 21)),
        (7, (7, 21)),
        (8, (7, 21, 51)),
        (12, (7, 21, 51, 81)),
        # The check-in of day 231 would fall on the last day, when the end survey asks.
        (33, (7, 21, 51, 81, 111, 141, 171, 201)),
        (34, (7, 21, 51, 81, 111, 141, 171, 201, 231)),
    ],
)
def test_usual_check_ins_follow_the_first_contact_the_first_meeting_and_then_monthly(
    weeks: int, days: tuple[int, ...]
) -> None:
    assert usual_checkins(weeks) == days


@pytest.mark.parametrize(
    ("pairing_weeks", "from_weeks"),
    [
        (9, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        (18, [1, 3, 5, 7, 9, 11, 13, 15, 17]),
        (26, [1, 3, 6, 9, 12, 15, 18, 21, 24]),
    ],
)
def test_the_usual_nine_stages_are_spread_evenly_over_the_pairings(
    pairing_weeks: int, from_weeks: list[int]
) -> None:
    stages = usual_stages(pairing_weeks)

    assert [stage.from_week for stage in stages] == from_weeks
    assert (stages[0].name, stages[8].name) == ("introduction", "transition")
