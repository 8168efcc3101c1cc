from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from functions.programme.cohort import Cohort
from functions.usecases.enrolment.open_cohort import open_cohort
from infra.build import site
from infra.local.stack import LocalStack
from tests.harness import OPENS_ON, Clock


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def stack(clock: Clock, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """The whole of Kith on one machine, which works when the test says so."""
    pages: Path = tmp_path_factory.mktemp("site") / "pages"
    with LocalStack(clock=clock, site=pages, background=False) as stack:
        services = stack.services
        clock.morning_of(OPENS_ON + timedelta(days=1), services.programme.zone)
        cohort = open_cohort(services, OPENS_ON)
        site.build(pages, programme=services.programme, questionnaires=services.questionnaires, cohort=cohort)
        yield stack


@pytest.fixture(scope="module")
def cohort(stack: LocalStack) -> Cohort:
    return open_cohort(stack.services, OPENS_ON)
