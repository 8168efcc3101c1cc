"""Erasing oneself: one page that says what goes and what stays, one button."""

from flask.typing import ResponseReturnValue

from functions.programme.links import Purpose
from functions.usecases.pairings.end_pairings import end_pairings
from functions.usecases.people.erase_people import Erased, erase
from functions.web.guards import Guard, Guarded, link, not_found
from functions.web.rendering import current_services, page

routes = Guarded("erasing", guard=Guard.LINK, purpose=Purpose.ERASE, url_prefix="/my/erase")


@routes.get("/<string(maxlength=64):token>")
def ask() -> ResponseReturnValue:
    """Show what erasing means, and the button."""
    return page("my/erase.html")


@routes.post("/<string(maxlength=64):token>")
def act() -> ResponseReturnValue:
    """Erase the person and end their pairings. Pressed twice, the page is the same."""
    services, opened = current_services(), link()
    actor = f"person:{opened.person_id}"
    if erase(services, opened.cohort_id, opened.person_id, actor=actor) is Erased.GONE:
        not_found()
    end_pairings(services, opened.cohort_id, opened.person_id)
    return page("my/erased.html")
