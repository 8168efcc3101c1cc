"""What each queue message asks for: by its `do`, the one use case that answers it.

The door of a queue reports each record by itself (`ReportBatchItemFailures`): one that fails comes
back and, after its last try, rests in the dead-letter queue; the others are done.
"""

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any

from functions import faults
from functions.mail import feedback
from functions.office import Office
from functions.usecases.introduce_pairs import introduce_pairs
from functions.usecases.note_feedback import note_feedback
from functions.usecases.send_messages import send_messages

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
            "queued work failed", extra={"record": record.get("messageId"), **faults.of(fault)}
        )
        return False
    return True


def _feedback(office: Office, body: Mapping[str, Any]) -> None:
    heard = feedback.parse(body)
    if heard is not None:
        note_feedback(office, heard)


def _match(office: Office, body: Mapping[str, Any], owner: str) -> None:
    # The engine is loaded by the run that needs it: nothing else waits for numpy.
    from functions.usecases.run_match import run_match  # noqa: PLC0415

    run_match(office, body["cohort_id"], body["run_id"], owner=owner)


def _introduce(office: Office, body: Mapping[str, Any], owner: str) -> None:
    del owner
    introduce_pairs(office, body["cohort_id"], body["run_id"])


def _send(office: Office, body: Mapping[str, Any], owner: str) -> None:
    del body
    send_messages(office, owner=owner)


WORK: Mapping[str, Work] = {"match": _match, "introduce": _introduce, "send": _send}
