"""The second reading of each kind of criterion: one module each, sharing no code with the first."""

from collections.abc import Callable, Mapping

from functions.matching.policy.model import Criterion, CriterionKind
from functions.matching.verification.answer_reader import AnswerReader
from functions.matching.verification.criteria import (
    closeness,
    complementary,
    different,
    ordered_distance,
    overlap,
    ranked_choice,
    same,
    shares_any,
    text_similarity,
    times_in_common,
    wish,
)
from functions.matching.verification.reading import CriterionReading

READINGS: Mapping[CriterionKind, Callable[[Criterion, AnswerReader, AnswerReader], CriterionReading]] = {
    CriterionKind.SAME: same.reading,
    CriterionKind.DIFFERENT: different.reading,
    CriterionKind.SHARES_ANY: shares_any.reading,
    CriterionKind.OVERLAP: overlap.reading,
    CriterionKind.RANKED: ranked_choice.reading,
    CriterionKind.DISTANCE: ordered_distance.reading,
    CriterionKind.CLOSENESS: closeness.reading,
    CriterionKind.IN_COMMON: times_in_common.reading,
    CriterionKind.COMPLEMENTARY: complementary.reading,
    CriterionKind.WISH: wish.reading,
    CriterionKind.ALIKE: text_similarity.reading,
}
