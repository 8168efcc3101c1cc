"""Closeness, read again: how near two numbers are."""

from functions.matching.policy.model import Criterion
from functions.matching.verification.answer_reader import AnswerReader
from functions.matching.verification.reading import CriterionReading, read_places

_WHOLE = 1_000_000  # a share of one, in millionths


def reading(criterion: Criterion, mentees: AnswerReader, mentors: AnswerReader) -> CriterionReading:
    """Return how two numbers are read and compared."""

    def share(mine: int | None, theirs: int | None) -> int | None:
        if mine is None or theirs is None:
            return None
        return max(_WHOLE - abs(theirs - mine) * _WHOLE // criterion.reach, 0)

    return CriterionReading(*read_places(criterion, mentees, mentors), share)
