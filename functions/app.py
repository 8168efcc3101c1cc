"""The Flask application: pages and API over one office, with the guards that stand before any route."""

import logging

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, InternalServerError, ServiceUnavailable

from functions import api, faults, web
from functions.api.problems import problem as api_problem
from functions.office import Office
from functions.storage.table import BusyError
from functions.web.errors import problem as page_problem
from schemas.door import MOST_BYTES

log = logging.getLogger("kith")

API = "/api/"
# A questionnaire has under a hundred fields; whoever sends more is not filling one in.
MOST_FORM_FIELDS = 300


def create_app(office: Office) -> Flask:
    """Return the application over this office; nothing in it reads the environment."""
    app = Flask("functions", static_folder=None, template_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=MOST_BYTES,
        MAX_FORM_PARTS=MOST_FORM_FIELDS,
    )
    app.extensions["kith"] = office
    web.register(app)
    api.register(app)
    app.register_error_handler(HTTPException, _answer_error)
    app.register_error_handler(BusyError, _answer_busy)
    app.register_error_handler(Exception, _answer_fault)
    return app


def _answer_error(error: HTTPException) -> Response:
    return api_problem(error) if request.path.startswith(API) else page_problem(error)


def _answer_busy(busy: BusyError) -> Response:
    """Answer when the table could not be reached: nothing is half done, so asking again is right."""
    log.warning("table busy", extra=faults.of(busy))
    response = _answer_error(ServiceUnavailable())
    response.headers["Retry-After"] = "5"
    return response


def _answer_fault(fault: Exception) -> Response:
    """Answer what nobody expected."""
    log.error("unexpected fault", extra=faults.of(fault))
    return _answer_error(InternalServerError())
