"""The second reading of each kind of criterion: one module each, sharing no code with the first."""

from collections.abc import Callable, Mapping

from functions.matching.policy.model import Criterion
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

READINGS: Mapping[str, Callable[[Criterion, AnswerReader, AnswerReader], CriterionReading]] = {
    "same": same.reading,
    "different": different.reading,
    "shares any": shares_any.reading,
    "overlap": overlap.reading,
    "ranked choice": ranked_choice.reading,
    "ordered distance": ordered_distance.reading,
    "closeness": closeness.reading,
    "times in common": times_in_common.reading,
    "complementary": complementary.reading,
    "wish": wish.reading,
    "text similarity": text_similarity.reading,
}
