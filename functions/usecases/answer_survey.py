"""Show the end survey to somebody who is asked, and take their answers."""

from collections.abc import Mapping
from dataclasses import dataclass

from functions.office import Office
from functions.programme.links import Link, id_from
from functions.programme.people import Answer, Enrolment
from functions.programme.questionnaire import Questionnaire
from functions.storage import enrolments, surveys
from functions.storage.table import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyView:
    """The survey, who is asked, and what they answered before, if anything."""

    survey: Questionnaire
    me: Enrolment
    given: Mapping[str, Answer]


def survey(office: Office, link: Link) -> SurveyView | None:
    """Return the survey that the link opens, or None when its person is gone."""
    me = enrolments.get(office.table, link.cohort_id, link.person_id)
    if me is None:
        return None
    given = surveys.answer_of(office.table, link.cohort_id, link.person_id)
    return SurveyView(survey=office.survey, me=me, given=given.answers if given else {})


def answer(office: Office, link: Link, answers: Mapping[str, Answer]) -> None:
    """Keep the answers, checked at the door; sent again, the later ones replace the first."""
    now = office.clock()
    asked = office.survey
    office.table.commit(
        [surveys.answer(link.cohort_id, link.person_id, asked.name, asked.version, answers, now)],
        event=Event(
            cohort_id=link.cohort_id,
            at=now,
            actor=f"person:{link.person_id}",
            action="answer-survey",
            subject_id=link.person_id,
        ),
        writer=id_from("answer-survey", link.id, now.isoformat()),
    )
