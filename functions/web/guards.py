"""Who may pass each door. Every blueprint names its guard, and a test refuses one that doesn't.

A link opens one page of one person; a coordinator's session opens the console. Whatever may not be
seen is not there: one page, the same bytes, for not yours, over, and never was.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from enum import StrEnum
from http import HTTPStatus
from typing import Any, NoReturn

from flask import Blueprint, Flask, abort, g, request
from markupsafe import Markup

from functions.programme.links import Link, Purpose
from functions.services import Services
from functions.usecases.access.open_link import open_link
from functions.usecases.access.sign_in import coordinator_of
from functions.web.rendering import current_services

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_FIELD = "_csrf"


class Guard(StrEnum):
    """Who may pass."""

    PUBLIC = "public"  # anybody; nothing of any person is shown
    LINK = "link"  # who holds the link of the blueprint's purpose
    COORDINATOR = "coordinator"  # who holds a session of the console


class Guarded(Blueprint):
    """A blueprint with a guard before each of its pages.

    Under `Guard.LINK` every rule has a `token`, which no view sees: the view finds the opened link in
    `link()`. Under `Guard.COORDINATOR` every POST must come from our own pages.
    """

    def __init__(
        self, name: str, *, guard: Guard, purpose: Purpose | None = None, url_prefix: str = ""
    ) -> None:
        super().__init__(name, f"functions.web.{name}", url_prefix=url_prefix or None)
        if (guard is Guard.LINK) is (purpose is None):
            raise ValueError(f"{name}: a link's guard has a purpose, and no other guard has one")
        self.guard = guard
        self.purpose = purpose
        if guard is Guard.LINK:
            self.url_value_preprocessor(self._open)
        elif guard is Guard.COORDINATOR:
            self.before_request(self._admit)
            self.context_processor(_known_in_the_console)

    def _open(self, endpoint: str | None, values: dict[str, Any] | None) -> None:
        del endpoint
        token = (values or {}).pop("token", "")
        opened = open_link(current_services(), token, self.purpose) if self.purpose else None
        if opened is None:
            not_found()
        g.link = opened
        g.link_token = token

    def _admit(self) -> None:
        services = current_services()
        token = request.cookies.get(cookie_name(services), "")
        coordinator = coordinator_of(services, token) if token else None
        if coordinator is None:
            not_found()
        g.coordinator = coordinator
        g.session_token = token
        if request.method not in SAFE_METHODS:
            refuse_foreign_posts(services)
            sent = request.form.get(CSRF_FIELD, "")
            if not hmac.compare_digest(csrf_token(token).encode(), sent.encode()):
                abort(HTTPStatus.FORBIDDEN)


def _known_in_the_console() -> dict[str, Any]:
    def csrf() -> Markup:
        return Markup('<input type="hidden" name="{}" value="{}">').format(
            CSRF_FIELD, csrf_token(g.session_token)
        )

    return {"coordinator": g.get("coordinator"), "csrf": csrf}


def guard_of(app: Flask, endpoint: str) -> Guard | None:
    """Return the guard that an endpoint was registered with, or None when it names none."""
    blueprint = app.blueprints.get(endpoint.rpartition(".")[0])
    return blueprint.guard if isinstance(blueprint, Guarded) else None


def link() -> Link:
    """Return the link that opened this page."""
    opened: Link = g.link
    return opened


def not_found() -> NoReturn:
    """Answer as for a page that never was."""
    abort(HTTPStatus.NOT_FOUND)


def cookie_name(services: Services) -> str:
    """Return the name of the session's cookie; browsers bind `__Host-` to our origin and to https."""
    return "__Host-kith" if services.origin.startswith("https:") else "kith"


def csrf_token(session_token: str) -> str:
    """Return the word that every form of this session carries; nobody else's page can know it."""
    mac = hmac.new(session_token.encode(), b"a form of the console", hashlib.sha256).digest()
    return urlsafe_b64encode(mac).decode()


def refuse_foreign_posts(services: Services) -> None:
    """Refuse a POST that another site's page made the browser send.

    We send no referrer, so browsers name our own forms' origin `null`: what decides is Sec-Fetch-Site,
    and Origin only where a browser is too old to send that.
    """
    site = request.headers.get("Sec-Fetch-Site")
    ours = site == "same-origin" if site else request.headers.get("Origin") == services.origin
    if not ours:
        abort(HTTPStatus.FORBIDDEN)
