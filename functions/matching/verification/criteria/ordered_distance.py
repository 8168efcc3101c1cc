"""Ordered distance, read again: what so many steps ahead are worth, or how far they are off."""

from functions.matching.policy.model import Criterion
from functions.matching.verification.answer_reader import AnswerReader
from functions.matching.verification.reading import CriterionReading, read_places

_WHOLE = 1_000_000  # a share of one, in millionths


def reading(criterion: Criterion, mentees: AnswerReader, mentors: AnswerReader) -> CriterionReading:
    """Return how two places on a ladder are read and compared."""

    def share(mine: int | None, theirs: int | None) -> int | None:
        if mine is None or theirs is None:
            return None
        steps = theirs - mine
        if criterion.worth:
            return criterion.worth.get(steps, 0)
        off = max(criterion.at_least - steps, steps - criterion.at_most, 0)
        return max(_WHOLE - off * _WHOLE // criterion.reach, 0)

    return CriterionReading(*read_places(criterion, mentees, mentors), share)
