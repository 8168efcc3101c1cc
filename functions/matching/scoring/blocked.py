"""Scores of mentees against a range of mentors, a strip of the whole, in few passes over memory.

Everything is a table look-up. A comparison of single answers gives each class of mentees one line of
points over the strip's mentors; comparisons of lists give each pair a small number, and each class of
mentees a line of points by that number. Comparisons are merged as long as the tables stay small:

    points = line of the mentee's class + table[mentee's class, number of the pair] + …

A refusal is so many points less that nothing can make up for it, so rules are in the same sums.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from functions.matching.criteria.definition import Shares
from functions.matching.policy.model import LARGEST_TOTAL, WHOLE
from functions.matching.scoring.comparison import Comparison, Relation
from functions.matching.scoring.set_overlap import (
    DenseTerm,
    DenseTextSimilarity,
    OverlapTerm,
    TextSimilarityTerm,
    TileShape,
    aligned,
    padded,
)

Ints = npt.NDArray[np.int64]
Scores = npt.NDArray[np.int32]

NOT_ELIGIBLE = -1
REFUSED = 2**27  # what a refusal takes away
assert REFUSED > LARGEST_TOTAL  # noqa: S101 - two constants that belong together
_SUMS = 8  # how many lines may be added up, each as low as −REFUSED, before the sum is brought back

WIDEST = 8_192  # mentors of a strip
_TALLEST = 1_024  # mentees of a piece of work
_CELLS = 2**17  # pairs of a block: what the processor's second cache holds
_DENSE_BYTES = 32 * 2**20
_KEYS = 128  # classes of mentees after merging
_NUMBERS = 1_024  # numbers of a pair after merging
_IN_A_BYTE = 256
_TABLE = 2**17


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightedComparison:
    """A comparison and its points. Mentees with one value and one allotment share a key.

    A rule is allotted nothing: its comparison says whom it refuses.
    """

    comparison: Comparison
    key: Ints  # by mentee
    value: Ints  # by key
    allotted: Ints  # by key
    neutral: int

    @classmethod
    def of(cls, comparison: Comparison, allotted: Ints, neutral: int = 0) -> "WeightedComparison":
        """Return the comparison with each mentee's allotted points."""
        parts, which = np.unique(allotted, return_inverse=True)
        keys, key = _distinct(comparison.of_row * len(parts) + which, len(comparison.rows) * len(parts))
        return cls(
            comparison=comparison,
            key=key,
            value=comparison.rows[keys // max(len(parts), 1)],
            allotted=parts[keys % max(len(parts), 1)],
            neutral=neutral,
        )

    def points(self, keys: Ints, *theirs: Ints) -> Ints:
        """Return the points of those keys with those mentors' values or numbers, shaped to meet."""
        found = self.comparison.formula(self.value[keys], *theirs)
        if not isinstance(found, Shares):
            return np.where(found, -REFUSED, 0)
        share = np.where(found.missing, self.neutral, found.share)
        earned: Ints = (self.allotted[keys] * share + WHOLE // 2) // WHOLE
        return earned

    def of_pairs(self, rows: Ints, columns: Ints) -> Ints:
        """Return the points of each pair (rows[k], columns[k])."""
        comparison = self.comparison
        theirs = [term.of_pairs(rows, columns) for term in comparison.terms]
        return self.points(self.key[rows], *(theirs or [comparison.columns[comparison.of_column[columns]]]))


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightedWish:
    """The points of a wish that is met: `allotted` to a mentee, where one of the two named somebody."""

    relation: Relation
    allotted: Ints
    named: tuple[Ints, Ints]


@dataclass(frozen=True, slots=True, kw_only=True)
class _MergedComparisons:
    """Comparisons merged: `of` holds the key in each for every joint key."""

    members: tuple[WeightedComparison, ...]
    key: Ints  # by mentee
    of: tuple[Ints, ...]  # by joint key

    @property
    def terms(self) -> tuple[OverlapTerm | TextSimilarityTerm, ...]:
        """The terms of all members, each once, those with a cap first."""
        found = {term.key: term for member in self.members for term in member.comparison.terms}
        return tuple(sorted(found.values(), key=lambda term: (not term.cap, term.key)))

    def sizes(self) -> tuple[int, ...]:
        return tuple(term.size for term in self.terms)

    def with_member(self, other: WeightedComparison) -> "_MergedComparisons":
        keys = len(other.value)
        pairs, key = _distinct(self.key * keys + other.key, len(self.of[0]) * keys)
        return _MergedComparisons(
            members=(*self.members, other),
            key=key,
            of=(*(of[pairs // keys] for of in self.of), pairs % keys),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _PointTable:
    """A group of comparisons of lists, with its points by joint key and number."""

    group: _MergedComparisons
    terms: tuple[OverlapTerm | TextSimilarityTerm, ...]
    strides: tuple[int, ...]
    size: int
    points: npt.NDArray[np.int32]
    kind: npt.DTypeLike


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Everything that blocks of any rows and columns need."""

    lines: tuple[_MergedComparisons, ...]
    tables: tuple[_PointTable, ...]
    direct: tuple[WeightedComparison, ...]  # too many different numbers for a table
    wishes: tuple[WeightedWish, ...]
    refusals: tuple[Relation, ...]


def build_layout(
    weighted: Sequence[WeightedComparison],
    wishes: Sequence[WeightedWish],
    refusals: Sequence[Relation],
    rows: int,
) -> Layout:
    """Return how to add up those comparisons in few passes."""
    plain = [comparison for comparison in weighted if not comparison.comparison.terms]
    listed = [comparison for comparison in weighted if comparison.comparison.terms]
    direct = [comparison for comparison in listed if not _fits(_unmerged(comparison), 2**16, 2**22)]
    tables = [comparison for comparison in listed if _fits(_unmerged(comparison), 2**16, 2**22)]
    return Layout(
        lines=tuple(_merged_lines(plain, min(_KEYS, rows // 4))),
        tables=tuple(_point_table(group) for group in _merged_tables(tables)),
        direct=tuple(direct),
        wishes=tuple(wishes),
        refusals=tuple(refusals),
    )


def _unmerged(weighted: WeightedComparison) -> _MergedComparisons:
    return _MergedComparisons(members=(weighted,), key=weighted.key, of=(np.arange(len(weighted.value)),))


def _product(sizes: Sequence[int]) -> int:
    return reduce(int.__mul__, sizes, 1)


def _fits(group: _MergedComparisons, numbers: int, table: int) -> bool:
    size = _product(group.sizes())
    return size <= numbers and size * len(group.of[0]) <= table


def _distinct(codes: Ints, size: int) -> tuple[Ints, Ints]:
    """Return the different codes, all below `size`, in order, and the place of each among them."""
    if size > 2**20:
        found, place = np.unique(codes, return_inverse=True)
        return found, place
    found = np.flatnonzero(np.bincount(codes, minlength=size))
    place_of = np.zeros(size, dtype=np.int64)
    place_of[found] = np.arange(len(found))
    return found, place_of[codes]


def _merged_lines(plain: Sequence[WeightedComparison], most: int) -> list[_MergedComparisons]:
    groups: list[_MergedComparisons] = []
    for weighted in sorted(plain, key=lambda weighted: len(weighted.value)):
        for place, group in enumerate(groups):
            if len(group.of[0]) * len(weighted.value) <= most**2:
                joint = group.with_member(weighted)
                if len(joint.of[0]) <= most:
                    groups[place] = joint
                    break
        else:
            groups.append(_unmerged(weighted))
    return groups


def _merged_tables(listed: Sequence[WeightedComparison]) -> list[_MergedComparisons]:
    groups: list[_MergedComparisons] = []
    in_order = sorted(
        listed, key=lambda weighted: (len(weighted.comparison.terms), weighted.comparison.terms[0].key)
    )
    for weighted in in_order:
        for place, group in enumerate(groups):
            joint = group.with_member(weighted)
            if _fits(joint, _NUMBERS, _TABLE):
                groups[place] = joint
                break
        else:
            groups.append(_unmerged(weighted))
    return groups


def _point_table(group: _MergedComparisons) -> _PointTable:
    terms, sizes = group.terms, group.sizes()
    strides = tuple(_product(sizes[:place]) for place in range(len(sizes)))
    shape = (len(group.of[0]), *reversed(sizes))  # the first term's number changes fastest
    total = np.zeros(shape, dtype=np.int64)
    axes = {term.key: np.arange(term.size).reshape((-1,) + (1,) * place) for place, term in enumerate(terms)}
    for member, keys in zip(group.members, group.of, strict=True):
        column = keys.reshape((-1,) + (1,) * len(sizes))
        total += member.points(column, *(axes[term.key] for term in member.comparison.terms))
    size = _product(sizes)
    longest = max((int(np.diff(term.entries.starts).max(initial=0)) for term in terms), default=0)
    return _PointTable(
        group=group,
        terms=terms,
        strides=strides,
        size=size,
        points=np.maximum(total, -REFUSED).astype(np.int32).reshape(-1),
        kind=np.uint8 if max(size - 1, longest) < _IN_A_BYTE else np.uint16,
    )


def strips(layout: Layout, rows: range, columns: range) -> Iterator["Strip"]:
    """Yield the strips that a block is cut into, each whose dense form is small enough."""
    if not rows or not columns:
        return
    count = -(-len(columns) // WIDEST)
    edges = [columns.start + len(columns) * place // count for place in range(count + 1)]
    for left, right in pairwise(edges):
        for piece in _small_enough(layout, rows, right - left):
            yield Strip(layout, piece, range(left, right))


def _small_enough(layout: Layout, rows: range, width: int) -> Iterator[range]:
    if len(rows) > 1 and dense_bytes(layout, rows, width) > _DENSE_BYTES:
        middle = rows.start + len(rows) // 2
        yield from _small_enough(layout, range(rows.start, middle), width)
        yield from _small_enough(layout, range(middle, rows.stop), width)
    else:
        yield rows


def dense_bytes(layout: Layout, rows: range, width: int) -> int:
    """Return how many bytes, at most, the dense form of a strip takes."""
    chosen = np.arange(rows.start, rows.stop)
    lines = sum(min(len(group.of[0]), len(rows)) for group in layout.lines) * width * 4
    return lines + sum(term.dense_bytes(chosen, width) for table in layout.tables for term in table.terms)


class Strip:
    """Some mentees against a range of mentors, in dense form; several threads may read it."""

    def __init__(self, layout: Layout, rows: range, columns: range) -> None:
        self.layout, self.rows, self.columns = layout, rows, columns
        self.mentors = np.arange(columns.start, columns.stop)
        self.width = padded(len(columns))
        mentees = np.arange(rows.start, rows.stop)
        self.lines = [_lines(group, mentees, columns, self.width) for group in layout.lines]
        self.tables = [_dense_table(table, mentees, columns, self.width) for table in layout.tables]

    def pieces(self, rows: range) -> list[range]:
        """Return the parts of some mentees that can be filled one by one, by one thread or several."""
        return [
            range(start, min(start + _TALLEST, rows.stop)) for start in range(rows.start, rows.stop, _TALLEST)
        ]

    def fill(self, rows: range, out: Scores) -> None:
        """Write the scores of some of the mentees into `out`, −1 where a rule refuses."""
        work = _StripFiller(self, rows)
        for start in range(0, len(rows), work.height):
            work.fill(slice(start, min(start + work.height, len(rows))), out)
        for relation in self.layout.refusals:
            refused = relation.cells(work.rows, self.mentors)
            out[refused // len(self.columns), refused % len(self.columns)] = NOT_ELIGIBLE


class _StripFiller:
    """The mentees of one piece, and room to work in."""

    def __init__(self, strip: Strip, rows: range) -> None:
        self.strip = strip
        self.rows = np.arange(rows.start, rows.stop)
        self.width = strip.width
        self.height = min(max(1, _CELLS // self.width), len(rows))
        self.slots = [
            line[group.key[self.rows]]
            for group, (_, line) in zip(strip.layout.lines, strip.lines, strict=True)
        ]
        self.term_rows = [[term.for_rows(self.rows) for term in table.terms] for table in strip.tables]
        self.wishes = [_wishes_met(wish, self.rows, strip.mentors) for wish in strip.layout.wishes]
        shape = (self.height, self.width)
        self.sums, self.more = aligned(shape, np.int32, 512), aligned(shape, np.int32, 1024)
        self.places = aligned(shape, np.int64, 1536)
        self.small = {
            kind: [aligned(shape, kind, 512) for _ in range(3)]
            for kind in {np.dtype(table.kind) for table in strip.layout.tables}
        }
        self.lowest = np.full((2, self.width), ((-REFUSED,), (NOT_ELIGIBLE,)), dtype=np.int32)

    def fill(self, block: slice, out: Scores) -> None:
        """Write the scores of those mentees."""
        sums = self.sums[: block.stop - block.start]
        sums.fill(0)
        for place, found in enumerate(self._found(block)):
            np.add(sums, found, out=sums)
            if place % _SUMS == _SUMS - 1:
                np.maximum(sums, self.lowest[0], out=sums)
        for cells, points in self.wishes:
            first, last = np.searchsorted(cells, (block.start * self.width, block.stop * self.width))
            sums.reshape(-1)[cells[first:last] - block.start * self.width] += points[first:last]
        count = len(self.strip.columns)
        np.maximum(sums[:, :count], self.lowest[1, :count], out=out[block])

    def _found(self, block: slice) -> Iterator[Scores]:
        more = self.more[: block.stop - block.start]
        for (lines, _), slot in zip(self.strip.lines, self.slots, strict=True):
            yield np.take(lines, slot[block], axis=0, out=more, mode="clip")
        for place in range(len(self.strip.tables)):
            yield self._looked_up(place, block, more)
        for weighted in self.strip.layout.direct:
            rows = self.rows[block]
            numbers = [term.numbers(rows, self.strip.mentors) for term in weighted.comparison.terms]
            more[:, : len(self.strip.columns)] = weighted.points(weighted.key[rows, None], *numbers)
            yield more

    def _looked_up(self, place: int, block: slice, more: Scores) -> Scores:
        dense, table = self.strip.tables[place], self.strip.layout.tables[place]
        index, spare, other = (room[: len(more)] for room in self.small[dense.base.dtype])
        np.copyto(index, dense.base)
        for term in self.term_rows[place]:
            term.add_to(index, block, spare, other)
        places = self.places[: len(more)]
        np.add(index, (table.group.key[self.rows[block]] * table.size)[:, None], out=places)
        return np.take(table.points, places, out=more, mode="clip")


@dataclass(frozen=True, slots=True, kw_only=True)
class _DenseTable:
    terms: tuple[DenseTerm | DenseTextSimilarity, ...]
    base: npt.NDArray[np.uint8]


def _lines(group: _MergedComparisons, rows: Ints, columns: range, width: int) -> tuple[Scores, Ints]:
    """Return the lines of points that those mentees need, and which line each joint key has."""
    used = np.flatnonzero(np.bincount(group.key[rows], minlength=len(group.of[0])))
    slot = np.zeros(len(group.of[0]), dtype=np.int64)
    slot[used] = np.arange(len(used))
    total = aligned((len(used), width), np.int32)
    for place, (member, of) in enumerate(zip(group.members, group.of, strict=True)):
        keys, line = _distinct(of[used], len(member.value))
        comparison = member.comparison
        points = member.points(keys[:, None], comparison.columns[None, :]).astype(np.int32)
        mentors = np.zeros(width, dtype=np.int64)
        mentors[: len(columns)] = comparison.of_column[columns.start : columns.stop]
        lines = np.take(points, mentors, axis=1, mode="clip")
        if place == 0:
            np.take(lines, line, axis=0, out=total, mode="clip")
        else:
            total += lines[line]
    return np.maximum(total, -REFUSED, out=total), slot


def _dense_table(table: _PointTable, rows: Ints, columns: range, width: int) -> _DenseTable:
    base = np.zeros(width, dtype=table.kind)
    for term, stride in zip(table.terms, table.strides, strict=True):
        base[: len(columns)] += (term.base[columns.start : columns.stop] * stride).astype(table.kind)
    shape = TileShape(width, table.kind)
    return _DenseTable(
        terms=tuple(
            term.to_dense(rows, columns, stride, shape)
            for term, stride in zip(table.terms, table.strides, strict=True)
        ),
        base=base,
    )


def _wishes_met(wish: WeightedWish, rows: Ints, mentors: Ints) -> tuple[Ints, npt.NDArray[np.int32]]:
    """Return the places in a piece (in its full width) where a wish is met, in order, and the points."""
    cells = wish.relation.cells(rows, mentors)
    row, column = cells // len(mentors), cells % len(mentors)
    named = (wish.named[0][rows[row]] | wish.named[1][mentors[column]]) != 0
    places = row * padded(len(mentors)) + column
    return places[named], wish.allotted[rows[row]][named].astype(np.int32)
