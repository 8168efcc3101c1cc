"""Too few in common, read again: fewer entries, or half-hours, on both lists than asked for."""

from typing import Any

from functions.matching.policy.model import Rule
from functions.matching.verification.answer_reader import AnswerReader
from functions.matching.verification.reading import RuleReading, read_lists


def reading(rule: Rule, mentees: AnswerReader, mentors: AnswerReader) -> RuleReading:
    """Return how two lists are read and refused."""

    def refuses(mine: frozenset[Any], theirs: frozenset[Any]) -> bool:
        if not mine or not theirs:
            return rule.missing_refuses
        return len(mine & theirs) < (rule.at_least or 1)

    return RuleReading(*read_lists(rule, mentees, mentors), refuses)
