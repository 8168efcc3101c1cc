"""Enrolling: the questionnaire, sent from a frozen page, comes in here.

The answer is the same page whether or not the address is known: nobody learns who is enrolled.
"""

from collections.abc import Mapping
from http import HTTPStatus

from flask import redirect, request
from flask.typing import ResponseReturnValue

from functions.i18n.languages import marked
from functions.programme.people import Role
from functions.services import questionnaire_for
from functions.usecases.enrolment.enrol import Application, Enrolled, enrol, enrolling
from functions.web.guards import Guard, Guarded
from functions.web.questions import SubmittedForm, read, steps_of
from functions.web.rendering import at, current_services, gettext, language, page

routes = Guarded("enrolment", guard=Guard.PUBLIC)
ELSEWHERE = marked(
    "Enter your address here, one that ends in %(domains)s: this programme is for people there. If you have "
    "none, write to %(contact)s"
)


@routes.post("/c/<string(maxlength=64):cohort_id>/<any(mentor, mentee):role>")
def send(cohort_id: str, role: str) -> ResponseReturnValue:
    """Take an application; one that can't be taken comes back with its answers and what to do."""
    services = current_services()
    # Nobody is asked to repair answers that are not taken any more.
    if enrolling(services, cohort_id) is None:
        return page("public/closed.html", HTTPStatus.CONFLICT)
    side = Role(role)
    questionnaire = questionnaire_for(services, side)
    sent = SubmittedForm.of(request.form)
    taken = read(questionnaire, sent)
    if taken.faulty:
        return _back(side, sent, taken.faults, taken.general)
    application = Application(cohort_id=cohort_id, role=side, answers=taken.answers, language=language())
    enrolled = enrol(services, application, request_key=sent.request_key)
    if enrolled is Enrolled.CLOSED:
        return page("public/closed.html", HTTPStatus.CONFLICT)
    if enrolled is Enrolled.ADDRESS_ELSEWHERE:
        return _back(side, sent, {"email": _elsewhere()})
    return redirect(at("/enrol/sent/"), HTTPStatus.SEE_OTHER)


def _back(
    side: Role, sent: SubmittedForm, faults: Mapping[str, str], general: tuple[str, ...] = ()
) -> ResponseReturnValue:
    """Show the page again with every answer that was sent, and what to do about the faults."""
    questionnaire = questionnaire_for(current_services(), side)
    return page(
        "public/questionnaire.html",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        role=side,
        questionnaire=questionnaire,
        action=at(request.path),
        steps=steps_of(questionnaire),
        given=sent.fields,
        faults=faults,
        general=general,
        request_key=sent.request_key,
    )


def _elsewhere() -> str:
    """Say which addresses the programme takes, and whom to ask without one."""
    programme = current_services().programme
    domains = ", ".join(f"@{domain.lstrip('@')}" for domain in programme.enrolling.domains)
    return gettext(ELSEWHERE, domains=domains, contact=programme.contact.email)
