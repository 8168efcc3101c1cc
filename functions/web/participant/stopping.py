"""Stopping mails: by a button on a page, or by the mail program's own (RFC 8058), which posts here."""

from flask.typing import ResponseReturnValue

from functions.programme.links import Purpose
from functions.usecases.messages.stop_messages import stop
from functions.web.guards import Guard, Guarded, link
from functions.web.rendering import current_services, page

routes = Guarded("stopping", guard=Guard.LINK, purpose=Purpose.STOP, url_prefix="/my/stop")


@routes.get("/<string(maxlength=64):token>")
def ask() -> ResponseReturnValue:
    """Show the button, and what stopping means."""
    return page("my/stop.html")


@routes.post("/<string(maxlength=64):token>")
def act() -> ResponseReturnValue:
    """Stop the mails; a mail program's one click sends no more than a fixed word, which we don't need."""
    stop(current_services(), link())
    return page("my/stopped.html")
