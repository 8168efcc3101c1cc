"""The training: what to read before one is matched, and the button that says that one has."""

from flask.typing import ResponseReturnValue

from functions.programme.links import Purpose
from functions.programme.people import Role
from functions.usecases.enrolment.acknowledge_training import acknowledge, training_of
from functions.web.guards import Guard, Guarded, link, not_found
from functions.web.rendering import current_services, page

routes = Guarded("training", guard=Guard.LINK, purpose=Purpose.TRAINING, url_prefix="/my/training")


@routes.get("/<string(maxlength=64):token>")
def ask() -> ResponseReturnValue:
    """Show the training of their role in short, with the way to all of it."""
    view = training_of(current_services(), link())
    if view is None:
        return not_found()
    return page("my/training.html", view=view, mentor=view.me.role is Role.MENTOR)


@routes.post("/<string(maxlength=64):token>")
def act() -> ResponseReturnValue:
    """Note that it was read. Pressed twice, the page is the same."""
    return page("my/trained.html") if acknowledge(current_services(), link()) else not_found()
