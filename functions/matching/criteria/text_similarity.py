"""Text similarity: how alike two free texts are, in whole per cent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from functions.matching.answers.text_similarity import letter_runs, percent_alike
from functions.matching.criteria.definition import CriterionDefinition
from functions.matching.criteria.findings import Found, Sides
from functions.matching.criteria.times_in_common import EnoughInCommon
from functions.matching.people import Person
from functions.matching.policy.model import Criterion
from functions.matching.policy.toml import TomlTable
from functions.matching.reasons import Facts, Finding

if TYPE_CHECKING:
    from functions.matching.scoring.comparison import EncodedCriterion
    from functions.matching.scoring.people_encoder import PeopleEncoder


def _parse(table: TomlTable, criterion: Criterion) -> Criterion:
    percent = table.integer("enough", default=50, smallest=1)
    if percent > 100:  # noqa: PLR2004 - per cent
        raise table.mistake(
            "enough", f"{percent} is above 100", "Write the per cent from which a text earns everything"
        )
    return replace(criterion, enough=percent)


def _encode(people: PeopleEncoder, criterion: Criterion) -> EncodedCriterion:
    writes_some, term = people.similar_texts(criterion.mentee, criterion.mentor)
    return people.compare_lists(EnoughInCommon(criterion.enough, term.size - 1), writes_some, term)


def _find(sides: Sides, mentee: Person, mentor: Person) -> Found:
    mine, theirs = sides.answers(mentee, mentor)
    percent = percent_alike(mine, theirs)
    if percent is None:
        return sides.not_answered(letter_runs(mine), letter_runs(theirs))
    return Finding.TEXTS_ALIKE, Facts(percent=percent)


DEFINITION = CriterionDefinition(
    kind="text similarity", keys=("enough",), parse=_parse, encode=_encode, find=_find
)
