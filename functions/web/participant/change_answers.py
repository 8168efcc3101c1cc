"""Changing one's answers: the questionnaire as it was filled in, until enrolment closes."""

from collections.abc import Mapping
from http import HTTPStatus

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from functions.i18n.languages import marked
from functions.programme.links import Purpose
from functions.usecases.enrolment.change_answers import Changed, ChangeView, answers_of, change
from functions.web.guards import Guard, Guarded, link, not_found
from functions.web.questions import QuestionStep, SubmittedForm, fields_of, read, steps_of
from functions.web.rendering import current_services, gettext, page

routes = Guarded("changing", guard=Guard.LINK, purpose=Purpose.CHANGE, url_prefix="/my/change")
# Which version of the answers the page showed: somebody may have changed them in another window.
READ_FIELD = "_read"
ADDRESS = "email"
STALE = marked(
    "Your answers were changed somewhere else since you opened this page. What you have just sent is "
    "here: please look through it and send it again, if it is what you want."
)


@routes.get("/<string(maxlength=64):token>")
def ask() -> ResponseReturnValue:
    """Show the answers as they stand; after closing, that they can't be changed any more."""
    view = answers_of(current_services(), link())
    if view is None:
        return not_found()
    return _shown(view, fields_of(view.questionnaire, _all_answers(view)), HTTPStatus.OK)


@routes.post("/<string(maxlength=64):token>")
def take() -> ResponseReturnValue:
    """Put the new answers in place of the old ones, if those are still the ones that the page showed."""
    services = current_services()
    view = answers_of(services, link())
    if view is None:
        return not_found()
    form = request.form.copy()
    version = _number(form.pop(READ_FIELD, ""))
    form[ADDRESS] = view.enrolment.email
    sent = SubmittedForm.of(form)
    taken = read(view.questionnaire, sent)
    if view.open and taken.faulty:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return _shown(view, sent.fields, status, faults=taken.faults, general=taken.general)
    outcome = change(services, link(), taken.answers, version=version) if view.open else Changed.CLOSED
    if outcome is Changed.GONE:
        return not_found()
    if outcome is Changed.CLOSED:
        return page("my/change-closed.html", HTTPStatus.CONFLICT)
    if outcome is Changed.STALE:
        now = answers_of(services, link()) or view
        return _shown(now, sent.fields, HTTPStatus.CONFLICT, general=(gettext(STALE),))
    return page("my/changed.html")


def _shown(
    view: ChangeView,
    given: MultiDict[str, str],
    status: HTTPStatus,
    *,
    faults: Mapping[str, str] | None = None,
    general: tuple[str, ...] = (),
) -> ResponseReturnValue:
    if not view.open:
        return page("my/change-closed.html")
    return page(
        "my/change.html",
        status,
        view=view,
        steps=_steps(view),
        given=given,
        faults=faults or {},
        general=general,
    )


def _steps(view: ChangeView) -> list[QuestionStep]:
    """Return the steps but for the address: the place belongs to it, so it can't be another's."""
    found = []
    for step in steps_of(view.questionnaire):
        questions = tuple(asked for asked in step.questions if asked.question.name != ADDRESS)
        if questions:
            found.append(QuestionStep(name=step.name, title=step.title, hint=step.hint, questions=questions))
    return found


def _all_answers(view: ChangeView) -> dict[str, str | int | bool | tuple[str, ...]]:
    me = view.enrolment
    return {**me.answers, "name": me.name, ADDRESS: me.email}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < len("1000000000") else 0
