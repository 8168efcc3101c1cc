from datetime import date, timedelta

import pytest

from functions.programme.health import Because, Health, HealthFinding, health_of
from functions.programme.pairing import CheckinAnswer, Reply
from tests.programme.test_pairing import INTRODUCED, said


def health(after_days: int, *replies: Reply) -> HealthFinding:
    return health_of(INTRODUCED, "mentor", replies, INTRODUCED + timedelta(days=after_days))


@pytest.mark.parametrize(
    ("after_days", "replies", "expected", "because"),
    [
        (3, (), Health.TOO_EARLY, Because.JUST_INTRODUCED),
        (14, (), Health.TOO_EARLY, Because.JUST_INTRODUCED),
        (15, (), Health.CHECK_IN, Because.SILENT),
        (8, (CheckinAnswer.NOT_YET,), Health.CHECK_IN, Because.NO_CONTACT_YET),
        (8, (CheckinAnswer.IN_CONTACT,), Health.ON_TRACK, Because.IN_CONTACT),
        (28, (CheckinAnswer.IN_CONTACT,), Health.ON_TRACK, Because.IN_CONTACT),
        (29, (CheckinAnswer.IN_CONTACT,), Health.CHECK_IN, Because.NO_MEETING_YET),
        (90, (CheckinAnswer.MET,), Health.ON_TRACK, Because.MET),
    ],
)
def test_health_follows_from_what_was_said_and_how_long_ago_they_were_introduced(
    after_days: int, replies: tuple[CheckinAnswer, ...], expected: Health, because: Because
) -> None:
    finding = health(after_days, *(said(answer, date(2026, 10, 12)) for answer in replies))
    assert finding == HealthFinding(health=expected, reasons=(because,))


def test_a_call_for_help_outweighs_that_they_met_and_says_whose_it_is() -> None:
    finding = health(
        30,
        said(CheckinAnswer.MET, date(2026, 10, 12)),
        said(CheckinAnswer.NEED_HELP, date(2026, 10, 26), by="mentor"),
    )
    assert finding == HealthFinding(health=Health.ASKED_FOR_HELP, reasons=(Because.MENTOR_ASKED,))


def test_a_later_answer_takes_a_call_for_help_back() -> None:
    finding = health(
        30, said(CheckinAnswer.NEED_HELP, date(2026, 10, 12)), said(CheckinAnswer.MET, date(2026, 10, 26))
    )
    assert finding == HealthFinding(health=Health.ON_TRACK, reasons=(Because.MET,))


def test_when_both_ask_for_help_both_are_named() -> None:
    finding = health(
        30,
        said(CheckinAnswer.NEED_HELP, date(2026, 10, 12), by="mentor"),
        said(CheckinAnswer.NEED_HELP, date(2026, 10, 13), by="mentee"),
    )

    assert finding.reasons == (Because.MENTEE_ASKED, Because.MENTOR_ASKED)


def test_the_latest_answer_of_a_person_counts_whatever_the_order_in_which_they_are_read() -> None:
    finding = health(
        30, said(CheckinAnswer.MET, date(2026, 10, 26)), said(CheckinAnswer.NEED_HELP, date(2026, 10, 12))
    )

    assert finding == HealthFinding(health=Health.ON_TRACK, reasons=(Because.MET,))


def test_a_pairing_that_somebody_left_needs_nobody_whatever_was_said_before() -> None:
    replies = [said(CheckinAnswer.NEED_HELP, date(2026, 10, 12))]
    finding = health_of(INTRODUCED, "mentor", replies, date(2026, 11, 5), ended=True)

    assert finding == HealthFinding(health=Health.ENDED, reasons=(Because.LEFT,))
