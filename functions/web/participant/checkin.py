"""A check-in: one question from a mail, answered with one click more."""

from datetime import date
from http import HTTPStatus

from flask import request
from flask.typing import ResponseReturnValue

from functions.i18n.languages import marked
from functions.programme.links import Purpose
from functions.programme.pairing import CheckinAnswer
from functions.usecases.pairings.answer_checkin import CheckinOutcome, CheckinView, answer, over, question
from functions.web.guards import Guard, Guarded, link, not_found
from functions.web.rendering import current_services, gettext, page

routes = Guarded("checkins", guard=Guard.LINK, purpose=Purpose.CHECKIN, url_prefix="/my/checkin")
FAULTS = {
    CheckinOutcome.MET_IN_THE_FUTURE: marked("Enter the day when you met; it can’t lie in the future"),
    CheckinOutcome.MET_BEFORE_INTRODUCTION: marked(
        "Enter a day on or after the one when you were introduced"
    ),
}
CHOOSE = marked("Choose how it is going")
DAY = marked("Enter the day when you met like 27 3 2027, or leave all three empty")


@routes.get("/<string(maxlength=64):token>")
def ask() -> ResponseReturnValue:
    """Show the question, with the answer given so far."""
    view = question(current_services(), link())
    return _without_question() if view is None else _page(view, HTTPStatus.OK)


@routes.post("/<string(maxlength=64):token>")
def take() -> ResponseReturnValue:
    """Record the answer. Sent again, the later one counts."""
    services = current_services()
    view = question(services, link())
    if view is None:
        return _without_question()
    given = request.form.get("answer", "")
    if given not in set(CheckinAnswer):
        return _page(view, HTTPStatus.UNPROCESSABLE_ENTITY, answer=CHOOSE)
    try:
        met_on = _day_sent() if given == CheckinAnswer.MET else None
    except ValueError:
        return _page(view, HTTPStatus.UNPROCESSABLE_ENTITY, met_on=DAY)
    outcome = answer(services, link(), CheckinAnswer(given), met_on)
    if outcome is CheckinOutcome.GONE:
        return not_found()
    if outcome in FAULTS:
        return _page(view, HTTPStatus.UNPROCESSABLE_ENTITY, met_on=FAULTS[outcome])
    return page("my/checkin-thanks.html", view=view, given=CheckinAnswer(given))


def _without_question() -> ResponseReturnValue:
    """Say kindly that the pairing has ended, or answer as for a page that never was."""
    return page("my/ended.html") if over(current_services(), link()) else not_found()


def _day_sent() -> date | None:
    """Return the day in the three fields, None when all are empty; raises ValueError."""
    parts = [request.form.get(f"met_on-{part}", "").strip() for part in ("year", "month", "day")]
    if not any(parts):
        return None
    if not all(part.isascii() and part.isdigit() and len(part) <= len("2027") for part in parts):
        raise ValueError("not three numbers")
    year, month, day = (int(part) for part in parts)
    return date(year, month, day)


def _page(view: CheckinView, status: HTTPStatus, **faults: str) -> ResponseReturnValue:
    """Show the question, with what was sent if it can't be taken, else with what was given before."""
    given = dict(request.form)
    if status is HTTPStatus.OK and view.given:
        given = {"answer": str(view.given.answer), **_fields_of(view.given.met_on)}
    messages = {field: gettext(fault) for field, fault in faults.items()}
    return page("my/checkin.html", status, view=view, given=given, faults=messages)


def _fields_of(day: date | None) -> dict[str, str]:
    """Return a day as the three fields that the page has for it."""
    return {f"met_on-{part}": str(getattr(day, part)) for part in ("year", "month", "day")} if day else {}
