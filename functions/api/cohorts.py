"""Cohorts, for machines: the report as figures."""

from http import HTTPStatus

from flask_smorest import Blueprint
from werkzeug.exceptions import NotFound

from functions.api.guards import office_of, scoped
from functions.programme.report import Report
from functions.usecases.report_cohort import report_cohort
from schemas.reports import ReportSchema

routes = Blueprint("cohorts", __name__, url_prefix="/api/v1/cohorts", description=__doc__)


@routes.get("/<cohort_id>/report")
@routes.response(HTTPStatus.OK, ReportSchema)
@scoped("cohort:read")
def report(cohort_id: str) -> tuple[Report, HTTPStatus]:
    """Return how the cohort goes: enrolled, matched, fast start, weeks, check-ins, health, survey."""
    figures = report_cohort(office_of(), cohort_id)
    if figures is None:
        raise NotFound
    return figures, HTTPStatus.OK
