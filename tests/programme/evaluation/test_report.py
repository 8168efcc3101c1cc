from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from functions.programme.cohort import Stage
from functions.programme.evaluation.report import InTime, Records, report_on
from functions.programme.evaluation.survey import SurveyResults
from functions.programme.health import Health
from functions.programme.pairing import CheckinAnswer, Pairing, PairingState, Reply
from functions.programme.people import Enrolment, EnrolmentState, Role
from functions.programme.programme import Moment
from tests.programme.test_cohort import AUTUMN
from tests.programme.test_pairing import INTRODUCED, said

NO_SURVEY = SurveyResults(asked=0, answered=0, questions=())


def person(person_id: str, role: Role, state: EnrolmentState = EnrolmentState.CONFIRMED) -> Enrolment:
    return Enrolment(
        id=person_id,
        cohort_id="autumn",
        role=role,
        state=state,
        name="",
        email="",
        capacity=1,
        answers={},
        questionnaire_version="1",
        enrolled_at=datetime(2026, 9, 1, tzinfo=UTC),
    )


def pairing(pairing_id: str) -> Pairing:
    return Pairing(
        id=pairing_id,
        cohort_id="autumn",
        run_id="run",
        mentor_id=f"mentor-{pairing_id}",
        mentee_id=f"mentee-{pairing_id}",
        score=1,
        policy="first-year",
        reasons=(),
        introduced_at=datetime(2026, 10, 5, tzinfo=UTC),
        introduced_on=INTRODUCED,
    )


def about(pairing_id: str, reply: Reply) -> Reply:
    return replace(reply, pairing_id=pairing_id)


RECORDS = Records(
    enrolments=(
        person("mentor-a", Role.MENTOR),
        person("mentee-a", Role.MENTEE),
        person("left", Role.MENTEE, EnrolmentState.WITHDRAWN),
        person("never", Role.MENTEE, EnrolmentState.UNCONFIRMED),
    ),
    pairings=(pairing("a"), pairing("b"), pairing("c")),
    asked=frozenset({("a", 1), ("b", 1), ("c", 1), ("a", 2)}),
    replies=(
        about("a", said(CheckinAnswer.MET, date(2026, 10, 12), met_on=date(2026, 10, 7))),
        about("b", said(CheckinAnswer.IN_CONTACT, date(2026, 10, 13))),
        about(
            "b", replace(said(CheckinAnswer.MET, date(2026, 11, 25), met_on=date(2026, 11, 20)), checkin=3)
        ),
    ),
    surveys={Moment.END: NO_SURVEY},
)


def test_the_report_counts_who_applied_who_is_certain_and_who_is_matched() -> None:
    report = report_on(AUTUMN, RECORDS, date(2026, 12, 1))
    assert report.applied == {Role.MENTOR: 1, Role.MENTEE: 3}
    assert report.confirmed == {Role.MENTOR: 1, Role.MENTEE: 1}
    assert report.matched == {Role.MENTOR: 3, Role.MENTEE: 3}


def test_fast_starts_are_those_who_met_within_three_weeks() -> None:
    assert report_on(AUTUMN, RECORDS, date(2026, 12, 1)).fast_start == InTime(reached=1, old_enough=3)


def test_a_young_pairing_that_has_not_met_is_not_counted_against_the_fast_start() -> None:
    assert report_on(AUTUMN, RECORDS, date(2026, 10, 20)).fast_start == InTime(reached=1, old_enough=1)


def test_each_first_contact_and_first_meeting_stands_in_its_week() -> None:
    weeks = report_on(AUTUMN, RECORDS, date(2026, 11, 22)).weeks
    assert [(week.number, week.first_contacts, week.first_meetings) for week in weeks] == [
        (1, 1, 1),
        (2, 1, 0),
        (3, 0, 0),
        (4, 0, 0),
        (5, 0, 0),
        (6, 0, 0),
        (7, 0, 1),
    ]
    assert weeks[1].starts_on == date(2026, 10, 12)


