"""Counts what AWS would bill, where it happens: at the clients and around the events of the functions.

Calls outside an event are the player's own, who looks into the table as a test would, and are not counted.
The emulator says what a write consumed, index included, as AWS does; what a read consumes follows from what
it returned.
"""

import logging
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from functions.jobs.scheduled import SCHEDULES
from infra.cost.assumptions import LOG_BYTES_A_LINE, LOG_BYTES_AN_EVENT, WAITS
from infra.cost.functions import FUNCTION, memory_of
from infra.local.stack import Unwatched
from tests.benchmarks.cost import units

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

READS = ("GetItem", "Query")
WRITES = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems")
# A line of the log carries its level, its time and its id as well.
LOG_LINE_OVERHEAD = 90 + LOG_BYTES_A_LINE

Counts = dict[str, dict[str, Counter[str]]]


@dataclass(slots=True)
class Event:
    """One event of a function or a schedule while it is answered."""

    whose: str
    counted: Counter[str] = field(default_factory=Counter)
    waited: float = 0.0


_NOW: ContextVar[Event | None] = ContextVar("event", default=None)


class Meter(Unwatched):
    """What is billed, by month, function or schedule, and unit; `clock` says in which month it happens."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        """Begin with nothing counted."""
        self._clock = clock
        self._memory = memory_of()
        self.counts: Counts = defaultdict(lambda: defaultdict(Counter))

    def client(self, service: str, made: Any) -> Any:
        """Count what is asked of this client."""
        made.meta.events.register(f"provide-client-params.{service}", _before)
        made.meta.events.register(f"after-call.{service}", _after)
        return made

    def wrap_application(self, live: "WSGIApplication") -> "WSGIApplication":
        """Return the application, each request of which is an event of `web`."""

        def answer(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
            with self.event("web") as event:
                body = b"".join(live(environ, start))
                event.counted["requests"] += 1
                event.counted["bytes_out"] += len(body)
            return [body]

        return answer

    @contextmanager
    def event(self, whose: str) -> Iterator[Event]:
        """Count what is done inside as one event of that function or schedule.

        A page is answered in a thread of its own, whatever else threads do; other events have the process to
        themselves, and all its threads are theirs.
        """
        processor = time.thread_time if whose == "web" else time.process_time
        event = Event(whose)
        token = _NOW.set(event)
        began = processor()
        try:
            yield event
        finally:
            spent = processor() - began
            _NOW.reset(token)
            self._book(event, spent)

    def _book(self, event: Event, spent: float) -> None:
        memory = self._memory[FUNCTION[event.whose]]
        event.counted["invocations"] += 1
        event.counted["milliseconds"] += units.billed_milliseconds(spent, event.waited, memory)
        event.counted["log_bytes"] += LOG_BYTES_AN_EVENT
        if event.whose in SCHEDULES:
            event.counted["schedules"] += 1
        elif event.whose != "web":
            event.counted["queue_requests"] += 2  # the poll that found it, and the deletion of the batch
        self.counts[f"{self._clock():%Y-%m}"][event.whose].update(event.counted)


class LogMeter(logging.Handler):
    """Counts the bytes of what the functions log."""

    def emit(self, record: logging.LogRecord) -> None:
        """Count one line of the event under way."""
        if (event := _NOW.get()) is not None:
            event.counted["log_bytes"] += len(record.getMessage().encode()) + LOG_LINE_OVERHEAD


def _before(params: Mapping[str, Any], model: Any, context: dict[str, Any], **_: object) -> Mapping[str, Any]:
    """Remember what was asked, and have the emulator say what a write consumes."""
    context["kith"] = params
    return {**params, "ReturnConsumedCapacity": "INDEXES"} if model.name in WRITES else params


def _after(model: Any, parsed: Mapping[str, Any], context: Mapping[str, Any], **_: object) -> None:
    event = _NOW.get()
    if event is None:
        return
    service = model.service_model.service_name
    event.waited += WAITS[f"{service}.{model.name}"]
    event.counted.update(_COUNTED[service](model.name, context["kith"], parsed))


def _dynamodb(name: str, asked: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, float]:
    if name in READS:
        items = answer.get("Items") or ([answer["Item"]] if "Item" in answer else [])
        size = sum(map(units.item_bytes, items))
        return {"read_units": units.read_units(size, consistent=asked.get("ConsistentRead", False))}
    if name == "BatchGetItem":
        return {"read_units": sum(_batch_units(asked["RequestItems"], answer["Responses"]))}
    if "Error" in answer:
        return {"write_units": refused_units(name, answer)}
    consumed = answer["ConsumedCapacity"]
    each = consumed if isinstance(consumed, list) else [consumed]
    return {"write_units": sum(one["CapacityUnits"] for one in each)}


def _batch_units(asked: Mapping[str, Any], given: Mapping[str, Any]) -> Iterator[float]:
    """Yield the read units of each item that was asked for at one go: one that is not there has no bytes."""
    for table, wanted in asked.items():
        sizes = [units.item_bytes(item) for item in given.get(table, [])]
        missing = [0] * (len(wanted["Keys"]) - len(sizes))
        for size in sizes + missing:
            yield units.read_units(size, consistent=wanted.get("ConsistentRead", False))


def refused_units(name: str, answer: Mapping[str, Any]) -> float:
    """Return what a refused write consumes: what stands in its way, or the least, for each item in it."""
    if name != "TransactWriteItems":
        return units.write_units(units.item_bytes(answer.get("Item", {})), transaction=False)
    reasons = answer.get("CancellationReasons", [{}])
    return sum(
        units.write_units(units.item_bytes(reason.get("Item", {})), transaction=True) for reason in reasons
    )


def _sqs(name: str, asked: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, float]:
    del name, answer
    return {"queue_requests": units.chunks(len(asked["MessageBody"].encode()))}


def _sesv2(name: str, asked: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, float]:
    del name
    if "Error" in answer:
        return {}
    return {"mails": 1, "mail_bytes": len(asked["Content"]["Raw"]["Data"])}


_COUNTED = {"dynamodb": _dynamodb, "sqs": _sqs, "sesv2": _sesv2}
