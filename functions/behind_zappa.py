"""What Zappa's handler reads as its settings, each said aloud, and the application behind it.

Zappa turns a Lambda event into a WSGI request and back. Nothing else of it is used: it is handed HTTP
events alone, without the stage variables that it would write into the environment, and its access log,
which prints addresses with their tokens, is off.
"""

import logging
from collections.abc import Mapping
from typing import Any

from zappa.handler import LambdaHandler

from functions.app import create_app
from functions.assembly import office_from_environment

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

for noisy in ("zappa.wsgi", "zappa.handler"):
    logging.getLogger(noisy).disabled = True

application = create_app(office_from_environment())


def answer(event: Mapping[str, Any], context: Any) -> Any:
    """Answer one HTTP event (API Gateway's payload 2.0, as a function's own address sends it too)."""
    clean = {name: value for name, value in event.items() if name != "stageVariables"}
    return LambdaHandler(settings_name=__name__).handler(clean, context)
