"""The second reading of each kind of rule: one module each, sharing no code with the first."""

from collections.abc import Callable, Mapping

from functions.matching.policy.model import Rule, RuleKind
from functions.matching.verification.answer_reader import AnswerReader
from functions.matching.verification.reading import RuleReading
from functions.matching.verification.rules import (
    avoided,
    different,
    must_have,
    oneself,
    ordered_distance,
    paused,
    previous_pair,
    same,
    supervises,
    too_few_in_common,
)

READINGS: Mapping[RuleKind, Callable[[Rule, AnswerReader, AnswerReader], RuleReading]] = {
    RuleKind.SAME: same.reading,
    RuleKind.DIFFERENT: different.reading,
    RuleKind.SUPERVISES: supervises.reading,
    RuleKind.AVOIDED: avoided.reading,
    RuleKind.PREVIOUS: previous_pair.reading,
    RuleKind.TOO_FEW: too_few_in_common.reading,
    RuleKind.DISTANCE: ordered_distance.reading,
    RuleKind.MUST_HAVE: must_have.reading,
    RuleKind.ONESELF: oneself.reading,
    RuleKind.PAUSED: paused.reading,
}
