from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from functions.app import create_app
from functions.usecases.access.api_tokens import SCOPES, issue_token
from tests.harness import CohortHarness


@pytest.fixture
def client(harness: CohortHarness) -> FlaskClient:
    return create_app(harness.services).test_client()


@pytest.fixture
def token(harness: CohortHarness) -> Callable[..., dict[str, str]]:
    """Return headers with a new token of these scopes, all of them when none is named."""

    def headers(*scopes: str, cohort_id: str = "*") -> dict[str, str]:
        given = issue_token(
            harness.services, scopes or sorted(SCOPES), lives=timedelta(days=1), cohort_id=cohort_id
        )
        return {"Authorization": f"Bearer {given}", "Idempotency-Key": "key"}

    return headers
