"""Previous pair: refuses people of whom one names the other as a partner of before."""

from functions.matching.policy.model import RuleKind
from functions.matching.rules.avoided import encode_naming
from functions.matching.rules.definition import RuleDefinition, either_column

DEFINITION = RuleDefinition(
    kind=RuleKind.PREVIOUS,
    because="they have been paired before",
    columns=either_column,
    encode=encode_naming,
)
