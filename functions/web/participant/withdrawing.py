"""Leaving: one page that says what it means, one button, no question why."""

from flask.typing import ResponseReturnValue

from functions.programme.links import Purpose
from functions.usecases.enrolment.withdraw import Withdrawn, withdraw
from functions.usecases.pairings.end_pairings import end_pairings
from functions.web.guards import Guard, Guarded, gone, link
from functions.web.rendering import office_of, page

routes = Guarded("withdrawing", guard=Guard.LINK, purpose=Purpose.WITHDRAW, url_prefix="/my/withdraw")


@routes.get("/<string(maxlength=64):token>")
def ask() -> ResponseReturnValue:
    """Show what leaving means, and the button."""
    return page("my/withdraw.html")


@routes.post("/<string(maxlength=64):token>")
def act() -> ResponseReturnValue:
    """Give the place back and end the pairings. Pressed twice, the page is the same."""
    office, opened = office_of(), link()
    if withdraw(office, opened) is Withdrawn.GONE:
        gone()
    end_pairings(office, opened.cohort_id, opened.person_id)
    return page("my/withdrawn.html")
