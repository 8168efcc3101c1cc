"""Surveys: who was asked at which moment, once, and what each person last answered to it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from boto3.dynamodb.conditions import Attr

from functions.programme.people import Answer
from functions.programme.programme import Moment
from functions.storage import keys
from functions.storage.item_values import answers_of, instant, instant_text, item_of
from functions.storage.table import Change, Item, Table, amendment, deletion
from functions.storage.table import creation as creation_at


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyAnswer:
    """One person's answers to a moment's survey; `survey_version` is that of the questions they saw."""

    person_id: str
    moment: Moment
    survey: str
    survey_version: str
    answers: Mapping[str, Answer]
    answered_at: datetime


def request(cohort_id: str, moment: Moment, person_id: str, at: datetime) -> Change:
    """Return the change that says a person was asked at that moment; refused the second time."""
    fact = {"person_id": person_id, "moment": str(moment), "asked_at": instant_text(at)}
    return creation_at(keys.survey_request(cohort_id, moment, person_id), fact)


def requested(table: Table, cohort_id: str) -> set[tuple[Moment, str]]:
    """Return whom of the cohort was asked what: moments and ids of people."""
    facts = table.query(keys.surveys(cohort_id), "SURVEY-REQUEST#")
    return {(Moment(fact["moment"]), fact["person_id"]) for fact in facts}


def answer(cohort_id: str, given: SurveyAnswer) -> Change:
    """Return the change that keeps a person's answers in place of their earlier ones.

    Older answers never replace newer ones, and one request's answers count once.
    """
    facts = item_of(given)
    newer = Attr(keys.PARTITION).not_exists() | Attr("answered_at").lte(facts["answered_at"])
    return amendment(
        keys.survey(cohort_id, given.moment, given.person_id),
        facts,
        condition=newer,
        adds={"times": 1},
        once_per_key=True,
    )


def answers(table: Table, cohort_id: str) -> Iterator[SurveyAnswer]:
    """Yield everyone's answers to every survey, by moment and person."""
    return map(_answer, table.query(keys.surveys(cohort_id), "SURVEY#"))


def answer_of(table: Table, cohort_id: str, moment: Moment, person_id: str) -> SurveyAnswer | None:
    """Return one person's answers to a moment's survey, or None."""
    item = table.read(keys.survey(cohort_id, moment, person_id))
    return None if item is None else _answer(item)


def forgetting(cohort_id: str, moment: Moment, person_id: str) -> Change:
    """Return the change after which a person's answers to a moment's survey are gone; made again at will."""
    return deletion(keys.survey(cohort_id, moment, person_id))


def _answer(item: Item) -> SurveyAnswer:
    return SurveyAnswer(
        person_id=item["person_id"],
        moment=Moment(item["moment"]),
        survey=item["survey"],
        survey_version=item["survey_version"],
        answers=answers_of(item["answers"]),
        answered_at=instant(item["answered_at"]),
    )
