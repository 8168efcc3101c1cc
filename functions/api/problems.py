"""Errors as `application/problem+json` (RFC 9457): what went wrong, and what to do about it."""

import json
from http import HTTPStatus
from typing import Any

from flask import Response
from werkzeug.exceptions import HTTPException

ADVICE = {
    HTTPStatus.UNAUTHORIZED: "Send a bearer token in the Authorization header.",
    HTTPStatus.FORBIDDEN: "This token does not carry the scope that this call needs.",
    HTTPStatus.NOT_FOUND: "Nothing is there, or it is not this token's to see.",
    HTTPStatus.METHOD_NOT_ALLOWED: "Use one of the methods in the Allow header.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Send at most 32 KB.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Kith is busy. Send the same request again in a few seconds.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Kith failed. Send the same request again: nothing is done twice.",
}
KEPT_HEADERS = ("Allow", "WWW-Authenticate")


class ApiProblem(HTTPException):
    """An error that says what to do. `more` holds further members of the problem object."""

    def __init__(self, status: HTTPStatus, title: str, detail: str, **more: Any) -> None:
        """Take what the caller will read; nothing of a person may stand in it."""
        super().__init__(description=detail)
        self.code = status.value
        self.title = title
        self.more = more


def problem(error: HTTPException) -> Response:
    """Return the problem object for an error; its headers, as Allow, are kept."""
    status = HTTPStatus(error.code or 500)
    title = error.title if isinstance(error, ApiProblem) else status.phrase
    detail = error.description if isinstance(error, ApiProblem) else ADVICE.get(status, error.description)
    body = {"type": "about:blank", "title": title, "status": status.value, "detail": detail}
    body.update(error.more if isinstance(error, ApiProblem) else _field_errors(error))
    answer = Response(json.dumps(body), status=status.value, content_type="application/problem+json")
    for name, value in error.get_headers():
        if name in KEPT_HEADERS:
            answer.headers[name] = value
    return answer


def _field_errors(error: HTTPException) -> dict[str, Any]:
    """Return what marshmallow said of each field, where it was the one that refused."""
    data = getattr(error, "data", None) or {}
    messages = data.get("messages", {})
    return {"errors": messages["json"]} if "json" in messages else {}
