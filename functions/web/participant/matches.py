"""“Your match”: who it is, why, and how to begin."""

from collections.abc import Iterator

from flask.typing import ResponseReturnValue

from functions.programme.links import Purpose
from functions.programme.people import Enrolment, Role
from functions.services import Services, questionnaire_for
from functions.usecases.pairings.show_match import match_of
from functions.web.guards import Guard, Guarded, link, not_found
from functions.web.questions import words_of
from functions.web.rendering import current_services, label, language, page

routes = Guarded("matches", guard=Guard.LINK, purpose=Purpose.MATCH, url_prefix="/my/match")
# What a person answered for their match to read; the questionnaires say so beside each.
FOR_THE_MATCH = ("goals", "about")


@routes.get("/<string(maxlength=64):token>")
def show() -> ResponseReturnValue:
    """Show the partner, the reasons, and a script for the first meeting."""
    services = current_services()
    view = match_of(services, link(), language())
    if view is None:
        return not_found()
    if view.over:
        return page("my/ended.html")
    return page(
        "my/match.html",
        view=view,
        mentor=view.partner.role is Role.MENTOR,
        told=list(_told(services, view.partner)),
    )


def _told(services: Services, partner: Enrolment) -> Iterator[tuple[str, list[str]]]:
    """Yield each question whose answer is for the match, with the answer in words."""
    for question in questionnaire_for(services, partner.role).questions:
        answer = partner.answers.get(question.name)
        if question.name in FOR_THE_MATCH and answer:
            yield label(question.labels), words_of(question, answer)
