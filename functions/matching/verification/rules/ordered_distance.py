"""Ordered distance, read again: too few steps ahead, or too many."""

from functions.matching.policy.model import Rule
from functions.matching.verification.answer_reader import AnswerReader
from functions.matching.verification.reading import RuleReading, read_places


def reading(rule: Rule, mentees: AnswerReader, mentors: AnswerReader) -> RuleReading:
    """Return how two places on a ladder are read and refused."""

    def refuses(mine: int | None, theirs: int | None) -> bool:
        if mine is None or theirs is None:
            return rule.missing_refuses
        too_little = rule.at_least is not None and theirs - mine < rule.at_least
        return too_little or (rule.at_most is not None and theirs - mine > rule.at_most)

    return RuleReading(*read_places(rule, mentees, mentors), refuses)
