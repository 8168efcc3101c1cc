"""Pages behind links from mails: looking never acts, pressing acts once, and nothing leaks."""

import re

import pytest

from functions.programme.links import Purpose
from functions.programme.pairing import CheckinAnswer
from functions.programme.people import Answer, EnrolmentState
from functions.storage.messages import suppressions
from functions.storage.pairings import checkins
from functions.web.questions import fields_of
from tests.harness import MENTEE, MENTOR
from tests.web.conftest import Site

ADA, GRACE = str(MENTEE["email"]), str(MENTOR["email"])


@pytest.fixture
def pair(site: Site) -> Site:
    for person in (MENTEE, MENTOR):
        site.harness.confirmed(person)
    site.harness.introduced()
    return site


@pytest.fixture
def asked(pair: Site) -> Site:
    pair.a_week_later()
    return pair


def test_opening_the_confirmation_changes_nothing_and_its_button_confirms(site: Site) -> None:
    site.harness.apply(MENTEE)
    site.harness.send()
    path = site.mailed(ADA, Purpose.CONFIRM)

    page = site.page(path)

    assert site.harness.person(ADA).state is EnrolmentState.UNCONFIRMED
    # Nothing leads on with the token but the same page in the other language.
    assert re.findall(rf'"([^"]*){path}"', page) == ["/ar"]
    assert "Your place is certain" in site.client.post(path).text
    assert site.harness.person(ADA).state is EnrolmentState.CONFIRMED
    assert "Your place is certain" in site.client.post(path).text


def test_your_match_shows_the_other_the_reasons_and_how_to_begin(pair: Site) -> None:
    page = pair.page(pair.mailed(ADA, Purpose.MATCH))

    assert "Grace Example" in page
    assert GRACE in page
    assert "Why we think that you fit" in page
    assert "A plan for the first hour" in page


def test_a_link_opens_its_own_page_only(pair: Site) -> None:
    token = pair.harness.sent_mail.token(ADA, Purpose.MATCH)

    answers = [pair.get(f"/my/{purpose}/{token}") for purpose in Purpose if purpose is not Purpose.MATCH]

    assert {answer.status_code for answer in answers} == {404}


def test_not_yours_over_and_never_was_are_the_same_bytes(pair: Site) -> None:
    over = pair.mailed(ADA, Purpose.MATCH)
    pair.harness.clock.pass_by(days=600)

    pages = [
        pair.get(path) for path in (over, "/my/match/" + "x" * 43, "/my/nothing", "/console/", "/nowhere/")
    ]

    assert {page.status_code for page in pages} == {404}
    assert len({page.data for page in pages}) == 1


def test_a_check_in_is_answered_and_can_be_answered_again(asked: Site) -> None:
    path = asked.mailed(ADA, Purpose.CHECKIN)

    first = asked.client.post(path, data={"answer": "not-yet"})
    second = asked.client.post(
        path, data={"answer": "met", "met_on-day": "", "met_on-month": "", "met_on-year": ""}
    )

    assert first.status_code == second.status_code == 200
    (reply,) = checkins.replies(asked.harness.services.table, asked.harness.cohort.id)
    assert reply.answer is CheckinAnswer.MET
    assert 'value="met" checked' in " ".join(asked.page(path).split())


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Choose how it is going"),
        ({"answer": "fine"}, "Choose how it is going"),
        (
            {"answer": "met", "met_on-day": "31", "met_on-month": "2", "met_on-year": "2026"},
            "Enter the day when you met",
        ),
        (
            {"answer": "met", "met_on-day": "½", "met_on-month": "2", "met_on-year": "2026"},
            "Enter the day when you met",
        ),
        (
            {"answer": "met", "met_on-day": "1", "met_on-month": "1", "met_on-year": "2999"},
            "can’t lie in the future",
        ),
        (
            {"answer": "met", "met_on-day": "1", "met_on-month": "1", "met_on-year": "1999"},
            "on or after the one",
        ),
    ],
)
def test_a_check_in_that_can_not_be_taken_says_what_to_do(
    asked: Site, sent: dict[str, str], said: str
) -> None:
    answer = asked.client.post(asked.mailed(ADA, Purpose.CHECKIN), data=sent)

    assert answer.status_code == 422
    assert said in answer.text
    assert "<title>Error: " in answer.text
    assert not list(checkins.replies(asked.harness.services.table, asked.harness.cohort.id))


def test_the_survey_keeps_answers_and_shows_them_again(pair: Site) -> None:
    pair.at_the_end()
    path, survey = pair.mailed(ADA, Purpose.SURVEY), pair.harness.services.questionnaires["end"]
    given: dict[str, Answer] = {
        "satisfaction": 5,
        "goals_reached": 4,
        "would_recommend": 5,
        "still_in_contact": "regularly",
        "mentor_next_time": "yes",
    }
    fields = fields_of(survey, given)
    fields["_version"] = survey.version

    faulty = pair.client.post(path, data={"_version": survey.version})
    taken = pair.client.post(path, data=fields)

    assert (faulty.status_code, taken.status_code) == (422, 200)
    assert 'value="4" checked' in " ".join(pair.page(path).split())


def test_a_mail_programs_own_button_stops_the_mails(pair: Site) -> None:
    path = pair.mailed(ADA, Purpose.STOP)
    pair.page(path)
    assert not suppressions.exists(pair.harness.services.table, ADA)

    answer = pair.client.post(
        path, data={"List-Unsubscribe": "One-Click"}, headers={"Sec-Fetch-Site": "cross-site"}
    )

    assert answer.status_code == 200
    assert suppressions.exists(pair.harness.services.table, ADA)
