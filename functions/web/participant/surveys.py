"""A survey of one moment, opened from a mail and answered without an account."""

from http import HTTPStatus

from flask import request
from flask.typing import ResponseReturnValue

from functions.programme.links import Purpose
from functions.usecases.surveys.answer_survey import answer, survey
from functions.web.guards import Guard, Guarded, link, not_found
from functions.web.questions import SubmittedForm, fields_of, read, steps_of
from functions.web.rendering import current_services, page

routes = Guarded("surveys", guard=Guard.LINK, purpose=Purpose.SURVEY, url_prefix="/my/survey")


@routes.get("/<string(maxlength=64):token>")
def ask() -> ResponseReturnValue:
    """Show the survey, with the answers given so far."""
    view = survey(current_services(), link())
    if view is None:
        return not_found()
    return page(
        "my/survey.html",
        survey=view.survey,
        steps=steps_of(view.survey),
        given=fields_of(view.survey, view.given),
        faults={},
        general=(),
    )


@routes.post("/<string(maxlength=64):token>")
def take() -> ResponseReturnValue:
    """Keep the answers. Sent again, the later ones count."""
    services = current_services()
    view = survey(services, link())
    if view is None:
        return not_found()
    sent = SubmittedForm.of(request.form)
    taken = read(view.survey, sent)
    if taken.faulty:
        return page(
            "my/survey.html",
            HTTPStatus.UNPROCESSABLE_ENTITY,
            survey=view.survey,
            steps=steps_of(view.survey),
            given=sent.fields,
            faults=taken.faults,
            general=taken.general,
        )
    answer(services, link(), taken.answers)
    return page("my/survey-thanks.html", moment=view.moment)
