from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.programme.cohort import Cohort, Stage, stage_of

AUTUMN = Cohort(
    id="autumn",
    programme="first-year",
    name="Autumn",
    zone="Europe/Berlin",
    opens_on=date(2026, 9, 1),
    closes_on=date(2026, 9, 28),
    ends_on=date(2027, 3, 31),
    policy="one-to-one",
    survey_days=21,
)


@pytest.mark.parametrize(
    ("today", "published", "stage"),
    [
        (date(2026, 8, 31), None, Stage.DRAFT),
        (date(2026, 9, 1), None, Stage.ENROLLING),
        (date(2026, 9, 28), None, Stage.ENROLLING),
        (date(2026, 9, 28), "run", Stage.ACTIVE),
        (date(2026, 9, 29), None, Stage.MATCHING),
        (date(2026, 9, 29), "run", Stage.ACTIVE),
        (date(2027, 3, 30), "run", Stage.ACTIVE),
        (date(2027, 3, 31), "run", Stage.CLOSING),
        (date(2027, 4, 21), "run", Stage.CLOSING),
        (date(2027, 4, 22), "run", Stage.CLOSED),
    ],
)
def test_the_stage_follows_from_the_dates_and_the_published_run(
    today: date, published: str | None, stage: Stage
) -> None:
    assert stage_of(replace(AUTUMN, published_run_id=published), today) is stage


def test_the_last_evening_of_enrolment_is_in_the_zone_of_the_cohort() -> None:
    # 22:30 UTC on the 28th of September is half past midnight of the 29th in Berlin.
    assert AUTUMN.today(datetime(2026, 9, 28, 21, 59, tzinfo=UTC)) == date(2026, 9, 28)
    assert AUTUMN.today(datetime(2026, 9, 28, 22, 30, tzinfo=UTC)) == date(2026, 9, 29)


@pytest.mark.parametrize(
    ("day", "ends_at"),
    [
        (date(2027, 3, 27), datetime(2027, 3, 27, 23, 0, tzinfo=UTC)),
        # The clocks go forward in the night to Sunday: that day is 23 hours long.
        (date(2027, 3, 28), datetime(2027, 3, 28, 22, 0, tzinfo=UTC)),
    ],
)
def test_a_day_ends_at_local_midnight_even_when_the_clocks_change(day: date, ends_at: datetime) -> None:
    assert AUTUMN.end_of(day) == ends_at
    assert AUTUMN.end_of(day).tzinfo is UTC


@given(st.dates(min_value=date(2026, 1, 1), max_value=date(2028, 1, 1)), st.sampled_from([None, "run"]))
def test_a_cohort_never_goes_back_to_an_earlier_stage(today: date, published: str | None) -> None:
    cohort = replace(AUTUMN, published_run_id=published)
    order = list(Stage)
    assert order.index(stage_of(cohort, today)) <= order.index(stage_of(cohort, today + timedelta(days=1)))
