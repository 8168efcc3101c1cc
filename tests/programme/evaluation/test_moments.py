"""When each survey asks whom, from dates alone."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from functions.programme.cohort import Stage, stage_of
from functions.programme.evaluation.moments import (
    APART_DAYS,
    Milestones,
    after_on,
    asks_on,
    closes_on,
    days_of,
    moment_due,
)
from functions.programme.programme import Moment
from tests.programme import test_cohort

AUTUMN = replace(test_cohort.AUTUMN, ends_on=date(2027, 4, 1), published_run_id="run")
EVERY = frozenset(Moment)
PLACE, TRAINED, INTRODUCED = date(2026, 9, 10), date(2026, 9, 12), date(2026, 10, 3)
ADA = Milestones(confirmed_on=PLACE, trained_on=TRAINED, introduced_on=INTRODUCED, still_paired=True)

days = st.dates(min_value=date(2026, 9, 1), max_value=date(2027, 12, 31))
moments = st.sets(st.sampled_from(Moment))
reached = st.builds(
    Milestones,
    confirmed_on=st.none() | days,
    trained_on=st.none() | days,
    introduced_on=st.none() | st.dates(min_value=date(2026, 9, 1), max_value=date(2027, 3, 31)),
    still_paired=st.booleans(),
)


def test_each_survey_has_its_day() -> None:
    assert days_of(AUTUMN, ADA, EVERY) == {
        Moment.TRAINING: TRAINED + timedelta(days=3),
        Moment.PULSE: date(2026, 11, 2),
        Moment.MID: date(2027, 1, 1),
        Moment.END: date(2027, 4, 1),
        Moment.AFTER: date(2027, 9, 30),
    }


def test_who_never_said_that_they_read_the_training_is_asked_some_days_later() -> None:
    waiting = replace(ADA, trained_on=None)

    assert days_of(AUTUMN, waiting, {Moment.TRAINING}) == {Moment.TRAINING: date(2026, 9, 20)}


def test_who_was_never_matched_is_asked_about_the_training_alone() -> None:
    unmatched = Milestones(confirmed_on=PLACE)

    assert list(days_of(AUTUMN, unmatched, EVERY)) == [Moment.TRAINING]


def test_whose_pairing_has_ended_is_not_asked_how_it_goes_but_how_it_was() -> None:
    alone = replace(ADA, still_paired=False)

    assert list(days_of(AUTUMN, alone, EVERY)) == [Moment.TRAINING, Moment.END, Moment.AFTER]


def test_in_a_short_cohort_surveys_that_would_follow_each_other_closely_are_left_out() -> None:
    six_weeks = replace(AUTUMN, ends_on=INTRODUCED + timedelta(weeks=6))
    four_weeks = replace(AUTUMN, ends_on=INTRODUCED + timedelta(weeks=3))

    assert Moment.PULSE not in days_of(six_weeks, ADA, EVERY)
    assert Moment.MID in days_of(six_weeks, ADA, EVERY)
    assert Moment.MID not in days_of(four_weeks, ADA, EVERY)


def test_a_survey_is_due_from_its_day_until_the_next_one_is() -> None:
    due = {day: moment_due(AUTUMN, ADA, EVERY, day) for day in map(INTRODUCED.__add__, _spread(400))}

    assert due[date(2026, 11, 1)] is Moment.TRAINING
    assert due[date(2026, 11, 2)] is due[date(2026, 12, 31)] is Moment.PULSE
    assert due[date(2027, 1, 1)] is due[date(2027, 3, 31)] is Moment.MID
    assert due[date(2027, 4, 1)] is due[date(2027, 4, 22)] is Moment.END
    assert due[date(2027, 4, 23)] is due[date(2027, 9, 29)] is None
    assert due[date(2027, 9, 30)] is due[date(2027, 10, 21)] is Moment.AFTER
    assert due[date(2027, 10, 22)] is None


def _spread(number: int) -> list[timedelta]:
    return [timedelta(days=day) for day in range(number)]


def test_a_closed_cohort_still_asks_once_half_a_year_later() -> None:
    day = after_on(AUTUMN)

    assert stage_of(AUTUMN, day) is Stage.CLOSED
    assert asks_on(AUTUMN, EVERY, day)
    assert not asks_on(AUTUMN, {Moment.END}, day)


def test_a_cohort_asks_from_the_day_it_opens_to_the_last_day_of_its_end_survey() -> None:
    asking = [date(2026, 8, 31), date(2026, 9, 1), date(2027, 4, 22), date(2027, 4, 23)]

    assert [asks_on(AUTUMN, {Moment.END}, day) for day in asking] == [False, True, True, False]


def test_the_survey_half_a_year_on_is_asked_for_as_many_days_as_any_survey() -> None:
    asking = [date(2027, 9, 29), date(2027, 9, 30), date(2027, 10, 21), date(2027, 10, 22)]

    assert [asks_on(AUTUMN, EVERY, day) for day in asking] == [False, True, True, False]


def test_a_pulse_two_weeks_before_the_end_is_asked_and_a_day_closer_it_is_not() -> None:
    asked, too_close = (replace(AUTUMN, ends_on=date(2026, 11, day)) for day in (16, 15))

    # A pulse comes thirty days after the introduction of 3 October: on 2 November.
    assert Moment.PULSE in days_of(asked, ADA, {Moment.PULSE})
    assert Moment.PULSE not in days_of(too_close, ADA, {Moment.PULSE})


def test_answers_are_taken_for_the_days_of_a_survey_and_never_beyond_the_cohort() -> None:
    assert closes_on(AUTUMN, Moment.PULSE, date(2026, 11, 2)) == date(2026, 11, 23)
    assert closes_on(AUTUMN, Moment.MID, date(2027, 4, 20)) == AUTUMN.closed_after
    assert closes_on(AUTUMN, Moment.END, date(2027, 4, 9)) == AUTUMN.closed_after
    assert closes_on(AUTUMN, Moment.AFTER, date(2027, 10, 9)) == date(2027, 10, 21)


@given(reached, moments, days)
def test_what_is_due_was_chosen_has_come_and_takes_answers(
    person: Milestones, chosen: set[Moment], today: date
) -> None:
    due = moment_due(AUTUMN, person, chosen, today)

    if due is not None:
        assert due in chosen
        assert days_of(AUTUMN, person, chosen)[due] <= today
        assert closes_on(AUTUMN, due, today) >= today
        assert asks_on(AUTUMN, chosen, today) or today < AUTUMN.opens_on


@given(reached, moments)
def test_surveys_of_a_pairing_lie_two_weeks_apart(person: Milestones, chosen: set[Moment]) -> None:
    coming = days_of(AUTUMN, person, chosen - {Moment.TRAINING})
    if Moment.END in chosen:
        during = [day for moment, day in coming.items() if moment is not Moment.AFTER]
        apart = [later - earlier for earlier, later in pairwise(during)]
        assert all(gap.days >= APART_DAYS for gap in apart)
