from collections.abc import Mapping
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from functions.services import Services
from infra.local import workers
from infra.local.workers import Worker, Workers

NOW = datetime(2027, 1, 11, tzinfo=UTC)
SERVICES = cast("Services", SimpleNamespace(clock=lambda: NOW))
URL = "http://localhost:1/000000000000/kith-runs"


class Queues:
    """A queue in memory that hides what was received, as SQS does."""

    def __init__(self, *bodies: str) -> None:
        self.waiting = [{"MessageId": body, "ReceiptHandle": f"r-{body}", "Body": body} for body in bodies]
        self.deleted: list[str] = []

    def receive_message(self, *, MaxNumberOfMessages: int, **_: object) -> dict[str, Any]:  # noqa: N803
        taken, self.waiting = self.waiting[:MaxNumberOfMessages], self.waiting[MaxNumberOfMessages:]
        return {"Messages": taken} if taken else {}

    def delete_message(self, *, ReceiptHandle: str, **_: object) -> None:  # noqa: N803
        self.deleted.append(ReceiptHandle)


class Door:
    """Stands for `functions.entry.handle`: keeps the events, and fails the records that it is told to."""

    def __init__(self, *failing: str) -> None:
        self.events: list[Mapping[str, Any]] = []
        self._failing = failing

    def __call__(self, event: Mapping[str, Any], services: Services, *, owner: str) -> dict[str, Any]:
        assert services is SERVICES
        assert owner
        self.events.append(event)
        ids = [record["messageId"] for record in event.get("Records", [])]
        return {"batchItemFailures": [{"itemIdentifier": id_} for id_ in ids if id_ in self._failing]}


def test_only_what_failed_stays_on_the_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "handle", Door("b"))
    queues = Queues("a", "b", "c")

    count = Worker("runs", queues, URL, SERVICES).serve()

    assert count == 3
    assert queues.deleted == ["r-a", "r-c"]


def test_the_door_gets_messages_in_lambdas_own_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    door = Door()
    monkeypatch.setattr(workers, "handle", door)

    Worker("runs", Queues("a"), URL, SERVICES).serve()

    record = door.events[0]["Records"][0]
    assert (record["messageId"], record["body"], record["eventSource"]) == ("a", "a", "aws:sqs")
    assert record["eventSourceARN"].endswith(":kith-runs")


def test_draining_sweeps_first_and_then_does_all_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    door = Door()
    monkeypatch.setattr(workers, "handle", door)
    queues = Queues(*map(str, range(25)))

    count = Workers([Worker("runs", queues, URL, SERVICES)], SERVICES).drain()

    assert count == 25
    assert door.events[0] == {"schedule": "sweep", "time": NOW.isoformat()}
    assert len(queues.deleted) == 25


def test_queues_that_never_run_dry_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    queues = Queues("a")

    def multiplying(event: Mapping[str, Any], *_: object, **__: object) -> dict[str, Any]:
        queues.waiting += [
            {"MessageId": "n", "ReceiptHandle": "n", "Body": "n"} for _ in event.get("Records", [])
        ]
        return {"batchItemFailures": []}

    monkeypatch.setattr(workers, "handle", multiplying)

    with pytest.raises(RuntimeError, match="never run dry"):
        Workers([Worker("runs", queues, URL, SERVICES)], SERVICES).drain()
