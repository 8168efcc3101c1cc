"""What people wrote stays out of every log, whatever is done with it and whatever goes wrong."""

import json
import logging

import pytest
from flask.testing import FlaskClient

from functions.app import create_app
from functions.entry import handle
from functions.usecases.runs.start_run import RunRequest, start_run
from functions.web.questions import VERSION_FIELD, fields_of
from tests.harness import MENTEE, MENTOR, CohortHarness

PLANTED = {
    "name": "Philippa Plantagenet",
    "email": "philippa@planted.example",
    "about": "planted words of my own",
    "avoid": "somebody@planted.example",
}


@pytest.fixture
def client(harness: CohortHarness) -> FlaskClient:
    return create_app(harness.services).test_client()


def record_of(body: object) -> dict[str, object]:
    return {"Records": [{"messageId": "m", "body": json.dumps(body), "eventSource": "aws:sqs"}]}


def test_no_personal_detail_and_no_token_reaches_a_log(
    harness: CohortHarness, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    mentee = {**MENTEE, **PLANTED}
    questionnaire = harness.services.questionnaires["mentee"]
    with caplog.at_level(logging.INFO):
        fields = fields_of(questionnaire, mentee)
        fields.add(VERSION_FIELD, questionnaire.version)
        assert client.post(f"/c/{harness.cohort.id}/mentee", data=fields).status_code == 303
        client.post(f"/c/{harness.cohort.id}/mentee", data={**PLANTED, "unknown": PLANTED["name"]})
        client.get(f"/my/confirm/{PLANTED['name']}?q={PLANTED['email']}")
        client.post(f"/api/v1/cohorts/{PLANTED['name']}/runs", data=PLANTED["about"])
        harness.send()
        token = harness.sent_mail.token(PLANTED["email"], "confirm")
        client.post(f"/my/confirm/{token}")
        harness.confirmed(MENTOR)
        _, run = start_run(
            harness.services, RunRequest(cohort_id=harness.cohort.id), request_key="r", actor="c"
        )
        assert run is not None
        for body in (
            {"do": "match", "cohort_id": harness.cohort.id, "run_id": run.id},
            {"do": PLANTED["name"]},
            {"do": "match", "cohort_id": PLANTED["email"]},
        ):
            handle(record_of(body), harness.services, owner="worker")
        harness.introduced()

    said = " ".join(f"{record.getMessage()} {record.__dict__} {record.exc_text}" for record in caplog.records)
    assert caplog.records
    for detail in (*PLANTED.values(), *PLANTED["name"].split(), token):
        assert detail not in said