def test_whoever_has_not_answered_a_check_in_is_counted_as_silent() -> None:
    first = report_on(AUTUMN, RECORDS, date(2026, 12, 1)).checkins[0]
    assert (first.number, first.asked, first.silent) == (1, 6, 4)
    assert first.answers[CheckinAnswer.MET] == 1


def test_a_report_says_of_which_cohort_and_which_day_it_tells_and_how_far_the_cohort_is() -> None:
    report = report_on(AUTUMN, RECORDS, date(2027, 3, 31))

    assert (report.cohort, report.today, report.stage) == (AUTUMN, date(2027, 3, 31), Stage.CLOSING)
    assert report.surveys == {Moment.END: NO_SURVEY}


def test_a_mentor_of_two_pairings_is_one_person_matched() -> None:
    two = replace(RECORDS, pairings=(pairing("a"), replace(pairing("b"), mentor_id="mentor-a")))
    report = report_on(AUTUMN, two, date(2026, 12, 1))

    assert report.pairings == 2
    assert report.matched == {Role.MENTOR: 1, Role.MENTEE: 2}


def test_the_report_counts_how_the_pairings_are_doing_and_each_way_in_which_none_is() -> None:
    ended = replace(pairing("e"), state=PairingState.ENDED)
    records = replace(
        RECORDS,
        pairings=(*RECORDS.pairings, pairing("d"), ended),
        replies=(*RECORDS.replies, about("d", said(CheckinAnswer.NEED_HELP, date(2026, 10, 12)))),
    )

    assert report_on(AUTUMN, records, date(2026, 12, 1)).health == {
        Health.TOO_EARLY: 0,
        Health.ON_TRACK: 2,
        Health.CHECK_IN: 1,
        Health.ASKED_FOR_HELP: 1,
        Health.ENDED: 1,
    }


@pytest.mark.parametrize(
    ("met_on", "reached"),
    [(date(2026, 10, 25), 1), (date(2026, 10, 26), 1), (date(2026, 10, 27), 0)],
)
def test_the_twenty_first_day_is_the_last_of_a_fast_start(met_on: date, reached: int) -> None:
    met = about("a", said(CheckinAnswer.MET, met_on))
    records = replace(RECORDS, pairings=(pairing("a"),), replies=(met,))

    assert report_on(AUTUMN, records, date(2026, 12, 1)).fast_start == InTime(reached=reached, old_enough=1)


@pytest.mark.parametrize(("today", "old_enough"), [(date(2026, 10, 12), 0), (date(2026, 10, 13), 1)])
def test_a_pairing_has_all_of_its_seventh_day_for_the_first_contact(today: date, old_enough: int) -> None:
    records = replace(RECORDS, pairings=(pairing("a"),), replies=())

    assert report_on(AUTUMN, records, today).first_contact == InTime(reached=0, old_enough=old_enough)


def test_the_weeks_begin_with_the_first_introduction_and_stop_with_the_cohort() -> None:
    late = replace(pairing("late"), introduced_on=date(2026, 10, 30))
    records = replace(RECORDS, pairings=(late, pairing("a")))

    weeks = report_on(replace(AUTUMN, ends_on=date(2026, 10, 19)), records, date(2026, 12, 1)).weeks

    assert [week.starts_on for week in weeks] == [date(2026, 10, 5), date(2026, 10, 12), date(2026, 10, 19)]


def test_without_a_pairing_there_is_no_week_to_tell_of() -> None:
    assert report_on(AUTUMN, replace(RECORDS, pairings=()), date(2026, 12, 1)).weeks == ()


def test_each_check_in_is_counted_by_itself_in_the_order_of_its_number() -> None:
    later = about("a", replace(said(CheckinAnswer.NEED_HELP, date(2026, 10, 26)), checkin=2))
    checkins = report_on(
        AUTUMN, replace(RECORDS, replies=(*RECORDS.replies, later)), date(2026, 12, 1)
    ).checkins

    assert [(each.number, each.asked) for each in checkins] == [(1, 6), (2, 2)]
    assert checkins[1].answers == {
        CheckinAnswer.NOT_YET: 0,
        CheckinAnswer.IN_CONTACT: 0,
        CheckinAnswer.MET: 0,
        CheckinAnswer.NEED_HELP: 1,
    }
