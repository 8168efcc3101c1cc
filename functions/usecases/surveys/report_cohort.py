"""Report on a cohort: gather its records once and let the field count them."""

from collections import Counter, defaultdict
from collections.abc import Mapping

from functions.programme.evaluation.report import Records, Report, report_on
from functions.programme.evaluation.survey import SurveyResults, results_of
from functions.programme.people import Answer
from functions.programme.programme import Moment
from functions.services import Services
from functions.storage.enrolment import cohorts, enrolments
from functions.storage.pairings import checkins, pairings
from functions.storage.surveys import surveys


def report_cohort(services: Services, cohort_id: str) -> Report | None:
    """Return the cohort's report as of now, or None when there is none of that id."""
    cohort = cohorts.get(services.table, cohort_id)
    if cohort is None:
        return None
    records = Records(
        enrolments=tuple(enrolments.in_cohort(services.table, cohort_id)),
        pairings=tuple(pairings.in_cohort(services.table, cohort_id)),
        asked=frozenset(checkins.requested(services.table, cohort_id)),
        replies=tuple(checkins.replies(services.table, cohort_id)),
        surveys=_results(services, cohort_id),
    )
    return report_on(cohort, records, cohort.today(services.clock()))


def _results(services: Services, cohort_id: str) -> dict[Moment, SurveyResults]:
    """Return the results of each of the programme's surveys, in the order of their moments."""
    asked = Counter(moment for moment, _ in surveys.requested(services.table, cohort_id))
    given: dict[Moment, list[Mapping[str, Answer]]] = defaultdict(list)
    for answer in surveys.answers(services.table, cohort_id):
        given[answer.moment].append(answer.answers)
    chosen = services.programme.surveys
    return {
        moment: results_of(services.questionnaires[chosen[moment]], asked[moment], given[moment])
        for moment in Moment
        if moment in chosen
    }
