"""Show one of a pairing's two people who the other is, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from functions.programme.links import Link
from functions.programme.pairing import Pairing
from functions.programme.people import Enrolment
from functions.services import Services
from functions.storage import keys
from functions.storage.enrolment import cohorts, enrolments
from functions.storage.pairings import pairings
from functions.storage.pairings.pairings import Seen
from functions.storage.runs import runs
from functions.storage.table import Table
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

    Its reasons are in that language.

    People wait for this page, so what can be read at one go is.
    """
    table, cohort_id, my_id = services.table, link.cohort_id, link.person_id
    named = table.batch_get(
        keys.cohort(cohort_id), keys.pairing(cohort_id, link.about), keys.enrolment(cohort_id, my_id)
    )
    cohort, me = cohorts.get(named, cohort_id), enrolments.get(named, cohort_id, my_id)
    pairing = pairings.get(named, cohort_id, link.about)
    if cohort is None or pairing is None or me is None:
        return None
    mine = pairings.ids_of(table, cohort_id, my_id)
    partner_id = pairing.partner_of(my_id)
    around = table.batch_get(
        keys.enrolment(cohort_id, partner_id),
        keys.run(cohort_id, pairing.run_id),
        *(keys.pairing(cohort_id, pairing_id) for pairing_id in mine),
    )
    partner = enrolments.get(around, cohort_id, partner_id)
    if partner is None:
        return None
    found = [pairings.get(around, cohort_id, pairing_id) for pairing_id in mine]
    standing = [each for each in found if each and not each.ended]
    run = runs.get(around, cohort_id, pairing.run_id)
    return MatchView(
        pairing=pairing,
        me=me,
        partner=partner,
        reasons=reasons_for(services, pairing, me, partner.name, language).sentences(pairing.reasons),
        ends_on=cohort.ends_on,
        over=Seen(pairing, me, partner).over,
        others=_others(table, me, [each for each in standing if each.id != pairing.id]),
        group=_group(table, pairing, me, standing) if run and "groups" in run.summary else 0,
    )


def _others(table: Table, me: Enrolment, besides: Sequence[Pairing]) -> tuple[str, ...]:
    """Return the names of whom else they are paired with, sorted."""
    ids = [pairing.partner_of(me.id) for pairing in besides]
    named = table.batch_get(*(keys.enrolment(me.cohort_id, person_id) for person_id in ids))
    found = (enrolments.get(named, me.cohort_id, person_id) for person_id in ids)
    return tuple(sorted(person.name for person in found if person))


def _group(table: Table, pairing: Pairing, me: Enrolment, standing: Sequence[Pairing]) -> int:
    """Return how many mentees are in the group of the pairing's mentor."""
    if me.id == pairing.mentor_id:
        return len(standing)
    theirs = pairings.of(table, pairing.cohort_id, pairing.mentor_id)
    return sum(not each.ended for each in theirs)
