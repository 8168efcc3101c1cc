"""See who is in a cohort: in which state since when, who awaits a decision, who has not done the training."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from functions.cohort_reader import CohortReader
from functions.matching import Criterion, PolicyError, Rule, parse_policy
from functions.programme.people import Answer, Enrolment, EnrolmentState, Role
from functions.programme.questionnaire import Kind, Question, Use
from functions.programme.roll import RollEntry
from functions.services import questionnaire_for
from functions.storage.enrolment import enrolments

# Answers that stand between the person and the coordinators, whatever the policy says of them.
PRIVATE = frozenset({"avoid", "supervisor", "wish", "previous_mentor"})


class PeopleFilter(StrEnum):
    """A list of people that a coordinator works through."""

    EVERYBODY = "everybody"
    UNCONFIRMED = "unconfirmed"
    APPLIED = "applied"
    WAITING = "waiting"  # as `waiting_list` knows them: also those with a place for whom a run found nobody
    PLACE = "place"
    UNTRAINED = "untrained"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


BELONGS: Mapping[PeopleFilter, Callable[[RollEntry], bool]] = {
    PeopleFilter.EVERYBODY: lambda _: True,
    PeopleFilter.UNCONFIRMED: lambda person: person.state is EnrolmentState.UNCONFIRMED,
    PeopleFilter.APPLIED: lambda person: person.state is EnrolmentState.APPLIED,
    PeopleFilter.WAITING: lambda person: person.state is EnrolmentState.WAITING,
    PeopleFilter.PLACE: lambda person: person.state is EnrolmentState.CONFIRMED,
    PeopleFilter.UNTRAINED: lambda person: person.state is EnrolmentState.CONFIRMED and not person.trained,
    PeopleFilter.DECLINED: lambda person: person.state is EnrolmentState.DECLINED,
    PeopleFilter.WITHDRAWN: lambda person: person.state is EnrolmentState.WITHDRAWN,
    PeopleFilter.ERASED: lambda person: person.state is EnrolmentState.ERASED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleList:
    """The people of one list, of one role or of both, and how many each list of the cohort holds.

    `since` says from when each is in it: in the state that it is about, or waiting.
    """

    people: tuple[RollEntry, ...]
    since: Mapping[str, datetime]
    counts: Mapping[PeopleFilter, int]


def list_people(
    reader: CohortReader, which: PeopleFilter, *, role: Role | None = None, search: str = ""
) -> PeopleList:
    """Return a list of people in whose name or address every word of the search is found."""
    waiting = reader.waiting
    lists = {each: [person for person in reader.people if BELONGS[each](person)] for each in PeopleFilter} | {
        PeopleFilter.WAITING: [one.person for one in waiting]
    }
    since = {person.id: person.since for person in reader.people}
    if which is PeopleFilter.WAITING:
        since |= {one.person.id: one.since for one in waiting}
    words = plain(search).split()
    return PeopleList(
        people=tuple(
            person for person in lists[which] if role in (None, person.role) and matches(person, words)
        ),
        since=since,
        counts={each: len(people) for each, people in lists.items()},
    )


def matches(person: RollEntry | None, words: Sequence[str]) -> bool:
    """Return whether each word, which is `plain`, is a part of the person's name or address."""
    if not words or person is None:
        return not words
    text = plain(f"{person.name} {person.email}")
    return all(word in text for word in words)


def plain(text: str) -> str:
    """Return a text as it is searched: without case, width and accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One question and what somebody answered; `private` is for the eyes of coordinators alone."""

    question: Question
    answer: Answer
    private: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OnePerson:
    """One person of a cohort, as a coordinator who decides about them needs to see them."""

    person: Enrolment
    answers: tuple[Given, ...]


def one_person(reader: CohortReader, enrolment_id: str) -> OnePerson | None:
    """Return one person with their answers, or None when there is no such person."""
    services, cohort = reader.services, reader.cohort
    person = enrolments.get(services.table, cohort.id, enrolment_id)
    if person is None:
        return None
    private = PRIVATE | _private_by(services.policies.get(cohort.policy, ""))
    asked = questionnaire_for(services, person.role).questions
    return OnePerson(
        person=person,
        answers=tuple(
            Given(question=question, answer=person.answers[question.name], private=question.name in private)
            for question in asked
            if question.name in person.answers and _is_shown(question)
        ),
    )


def _is_shown(question: Question) -> bool:
    """Return whether a coordinator sees the answer: not of consents, nor of questions about equality."""
    return question.kind is not Kind.CONSENT and question.use is not Use.MONITORING


def _private_by(policy: str) -> frozenset[str]:
    """Return the questions that a policy reads in private alone."""
    try:
        read = parse_policy(policy, file="policy")
    except PolicyError:
        return frozenset()
    ruled: list[Rule | Criterion] = [*read.rules, *read.criteria]
    columns = (column for what in ruled if what.private for column in (what.mentee, what.mentor))
    return frozenset(column for column in columns if column)
