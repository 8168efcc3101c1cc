"""Cohorts, for machines: the report as figures."""

from http import HTTPStatus

from werkzeug.exceptions import NotFound

from functions.api.bodies import Routes
from functions.api.guards import current_services, scoped
from functions.programme.evaluation.report import Report
from functions.usecases.surveys.report_cohort import report_cohort
from schemas.reports import ReportSchema

routes = Routes("cohorts", __name__, url_prefix="/api/v1/cohorts", description=__doc__)


@routes.get("/<cohort_id>/report")
@scoped("cohort:read")
@routes.response(HTTPStatus.OK, ReportSchema)
def report(cohort_id: str) -> tuple[Report, HTTPStatus]:
    """Return how the cohort goes: enrolled, matched, fast start, weeks, check-ins, health, survey."""
    figures = report_cohort(current_services(), cohort_id)
    if figures is None:
        raise NotFound
    return figures, HTTPStatus.OK
