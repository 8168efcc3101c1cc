"""Pairs who would both rather have each other, and what an assignment without such pairs would cost.

A *blocking pair* is a mentee and a mentor who may be paired, are not, and would both be better off:
each has a place to spare, or gives the other a higher score than the weakest partner whom they could
give up for them. A tie is no reason to change, and nobody gives up a locked pairing. An assignment is
*stable* when no pair blocks it (weakly stable, in the words of Irving 1994 and Manlove 2013).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from functions.matching.cohort import Cohort, NamedCouple
from functions.matching.figures import Figures, figures_of, scores_of
from functions.matching.score_matrix import Grid, blocks
from functions.matching.solving.stable import stable_assignment
from functions.matching.terms import Couple, Terms

Ints = npt.NDArray[np.int64]

LISTED = 100
_NEVER = np.iinfo(np.int64).max  # what somebody needs to be offered who gives up nobody
_ANYTHING = -1  # what somebody with a place to spare must be offered more than


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocking:
    """How many pairs would both rather have each other, and how many people stand in them.

    `listed` are the pairs in which the one who gains less gains most, by rows and columns; at most as
    many as were asked for.
    """

    count: int
    mentees: int
    mentors: int
    listed: tuple[Couple, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stability:
    """How stable an assignment is, and what the stable one (`pairs`, by ids) would have instead."""

    blocking: Blocking
    listed: tuple[NamedCouple, ...]
    best: Figures
    stable: Figures
    pairs: tuple[NamedCouple, ...]


def report_stability(
    cohort: Cohort,
    pairs: Iterable[NamedCouple],
    *,
    locked: Iterable[NamedCouple] = (),
    forbidden: Iterable[NamedCouple] = (),
    seed: int = 0,
) -> Stability:
    """Compare an assignment with the stable one of the same people, around the same locks.

    Couples are ids, the mentee's first.
    """
    grid = cohort.grid()
    terms = Terms(locked=cohort.couples_by_place(locked), forbidden=cohort.couples_by_place(forbidden))
    taken = cohort.couples_by_place(pairs)
    blocking = blocking_pairs(grid, taken, cohort.mentors.capacity, cohort.mentees.capacity, terms=terms)
    stable = stable_assignment(grid, cohort.mentors, cohort.mentees, terms=terms, seed=seed)
    return Stability(
        blocking=blocking,
        listed=cohort.couples_by_id(blocking.listed),
        best=figures_of(grid, taken),
        stable=figures_of(grid, stable),
        pairs=cohort.couples_by_id(stable),
    )


def describe_stability(stability: Stability) -> tuple[str, ...]:
    """Return the report in words, without naming anybody."""
    blocking, best, stable = stability.blocking, stability.best, stability.stable
    if not blocking.count:
        return ("Stable: no mentee and mentor would both rather have each other.",)
    who = f"{blocking.mentees:,} of the mentees, {blocking.mentors:,} of the mentors"
    *price, last = (
        _rather("serve", best.served - stable.served, "serve as many", "people"),
        _rather("make", best.pairs - stable.pairs, "make as many", "pairings"),
        _in_total(best.total, stable.total),
        f"have its weakest best pairing at {stable.worst or 0:,} (now {best.worst or 0:,})",
    )
    pairs = "1 pair" if blocking.count == 1 else f"{blocking.count:,} pairs"
    return (
        f"{pairs} would both rather have each other ({who}).",
        f"An assignment without any such pair would {', '.join(price)} and {last}.",
    )


def _rather(verb: str, fewer: int, same: str, what: str) -> str:
    if not fewer:
        return f"{same} {what}"
    return f"{verb} {abs(fewer):,} {'fewer' if fewer > 0 else 'more'} {what}"


def _in_total(best: int, stable: int) -> str:
    if best == stable:
        return "have the same total score"
    share = f" ({abs(best - stable) * 1000 // best / 10:g} %)" if best else ""
    return f"have {abs(best - stable):,} points {'less' if stable < best else 'more'} in total{share}"


def blocking_pairs(
    grid: Grid,
    pairs: Sequence[Couple],
    mentor_places: Sequence[int],
    mentee_places: Sequence[int],
    *,
    terms: Terms = Terms(),  # noqa: B008 - frozen
    most: int = LISTED,
) -> Blocking:
    """Return the pairs that block the assignment; scores below 0 are not eligible.

    Places are how many partners each may have, in the order of the columns and rows. Forbidden pairs
    never block.
    """
    scores = scores_of(grid, pairs)
    locked = set(terms.locked)
    mentee_needs = _needs(0, pairs, scores, mentee_places, locked)
    mentor_needs = _needs(1, pairs, scores, mentor_places, locked)
    apart = sorted({*pairs, *terms.forbidden})
    count, rows, columns = 0, set[int](), set[int]()
    found: list[tuple[int, int, int]] = []
    for start, block in blocks(grid):
        wants = (block > mentee_needs[start : start + len(block), None]) & (block > mentor_needs[None, :])
        mine = [(row - start, column) for row, column in apart if start <= row < start + len(block)]
        wants[tuple(np.array(mine, dtype=np.int64).reshape(-1, 2).T)] = False
        row, column = np.nonzero(wants)
        count += len(row)
        rows.update(np.unique(row + start).tolist())
        columns.update(np.unique(column).tolist())
        gain = block[row, column] - np.maximum(np.maximum(mentee_needs[row + start], mentor_needs[column]), 0)
        first = np.lexsort((column, row, -gain))[:most]
        best = np.stack([-gain[first], row[first] + start, column[first]], axis=1).tolist()
        found = sorted([*found, *map(tuple, best)])[:most]
    return Blocking(
        count=count,
        mentees=len(rows),
        mentors=len(columns),
        listed=tuple((row, column) for _, row, column in found),
    )


def _needs(
    side: int, pairs: Sequence[Couple], scores: Sequence[int], places: Sequence[int], locked: set[Couple]
) -> Ints:
    """Return above which score each person of a side would rather have somebody else."""
    needs = np.full(len(places), _NEVER, dtype=np.int64)
    room = np.array(places, dtype=np.int64)
    for pair, score in zip(pairs, scores, strict=True):
        room[pair[side]] -= 1
        if pair not in locked:
            needs[pair[side]] = min(needs[pair[side]], score)
    needs[room > 0] = _ANYTHING
    return needs
