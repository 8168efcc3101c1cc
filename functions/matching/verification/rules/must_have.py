"""Must have, read again: something asked for is lacking, or an answer that must agree does not."""

from typing import NamedTuple

from functions.matching.people import Person
from functions.matching.policy.model import Rule
from functions.matching.verification.answer_reader import AnswerReader
from functions.matching.verification.reading import RuleReading


class _Demands(NamedTuple):
    """What somebody asks for or has, and their answer by condition."""

    things: frozenset[str]
    answers: dict[str, str]


def reading(rule: Rule, mentees: AnswerReader, mentors: AnswerReader) -> RuleReading:
    """Return how demands and offers are read and refused."""
    asks, has = mentees.entries(rule.mentee), mentors.entry_set(rule.mentor)
    mine = {name: mentees.text(column) for name, (column, _) in rule.same.items()}
    theirs = {name: mentors.text(column) for name, (_, column) in rule.same.items()}

    def wanted(mentee: Person) -> _Demands:
        entries = asks(mentee)
        conditions = {entry: mine[entry](mentee) for entry in entries if entry in mine}
        return _Demands(frozenset(entries) - conditions.keys(), conditions)

    def offered(mentor: Person) -> _Demands:
        return _Demands(has(mentor), {name: text(mentor) for name, text in theirs.items()})

    def unmet(own: str, other: str) -> bool:
        return own != other if own and other else rule.missing_refuses

    def refuses(wanted: _Demands, offered: _Demands) -> bool:
        if any(unmet(own, offered.answers[name]) for name, own in wanted.answers.items()):
            return True
        if not wanted.things:
            return False
        return not wanted.things <= offered.things if offered.things else rule.missing_refuses

    return RuleReading(wanted, offered, refuses)
