"""Confirming an enrolment by the link in the first mail: a page with a button, which acts."""

from flask.typing import ResponseReturnValue

from functions.programme.links import Purpose
from functions.usecases.confirm_enrolment import Confirmed, confirm
from functions.web.guards import Guard, Guarded, gone, link
from functions.web.rendering import office_of, page

routes = Guarded("confirming", guard=Guard.LINK, purpose=Purpose.CONFIRM, url_prefix="/my/confirm")


@routes.get("/<string(maxlength=64):token>")
def ask() -> ResponseReturnValue:
    """Show the button; scanners open links, so opening this page changes nothing."""
    return page("my/confirm.html")


@routes.post("/<string(maxlength=64):token>")
def act() -> ResponseReturnValue:
    """Make the place certain. Pressed twice, the answer is the same."""
    if confirm(office_of(), link()) is Confirmed.GONE:
        gone()
    return page("my/confirmed.html")
