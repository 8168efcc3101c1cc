"""Overlap, read again: how many of the wanted entries are among those offered."""

from functions.matching.policy.model import Criterion
from functions.matching.verification.answer_reader import AnswerReader
from functions.matching.verification.reading import CriterionReading, read_lists

_WHOLE = 1_000_000  # a share of one, in millionths


def covered(wanted: frozenset[str], offered: frozenset[str]) -> int | None:
    """Return the share of the wanted entries that is offered; None where there are none on a side."""
    if not wanted or not offered:
        return None
    return len(wanted & offered) * _WHOLE // len(wanted)


def reading(criterion: Criterion, mentees: AnswerReader, mentors: AnswerReader) -> CriterionReading:
    """Return how two lists are read and compared."""
    return CriterionReading(*read_lists(criterion, mentees, mentors), covered)
