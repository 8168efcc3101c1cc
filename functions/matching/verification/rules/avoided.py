"""Avoided, read again: one of the two names the other."""

from functions.matching.policy.model import Rule
from functions.matching.verification.answer_reader import AnswerReader
from functions.matching.verification.reading import Naming, RuleReading, read_naming


def reading(rule: Rule, mentees: AnswerReader, mentors: AnswerReader) -> RuleReading:
    """Return how names are read and refused."""
    return RuleReading(read_naming(mentees, rule.mentee), read_naming(mentors, rule.mentor), Naming.calls)
