"""Leaving: one page that says what it means, one button, no question why."""

from flask.typing import ResponseReturnValue

from functions.programme.links import Purpose
from functions.usecases.enrolment.withdraw import Withdrawn, withdraw
from functions.usecases.pairings.end_pairings import end_pairings
from functions.web.guards import Guard, Guarded, link, not_found
from functions.web.rendering import current_services, page

routes = Guarded("withdrawing", guard=Guard.LINK, purpose=Purpose.WITHDRAW, url_prefix="/my/withdraw")


@routes.get("/<string(maxlength=64):token>")
def ask() -> ResponseReturnValue:
    """Show what leaving means, and the button."""
    return page("my/withdraw.html")


@routes.post("/<string(maxlength=64):token>")
def act() -> ResponseReturnValue:
    """Give the place back and end the pairings. Pressed twice, the page is the same."""
    services, opened = current_services(), link()
    if withdraw(services, opened) is Withdrawn.GONE:
        not_found()
    end_pairings(services, opened.cohort_id, opened.person_id)
    return page("my/withdrawn.html")
