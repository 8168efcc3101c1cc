from datetime import date, timedelta

import pytest

from functions.programme.health import Because, Health
from functions.programme.links import Purpose
from functions.programme.pairing import CheckinAnswer
from functions.programme.people import EnrolmentState
from functions.programme.programme import Moment
from functions.storage.enrolment import enrolments
from functions.storage.table import Event
from functions.usecases.pairings.answer_checkin import CheckinOutcome, answer, question
from functions.usecases.pairings.ask_checkins import ask_checkins
from functions.usecases.pairings.review_pairs import review_pairs
from functions.usecases.pairings.show_match import match_of
from functions.usecases.surveys.answer_survey import answer as answer_survey
from functions.usecases.surveys.answer_survey import survey
from functions.usecases.surveys.ask_survey import ask_survey
from functions.usecases.surveys.report_cohort import report_cohort
from tests.harness import MENTEE, MENTOR, CohortHarness, text_of

ADA, GRACE = "ada@mentees.example", "grace@mentors.example"


@pytest.fixture
def pair(harness: CohortHarness) -> CohortHarness:
    harness.confirmed(MENTEE)
    harness.confirmed(MENTOR)
    harness.introduced()
    return harness


def days_after_introduction(harness: CohortHarness, days: int) -> None:
    introduced_on = review_pairs(harness.reader())[0].pair.introduced_on
    harness.clock.morning_of(introduced_on + timedelta(days=days), harness.cohort.zone)


def test_your_match_shows_each_of_the_two_the_other_and_why(pair: CohortHarness) -> None:
    seen = match_of(pair.services, pair.link(ADA, Purpose.MATCH), "en")
    assert seen is not None
    assert (seen.me.email, seen.partner.email) == (ADA, GRACE)
    assert seen.reasons


def test_a_check_in_goes_to_both_on_its_day_and_once_however_often_the_schedule_ticks(
    pair: CohortHarness,
) -> None:
    before = len(pair.sent_mail.mails)
    days_after_introduction(pair, 6)
    assert ask_checkins(pair.services) == 0
    days_after_introduction(pair, 7)
    assert [ask_checkins(pair.services), ask_checkins(pair.services)] == [1, 0]
    pair.send()
    assert len(pair.sent_mail.mails) == before + 2


def test_a_check_in_is_due_by_the_date_of_the_cohort_and_not_by_the_hour_of_the_tick(
    pair: CohortHarness,
) -> None:
    days_after_introduction(pair, 7)
    pair.clock.pass_by(hours=-9, minutes=1)  # one minute past midnight in the cohort's zone
    assert ask_checkins(pair.services) == 1


def test_after_a_week_without_ticks_each_pairing_is_asked_one_question(pair: CohortHarness) -> None:
    days_after_introduction(pair, 22)
    assert ask_checkins(pair.services) == 1
    pair.send()
    link = pair.link(ADA, Purpose.CHECKIN)
    assert link.checkin == 2


def test_an_answer_is_recorded_and_health_follows(pair: CohortHarness) -> None:
    days_after_introduction(pair, 7)
    ask_checkins(pair.services)
    pair.send()
    link = pair.link(ADA, Purpose.CHECKIN)

    assert answer(pair.services, link, CheckinAnswer.NEED_HELP, None) is CheckinOutcome.RECORDED

    [health] = review_pairs(pair.reader())
    assert (health.finding.health, health.finding.reasons) == (
        Health.ASKED_FOR_HELP,
        (Because.MENTEE_ASKED,),
    )
    view = question(pair.services, link)
    assert view is not None
    assert view.given is not None
    assert view.given.answer is CheckinAnswer.NEED_HELP


