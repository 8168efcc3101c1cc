"""The Flask application: pages and API over one set of services, with the guards that stand before any route.

The console and the API are applications of their own, each made when it is first asked for something: the
page that a mail leads to does not wait for what coordinators and machines need.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from threading import Lock
from typing import TYPE_CHECKING

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, InternalServerError, ServiceUnavailable

from functions import web
from functions.api.json_body import MOST_BYTES
from functions.api.problems import problem as api_problem
from functions.exception_fields import exception_fields
from functions.services import Services
from functions.storage.table import BusyError
from functions.web.errors import problem as page_problem
from functions.web.headers import add_security_headers, keep_redirects_local

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger("kith")

API = "/api/"
# Without a slash behind it: the console itself leads from there to where it begins.
CONSOLE = "/console"
# A questionnaire has under a hundred fields; whoever sends more is not filling one in.
MOST_FORM_FIELDS = 300


class PathDispatcher:
    """People's pages at every address but those of further applications, made when they are first asked."""

    def __init__(
        self, pages: "WSGIApplication", further: Mapping[str, Callable[[], "WSGIApplication"]]
    ) -> None:
        """Take the pages, and by how their addresses begin, what makes the others."""
        self._pages, self._further = pages, further
        self._made: dict[str, WSGIApplication] = {}
        self._making = Lock()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        # An application reads several slashes as one.
        path = f"/{environ.get('PATH_INFO', '').lstrip('/')}"
        door = next((door for door in self._further if path.startswith(door)), None)
        return (self._pages if door is None else self._behind(door))(environ, start_response)

    def _behind(self, door: str) -> "WSGIApplication":
        with self._making:
            if door not in self._made:
                self._made[door] = self._further[door]()
            return self._made[door]


def create_app(services: Services) -> Flask:
    """Return the application over these services; nothing in it reads the environment."""
    app = _bare(services)
    web.register(app)
    further = {API: lambda: create_api(services), CONSOLE: lambda: create_console(services)}
    app.wsgi_app = PathDispatcher(app.wsgi_app, further)  # type: ignore[method-assign]
    return app


def create_console(services: Services) -> Flask:
    """Return the console alone over these services."""
    from functions.web.console.console_routes import CONSOLE_BLUEPRINTS  # noqa: PLC0415

    app = _bare(services)
    web.register(app, CONSOLE_BLUEPRINTS)
    return app


def create_api(services: Services) -> Flask:
    """Return the API alone over these services."""
    from functions.api import registered  # noqa: PLC0415

    app = _bare(services)
    app.after_request(add_security_headers)
    app.after_request(keep_redirects_local)
    registered.register(app)
    return app


def _bare(services: Services) -> Flask:
    app = Flask("functions", static_folder=None, template_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=MOST_BYTES,
        MAX_FORM_PARTS=MOST_FORM_FIELDS,
    )
    app.extensions["kith"] = services
    app.register_error_handler(HTTPException, _answer_error)
    app.register_error_handler(BusyError, _answer_busy)
    app.register_error_handler(Exception, _answer_fault)
    return app


def _answer_error(error: HTTPException) -> Response:
    return api_problem(error) if request.path.startswith(API) else page_problem(error)


def _answer_busy(busy: BusyError) -> Response:
    """Answer when the table could not be reached: nothing is half done, so asking again is right."""
    log.warning("table busy", extra=exception_fields(busy))
    response = _answer_error(ServiceUnavailable())
    response.headers["Retry-After"] = "5"
    return response


def _answer_fault(fault: Exception) -> Response:
    """Answer what nobody expected."""
    log.error("unexpected fault", extra=exception_fields(fault))
    return _answer_error(InternalServerError())
