"""How a cohort's pairs are doing: those that need somebody first, always with the reason."""

from collections import Counter

from flask.typing import ResponseReturnValue

from functions.programme.health import Health
from functions.usecases.pairings.review_pairs import review_pairs
from functions.usecases.people.cohort_overview import overview
from functions.web.guards import Guard, Guarded, not_found
from functions.web.rendering import current_services, page

routes = Guarded(
    "pairs", guard=Guard.COORDINATOR, url_prefix="/console/cohorts/<string(maxlength=64):cohort_id>"
)


@routes.get("/pairs")
def show(cohort_id: str) -> ResponseReturnValue:
    """Show every pairing with its health and first dates."""
    services = current_services()
    seen = overview(services, cohort_id)
    if seen is None:
        return not_found()
    pairs = review_pairs(services, cohort_id)
    counts = Counter(pair.finding.health for pair in pairs)
    return page(
        "console/pairs.html",
        seen=seen,
        pairs=pairs,
        counts={health: counts[health] for health in Health},
    )
