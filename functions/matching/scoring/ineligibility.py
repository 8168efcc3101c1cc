"""Which rules stand against which pairs, for a few people against many, or for pairs that are named.

People with the same answer are refused alike, so a rule is asked once for each class of answers; what
stands against each pair is one small number, a pattern, so that counting needs one pass over the pairs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from functions.matching.scoring.comparison import Comparison, EncodedCriterion

Ints = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]
Codes = npt.NDArray[Any]  # uint16, or int64 where there are very many patterns

_PATTERNS = 2**10  # beyond it only those that are there keep a number
_IN_SHORT = 2**16
_TABLE = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Patterns:
    """The refusals of each pair: `of` is its pattern, and `refusals` says what each pattern holds."""

    of: Codes
    refusals: Truths  # patterns × refusals

    @classmethod
    def found(cls, against: Iterator[Truths], shape: tuple[int, int]) -> "Patterns":
        """Number the patterns of several refusals, each given for all the pairs."""
        of: Codes = np.zeros(shape, dtype=np.uint16)
        refusals = np.zeros((1, 0), dtype=np.bool_)
        for refusal in against:
            if 2 * len(refusals) > _PATTERNS:
                there = np.bincount(of.reshape(-1), minlength=len(refusals)) > 0
                kind = np.uint16 if 2 * np.count_nonzero(there) <= _IN_SHORT else np.int64
                of, refusals = (np.cumsum(there) - 1).astype(kind)[of], refusals[there]
            of *= of.dtype.type(2)
            of += refusal
            last = np.tile([False, True], len(refusals))[:, None]
            refusals = np.concatenate([np.repeat(refusals, 2, axis=0), last], axis=1)
        return cls(of=of, refusals=refusals)

    def counted(self, also: Truths) -> Ints:
        """Return how often each line has each pattern, in columns that are not, and that are, `also`."""
        double = self.of.astype(np.int64)
        double *= 2
        double += also
        size = 2 * len(self.refusals)
        lines = [np.bincount(line, minlength=size) for line in double]
        return np.array(lines, dtype=np.int64).reshape(len(lines), -1, 2)


def patterns(parts: Sequence[EncodedCriterion], rows: Ints, columns: Ints, by_hand: Truths) -> Patterns:
    """Return what stands against each pair of rows × columns; the last refusal is `by_hand`."""

    def each() -> Iterator[Truths]:
        for part in parts:
            yield against(part, rows, columns)
        yield by_hand

    return Patterns.found(each(), by_hand.shape)


def patterns_turned(
    parts: Sequence[EncodedCriterion], rows: Ints, columns: Ints, by_hand: Truths
) -> Patterns:
    """Return the same, columns × rows."""

    def each() -> Iterator[Truths]:
        for part in parts:
            yield _against_transposed(part, rows, columns)
        yield by_hand

    return Patterns.found(each(), by_hand.shape)


def against(part: EncodedCriterion, rows: Ints, columns: Ints) -> Truths:
    """Say of each pair of rows × columns whether the part refuses it."""
    refused = np.zeros((len(rows), len(columns)), dtype=np.bool_)
    for comparison in part.comparisons:
        refused |= (
            _by_terms(comparison, rows, columns)
            if comparison.terms
            else _by_classes(comparison, rows, columns)
        )
    for relation in part.relations:
        refused.reshape(-1)[relation.cells(rows, columns)] = True
    return refused


def against_pairs(part: EncodedCriterion, rows: Ints, columns: Ints) -> Truths:
    """Say of each pair (rows[k], columns[k]) whether the part refuses it."""
    refused = np.zeros(len(rows), dtype=np.bool_)
    for comparison in part.comparisons:
        theirs = [term.of_pairs(rows, columns) for term in comparison.terms]
        theirs = theirs or [comparison.columns[comparison.of_column[columns]]]
        refused |= comparison.formula(comparison.rows[comparison.of_row[rows]], *theirs)
    for relation in part.relations:
        refused |= relation.of_pairs(rows, columns)
    return refused


def _against_transposed(part: EncodedCriterion, rows: Ints, columns: Ints) -> Truths:
    refused = np.zeros((len(columns), len(rows)), dtype=np.bool_)
    for comparison in part.comparisons:
        if comparison.terms:
            refused |= _by_terms(comparison, rows, columns).T
            continue
        classes, which = _classes(comparison.of_column[columns], len(comparison.columns))
        table = comparison.formula(comparison.rows[None, :], comparison.columns[classes][:, None])
        refused |= np.take(table, comparison.of_row[rows], axis=1)[which]
    for relation in part.relations:
        cells = relation.cells(rows, columns)
        refused[cells % max(len(columns), 1), cells // max(len(columns), 1)] = True
    return refused


def _by_classes(comparison: Comparison, rows: Ints, columns: Ints) -> Truths:
    classes, which = _classes(comparison.of_row[rows], len(comparison.rows))
    table = comparison.formula(comparison.rows[classes][:, None], comparison.columns[None, :])
    lines: Truths = np.take(table, comparison.of_column[columns], axis=1)[which]
    return lines


def _by_terms(comparison: Comparison, rows: Ints, columns: Ints) -> Truths:
    numbers = [term.numbers(rows, columns) for term in comparison.terms]
    classes, which = _classes(comparison.of_row[rows], len(comparison.rows))
    size = comparison.terms[0].size
    if len(numbers) > 1 or size * len(classes) > _TABLE:
        refused: Truths = comparison.formula(comparison.rows[comparison.of_row[rows]][:, None], *numbers)
        return refused
    table = comparison.formula(comparison.rows[classes][:, None], np.arange(size)[None, :])
    return np.take(table.reshape(-1), numbers[0] + (which * size)[:, None])


def _classes(of: Ints, size: int) -> tuple[Ints, Ints]:
    """Return the classes that are there, and the place of each among them; of few classes, all of them."""
    if size <= len(of):
        return np.arange(size), of
    classes, which = np.unique(of, return_inverse=True)
    return classes, which
