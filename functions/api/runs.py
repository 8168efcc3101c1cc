"""Runs, for machines: start one, look at it, publish it."""

from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Any

from flask import g, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from functions.api.bodies import Routes
from functions.api.guards import current_services, request_key, scoped
from functions.api.problems import ApiProblem
from functions.i18n.run_reasons import LeftOver
from functions.programme.run import Run
from functions.usecases.runs.publish_run import Publication, Published, publish_run
from functions.usecases.runs.read_run import read_run
from functions.usecases.runs.start_run import RunRequest, Started, start_run
from schemas.runs import PublishedRunSchema, RunQuerySchema, RunSchema, StartedRunSchema, StartRunSchema

routes = Routes("runs", __name__, url_prefix="/api/v1/cohorts/<cohort_id>/runs", description=__doc__)

REFUSALS_TO_START = {
    Started.NO_SUCH_POLICY: (
        "No such policy",
        "Name one of the programme's policies, or leave `policy` out for the cohort's own.",
    ),
    Started.ONE_POOL: (
        "This policy pairs people of one pool",
        "A cohort introduces mentors to mentees. Name another policy, or use `./kith match --people`.",
    ),
    Started.KEY_USED_FOR_ANOTHER: (
        "This Idempotency-Key was used for another request",
        "Use a new key for a new run, or repeat the first request unchanged.",
    ),
    Started.WRONG_STAGE: (
        "This cohort is not to be matched now",
        "A run can be started from the first day of enrolment until a run is published.",
    ),
}


@routes.post("")
@scoped("runs:start")
@routes.arguments(StartRunSchema)
@routes.response(HTTPStatus.ACCEPTED, StartedRunSchema)
def start(wish: dict[str, Any], cohort_id: str) -> ResponseReturnValue:
    """Start a run. Answers at once, the same for a repeated key; look where Location says."""
    services = current_services()
    started, run = start_run(
        services, RunRequest(cohort_id=cohort_id, **wish), request_key=request_key(), actor=g.actor
    )
    if started is Started.NO_SUCH_COHORT:
        raise NotFound
    if run is None:
        raise ApiProblem(HTTPStatus.UNPROCESSABLE_ENTITY, *REFUSALS_TO_START[started])
    where = url_for("runs.show", cohort_id=cohort_id, run_id=run.id)
    return {"id": run.id, "address": where}, HTTPStatus.ACCEPTED, {"Location": where}


@routes.get("/<run_id>")
@scoped("cohort:read")
@routes.arguments(RunQuerySchema, location="query")
@routes.response(HTTPStatus.OK, RunSchema)
def show(query: dict[str, str], cohort_id: str, run_id: str) -> ResponseReturnValue:
    """Return a run: where it stands, the pairs with reasons, the unmatched with reasons.

    People are named by their ids alone. Sentences are in the language of `lang`, or of Accept-Language;
    Content-Language names it. The ETag is what publishing asks for.
    """
    language = _language(query.get("lang", ""))
    view = read_run(current_services(), cohort_id, run_id, language=language, by_name=False)
    if view is None:
        raise NotFound
    run = view.run
    body = {
        "failure": view.failure,
        "notes": view.notes,
        "pairs": view.pairs,
        "unmatched": list(_unmatched(view.left_over)),
        "further_places": view.further_places,
    } | {name: getattr(run, name) for name in RunSchema.OF_THE_RUN}
    headers = {"ETag": etag(run), "Content-Language": language, "Vary": "Accept-Language"}
    return body, HTTPStatus.OK, headers


def _language(asked: str) -> str:
    """Return the language of the answer: the one asked for, if the programme speaks it, or English."""
    spoken = tuple(dict.fromkeys((*current_services().programme.languages, "en")))
    if asked in spoken:
        return asked
    return request.accept_languages.best_match(spoken) or spoken[0]


def _unmatched(left_over: Iterable[LeftOver]) -> Iterator[dict[str, object]]:
    """Yield everybody left over with all that holds for them: a machine takes each by itself."""
    for side in left_over:
        for person in side.people:
            yield {
                "person_id": person.id,
                "role": side.role,
                "reasons": (*side.shared, *person.reasons),
                "smallest_change": person.would_help or side.would_help,
            }


@routes.post("/<run_id>/publish")
@scoped("runs:publish")
@routes.response(HTTPStatus.OK, PublishedRunSchema)
def publish(cohort_id: str, run_id: str) -> ResponseReturnValue:
    """Publish the run that was looked at. If-Match names it by its ETag; publishing twice is once."""
    publication = publish_run(
        current_services(),
        cohort_id,
        run_id,
        version=_version(request.headers.get("If-Match")),
        actor=g.actor,
    )
    if publication.outcome is Published.NO_SUCH_RUN or publication.run is None:
        raise NotFound
    if publication.outcome not in (Published.NOW, Published.BEFORE):
        raise _refusal(publication)
    return {"id": run_id, "state": publication.run.state}, HTTPStatus.OK, {"ETag": etag(publication.run)}


def etag(run: Run) -> str:
    """Return the entity tag that names the run as it stands."""
    return f'"{run.version}"'


def _version(if_match: str | None) -> int:
    if not if_match:
        raise ApiProblem(
            HTTPStatus.PRECONDITION_REQUIRED,
            "If-Match is needed",
            "Send the ETag of the run that you looked at as If-Match, so that nothing else is published.",
        )
    tag = if_match.strip().strip('"')
    # An ETag that is none of ours matches no version.
    return int(tag) if tag.isascii() and tag.isdigit() and len(tag) < 10 else -1  # noqa: PLR2004


def _refusal(publication: Publication) -> ApiProblem:
    if publication.outcome is Published.STALE:
        return ApiProblem(
            HTTPStatus.PRECONDITION_FAILED,
            "The run has changed",
            "Look at it again and send its new ETag.",
        )
    if publication.outcome is Published.PEOPLE_CHANGED:
        return ApiProblem(
            HTTPStatus.CONFLICT,
            "People in this run have changed or left since it was made",
            "Start a new run: it takes them as they are now.",
            people=list(publication.changed),
        )
    return ApiProblem(
        HTTPStatus.CONFLICT,
        "This run can't be published",
        "Only a proposed run can be, and only while its cohort has no published one.",
        state=publication.run.state if publication.run else None,
    )
