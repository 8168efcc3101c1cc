"""What the second reading of one criterion or rule consists of."""

from collections.abc import Callable
from typing import Any, NamedTuple

from functions.matching.people import Person
from functions.matching.policy.model import Criterion, Rule
from functions.matching.verification.answer_reader import AnswerReader, Read, read_hours


class CriterionReading(NamedTuple):
    """How both people are read, and the share of the criterion's points that the two readings earn.

    The share is in millionths, None where an answer is missing.
    """

    mentee: Read
    mentor: Read
    share: Callable[[Any, Any], int | None]


class RuleReading(NamedTuple):
    """How both people are read, and whether the rule refuses the two readings."""

    mentee: Read
    mentor: Read
    refuses: Callable[[Any, Any], bool]


def read_lists(of: Rule | Criterion, mentees: AnswerReader, mentors: AnswerReader) -> tuple[Read, Read]:
    """Read both people's lists as sets: of half-hours where zones are given, of entries otherwise."""
    if of.zones is not None:
        return (
            read_hours(mentees, of.mentee, of.zones.mentee, of.zones),
            read_hours(mentors, of.mentor, of.zones.mentor, of.zones),
        )
    return mentees.entry_set(of.mentee), mentors.entry_set(of.mentor)


def read_places(of: Rule | Criterion, mentees: AnswerReader, mentors: AnswerReader) -> tuple[Read, Read]:
    """Read where both people stand on the ladder, or their numbers in thousandths where there is none."""
    return (
        mentees.place(of.mentee, of.ladder.mentee if of.ladder else None),
        mentors.place(of.mentor, of.ladder.mentor if of.ladder else None),
    )


class Naming(NamedTuple):
    """Whom one person names, whether they name anybody, and by which names they are known."""

    named: frozenset[str]
    names_some: bool
    names: frozenset[str]

    def calls(self, other: "Naming") -> bool:
        """Say whether one of the two names the other."""
        return not (other.names.isdisjoint(self.named) and self.names.isdisjoint(other.named))


def read_naming(reader: AnswerReader, column: str) -> Read:
    """Read a column of names, beside what the person is called."""
    given = reader.names_given(column)

    def read(person: Person) -> Naming:
        named, names_some = given(person)
        return Naming(named=named, names_some=names_some, names=reader.names_of(person))

    return read
