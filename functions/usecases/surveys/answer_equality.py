"""Ask somebody about equality, once, and count what they answer without keeping it."""

from collections.abc import Mapping
from datetime import UTC, datetime, time

from functions.programme.evaluation.equality import marks_of
from functions.programme.links import Link, Purpose, equality_link_id, link_token
from functions.programme.people import Answer
from functions.programme.questionnaire import Questionnaire
from functions.services import Services
from functions.storage.access import links
from functions.storage.enrolment import enrolments
from functions.storage.surveys import equality
from functions.storage.table import Event


def questions(services: Services, link: Link) -> Questionnaire | None:
    """Return the questions; None where the programme has none, or the link's person is gone."""
    name = services.programme.equality
    if name is None or enrolments.get(services.table, link.cohort_id, link.person_id) is None:
        return None
    return services.questionnaires[name]


def equality_path(services: Services, cohort_id: str, person_id: str) -> str | None:
    """Return the path of the page with the questions for this person; None where it can't be opened now."""
    link_id = equality_link_id(person_id)
    opened = links.find_by_id(services.table, link_id, services.clock())
    if opened is None or opened.cohort_id != cohort_id:
        return None
    return f"/my/{Purpose.EQUALITY}/{link_token(services.link_keys[0], link_id)}"


def answered(services: Services, link: Link) -> bool:
    """Return whether the link's person has answered already."""
    return equality.has_participated(services.table, link.cohort_id, link.person_id)


def answer(services: Services, link: Link, asked: Questionnaire, answers: Mapping[str, Answer]) -> None:
    """Count the answers; those of somebody who has answered already change nothing, nor do none at all.

    The idempotency key and the subject are random and the time is that of the day's beginning: neither the
    records nor the audit trail say who it was, or when.
    """
    marks = marks_of(asked, answers)
    if not marks:
        return
    lot = services.new_id()
    services.table.commit(
        [
            equality.participation(link.cohort_id, link.person_id),
            equality.addition(link.cohort_id, asked.version, marks),
        ],
        event=Event(
            cohort_id=link.cohort_id,
            at=datetime.combine(services.clock().date(), time.min, tzinfo=UTC),
            actor="somebody",
            action="answer-equality",
            subject_id=lot,
        ),
        idempotency_key=lot,
    )
