from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from functions.programme.pairing import (
    CheckinAnswer,
    Pairing,
    PairingState,
    Reply,
    checkin_days,
    checkin_due,
    first_contact_on,
    first_meeting_on,
)
from functions.programme.programme import usual_checkins

INTRODUCED = date(2026, 10, 5)
days = st.dates(min_value=date(2026, 1, 1), max_value=date(2027, 12, 31))


def said(answer: CheckinAnswer, on: date, met_on: date | None = None, by: str = "mentee") -> Reply:
    return Reply(
        pairing_id="p",
        checkin=1,
        person_id=by,
        answer=answer,
        met_on=met_on,
        answered_at=datetime.combine(on, time(12), tzinfo=UTC),
        answered_on=on,
    )


PAIRING = Pairing(
    id="p",
    cohort_id="autumn",
    run_id="run",
    mentor_id="grace",
    mentee_id="ada",
    score=1,
    policy="first-year",
    reasons=(),
    introduced_at=datetime(2026, 10, 5, tzinfo=UTC),
    introduced_on=INTRODUCED,
)


def test_each_of_the_two_is_the_partner_of_the_other() -> None:
    assert PAIRING.partner_of("grace") == "ada"
    assert PAIRING.partner_of("ada") == "grace"


def test_a_pairing_goes_on_from_its_introduction_until_it_is_ended() -> None:
    assert not PAIRING.ended
    assert replace(PAIRING, state=PairingState.ENDED).ended


def test_check_ins_come_after_one_week_three_weeks_and_then_monthly_until_the_end() -> None:
    assert checkin_days(INTRODUCED, date(2027, 1, 31), usual_checkins(26)) == [
        date(2026, 10, 12),
        date(2026, 10, 26),
        date(2026, 11, 25),
        date(2026, 12, 25),
        date(2027, 1, 24),
    ]


def test_a_programme_may_choose_other_days() -> None:
    days = checkin_days(INTRODUCED, date(2027, 1, 31), (3, 40, 400))

    assert days == [date(2026, 10, 8), date(2026, 11, 14)]


def test_short_pairings_are_asked_only_while_they_last() -> None:
    assert usual_checkins(3) == (7,)
    assert usual_checkins(8) == (7, 21, 51)


def test_nothing_is_due_before_the_first_week_is_over() -> None:
    assert checkin_due(INTRODUCED, date(2027, 1, 31), date(2026, 10, 11), usual_checkins(17)) is None


def test_a_check_in_is_due_from_its_own_day_on() -> None:
    due = {
        day: checkin_due(INTRODUCED, date(2027, 1, 31), date(2026, 10, day), (7, 21)) for day in (12, 25, 26)
    }

    assert due == {12: 1, 25: 1, 26: 2}


def test_a_check_in_is_due_until_the_day_before_the_last() -> None:
    assert checkin_due(INTRODUCED, date(2026, 10, 26), date(2026, 10, 25), (7, 21)) == 1


def test_after_a_pause_only_the_latest_check_in_is_due() -> None:
    assert checkin_due(INTRODUCED, date(2027, 1, 31), date(2026, 11, 26), usual_checkins(17)) == 3


def test_on_the_last_day_the_survey_asks_instead() -> None:
    assert checkin_due(INTRODUCED, date(2026, 10, 26), date(2026, 10, 26), usual_checkins(26)) is None


@given(
    days,
    st.integers(min_value=0, max_value=400),
    st.integers(min_value=0, max_value=500),
    st.sets(st.integers(min_value=1, max_value=450), min_size=1).map(sorted),
)
def test_what_is_due_never_goes_back_and_never_falls_on_the_last_day(
    introduced: date, lasting: int, passed: int, after: list[int]
) -> None:
    ends_on, today = introduced + timedelta(days=lasting), introduced + timedelta(days=passed)
    due, tomorrow = (
        checkin_due(introduced, ends_on, today, after),
        checkin_due(introduced, ends_on, today + timedelta(days=1), after),
    )
    assert all(introduced < day < ends_on for day in checkin_days(introduced, ends_on, after))
    assert today < ends_on or due is None
    assert tomorrow is None or due is None or tomorrow in (due, due + 1)


def test_the_first_meeting_is_the_day_they_named_and_a_meeting_is_contact_too() -> None:
    replies = [
        said(CheckinAnswer.NOT_YET, date(2026, 10, 12)),
        said(CheckinAnswer.MET, date(2026, 10, 26), met_on=date(2026, 10, 20)),
    ]
    assert first_contact_on(replies) == first_meeting_on(replies) == date(2026, 10, 20)


def test_without_a_named_day_the_day_of_the_answer_counts() -> None:
    replies = [
        said(CheckinAnswer.IN_CONTACT, date(2026, 10, 12)),
        said(CheckinAnswer.MET, date(2026, 10, 26)),
    ]
    assert first_contact_on(replies) == date(2026, 10, 12)
    assert first_meeting_on(replies) == date(2026, 10, 26)
    assert first_meeting_on(replies[:1]) is None


def test_the_earliest_contact_counts_whatever_the_order_of_the_replies() -> None:
    replies = [
        said(CheckinAnswer.MET, date(2026, 11, 26), met_on=date(2026, 11, 20)),
        said(CheckinAnswer.NEED_HELP, date(2026, 10, 7)),
        said(CheckinAnswer.MET, date(2026, 11, 2)),
        said(CheckinAnswer.IN_CONTACT, date(2026, 10, 19)),
    ]

    assert first_contact_on(replies) == date(2026, 10, 19)
    assert first_meeting_on(replies) == date(2026, 11, 2)
