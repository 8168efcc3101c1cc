"""Questions about equality on a page of their own: once, without a name, and free not to be answered.

Nothing of it is kept on the device, and answers that were sent are never shown again.
"""

from http import HTTPStatus

from flask import request
from flask.typing import ResponseReturnValue

from functions.programme.links import Purpose
from functions.usecases.surveys.answer_equality import answer, answered, questions
from functions.web.guards import Guard, Guarded, gone, link
from functions.web.questions import Sent, fields_of, read, steps_of
from functions.web.rendering import office_of, page

routes = Guarded("equality", guard=Guard.LINK, purpose=Purpose.EQUALITY, url_prefix="/my/equality")


@routes.get("/<string(maxlength=64):token>")
def ask() -> ResponseReturnValue:
    """Show the questions, or thanks to whoever has answered."""
    asked = questions(office_of(), link())
    if asked is None:
        return gone()
    if answered(office_of(), link()):
        return page("my/equality-thanks.html")
    return page(
        "my/equality.html",
        asked=asked,
        steps=steps_of(asked),
        given=fields_of(asked, {}),
        faults={},
        general=(),
    )


@routes.post("/<string(maxlength=64):token>")
def take() -> ResponseReturnValue:
    """Count the answers. Sent again, nothing is counted twice."""
    asked = questions(office_of(), link())
    if asked is None:
        return gone()
    sent = Sent.of(request.form)
    taken = read(asked, sent)
    if taken.faulty:
        return page(
            "my/equality.html",
            HTTPStatus.UNPROCESSABLE_ENTITY,
            asked=asked,
            steps=steps_of(asked),
            given=sent.fields,
            faults=taken.faults,
            general=taken.general,
        )
    answer(office_of(), link(), asked, taken.answers)
    return page("my/equality-thanks.html")
