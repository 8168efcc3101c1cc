"""A survey of one moment, opened from a mail and answered without an account."""

from http import HTTPStatus

from flask import request
from flask.typing import ResponseReturnValue

from functions.programme.links import Purpose
from functions.usecases.surveys.answer_survey import answer, survey
from functions.web.guards import Guard, Guarded, gone, link
from functions.web.questions import Sent, fields_of, read, steps_of
from functions.web.rendering import office_of, page

routes = Guarded("surveys", guard=Guard.LINK, purpose=Purpose.SURVEY, url_prefix="/my/survey")


@routes.get("/<string(maxlength=64):token>")
def ask() -> ResponseReturnValue:
    """Show the survey, with the answers given so far."""
    view = survey(office_of(), link())
    if view is None:
        return gone()
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
    office = office_of()
    view = survey(office, link())
    if view is None:
        return gone()
    sent = Sent.of(request.form)
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
    answer(office, link(), taken.answers)
    return page("my/survey-thanks.html", moment=view.moment)
