"""Questions about equality on a page of their own: once, without a name, and free not to be answered.

Nothing of it is kept on the device, and answers that were sent are never shown again.
"""

from http import HTTPStatus

from flask import request
from flask.typing import ResponseReturnValue

from functions.programme.links import Purpose
from functions.usecases.surveys.answer_equality import answer, answered, questions
from functions.web.guards import Guard, Guarded, link, not_found
from functions.web.questions import SubmittedForm, fields_of, read, steps_of
from functions.web.rendering import current_services, page

routes = Guarded("equality", guard=Guard.LINK, purpose=Purpose.EQUALITY, url_prefix="/my/equality")


@routes.get("/<string(maxlength=64):token>")
def ask() -> ResponseReturnValue:
    """Show the questions, or thanks to whoever has answered."""
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


@routes.post("/<string(maxlength=64):token>")
def take() -> ResponseReturnValue:
    """Count the answers. Sent again, nothing is counted twice."""
    questionnaire = questions(current_services(), link())
    if questionnaire is None:
        return not_found()
    sent = SubmittedForm.of(request.form)
    taken = read(questionnaire, sent)
    if taken.faulty:
        return page(
            "my/equality.html",
            HTTPStatus.UNPROCESSABLE_ENTITY,
            questionnaire=questionnaire,
            steps=steps_of(questionnaire),
            given=sent.fields,
            faults=taken.faults,
            general=taken.general,
        )
    answer(current_services(), link(), questionnaire, taken.answers)
    return page("my/equality-thanks.html")
