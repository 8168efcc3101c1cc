"""What is short is counted while people still enrol, by the function that holds the engine."""

import json
from datetime import timedelta

import pytest

from functions.entry import handle
from functions.programme.forecast import Forecast
from functions.storage.enrolment import supply_forecasts
from functions.usecases.enrolment.forecast_supply import NOBODY, count_shortage
from functions.usecases.enrolment.request_supply_forecast import ask_forecast, ask_forecasts
from tests.town import MENTEE, MENTOR, Town

WISH = {"topics_wanted": ("statistics", "thesis"), "keeping_in_touch": ("messages",)}


def crowd(town: Town) -> None:
    """Let six mentees come who want statistics first, and one mentor with two places for other things."""
    for number in range(6):
        town.confirmed({**MENTEE, **WISH, "name": f"Mentee {number}", "email": f"{number}@mentees.example"})
    town.confirmed(MENTOR)


def test_what_many_want_and_few_offer_is_counted_in_words_of_the_questionnaire(town: Town) -> None:
    crowd(town)
    town.apply({**MENTEE, **WISH, "email": "undecided@mentees.example"})

    counted = count_shortage(town.office, town.cohort.id)

    assert counted is not None
    assert (counted.mentees, counted.mentors, counted.places, counted.served_at_most) == (6, 1, 2, 2)
    assert not counted.everybody
    assert [(group.mentees, group.short, group.everywhere) for group in counted.bottlenecks] == [(6, 2, True)]
    first = next(short for short in counted.shortages if short.how == "as their first choice")
    assert (first.entry, first.wanted, first.places) == ("Statistics and working with data", 6, 0)
    assert counted.mentors_for(first.short) == 3
    assert "Short messages" not in {short.entry for short in counted.shortages}, "nobody recruits for that"
    assert supply_forecasts.of(town.office.table, town.cohort.id).forecast == counted


def test_nobody_yet_is_said_so(town: Town) -> None:
    town.confirmed(MENTEE)

    counted = count_shortage(town.office, town.cohort.id)

    assert counted is not None
    assert (counted.fault, counted.mentees, counted.mentors) == (NOBODY, 1, 0)
    assert count_shortage(town.office, "nowhere") is None


def test_asked_for_it_waits_until_it_is_counted(town: Town) -> None:
    crowd(town)

    assert ask_forecast(town.office, town.cohort.id)
    assert supply_forecasts.of(town.office.table, town.cohort.id).pending
    town.clock.pass_by(seconds=20)
    records = [
        {"messageId": str(number), "body": body, "eventSource": "aws:sqs"}
        for number, body in enumerate(town.run_queue.bodies)
    ]
    assert handle({"Records": records}, town.office, owner="worker") == {"batchItemFailures": []}

    known = supply_forecasts.of(town.office.table, town.cohort.id)
    assert not known.pending
    assert known.forecast is not None
    assert known.forecast.counted_at == town.clock.now


def test_asked_for_twice_in_a_minute_it_is_counted_once_and_later_again(town: Town) -> None:
    ask_forecast(town.office, town.cohort.id)
    town.clock.pass_by(seconds=30)
    ask_forecast(town.office, town.cohort.id)
    assert len(town.run_queue.bodies) == 1

    town.clock.pass_by(seconds=30)
    ask_forecast(town.office, town.cohort.id)
    assert [json.loads(body) for body in town.run_queue.bodies] == [
        {"do": "forecast", "cohort_id": town.cohort.id}
    ] * 2


def test_an_older_count_that_comes_late_changes_nothing(town: Town) -> None:
    now = town.clock.now
    newer = Forecast(counted_at=now, mentees=7)
    supply_forecasts.keep(town.office.table, town.cohort.id, newer)

    supply_forecasts.keep(
        town.office.table, town.cohort.id, Forecast(counted_at=now - timedelta(hours=1), mentees=3)
    )

    assert supply_forecasts.of(town.office.table, town.cohort.id).forecast == newer


@pytest.mark.parametrize(("days", "counts"), [(-3, 0), (0, 1), (40, 1), (400, 0)])
def test_it_is_counted_daily_from_the_first_day_of_enrolment_until_the_pairs_are_introduced(
    town: Town, days: int, counts: int
) -> None:
    town.clock.morning_of(town.cohort.opens_on + timedelta(days=days), town.cohort.zone)

    assert ask_forecasts(town.office) == counts

    assert len(town.run_queue.bodies) == counts
