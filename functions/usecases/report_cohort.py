"""Report on a cohort: gather its records once and let the field count them."""

from functions.office import Office
from functions.programme.report import Records, Report, report_on
from functions.programme.survey import results_of
from functions.storage import checkins, cohorts, enrolments, pairings, surveys


def report_cohort(office: Office, cohort_id: str) -> Report | None:
    """Return the cohort's report as of now, or None when there is none of that id."""
    cohort = cohorts.get(office.table, cohort_id)
    if cohort is None:
        return None
    asked = surveys.asked(office.table, cohort_id)
    answers = [given.answers for given in surveys.answers(office.table, cohort_id)]
    records = Records(
        enrolments=tuple(enrolments.in_cohort(office.table, cohort_id)),
        pairings=tuple(pairings.in_cohort(office.table, cohort_id)),
        asked=frozenset(checkins.asked(office.table, cohort_id)),
        replies=tuple(checkins.replies(office.table, cohort_id)),
        survey=results_of(office.survey, len(asked), answers),
    )
    return report_on(cohort, records, cohort.today(office.clock()))
