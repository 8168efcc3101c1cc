"""Supervises, read again: the mentor is called by a name that the mentee gives."""

from functions.matching.policy.model import Rule
from functions.matching.verification.answer_reader import AnswerReader
from functions.matching.verification.reading import RuleReading


def reading(rule: Rule, mentees: AnswerReader, mentors: AnswerReader) -> RuleReading:
    """Return how names are read and refused."""

    def refuses(given: tuple[frozenset[str], bool], names: frozenset[str]) -> bool:
        return not names.isdisjoint(given[0])

    return RuleReading(mentees.names_given(rule.mentee), mentors.names_of, refuses)
