"""What each queue message asks for: by its `do`, the one use case that answers it.

The door of a queue reports each record by itself (`ReportBatchItemFailures`): one that fails comes
back and, after its last try, rests in the dead-letter queue; the others are done. Work for which there is no
time any more is queued again.
"""

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any

from functions.exception_fields import exception_fields
from functions.services import Services
from functions.time_limit import OutOfTimeError

log = logging.getLogger("kith")

Work = Callable[[Services, Mapping[str, Any], str], object]


def answer_queue(records: list[Mapping[str, Any]], services: Services) -> dict[str, list[dict[str, str]]]:
    """Do what each record asks and return the answer that Lambda's queue door expects."""
    failed = [record["messageId"] for record in records if not _done(record, services)]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def _done(record: Mapping[str, Any], services: Services) -> bool:
    try:
        body = json.loads(record["body"])
        _work_on(services, body, record["messageId"])
    except Exception as fault:  # noqa: BLE001 - the queue keeps what failed, whatever the reason
        log.error(  # noqa: TRY400 - the text of a fault may hold what a person wrote
            "queued work failed", extra={"record": record.get("messageId"), **exception_fields(fault)}
        )
        return False
    return True


def _work_on(services: Services, body: Mapping[str, Any], owner: str) -> None:
    """Do what a message asks; when time is up, queue it again. Raises QueueError when that can't be done."""
    if "do" not in body:
        _feedback(services, body)
        return
    try:
        services.time_limit.check()
        WORK[body["do"]](services, body, owner)
    except OutOfTimeError:
        log.info("work goes on in another function", extra={"do": body["do"]})
        queue = services.run_queue if body["do"] in FOR_MATCH else services.mail_queue
        queue.put(json.dumps(dict(body)))


# Each piece of work loads what it needs when it is asked for: one function's zip does not hold another's
# libraries, and no page or mail waits for numpy.


def _feedback(services: Services, body: Mapping[str, Any]) -> None:
    from functions.messages import delivery_events  # noqa: PLC0415
    from functions.usecases.messages.record_delivery_event import record_delivery_event  # noqa: PLC0415

    heard = delivery_events.parse(body)
    if heard is not None:
        record_delivery_event(services, heard)


def _match(services: Services, body: Mapping[str, Any], owner: str) -> None:
    from functions.usecases.runs.run_match import run_match  # noqa: PLC0415

    run_match(services, body["cohort_id"], body["run_id"], owner=owner)


def _introduce(services: Services, body: Mapping[str, Any], owner: str) -> None:
    from functions.usecases.runs.introduce_pairs import introduce_pairs  # noqa: PLC0415

    del owner
    introduce_pairs(services, body["cohort_id"], body["run_id"])


def _send(services: Services, body: Mapping[str, Any], owner: str) -> None:
    from functions.usecases.messages.send_messages import send_messages  # noqa: PLC0415

    del body
    send_messages(services, owner=owner)


def _update_supply_forecast(services: Services, body: Mapping[str, Any], owner: str) -> None:
    from functions.usecases.enrolment.update_supply_forecast import (  # noqa: PLC0415
        update_supply_forecast,
    )

    del owner
    update_supply_forecast(services, body["cohort_id"])


def _on_schedule(services: Services, body: Mapping[str, Any], owner: str) -> None:
    """Go on with what a schedule began."""
    from functions.jobs.scheduled import SCHEDULES  # noqa: PLC0415

    SCHEDULES[body["do"]](services, owner)


WORK: Mapping[str, Work] = {
    "match": _match,
    "supply_forecast": _update_supply_forecast,
    "introduce": _introduce,
    "send": _send,
    "ask": _on_schedule,
    "forget": _on_schedule,
}
# What the function that matches does; the others are the mail function's.
FOR_MATCH = {"match", "supply_forecast", "introduce"}
