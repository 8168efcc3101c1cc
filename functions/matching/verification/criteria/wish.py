"""Wish, read again: everything where one of the two names the other."""

from functions.matching.policy.model import Criterion
from functions.matching.verification.answer_reader import AnswerReader
from functions.matching.verification.reading import CriterionReading, Naming, read_naming

_WHOLE = 1_000_000  # a share of one, in millionths


def reading(criterion: Criterion, mentees: AnswerReader, mentors: AnswerReader) -> CriterionReading:
    """Return how names are read and compared."""

    def share(mine: Naming, theirs: Naming) -> int | None:
        if not (mine.names_some or theirs.names_some):
            return None
        return _WHOLE if mine.calls(theirs) else 0

    return CriterionReading(
        read_naming(mentees, criterion.mentee), read_naming(mentors, criterion.mentor), share
    )
