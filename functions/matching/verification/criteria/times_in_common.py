"""Times in common, read again: how many times both named, of those that are enough."""

from typing import Any

from functions.matching.policy.model import Criterion
from functions.matching.verification.answer_reader import AnswerReader
from functions.matching.verification.reading import CriterionReading, read_lists

_WHOLE = 1_000_000  # a share of one, in millionths


def reading(criterion: Criterion, mentees: AnswerReader, mentors: AnswerReader) -> CriterionReading:
    """Return how two timetables are read and compared."""

    def share(mine: frozenset[Any], theirs: frozenset[Any]) -> int | None:
        if not mine or not theirs:
            return None
        return min(len(mine & theirs), criterion.enough) * _WHOLE // criterion.enough

    return CriterionReading(*read_lists(criterion, mentees, mentors), share)
