"""The page with the questions about equality, from the confirmation to the coordinator's counts."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from functions.programme.links import Purpose
from functions.questionnaires import definitions
from tests.harness import MENTEE, CohortHarness, text_of
from tests.web.conftest import Site

ADA = str(MENTEE["email"])
WAY = re.compile(r"/my/equality/[\w-]{64}")


@pytest.fixture
def harness(harness: CohortHarness) -> CohortHarness:
    programme = replace(harness.services.programme, equality="equality")
    asked = definitions.questionnaires_of(programme)
    harness.services = replace(harness.services, programme=programme, questionnaires=asked)
    return harness


def way_of(site: Site) -> str:
    """Confirm, and return where the confirmed page leads."""
    site.harness.apply(MENTEE)
    site.harness.send()
    found = WAY.search(site.client.post(site.mailed(ADA, Purpose.CONFIRM)).text)
    assert found
    return found[0]


def test_who_confirms_is_shown_the_way_and_the_welcome_leads_there_too(site: Site) -> None:
    way = way_of(site)
    site.harness.send()

    assert way in text_of(site.harness.sent_mail.to(ADA)[-1])
    assert "never used for matching" in site.page(way)


def test_what_is_sent_is_counted_thanked_for_and_never_shown_again(site: Site) -> None:
    way = way_of(site)
    version = site.harness.services.questionnaires["equality"].version

    sent = site.client.post(way, data={"_version": version, "gender": "woman"})
    again = site.page(way)

    assert "nobody can tell that it was you" in sent.text
    assert "nobody can tell that it was you" in again
    assert "woman" not in again


def test_what_was_never_offered_comes_back_with_what_to_do(site: Site) -> None:
    way = way_of(site)
    version = site.harness.services.questionnaires["equality"].version

    answer = site.client.post(way, data={"_version": version, "gender": "=cmd()"})

    assert answer.status_code == 422
    assert "<title>Error: " in answer.text


def test_the_page_runs_no_script_which_might_keep_a_draft_on_the_device(site: Site) -> None:
    assert "questionnaire.js" not in site.page(way_of(site))


def test_the_coordinator_sees_nothing_while_people_enrol_and_nothing_of_fewer_than_five(site: Site) -> None:
    way = way_of(site)
    version = site.harness.services.questionnaires["equality"].version
    site.client.post(way, data={"_version": version, "gender": "woman"})
    site.signed_in()
    path = f"/console/cohorts/{site.harness.cohort.id}/equality"

    during = site.page(path)
    site.harness.clock.morning_of(site.harness.cohort.closes_on + timedelta(days=1), site.harness.cohort.zone)
    site.signed_in()
    after = site.page(path)

    assert "The numbers are shown when enrolment has ended" in during
    assert "Fewer than five people have answered" in after
