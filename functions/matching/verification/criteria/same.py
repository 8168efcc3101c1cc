"""Same, read again: everything where two texts are equal, or one of them fits all."""

from functions.matching.policy.model import Criterion
from functions.matching.verification.answer_reader import AnswerReader
from functions.matching.verification.reading import CriterionReading

_WHOLE = 1_000_000  # a share of one, in millionths


def reading(criterion: Criterion, mentees: AnswerReader, mentors: AnswerReader) -> CriterionReading:
    """Return how two answers are read and compared."""

    def share(mine: str, theirs: str) -> int | None:
        if not mine or not theirs:
            return None
        wild = criterion.wildcards
        return _WHOLE if mine == theirs or mine in wild or theirs in wild else 0

    return CriterionReading(mentees.text(criterion.mentee), mentors.text(criterion.mentor), share)
