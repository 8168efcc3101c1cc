"""Signing in to the console by a one-time link that an operator has handed on."""

from http import HTTPStatus

from flask import g, redirect
from flask.typing import ResponseReturnValue

from functions.programme.links import Purpose
from functions.usecases.access.sign_in import sign_in
from functions.web.guards import Guard, Guarded, cookie_name, not_found, refuse_foreign_posts
from functions.web.rendering import current_services, page

routes = Guarded("signing_in", guard=Guard.LINK, purpose=Purpose.SIGN_IN, url_prefix="/console/sign-in")


@routes.get("/<string(maxlength=64):token>")
def ask() -> ResponseReturnValue:
    """Show the button that signs in."""
    return page("console/sign-in.html")


@routes.post("/<string(maxlength=64):token>")
def act() -> ResponseReturnValue:
    """Use the link up and give the browser its session."""
    services = current_services()
    refuse_foreign_posts(services)
    session_token = sign_in(services, g.link_token)
    if session_token is None:
        return not_found()
    response = redirect("/console/", HTTPStatus.SEE_OTHER)
    response.set_cookie(
        cookie_name(services),
        session_token,
        secure=services.origin.startswith("https:"),
        httponly=True,
        samesite="Strict",
        path="/",
    )
    return response