def test_a_second_answer_to_the_same_check_in_replaces_the_first(pair: CohortHarness) -> None:
    days_after_introduction(pair, 7)
    ask_checkins(pair.services)
    pair.send()
    link = pair.link(ADA, Purpose.CHECKIN)
    met_on = review_pairs(pair.reader())[0].pair.introduced_on + timedelta(days=2)
    answer(pair.services, link, CheckinAnswer.NOT_YET, None)
    pair.clock.pass_by(minutes=5)
    answer(pair.services, link, CheckinAnswer.MET, met_on)

    [health] = review_pairs(pair.reader())
    assert len(health.pair.replies) == 1
    assert (health.finding.health, health.first_meeting_on) == (Health.ON_TRACK, met_on)


@pytest.mark.parametrize(
    ("days", "outcome"),
    [(30, CheckinOutcome.MET_IN_THE_FUTURE), (-1, CheckinOutcome.MET_BEFORE_INTRODUCTION)],
)
def test_a_meeting_cannot_lie_in_the_future_or_before_the_introduction(
    pair: CohortHarness, days: int, outcome: CheckinOutcome
) -> None:
    days_after_introduction(pair, 7)
    ask_checkins(pair.services)
    pair.send()
    introduced_on: date = review_pairs(pair.reader())[0].pair.introduced_on
    link = pair.link(ADA, Purpose.CHECKIN)
    assert answer(pair.services, link, CheckinAnswer.MET, introduced_on + timedelta(days=days)) is outcome
    assert review_pairs(pair.reader())[0].pair.replies == ()


def test_nobody_is_asked_about_somebody_who_has_left(pair: CohortHarness) -> None:
    grace = pair.person(GRACE)
    pair.services.table.commit(
        [enrolments.withdrawal(grace, pair.clock.now)],
        event=Event(
            cohort_id=pair.cohort.id,
            at=pair.clock.now,
            actor="t",
            action="withdraw",
            subject_id=grace.id,
        ),
        idempotency_key="withdraw",
    )
    assert pair.person(GRACE).state is EnrolmentState.WITHDRAWN
    before = len(pair.sent_mail.mails)
    days_after_introduction(pair, 7)
    ask_checkins(pair.services)
    pair.send()
    assert len(pair.sent_mail.mails) == before


def test_when_the_pairings_end_the_survey_goes_to_both_once_and_its_answers_are_kept(
    pair: CohortHarness,
) -> None:
    pair.clock.morning_of(pair.cohort.ends_on, pair.cohort.zone)
    assert [ask_survey(pair.services), ask_survey(pair.services)] == [2, 0]
    pair.send()
    assert "/my/survey/" in text_of(pair.sent_mail.to(ADA)[-1])

    link = pair.link(ADA, Purpose.SURVEY)
    answer_survey(pair.services, link, {"comment": "first"})
    pair.clock.pass_by(minutes=1)
    answer_survey(pair.services, link, {"comment": "second"})

    view = survey(pair.services, link)
    assert view is not None
    assert view.given == {"comment": "second"}
    report = report_cohort(pair.services, pair.cohort.id)
    assert report is not None
    results = report.surveys[Moment.END]
    assert (results.asked, results.answered, results.hidden) == (2, 1, True)


def test_no_check_in_is_asked_any_more_when_the_survey_is(pair: CohortHarness) -> None:
    pair.clock.morning_of(pair.cohort.ends_on, pair.cohort.zone)
    assert ask_checkins(pair.services) == 0


def test_the_report_tells_the_first_meeting_in_its_week(pair: CohortHarness) -> None:
    days_after_introduction(pair, 7)
    ask_checkins(pair.services)
    pair.send()
    introduced_on = review_pairs(pair.reader())[0].pair.introduced_on
    answer(pair.services, pair.link(GRACE, Purpose.CHECKIN), CheckinAnswer.MET, introduced_on)
    days_after_introduction(pair, 22)

    report = report_cohort(pair.services, pair.cohort.id)

    assert report is not None
    assert [(week.first_contacts, week.first_meetings) for week in report.weeks] == [
        (1, 1),
        (0, 0),
        (0, 0),
        (0, 0),
    ]
    assert (report.fast_start.reached, report.fast_start.old_enough) == (1, 1)
    assert report.checkins[0].silent == 1
