"""What the engine knows of one kind of criterion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from functions.matching.criteria.findings import Find
from functions.matching.policy.model import Criterion
from functions.matching.policy.toml import TomlTable

if TYPE_CHECKING:
    from functions.matching.scoring.comparison import EncodedCriterion, Ints, Truths
    from functions.matching.scoring.people_encoder import PeopleEncoder


class Wanted(StrEnum):
    """How a mentee wants an entry."""

    FIRST = "as their first choice"
    ANY = "among what they want"
    ONLY = "and nothing else"


class Shares(NamedTuple):
    """What pairs earn of a criterion's points, in millionths, and where an answer is missing.

    `share` means nothing where an answer is `missing`; both broadcast to one shape.
    """

    share: Ints
    missing: Truths


def _nothing_more(_table: TomlTable, criterion: Criterion) -> Criterion:
    return criterion


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionDefinition:
    """One kind of criterion: its options in a policy, and how two people's answers are compared.

    `kind` is what a policy calls it. `keys` are the options beside those of every criterion, and `parse`
    reads them into the criterion. `encode` reads everybody's answers into arrays with the formula that
    compares them. `find` finds what a pair's reason tells, and `find_of_peers` what that of two peers tells,
    where it is something else.
    `counted_entries` says how many common entries earn everything, where a count need go no further.

    What reports know of it: with `single_answers` what was found of two answers is found again wherever they
    repeat; `wanted` says that the mentee wants entries that the mentor offers, which may be short; with
    `names_people` somebody asks for a person, which no one but a coordinator is told.
    """

    kind: str
    encode: Callable[[PeopleEncoder, Criterion], EncodedCriterion]
    find: Find
    find_of_peers: Find | None = None
    keys: tuple[str, ...] = ()
    parse: Callable[[TomlTable, Criterion], Criterion] = _nothing_more
    mentor_column_required: bool = True
    counted_entries: Callable[[Criterion], int] = lambda _criterion: 0
    single_answers: bool = False
    wanted: Wanted | None = None
    names_people: bool = False
