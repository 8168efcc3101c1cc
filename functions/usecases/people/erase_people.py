"""Erase people: on their own wish at once, everybody of a cohort when its time is over.

    tombstone (one transaction)  ──▶  forget, everywhere else  ──▶  forgotten (with its audit entry)
                                          └── stopped anywhere: the daily job finishes it, person by person

What stays is that there was an enrolment in that role, and ids: in the audit trail, in pairings and in
what runs proposed. A suppressed address stays suppressed, as a digest.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from functions.messages.kinds import MessageKind
from functions.programme.cohort import Cohort
from functions.programme.links import (
    KEY_LIFETIME,
    Purpose,
    equality_link_id,
    id_from,
    stop_link_id,
)
from functions.programme.messages import Message, MessageState
from functions.programme.people import Enrolment, EnrolmentState
from functions.programme.programme import Moment
from functions.programme.retention import answers_kept_until, people_kept_until
from functions.programme.run import RunState
from functions.services import Services
from functions.storage.access import links
from functions.storage.enrolment import cohorts, enrolments
from functions.storage.messages import outbox
from functions.storage.pairings import pairings
from functions.storage.runs import documents, runs
from functions.storage.stale_reads import repeat_when_stale
from functions.storage.surveys import surveys
from functions.storage.table import Event, Refusal


class Erased(Enum):
    """What became of the wish to be erased."""

    NOW = auto()
    BEFORE = auto()
    GONE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionResult:
    """How many people a day's work erased, whose answers alone, and for how many it finished earlier work."""

    people: int
    answers: int
    finished: int


def erase(services: Services, cohort_id: str, person_id: str, *, actor: str) -> Erased:
    """Erase one person; again, what was left undone is finished. Their pairings: `end_pairings`."""
    erased = _tombstone(services, cohort_id, person_id, actor)
    if erased is not Erased.GONE:
        _finish_in(services, cohort_id)
    return erased


def erase_what_is_over(services: Services) -> RetentionResult:
    """Erase what the programme keeps no longer, in every cohort, and finish what was left undone.

    What is over follows from the cohort's dates, so a day that is missed or comes twice changes nothing.
    Raises OutOfTimeError between two people when time is up; what is left follows from the records.
    """
    people = answers = finished = 0
    for cohort in cohorts.every(services.table):
        today = cohort.today(services.clock())
        if today > answers_kept_until(services.programme, cohort):
            answers += _erase_answers(services, cohort)
        if today > people_kept_until(services.programme, cohort):
            people += _erase_everybody(services, cohort)
        finished += _finish_in(services, cohort.id)
    return RetentionResult(people=people, answers=answers, finished=finished)


def _erase_answers(services: Services, cohort: Cohort) -> int:
    """Take the answers away, and first what was made of them: the answers say that there is work left."""
    table, now = services.table, services.clock()
    holders = [person for person in enrolments.in_cohort(table, cohort.id) if person.answers]
    if not holders:
        return 0
    for sha256 in documents.listed(table, cohort.id):
        documents.erase(table, cohort.id, sha256)
    for pairing in [each for each in pairings.in_cohort(table, cohort.id) if each.reasons]:
        services.time_limit.check()
        table.write_unaudited(pairings.without_reasons(pairing), idempotency_key=f"retention:{pairing.id}")
    for person in holders:
        services.time_limit.check()
        table.commit(
            [enrolments.without_answers(person)],
            event=_event(person, "schedule", "erase-answers", now),
            idempotency_key=id_from("erase-answers", person.id),
        )
    return len(holders)


def _erase_everybody(services: Services, cohort: Cohort) -> int:
    there = [
        person
        for person in enrolments.in_cohort(services.table, cohort.id)
        if person.state is not EnrolmentState.ERASED
    ]
    if there:
        for sha256 in documents.listed(services.table, cohort.id):
            documents.erase(services.table, cohort.id, sha256)
    for person in there:
        services.time_limit.check()
        _tombstone(services, cohort.id, person.id, "schedule")
    return len(there)


