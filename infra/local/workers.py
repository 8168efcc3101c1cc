"""What stands for Lambda on one machine: queues are polled and schedules ticked, through the same door.

A worker hands a queue's messages on in the shape that Lambda gets from SQS, and deletes only those that were
not reported as failed; the queue brings the others back.
"""

import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from typing import Any

from functions.entry import handle
from functions.services import Services

log = logging.getLogger("kith.local")

BATCH = 10
IDLE_SECONDS = 2.0
SWEEP_SECONDS = 5.0
STOP_SECONDS = 5.0
# Which function answers which queue.
FUNCTIONS = {"runs": "match", "mail": "mail", "feedback": "feedback"}
# An endless exchange of messages is a fault to see, not to wait for.
MOST_ROUNDS = 1000


Watch = Callable[[str], AbstractContextManager[object]]


def unwatched(whose: str) -> AbstractContextManager[object]:
    """Return nothing that stands around an event of that function or schedule."""
    del whose
    return nullcontext()


class Worker:
    """One queue's worker: takes what is there, in batches, one batch at a time."""

    def __init__(
        self, name: str, queues: Any, url: str, services: Services, watch: Watch = unwatched
    ) -> None:
        self.name = name
        self._queues, self._url, self._services = queues, url, services
        self._watch = watch
        self.turn = threading.Lock()
        self.work = threading.Event()

    def serve(self) -> int:
        """Do one batch and return how many messages it had. Raises what the door raises."""
        messages = self._queues.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=BATCH,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        ).get("Messages", [])
        if not messages:
            return 0
        event = {"Records": [record_from(message, self._url) for message in messages]}
        with self._watch(FUNCTIONS[self.name]):
            answer = handle(event, self._services, owner=uuid.uuid4().hex)
        failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        done = [message for message in messages if message["MessageId"] not in failed]
        for message in done:
            self._queues.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        return len(messages)


class Workers:
    """All workers, and the ticks. They work by themselves after `start`, or only when told to."""

    def __init__(self, workers: list[Worker], services: Services, watch: Watch = unwatched) -> None:
        self._workers, self._services, self._watch = workers, services, watch
        self._stopping = threading.Event()
        self._ticking = threading.RLock()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Work in the background until `stop`: queues as messages come, sweeps often, ask daily."""
        if self._threads:
            return
        loops: list[Callable[[], None]] = [self._sweeping, self._polling_loop]
        names = ["kith-sweep", "kith-ask"]
        for worker in self._workers:
            loops.append(lambda worker=worker: self._serving(worker))  # type: ignore[misc]
            names.append(f"kith-{worker.name}")
        self._threads = [
            threading.Thread(target=loop, name=name, daemon=True)
            for loop, name in zip(loops, names, strict=True)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let each finish what it is doing, for a few seconds: a long one is taken up again by a sweep."""
        self._stopping.set()
        self.wake()
        until = time.monotonic() + STOP_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def wake(self) -> None:
        """Have the queues looked at now, not at the next poll."""
        for worker in self._workers:
            worker.work.set()

    def drain(self, *, sweeps: bool = True) -> int:
        """Do everything there is to do, here and now, and return how many messages that were.

        The background waits meanwhile, so that after it nothing is under way. Messages that fail stay on
        their queue, as they would in production.
        """
        with self._alone():
            if sweeps:
                self.tick("sweep")
            return sum(self._rounds())

    def tick(self, schedule: str) -> None:
        """Do what the schedule of that name does."""
        event = {"schedule": schedule, "time": self._services.clock().isoformat()}
        with self._ticking, self._watch(schedule):
            handle(event, self._services, owner=uuid.uuid4().hex)

    def _rounds(self) -> Iterator[int]:
        for _ in range(MOST_ROUNDS):
            done = sum(worker.serve() for worker in self._workers)
            if done == 0:
                return
            yield done
        raise RuntimeError("The queues never run dry: what is done leaves as much to do.")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with ExitStack() as turns:
            turns.enter_context(self._ticking)
            for worker in self._workers:
                turns.enter_context(worker.turn)
            yield

    def _serving(self, worker: Worker) -> None:
        while not self._stopping.is_set():
            with worker.turn:
                worker.work.clear()
                done = _survived(worker.serve, worker.name) or 0
            if done:
                self.wake()  # what was done may have left work on the other queues
            else:
                worker.work.wait(IDLE_SECONDS)

    def _sweeping(self) -> None:
        while not self._stopping.wait(SWEEP_SECONDS):
            _survived(lambda: self.tick("sweep"), "sweep")
            self.wake()

    def _polling_loop(self) -> None:
        asked_on = None
        while not self._stopping.is_set():
            today = self._services.clock().date()
            if today != asked_on:
                _survived(lambda: self.tick("forget"), "forget")
                _survived(lambda: self.tick("ask"), "ask")
                asked_on = today
            self._stopping.wait(SWEEP_SECONDS)


def _survived(work: Callable[[], int | None], name: str) -> int | None:
    """Do the work; a fault is logged and leaves it for the next time, as a queue or schedule would."""
    try:
        return work()
    except Exception as fault:  # noqa: BLE001 - a worker outlives whatever one event does to it
        log.error("work failed", extra={"worker": name, "fault": type(fault).__name__})  # noqa: TRY400 - no texts
        return None


def record_from(message: Mapping[str, Any], url: str) -> dict[str, Any]:
    """Return a received message as Lambda hands it to a function."""
    name = url.rpartition("/")[2]
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": message.get("MessageAttributes", {}),
        "md5OfBody": message.get("MD5OfBody", ""),
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:eu-central-1:000000000000:{name}",
        "awsRegion": "eu-central-1",
    }
