"""Shares any, read again: everything where one wanted entry is offered."""

from functions.matching.policy.model import Criterion
from functions.matching.verification.answer_reader import AnswerReader
from functions.matching.verification.reading import CriterionReading, read_lists

_WHOLE = 1_000_000  # a share of one, in millionths


def reading(criterion: Criterion, mentees: AnswerReader, mentors: AnswerReader) -> CriterionReading:
    """Return how two lists are read and compared."""

    def share(wanted: frozenset[str], offered: frozenset[str]) -> int | None:
        return _WHOLE if wanted & offered else 0 if wanted and offered else None

    return CriterionReading(*read_lists(criterion, mentees, mentors), share)
