"""Change one's answers, until enrolment closes; what a run has frozen stays as it was."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto

from functions.programme.cohort import Cohort, Stage, stage_of
from functions.programme.links import Link, id_from
from functions.programme.people import STANDING, Answer, Enrolment
from functions.programme.questionnaire import Questionnaire
from functions.services import Services, questionnaire_for
from functions.storage.enrolment import cohorts, enrolments
from functions.storage.table import Event, Written


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView:
    """A person's answers as they stand; `open` says whether they can still be changed."""

    enrolment: Enrolment
    questionnaire: Questionnaire
    cohort: Cohort
    open: bool


class Changed(Enum):
    """What became of the new answers."""

    NOW = auto()
    STALE = auto()  # they were changed since this page was opened, or the person has left
    CLOSED = auto()
    GONE = auto()


def answers_of(services: Services, link: Link) -> ChangeView | None:
    """Return the answers that the link is about, or None when nobody stands behind it any more."""
    enrolment = enrolments.get(services.table, link.cohort_id, link.person_id)
    cohort = cohorts.get(services.table, link.cohort_id)
    if enrolment is None or cohort is None or enrolment.state not in STANDING:
        return None
    return ChangeView(
        enrolment=enrolment,
        questionnaire=questionnaire_for(services, enrolment.role),
        cohort=cohort,
        open=stage_of(cohort, cohort.today(services.clock())) is Stage.ENROLLING,
    )


def change(services: Services, link: Link, answers: Mapping[str, Answer], *, version: int) -> Changed:
    """Put the answers, checked at the door, in place of those of that version.

    The address stays what it was: the place belongs to it. The code of conduct counts as accepted again
    only where its version is another one by now.
    """
    view = answers_of(services, link)
    if view is None:
        return Changed.GONE
    if not view.open:
        return Changed.CLOSED
    now = services.clock()
    was = view.enrolment
    capacity = answers.get("capacity", 1)
    changed = replace(
        was,
        name=str(answers["name"]),
        capacity=capacity if isinstance(capacity, int) else 1,
        answers={name: answer for name, answer in answers.items() if name not in ("name", "email")},
        questionnaire_version=view.questionnaire.version,
    )
    conduct = services.programme.enrolling.code_of_conduct
    if answers.get("code_of_conduct") is True and was.code_of_conduct != conduct:
        changed = replace(changed, code_of_conduct=conduct, accepted_at=now)
    outcome = services.table.commit(
        [enrolments.change(changed, replace(was, version=version))],
        event=Event(
            cohort_id=was.cohort_id,
            at=now,
            actor=f"person:{was.id}",
            action="change-answers",
            subject_id=was.id,
        ),
        idempotency_key=id_from("change-answers", link.id, version, repr(sorted(answers.items()))),
    )
    return Changed.NOW if isinstance(outcome, Written) else Changed.STALE
