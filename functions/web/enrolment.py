"""Enrolling: the questionnaire, sent from a frozen page, comes in here.

The answer is the same page whether or not the address is known: nobody learns who is enrolled.
"""

from http import HTTPStatus

from flask import redirect, request
from flask.typing import ResponseReturnValue

from functions.programme.people import Role
from functions.usecases.enrol import Application, Enrolled, enrol, enrolling
from functions.web.guards import Guard, Guarded
from functions.web.questions import Sent, read, steps_of
from functions.web.rendering import at, office_of, page

routes = Guarded("enrolment", guard=Guard.PUBLIC)


@routes.post("/c/<string(maxlength=64):cohort_id>/<any(mentor, mentee):role>")
def send(cohort_id: str, role: str) -> ResponseReturnValue:
    """Take an application; one that can't be taken comes back with its answers and what to do."""
    office = office_of()
    # Nobody is asked to repair answers that are not taken any more.
    if enrolling(office, cohort_id) is None:
        return page("public/closed.html", HTTPStatus.CONFLICT)
    side = Role(role)
    questionnaire = office.questionnaire_for(side)
    sent = Sent.of(request.form)
    taken = read(questionnaire, sent)
    if taken.faulty:
        return page(
            "public/questionnaire.html",
            HTTPStatus.UNPROCESSABLE_ENTITY,
            role=side,
            questionnaire=questionnaire,
            action=at(request.path),
            steps=steps_of(questionnaire),
            given=sent.fields,
            faults=taken.faults,
            general=taken.general,
            request_key=sent.request_key,
        )
    application = Application(cohort_id=cohort_id, role=side, answers=taken.answers)
    if enrol(office, application, request_key=sent.request_key) is Enrolled.CLOSED:
        return page("public/closed.html", HTTPStatus.CONFLICT)
    return redirect(at("/enrol/sent/"), HTTPStatus.SEE_OTHER)
