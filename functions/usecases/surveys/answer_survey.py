"""Show a survey to somebody who is asked, and take their answers."""

from collections.abc import Mapping
from dataclasses import dataclass

from functions.programme.links import Link, id_from
from functions.programme.people import Answer, Enrolment
from functions.programme.programme import Moment
from functions.programme.questionnaire import Questionnaire
from functions.services import Services
from functions.storage.enrolment import enrolments
from functions.storage.surveys import surveys
from functions.storage.surveys.surveys import SurveyAnswer
from functions.storage.table import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyView:
    """The survey of a moment, who is asked, and what they answered before, if anything."""

    moment: Moment
    survey: Questionnaire
    me: Enrolment
    given: Mapping[str, Answer]


def survey(services: Services, link: Link) -> SurveyView | None:
    """Return the survey that the link opens; None when its person is gone, or it is asked no more."""
    me = enrolments.get(services.table, link.cohort_id, link.person_id)
    moment = next((each for each in services.programme.surveys if each == link.about), None)
    if me is None or moment is None:
        return None
    given = surveys.answer_of(services.table, link.cohort_id, moment, link.person_id)
    return SurveyView(
        moment=moment,
        survey=services.questionnaires[services.programme.surveys[moment]],
        me=me,
        given=given.answers if given else {},
    )


def answer(services: Services, link: Link, answers: Mapping[str, Answer]) -> None:
    """Keep the answers, checked at the door; sent again, the later ones replace the first.

    Those of somebody who has been erased since they opened the page are not kept: the commit itself asks.
    """
    now = services.clock()
    moment = Moment(link.about)
    asked = services.questionnaires[services.programme.surveys[moment]]
    given = SurveyAnswer(
        person_id=link.person_id,
        moment=moment,
        survey=asked.name,
        survey_version=asked.version,
        answers=answers,
        answered_at=now,
    )
    services.table.commit(
        [surveys.answer(link.cohort_id, given), enrolments.is_not_erased(link.cohort_id, link.person_id)],
        event=Event(
            cohort_id=link.cohort_id,
            at=now,
            actor=f"person:{link.person_id}",
            action=f"answer-survey-{moment}",
            subject_id=link.person_id,
        ),
        idempotency_key=id_from("answer-survey", link.id, now.isoformat()),
    )
