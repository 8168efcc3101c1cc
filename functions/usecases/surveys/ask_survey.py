"""Send each survey to those whom it asks, once, on the day that follows from their own dates."""

from collections import defaultdict
from collections.abc import Iterator

from functions.messages.kinds import MessageKind
from functions.messages.outbox import NewMessage, queue_message
from functions.programme.cohort import Cohort
from functions.programme.evaluation.moments import Milestones, asks_on, moment_due
from functions.programme.links import id_from
from functions.programme.pairing import Pairing
from functions.programme.people import Enrolment, EnrolmentState
from functions.programme.programme import Moment
from functions.queues import trigger_sending
from functions.services import Services
from functions.storage.enrolment import cohorts, enrolments
from functions.storage.pairings import pairings
from functions.storage.surveys import surveys
from functions.storage.table import Event, Written


def ask_survey(services: Services) -> int:
    """Return how many people were asked now, over all cohorts; nobody is asked twice at one moment.

    What is due follows from dates, in every stage of the cohort: half a year after its end, a cohort that
    has long been closed is asked once more. Raises OutOfTimeError between two people when time is up.
    """
    now, moments = services.clock(), services.programme.surveys
    asked = sum(
        _ask_in(services, cohort)
        for cohort in cohorts.every(services.table)
        if asks_on(cohort, moments, cohort.today(now))
    )
    if asked:
        trigger_sending(services.mail_queue)
    return asked


def _ask_in(services: Services, cohort: Cohort) -> int:
    due = list(_due(services, cohort))
    # A survey stays due until the next one is, so on most days everything due has been asked.
    asked = surveys.requested(services.table, cohort.id) if due else set()
    count = 0
    for moment, person in due:
        if (moment, person.id) not in asked:
            services.time_limit.check()
            count += _ask(services, cohort, moment, person)
    return count


def _due(services: Services, cohort: Cohort) -> Iterator[tuple[Moment, Enrolment]]:
    """Yield who has a place and a survey due today, whether they were asked already or not."""
    today = cohort.today(services.clock())
    mine: dict[str, list[Pairing]] = defaultdict(list)
    for pairing in pairings.in_cohort(services.table, cohort.id):
        mine[pairing.mentor_id].append(pairing)
        mine[pairing.mentee_id].append(pairing)
    for person in enrolments.in_cohort(services.table, cohort.id):
        if person.state is EnrolmentState.CONFIRMED:
            reached = _reached(cohort, person, mine[person.id])
            moment = moment_due(cohort, reached, services.programme.surveys, today)
            if moment is not None:
                yield moment, person


def _reached(cohort: Cohort, person: Enrolment, theirs: list[Pairing]) -> Milestones:
    return Milestones(
        confirmed_on=cohort.today(person.decided_at or person.confirmed_at or person.enrolled_at),
        trained_on=cohort.today(person.trained_at) if person.trained_at else None,
        introduced_on=min((pairing.introduced_on for pairing in theirs), default=None),
        still_paired=any(not pairing.ended for pairing in theirs),
    )


def _ask(services: Services, cohort: Cohort, moment: Moment, person: Enrolment) -> bool:
    now = services.clock()
    outcome = services.table.commit(
        [
            surveys.request(cohort.id, moment, person.id, now),
            *queue_message(
                NewMessage(kind=MessageKind.SURVEY, to=person, about=moment),
                cohort,
                at=now,
                link_keys=services.link_keys,
            ),
        ],
        event=Event(
            cohort_id=cohort.id,
            at=now,
            actor="schedule",
            action=f"ask-survey-{moment}",
            subject_id=person.id,
        ),
        idempotency_key=id_from("ask-survey", moment, person.id),
    )
    return outcome is Written.NOW
