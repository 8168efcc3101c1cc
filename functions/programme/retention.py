"""How long what is known of people is kept: days that follow from a cohort's own dates."""

from datetime import date, timedelta

from functions.programme.cohort import Cohort
from functions.programme.programme import AFTER_SURVEY_DAYS, Moment, Programme


def answers_kept_until(programme: Programme, cohort: Cohort) -> date:
    """Return the last day on which the answers to the questionnaires are kept."""
    return cohort.closed_after + timedelta(days=programme.retention.answers_days)


def people_kept_until(programme: Programme, cohort: Cohort) -> date:
    """Return the last day on which names and addresses are kept.

    Never before the answers go, nor before the last survey that is sent to them has closed.
    """
    days = max(programme.retention.people_days, programme.retention.answers_days)
    kept = cohort.closed_after + timedelta(days=days)
    if Moment.AFTER not in programme.surveys:
        return kept
    return max(kept, cohort.ends_on + timedelta(days=AFTER_SURVEY_DAYS + cohort.survey_days))
