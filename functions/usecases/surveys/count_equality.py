"""Tell a coordinator whom the cohort reaches: counts, when nothing is added to them any more."""

from dataclasses import dataclass

from functions.programme.cohort import Cohort
from functions.programme.evaluation.equality import Tally, tallies
from functions.services import Services
from functions.storage.enrolment import cohorts
from functions.storage.surveys import equality


@dataclass(frozen=True, slots=True, kw_only=True)
class EqualityView:
    """What a coordinator sees: how many have answered, and the tallies, of which there may be none.

    Until enrolment has `ended` both are empty: a number that grows by one on the day on which somebody
    enrolled would say what they answered.
    """

    cohort: Cohort
    asked: bool
    ended: bool
    answered: int = 0
    tallies: tuple[Tally, ...] = ()


def count_equality(services: Services, cohort_id: str) -> EqualityView | None:
    """Return what is shown of the answers about equality, or None when there is no such cohort."""
    cohort = cohorts.get(services.table, cohort_id)
    if cohort is None:
        return None
    name = services.programme.equality
    ended = cohort.today(services.clock()) > cohort.closes_on
    if name is None or not ended:
        return EqualityView(cohort=cohort, asked=name is not None, ended=ended)
    answered, counts = equality.counts(services.table, cohort_id)
    return EqualityView(
        cohort=cohort,
        asked=True,
        ended=True,
        answered=answered,
        tallies=tallies(services.questionnaires[name], answered, counts),
    )
