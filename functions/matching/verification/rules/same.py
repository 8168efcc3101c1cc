"""Same, read again: equal texts are refused, unless one of them fits all."""

from functions.matching.policy.model import Rule
from functions.matching.verification.answer_reader import AnswerReader
from functions.matching.verification.reading import RuleReading


def reading(rule: Rule, mentees: AnswerReader, mentors: AnswerReader) -> RuleReading:
    """Return how two answers are read and refused."""

    def refuses(mine: str, theirs: str) -> bool:
        if not mine or not theirs:
            return rule.missing_refuses
        return mine == theirs and not {mine, theirs} & rule.wildcards

    return RuleReading(mentees.text(rule.mentee), mentors.text(rule.mentor), refuses)
