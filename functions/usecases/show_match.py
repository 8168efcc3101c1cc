"""Show one of a pairing's two people who the other is, and why."""

from dataclasses import dataclass
from datetime import date

from functions.office import Office
from functions.programme.links import Link
from functions.programme.pairing import Pairing
from functions.programme.people import Enrolment
from functions.storage import cohorts, pairings


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchView:
    """A pairing as one of its people sees it."""

    pairing: Pairing
    me: Enrolment
    partner: Enrolment
    ends_on: date


def match_of(office: Office, link: Link) -> MatchView | None:
    """Return the pairing that the link is about, or None when it, or one of its people, is gone."""
    cohort = cohorts.get(office.table, link.cohort_id)
    seen = pairings.seen_by(office.table, link.cohort_id, link.about, link.person_id)
    if cohort is None or seen is None:
        return None
    return MatchView(pairing=seen.pairing, me=seen.me, partner=seen.partner, ends_on=cohort.ends_on)
