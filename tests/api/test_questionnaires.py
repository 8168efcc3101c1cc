"""What is asked, as machines read it: the definition and a JSON Schema that their answers can be held to."""

from collections.abc import Callable

import jsonschema_rs
import pytest
from flask.testing import FlaskClient

from functions.programme.people import Answer
from tests.harness import MENTEE, CohortHarness

Token = Callable[..., dict[str, str]]


def address(harness: CohortHarness, name: str) -> str:
    return f"/api/v1/cohorts/{harness.cohort.id}/questionnaires/{name}"


def test_a_questionnaire_comes_with_the_schema_of_its_answers(
    harness: CohortHarness, client: FlaskClient, token: Token
) -> None:
    answer = client.get(address(harness, "mentee"), headers=token("cohort:read"))

    body = answer.get_json()
    assert (answer.status_code, body["name"]) == (200, "mentee")
    assert body["version"] == harness.services.questionnaires["mentee"].version
    assert {question["name"] for step in body["steps"] for question in step["questions"]} == set(
        body["answers"]["properties"]
    )
    sent: dict[str, Answer | list[str]] = {
        name: list(answer) if isinstance(answer, tuple) else answer for name, answer in MENTEE.items()
    }
    holds = jsonschema_rs.Draft202012Validator(body["answers"])
    assert holds.is_valid(sent)
    assert not holds.is_valid({**sent, "field": "magic"})


@pytest.mark.parametrize("name", ["nothing", "policies", "..%2Fmentee"])
def test_what_the_programme_does_not_ask_is_not_there(
    harness: CohortHarness, client: FlaskClient, token: Token, name: str
) -> None:
    assert client.get(address(harness, name), headers=token("cohort:read")).status_code == 404


def test_a_questionnaire_asks_for_a_token_of_its_cohort(
    harness: CohortHarness, client: FlaskClient, token: Token
) -> None:
    assert client.get(address(harness, "mentee")).status_code == 401
    assert client.get(address(harness, "mentee"), headers=token("runs:start")).status_code == 403
    elsewhere = token("cohort:read", cohort_id="another")
    assert client.get(address(harness, "mentee"), headers=elsewhere).status_code == 404


def test_the_description_of_the_api_holds_the_same_schema(
    harness: CohortHarness, client: FlaskClient, token: Token
) -> None:
    described = client.get("/api/v1/openapi.json").get_json()["components"]["schemas"]
    asked = client.get(address(harness, "mentee"), headers=token("cohort:read")).get_json()

    assert described["answers-mentee"] == asked["answers"]
    assert {f"answers-{name}" for name in harness.services.questionnaires} <= set(described)
