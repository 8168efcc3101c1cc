"""HTTP events in Lambda: what came through our distribution goes to the application, by Zappa's handler.

Zappa turns a Lambda event into a WSGI request and back. Nothing else of it is used: it is handed HTTP
events alone (`functions.entry`), without the stage variables that it would write into the environment, and
its access log, which prints addresses with their tokens, is off.

A function's HTTP interface has an address of its own, which anybody may find out. Only what comes through our
distribution is answered: that adds a word which nobody else knows, and it goes no further than this file.
"""

import hmac
import json
import logging
from collections.abc import Collection, Mapping
from http import HTTPStatus
from typing import Any

from zappa.handler import LambdaHandler

from functions import zappa_settings
from functions.app import API
from functions.bootstrap import settings_from_environment

log = logging.getLogger("kith")

EDGE_HEADER = "x-kith-edge"

for access_log in ("zappa.wsgi", "zappa.handler"):
    logging.getLogger(access_log).disabled = True


def answer(event: Mapping[str, Any], context: Any) -> Any:
    """Answer one HTTP event (API Gateway's payload 2.0, as a function's own address sends it too)."""
    if not comes_through_the_edge(event, settings_from_environment().edge_keys):
        log.warning("request past the distribution refused")
        return reject_direct_request(event)
    clean = {name: value for name, value in event.items() if name != "stageVariables"}
    clean["headers"] = {
        name: value for name, value in (event.get("headers") or {}).items() if name.lower() != EDGE_HEADER
    }
    answered = LambdaHandler(settings_name=zappa_settings.__name__).handler(clean, context)
    # Zappa answers null for an empty body, which not every reader of an answer takes for one.
    return {**answered, "body": answered.get("body") or ""}


def comes_through_the_edge(event: Mapping[str, Any], edge_keys: Collection[str]) -> bool:
    """Return whether the request carries one of the distribution's keys; without any, everyone may come.

    Each key is compared, in a time that does not depend on how much of it is right.
    """
    if not edge_keys:
        return True
    headers = event.get("headers") or {}
    sent = next((str(value) for name, value in headers.items() if name.lower() == EDGE_HEADER), "")
    equal = [hmac.compare_digest(sent.encode(errors="surrogatepass"), key.encode()) for key in edge_keys]
    return any(equal)


def reject_direct_request(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return 421, the answer to a request past the distribution, in the form in which the path answers."""
    status = HTTPStatus.MISDIRECTED_REQUEST
    detail = "Ask at the programme's public address."
    if str(event.get("rawPath", "")).startswith(API):
        kind = "application/problem+json"
        body = json.dumps({"type": "about:blank", "title": status.phrase, "status": status, "detail": detail})
    else:
        kind, body = "text/plain; charset=utf-8", f"{detail}\n"
    return {
        "statusCode": status.value,
        "headers": {"content-type": kind, "cache-control": "no-store", "x-content-type-options": "nosniff"},
        "body": body,
        "isBase64Encoded": False,
    }
