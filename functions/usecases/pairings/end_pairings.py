"""End the pairings of whoever has left, and tell each partner: no reason is given, and nobody is at fault."""

from functions.programme.cohort import Cohort, Stage, stage_of
from functions.programme.links import id_from
from functions.programme.messages import MessageKind
from functions.programme.pairing import Pairing
from functions.programme.people import Enrolment, EnrolmentState
from functions.services import Office, Outgoing
from functions.storage.enrolment import cohorts, enrolments
from functions.storage.pairings import pairings
from functions.storage.table import Change, Event, Written

STAGES_WITH_PAIRINGS = (Stage.ACTIVE, Stage.CLOSING)


def end_pairings(office: Office, cohort_id: str, person_id: str) -> int:
    """End every pairing of a person who has left, and return how many ended now; again, none does."""
    cohort = cohorts.get(office.table, cohort_id)
    person = enrolments.get(office.table, cohort_id, person_id)
    if cohort is None or person is None or person.state is EnrolmentState.CONFIRMED:
        return 0
    if stage_of(cohort, cohort.today(office.clock())) not in STAGES_WITH_PAIRINGS:
        return 0
    standing = [pairing for pairing in pairings.of(office.table, cohort_id, person_id) if not pairing.ended]
    ended = sum(_end(office, cohort, pairing, pairing.partner_of(person_id)) for pairing in standing)
    if ended:
        office.mail_soon()
    return ended


def end_pairings_of_leavers(office: Office) -> int:
    """End what a lost moment left standing: pairings of people who have left, in every active cohort."""
    now = office.clock()
    active = [
        cohort
        for cohort in cohorts.every(office.table)
        if stage_of(cohort, cohort.today(now)) in STAGES_WITH_PAIRINGS
    ]
    return sum(_end_in(office, cohort) for cohort in active)


def _end_in(office: Office, cohort: Cohort) -> int:
    standing = [pairing for pairing in pairings.in_cohort(office.table, cohort.id) if not pairing.ended]
    if not standing:
        return 0
    there = {
        person.id
        for person in enrolments.in_cohort(office.table, cohort.id)
        if person.state is EnrolmentState.CONFIRMED
    }
    leavers = {
        person_id
        for pairing in standing
        for person_id in (pairing.mentor_id, pairing.mentee_id)
        if person_id not in there
    }
    return sum(end_pairings(office, cohort.id, person_id) for person_id in sorted(leavers))


def _end(office: Office, cohort: Cohort, pairing: Pairing, partner_id: str) -> bool:
    now = office.clock()
    partner = enrolments.get(office.table, cohort.id, partner_id)
    outcome = office.table.commit(
        [
            pairings.ending(pairing, now, cohort.today(now)),
            *(_told(office, cohort, pairing, partner) if partner else []),
        ],
        event=Event(
            cohort_id=cohort.id, at=now, actor="programme", action="end-pairing", subject_id=pairing.id
        ),
        idempotency_key=id_from("end-pairing", pairing.id),
    )
    return outcome is Written.NOW


def _told(office: Office, cohort: Cohort, pairing: Pairing, partner: Enrolment) -> list[Change]:
    """Return what tells the partner; whoever has left as well is told nothing."""
    if partner.state is not EnrolmentState.CONFIRMED:
        return []
    left = Outgoing(kind=MessageKind.PARTNER_LEFT, to=partner, about=pairing.id)
    return office.letter(left, at=office.clock(), until=cohort.end_of(cohort.closed_after))
