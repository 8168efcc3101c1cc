"""Make the pairings of a published run and queue both introductions of each; tell those left without one.

Each pairing, its two links and its two mails are one transaction whose ids follow from the run, so a
worker that is killed anywhere, or has no time left, is followed by one that leaves out what stands and makes
only the rest.
"""

import logging
from collections.abc import Collection, Sequence

from functions.i18n.reasons import speaks_for, weightiest
from functions.matching import Pair
from functions.messages.kinds import MessageKind
from functions.messages.outbox import NewMessage, message_id, queue_message
from functions.programme.cohort import Cohort
from functions.programme.links import id_from
from functions.programme.pairing import Pairing
from functions.programme.people import Enrolment, EnrolmentState
from functions.programme.run import Run, RunState
from functions.queues import trigger_sending
from functions.services import Services
from functions.storage.enrolment import cohorts, enrolments
from functions.storage.messages import outbox
from functions.storage.pairings import pairings
from functions.storage.runs import documents, runs
from functions.storage.table import Change, Event

log = logging.getLogger("kith")


def introduce_pairs(services: Services, cohort_id: str, run_id: str) -> int:
    """Return how many pairings the run has; nothing is done for one that is not published.

    Raises OutOfTimeError between two pairs, or two people, when time is up.
    """
    run = runs.get(services.table, cohort_id, run_id)
    cohort = cohorts.get(services.table, cohort_id)
    if run is None or cohort is None or run.state is not RunState.PUBLISHED or run.published_at is None:
        return 0
    pairs = documents.load_proposal(services.table, cohort_id, run.proposals_sha256).pairs
    if run.introduced_at is None:
        _introduce(services, cohort, run, pairs)
    return len(pairs)


def _introduce(services: Services, cohort: Cohort, run: Run, pairs: Sequence[Pair]) -> None:
    people = {enrolment.id: enrolment for enrolment in enrolments.in_cohort(services.table, cohort.id)}
    stand = {pairing.id for pairing in _made(services, run)}
    for pair in pairs:
        pairing = _pairing(cohort, run, pair)
        if pairing.id not in stand:
            services.time_limit.check()
            _introduce_pair(services, cohort, run, pairing, (people[pair.mentor], people[pair.mentee]))
    _tell_those_left_over(services, cohort, run, list(people.values()))
    services.table.commit(
        [runs.introduction(run, services.clock())],
        event=_event(services, run, "introduced", run.id),
        idempotency_key=id_from("introduced", run.id),
    )
    log.info("pairs introduced", extra={"run_id": run.id, "pairs": len(pairs)})
    trigger_sending(services.mail_queue)


def _made(services: Services, run: Run) -> list[Pairing]:
    """Return the pairings of the run that stand already."""
    return [each for each in pairings.in_cohort(services.table, run.cohort_id) if each.run_id == run.id]


def _introduce_pair(
    services: Services, cohort: Cohort, run: Run, pairing: Pairing, both: tuple[Enrolment, Enrolment]
) -> None:
    # Whoever has left since the publication is introduced to nobody: the commit itself asks.
    services.table.commit(
        [
            *pairings.creation(pairing),
            *(enrolments.has_a_place(person) for person in both),
            *_introductions(services, cohort, pairing, both),
        ],
        event=_event(services, run, "introduce", pairing.id),
        idempotency_key=id_from("introduce", pairing.id),
    )


def _tell_those_left_over(
    services: Services, cohort: Cohort, run: Run, people: Collection[Enrolment]
) -> None:
    # Only who was introduced has a partner: whose partner left first is left over as well.
    paired = {person_id for each in _made(services, run) for person_id in (each.mentor_id, each.mentee_id)}
    left = [each for each in people if each.state is EnrolmentState.CONFIRMED and each.id not in paired]
    # Who was told by a worker before us is known by the message; it is read where anybody is left.
    told = {message.id for message in outbox.in_cohort(services.table, cohort.id)} if left else set()
    for person in left:
        if message_id(_left_over(run, person)) not in told:
            services.time_limit.check()
            _tell_left_over(services, cohort, run, person)


def _left_over(run: Run, person: Enrolment) -> NewMessage:
    return NewMessage(kind=MessageKind.WAITING, to=person, about=run.id)


def _tell_left_over(services: Services, cohort: Cohort, run: Run, person: Enrolment) -> None:
    """Queue the mail which says that this time there was nobody and why, and that they wait now."""
    told = _left_over(run, person)
    at = run.published_at or run.requested_at
    services.table.commit(
        [enrolments.has_a_place(person), *queue_message(told, cohort, at=at, link_keys=services.link_keys)],
        event=_event(services, run, "left-over", person.id),
        idempotency_key=id_from("left-over", run.id, person.id),
    )


def _pairing(cohort: Cohort, run: Run, pair: Pair) -> Pairing:
    at = run.published_at or run.requested_at
    return Pairing(
        id=id_from("pairing", run.id, pair.mentor, pair.mentee),
        cohort_id=cohort.id,
        run_id=run.id,
        mentor_id=pair.mentor,
        mentee_id=pair.mentee,
        score=pair.score,
        policy=run.policy,
        reasons=tuple(
            reason for reason in weightiest(pair.reasons) if speaks_for(reason) and not reason.private
        ),
        introduced_at=at,
        introduced_on=cohort.today(at),
        in_group="groups" in run.summary,
    )


def _introductions(
    services: Services, cohort: Cohort, pairing: Pairing, both: tuple[Enrolment, Enrolment]
) -> list[Change]:
    return [
        change
        for person in both
        for change in queue_message(
            NewMessage(kind=MessageKind.INTRODUCTION, to=person, about=pairing.id),
            cohort,
            at=pairing.introduced_at,
            link_keys=services.link_keys,
        )
    ]


def _event(services: Services, run: Run, action: str, subject_id: str) -> Event:
    return Event(
        cohort_id=run.cohort_id,
        at=services.clock(),
        actor=f"run:{run.id}",
        action=action,
        subject_id=subject_id,
    )
