"""What one criterion or rule compares: numbers of both sides, and the formula that takes them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from functions.matching.criteria.definition import Shares
from functions.matching.scoring.set_overlap import OverlapTerm, RaggedArray, TextSimilarityTerm

Ints = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]
# Takes the mentee's number and the mentor's, or the numbers of the pair's terms, as arrays that broadcast.
ShareFormula = Callable[..., Shares]
RefusalFormula = Callable[..., Truths]
Formula = Callable[..., Any]  # either of the two


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One comparison: the formula of the mentee's number, and the mentor's number or the terms' numbers.

    People with the same number are one class. `rows` are the mentees' numbers by class, and `of_row` each
    mentee's class; `columns` and `of_column` are the mentors', empty where `terms` are compared.
    """

    formula: Formula
    rows: Ints
    of_row: Ints
    columns: Ints
    of_column: Ints
    terms: tuple[OverlapTerm | TextSimilarityTerm, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """Pairs that names make, kept sparse: a mentee's tokens, and the mentors who hold each."""

    entries: RaggedArray
    holders: RaggedArray
    width: int

    def cells(self, rows: Ints, columns: Ints) -> Ints:
        """Return the related pairs of rows × columns: their places in that block, in order, each once."""
        owner, places = self.entries.places(rows)
        which, found = self.holders.places(self.entries.items[places])
        place_of = np.full(self.width, -1, dtype=np.int64)
        place_of[columns] = np.arange(len(columns))
        column = place_of[self.holders.items[found]]
        return np.unique((owner[which] * len(columns) + column)[column >= 0])

    def of_pairs(self, rows: Ints, columns: Ints) -> Truths:
        """Say of each pair (rows[k], columns[k]) whether it is related."""
        chosen = np.unique(rows)
        every = np.arange(self.width)
        codes = self.cells(chosen, every)
        return np.isin(np.searchsorted(chosen, rows) * self.width + columns, codes)


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedCriterion:
    """What one criterion or rule compares.

    A criterion has one comparison; related pairs earn all of its points, where one of the two numbers
    is not 0. A rule refuses a pair that any comparison refuses, and every related pair.
    """

    comparisons: tuple[Comparison, ...] = ()
    relations: tuple[Relation, ...] = ()

    def joined(self, others: "Sequence[EncodedCriterion]") -> "EncodedCriterion":
        """Return one rule that refuses what this one refuses, or one of the others."""
        return replace(
            self,
            comparisons=tuple(one for encoded in (self, *others) for one in encoded.comparisons),
            relations=tuple(one for encoded in (self, *others) for one in encoded.relations),
        )
