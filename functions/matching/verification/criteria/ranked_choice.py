"""Ranked choice, read again: the worth of the best choice met, or of all that are met."""

from functions.matching.policy.model import Counts, Criterion
from functions.matching.verification.answer_reader import AnswerReader
from functions.matching.verification.reading import CriterionReading

_WHOLE = 1_000_000  # a share of one, in millionths


def reading(criterion: Criterion, mentees: AnswerReader, mentors: AnswerReader) -> CriterionReading:
    """Return how choices and offers are read and compared."""
    ranks = criterion.ranks

    def share(wanted: tuple[str, ...], offered: tuple[str, ...]) -> int | None:
        if not wanted or not offered:
            return None
        met = [worth for entry, worth in zip(wanted, ranks, strict=False) if entry in offered]
        if criterion.counts is Counts.BEST:
            return max(met, default=0)
        return sum(met) * _WHOLE // sum(ranks[: len(wanted)])

    return CriterionReading(mentees.entries(criterion.mentee), mentors.entries(criterion.mentor), share)
