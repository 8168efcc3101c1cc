"""Who may call: machines with a bearer token that carries the scope and covers the cohort.

A token is shown once and kept as a digest. What a token may not see is not there: 404, the same bytes
as for what never was.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import ParamSpec, TypeVar

from flask import current_app, g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, NotFound, Unauthorized

from functions.api.problems import ApiProblem
from functions.services import Services
from functions.storage.access.api_tokens import EVERY_COHORT, BearerToken
from functions.usecases.access.api_tokens import find_token

P = ParamSpec("P")
R = TypeVar("R")

MOST_KEY_CHARACTERS = 200


def current_services() -> Services:
    """Return the services that this application was made with."""
    services: Services = current_app.extensions["kith"]
    return services


def scoped(scope: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a call through that carries a token with this scope for the cohort in its address."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            held = _bearer()
            if scope not in held.scopes:
                raise Forbidden
            if held.cohort_id not in (EVERY_COHORT, kwargs.get("cohort_id")):
                raise NotFound
            g.actor = f"token:{held.id}"
            return view(*args, **kwargs)

        guarded.scope = scope  # type: ignore[attr-defined]
        return guarded

    return decorate


def _bearer() -> BearerToken:
    # Read here, for werkzeug's own reading falls over letters that no header may hold.
    scheme, _, token = request.headers.get("Authorization", "").strip().partition(" ")
    held = (
        find_token(current_services(), token.strip())
        if scheme.lower() == "bearer" and token.strip()
        else None
    )
    if held is None:
        raise Unauthorized(www_authenticate=WWWAuthenticate("bearer", {"realm": "kith"}))
    return held


def request_key() -> str:
    """Return the Idempotency-Key; raises a problem when there is none or it is too long."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key or len(key) > MOST_KEY_CHARACTERS:
        raise ApiProblem(
            HTTPStatus.BAD_REQUEST,
            "An Idempotency-Key is needed",
            "Send a header Idempotency-Key with 1 to 200 characters of your own, the same one when you "
            "repeat this request: then it is done once.",
        )
    return key
