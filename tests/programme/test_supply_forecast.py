"""What a coordinator reads of a forecast."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from functions.programme.supply_forecast import SupplyForecast, SupplyForecastStatus

NOON = datetime(2026, 9, 10, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


NOTHING_YET = SupplyForecast(counted_at=NOON)


def test_everybody_could_have_a_mentor_when_as_many_can_be_served_as_there_are_mentees() -> None:
    assert replace(NOTHING_YET, mentees=5, served_at_most=5).everybody
    assert not replace(NOTHING_YET, mentees=5, served_at_most=4).everybody


@pytest.mark.parametrize(
    ("missing", "mentors", "places", "wanted"),
    [
        (4, 5, 10, 2),  # two places a mentor
        (5, 5, 10, 3),  # two mentors bring four places, one too few
        (3, 4, 4, 3),
        (3, 0, 0, 3),  # nobody yet: one place a mentor
    ],
)
def test_so_many_mentors_are_looked_for_as_bring_the_missing_places(
    missing: int, mentors: int, places: int, wanted: int
) -> None:
    assert replace(NOTHING_YET, mentors=mentors, places=places).mentors_for(missing) == wanted


@pytest.mark.parametrize(
    ("counting", "pending"),
    [
        (SupplyForecastStatus(), False),
        (SupplyForecastStatus(requested_at=NOON), True),
        (SupplyForecastStatus(forecast=NOTHING_YET), False),
        (SupplyForecastStatus(forecast=NOTHING_YET, requested_at=NOON + MINUTE), True),
        (SupplyForecastStatus(forecast=NOTHING_YET, requested_at=NOON), False),
        (SupplyForecastStatus(forecast=NOTHING_YET, requested_at=NOON - MINUTE), False),
    ],
)
def test_a_forecast_is_pending_when_it_was_asked_for_after_the_last_count(
    counting: SupplyForecastStatus, *, pending: bool
) -> None:
    assert counting.pending is pending
