"""Five surveys, each at its moment: asked once, answered in its own questions, reported apart."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from functions.programme.cohort import Stage, stage_of
from functions.programme.evaluation.moments import after_on
from functions.programme.links import Purpose
from functions.programme.people import Role
from functions.programme.programme import Moment
from functions.questionnaires import definitions
from functions.storage.enrolment import enrolments
from functions.storage.pairings import pairings
from functions.storage.table import Event
from functions.usecases.access.open_link import open_link
from functions.usecases.surveys.answer_survey import answer, survey
from functions.usecases.surveys.ask_survey import ask_survey
from functions.usecases.surveys.report_cohort import report_cohort
from tests.harness import MENTEE, MENTOR, CohortHarness, text_of

ADA, GRACE = "ada@mentees.example", "grace@mentors.example"
EVERY = {
    Moment.TRAINING: "end-of-training",
    Moment.PULSE: "pulse",
    Moment.MID: "mid",
    Moment.END: "end",
    Moment.AFTER: "six-months-after",
}


@pytest.fixture
def pair(harness: CohortHarness) -> CohortHarness:
    programme = replace(harness.services.programme, surveys=EVERY)
    asked = definitions.questionnaires_of(programme)
    harness.services = replace(harness.services, programme=programme, questionnaires=asked)
    harness.confirmed(MENTEE)
    harness.confirmed(MENTOR)
    harness.introduced()
    return harness


def introduced_on(harness: CohortHarness) -> date:
    (pairing,) = pairings.in_cohort(harness.services.table, harness.cohort.id)
    return pairing.introduced_on


def day_of(harness: CohortHarness, moment: Moment) -> date:
    since, cohort = introduced_on(harness), harness.cohort
    return {
        Moment.TRAINING: since + timedelta(days=10),
        Moment.PULSE: since + timedelta(days=30),
        Moment.MID: since + (cohort.ends_on - since) / 2,
        Moment.END: cohort.ends_on,
        Moment.AFTER: after_on(cohort),
    }[moment]


def tick(harness: CohortHarness, day: date) -> int:
    harness.clock.morning_of(day, harness.cohort.zone)
    asked = ask_survey(harness.services)
    harness.send()
    return asked


def test_each_survey_is_asked_on_its_day_with_its_own_questions_and_once(pair: CohortHarness) -> None:
    for moment, name in EVERY.items():
        day = day_of(pair, moment)
        before, on, after = (tick(pair, day + timedelta(days=late)) for late in (-1, 0, 1))
        assert (before, on, after) == (0, 2, 0), moment
        view = survey(pair.services, pair.link(ADA, Purpose.SURVEY))
        assert view is not None
        assert (view.moment, view.survey.name) == (moment, name)


def test_after_months_without_a_tick_only_the_latest_survey_is_asked(pair: CohortHarness) -> None:
    assert tick(pair, day_of(pair, Moment.MID) + timedelta(days=20)) == 2

    view = survey(pair.services, pair.link(ADA, Purpose.SURVEY))

    assert view is not None
    assert view.moment is Moment.MID


def test_half_a_year_after_its_end_a_closed_cohort_is_asked_once_more_and_never_again(
    pair: CohortHarness,
) -> None:
    day = after_on(pair.cohort)

    assert stage_of(pair.cohort, day) is Stage.CLOSED
    assert [tick(pair, day), tick(pair, day + timedelta(days=7)), tick(pair, day + timedelta(days=60))] == [
        2,
        0,
        0,
    ]
    mail = pair.sent_mail.to(ADA)[-1]
    assert "Half a year" in mail["Subject"]
    # What stops the mails still does, half a year after the cohort has closed.
    pair.clock.morning_of(day + timedelta(days=3), pair.cohort.zone)
    assert open_link(pair.services, pair.sent_mail.token(ADA, "stop"), Purpose.STOP) is not None


def test_the_answers_of_each_moment_stand_apart_in_the_report(pair: CohortHarness) -> None:
    tick(pair, day_of(pair, Moment.PULSE))
    answer(pair.services, pair.link(ADA, Purpose.SURVEY), {"comment": "early"})
    tick(pair, day_of(pair, Moment.MID))
    answer(pair.services, pair.link(ADA, Purpose.SURVEY), {"comment": "half-way"})
    answer(pair.services, pair.link(GRACE, Purpose.SURVEY), {"comment": "half-way too"})

    report = report_cohort(pair.services, pair.cohort.id)

    assert report is not None
    assert {moment: (each.asked, each.answered) for moment, each in report.surveys.items()} == {
        Moment.TRAINING: (0, 0),
        Moment.PULSE: (2, 1),
        Moment.MID: (2, 2),
        Moment.END: (0, 0),
        Moment.AFTER: (0, 0),
    }
    assert list(report.surveys) == list(Moment)


def test_a_survey_is_taken_until_the_day_that_its_mail_names(pair: CohortHarness) -> None:
    day = day_of(pair, Moment.PULSE)
    tick(pair, day)
    token = pair.sent_mail.token(ADA, "survey")
    last = day + timedelta(days=pair.cohort.survey_days)

    assert f"{last.day} {last:%B %Y}" in " ".join(text_of(pair.sent_mail.to(ADA)[-1]).split())
    pair.clock.morning_of(last, pair.cohort.zone)
    assert open_link(pair.services, token, Purpose.SURVEY) is not None
    pair.clock.pass_by(hours=15, minutes=1)  # past midnight in the cohort's zone
    assert open_link(pair.services, token, Purpose.SURVEY) is None


def test_who_has_read_the_training_is_asked_about_it_three_days_later_and_the_others_later(
    pair: CohortHarness,
) -> None:
    ada = pair.person(ADA)
    pair.services.table.commit(
        [enrolments.training(ada, pair.clock.now)],
        event=Event(cohort_id=pair.cohort.id, at=pair.clock.now, actor="t", action="t", subject_id=ada.id),
        idempotency_key="training",
    )
    read_on = pair.cohort.today(pair.clock.now)

    assert tick(pair, read_on + timedelta(days=2)) == 0
    assert tick(pair, read_on + timedelta(days=3)) == 1
    assert tick(pair, read_on + timedelta(days=10)) == 1
    assert pair.person(GRACE).role is Role.MENTOR


def test_who_left_is_asked_nothing(pair: CohortHarness) -> None:
    grace = pair.person(GRACE)
    pair.services.table.commit(
        [enrolments.withdrawal(grace, pair.clock.now)],
        event=Event(cohort_id=pair.cohort.id, at=pair.clock.now, actor="t", action="t", subject_id=grace.id),
        idempotency_key="withdraw",
    )

    assert tick(pair, pair.cohort.ends_on) == 1


def test_a_survey_that_the_programme_asks_no_more_is_not_there(pair: CohortHarness) -> None:
    tick(pair, day_of(pair, Moment.PULSE))
    link = pair.link(ADA, Purpose.SURVEY)
    fewer = replace(pair.services.programme, surveys={Moment.END: "end"})

    assert survey(replace(pair.services, programme=fewer), link) is None
