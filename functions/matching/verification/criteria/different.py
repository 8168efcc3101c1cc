"""Different, read again: everything where two texts differ, and neither of them fits all."""

from functions.matching.policy.model import Criterion
from functions.matching.verification.answer_reader import AnswerReader
from functions.matching.verification.reading import CriterionReading

_WHOLE = 1_000_000  # a share of one, in millionths


def reading(criterion: Criterion, mentees: AnswerReader, mentors: AnswerReader) -> CriterionReading:
    """Return how two answers are read and compared."""

    def share(mine: str, theirs: str) -> int | None:
        if not mine or not theirs:
            return None
        return 0 if mine == theirs or {mine, theirs} & criterion.wildcards else _WHOLE

    return CriterionReading(mentees.text(criterion.mentee), mentors.text(criterion.mentor), share)
