"""A cohort's report for the committee: a page, and the same figures as CSV; and what the surveys say."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import Response
from flask.typing import ResponseReturnValue

from functions.cohort_reader import cohort_reader
from functions.programme.cohort import Cohort
from functions.programme.evaluation.moments import AFTER_A_PLACE_DAYS, AFTER_TRAINING_DAYS, after_on
from functions.programme.evaluation.report import Report
from functions.programme.evaluation.success import Progress, progress_of
from functions.programme.evaluation.survey import SurveyResults
from functions.programme.people import Role
from functions.programme.programme import PULSE_SURVEY_DAYS, Moment
from functions.usecases.surveys.count_equality import count_equality
from functions.usecases.surveys.report_cohort import report_cohort
from functions.web.console.csv_export import Row, csv_of
from functions.web.guards import Guard, Guarded, not_found
from functions.web.rendering import current_services, day, label, page

routes = Guarded(
    "reports", guard=Guard.COORDINATOR, url_prefix="/console/cohorts/<string(maxlength=64):cohort_id>"
)
# What a coordinator calls the five surveys.
ASKED_AT = {
    Moment.TRAINING: "After the training",
    Moment.PULSE: "A month in",
    Moment.MID: "Half-way",
    Moment.END: "At the end",
    Moment.AFTER: "Half a year later",
}
GOES_OUT = {
    Moment.TRAINING: f"to each person {AFTER_TRAINING_DAYS} days after they said that they read the "
    f"training, or {AFTER_A_PLACE_DAYS} days after they got their place",
    Moment.PULSE: f"to each person {PULSE_SURVEY_DAYS} days after their introduction",
    Moment.MID: "to each person half-way between their introduction and the last day",
}


@routes.get("/report")
def show(cohort_id: str) -> ResponseReturnValue:
    """Show the report."""
    return _shown("console/report.html", cohort_id)


@routes.get("/survey")
def survey(cohort_id: str) -> ResponseReturnValue:
    """Show what each survey says; nothing while fewer than five have answered it."""
    return _shown("console/survey.html", cohort_id)


@routes.get("/equality")
def equality(cohort_id: str) -> ResponseReturnValue:
    """Show whom the programme reaches: counts, with small ones held back."""
    services = current_services()
    seen, view = cohort_reader(services, cohort_id), count_equality(services, cohort_id)
    if seen is None or view is None:
        return not_found()
    return page("console/equality.html", seen=seen, view=view)


@routes.get("/report.csv")
def download(cohort_id: str) -> ResponseReturnValue:
    """Hand out the report's figures, one a line, to be opened in any spreadsheet."""
    report = report_cohort(current_services(), cohort_id)
    if report is None:
        return not_found()
    rows = rows_of(report, progress_of(current_services().programme, report))
    response = Response(csv_of(rows), HTTPStatus.OK, mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="report.csv"'
    return response


def rows_of(report: Report, progress: Sequence[Progress] = ()) -> list[Row]:
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
        ("pairs", "in contact within a week", "", report.first_contact.reached),
        ("pairs", "old enough to tell of contact", "", report.first_contact.old_enough),
        ("pairs", "met by the third week", "", report.fast_start.reached),
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
    for moment, results in report.surveys.items():
        rows += _survey_rows(moment, results)
    for each in progress:
        criterion = each.criterion
        rows.append(
            ("success", criterion.objective, f"target in per cent: {criterion.measured_by}", criterion.target)
        )
        if each.share is not None:
            rows.append(
                ("success", criterion.objective, f"so far in per cent: {criterion.measured_by}", each.share)
            )
    return rows


def _survey_rows(moment: Moment, results: SurveyResults) -> list[Row]:
    part = f"survey {moment}"
    rows: list[Row] = [(part, "asked", "", results.asked), (part, "answered", "", results.answered)]
    for result in results.questions:
        question = label(result.question.labels)
        rows += [(part, question, option, count) for option, count in result.counts]
        rows += [(part, question, "in their words", words) for words in result.words]
    return rows


def _shown(template: str, cohort_id: str) -> ResponseReturnValue:
    seen = cohort_reader(current_services(), cohort_id)
    report = report_cohort(current_services(), cohort_id)
    if seen is None or report is None:
        return not_found()
    surveys = [
        (ASKED_AT[moment], _goes_out(moment, report.cohort), results)
        for moment, results in report.surveys.items()
    ]
    progress = progress_of(current_services().programme, report)
    return page(template, seen=seen, report=report, surveys=surveys, progress=progress)


def _goes_out(moment: Moment, cohort: Cohort) -> str:
    """Return when a survey goes out, for a page that has no answers to show yet."""
    if moment is Moment.END:
        return f"on {day(cohort.ends_on)}, when the pairings end"
    if moment is Moment.AFTER:
        return f"on {day(after_on(cohort))}, half a year after the pairings have ended"
    return GOES_OUT[moment]
