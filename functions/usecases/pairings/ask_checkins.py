"""Ask every pairing the check-in that is due today in its cohort's zone, once."""

from functions.programme.cohort import Cohort, Stage, stage_of
from functions.programme.links import id_from
from functions.programme.messages import MessageKind
from functions.programme.pairing import Pairing, checkin_due
from functions.programme.people import Enrolment
from functions.services import Office, Outgoing
from functions.storage.enrolment import cohorts, enrolments
from functions.storage.pairings import checkins, pairings
from functions.storage.table import Change, Event, Written


def ask_checkins(office: Office) -> int:
    """Return how many pairings were asked now, over all cohorts.

    What is due follows from dates alone, so a schedule that ticks late, twice or not at all for a
    week asks each pairing at most one question, and no question twice.
    """
    now = office.clock()
    return sum(
        _ask_in(office, cohort)
        for cohort in cohorts.every(office.table)
        if stage_of(cohort, cohort.today(now)) is Stage.ACTIVE
    )


def _ask_in(office: Office, cohort: Cohort) -> int:
    today = cohort.today(office.clock())
    after = office.programme.checkin_days
    due = [
        (pairing, number)
        for pairing in pairings.in_cohort(office.table, cohort.id)
        if not pairing.ended
        and (number := checkin_due(pairing.introduced_on, cohort.ends_on, today, after)) is not None
    ]
    # A check-in stays due until the next one is, so on most days everything due has been asked.
    asked = checkins.asked(office.table, cohort.id) if due else set()
    new = [(pairing, number) for pairing, number in due if (pairing.id, number) not in asked]
    if not new:
        return 0
    people = {enrolment.id: enrolment for enrolment in enrolments.in_cohort(office.table, cohort.id)}
    count = sum(_ask(office, cohort, pairing, number, people) for pairing, number in new)
    office.mail_soon()
    return count


def _ask(office: Office, cohort: Cohort, pairing: Pairing, number: int, people: dict[str, Enrolment]) -> bool:
    now = office.clock()
    letters: list[Change] = [
        change
        for person_id in (pairing.mentor_id, pairing.mentee_id)
        for change in office.letter(
            Outgoing(kind=MessageKind.CHECKIN, to=people[person_id], about=pairing.id, checkin=number),
            at=now,
            until=cohort.end_of(cohort.ends_on),
        )
    ]
    outcome = office.table.commit(
        [checkins.asking(pairing, number, now), *letters],
        event=Event(
            cohort_id=cohort.id, at=now, actor="schedule", action="ask-checkin", subject_id=pairing.id
        ),
        idempotency_key=id_from("ask-checkin", pairing.id, number),
    )
    return outcome is Written.NOW
