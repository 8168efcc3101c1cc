"""Lists against lists: for each pair one small number, made of what the mentor holds of the mentee's entries.

The number is what the mentor brings alone (`base`), plus a step for each of the mentee's entries that the
mentor holds. With steps of 1 it counts; with steps of 1, 2, 4 … it says which entries are met. What each
number is worth stands in a table elsewhere, so a list is compared once however many criteria and rules
read it. Everything is a count of whole numbers: no product of floats, whatever the length.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]
Small = npt.NDArray[Any]  # uint8 or uint16

_PAGE = 4096
_PADDED_FROM = 1024
_FEW_LINES = 64
_IN_A_BYTE = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class RaggedArray:
    """A list of numbers for each owner: owner k has items[starts[k]:starts[k + 1]]."""

    starts: Ints
    items: Ints

    @classmethod
    def of(cls, lists: Sequence[Sequence[int]]) -> "RaggedArray":
        """Return the lists, one after the other."""
        starts = np.zeros(len(lists) + 1, dtype=np.int64)
        np.cumsum([len(entries) for entries in lists], out=starts[1:])
        items = np.fromiter((item for entries in lists for item in entries), np.int64, int(starts[-1]))
        return cls(starts=starts, items=items)

    def transposed(self, size: int) -> "RaggedArray":
        """Return the owners of each item below `size`, in order."""
        owners = np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))
        starts = np.zeros(size + 1, dtype=np.int64)
        np.cumsum(np.bincount(self.items, minlength=size), out=starts[1:])
        return RaggedArray(starts=starts, items=owners[np.argsort(self.items, kind="stable")])

    def places(self, owners: Ints) -> tuple[Ints, Ints]:
        """Return every place in `items` that those owners have, with the owner's place among `owners`."""
        counts = self.starts[owners + 1] - self.starts[owners]
        before = np.cumsum(counts) - counts
        places = np.arange(int(counts.sum())) + np.repeat(self.starts[owners] - before, counts)
        return np.repeat(np.arange(len(owners)), counts), places


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlapTerm:
    """One number for each pair, below `size`; two terms with the same key are the same."""

    key: str
    entries: RaggedArray  # by mentee
    steps: Ints  # by place in the entries
    holders: RaggedArray  # by entry: the mentors who hold it
    base: Ints  # by mentor
    cap: int  # a sum of steps beyond it counts as it; 0 where nothing is beyond
    size: int
    line: Ints = field(init=False)  # by place in the entries: one of the different entries with a step
    line_entry: Ints = field(init=False)
    line_step: Ints = field(init=False)

    def __post_init__(self) -> None:
        largest = int(self.steps.max(initial=0)) + 1
        codes, line = np.unique(self.entries.items * largest + self.steps, return_inverse=True)
        for name, value in (("line", line), ("line_entry", codes // largest), ("line_step", codes % largest)):
            object.__setattr__(self, name, value)

    def numbers(self, rows: Ints, columns: Ints) -> Ints:
        """Return the number of every pair of rows × columns."""
        owner, places = self.entries.places(rows)
        place_of = np.full(len(self.base), -1, dtype=np.int64)
        place_of[columns] = np.arange(len(columns))
        present, line = _present(self.line[places], len(self.line_entry))
        if len(present) <= _FEW_LINES:
            slots = _side_by_side(owner, line[self.line[places]] + 1, len(rows))
            return self._based(self._sums(slots, present, place_of, len(columns)), columns)
        which, found = self.holders.places(self.entries.items[places])
        column = place_of[self.holders.items[found]]
        inside = column >= 0
        cells = owner[which[inside]] * len(columns) + column[inside]
        return self._based(_added(cells, self.steps[places][which[inside]], len(rows), len(columns)), columns)

    def _sums(self, slots: Ints, present: Ints, place_of: Ints, width: int) -> Small:
        """Add up the steps of each line of slots; slot 0 is nothing, the others are `present`."""
        which, found = self.holders.places(self.line_entry[present])
        column = place_of[self.holders.items[found]]
        inside = column >= 0
        largest = slots.shape[1] * int(self.line_step[present].max(initial=0))
        dense = np.zeros((len(present) + 1, width), dtype=np.uint8 if largest < _IN_A_BYTE else np.int64)
        dense[which[inside] + 1, column[inside]] = self.line_step[present][which[inside]]
        sums = np.zeros((len(slots), width), dtype=dense.dtype)
        for slot in slots.T:
            sums += np.take(dense, slot, axis=0)
        return sums

    def of_pairs(self, rows: Ints, columns: Ints) -> Ints:
        """Return the number of each pair (rows[k], columns[k])."""
        owner, places = self.entries.places(rows)
        is_held = np.isin(
            self.entries.items[places] * len(self.base) + columns[owner], self._codes(), assume_unique=False
        )
        sums = _added(owner[is_held], self.steps[places][is_held], 1, len(rows))[0]
        return self._based(sums, columns)

    def _codes(self) -> Ints:
        entry = np.repeat(np.arange(len(self.holders.starts) - 1), np.diff(self.holders.starts))
        return entry * len(self.base) + self.holders.items

    def _based(self, sums: Small, columns: Ints) -> Ints:
        numbers: Ints = (np.minimum(sums, self.cap) if self.cap else sums) + self.base[columns]
        return numbers

    def to_dense(self, rows: Ints, columns: range, stride: int, shape: "TileShape") -> "DenseTerm":
        """Return the steps of those mentees' entries by mentor, for a range of mentors."""
        _, places = self.entries.places(rows)
        present, line = _present(self.line[places], len(self.line_entry))
        dense = aligned((len(present) + 1, shape.width), shape.kind)
        dense[:] = 0
        which, found = self.holders.places(self.line_entry[present])
        column = self.holders.items[found] - columns.start
        inside = (column >= 0) & (column < len(columns))
        factor = 1 if self.cap else stride
        dense[which[inside] + 1, column[inside]] = self.line_step[present][which[inside]] * factor
        return DenseTerm(term=self, dense=dense, line=line, stride=stride)

    def dense_bytes(self, rows: Ints, width: int) -> int:
        """Return how many bytes, at most, the dense form for those mentees takes."""
        return (
            min(int((self.entries.starts[rows + 1] - self.entries.starts[rows]).sum()), len(self.line_entry))
            * width
            * 2
        )


@dataclass(frozen=True, slots=True)
class TileShape:
    """How wide a tile is, and which small numbers its index is made of."""

    width: int
    kind: npt.DTypeLike


@dataclass(frozen=True, slots=True, kw_only=True)
class DenseTerm:
    """A term for one strip: `dense` holds a line for each entry and step, the first one empty."""

    term: OverlapTerm
    dense: Small
    line: Ints  # by a term's line: its line here
    stride: int

    def for_rows(self, rows: Ints) -> "DenseRows":
        """Return the lines of those mentees, ready to be added up."""
        owner, places = self.term.entries.places(rows)
        counts = np.bincount(owner, minlength=len(rows))
        slots = _side_by_side(owner, self.line[self.term.line[places]] + 1, len(rows))
        return DenseRows(dense_term=self, slots=slots, counts=counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class DenseRows:
    """The entries of some mentees, as lines of a dense term."""

    dense_term: DenseTerm
    slots: Ints
    counts: Ints

    def add_to(self, index: Small, rows: slice, spare: Small, more: Small) -> None:
        """Add the numbers of those mentees to their index; `spare` and `more` are room to work in."""
        cap, stride = self.dense_term.term.cap, self.dense_term.stride
        longest = int(self.counts[rows].max(initial=0))
        for place in range(longest):
            first = cap and not place
            into = spare if first else more
            np.take(self.dense_term.dense, self.slots[rows, place], axis=0, out=into, mode="clip")
            if not first:
                target = spare if cap else index
                np.add(target, into, out=target)
        if cap and longest:
            np.minimum(spare, spare.dtype.type(cap), out=spare)
            if stride > 1:
                np.multiply(spare, spare.dtype.type(stride), out=spare)
            np.add(index, spare, out=index)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSimilarityTerm:
    """The likeness of two texts in whole per cent, 101 where the mentor's says nothing; otherwise a term."""

    key: str
    entries: RaggedArray  # by mentee: the runs of letters that somebody else has, too
    holders: RaggedArray
    mentee_lengths: Ints  # how many runs a text has
    mentor_lengths: Ints
    size: int = 102
    cap: int = 0

    def numbers(self, rows: Ints, columns: Ints) -> Ints:
        """Return the number of every pair of rows × columns."""
        return self._percent(self._counting().numbers(rows, columns), rows[:, None], columns[None, :])

    def of_pairs(self, rows: Ints, columns: Ints) -> Ints:
        """Return the number of each pair (rows[k], columns[k])."""
        return self._percent(self._counting().of_pairs(rows, columns), rows, columns)

    def to_dense(self, _rows: Ints, columns: range, stride: int, _shape: TileShape) -> "DenseTextSimilarity":
        """Return what compares texts with a range of mentors."""
        return DenseTextSimilarity(term=self, columns=columns, stride=stride)

    def dense_bytes(self, _rows: Ints, _width: int) -> int:
        """Return how many bytes the dense form takes: none, each block is counted by itself."""
        return 0

    @property
    def base(self) -> Ints:
        """What a mentor brings alone: nothing, it is worked out with the rest."""
        return np.zeros(len(self.mentor_lengths), dtype=np.int64)

    def _counting(self) -> OverlapTerm:
        steps = np.ones(len(self.entries.items), dtype=np.int64)
        return OverlapTerm(
            key=self.key,
            entries=self.entries,
            steps=steps,
            holders=self.holders,
            base=self.base,
            cap=0,
            size=0,
        )

    def _percent(self, common: Ints, rows: Ints, columns: Ints) -> Ints:
        mine, theirs = self.mentee_lengths[rows], self.mentor_lengths[columns]
        ratio = _SQUARED_PERCENT * common * common // np.maximum(mine * theirs, 1)
        return np.where(theirs == 0, self.size - 1, _ROOTS[ratio])


@dataclass(frozen=True, slots=True, kw_only=True)
class DenseTextSimilarity:
    """Text similarities of one strip, worked out block by block."""

    term: TextSimilarityTerm
    columns: range
    stride: int
    rows: Ints | None = None

    def for_rows(self, rows: Ints) -> "DenseTextSimilarity":
        """Return the same for those mentees."""
        return replace(self, rows=rows)

    def add_to(self, index: Small, rows: slice, _spare: Small, _more: Small) -> None:
        """Add the numbers of those mentees to their index."""
        assert self.rows is not None  # noqa: S101 - nothing is added up before it is known for whom
        numbers = self.term.numbers(self.rows[rows], np.arange(self.columns.start, self.columns.stop))
        index[:, : len(self.columns)] += (numbers * self.stride).astype(index.dtype)


_SQUARED_PERCENT = 10_000
_ROOTS = np.sqrt(np.arange(_SQUARED_PERCENT + 1)).astype(np.int64)  # rounded down; a square's root is exact


def aligned(shape: tuple[int, int], kind: npt.DTypeLike, offset: int = 0) -> npt.NDArray[Any]:
    """Return room whose first byte stands at that place of a page of memory.

    Copies between places that are nearly the same in their pages are ten times slower on some processors;
    what is read begins at 0 here, what is written elsewhere.
    """
    size = shape[0] * shape[1] * np.dtype(kind).itemsize
    raw = np.empty(size + _PAGE, dtype=np.uint8)
    start = (offset - raw.ctypes.data) % _PAGE
    return raw[start : start + size].view(kind).reshape(shape)


def padded(width: int) -> int:
    """Return the width to work in: wide lines end at a page's end, so that all stand alike."""
    return -(-width // _PADDED_FROM) * _PADDED_FROM if width >= _PADDED_FROM else width


def _side_by_side(owner: Ints, values: Ints, owners: int) -> Ints:
    """Return a line for each owner with their values, filled up with 0; owners come in order."""
    counts = np.bincount(owner, minlength=owners)
    lines = np.zeros((owners, int(counts.max(initial=0))), dtype=np.int64)
    lines[owner, np.arange(len(owner)) - (np.cumsum(counts) - counts)[owner]] = values
    return lines


def _present(codes: Ints, size: int) -> tuple[Ints, Ints]:
    """Return the different codes, and for each code below `size` its place among them."""
    there = np.zeros(size, dtype=np.bool_)
    there[codes] = True
    return np.flatnonzero(there), np.cumsum(there) - 1


def _added(cells: Ints, steps: Ints, rows: int, columns: int) -> Ints:
    sums = np.bincount(cells, weights=steps, minlength=rows * columns)  # whole numbers below 2^53: exact
    return sums.astype(np.int64).reshape(rows, columns)
