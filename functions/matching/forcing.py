"""What one pairing that was not made would cost everybody, exactly, without matching again.

To force a pair is to send one more unit of flow from the mentee to the mentor, which must come back on
the shortest path through what the best flow leaves open:

    mentee ═══forced═══▶ mentor ─▶ another mentee ─▶ their next mentor ─▶ … ─▶ a free place, or back

The certificate's prices make every open arc's length 0 or more, so the search may stop as soon as
nothing shorter is left. Levels are compared as the solver compares them: people served first, then
the floor, then the total. What comes after the total (even load, least change, the lot) is no cost.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from functions.matching.grid import Sparse
from functions.matching.outcome import Certificate, Prices, Vector
from functions.matching.policy import Objective
from functions.matching.solve import Assignment, Side, Terms

Ints = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]

_ROOT = 0
_FAR = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """A solved problem: its eligible pairs, its people in the order of their ids, and the answer.

    Where `pairs` are candidates alone, a cost is what is enough: with all eligible pairs it may be less.
    """

    pairs: Sparse
    mentors: Side
    mentees: Side
    terms: Terms
    objective: Objective
    assignment: Assignment


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What everybody would pay for one more pairing; negative where they would gain.

    `unserved` is how many fewer mentees have a mentor, `displaced` how many others lose theirs (the
    mentee who is forced in may have had none), `priority` whether somebody of a higher priority gives
    way to one of a lower. `floor` is by how much the lowest first pairing of the others must fall to
    serve as many. `total` is what the sum of all scores loses while the floor stays; None when the
    floor falls, since another total then counts. `changed` are the other mentees whose mentor changes
    on one cheapest way.
    """

    unserved: int
    displaced: int
    priority: bool
    floor: int
    total: int | None
    changed: int


