"""Queues of work: leave a piece of work for another function, so that nobody waits for the next sweep."""

import json
import logging
from typing import Protocol

log = logging.getLogger("kith")


class Queue(Protocol):
    """Where work is left for another function."""

    def put(self, body: str) -> None:
        """Leave one piece of work; raises `QueueError` when it can't be left."""


class QueueError(Exception):
    """The queue gave no answer; the next sweep finds what was to be done."""


def enqueue(queue: Queue, do: str, **ids: str) -> None:
    """Leave work on a queue.

    A lost message is no loss: the fact is in the table, and the sweep finds it.
    """
    try:
        queue.put(json.dumps({"do": do, **ids}))
    except QueueError:
        log.warning("work left for the sweep", extra={"do": do, **ids})


def trigger_sending(mail_queue: Queue) -> None:
    """Have what is due sent without waiting for the sweep."""
    enqueue(mail_queue, "send")
