"""Have what is short counted by the function that holds the engine: when asked, daily while people enrol."""

from datetime import timedelta

from functions.programme.cohort import Cohort, Stage, stage_of
from functions.programme.supply_forecast import SupplyForecastStatus
from functions.queues import enqueue
from functions.services import Services
from functions.storage.enrolment import cohorts, supply_forecasts

# While people can still come, or decisions and invitations can still change what is short.
STAGES_TO_COUNT_IN = (Stage.ENROLLING, Stage.MATCHING)
# A count that was asked for takes seconds; asked for again meanwhile, it is the same one.
PATIENCE = timedelta(minutes=1)


def request_supply_forecast(services: Services, cohort_id: str) -> bool:
    """Leave the count of one cohort to the match function; False when there is nothing to count in it now."""
    cohort = cohorts.get(services.table, cohort_id)
    if cohort is None or not _counts(services, cohort):
        return False
    now = services.clock()
    known = supply_forecasts.of(services.table, cohort_id)
    if not known.pending or known.requested_at is None or known.requested_at <= now - PATIENCE:
        supply_forecasts.request(services.table, cohort_id, now)
        enqueue(services.run_queue, "supply_forecast", cohort_id=cohort_id)
    return True


def request_supply_forecasts(services: Services) -> int:
    """Leave the count of every cohort that enrols; return how many those are."""
    return sum(request_supply_forecast(services, cohort.id) for cohort in cohorts.every(services.table))


def _counts(services: Services, cohort: Cohort) -> bool:
    return stage_of(cohort, cohort.today(services.clock())) in STAGES_TO_COUNT_IN


def latest_supply_forecast(services: Services, cohort_id: str) -> SupplyForecastStatus:
    """Return the last forecast of a cohort, and whether another is being counted."""
    return supply_forecasts.of(services.table, cohort_id)
