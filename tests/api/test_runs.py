import json
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from functions.usecases.runs.introduce_pairs import introduce_pairs
from functions.usecases.runs.run_match import run_match
from tests.harness import MENTEE, MENTOR, CohortHarness

Headers = Callable[..., dict[str, str]]


def runs_of(harness: CohortHarness) -> str:
    return f"/api/v1/cohorts/{harness.cohort.id}/runs"


def is_problem(response: TestResponse, status: int) -> bool:
    body = response.get_json()
    return (
        response.status_code == body["status"] == status
        and response.content_type == "application/problem+json"
        and bool(body["title"] and body["detail"])
    )


@pytest.fixture
def proposed(harness: CohortHarness, client: FlaskClient, token: Headers) -> str:
    """Return the address of a proposed run of two people."""
    harness.confirmed(MENTEE)
    harness.confirmed(MENTOR)
    address: str = client.post(runs_of(harness), json={}, headers=token()).headers["Location"]
    run_match(harness.services, harness.cohort.id, address.rpartition("/")[2], owner="worker")
    return address


def test_a_run_is_accepted_with_where_to_look_and_repeating_it_gives_the_same_answer(
    harness: CohortHarness, client: FlaskClient, token: Headers
) -> None:
    headers = token("runs:start")
    first = client.post(runs_of(harness), json={}, headers=headers)
    again = client.post(runs_of(harness), json={}, headers=headers)
    assert (first.status_code, first.data) == (again.status_code, again.data)
    assert first.status_code == 202
    assert first.headers["Location"] == again.headers["Location"]
    assert len(harness.run_queue.bodies) == 1


def test_a_run_shows_its_pairs_with_reasons_that_add_up_and_nobody_s_name(
    client: FlaskClient, token: Headers, proposed: str
) -> None:
    response = client.get(proposed, headers=token("cohort:read"))
    run = response.get_json()
    [pair] = run["pairs"]
    assert run["state"] == "proposed"
    assert sum(reason["points"] for reason in pair["reasons"]) == pair["score"]
    assert response.headers["ETag"]
    for detail in (MENTEE["email"], MENTOR["email"], MENTEE["name"], MENTOR["name"]):
        assert str(detail) not in response.text


def test_the_run_that_was_looked_at_is_published_and_publishing_again_is_the_same(
    harness: CohortHarness, client: FlaskClient, token: Headers, proposed: str
) -> None:
    etag = client.get(proposed, headers=token()).headers["ETag"]
    headers = {**token("runs:publish"), "If-Match": etag}
    first = client.post(f"{proposed}/publish", headers=headers)
    again = client.post(f"{proposed}/publish", headers=headers)
    assert first.status_code == again.status_code == 200
    assert first.get_json() == again.get_json()
    assert json.loads(harness.run_queue.bodies[-1])["do"] == "introduce"
    assert introduce_pairs(harness.services, harness.cohort.id, proposed.rpartition("/")[2]) == 1


@pytest.mark.parametrize(
    ("if_match", "status"), [(None, 428), ('"1"', 412), ("nonsense", 412), ("9" * 40, 412)]
)
def test_publishing_asks_which_run_was_looked_at(
    client: FlaskClient, token: Headers, proposed: str, if_match: str | None, status: int
) -> None:
    headers = token() | ({"If-Match": if_match} if if_match else {})
    assert is_problem(client.post(f"{proposed}/publish", headers=headers), status)


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("POST", "", "cohort:read"),
        ("GET", "/some-run", "runs:start"),
        ("POST", "/some-run/publish", "runs:start"),
    ],
)
def test_a_token_without_the_scope_is_refused(
    harness: CohortHarness, client: FlaskClient, token: Headers, method: str, path: str, scope: str
) -> None:
    response = client.open(runs_of(harness) + path, method=method, json={}, headers=token(scope))
    assert is_problem(response, 403)


def test_without_a_token_nothing_is_told(harness: CohortHarness, client: FlaskClient) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic YTpi"}):
        response = client.get(f"{runs_of(harness)}/run", headers=headers)
        assert is_problem(response, 401)
        assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_another_cohort_looks_like_one_that_never_was(
    harness: CohortHarness, client: FlaskClient, token: Headers
) -> None:
    elsewhere = token(cohort_id="another-cohort")
    not_yours = client.post(runs_of(harness), json={}, headers=elsewhere)
    not_there = client.post("/api/v1/cohorts/never-was/runs", json={}, headers=token())
    assert is_problem(not_yours, 404)
    assert not_yours.data == not_there.data


def test_a_run_without_a_key_is_refused_with_what_to_send(
    harness: CohortHarness, client: FlaskClient, token: Headers
) -> None:
    headers = token()
    del headers["Idempotency-Key"]
    response = client.post(runs_of(harness), json={}, headers=headers)
    assert is_problem(response, 400)
    assert "Idempotency-Key" in response.get_json()["detail"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"policy": "no-such"}', 422),
        (b'{"seed": "one"}', 422),
        (b'{"seed": -1}', 422),
        (b'{"sead": 1}', 422),
        (b"[]", 422),
        (b'{"seed": NaN}', 400),
        (b'{"seed": 1, "seed": 2}', 400),
        (b'{"policy": "\\ud800"}', 400),
        (b'{"policy": "\xff"}', 400),
        (b'{"seed": ' + b"9" * 5000 + b"}", 400),
        (b"[" * 30_000, 400),
        (b"{", 400),
        (b'{"policy": "' + b"x" * 40_000 + b'"}', 413),
    ],
)
def test_a_body_that_is_no_wish_is_a_problem_that_says_what_to_do(
    harness: CohortHarness, client: FlaskClient, token: Headers, body: bytes, status: int
) -> None:
    response = client.post(
        runs_of(harness), data=body, headers={**token(), "Content-Type": "application/json"}
    )
    assert is_problem(response, status)
    assert harness.run_queue.bodies == []


def test_what_is_not_there_and_what_is_not_allowed_are_problems_too(client: FlaskClient) -> None:
    assert is_problem(client.get("/api/v1/nothing"), 404)
    response = client.delete("/api/v1/cohorts/c/runs")
    assert is_problem(response, 405)
    assert "POST" in response.headers["Allow"]


def test_the_report_is_counts_alone(harness: CohortHarness, client: FlaskClient, token: Headers) -> None:
    harness.confirmed(MENTEE)
    harness.confirmed(MENTOR)
    harness.introduced()
    response = client.get(f"/api/v1/cohorts/{harness.cohort.id}/report", headers=token("cohort:read"))
    report = response.get_json()
    assert response.status_code == 200
    assert (report["confirmed"], report["pairings"]) == ({"mentor": 1, "mentee": 1}, 1)
    assert "example" not in response.text.replace(harness.cohort.id, "")
