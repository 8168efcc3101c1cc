"""How a cohort's pairs are doing: those that need somebody first, always with the reason."""

from collections import Counter

from flask import request
from flask.typing import ResponseReturnValue

from functions.cohort_reader import cohort_reader
from functions.programme.health import Health
from functions.usecases.pairings.review_pairs import review_pairs
from functions.usecases.people.list_people import matches, plain
from functions.web.console.paging import LONGEST_SEARCH, ON_A_PAGE, number
from functions.web.guards import Guard, Guarded, not_found
from functions.web.rendering import current_services, page

routes = Guarded(
    "pairs", guard=Guard.COORDINATOR, url_prefix="/console/cohorts/<string(maxlength=64):cohort_id>"
)


@routes.get("/pairs")
def show(cohort_id: str) -> ResponseReturnValue:
    """Show the pairs with their health and first dates: all, those of one health, or what a search finds."""
    reader = cohort_reader(current_services(), cohort_id)
    if reader is None:
        return not_found()
    pairs = review_pairs(reader)
    counts = Counter(pair.finding.health for pair in pairs)
    health = request.args.get("health", "")
    search = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    words, start = plain(search).split(), number(request.args.get("from", ""))
    found = [
        pair
        for pair in pairs
        if health not in list(Health) or pair.finding.health == health
        if matches(pair.mentee, words) or matches(pair.mentor, words)
    ]
    return page(
        "console/pairs.html",
        seen=reader,
        pairs=found[start : start + ON_A_PAGE],
        counts={each: counts[each] for each in Health},
        health=health if health in list(Health) else "",
        search=search,
        total=len(found),
        start=start,
        on_a_page=ON_A_PAGE,
        exist=bool(pairs),
    )