class Forcing:
    """Answers what pairs would cost, one by one; reads the problem once.

    Raises ValueError when the certificate is not one of this problem.
    """

    def __init__(self, solved: Solved) -> None:
        self._case = _Case.of(solved)
        certificate = solved.assignment.certificate
        self._whole = _Residual.of(self._case, _Levels.of(certificate), floor=certificate.floor)
        self._served: _Residual | None = None
        if certificate.served is not None and certificate.floor:
            self._served = _Residual.of(self._case, _Levels.served_alone(certificate.served), floor=0)
        self._certificate = certificate

    def cost(self, row: int, column: int, score: int) -> Cost | None:
        """Return what an eligible pair of that score would cost, None when locks leave no place for it."""
        if (row, column) in self._case.chosen:
            raise ValueError("the pair is made already")
        way = self._whole.way(row, column, score)
        if self._served is None or way is None:
            return way.cost(floor=0) if way else None
        free = self._served.way(row, column, score)
        if free is None or free.rank == way.rank:
            return way.cost(floor=0)
        return free.cost(floor=self._fall(row, column, free.rank))

    def _fall(self, row: int, column: int, rank: int) -> int:
        """Return by how much the floor falls when as many are served: by halving, over the scores below."""
        floor, prices = self._certificate.floor, self._certificate.served
        assert prices is not None  # noqa: S101 - or there would be no floor
        scores = np.unique(self._case.score[self._case.free & (self._case.score < floor)])
        low, high = 0, len(scores) - 1
        while low < high:
            middle = (low + high + 1) // 2
            residual = _Residual.of(self._case, _Levels.served_alone(prices), floor=int(scores[middle]))
            way = residual.way(row, column, 0)
            low, high = (middle, high) if way and way.rank == rank else (low, middle - 1)
        return floor - int(scores[low])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """The problem as arrays; pairs in the order of mentees, then mentors."""

    mentee: Ints
    mentor: Ints
    score: Ints
    free: Truths  # neither locked nor forbidden
    made: Truths  # chosen by the solver
    one: Ints  # of each mentee, whether a first place is open
    more: Ints
    room: Ints  # of each mentor
    rank: Ints  # of each mentee's priority, from 1
    chosen: frozenset[tuple[int, int]]

    @classmethod
    def of(cls, solved: Solved) -> "_Case":
        rows, columns = len(solved.mentees.ids), len(solved.mentors.ids)
        mentee = np.repeat(np.arange(rows), np.diff(solved.pairs.starts))
        mentor, score = solved.pairs.columns.astype(np.int64), solved.pairs.values.astype(np.int64)
        eligible = score >= 0
        mentee, mentor, score = mentee[eligible], mentor[eligible], score[eligible]
        code = mentee * columns + mentor

        def among(couples: tuple[tuple[int, int], ...]) -> Truths:
            return np.isin(code, [row * columns + column for row, column in couples])

        locked = among(solved.terms.locked)
        free = ~locked & ~among(solved.terms.forbidden)
        of_mentee = np.bincount(mentee[locked], minlength=rows)
        of_mentor = np.bincount(mentor[locked], minlength=columns)
        places = np.array(solved.mentees.capacity, dtype=np.int64) - of_mentee
        one = ((of_mentee == 0) & (places > 0)).astype(np.int64)
        room = np.array(solved.mentors.capacity, dtype=np.int64) - of_mentor
        _, rank = np.unique(solved.mentees.priority or (0,) * rows, return_inverse=True)
        return cls(
            mentee=mentee,
            mentor=mentor,
            score=score,
            free=free,
            made=free & among(solved.assignment.pairs),
            one=one,
            more=places - one,
            room=room,
            rank=rank.astype(np.int64) + 1,
            chosen=frozenset(solved.assignment.pairs),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Levels:
    """Which of the first levels count, and their prices: one vector for each node, the root's first."""

    served: bool
    total: bool
    prices: tuple[Vector, ...]

    @classmethod
    def of(cls, certificate: Certificate) -> "_Levels":
        names = tuple(level for level in certificate.levels if level in ("served", "total"))
        return cls(
            served="served" in names,
            total="total" in names,
            prices=_of_nodes(certificate.whole, len(names)),
        )

    @classmethod
    def served_alone(cls, prices: Prices) -> "_Levels":
        return cls(served=True, total=False, prices=_of_nodes(prices, 1))


def _of_nodes(prices: Prices, levels: int) -> tuple[Vector, ...]:
    every = ((0,) * levels, *prices.first, *prices.further, *prices.mentor)
    return tuple(vector[:levels] for vector in every)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """The cheapest way to make room for one pair; gains of the whole, level by level."""

    rank: int
    total: int | None
    served: int  # more mentees served; negative for fewer
    displaced: int
    changed: int

    def cost(self, *, floor: int) -> Cost:
        return Cost(
            unserved=-self.served,
            displaced=self.displaced,
            priority=self.rank < 0 <= self.served,
            floor=floor,
            total=None if self.total is None or floor else -self.total,
            changed=self.changed,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Residual:
    """What the flow leaves open, arcs by their tails. A length is never below 0.

    Two levels stand in one number: the first counts `step`, more than any path's second can be.
    """

    case: _Case
    levels: _Levels
    step: int
    price: Ints
    starts: Ints
    tail: Ints
    head: Ints
    length: Ints

    @classmethod
    def of(cls, case: _Case, levels: _Levels, *, floor: int) -> "_Residual":
        tail, head, gain_served, gain_total, forth, back = _arcs(case, floor)
        vectors = np.array(levels.prices, dtype=np.int64).reshape(len(levels.prices), -1)
        second = vectors[:, -1] if levels.total else np.zeros(len(vectors), dtype=np.int64)
        largest = int(np.abs(second).max(initial=0)) + int(case.score.max(initial=0)) + 1
        step = 4 * largest * (len(vectors) + 1)
        price = second + (vectors[:, 0] * step if levels.served else 0)
        gain = gain_total * levels.total + gain_served * step * levels.served
        length = price[tail] - gain - price[head]
        # The price of places that no pair could fill proves nothing, and no path needs them.
        forth &= (length >= 0) | (head != _ROOT) | (tail == _ROOT)
        tails = np.concatenate([tail[forth], head[back]])
        heads = np.concatenate([head[forth], tail[back]])
        lengths = np.concatenate([length[forth], -length[back]])
        if (lengths < 0).any():
            raise ValueError("the certificate does not fit these pairs")
        order = np.argsort(tails, kind="stable")
        return cls(
            case=case,
            levels=levels,
            step=step,
            price=price,
            starts=np.searchsorted(tails[order], np.arange(len(vectors) + 1)),
            tail=tails[order],
            head=heads[order],
            length=lengths[order],
        )

    def way(self, row: int, column: int, score: int) -> _Way | None:
        """Return the cheapest way to pair them, None when there is none."""
        source, target = 1 + 2 * len(self.case.one) + column, 1 + row
        far, before = self._shortest(source, target)
        if far >= _FAR:
            return None
        gain = int(self.price[source] - self.price[target]) - far + score * self.levels.total
        rank, total = divmod(gain + self.step // 2, self.step) if self.levels.served else (0, gain)
        total -= self.step // 2 if self.levels.served else 0
        arcs = self._path(before, source, target)
        served, displaced, changed = self._told(arcs, row)
        return _Way(
            rank=rank,
            total=total if self.levels.total else None,
            served=served,
            displaced=displaced,
            changed=changed,
        )

    def _shortest(self, source: int, target: int) -> tuple[int, Ints]:
        """Return the length of the shortest path, and the arc by which each node was reached.

        Bellman and Ford from the nodes that moved; what is not nearer than the target is left alone.
        """
        far = np.full(len(self.price), _FAR, dtype=np.int64)
        before = np.full(len(self.price), -1, dtype=np.int64)
        far[source] = 0
        moved = np.array([source])
        while len(moved):
            arcs = self._arcs_from(moved)
            head = self.head[arcs]
            reached = far[self.tail[arcs]] + self.length[arcs]
            nearer = np.flatnonzero(reached < np.minimum(far[head], far[target]))
            arcs, reached, head = arcs[nearer], reached[nearer], head[nearer]
            np.minimum.at(far, head, reached)
            won = far[head] == reached
            before[head[won]] = arcs[won]
            again = np.zeros(len(far), dtype=np.bool_)
            again[head] = True
            again[target] = False
            moved = np.flatnonzero(again)
        return int(far[target]), before

    def _arcs_from(self, nodes: Ints) -> Ints:
        counts = self.starts[nodes + 1] - self.starts[nodes]
        offsets: Ints = np.repeat(self.starts[nodes] - np.cumsum(counts) + counts, counts)
        arcs: Ints = offsets + np.arange(len(offsets))
        return arcs

    def _path(self, before: Ints, source: int, target: int) -> list[tuple[int, int]]:
        path: list[tuple[int, int]] = []
        while target != source:
            arc = int(before[target])
            path.append((int(self.tail[arc]), target))
            target = int(self.tail[arc])
        return path

    def _told(self, path: list[tuple[int, int]], row: int) -> tuple[int, int, int]:
        """Return how many more are served, how many others no longer are, and how many others change."""
        rows = len(self.case.one)
        first = range(1, 1 + rows)
        served = sum(tail == _ROOT and head in first for tail, head in path)
        lost = sum(head == _ROOT and tail in first for tail, head in path)
        mentees = {(node - 1) % rows for arc in path for node in arc if 0 < node <= 2 * rows}
        return served - lost, lost, len(mentees - {row})


def _arcs(case: _Case, floor: int) -> tuple[Ints, Ints, Ints, Ints, Truths, Truths]:
    """Return the arcs of the solver's network: tail, head, gains served and total, open forth and back."""
    rows, columns = len(case.one), len(case.room)
    first, further, mentor = (
        1 + np.arange(rows),
        1 + rows + np.arange(rows),
        1 + 2 * rows + np.arange(columns),
    )
    high = case.free & (case.score >= floor)
    pairs = high | (case.free & (case.more[case.mentee] > 0))
    of_high = np.bincount(case.mentee[case.made & high], minlength=rows)
    of_low = np.bincount(case.mentee[case.made & ~high], minlength=rows)
    taken = np.bincount(case.mentor[case.made], minlength=columns)
    at_first = np.minimum(case.one, of_high)
    turned = of_high - at_first
    nothing, none = np.zeros(rows, dtype=np.int64), np.zeros(columns, dtype=np.int64)
    made, score, of_pairs = case.made[pairs], case.score[pairs], case.mentee[pairs]
    root = np.full(max(rows, columns), _ROOT)
    parts = (
        (root[:rows], first, case.rank, nothing, at_first < case.one, at_first > 0),
        (root[:rows], further, nothing, nothing, of_low + turned < case.more, of_low + turned > 0),
        (further, first, nothing, nothing, turned < case.more, turned > 0),
        (
            np.where(high[pairs], first[of_pairs], further[of_pairs]),
            mentor[case.mentor[pairs]],
            np.zeros_like(score),
            score,
            ~made,
            made,
        ),
        (mentor, root[:columns], none, none, taken < case.room, taken > 0),
    )
    tail, head, served, total, forth, back = (np.concatenate(part) for part in zip(*parts, strict=True))
    return tail, head, served, total, forth.astype(np.bool_), back.astype(np.bool_)