@repeat_when_stale
def _tombstone(services: Services, cohort_id: str, person_id: str, actor: str) -> Erased | None:
    person = enrolments.get(services.table, cohort_id, person_id)
    if person is None:
        return Erased.GONE
    if person.state is EnrolmentState.ERASED:
        return Erased.BEFORE
    now = services.clock()
    outcome = services.table.commit(
        enrolments.tombstone(person, now),
        event=_event(person, actor, "erase", now),
        idempotency_key=id_from("erase", person.id),
    )
    return None if isinstance(outcome, Refusal) else Erased.NOW


def _finish_in(services: Services, cohort_id: str) -> int:
    """Forget everybody in the cohort who is erased and not yet forgotten; return how many are forgotten now.

    While a run works it may still write down what it has read: then the next day finishes.
    """
    table = services.table
    erased = [
        person for person in enrolments.in_cohort(table, cohort_id) if person.state is EnrolmentState.ERASED
    ]
    left = [person for person in erased if person.forgotten_at is None]
    if not left:
        return 0
    working = any(run.state is RunState.RUNNING for run in runs.in_cohort(table, cohort_id))
    _forget_in_documents(services, cohort_id, erased, working=working)
    for person in left:
        services.time_limit.check()
        _forget_person(services, person)
        if not working:
            _note_forgotten(services, person)
    return 0 if working else len(left)


def _note_forgotten(services: Services, person: Enrolment) -> None:
    now = services.clock()
    services.table.commit(
        [enrolments.forgetting(person, now)],
        event=_event(person, "programme", "forgotten", now),
        idempotency_key=id_from("forgotten", person.id),
    )


def _forget_person(services: Services, person: Enrolment) -> None:
    """Take away whatever names one erased person, but in documents; done again, nothing changes."""
    table = services.table
    _forget_mail(services, person)
    for moment in Moment:
        change = surveys.forgetting(person.cohort_id, moment, person.id)
        table.write_unaudited(change, idempotency_key=f"forget:{person.id}")
    for pairing in pairings.of(table, person.cohort_id, person.id):
        table.write_unaudited(pairings.without_reasons(pairing), idempotency_key=f"forget:{person.id}")


def _forget_mail(services: Services, person: Enrolment) -> None:
    """Drop what is due to one person and close every link they had.

    But the one with which they have just erased themselves: pressed twice, its page is the same.
    """
    now = services.clock()
    for message in outbox.to_person(services.table, person.cohort_id, person.id):
        if message.state is MessageState.DUE:
            outbox.drop(services.table, message, reason="recipient erased", now=now)
        if not _still_erases(message, now):
            _close(services, message.link_id)
    _close(services, stop_link_id(person.id))
    _close(services, equality_link_id(person.id))


def _still_erases(message: Message, now: datetime) -> bool:
    return (
        message.kind == MessageKind.KEY
        and message.about == Purpose.ERASE
        and now < message.due_at + KEY_LIFETIME
    )


def _close(services: Services, link_id: str) -> None:
    services.table.write_unaudited(links.forgetting(link_id), idempotency_key=f"forget:{link_id}")


def _forget_in_documents(
    services: Services, cohort_id: str, erased: Collection[Enrolment], *, working: bool
) -> None:
    """Take everybody who is erased out of each document in which they may still stand."""
    table, ids = services.table, {person.id for person in erased}
    until = max(person.erased_at for person in erased if person.erased_at)
    for sha256 in documents.not_cleared(table, cohort_id, until):
        services.time_limit.check()
        documents.forget(table, cohort_id, sha256, ids)
        if working:
            continue
        if not documents.finished(table, cohort_id, sha256):
            documents.erase(table, cohort_id, sha256)
        documents.note_cleared(table, cohort_id, sha256, until)


def _event(person: Enrolment, actor: str, action: str, at: datetime) -> Event:
    return Event(cohort_id=person.cohort_id, at=at, actor=actor, action=action, subject_id=person.id)
