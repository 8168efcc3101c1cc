"""Paused, read again: one of the two says so."""

from functions.matching.policy.model import Rule
from functions.matching.verification.answer_reader import AnswerReader
from functions.matching.verification.reading import RuleReading

_PAUSED = frozenset({"yes", "true", "1", "paused", "y"})


def reading(rule: Rule, mentees: AnswerReader, mentors: AnswerReader) -> RuleReading:
    """Return how two answers are read and refused."""

    def refuses(mine: str, theirs: str) -> bool:
        return mine in _PAUSED or theirs in _PAUSED

    return RuleReading(mentees.text(rule.mentee), mentors.text(rule.mentor), refuses)
