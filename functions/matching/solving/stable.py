"""Pairs who would both rather have each other, and what an assignment without such pairs would cost.

A *blocking pair* is a mentee and a mentor who may be paired, are not, and would both be better off:
each has a place to spare, or gives the other a higher score than the weakest partner whom they could
give up for them. A tie is no reason to change, and nobody gives up a locked pairing. An assignment is
*stable* when no pair blocks it (weakly stable, in the words of Irving 1994 and Manlove 2013).

Both sides judge by the one score. A mentee's “matters most” changes what that mentee's own scores are
made of, and a mentor compares mentees by these same scores: by how well the mentor fits each of them.

Kith's own objective serves people first and then adds up scores; the best total is rarely stable. A
policy may ask for stability instead. The stable assignment comes from deferred acceptance (Gale & Shapley
1962; hospitals and residents; with several places on both sides: Roth 1984), where mentees ask and mentors
keep the best who asked.
"""

import hashlib
import heapq
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from functions.matching.figures import Figures, figures_of
from functions.matching.reasons import Note, Noted
from functions.matching.score_matrix import DenseScores, Grid, blocks
from functions.matching.solving import assignment
from functions.matching.terms import Couple, Objective, Side, Terms

Ints = npt.NDArray[np.int64]
Scores = npt.NDArray[np.int32]

_FREE = Terms()
_SERVED_ALONE = Objective(floor=False, total=False, load=False, least_change=False)
_AT_ONCE = 8  # entries of a preference list that are drawn up together
_NEVER = np.iinfo(np.int64).max  # what somebody needs to be offered who gives up nobody
_ANYTHING = -1  # what somebody with a place to spare must be offered more than


@dataclass(frozen=True, slots=True, kw_only=True)
class StableMatch:
    """A stable assignment that a policy asked for, beside one that serves as `many` as can be.

    Where that one was only `proven` for some rows, it may be that still more could be served. `favours`:
    some are to be served before others.
    """

    pairs: tuple[Couple, ...]
    figures: Figures
    many: assignment.Assignment
    favours: bool
    proven: range | None

    def notes(self) -> tuple[Note, ...]:
        """Return what this assignment is, and how many people fewer it serves than could be.

        Where the other was not proven whole, it may be more than those.
        """
        numbers = {"fewer": self.many.served - self.figures.served, "at_least": int(self.proven is not None)}
        stable = Note(noted=Noted.STABLE, numbers=numbers)
        return (stable, Note(noted=Noted.PRIORITY_ONLY_PREFERRED)) if self.favours else (stable,)


def find_stable(
    grid: Grid,
    mentors: Side,
    mentees: Side,
    *,
    terms: Terms = _FREE,
    seed: int = 0,
    proven: range | None = None,
) -> StableMatch:
    """Return the stable assignment around the locks, beside how many could be served without it.

    The latter is the first level of the objective, solved alone. Raises CannotMatch as `assign`
    does when the locks contradict each other or the rules.
    """
    many = assignment.assign(
        grid,
        mentors,
        mentees,
        terms=Terms(locked=terms.locked, forbidden=terms.forbidden),
        objective=_SERVED_ALONE,
        seed=seed,
        proven=proven,
    )
    pairs = stable_assignment(grid, mentors, mentees, terms=terms, seed=seed)
    return StableMatch(
        pairs=pairs,
        figures=figures_of(grid, pairs),
        many=many,
        favours=len(set(mentees.priority)) > 1,
        proven=proven,
    )


def stable_assignment(
    grid: Grid,
    mentors: Side,
    mentees: Side,
    *,
    terms: Terms = _FREE,
    seed: int = 0,
) -> tuple[Couple, ...]:
    """Return the stable assignment around the locks, the best one for mentees under the tie-breaks.

    Between equal scores a mentee of a higher priority is preferred, then the tie-breaks: they come from ids
    and seed, so the order of people changes nothing.
    """
    rows, columns = len(mentees.ids), len(mentors.ids)
    locked = np.array(terms.locked, dtype=np.int64).reshape(-1, 2)
    free = deferred_acceptance(
        _GridWithout(grid, {*terms.locked, *terms.forbidden}),
        (np.array(mentors.capacity) - np.bincount(locked[:, 1], minlength=columns)).tolist(),
        (np.array(mentees.capacity) - np.bincount(locked[:, 0], minlength=rows)).tolist(),
        mentor_tie_breaks=draw_tie_breaks(mentors.ids, "mentor", seed),
        mentee_tie_breaks=_favoured(draw_tie_breaks(mentees.ids, "mentee", seed), mentees.priority),
    )
    return tuple(sorted({*free, *terms.locked}))


def draw_tie_breaks(ids: Sequence[str], role: str, seed: int) -> Ints:
    """Return each person’s tie-break: 0 … n − 1 in the order of SHA-256 over seed, role and id; 0 wins."""
    digests = [hashlib.sha256(f"{seed}\0{role}\0{name}".encode()).digest() for name in ids]
    order = sorted(range(len(ids)), key=lambda place: (digests[place], ids[place]))
    numbers = np.empty(len(ids), dtype=np.int64)
    numbers[order] = np.arange(len(ids))
    return numbers


def _favoured(numbers: Ints, priority: Sequence[int]) -> Ints:
    """Return the tie-breaks that prefer those of a higher priority."""
    if not priority:
        return numbers
    favoured = np.empty_like(numbers)
    favoured[np.lexsort((numbers, -np.array(priority, dtype=np.int64)))] = np.arange(len(numbers))
    return favoured


