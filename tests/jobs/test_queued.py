import json
import logging
from typing import Any

import pytest

from functions.entry import RefusedError, handle, handler
from functions.jobs.queued import WORK
from functions.programme.messages import MessageState
from functions.programme.run import RunState
from functions.storage.messages import outbox
from functions.storage.runs import runs
from functions.usecases.runs.start_run import RunRequest, start_run
from tests.harness import MENTEE, MENTOR, CohortHarness


def queued(*bodies: dict[str, str]) -> dict[str, Any]:
    return {
        "Records": [
            {"messageId": f"message {number}", "body": json.dumps(body), "eventSource": "aws:sqs"}
            for number, body in enumerate(bodies)
        ]
    }


def failures(answer: Any) -> list[str]:
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_a_queued_run_is_done_and_a_second_delivery_changes_nothing(harness: CohortHarness) -> None:
    harness.confirmed(MENTEE)
    harness.confirmed(MENTOR)
    _, run = start_run(harness.services, RunRequest(cohort_id=harness.cohort.id), request_key="r", actor="c")
    assert run is not None
    event = queued(json.loads(harness.run_queue.bodies[0]))

    assert failures(handle(event, harness.services, owner="one")) == []
    proposed = runs.get(harness.services.table, harness.cohort.id, run.id)
    assert failures(handle(event, harness.services, owner="two")) == []

    assert proposed is not None
    assert proposed.state is RunState.PROPOSED
    assert runs.get(harness.services.table, harness.cohort.id, run.id) == proposed


def test_one_broken_message_comes_back_alone(harness: CohortHarness) -> None:
    harness.apply(MENTEE)
    answer = handle(
        queued({"do": "dance"}, {"do": "send"}, {"no": "thing"}), harness.services, owner="worker"
    )
    assert failures(answer) == ["message 0"]
    assert len(harness.sent_mail.mails) == 1


def test_what_the_mail_service_says_later_settles_a_message(harness: CohortHarness) -> None:
    harness.apply(MENTEE)
    [message] = outbox.in_cohort(harness.services.table, harness.cohort.id)
    claimed = outbox.claim(harness.services.table, message, owner="killed", now=harness.clock.now)
    assert claimed is not None
    harness.clock.pass_by(minutes=3)
    harness.send()
    unknown = outbox.get(harness.services.table, harness.cohort.id, message.recipient_id, message.id)

    event = {
        "eventType": "Send",
        "mail": {
            "messageId": "provider",
            "tags": {
                "kith-message": [message.id],
                "kith-cohort": [harness.cohort.id],
                "kith-recipient": [message.recipient_id],
            },
        },
    }
    record = queued()
    record["Records"] = [{"messageId": "feedback", "body": json.dumps(event)}]
    assert failures(handle(record, harness.services, owner="feedback")) == []

    settled = outbox.get(harness.services.table, harness.cohort.id, message.recipient_id, message.id)
    assert unknown is not None
    assert settled is not None
    assert (unknown.state, settled.state) == (MessageState.UNKNOWN, MessageState.SENT)
    assert harness.sent_mail.mails == []


def test_an_event_that_no_door_takes_is_refused(harness: CohortHarness) -> None:
    for event in ({"raw_command": "import os"}, {"command": "functions.app.create_app"}, {}):
        with pytest.raises(RefusedError):
            handle(event, harness.services, owner="attacker")


def test_zappas_own_commands_never_reach_zappa(
    monkeypatch: pytest.MonkeyPatch, harness: CohortHarness
) -> None:
    monkeypatch.setattr("functions.entry.services_from_environment", lambda: harness.services)
    with pytest.raises(RefusedError):
        handler({"raw_command": "raise SystemExit"}, object())


def test_a_fault_is_logged_by_its_kind_and_place_and_never_by_its_text(
    harness: CohortHarness, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("ada@mentees.example wrote this")

    monkeypatch.setitem(WORK, "send", fail)
    with caplog.at_level(logging.DEBUG, logger="kith"):
        assert failures(handle(queued({"do": "send"}), harness.services, owner="worker")) == ["message 0"]

    [record] = caplog.records
    assert record.__dict__["fault"] == "ValueError"
    assert "ada@" not in str(record.__dict__)
