"""Pages with one button, opened from a mail: confirm, training, withdraw, erase, stop.

Opening the page changes nothing, because scanners open links; the button acts. Pressed twice, it answers with
the same page.
"""

from collections.abc import Callable

from flask.typing import ResponseReturnValue

from functions.programme.links import Link, Purpose
from functions.programme.people import Role
from functions.services import Services
from functions.usecases.enrolment.acknowledge_training import acknowledge, training_of
from functions.usecases.enrolment.confirm_enrolment import Confirmed, confirm, state_of
from functions.usecases.enrolment.withdraw import Withdrawn, withdraw
from functions.usecases.messages.stop_messages import stop
from functions.usecases.pairings.end_pairings import end_pairings
from functions.usecases.people.erase_people import Erased, erase
from functions.usecases.surveys.answer_equality import equality_path
from functions.web.guards import Guard, Guarded, link, not_found
from functions.web.rendering import current_services, page

View = Callable[[Services, Link], ResponseReturnValue]


def button_page(purpose: Purpose, show: View, act: View) -> Guarded:
    """Return the blueprint of one page: `show` answers the link, `act` its button."""
    routes = Guarded(f"{purpose}-page", guard=Guard.LINK, purpose=purpose, url_prefix=f"/my/{purpose}")

    @routes.get("/<string(maxlength=64):token>", endpoint="show")
    def answer_link() -> ResponseReturnValue:
        return show(current_services(), link())

    @routes.post("/<string(maxlength=64):token>", endpoint="act")
    def answer_button() -> ResponseReturnValue:
        return act(current_services(), link())

    return routes


def always(template: str) -> View:
    """Return a view that shows the same page to everybody who holds the link."""

    def show(services: Services, opened: Link) -> ResponseReturnValue:
        del services, opened
        return page(template)

    return show


def _confirm(services: Services, opened: Link) -> ResponseReturnValue:
    """Take the address as confirmed, and say what follows."""
    if confirm(services, opened) is Confirmed.GONE:
        not_found()
    equality = equality_path(services, opened.cohort_id, opened.person_id)
    return page("my/confirmed.html", state=state_of(services, opened), equality=equality)


def _show_training(services: Services, opened: Link) -> ResponseReturnValue:
    """Show the training of their role in short, with the way to all of it."""
    view = training_of(services, opened)
    if view is None:
        return not_found()
    return page("my/training.html", view=view, mentor=view.me.role is Role.MENTOR)


def _acknowledge_training(services: Services, opened: Link) -> ResponseReturnValue:
    """Note that it was read."""
    return page("my/trained.html") if acknowledge(services, opened) else not_found()


def _withdraw(services: Services, opened: Link) -> ResponseReturnValue:
    """Give the place back and end the pairings."""
    if withdraw(services, opened) is Withdrawn.GONE:
        not_found()
    end_pairings(services, opened.cohort_id, opened.person_id)
    return page("my/withdrawn.html")


def _erase(services: Services, opened: Link) -> ResponseReturnValue:
    """Erase the person and end their pairings."""
    actor = f"person:{opened.person_id}"
    if erase(services, opened.cohort_id, opened.person_id, actor=actor) is Erased.GONE:
        not_found()
    end_pairings(services, opened.cohort_id, opened.person_id)
    return page("my/erased.html")


def _stop(services: Services, opened: Link) -> ResponseReturnValue:
    """Stop the mails; a mail program's one click (RFC 8058) posts here too, and its form is not read."""
    stop(services, opened)
    return page("my/stopped.html")


BUTTON_PAGES = (
    button_page(Purpose.CONFIRM, always("my/confirm.html"), _confirm),
    button_page(Purpose.TRAINING, _show_training, _acknowledge_training),
    button_page(Purpose.WITHDRAW, always("my/withdraw.html"), _withdraw),
    button_page(Purpose.ERASE, always("my/erase.html"), _erase),
    button_page(Purpose.STOP, always("my/stop.html"), _stop),
)
