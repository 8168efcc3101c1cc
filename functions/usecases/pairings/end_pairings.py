"""End the pairings of people who left, and write to each partner: no reason is given, nobody is at fault."""

from functions.messages.kinds import MessageKind
from functions.messages.outbox import NewMessage, queue_message
from functions.programme.cohort import Cohort, Stage, stage_of
from functions.programme.links import id_from
from functions.programme.pairing import Pairing
from functions.programme.people import Enrolment, EnrolmentState
from functions.queues import trigger_sending
from functions.services import Services
from functions.storage.enrolment import cohorts, enrolments
from functions.storage.pairings import pairings
from functions.storage.table import Change, Event, Written

STAGES_WITH_PAIRINGS = (Stage.ACTIVE, Stage.CLOSING)


def end_pairings(services: Services, cohort_id: str, person_id: str) -> int:
    """End every pairing of a person who has left, and return how many ended now; again, none does."""
    cohort = cohorts.get(services.table, cohort_id)
    person = enrolments.get(services.table, cohort_id, person_id)
    if cohort is None or person is None or person.state is EnrolmentState.CONFIRMED:
        return 0
    if stage_of(cohort, cohort.today(services.clock())) not in STAGES_WITH_PAIRINGS:
        return 0
    standing = [pairing for pairing in pairings.of(services.table, cohort_id, person_id) if not pairing.ended]
    ended = sum(_end(services, cohort, pairing, pairing.partner_of(person_id)) for pairing in standing)
    if ended:
        trigger_sending(services.mail_queue)
    return ended


def end_pairings_of_leavers(services: Services) -> int:
    """End what a lost moment left standing: pairings of people who have left, in every active cohort.

    Raises OutOfTimeError between two people when time is up.
    """
    now = services.clock()
    active = [
        cohort
        for cohort in cohorts.every(services.table)
        if stage_of(cohort, cohort.today(now)) in STAGES_WITH_PAIRINGS
    ]
    return sum(_end_in(services, cohort) for cohort in active)


def _end_in(services: Services, cohort: Cohort) -> int:
    standing = [pairing for pairing in pairings.in_cohort(services.table, cohort.id) if not pairing.ended]
    if not standing:
        return 0
    there = {
        person.id
        for person in enrolments.in_cohort(services.table, cohort.id)
        if person.state is EnrolmentState.CONFIRMED
    }
    leavers = {
        person_id
        for pairing in standing
        for person_id in (pairing.mentor_id, pairing.mentee_id)
        if person_id not in there
    }
    ended = 0
    for person_id in sorted(leavers):
        services.time_limit.check()
        ended += end_pairings(services, cohort.id, person_id)
    return ended


def _end(services: Services, cohort: Cohort, pairing: Pairing, partner_id: str) -> bool:
    now = services.clock()
    partner = enrolments.get(services.table, cohort.id, partner_id)
    outcome = services.table.commit(
        [
            pairings.ending(pairing, now, cohort.today(now)),
            *(_message_to_partner(services, cohort, pairing, partner) if partner else []),
        ],
        event=Event(
            cohort_id=cohort.id, at=now, actor="programme", action="end-pairing", subject_id=pairing.id
        ),
        idempotency_key=id_from("end-pairing", pairing.id),
    )
    return outcome is Written.NOW


def _message_to_partner(
    services: Services, cohort: Cohort, pairing: Pairing, partner: Enrolment
) -> list[Change]:
    """Return the message to the partner; there is none for one who has left as well."""
    if partner.state is not EnrolmentState.CONFIRMED:
        return []
    left = NewMessage(kind=MessageKind.PARTNER_LEFT, to=partner, about=pairing.id)
    return queue_message(left, cohort, at=services.clock(), link_keys=services.link_keys)
