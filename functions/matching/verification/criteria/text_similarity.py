"""Text similarity, read again: the cosine of the two sets of letter runs (Ochiai), in whole per cent."""

from math import isqrt

from functions.matching.policy.model import Criterion
from functions.matching.verification.answer_reader import AnswerReader, letter_runs
from functions.matching.verification.reading import CriterionReading

_WHOLE = 1_000_000  # a share of one, in millionths


def reading(criterion: Criterion, _mentees: AnswerReader, _mentors: AnswerReader) -> CriterionReading:
    """Return how two texts are read and compared."""

    def share(mine: frozenset[str], theirs: frozenset[str]) -> int | None:
        if not mine or not theirs:
            return None
        common = len(mine & theirs)
        percent = isqrt(10_000 * common * common // (len(mine) * len(theirs)))
        return min(percent, criterion.enough) * _WHOLE // criterion.enough

    return CriterionReading(letter_runs(criterion.mentee), letter_runs(criterion.mentor), share)
