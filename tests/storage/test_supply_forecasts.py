"""The last forecast of each cohort, and when one was last asked for."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from functions.programme.supply_forecast import (
    Bottleneck,
    Shortage,
    SupplyForecast,
    SupplyForecastStatus,
)
from functions.storage.enrolment import supply_forecasts
from functions.storage.table import Table
from tests.conftest import NAME
from tests.storage.fixtures import NOW, everything_in

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SECOND = timedelta(seconds=1)
FORECAST = SupplyForecast(
    counted_at=NOW,
    mentees=12,
    mentors=5,
    places=9,
    served_at_most=8,
    elsewhere=2,
    bottlenecks=(
        Bottleneck(
            mentees=6, places=5, short=1, everywhere=False, alike=("evenings",), because=("hours", "zone")
        ),
        Bottleneck(mentees=7, places=None, short=3, everywhere=True, alike=(), because=()),
    ),
    shortages=(
        Shortage(label="Goals", entry="Statistics", how="first", wanted=7, places=5, short=2),
        Shortage(label="Goals", entry="Writing", how="any", wanted=6, places=None, short=4),
    ),
    fault="two mentors were left out",
)


def test_a_cohort_that_was_never_counted_has_no_forecast(table: Table) -> None:
    assert supply_forecasts.of(table, "spring") == SupplyForecastStatus()


def test_a_forecast_comes_back_as_it_was_in_its_own_cohort(table: Table) -> None:
    supply_forecasts.keep(table, "spring", FORECAST)
    supply_forecasts.keep(table, "autumn", replace(FORECAST, elsewhere=None, mentees=1))

    assert supply_forecasts.of(table, "spring") == SupplyForecastStatus(forecast=FORECAST)
    assert supply_forecasts.of(table, "autumn").forecast == replace(FORECAST, elsewhere=None, mentees=1)


def test_when_a_forecast_was_asked_for_stands_beside_the_last_one(table: Table) -> None:
    supply_forecasts.request(table, "spring", NOW - SECOND)
    supply_forecasts.keep(table, "spring", FORECAST)
    supply_forecasts.request(table, "spring", NOW + SECOND)

    assert supply_forecasts.of(table, "spring") == SupplyForecastStatus(
        forecast=FORECAST, requested_at=NOW + SECOND
    )


def test_a_newer_forecast_takes_the_place_of_an_older_one_and_never_the_other_way_round(table: Table) -> None:
    newer = replace(FORECAST, counted_at=NOW + SECOND, mentees=13)

    supply_forecasts.keep(table, "spring", FORECAST)
    supply_forecasts.keep(table, "spring", newer)
    supply_forecasts.keep(table, "spring", FORECAST)

    assert supply_forecasts.of(table, "spring").forecast == newer


def test_what_two_counted_in_the_same_moment_is_kept_of_the_first(table: Table) -> None:
    supply_forecasts.keep(table, "spring", FORECAST)
    supply_forecasts.keep(table, "spring", replace(FORECAST, mentees=13))

    assert supply_forecasts.of(table, "spring").forecast == FORECAST


def test_each_question_and_each_count_is_a_writer_of_its_own(
    dynamodb: "DynamoDBClient", table: Table
) -> None:
    supply_forecasts.request(table, "spring", NOW)
    (asked,) = everything_in(dynamodb, NAME)
    supply_forecasts.keep(table, "spring", FORECAST)
    (kept,) = everything_in(dynamodb, NAME)

    assert asked["written_by"] == {"S": "request-supply-forecast:2026-11-21T09:30:00.000000Z"}
    assert kept["written_by"] == {"S": "supply-forecast:2026-11-21T09:30:00.000000Z"}
