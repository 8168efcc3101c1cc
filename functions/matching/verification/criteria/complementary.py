"""Complementary, read again: the mean of what each way covers, of the ways where both gave answers."""

from typing import Any

from functions.matching.policy.model import Criterion
from functions.matching.verification.answer_reader import AnswerReader, read_both
from functions.matching.verification.criteria.overlap import covered
from functions.matching.verification.reading import CriterionReading, read_lists


def reading(criterion: Criterion, mentees: AnswerReader, mentors: AnswerReader) -> CriterionReading:
    """Return how two lists of each person are read and compared, crosswise."""
    forth = read_lists(criterion, mentees, mentors)
    offers, wants = mentees.entry_set(criterion.mentee_offers), mentors.entry_set(criterion.mentor_wants)

    def share(mine: tuple[Any, Any], theirs: tuple[Any, Any]) -> int | None:
        ways = covered(mine[0], theirs[0]), covered(theirs[1], mine[1])
        known = [way for way in ways if way is not None]
        return sum(known) // len(known) if known else None

    return CriterionReading(read_both(forth[0], offers), read_both(forth[1], wants), share)
