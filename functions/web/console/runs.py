"""The console: cohorts, a cohort at a glance, its runs, and publishing one."""

from collections import Counter
from http import HTTPStatus

from flask import g, redirect, request
from flask.typing import ResponseReturnValue

from functions.cohort_reader import CohortReader, cohort_reader, counting_reader
from functions.programme.cohort import Stage
from functions.programme.health import Health
from functions.programme.people import EnrolmentState
from functions.programme.run import Run, RunState
from functions.usecases.access.sign_in import sign_out
from functions.usecases.pairings.review_pairs import findings
from functions.usecases.people.cohort_overview import Overview, every_cohort, overview
from functions.usecases.runs.publish_run import Publication, Published, publish_run
from functions.usecases.runs.read_run import RunView, read_run
from functions.usecases.runs.start_run import STAGES_TO_RUN_IN, RunRequest, Started, start_run
from functions.web.guards import Guard, Guarded, cookie_name, not_found
from functions.web.questions import LONGEST_REQUEST_KEY, REQUEST_FIELD
from functions.web.rendering import counted, current_services, page

routes = Guarded("console", guard=Guard.COORDINATOR, url_prefix="/console")
WORKING = (RunState.QUEUED, RunState.RUNNING)
NOT_STARTED = {
    Started.NO_SUCH_POLICY: "This cohort’s policy is no longer there. Ask whoever keeps Kith running.",
    Started.ONE_POOL: (
        "This cohort’s policy pairs people of one pool, and a cohort introduces mentors to mentees. Ask "
        "whoever keeps Kith running for another policy, or to match the pool with ./kith match --people."
    ),
}
NOT_STARTED_NOW = (
    "A run can’t be started now: enrolment has not begun, a run of this cohort is published already, or this "
    "page was open for too long. Load it again."
)
NOT_PUBLISHED = {
    Published.NOT_PROPOSED: (
        "This run can’t be published: it is not a proposal, or another run of the cohort has been published."
    ),
    Published.STALE: (
        "Somebody changed this run while you were looking at it. Look through it again before you publish it."
    ),
    Published.PEOPLE_CHANGED: (
        "Since this run was made, people in it have changed their answers or left; they are named below. "
        "Start a new run, so that nobody is introduced to someone who is no longer there."
    ),
}


@routes.get("/")
def cohorts() -> ResponseReturnValue:
    """List the cohorts, the newest first."""
    return page("console/cohorts.html", cohorts=every_cohort(current_services()))


@routes.post("/sign-out")
def leave() -> ResponseReturnValue:
    """End the session here and in the browser."""
    services = current_services()
    sign_out(services, g.coordinator)
    response = redirect("/", HTTPStatus.SEE_OTHER)
    response.delete_cookie(
        cookie_name(services), secure=services.origin.startswith("https:"), httponly=True, samesite="Strict"
    )
    return response


@routes.get("/cohorts/<string(maxlength=64):cohort_id>")
def cohort(cohort_id: str) -> ResponseReturnValue:
    """Show one cohort at a glance."""
    return _overview(cohort_id)


@routes.post("/cohorts/<string(maxlength=64):cohort_id>/runs")
def run(cohort_id: str) -> ResponseReturnValue:
    """Start a run. Pressed twice on one page, it is one run."""
    started, made = start_run(
        current_services(),
        RunRequest(cohort_id=cohort_id),
        request_key=request.form.get(REQUEST_FIELD, "")[:LONGEST_REQUEST_KEY],
        actor=_actor(),
    )
    if started is Started.NO_SUCH_COHORT:
        return not_found()
    if made is None:
        return _overview(cohort_id, HTTPStatus.CONFLICT, refused=NOT_STARTED.get(started, NOT_STARTED_NOW))
    return redirect(f"/console/cohorts/{cohort_id}/runs/{made.id}", HTTPStatus.SEE_OTHER)


@routes.get("/cohorts/<string(maxlength=64):cohort_id>/runs/<string(maxlength=64):run_id>")
def review(cohort_id: str, run_id: str) -> ResponseReturnValue:
    """Show a run: how far it is, or what it proposes, the weakest pair first."""
    view = read_run(current_services(), cohort_id, run_id, language="en")
    return not_found() if view is None else _review(view)


@routes.post("/cohorts/<string(maxlength=64):cohort_id>/runs/<string(maxlength=64):run_id>/publish")
def publish(cohort_id: str, run_id: str) -> ResponseReturnValue:
    """Publish the run that the coordinator looked at, and no other."""
    version = request.form.get("version", "")
    publication = publish_run(
        current_services(),
        cohort_id,
        run_id,
        version=int(version) if version.isdecimal() and len(version) < len("1000000000") else 0,
        actor=_actor(),
    )
    if publication.outcome is Published.NO_SUCH_RUN:
        return not_found()
    if publication.outcome in (Published.NOW, Published.BEFORE):
        return redirect(f"/console/cohorts/{cohort_id}/runs/{run_id}", HTTPStatus.SEE_OTHER)
    view = read_run(current_services(), cohort_id, run_id, language="en")
    return not_found() if view is None else _review(view, publication)


