"""The API against its own description: schemathesis makes the calls and holds each answer to it."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from moto import mock_aws
from schemathesis import Case
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from functions.app import create_app
from functions.storage.table import Table
from functions.usecases.access.api_tokens import SCOPES, issue_token
from tests.conftest import NAME, client_of
from tests.harness import MENTEE, MENTOR, CohortHarness, harness_over

AS_DESCRIBED = [response_schema_conformance, content_type_conformance]
PROBLEM = "application/problem+json"
MORE = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def described() -> Iterator[CohortHarness]:
    with mock_aws():
        for client in client_of(None):
            harness = harness_over(Table(client, NAME, pause=lambda _: None))
            harness.confirmed(MENTEE)
            harness.confirmed(MENTOR)
            yield harness


def test_whatever_follows_the_description_is_answered_as_described_or_refused_in_words(
    described: CohortHarness,
) -> None:
    document = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", create_app(described.services))
    ours = {"cohort_id": described.cohort.id, "run_id": described.matched()}
    token = issue_token(described.services, sorted(SCOPES), lives=timedelta(days=1))
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "key", "If-Match": '"0"'}
    operations = [each.ok() for each in document.get_all_operations() if isinstance(each, Ok)]
    statuses: Counter[int] = Counter()

    def call(case: Case[Any]) -> None:
        case.path_parameters = {name: ours.get(name, value) for name, value in case.path_parameters.items()}
        reply = case.call(headers=headers)
        statuses[reply.status_code] += 1
        assert reply.status_code < 500
        if reply.status_code >= 400:
            assert reply.headers["content-type"] == [PROBLEM]
            assert reply.json()["detail"]
        else:
            case.validate_response(reply, checks=AS_DESCRIBED)

    for operation in operations:
        MORE(given(case=operation.as_strategy())(call))()

    assert len(operations) >= 4
    assert {200, 202, 412, 422} <= set(statuses)