def deferred_acceptance(
    scores: Scores | Grid,
    mentor_places: Sequence[int],
    mentee_places: Sequence[int] | None = None,
    *,
    mentor_tie_breaks: Sequence[int] | Ints | None = None,
    mentee_tie_breaks: Sequence[int] | Ints | None = None,
    mentor_view: Scores | Grid | None = None,
) -> tuple[Couple, ...]:
    """Return the mentee-optimal stable assignment (Gale & Shapley 1962; Roth 1984), sorted.

    `scores` are mentees × mentors, −1 where not eligible; mentors judge by `mentor_view` when it is
    given (≥ 0 wherever `scores` are) and by the same scores otherwise. A mentee without `mentee_places`
    has one. Between equal scores the person with the lower tie-break is preferred, by everybody alike (one
    lottery: Abdulkadiroğlu, Pathak & Roth 2009); tie-breaks are 0 … n − 1, each once, by default the order of
    rows and columns. No other stable assignment under these tie-breaks gives any mentee a better set of
    partners. Reads the grid once by blocks, then the rows of those whose first wishes were all refused.
    """
    grid = _grid(scores)
    rows, columns = grid.shape
    mentee_rank = np.arange(rows) if mentee_tie_breaks is None else np.asarray(mentee_tie_breaks)
    mentor_rank = np.arange(columns) if mentor_tie_breaks is None else np.asarray(mentor_tie_breaks)
    lists = _PreferenceLists(
        grid,
        None if mentor_view is None else _grid(mentor_view),
        (rows - 1 - mentee_rank, columns - 1 - mentor_rank),
        np.where(np.array(mentor_places) > 0, _ANYTHING, _NEVER),
    )
    by_standing = np.argsort(rows - 1 - mentee_rank).tolist()
    kept: list[list[int]] = [[] for _ in range(columns)]  # heaps of offers, the weakest first
    asking = np.repeat(np.arange(rows), 1 if mentee_places is None else mentee_places).tolist()
    while asking:
        row = asking.pop()
        wished = lists.next(row)
        if wished is None:
            continue
        column, offer = wished
        keeps, places = kept[column], mentor_places[column]
        if len(keeps) < places:
            heapq.heappush(keeps, offer)
        elif places and offer > keeps[0]:
            asking.append(by_standing[heapq.heapreplace(keeps, offer) % rows])
        else:
            asking.append(row)
        if len(keeps) == places and places:
            lists.bar[column] = keeps[0]
    return tuple(
        sorted((by_standing[offer % rows], column) for column, offers in enumerate(kept) for offer in offers)
    )


class _PreferenceLists:
    """Whom each mentee asks next: lists drawn up a few entries at a time, as far as they are needed.

    A wish is score × columns + the mentor's standing (the reverse of tie-breaks: more is better), an offer
    the mentor's view × rows + the mentee's standing; both are distinct numbers. `bar` is the offer
    above which a mentor still takes somebody. It only rises, so who is below it need not be asked.
    """

    def __init__(self, grid: Grid, judging: Grid | None, standing: tuple[Ints, Ints], bar: Ints) -> None:
        self.bar = bar
        self._grid, self._judging = grid, judging
        self._rows, self._columns = grid.shape
        self._mentee_standing, self._mentor_standing = standing
        self._column_of: list[int] = np.argsort(self._mentor_standing).tolist()
        self._drawn: list[list[int]] = []  # wishes, the best last
        self._below: list[int] = []  # what was drawn up of each list ends here
        first = max(self._columns - _AT_ONCE, 0)
        for _, block in blocks(grid):
            wishes = self._wishes(block)
            best = np.sort(np.partition(wishes, first, axis=1)[:, first:] if first else wishes, axis=1)
            self._below += best[:, 0].tolist()
            self._drawn += [
                entries[-count:] if count else []
                for entries, count in zip(best.tolist(), (best >= 0).sum(axis=1).tolist(), strict=True)
            ]

    def next(self, row: int) -> tuple[int, int] | None:
        """Return the mentor whom this mentee asks next and the offer made, None at the end of the list."""
        if not self._drawn[row]:
            self._draw_up(row)
            if not self._drawn[row]:
                return None
        score, standing = divmod(self._drawn[row].pop(), self._columns)
        column = self._column_of[standing]
        view = score if self._judging is None else int(self._judging.rows(row, row + 1)[0, column])
        return column, view * self._rows + int(self._mentee_standing[row])

    def _wishes(self, scores: Scores) -> Ints:
        wishes: Ints = scores.astype(np.int64) * self._columns + self._mentor_standing
        return wishes

    def _draw_up(self, row: int) -> None:
        scores = self._grid.rows(row, row + 1)
        view = scores if self._judging is None else self._judging.rows(row, row + 1)
        wishes = self._wishes(scores)[0]
        offers = view[0].astype(np.int64) * self._rows + self._mentee_standing[row]
        left = np.sort(wishes[(scores[0] >= 0) & (wishes < self._below[row]) & (offers > self.bar)])
        self._drawn[row] = left[-_AT_ONCE:].tolist()
        self._below[row] = self._drawn[row][0] if len(left) else _ANYTHING


@dataclass(frozen=True, slots=True)
class _GridWithout:
    """A grid in which some couples may not be paired."""

    grid: Grid
    couples: set[Couple]

    @property
    def shape(self) -> tuple[int, int]:
        return self.grid.shape

    def rows(self, start: int, stop: int) -> Scores:
        block = self.grid.rows(start, stop)
        mine = [(row - start, column) for row, column in self.couples if start <= row < stop]
        if mine:
            block = block.copy()
            block[tuple(np.array(mine).T)] = -1
        return block


def _grid(scores: Scores | Grid) -> Grid:
    return DenseScores(scores) if isinstance(scores, np.ndarray) else scores
