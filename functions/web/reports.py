"""A cohort's report for the committee: a page, and the same figures as CSV; and what the survey says."""

from http import HTTPStatus

from flask import Response
from flask.typing import ResponseReturnValue

from functions.programme.people import Role
from functions.programme.report import Report
from functions.usecases.overview import overview
from functions.usecases.report_cohort import report_cohort
from functions.web.guards import Guard, Guarded, gone
from functions.web.rendering import label, office_of, page
from functions.web.sheets import Row, csv_of

routes = Guarded(
    "reports", guard=Guard.COORDINATOR, url_prefix="/console/cohorts/<string(maxlength=64):cohort_id>"
)


@routes.get("/report")
def show(cohort_id: str) -> ResponseReturnValue:
    """Show the report."""
    return _shown("console/report.html", cohort_id)


@routes.get("/survey")
def survey(cohort_id: str) -> ResponseReturnValue:
    """Show what the survey says; nothing while fewer than five have answered."""
    return _shown("console/survey.html", cohort_id)


@routes.get("/report.csv")
def download(cohort_id: str) -> ResponseReturnValue:
    """Hand out the report's figures, one a line, to be opened in any spreadsheet."""
    report = report_cohort(office_of(), cohort_id)
    if report is None:
        return gone()
    response = Response(csv_of(rows_of(report)), HTTPStatus.OK, mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="report.csv"'
    return response


def rows_of(report: Report) -> list[Row]:
    """Return the report as lines of (part, figure, detail, value)."""
    rows: list[Row] = [("part", "figure", "detail", "value")]
    rows += [("cohort", "name", "", report.cohort.name), ("cohort", "as of", "", report.today.isoformat())]
    for role in Role:
        rows += [
            ("people", "applied", role, report.applied[role]),
            ("people", "confirmed", role, report.confirmed[role]),
            ("people", "matched", role, report.matched[role]),
        ]
    rows += [
        ("pairs", "pairs", "", report.pairings),
        ("pairs", "met by the third week", "", report.fast_start.met_in_time),
        ("pairs", "old enough to tell", "", report.fast_start.old_enough),
        *(("pairs", "health", health, count) for health, count in report.health.items()),
    ]
    for week in report.weeks:
        rows += [
            ("weeks", "first contacts", week.starts_on.isoformat(), week.first_contacts),
            ("weeks", "first meetings", week.starts_on.isoformat(), week.first_meetings),
        ]
    for checkin in report.checkins:
        rows.append(("check-ins", f"check-in {checkin.number}", "asked", checkin.asked))
        rows += [
            ("check-ins", f"check-in {checkin.number}", each, count)
            for each, count in checkin.answers.items()
        ]
    return rows + _survey_rows(report)


def _survey_rows(report: Report) -> list[Row]:
    rows: list[Row] = [
        ("survey", "asked", "", report.survey.asked),
        ("survey", "answered", "", report.survey.answered),
    ]
    for result in report.survey.questions:
        question = label(result.question.labels)
        rows += [("survey", question, option, count) for option, count in result.counts]
        rows += [("survey", question, "in their words", words) for words in result.words]
    return rows


def _shown(template: str, cohort_id: str) -> ResponseReturnValue:
    seen = overview(office_of(), cohort_id)
    report = report_cohort(office_of(), cohort_id)
    if seen is None or report is None:
        return gone()
    return page(template, seen=seen, report=report)
