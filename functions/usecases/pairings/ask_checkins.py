"""Ask every pairing the check-in that is due today in its cohort's zone, once."""

from functions.messages.kinds import MessageKind
from functions.messages.outbox import NewMessage, queue_message
from functions.programme.cohort import Cohort, Stage, stage_of
from functions.programme.links import id_from
from functions.programme.pairing import Pairing, checkin_due
from functions.programme.people import Enrolment
from functions.queues import trigger_sending
from functions.services import Services
from functions.storage.enrolment import cohorts, enrolments
from functions.storage.pairings import checkins, pairings
from functions.storage.table import Change, Event, Written


def ask_checkins(services: Services) -> int:
    """Return how many pairings were asked now, over all cohorts.

    What is due follows from dates alone, so a schedule that ticks late, twice or not at all for a
    week asks each pairing at most one question, and no question twice. Raises OutOfTimeError between two
    pairings when time is up.
    """
    now = services.clock()
    return sum(
        _ask_in(services, cohort)
        for cohort in cohorts.every(services.table)
        if stage_of(cohort, cohort.today(now)) is Stage.ACTIVE
    )


def _ask_in(services: Services, cohort: Cohort) -> int:
    today = cohort.today(services.clock())
    after = services.programme.checkin_days
    due = [
        (pairing, number)
        for pairing in pairings.in_cohort(services.table, cohort.id)
        if not pairing.ended
        and (number := checkin_due(pairing.introduced_on, cohort.ends_on, today, after)) is not None
    ]
    # A check-in stays due until the next one is, so on most days everything due has been asked.
    asked = checkins.requested(services.table, cohort.id) if due else set()
    new = [(pairing, number) for pairing, number in due if (pairing.id, number) not in asked]
    if not new:
        return 0
    people = {enrolment.id: enrolment for enrolment in enrolments.in_cohort(services.table, cohort.id)}
    count = 0
    for pairing, number in new:
        services.time_limit.check()
        count += _ask(services, cohort, pairing, number, people)
    trigger_sending(services.mail_queue)
    return count


def _ask(
    services: Services, cohort: Cohort, pairing: Pairing, number: int, people: dict[str, Enrolment]
) -> bool:
    now = services.clock()
    messages: list[Change] = [
        change
        for person_id in (pairing.mentor_id, pairing.mentee_id)
        for change in queue_message(
            NewMessage(kind=MessageKind.CHECKIN, to=people[person_id], about=pairing.id, checkin=number),
            cohort,
            at=now,
            link_keys=services.link_keys,
        )
    ]
    outcome = services.table.commit(
        [checkins.request(pairing, number, now), *messages],
        event=Event(
            cohort_id=cohort.id, at=now, actor="schedule", action="ask-checkin", subject_id=pairing.id
        ),
        idempotency_key=id_from("ask-checkin", pairing.id, number),
    )
    return outcome is Written.NOW