def _actor() -> str:
    return f"coordinator:{g.coordinator.id}"


def _overview(
    cohort_id: str, status: HTTPStatus = HTTPStatus.OK, *, refused: str | None = None
) -> ResponseReturnValue:
    services = current_services()
    reader = counting_reader(services, cohort_id)
    if reader is None:
        return not_found()
    seen = overview(reader)
    return page(
        "console/cohort.html",
        status,
        seen=seen,
        refused=refused,
        may_run=seen.stage in STAGES_TO_RUN_IN and all(seen.confirmed.values()),
        request_key=services.new_id(),
        needs=_needs(reader, seen),
    )


def _needs(reader: CohortReader, seen: Overview) -> list[tuple[str, str]]:
    """Return what waits for the coordinator, each with where to do it."""
    root = f"/console/cohorts/{seen.cohort.id}"
    needs = [
        (f"{_pairs_in(run)} to look through, proposed by the last run", f"{root}/runs/{run.id}")
        for run in seen.runs[:1]
        if run.state is RunState.PROPOSED and not seen.cohort.published_run_id
    ]
    needs += [
        ("The last run failed", f"{root}/runs/{run.id}")
        for run in seen.runs[:1]
        if run.state is RunState.FAILED
    ]
    if seen.stage is Stage.MATCHING and not any(run.state in WORKING for run in seen.runs) and not needs:
        needs.append(("Enrolment has ended: match the people who confirmed", f"{root}#matching"))
    if seen.stage is Stage.ACTIVE:
        needs += _left_over(seen, root)
    if seen.stage in (Stage.ACTIVE, Stage.CLOSING):
        needs += _pairs_in_need(reader, root)
    return _misaddressed(seen, root) + _applications(seen, root) + needs


def _misaddressed(seen: Overview, root: str) -> list[tuple[str, str]]:
    return [
        (
            f"No mail goes to {person.name}: their address could bring it to others. Ask them for another",
            f"{root}/people/{person.id}",
        )
        for person in seen.misaddressed
    ]


def _applications(seen: Overview, root: str) -> list[tuple[str, str]]:
    """Return what waits for a decision; after the match is published, those on the waiting list alone."""
    lists = (
        (EnrolmentState.APPLIED, "%d application to decide", "%d applications to decide"),
        (EnrolmentState.WAITING, "%d person waits for a place", "%d people wait for a place"),
    )
    return [
        (counted(seen.states[state], one, many), f"{root}/people?group={state}")
        for state, one, many in lists
        if seen.states[state]
    ]


def _left_over(seen: Overview, root: str) -> list[tuple[str, str]]:
    """Return that the published run left mentees without a match: nobody has written to them."""
    published = next((run for run in seen.runs if run.id == seen.cohort.published_run_id), None)
    left = published.summary.get("unmatched_mentees", 0) if published else 0
    if published is None or not left:
        return []
    words = counted(
        left,
        "%d mentee has no match: a word from you helps",
        "%d mentees have no match: a word from you helps",
    )
    return [(words, f"{root}/runs/{published.id}")]


def _pairs_in(run: Run) -> str:
    return counted(run.summary.get("pairs", 0), "%d pair", "%d pairs")


def _pairs_in_need(reader: CohortReader, root: str) -> list[tuple[str, str]]:
    counts = Counter(finding.health for _, finding in findings(reader))
    help_asked, lagging = counts[Health.ASKED_FOR_HELP], counts[Health.CHECK_IN]
    needs = (
        [(counted(help_asked, "%d pair asked for help", "%d pairs asked for help"), f"{root}/pairs")]
        if help_asked
        else []
    )
    return needs + (
        [(counted(lagging, "%d pair to check in with", "%d pairs to check in with"), f"{root}/pairs")]
        if lagging
        else []
    )


def _review(view: RunView, publication: Publication | None = None) -> ResponseReturnValue:
    status = HTTPStatus.OK if publication is None else HTTPStatus.CONFLICT
    seen = cohort_reader(current_services(), view.run.cohort_id)
    if seen is None:
        return not_found()
    return page(
        "console/run.html",
        status,
        seen=seen,
        view=view,
        working=view.run.state in WORKING,
        publishable=view.run.state is RunState.PROPOSED and not seen.cohort.published_run_id,
        refused=NOT_PUBLISHED[publication.outcome] if publication else None,
        changed=publication.changed if publication else (),
    )
