"""Confirming an enrolment by the link in the first mail: a page with a button, which acts."""

from flask.typing import ResponseReturnValue

from functions.programme.links import Purpose
from functions.usecases.enrolment.confirm_enrolment import Confirmed, confirm, state_of
from functions.usecases.surveys.answer_equality import equality_path
from functions.web.guards import Guard, Guarded, link, not_found
from functions.web.rendering import current_services, page

routes = Guarded("confirming", guard=Guard.LINK, purpose=Purpose.CONFIRM, url_prefix="/my/confirm")


@routes.get("/<string(maxlength=64):token>")
def ask() -> ResponseReturnValue:
    """Show the button; scanners open links, so opening this page changes nothing."""
    return page("my/confirm.html")


@routes.post("/<string(maxlength=64):token>")
def act() -> ResponseReturnValue:
    """Take the address as confirmed, and say what follows. Pressed twice, the answer is the same."""
    services, opened = current_services(), link()
    if confirm(services, opened) is Confirmed.GONE:
        not_found()
    way = equality_path(services, opened.cohort_id, opened.person_id)
    return page("my/confirmed.html", state=state_of(services, opened), equality=way)
