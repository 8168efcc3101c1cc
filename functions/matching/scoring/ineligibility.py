"""Which rules stand against which pairs, for a few people against many, or for pairs that are named.

People with the same answer are refused alike, so a rule is asked once for each class of answers; what
stands against each pair is one small number, a pattern, so that counting needs one pass over the pairs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from functions.matching.scoring.encoding import Facet, Part

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


def patterns(parts: Sequence[Part], rows: Ints, columns: Ints, by_hand: Truths) -> Patterns:
    """Return what stands against each pair of rows × columns; the last refusal is `by_hand`."""

    def each() -> Iterator[Truths]:
        for part in parts:
            yield against(part, rows, columns)
        yield by_hand

    return Patterns.found(each(), by_hand.shape)


def patterns_turned(parts: Sequence[Part], rows: Ints, columns: Ints, by_hand: Truths) -> Patterns:
    """Return the same, columns × rows."""

    def each() -> Iterator[Truths]:
        for part in parts:
            yield _against_turned(part, rows, columns)
        yield by_hand

    return Patterns.found(each(), by_hand.shape)


def against(part: Part, rows: Ints, columns: Ints) -> Truths:
    """Say of each pair of rows × columns whether the part refuses it."""
    refused = np.zeros((len(rows), len(columns)), dtype=np.bool_)
    for facet in part.facets:
        refused |= _by_terms(facet, rows, columns) if facet.terms else _by_classes(facet, rows, columns)
    for relation in part.relations:
        refused.reshape(-1)[relation.cells(rows, columns)] = True
    return refused


def against_pairs(part: Part, rows: Ints, columns: Ints) -> Truths:
    """Say of each pair (rows[k], columns[k]) whether the part refuses it."""
    refused = np.zeros(len(rows), dtype=np.bool_)
    for facet in part.facets:
        theirs = [term.of_pairs(rows, columns) for term in facet.terms]
        theirs = theirs or [facet.columns[facet.of_column[columns]]]
        refused |= facet.formula(facet.rows[facet.of_row[rows]], *theirs) != 0
    for relation in part.relations:
        refused |= relation.of_pairs(rows, columns)
    return refused


def _against_turned(part: Part, rows: Ints, columns: Ints) -> Truths:
    refused = np.zeros((len(columns), len(rows)), dtype=np.bool_)
    for facet in part.facets:
        if facet.terms:
            refused |= _by_terms(facet, rows, columns).T
            continue
        classes, which = _classes(facet.of_column[columns], len(facet.columns))
        table = facet.formula(facet.rows[None, :], facet.columns[classes][:, None]) != 0
        refused |= np.take(table, facet.of_row[rows], axis=1)[which]
    for relation in part.relations:
        cells = relation.cells(rows, columns)
        refused[cells % max(len(columns), 1), cells // max(len(columns), 1)] = True
    return refused


def _by_classes(facet: Facet, rows: Ints, columns: Ints) -> Truths:
    classes, which = _classes(facet.of_row[rows], len(facet.rows))
    table = facet.formula(facet.rows[classes][:, None], facet.columns[None, :]) != 0
    lines: Truths = np.take(table, facet.of_column[columns], axis=1)[which]
    return lines


def _by_terms(facet: Facet, rows: Ints, columns: Ints) -> Truths:
    numbers = [term.numbers(rows, columns) for term in facet.terms]
    classes, which = _classes(facet.of_row[rows], len(facet.rows))
    size = facet.terms[0].size
    if len(numbers) > 1 or size * len(classes) > _TABLE:
        refused: Truths = facet.formula(facet.rows[facet.of_row[rows]][:, None], *numbers) != 0
        return refused
    table = facet.formula(facet.rows[classes][:, None], np.arange(size)[None, :]) != 0
    return np.take(table.reshape(-1), numbers[0] + (which * size)[:, None])


def _classes(of: Ints, size: int) -> tuple[Ints, Ints]:
    """Return the classes that are there, and the place of each among them; of few classes, all of them."""
    if size <= len(of):
        return np.arange(size), of
    classes, which = np.unique(of, return_inverse=True)
    return classes, which
