"""What one pairing that was not made would cost everybody, exactly, without matching again.

To force a pair is to send one more unit of flow from the mentee to the mentor, which must come back on
the shortest path through what the best flow leaves open:

    mentee ═══forced═══▶ mentor ─▶ another mentee ─▶ their next mentor ─▶ … ─▶ a free place, or back

The certificate's prices make every open arc's length 0 or more, so the search goes from both ends, nearest
nodes first, and stops when they have met and nothing shorter is left. Levels are compared as the solver
compares them: people served first, then the floor, then the total. What comes after the total (even
load, least change, the tie-break) is no cost.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from heapq import heappop, heappush
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from functions.matching.outcome import Certificate, Prices, Vector
from functions.matching.score_matrix import Sparse
from functions.matching.solving.assignment import Assignment
from functions.matching.terms import Objective, Side, Terms

Ints = npt.NDArray[np.int64]
Nodes = npt.NDArray[np.int32]
Truths = npt.NDArray[np.bool_]

_ROOT = 0
_FAR = 2**62
_NO_PAIR = 2**31 - 1  # in the place of a score


@dataclass(frozen=True, slots=True, kw_only=True)
class SolvedProblem:
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


class PairCosts:
    """Answers what pairs would cost, one by one; reads the problem once.

    Raises ValueError when the certificate is not one of this problem.
    """

    def __init__(self, solved: SolvedProblem) -> None:
        self._case = _CostProblem.of(solved)
        self._certificate = certificate = solved.assignment.certificate
        self._whole = _Residual.of(self._case, _Levels.of(certificate), floor=certificate.floor)

    @cached_property
    def _served(self) -> "_Residual | None":
        """What is open when pairs below the floor may serve, too; made when it is first asked for."""
        prices, floor = self._certificate.served, self._certificate.floor
        return _Residual.of(self._case, _Levels.served_alone(prices), floor=0) if prices and floor else None

    def cost(self, row: int, column: int, score: int) -> Cost | None:
        """Return what an eligible pair of that score would cost, None when locks leave no place for it."""
        if (row, column) in self._case.chosen:
            raise ValueError("the pair is made already")
        way = self._whole.way(row, column, score)
        if way is None or way.rank >= 0:  # nobody could serve more than are served
            return way.cost(floor=0) if way else None
        free = self._served.way(row, column, score) if self._served else None
        if free is None or free.rank == way.rank:
            return way.cost(floor=0)
        return free.cost(floor=self._fall(row, column, free.rank))

    def _fall(self, row: int, column: int, rank: int) -> int:
        """Return by how much the floor falls when as many are served: by halving, over the scores below."""
        floor = self._certificate.floor
        scores = np.unique(self._case.score[self._case.free & (self._case.score < floor)])
        low, high = 0, len(scores) - 1
        while low < high:
            middle = (low + high + 1) // 2
            way = self._above(int(scores[middle]), row, column)
            low, high = (middle, high) if way and way.rank == rank else (low, middle - 1)
        return floor - int(scores[low])

    def _above(self, floor: int, row: int, column: int) -> "_Rerouting | None":
        """Return the cheapest way under a floor, when no more than serving counts."""
        prices, served = self._certificate.served, self._served
        assert prices is not None  # noqa: S101 - or there would be no floor
        assert served is not None  # noqa: S101
        if not self._case.more.any():  # then what is below the floor is of no use at all
            return served.way(row, column, 0, at_least=floor)
        return _Residual.of(self._case, _Levels.served_alone(prices), floor=floor).way(row, column, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _CostProblem:
    """The problem as arrays; pairs in the order of mentees, then mentors."""

    mentee: Nodes
    mentor: Nodes
    score: Nodes
    free: Truths  # neither locked nor forbidden
    made: Truths  # chosen by the solver
    one: Ints  # of each mentee, whether a first place is open
    more: Ints
    room: Ints  # of each mentor
    rank: Ints  # of each mentee's priority, from 1
    chosen: frozenset[tuple[int, int]]

    @classmethod
    def of(cls, solved: SolvedProblem) -> "_CostProblem":
        rows, columns = len(solved.mentees.ids), len(solved.mentors.ids)
        mentee = np.repeat(np.arange(rows, dtype=np.int32), np.diff(solved.pairs.starts))
        mentor, score = solved.pairs.columns.astype(np.int32), solved.pairs.values.astype(np.int32)
        eligible = score >= 0
        mentee, mentor, score = mentee[eligible], mentor[eligible], score[eligible]
        code = mentee.astype(np.int64) * columns + mentor

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
class _Rerouting:
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
class _Arcs:
    """Open arcs by one of their ends, the shortest of each node first."""

    starts: list[int]
    to: Nodes
    length: Ints
    score: Nodes

    @classmethod
    def by(cls, ends: Nodes, to: Nodes, length: Ints, score: Nodes, nodes: int) -> "_Arcs":
        """Sort arcs that come in the order of their lengths."""
        order = np.argsort(ends, kind="stable")
        starts = np.zeros(nodes + 1, dtype=np.int64)
        np.cumsum(np.bincount(ends, minlength=nodes), out=starts[1:])
        return cls(starts=starts.tolist(), to=to[order], length=length[order], score=score[order])

    def near(self, node: int, nearer_than: int, at_least: int) -> Iterator[tuple[int, int]]:
        """Return the nodes that are nearer than that, and how far; pairs below `at_least` are left out."""
        first, last = self.starts[node], self.starts[node + 1]
        last = first + int(self.length[first:last].searchsorted(nearer_than))
        to, length = self.to[first:last], self.length[first:last]
        if at_least:
            kept = self.score[first:last] >= at_least
            to, length = to[kept], length[kept]
        return zip(to.tolist(), length.tolist(), strict=True)


class _PathSearch:
    """What is known from one end of a path: how far nodes are, by which node, and which come next."""

    def __init__(self, arcs: _Arcs, start: int) -> None:
        self.arcs = arcs
        self.far = {start: 0}
        self.by = {start: start}
        self.next = [(0, start)]
        self.settled: set[int] = set()

    def step(self, other: "_PathSearch", best: tuple[int, int], at_least: int) -> tuple[int, int]:
        """Settle the nearest node; return the best path known now: its length, and where the ends meet."""
        far, node = heappop(self.next)
        if node in self.settled:
            return best
        self.settled.add(node)
        mine, theirs = self.far, other.far
        for to, length in self.arcs.near(node, best[0] - other.next[0][0] - far, at_least):
            there = far + length
            if there < mine.get(to, _FAR):
                mine[to], self.by[to] = there, node
                heappush(self.next, (there, to))
                if to in theirs and there + theirs[to] < best[0]:
                    best = there + theirs[to], to
        return best

    def path(self, node: int) -> list[int]:
        """Return the nodes from there back to the start."""
        nodes = [node]
        while self.by[node] != node:
            node = self.by[node]
            nodes.append(node)
        return nodes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Residual:
    """What the flow leaves open, arcs by their tails and by their heads. A length is never below 0.

    Two levels stand in one number: the first counts `step`, more than any path's second can be.
    """

    case: _CostProblem
    levels: _Levels
    step: int
    price: Ints
    forth: _Arcs
    back: _Arcs

    @classmethod
    def of(cls, case: _CostProblem, levels: _Levels, *, floor: int) -> "_Residual":
        arcs = _arcs(case, floor)
        tail, head, forth, back = arcs.tail, arcs.head, arcs.forth, arcs.back
        vectors = np.array(levels.prices, dtype=np.int64).reshape(len(levels.prices), -1)
        second = vectors[:, -1] if levels.total else np.zeros(len(vectors), dtype=np.int64)
        largest = int(np.abs(second).max(initial=0)) + int(case.score.max(initial=0)) + 1
        step = 4 * largest * (len(vectors) + 1)
        price = second + (vectors[:, 0] * step if levels.served else 0)
        length = price[tail] - price[head]
        length -= arcs.gain_total * levels.total
        length -= arcs.gain_served.astype(np.int64) * (step * levels.served)
        # The price of places that no pair could fill proves nothing, and no path needs them.
        forth &= (length >= 0) | (head != _ROOT) | (tail == _ROOT)
        tails = np.concatenate([tail[forth], head[back]])
        heads = np.concatenate([head[forth], tail[back]])
        lengths = np.concatenate([length[forth], -length[back]])
        scores = np.concatenate([arcs.score[forth], arcs.score[back]])
        if (lengths < 0).any():
            raise ValueError("the certificate does not fit these pairs")
        order = np.argsort(lengths, kind="stable")
        tails, heads, lengths, scores = tails[order], heads[order], lengths[order], scores[order]
        return cls(
            case=case,
            levels=levels,
            step=step,
            price=price,
            forth=_Arcs.by(tails, heads, lengths, scores, len(vectors)),
            back=_Arcs.by(heads, tails, lengths, scores, len(vectors)),
        )

    def way(self, row: int, column: int, score: int, at_least: int = 0) -> _Rerouting | None:
        """Return the cheapest way to pair them, None when there is none; no new pair is below `at_least`."""
        source, target = 1 + 2 * len(self.case.one) + column, 1 + row
        far, path = self._shortest(source, target, at_least)
        if far >= _FAR:
            return None
        gain = int(self.price[source] - self.price[target]) - far + score * self.levels.total
        rank, total = divmod(gain + self.step // 2, self.step) if self.levels.served else (0, gain)
        total -= self.step // 2 if self.levels.served else 0
        served, displaced, changed = self._changes_along(path, row)
        return _Rerouting(
            rank=rank,
            total=total if self.levels.total else None,
            served=served,
            displaced=displaced,
            changed=changed,
        )

    def _shortest(self, source: int, target: int, at_least: int) -> tuple[int, list[tuple[int, int]]]:
        """Return the length of a shortest path, and its arcs (Dijkstra, from both ends in turn)."""
        forth, back = _PathSearch(self.forth, source), _PathSearch(self.back, target)
        best = (_FAR, source)
        while forth.next and back.next and forth.next[0][0] + back.next[0][0] < best[0]:
            one, other = (forth, back) if len(forth.next) <= len(back.next) else (back, forth)
            best = one.step(other, best, at_least)
        if best[0] >= _FAR:
            return _FAR, []
        nodes = [*reversed(forth.path(best[1])), *back.path(best[1])[1:]]
        return best[0], list(pairwise(nodes))

    def _changes_along(self, path: list[tuple[int, int]], row: int) -> tuple[int, int, int]:
        """Return how many more are served, how many others no longer are, and how many others change."""
        rows = len(self.case.one)
        first = range(1, 1 + rows)
        served = sum(tail == _ROOT and head in first for tail, head in path)
        lost = sum(head == _ROOT and tail in first for tail, head in path)
        mentees = {(node - 1) % rows for arc in path for node in arc if 0 < node <= 2 * rows}
        return served - lost, lost, len(mentees - {row})


@dataclass(frozen=True, slots=True, kw_only=True)
class _ResidualArcs:
    """The arcs of the solver's network: ends, gains, and whether they are open forth and back."""

    tail: Nodes
    head: Nodes
    gain_served: Nodes
    gain_total: Nodes
    score: Nodes  # of a pair
    forth: Truths
    back: Truths


def _arcs(case: _CostProblem, floor: int) -> _ResidualArcs:
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
    tail, head, served, total = (
        np.concatenate([part[which].astype(np.int32) for part in parts]) for which in range(4)
    )
    scores = np.full(len(tail), _NO_PAIR, dtype=np.int32)
    scores[3 * rows : 3 * rows + len(score)] = score
    return _ResidualArcs(
        tail=tail,
        head=head,
        gain_served=served,
        gain_total=total,
        score=scores,
        forth=np.concatenate([part[4] for part in parts]),
        back=np.concatenate([part[5] for part in parts]),
    )
