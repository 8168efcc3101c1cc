"""Questionnaires opened from a mail and answered without an account: surveys, and questions about equality.

Answers about equality are counted once, without a name: nothing of them is kept on the device, and answers
that were sent are never shown again.
"""

from http import HTTPStatus

from flask import request
from flask.typing import ResponseReturnValue

from functions.programme.links import Purpose
from functions.programme.questionnaire import Questionnaire
from functions.usecases.surveys.answer_equality import answer as answer_equality
from functions.usecases.surveys.answer_equality import answered, questions
from functions.usecases.surveys.answer_survey import answer as answer_survey
from functions.usecases.surveys.answer_survey import survey
from functions.web.guards import Guard, Guarded, link, not_found
from functions.web.questions import ReadForm, SubmittedForm, fields_of, read, steps_of
from functions.web.rendering import current_services, page

survey_routes = Guarded("surveys", guard=Guard.LINK, purpose=Purpose.SURVEY, url_prefix="/my/survey")
equality_routes = Guarded("equality", guard=Guard.LINK, purpose=Purpose.EQUALITY, url_prefix="/my/equality")


@survey_routes.get("/<string(maxlength=64):token>")
def show_survey() -> ResponseReturnValue:
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


@survey_routes.post("/<string(maxlength=64):token>")
def take_survey() -> ResponseReturnValue:
    """Keep the answers. Sent again, the later ones count."""
    services = current_services()
    view = survey(services, link())
    if view is None:
        return not_found()
    sent = SubmittedForm.of(request.form)
    form = read(view.survey, sent)
    if form.faulty:
        return _again("my/survey.html", view.survey, sent, form, survey=view.survey)
    answer_survey(services, link(), form.answers)
    return page("my/survey-thanks.html", moment=view.moment)


@equality_routes.get("/<string(maxlength=64):token>")
def show_equality() -> ResponseReturnValue:
    """Show the questions; to a person who has answered, thanks."""
    questionnaire = questions(current_services(), link())
    if questionnaire is None:
        return not_found()
    if answered(current_services(), link()):
        return page("my/equality-thanks.html")
    return page(
        "my/equality.html",
        questionnaire=questionnaire,
        steps=steps_of(questionnaire),
        given=fields_of(questionnaire, {}),
        faults={},
        general=(),
    )


@equality_routes.post("/<string(maxlength=64):token>")
def take_equality() -> ResponseReturnValue:
    """Count the answers. Sent again, nothing is counted twice."""
    questionnaire = questions(current_services(), link())
    if questionnaire is None:
        return not_found()
    sent = SubmittedForm.of(request.form)
    form = read(questionnaire, sent)
    if form.faulty:
        return _again("my/equality.html", questionnaire, sent, form, questionnaire=questionnaire)
    answer_equality(current_services(), link(), questionnaire, form.answers)
    return page("my/equality-thanks.html")


def _again(
    template: str, questionnaire: Questionnaire, sent: SubmittedForm, form: ReadForm, /, **known: object
) -> ResponseReturnValue:
    """Show the page again with every answer that was sent, and what to do about the faults."""
    return page(
        template,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        steps=steps_of(questionnaire),
        given=sent.fields,
        faults=form.faults,
        general=form.general,
        **known,
    )
