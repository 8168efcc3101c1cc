"""What a run is made from, frozen: the people as the engine takes them, the policy, the seed."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from functions.matching import Person
from functions.programme.people import WAITED, Enrolment, Role
from functions.programme.questionnaire import Questionnaire, Use

if TYPE_CHECKING:  # a policy is read where people are matched, and nowhere else
    from functions.matching import Columns

KIND = "snapshot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The people of a run by role, in the order of their ids, and all else that decides what comes of it.

    `policy` is its text, complete. `untrained` counts those with a place who were kept out of the run because
    they have not read the training. A role is in `says_capacity` when its questionnaire asks how many
    partners each takes; the people of the other role take the policy's number.
    """

    mentors: tuple[Person, ...]
    mentees: tuple[Person, ...]
    policy: str
    seed: int = 0
    says_capacity: frozenset[Role] = frozenset(Role)
    untrained: Mapping[Role, int] = field(default_factory=dict)

    def side(self, role: Role, columns: "Columns") -> list[Person]:
        """Return the people of one role with the capacity that counts: their own, or the policy's."""
        people = self.mentors if role is Role.MENTOR else self.mentees
        if role in self.says_capacity:
            return list(people)
        by_policy = columns.capacity if isinstance(columns.capacity, int) else 1
        return [replace(person, capacity=by_policy) for person in people]

    @property
    def people(self) -> dict[str, Person]:
        """Everybody by id."""
        return {person.id: person for person in (*self.mentors, *self.mentees)}

    def without(self, ids: Collection[str]) -> "Snapshot":
        """Return the snapshot without these people: nothing is left of them."""
        return replace(
            self,
            mentors=tuple(person for person in self.mentors if person.id not in ids),
            mentees=tuple(person for person in self.mentees if person.id not in ids),
        )

    def to_data(self) -> dict[str, Any]:
        """Return the snapshot as plain data."""
        return {
            "kind": KIND,
            "mentors": [_to_data(person) for person in self.mentors],
            "mentees": [_to_data(person) for person in self.mentees],
            "policy": self.policy,
            "seed": self.seed,
            "says_capacity": sorted(str(role) for role in self.says_capacity),
            "untrained": {str(role): count for role, count in self.untrained.items() if count},
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Snapshot":
        """Return the snapshot that the data stand for."""
        return cls(
            mentors=tuple(map(_from_data, data["mentors"])),
            mentees=tuple(map(_from_data, data["mentees"])),
            policy=data["policy"],
            seed=data["seed"],
            says_capacity=frozenset(map(Role, data["says_capacity"])),
            untrained={Role(role): count for role, count in data["untrained"].items()},
        )


def person_for_matching(enrolment: Enrolment, questionnaire: Questionnaire) -> Person:
    """Return all that the engine may know of a person, and no more.

    Those are the answers that the questionnaire says are for matching, and by what others name the person.
    Two enrolments that give the same person are the same to every rule and criterion, so a proposal that was
    verified for one holds for the other.
    """
    for_matching = {question.name for question in questionnaire.questions if question.use is Use.MATCHING}
    used = {name: answer for name, answer in enrolment.answers.items() if name in for_matching}
    return Person(
        id=enrolment.id,
        capacity=enrolment.capacity,
        priority=WAITED if enrolment.waited else 0,
        answers={**used, "name": enrolment.name, "email": enrolment.email},
    )


def take_snapshot(
    enrolled: Iterable[Enrolment],
    questionnaires: Mapping[Role, Questionnaire],
    *,
    policy: str,
    seed: int = 0,
    training_first: bool = False,
) -> Snapshot:
    """Return the snapshot of these people; with `training_first` of those who have read the training."""
    everyone = sorted(enrolled, key=lambda person: person.id)
    taken = [person for person in everyone if person.trained_at or not training_first]
    untrained = Counter(person.role for person in everyone if training_first and not person.trained_at)

    def side(role: Role) -> tuple[Person, ...]:
        return tuple(
            person_for_matching(person, questionnaires[role]) for person in taken if person.role is role
        )

    return Snapshot(
        mentors=side(Role.MENTOR),
        mentees=side(Role.MENTEE),
        policy=policy,
        seed=seed,
        says_capacity=frozenset(role for role in Role if _asks_capacity(questionnaires[role])),
        untrained=dict(untrained),
    )


def _asks_capacity(questionnaire: Questionnaire) -> bool:
    return any(question.name == "capacity" for question in questionnaire.questions)


def _to_data(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "capacity": person.capacity,
        "priority": person.priority,
        "answers": dict(person.answers),
    }


def _from_data(data: Mapping[str, Any]) -> Person:
    return Person(
        id=data["id"],
        capacity=data["capacity"],
        priority=data["priority"],
        answers={
            name: tuple(answer) if isinstance(answer, list) else answer
            for name, answer in data["answers"].items()
        },
    )
