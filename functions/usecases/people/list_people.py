"""See who is in a cohort: in which state since when, who awaits a decision, who has not done the training."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from functions.matching import Criterion, PolicyError, Rule, parse_policy
from functions.programme.cohort import Cohort
from functions.programme.people import Answer, Enrolment, EnrolmentState, Role
from functions.programme.questionnaire import Kind, Question, Use
from functions.services import Services, questionnaire_for
from functions.storage.enrolment import cohorts, enrolments

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


BELONGS: Mapping[PeopleFilter, Callable[[Enrolment], bool]] = {
    PeopleFilter.EVERYBODY: lambda _: True,
    PeopleFilter.UNCONFIRMED: lambda person: person.state is EnrolmentState.UNCONFIRMED,
    PeopleFilter.APPLIED: lambda person: person.state is EnrolmentState.APPLIED,
    PeopleFilter.WAITING: lambda person: person.state is EnrolmentState.WAITING,
    PeopleFilter.PLACE: lambda person: person.state is EnrolmentState.CONFIRMED,
    PeopleFilter.UNTRAINED: lambda person: (
        person.state is EnrolmentState.CONFIRMED and person.trained_at is None
    ),
    PeopleFilter.DECLINED: lambda person: person.state is EnrolmentState.DECLINED,
    PeopleFilter.WITHDRAWN: lambda person: person.state is EnrolmentState.WITHDRAWN,
    PeopleFilter.ERASED: lambda person: person.state is EnrolmentState.ERASED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Everybody in a cohort, who applied first first, and how many each list holds."""

    everybody: tuple[Enrolment, ...]

    def in_group(self, group: PeopleFilter, role: Role | None = None) -> list[Enrolment]:
        """Return the people of that list, of one role or of both."""
        return [person for person in self.everybody if BELONGS[group](person) and role in (None, person.role)]

    @property
    def counts(self) -> dict[PeopleFilter, int]:
        """How many people each list holds."""
        return {group: len(self.in_group(group)) for group in PeopleFilter}


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One question and what somebody answered; `private` is for the eyes of coordinators alone."""

    question: Question
    answer: Answer
    private: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OnePerson:
    """One person of a cohort, as a coordinator who decides about them needs to see them."""

    cohort: Cohort
    person: Enrolment
    answers: tuple[Given, ...]


def people_of(services: Services, cohort_id: str) -> People:
    """Return everybody in the cohort."""
    found = enrolments.in_cohort(services.table, cohort_id)
    return People(everybody=tuple(sorted(found, key=lambda person: (person.enrolled_at, person.id))))


def one_person(services: Services, cohort_id: str, enrolment_id: str) -> OnePerson | None:
    """Return one person with their answers, or None when there is no such person."""
    cohort = cohorts.get(services.table, cohort_id)
    person = enrolments.get(services.table, cohort_id, enrolment_id)
    if cohort is None or person is None:
        return None
    private = PRIVATE | _private_by(services.policies.get(cohort.policy, ""))
    asked = questionnaire_for(services, person.role).questions
    return OnePerson(
        cohort=cohort,
        person=person,
        answers=tuple(
            Given(question=question, answer=person.answers[question.name], private=question.name in private)
            for question in asked
            if question.name in person.answers and _told(question)
        ),
    )


def since(person: Enrolment) -> datetime:
    """Return since when the person is in their state."""
    reached = {
        EnrolmentState.APPLIED: person.confirmed_at,
        EnrolmentState.WAITING: person.confirmed_at,
        EnrolmentState.CONFIRMED: person.decided_at or person.confirmed_at,
        EnrolmentState.DECLINED: person.decided_at,
        EnrolmentState.WITHDRAWN: person.withdrawn_at,
        EnrolmentState.ERASED: person.erased_at,
    }
    return reached.get(person.state) or person.enrolled_at


def _told(question: Question) -> bool:
    """Return whether a coordinator sees the answer: consents stand beside, equality is nobody's to see."""
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
