"""Show one of a pairing's two people who the other is, and why."""

from dataclasses import dataclass
from datetime import date

from functions.matching.policy import Pairing as Pairs
from functions.matching.policy import parse
from functions.office import Office
from functions.programme.links import Link
from functions.programme.pairing import Pairing
from functions.programme.people import Enrolment
from functions.storage import cohorts, enrolments, pairings, runs


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchView:
    """A pairing as one of its people sees it; when it is `over`, neither is to see the other any more.

    `others` are whom else they are paired with, each of whom has a mail and a page of their own. `group`
    is how many mentees the mentor has where the mentor has a group of them, else 0: who they are, the
    mentor says.
    """

    pairing: Pairing
    me: Enrolment
    partner: Enrolment
    ends_on: date
    over: bool = False
    others: tuple[str, ...] = ()
    group: int = 0


def match_of(office: Office, link: Link) -> MatchView | None:
    """Return the pairing that the link is about, or None when it, or one of its people, is gone."""
    cohort = cohorts.get(office.table, link.cohort_id)
    seen = pairings.seen_by(office.table, link.cohort_id, link.about, link.person_id)
    if cohort is None or seen is None:
        return None
    return MatchView(
        pairing=seen.pairing,
        me=seen.me,
        partner=seen.partner,
        ends_on=cohort.ends_on,
        over=seen.over,
        others=_others(office, seen),
        group=_group(office, seen.pairing),
    )


def _others(office: Office, seen: pairings.Seen) -> tuple[str, ...]:
    """Return the names of whom else they are paired with, sorted."""
    table, me = office.table, seen.me
    found = (
        enrolments.get(table, me.cohort_id, pairing.partner_of(me.id))
        for pairing in pairings.of(table, me.cohort_id, me.id)
        if pairing.id != seen.pairing.id and not pairing.ended
    )
    return tuple(sorted(person.name for person in found if person))


def _group(office: Office, pairing: Pairing) -> int:
    """Return how many mentees are in the group of the pairing's mentor; 0 where the run made no groups."""
    run = runs.get(office.table, pairing.cohort_id, pairing.run_id)
    policy = office.policies.get(run.policy) if run else None
    if policy is None or parse(policy, file="policy").pairing is not Pairs.GROUPS:
        return 0
    theirs = pairings.of(office.table, pairing.cohort_id, pairing.mentor_id)
    return sum(not each.ended for each in theirs)
