"""What each queue message asks for: by its `do`, the one use case that answers it.

The door of a queue reports each record by itself (`ReportBatchItemFailures`): one that fails comes
back and, after its last try, rests in the dead-letter queue; the others are done.
"""

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any

from functions import exception_fields
from functions.services import Office

log = logging.getLogger("kith")

Work = Callable[[Office, Mapping[str, Any], str], object]


def answer_queue(records: list[Mapping[str, Any]], office: Office) -> dict[str, list[dict[str, str]]]:
    """Do what each record asks and return the answer that Lambda's queue door expects."""
    failed = [record["messageId"] for record in records if not _done(record, office)]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def _done(record: Mapping[str, Any], office: Office) -> bool:
    try:
        body = json.loads(record["body"])
        WORK[body["do"]](office, body, record["messageId"]) if "do" in body else _feedback(office, body)
    except Exception as fault:  # noqa: BLE001 - the queue keeps what failed, whatever the reason
        log.error(  # noqa: TRY400 - the text of a fault may hold what a person wrote
            "queued work failed", extra={"record": record.get("messageId"), **exception_fields.of(fault)}
        )
        return False
    return True


# Each piece of work loads what it needs when it is asked for: one function's zip does not hold another's
# libraries, and no page or mail waits for numpy.


def _feedback(office: Office, body: Mapping[str, Any]) -> None:
    from functions.messages import delivery_events  # noqa: PLC0415
    from functions.usecases.messages.record_delivery_event import note_feedback  # noqa: PLC0415

    heard = delivery_events.parse(body)
    if heard is not None:
        note_feedback(office, heard)


def _match(office: Office, body: Mapping[str, Any], owner: str) -> None:
    from functions.usecases.runs.run_match import run_match  # noqa: PLC0415

    run_match(office, body["cohort_id"], body["run_id"], owner=owner)


def _introduce(office: Office, body: Mapping[str, Any], owner: str) -> None:
    from functions.usecases.runs.introduce_pairs import introduce_pairs  # noqa: PLC0415

    del owner
    introduce_pairs(office, body["cohort_id"], body["run_id"])


def _send(office: Office, body: Mapping[str, Any], owner: str) -> None:
    from functions.usecases.messages.send_messages import send_messages  # noqa: PLC0415

    del body
    send_messages(office, owner=owner)


def _forecast(office: Office, body: Mapping[str, Any], owner: str) -> None:
    from functions.usecases.enrolment.forecast_supply import count_shortage  # noqa: PLC0415

    del owner
    count_shortage(office, body["cohort_id"])


WORK: Mapping[str, Work] = {"match": _match, "forecast": _forecast, "introduce": _introduce, "send": _send}
