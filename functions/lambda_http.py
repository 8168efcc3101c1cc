"""What Zappa's handler reads as its settings, each said aloud, and the application behind it.

Zappa turns a Lambda event into a WSGI request and back. Nothing else of it is used: it is handed HTTP
events alone, without the stage variables that it would write into the environment, and its access log,
which prints addresses with their tokens, is off.

A function's HTTP interface has an address of its own, which anybody may find out. Only what comes through our
distribution is answered: that adds a word which nobody else knows, and it goes no further than this file.
"""

import hmac
import json
import logging
import sys
from collections.abc import Collection, Mapping
from http import HTTPStatus
from typing import Any

from functions.app import API, create_app
from functions.bootstrap import services_from_environment, settings_from_environment

APP_MODULE = __name__
APP_FUNCTION = "application"
PROJECT_NAME = "kith"
API_STAGE = "live"
DEBUG = False
LOG_LEVEL = "INFO"
BINARY_SUPPORT = True
DJANGO_SETTINGS = None
BASE_PATH = None
DOMAIN = None
EXCEPTION_HANDLER = None
ENVIRONMENT_VARIABLES: Mapping[str, str] = {}
CONTEXT_HEADER_MAPPINGS: Mapping[str, str] = {}
AWS_EVENT_MAPPING: Mapping[str, str] = {}
COGNITO_TRIGGER_MAPPING: Mapping[str, str] = {}
AWS_BOT_EVENT_MAPPING: Mapping[str, str] = {}

log = logging.getLogger("kith")

EDGE_HEADER = "x-kith-edge"

for noisy in ("zappa.wsgi", "zappa.handler"):
    logging.getLogger(noisy).disabled = True

application = create_app(services_from_environment())

# Told to be ready as it is loaded, Zappa looks for its settings in a module of this name: here they are, and
# the application above them.
sys.modules["zappa_settings"] = sys.modules[__name__]
from zappa.handler import LambdaHandler  # noqa: E402


def answer(event: Mapping[str, Any], context: Any) -> Any:
    """Answer one HTTP event (API Gateway's payload 2.0, as a function's own address sends it too)."""
    if not comes_through_the_edge(event, settings_from_environment().edge_keys):
        log.warning("request past the distribution refused")
        return reject_direct_request(event)
    clean = {name: value for name, value in event.items() if name != "stageVariables"}
    clean["headers"] = {
        name: value for name, value in (event.get("headers") or {}).items() if name.lower() != EDGE_HEADER
    }
    answered = LambdaHandler(settings_name=__name__).handler(clean, context)
    # Zappa says null of an empty body, which not every reader of an answer takes for one.
    return {**answered, "body": answered.get("body") or ""}


def comes_through_the_edge(event: Mapping[str, Any], edge_keys: Collection[str]) -> bool:
    """Return whether the request carries one of the distribution's keys; without any, everyone may come.

    Each key is compared, in a time that says nothing of how much of it was right.
    """
    if not edge_keys:
        return True
    headers = event.get("headers") or {}
    said = next((str(value) for name, value in headers.items() if name.lower() == EDGE_HEADER), "")
    right = [hmac.compare_digest(said.encode(errors="surrogatepass"), key.encode()) for key in edge_keys]
    return any(right)


def reject_direct_request(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer to whoever asks past the distribution: 421, in the form in which the path answers."""
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
