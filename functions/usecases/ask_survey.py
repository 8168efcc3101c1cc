"""Send the end survey to everyone who had a pairing, once, when the pairings end."""

from functions.office import Office, Outgoing
from functions.programme.cohort import Cohort, Stage, stage_of
from functions.programme.links import id_from
from functions.programme.messages import MessageKind
from functions.programme.people import Enrolment
from functions.programme.programme import Moment
from functions.storage import cohorts, enrolments, pairings, surveys
from functions.storage.table import Event, Written


def ask_survey(office: Office) -> int:
    """Return how many people were asked now, over all cohorts; nobody is asked twice."""
    now = office.clock()
    closing = [
        cohort
        for cohort in cohorts.every(office.table)
        if stage_of(cohort, cohort.today(now)) is Stage.CLOSING
    ]
    asked = sum(_ask_in(office, cohort) for cohort in closing)
    if asked:
        office.mail_soon()
    return asked


def _ask_in(office: Office, cohort: Cohort) -> int:
    paired = {
        person_id
        for pairing in pairings.in_cohort(office.table, cohort.id)
        for person_id in (pairing.mentor_id, pairing.mentee_id)
    }
    waiting = paired - surveys.asked(office.table, cohort.id)
    if not waiting:
        return 0
    return sum(
        _ask(office, cohort, enrolment)
        for enrolment in enrolments.in_cohort(office.table, cohort.id)
        if enrolment.id in waiting
    )


def _ask(office: Office, cohort: Cohort, enrolment: Enrolment) -> bool:
    now = office.clock()
    outcome = office.table.commit(
        [
            surveys.asking(cohort.id, enrolment.id, now),
            *office.letter(
                Outgoing(kind=MessageKind.SURVEY, to=enrolment, about=Moment.END),
                at=now,
                until=cohort.end_of(cohort.closed_after),
            ),
        ],
        event=Event(
            cohort_id=cohort.id, at=now, actor="schedule", action="ask-survey", subject_id=enrolment.id
        ),
        writer=id_from("ask-survey", enrolment.id),
    )
    return outcome is Written.NOW
