"""The public pages. They stand here to be frozen: the deployed site serves them as files, not from Lambda."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from flask import Response
from flask.typing import ResponseReturnValue

from functions.programme.cohort import Cohort
from functions.programme.people import Role
from functions.services import questionnaire_for
from functions.web.errors import problem_page
from functions.web.guards import Guard, Guarded, not_found
from functions.web.questions import fields_of, steps_of
from functions.web.rendering import at, current_services, language, page


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of content. `html` is its text, `words` whatever else its template shows by name.

    `language` is the one that it is written in: English where nobody has translated it yet. `text` is the
    same as plain text, for pages that people take with them.
    """

    path: str
    language: str
    template: str
    title: str
    description: str
    html: str
    words: Mapping[str, object]
    text: str = ""


def routes_for(pages: Mapping[tuple[str, str], Page], cohort: Cohort) -> Guarded:
    """Return the public half of the application, for the cohort that people can enrol in next.

    `pages` holds each page by the language of its address and its path without that.
    """
    routes = Guarded("public", guard=Guard.PUBLIC)

    @routes.get("/")
    @routes.get("/<path:path>/")
    def content(path: str = "") -> ResponseReturnValue:
        """Show a page of content."""
        found = pages.get((language(), f"/{path}/" if path else "/"))
        if found is None:
            return not_found()
        return page(
            f"public/{found.template}.html",
            title=found.title,
            description=found.description,
            html=found.html,
            words=found.words,
            here=found.path,
            written_in=found.language,
            download=at(f"{found.path.rstrip('/')}.txt") if found.text else "",
            cohort=cohort,
        )

    @routes.get("/<path:path>.txt")
    def download(path: str) -> ResponseReturnValue:
        """Hand out a page as plain text."""
        found = pages.get((language(), f"/{path}/"))
        if found is None or not found.text:
            return not_found()
        # With a mark at its head, every editor opens it as what it is.
        return Response(found.text.encode("utf-8-sig"), mimetype="text/plain")

    @routes.get("/enrol/<any(mentor, mentee):role>/")
    def questionnaire(role: str) -> ResponseReturnValue:
        """Show a questionnaire, to be sent to the live half."""
        asked = questionnaire_for(current_services(), Role(role))
        return page(
            "public/questionnaire.html",
            role=Role(role),
            questionnaire=asked,
            action=at(f"/c/{cohort.id}/{role}"),
            steps=steps_of(asked),
            given=fields_of(asked, {}),
            faults={},
            general=(),
            cohort=cohort,
        )

    @routes.get("/enrol/sent/")
    def sent() -> ResponseReturnValue:
        """Say that the answers have arrived: one page for everybody."""
        return page("public/sent.html")

    @routes.get("/404.html")
    def not_here() -> ResponseReturnValue:
        """Show what a wrong address shows, kept as a file for the gateway."""
        return problem_page(HTTPStatus.NOT_FOUND)

    return routes
