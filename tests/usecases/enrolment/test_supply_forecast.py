"""What is short is counted while people still enrol, by the function that holds the engine."""

import json
from datetime import timedelta

import pytest

from functions.entry import handle
from functions.programme.supply_forecast import SupplyForecast
from functions.storage.enrolment import supply_forecasts
from functions.usecases.enrolment.request_supply_forecast import (
    request_supply_forecast,
    request_supply_forecasts,
)
from functions.usecases.enrolment.update_supply_forecast import NOBODY, update_supply_forecast
from tests.harness import MENTEE, MENTOR, CohortHarness

WISH = {"topics_wanted": ("statistics", "thesis"), "keeping_in_touch": ("messages",)}


def crowd(harness: CohortHarness) -> None:
    """Let six mentees come who want statistics first, and one mentor with two places for other things."""
    for number in range(6):
        harness.confirmed(
            {**MENTEE, **WISH, "name": f"Mentee {number}", "email": f"{number}@mentees.example"}
        )
    harness.confirmed(MENTOR)


def test_what_many_want_and_few_offer_is_counted_in_words_of_the_questionnaire(
    harness: CohortHarness,
) -> None:
    crowd(harness)
    harness.apply({**MENTEE, **WISH, "email": "undecided@mentees.example"})

    counted = update_supply_forecast(harness.services, harness.cohort.id)

    assert counted is not None
    assert (counted.mentees, counted.mentors, counted.places, counted.served_at_most) == (6, 1, 2, 2)
    assert not counted.everybody
    assert [(group.mentees, group.short, group.everywhere) for group in counted.bottlenecks] == [(6, 2, True)]
    first = next(short for short in counted.shortages if short.how == "as their first choice")
    assert (first.entry, first.wanted, first.places) == ("Statistics and working with data", 6, 0)
    assert counted.mentors_for(first.short) == 3
    assert "Short messages" not in {short.entry for short in counted.shortages}, "nobody recruits for that"
    assert supply_forecasts.of(harness.services.table, harness.cohort.id).forecast == counted


def test_nobody_yet_is_said_so(harness: CohortHarness) -> None:
    harness.confirmed(MENTEE)

    counted = update_supply_forecast(harness.services, harness.cohort.id)

    assert counted is not None
    assert (counted.fault, counted.mentees, counted.mentors) == (NOBODY, 1, 0)
    assert update_supply_forecast(harness.services, "nowhere") is None


def test_asked_for_it_waits_until_it_is_counted(harness: CohortHarness) -> None:
    crowd(harness)

    assert request_supply_forecast(harness.services, harness.cohort.id)
    assert supply_forecasts.of(harness.services.table, harness.cohort.id).pending
    harness.clock.pass_by(seconds=20)
    records = [
        {"messageId": str(number), "body": body, "eventSource": "aws:sqs"}
        for number, body in enumerate(harness.run_queue.bodies)
    ]
    assert handle({"Records": records}, harness.services, owner="worker") == {"batchItemFailures": []}

    known = supply_forecasts.of(harness.services.table, harness.cohort.id)
    assert not known.pending
    assert known.forecast is not None
    assert known.forecast.counted_at == harness.clock.now


def test_asked_for_twice_in_a_minute_it_is_counted_once_and_later_again(harness: CohortHarness) -> None:
    request_supply_forecast(harness.services, harness.cohort.id)
    harness.clock.pass_by(seconds=30)
    request_supply_forecast(harness.services, harness.cohort.id)
    assert len(harness.run_queue.bodies) == 1

    harness.clock.pass_by(seconds=30)
    request_supply_forecast(harness.services, harness.cohort.id)
    assert [json.loads(body) for body in harness.run_queue.bodies] == [
        {"do": "supply_forecast", "cohort_id": harness.cohort.id}
    ] * 2


def test_an_older_count_that_comes_late_changes_nothing(harness: CohortHarness) -> None:
    now = harness.clock.now
    newer = SupplyForecast(counted_at=now, mentees=7)
    supply_forecasts.keep(harness.services.table, harness.cohort.id, newer)

    supply_forecasts.keep(
        harness.services.table,
        harness.cohort.id,
        SupplyForecast(counted_at=now - timedelta(hours=1), mentees=3),
    )

    assert supply_forecasts.of(harness.services.table, harness.cohort.id).forecast == newer


@pytest.mark.parametrize(("days", "counts"), [(-3, 0), (0, 1), (40, 1), (400, 0)])
def test_it_is_counted_daily_from_the_first_day_of_enrolment_until_the_pairs_are_introduced(
    harness: CohortHarness, days: int, counts: int
) -> None:
    harness.clock.morning_of(harness.cohort.opens_on + timedelta(days=days), harness.cohort.zone)

    assert request_supply_forecasts(harness.services) == counts

    assert len(harness.run_queue.bodies) == counts
