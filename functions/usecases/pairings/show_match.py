"""Show one of a pairing's two people who the other is, and why."""

from dataclasses import dataclass
from datetime import date

from functions.programme.links import Link
from functions.programme.pairing import Pairing
from functions.programme.people import Enrolment
from functions.services import Services
from functions.storage import keys
from functions.storage.enrolment import cohorts, enrolments
from functions.storage.pairings import pairings
from functions.storage.pairings.pairings import PairingWithPeople
from functions.usecases.phrasebooks import reasons_for


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchView:
    """A pairing as one of its people sees it; when it is `over`, neither is to see the other any more.

    `reasons` are sentences to `me`, the weightiest first. `others` are whom else they are paired with, each
    of whom has a mail and a page of their own. `group` is how many mentees the mentor has where the mentor
    has a group of them, else 0: who they are, the mentor says.
    """

    pairing: Pairing
    me: Enrolment
    partner: Enrolment
    reasons: tuple[str, ...]
    ends_on: date
    over: bool = False
    others: tuple[str, ...] = ()
    group: int = 0


def match_of(services: Services, link: Link, language: str) -> MatchView | None:
    """Return the pairing that the link is about, or None when it, or one of its people, is gone.

    Its reasons are in that language. People wait for this page, so what can be read in one request is.
    """
    table, cohort_id, my_id = services.table, link.cohort_id, link.person_id
    named = table.batch_get(
        keys.cohort(cohort_id), keys.pairing(cohort_id, link.about), keys.enrolment(cohort_id, my_id)
    )
    cohort, me = cohorts.get(named, cohort_id), enrolments.get(named, cohort_id, my_id)
    pairing = pairings.get(named, cohort_id, link.about)
    if cohort is None or pairing is None or me is None:
        return None
    # Each member of a group has this mentor alone, so the mentor's partners say all that the page shows.
    of_the_group = pairings.partners_of(table, cohort_id, pairing.mentor_id if pairing.in_group else my_id)
    standing = [partner for partner in of_the_group if not partner.ended]
    mine = standing if my_id == pairing.mentor_id or not pairing.in_group else []
    others = [partner.partner_id for partner in mine if partner.pairing_id != pairing.id]
    people = table.batch_get(
        *(keys.enrolment(cohort_id, person_id) for person_id in {pairing.partner_of(my_id), *others})
    )
    partner = enrolments.get(people, cohort_id, pairing.partner_of(my_id))
    if partner is None:
        return None
    found = (enrolments.get(people, cohort_id, person_id) for person_id in others)
    return MatchView(
        pairing=pairing,
        me=me,
        partner=partner,
        reasons=reasons_for(services, pairing, me, partner.name, language).sentences(pairing.reasons),
        ends_on=cohort.ends_on,
        over=PairingWithPeople(pairing, me, partner).over,
        others=tuple(sorted(person.name for person in found if person)),
        group=len(standing) if pairing.in_group else 0,
    )
