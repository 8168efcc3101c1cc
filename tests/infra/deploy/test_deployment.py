"""Which cohort the site of a deployed environment is for."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from functions.questionnaires import definitions
from functions.services import Services
from functions.usecases.enrolment.open_cohort import open_cohort
from infra.deploy.aws.cloud import Cloud
from infra.deploy.deployment import Deployment
from tests.harness import CohortHarness
from tests.infra.deploy.deployed_env import TRIAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing(Deployment):
    """An environment whose stacks stand and whose table is the harness's."""

    its: Services

    def outputs_of(self, part: str) -> dict[str, str]:
        return {"part": part}

    def services(self) -> Services:
        return self.its


@pytest.fixture
def services(harness: CohortHarness, monkeypatch: pytest.MonkeyPatch) -> Services:
    """The harness's services today; its programme's calendar has a cohort that opens in a hundred days."""
    programme = definitions.programme(TRIAL.programme)
    calendar = replace(programme.calendar, opens_on=today() + timedelta(days=100))
    monkeypatch.setattr(definitions, "programme", lambda _: replace(programme, calendar=calendar))
    return harness.services


def today() -> date:
    return datetime.now(UTC).date()


def shown(services: Services) -> tuple[date, bool]:
    cloud = Cloud(TRIAL.region, "http://127.0.0.1:1")
    cohort, opened = Standing(environment=TRIAL, cloud=cloud, its=services).next_cohort()
    return cohort.opens_on, opened


def test_the_site_is_for_the_cohort_that_people_can_enrol_in_now(services: Services) -> None:
    open_cohort(services, today() - timedelta(days=3))
    open_cohort(services, today() + timedelta(days=100))

    assert shown(services) == (today() - timedelta(days=3), True)


def test_when_no_enrolment_is_open_the_site_is_for_the_next_cohort(services: Services) -> None:
    open_cohort(services, today() - timedelta(days=200))

    assert shown(services) == (today() + timedelta(days=100), False)


def test_when_nothing_is_to_come_the_site_keeps_the_last_cohort(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    programme = definitions.programme(TRIAL.programme)
    over = replace(programme.calendar, opens_on=today() - timedelta(days=400))
    monkeypatch.setattr(definitions, "programme", lambda _: replace(programme, calendar=over))
    open_cohort(services, today() - timedelta(days=45))

    assert shown(services) == (today() - timedelta(days=45), True)
