"""The settings of Zappa's handler, which loads this module by name (`settings_name`).

A setting is here because the handler reads it for HTTP events: it is handed no others. With
`BINARY_SUPPORT` a body that is not text is sent as base64; without `DEBUG` no error page shows its place.
"""

from collections.abc import Mapping

from functions import wsgi

APP_MODULE = wsgi.__name__
APP_FUNCTION = "application"
PROJECT_NAME = "kith"
API_STAGE = "live"
LOG_LEVEL = "INFO"
DEBUG = False
BINARY_SUPPORT = True
BASE_PATH = None
DJANGO_SETTINGS = None
EXCEPTION_HANDLER = None
ENVIRONMENT_VARIABLES: Mapping[str, str] = {}
CONTEXT_HEADER_MAPPINGS: Mapping[str, str] = {}
