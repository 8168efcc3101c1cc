"""Scores and capacities into the best assignment, exactly, level by level, with the proof.

The levels (each can be off): people served, priority first → the floor under first pairings → total
score → even load → least change from a previous assignment → a tie-break by ids and seed. They are
solved one after the other on one network of flow (`flow_network`). Prices prove each level; an arc whose
reduced cost is not 0 is as every optimum has it, so the next level decides among the others alone. No
weights are mixed, so nothing can overflow from one level into another, and the prices of all levels
together prove the whole (`outcome.Certificate`).

Large cohorts begin with the best candidates of everybody. The prices of that answer are then held
against every pair left out (`column_generation`); those that would gain join the candidates, until none
does. So the answer is the best of all pairs, whichever candidates it began with, and has the same proof.

Served first needs no more than the order of the priority groups as its gain: sets of mentees that can
be served together are the independent sets of a matroid, where the best set is the same for all gains
in that order, and is one of the largest. One largest flow for each group with those before it tells the
value, and their smallest cuts, added up, are its prices. Where there are many groups, such as everybody
in the order of their sign-up, one flow of least cost tells the same, with the nodes' prices.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from functions.matching.outcome import Certificate, Prices, Vector
from functions.matching.reasons import CannotMatch, Problem
from functions.matching.score_matrix import DenseScores, Grid, Scores, Sparse, Survey
from functions.matching.scoring.candidates import best_candidates
from functions.matching.solving import column_generation, flow_network, tie_break
from functions.matching.solving.flow_network import Network, Places, Reach
from functions.matching.solving.lexicographic import solve_lexicographically
from functions.matching.terms import Couple, Objective, Side, Terms

Ints = npt.NDArray[np.int64]
Nodes = npt.NDArray[np.int32]
Truths = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.integer]

_ALL_AT_ONCE = 150_000  # eligible pairs that are solved without choosing candidates first
_SMALL = 16 * _ALL_AT_ONCE  # cells that are looked at together to see how many are eligible
CANDIDATES = 16  # of everybody, to begin with
_GROWTH = 2  # so many times as many pairs of a mentee may join in each round as in the one before
_LARGEST_SCORE = 2**31 - 1
_FEW_GROUPS = 8  # of priority: so many largest flows cost about as much as one flow of least cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """The best assignment. `worst` is the lowest of the served mentees' best scores, None for nobody.

    `candidates` are the pairs that it was found among, `rounds` how often until no other pair gained.
    """

    pairs: tuple[Couple, ...]
    served: int
    worst: int | None
    total: int
    certificate: Certificate
    rounds: int
    candidates: Sparse = field(compare=False, repr=False)


def assign(  # noqa: PLR0913 - these are the terms of an assignment; the contract names each
    scores: Scores | Grid | Sparse,
    mentors: Side,
    mentees: Side,
    *,
    terms: Terms = Terms(),  # noqa: B008 - frozen
    objective: Objective = Objective(),  # noqa: B008 - frozen
    seed: int = 0,
    proven: range | None = None,
    survey: Callable[[], Survey] | None = None,
    progress: Callable[[int], None] = lambda _percent: None,
) -> Assignment:
    """Return the best assignment of mentees (rows) to mentors (columns), no pair twice.

    Scores below 0 are not eligible. The answer does not depend on the order of people or pairs: ids
    decide. With `proven` only those rows are searched for pairs beside the candidates: the answer is then
    the best of the candidates and of all pairs of those rows. `survey` looks at every pair of a large grid
    in the place of this process; it must find what this process would.

    Raises CannotMatch when the locks contradict eligibility, `forbidden`, a capacity or each other.
    """
    people = _OrderedSides.of(mentors, mentees)
    begin = _FirstPairs.of(scores, people, terms, survey, _part(progress, 0, 40))
    pool, grid, largest = begin.pool, begin.grid, begin.largest
    case = _AssignmentProblem.of(people, pool, begin.counts, terms, objective=objective, seed=seed)
    rounds, start = 1, 40
    answer = case.solve(pool, None, _part(progress, start, 60))
    while grid:
        start = (start + 100) // 2  # each round may be the last, and counts for half of what is left
        looking = _part(progress, start - 10 // rounds, start)
        each = CANDIDATES * _GROWTH ** (rounds - 1)
        more = case.gaining(_ProgressGrid(grid, proven, looking), proven, pool, answer, largest, each)
        if not len(more.score):
            break
        pool, rounds = pool.joined(more), rounds + 1
        answer = case.solve(pool, answer, _part(progress, start, (start + 100) // 2 - 10 // rounds))
    progress(100)
    return case.assignment(pool, answer, rounds)


def _part(progress: Callable[[int], None], start: int, end: int) -> Callable[[int], None]:
    """Return what takes the progress of a part and tells that of the whole."""
    return lambda percent: progress(start + (end - start) * percent // 100)


@dataclass(frozen=True, slots=True)
class _ProgressGrid:
    """A grid that tells how far it has been gone through; the telling may raise to stop the work."""

    grid: Grid
    chosen: range | None
    progress: Callable[[int], None]

    @property
    def shape(self) -> tuple[int, int]:
        return self.grid.shape

    def rows(self, start: int, stop: int) -> Scores:
        rows = range(self.shape[0]) if self.chosen is None else self.chosen
        self.progress(100 * (start - rows[0]) // max(rows[-1] - rows[0] + 1, 1))
        return self.grid.rows(start, stop)


@dataclass(frozen=True, slots=True, kw_only=True)
class _OrderedSides:
    """Both sides in the order of their ids; `rows` and `columns` lead back to the scores."""

    mentees: Side
    mentors: Side
    rows: Ints  # place in order → row of the scores
    columns: Ints
    row_places: Ints  # row of the scores → place in order
    column_places: Ints

    @classmethod
    def of(cls, mentors: Side, mentees: Side) -> "_OrderedSides":
        rows, columns = _order(mentees.ids), _order(mentors.ids)
        return cls(
            mentees=_ordered(mentees, rows),
            mentors=_ordered(mentors, columns),
            rows=rows,
            columns=columns,
            row_places=_inverse(rows),
            column_places=_inverse(columns),
        )

    def codes(self, couples: Sequence[Couple]) -> Ints:
        """Return one number for each couple: mentee's place × mentors + mentor's place."""
        if not couples:
            return np.zeros(0, dtype=np.int64)
        pairs = np.array(couples, dtype=np.int64)
        return self.row_places[pairs[:, 0]] * len(self.columns) + self.column_places[pairs[:, 1]]

    def parted(self, codes: Ints) -> tuple[Ints, Ints]:
        """Return the mentees' and the mentors' places."""
        mentee, mentor = np.divmod(codes, max(len(self.columns), 1))
        return mentee, mentor


def _order(ids: Sequence[str]) -> Ints:
    return np.array(sorted(range(len(ids)), key=ids.__getitem__), dtype=np.int64)


def _inverse(order: Ints) -> Ints:
    inverse = np.empty_like(order)
    inverse[order] = np.arange(len(order))
    return inverse


def _ordered(side: Side, order: Ints) -> Side:
    priority = side.priority or (0,) * len(side.ids)
    return Side(
        ids=tuple(side.ids[place] for place in order),
        capacity=tuple(side.capacity[place] for place in order),
        priority=tuple(priority[place] for place in order),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _EligiblePairs:
    """Eligible pairs by places, in the order of mentee and mentor."""

    mentee: Nodes
    mentor: Nodes
    score: Nodes
    mentors: int

    @classmethod
    def eligible(
        cls,
        people: _OrderedSides,
        row: Integers,
        column: Integers,
        score: Integers,
    ) -> "_EligiblePairs":
        """Return those of the pairs that are eligible, in order, each once.

        Raises OverflowError for a score that does not fit 32 bits.
        """
        if int(score.max(initial=0)) > _LARGEST_SCORE:
            raise OverflowError(f"a score of {int(score.max())} does not fit 32 bits")
        keep = score >= 0
        if not keep.all():
            row, column, score = row[keep], column[keep], score[keep]
        pool = cls(
            mentee=people.row_places[row].astype(np.int32),
            mentor=people.column_places[column].astype(np.int32),
            score=score.astype(np.int32),
            mentors=len(people.columns),
        )
        code = pool.code
        return pool if (np.diff(code) > 0).all() else pool.part(np.unique(code, return_index=True)[1])

    def part(self, which: Ints | Truths) -> "_EligiblePairs":
        """Return some of the pairs."""
        return _EligiblePairs(
            mentee=self.mentee[which],
            mentor=self.mentor[which],
            score=self.score[which],
            mentors=self.mentors,
        )

    def joined(self, other: "_EligiblePairs") -> "_EligiblePairs":
        """Return the pairs of both."""
        both = _EligiblePairs(
            mentee=np.concatenate([self.mentee, other.mentee]),
            mentor=np.concatenate([self.mentor, other.mentor]),
            score=np.concatenate([self.score, other.score]),
            mentors=self.mentors,
        )
        return both.part(np.unique(both.code, return_index=True)[1])

    def by_rows(self, people: _OrderedSides) -> Sparse:
        """Return the pairs by rows and columns of the scores."""
        row, column = people.rows[self.mentee], people.columns[self.mentor]
        order = np.lexsort((column, row))
        return Sparse(
            starts=np.searchsorted(row[order], np.arange(len(people.rows) + 1)),
            columns=column[order],
            values=self.score[order],
        )

    @property
    def code(self) -> Ints:
        """One number for each pair, rising."""
        return self.mentee.astype(np.int64) * self.mentors + self.mentor


@dataclass(slots=True)
class _ObservedGrid:
    """A grid that, read once from top to bottom, keeps some cells and the mentors' counts."""

    grid: Grid
    wanted: Ints  # rows and columns, by rows
    of_mentors: Ints
    kept: list[Ints] = field(default_factory=list)
    largest: int = 0
    until: int = 0

    @property
    def shape(self) -> tuple[int, int]:
        return self.grid.shape

    def rows(self, start: int, stop: int) -> Scores:
        scores = self.grid.rows(start, stop)
        if start == self.until:
            self.until = stop
            self.of_mentors += np.count_nonzero(scores >= 0, axis=0)
            self.largest = max(self.largest, int(scores.max(initial=0)))
            first, last = np.searchsorted(self.wanted[0], [start, stop])
            row, column = self.wanted[:, first:last]
            self.kept.append(np.stack([row, column, scores[row - start, column].astype(np.int64)]))
        return scores


def _survey(grid: Grid, wanted: Ints, progress: Callable[[int], None]) -> tuple[Survey, Ints]:
    """Look at every pair once; return what was found, and the wanted cells with their scores."""
    seen = _ObservedGrid(grid, wanted, np.zeros(grid.shape[1], np.int64))
    candidates = best_candidates(seen, CANDIDATES, progress=progress)
    survey = Survey(candidates=candidates, eligible=seen.of_mentors, largest=seen.largest)
    return survey, np.concatenate(seen.kept, axis=1)


def _cells(grid: Grid, wanted: Ints) -> Ints:
    """Return the wanted cells (rows and columns, by rows) with their scores."""
    scores = [grid.rows(row, row + 1)[0, column] for row, column in wanted.T.tolist()]
    return np.stack([*wanted, np.array(scores, dtype=np.int64)])


@dataclass(frozen=True, slots=True, kw_only=True)
class _FirstPairs:
    """What a solve begins with: pairs, and what is known of all pairs.

    Pairs that are locked, forbidden or previous are among them whenever they are eligible. `counts` are
    each mentor's eligible pairs; `grid` is where others may still be found, None when these are all.
    """

    pool: _EligiblePairs
    counts: Ints
    largest: int
    grid: Grid | None

    @classmethod
    def of(
        cls,
        scores: Scores | Grid | Sparse,
        people: _OrderedSides,
        terms: Terms,
        survey: Callable[[], Survey] | None,
        progress: Callable[[int], None],
    ) -> "_FirstPairs":
        if isinstance(scores, Sparse):
            row = np.repeat(np.arange(len(scores.starts) - 1, dtype=np.int32), np.diff(scores.starts))
            return cls.whole(people, row, scores.columns, scores.values)
        grid: Grid = DenseScores(scores) if isinstance(scores, np.ndarray) else scores
        rows, columns = grid.shape
        if rows * columns <= _SMALL:
            matrix = grid.rows(0, rows)
            if np.count_nonzero(matrix >= 0) <= _ALL_AT_ONCE:
                row, column = (part.astype(np.int32) for part in np.nonzero(matrix >= 0))
                return cls.whole(people, row, column, matrix[row, column])
        couples = sorted({*terms.locked, *terms.forbidden, *(terms.previous or ())})
        wanted = np.array(couples, dtype=np.int64).reshape(-1, 2).T
        found, cells = _survey(grid, wanted, progress) if survey is None else (survey(), _cells(grid, wanted))
        row = np.repeat(np.arange(rows, dtype=np.int32), np.diff(found.candidates.starts))
        pool = _EligiblePairs.eligible(people, row, found.candidates.columns, found.candidates.values)
        settled = _EligiblePairs.eligible(people, *cells)
        counts = found.eligible[people.columns]
        return cls(pool=pool.joined(settled), counts=counts, largest=found.largest, grid=grid)

    @classmethod
    def whole(cls, people: _OrderedSides, row: Integers, column: Integers, score: Integers) -> "_FirstPairs":
        pool = _EligiblePairs.eligible(people, row, column, score)
        counts = np.bincount(pool.mentor, minlength=len(people.columns)).astype(np.int64)
        return cls(pool=pool, counts=counts, largest=int(pool.score.max(initial=0)), grid=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _AssignmentProblem:
    """One problem, whichever of its pairs are looked at."""

    people: _OrderedSides
    objective: Objective
    tie_breaks: "_TieBreaks"
    locked: Ints  # codes, rising
    settled: Ints  # locked and forbidden
    previous: Ints
    again: bool  # whether there was anything before
    places: Places
    rank: Ints  # of each mentee's priority, from 1

    @classmethod
    def of(
        cls,
        people: _OrderedSides,
        pool: _EligiblePairs,
        counts: Ints,
        terms: Terms,
        *,
        objective: Objective,
        seed: int,
    ) -> "_AssignmentProblem":
        """Settle the locks, and how many places that leaves; `counts` are each mentor's eligible pairs."""
        _check_locks(people, pool, terms)
        locked = np.unique(people.codes(terms.locked))
        settled = np.unique(np.concatenate([locked, people.codes(terms.forbidden)]))
        of_mentees, of_mentors = (
            np.bincount(part, minlength=len(side)).astype(np.int64)
            for part, side in zip(people.parted(locked), (people.rows, people.columns), strict=True)
        )
        capacity = np.array(people.mentees.capacity, dtype=np.int64) - of_mentees
        one = np.where(of_mentees == 0, np.minimum(capacity, 1), 0)
        taken = np.bincount(pool.mentor[np.isin(pool.code, settled)], minlength=len(counts))
        room = np.array(people.mentors.capacity, dtype=np.int64) - of_mentors
        _, rank = np.unique(np.array(people.mentees.priority, dtype=np.int64), return_inverse=True)
        return cls(
            people=people,
            objective=objective,
            tie_breaks=_TieBreaks.of(people, seed),
            locked=locked,
            settled=settled,
            previous=np.unique(people.codes(terms.previous or ())),
            again=terms.previous is not None,
            places=Places(first=one, further=capacity - one, mentor=np.minimum(room, counts - taken)),
            rank=rank.astype(np.int64) + 1,
        )

    def solve(
        self, pool: _EligiblePairs, before: "_Solution | None", tell: Callable[[int], None]
    ) -> "_Solution":
        """Return the best assignment on those pairs; `before` is that on some of them."""
        free = ~np.isin(pool.code, self.settled) if len(self.settled) else np.ones(len(pool.score), np.bool_)
        served = self._served(pool, free) if self.objective.served else None
        tell(20)
        floor, above, reached = 0, None, served
        if served and self.objective.floor and any(served.counts):
            least = before.certificate.floor if before and before.served == served.counts else 0
            floor, reached, above = self._floor(pool, free, served, least)
        tell(50)
        net = self._network(pool, free, floor)
        levels = self._levels(pool, net)
        whole = solve_lexicographically(
            net,
            (gains() for _, gains in levels),
            first=_flow_of(net, reached) if reached and len(reached.reaches) == 1 else None,
            nearly=before.prices if before else (),
        )
        tell(100)
        certificate = Certificate(
            levels=tuple(name for name, _ in levels),
            value=whole.values,
            floor=floor,
            served=served.prices if served else None,
            above_floor=above.prices if above else None,
            whole=_prices_by_place(whole.prices, net.mentees),
        )
        chosen = np.isin(pool.code, self.locked) if len(self.locked) else np.zeros(len(pool.score), np.bool_)
        chosen[net.pair[whole.flow[net.pairs] > 0]] = True
        return _Solution(
            chosen=chosen,
            certificate=certificate,
            served=served.counts if served else (),
            prices=whole.prices,
        )

    def gaining(
        self,
        grid: Grid,
        rows: range | None,
        pool: _EligiblePairs,
        answer: "_Solution",
        largest: int,
        each: int,
    ) -> _EligiblePairs:
        """Return pairs beside the pool that would make the answer better; none if it is the best of all."""
        certificate, floor = answer.certificate, answer.certificate.floor
        proofs: list[tuple[Prices, tuple[str, ...], int]] = []
        proofs += [(certificate.served, ("served",), 0)] if certificate.served else []
        proofs += [(certificate.above_floor, ("served",), floor + 1)] if certificate.above_floor else []
        proofs += [(certificate.whole, certificate.levels, floor)]
        settled, looked_at = self.settled, pool.code

        def known(row: Ints, column: Ints) -> Truths:
            code = self.people.row_places[row] * len(self.people.columns) + self.people.column_places[column]
            return _among(code, settled) | _among(code, looked_at)

        found = column_generation.find_gaining_pairs(
            grid,
            rows,
            [self._proof(*proof) for proof in proofs],
            facts=column_generation.PairFacts(later=self.later_gains(), known=known, largest=largest),
            each=each,
        )
        return _EligiblePairs.eligible(self.people, found.row, found.column, found.score)

    def _proof(self, prices: Prices, levels: tuple[str, ...], at_least: int) -> column_generation.DualPrices:
        """Return the prices in the order of the grid."""
        rows, columns = self.people.row_places, self.people.column_places
        first, further, mentor = (
            np.array(side, dtype=np.int64).reshape(len(side), len(levels))
            for side in (prices.first, prices.further, prices.mentor)
        )
        return column_generation.DualPrices(
            levels=levels,
            at_least=at_least,
            first=first[rows],
            further=further[rows],
            mentor=mentor[columns],
            more=self.places.further[rows] > 0,
        )

    def _groups(self) -> Iterator[Truths]:
        """Yield each priority group with those before it, everybody first."""
        for rank in range(1, int(self.rank.max(initial=0)) + 1):
            yield self.rank >= rank

    def _served(self, pool: _EligiblePairs, allowed: Truths) -> "_Served":
        """Return how many can be served along those pairs."""
        if int(self.rank.max(initial=0)) > _FEW_GROUPS:
            return self._served_by_one_flow(pool, allowed)
        mentee, mentor = pool.mentee[allowed], pool.mentor[allowed]
        which = np.flatnonzero(allowed).astype(np.int32)
        reaches = (flow_network.find_reach(self.places, mentee, mentor, group) for group in self._groups())
        return _Served.of(which, tuple(reaches))

    def _served_by_one_flow(self, pool: _EligiblePairs, allowed: Truths) -> "_Served":
        """Return the same from one flow, whose gain is the rank of who is served."""
        which = np.flatnonzero(allowed).astype(np.int32)
        pairs, none = (which, pool.mentee[which], pool.mentor[which]), np.zeros(0, dtype=np.int32)
        places = replace(self.places, further=np.zeros_like(self.places.further))
        net = flow_network.build_network(places, pairs, (none, none, none), load=False)
        best = solve_lexicographically(net, [self._served_gain(net)])
        served = np.zeros(len(self.rank), dtype=np.bool_)
        served[pool.mentee[net.pair[best.flow[net.pairs] > 0]]] = True
        counts = tuple(int(np.count_nonzero(served & group)) for group in self._groups())
        return _Served(which=which, counts=counts, prices=_prices_by_place(best.prices, net.mentees))

    def _floor(
        self, pool: _EligiblePairs, free: Truths, served: "_Served", least: int
    ) -> tuple[int, "_Served", "_Served"]:
        """Return the highest floor that serves as many, how it serves them, and who is served above it.

        It is `least` or more. Floors are halved; and where one serves too few, a smallest cut lacks some
        pairs that cross it: no floor serves as many but those that let that many more across.
        """
        above = self._served(pool, free & (pool.score > least))
        if above.counts != served.counts:
            return least, self._served(pool, free & (pool.score >= least)), above
        low, reached = least, above
        scores = np.unique(pool.score[free & (pool.score > least)])
        scores = scores[scores <= self._highest_possible(pool, free, served)]
        while len(scores):
            floor = int(scores[len(scores) // 2])
            tried = self._served(pool, free & (pool.score >= floor))
            if tried.counts == served.counts:
                low, reached, scores = floor, tried, scores[len(scores) // 2 + 1 :]
                continue
            lacking = np.subtract(served.counts, tried.counts).tolist()
            bounds = [
                _crossing(pool, free, floor, reach, less)
                for reach, less in zip(tried.reaches, lacking, strict=False)  # none where one flow told it
                if less
            ]
            scores = scores[scores <= min(bounds, default=floor - 1)]
        return low, reached, self._served(pool, free & (pool.score > low))

    def _highest_possible(self, pool: _EligiblePairs, free: Truths, served: "_Served") -> int:
        """Bound the floor: as many of each group as are served must have a pair that reaches it."""
        best_score = np.full(len(self.rank), -1, dtype=np.int64)
        counts = free & (self.places.first[pool.mentee] > 0)
        np.maximum.at(best_score, pool.mentee[counts], pool.score[counts])
        bounds = [
            int(np.sort(best_score[group])[::-1][count - 1])
            for group, count in zip(self._groups(), served.counts, strict=True)
            if count
        ]
        return min(bounds)

    def _network(self, pool: _EligiblePairs, free: Truths, floor: int) -> Network:
        high = free & (pool.score >= floor)
        first, further = (
            (which, pool.mentee[which], pool.mentor[which])
            for which in (np.flatnonzero(high), np.flatnonzero(free & ~high))
        )
        return flow_network.build_network(self.places, first, further, load=self.objective.load)

    def _levels(self, pool: _EligiblePairs, net: Network) -> list[tuple[str, Callable[[], Ints]]]:
        """Return each level that counts, with what the arcs gain at it."""
        objective = self.objective
        levels: list[tuple[str, Callable[[], Ints]]] = []
        if objective.served:
            levels.append(("served", lambda: self._served_gain(net)))
        if objective.total:
            levels.append(("total", lambda: net.on_pairs(pool.score)))
        if objective.load:
            levels.append(("load", lambda: self._load_gain(net)))
        if objective.least_change and self.again:
            levels.append(("least change", lambda: net.on_pairs(self._change(pool.code))))
        levels.append(("tie-break", lambda: net.on_pairs(-self.tie_breaks(pool.mentee, pool.mentor))))
        return levels

    def _served_gain(self, net: Network) -> Ints:
        """Serving a mentee is worth the rank of their priority."""
        firsts = np.flatnonzero((net.tail == flow_network.ROOT) & (net.head <= net.mentees))
        gain = np.zeros(len(net.tail), dtype=np.int64)
        gain[firsts] = self.rank[net.head[firsts] - 1]
        return gain

    def _load_gain(self, net: Network) -> Ints:
        """Each further mentee of a mentor costs 2 more, which evens the sum of squares."""
        _, locked = self.people.parted(self.locked)
        before = np.bincount(locked, minlength=net.mentors)
        gain = np.zeros(len(net.tail), dtype=np.int64)
        back = np.flatnonzero(net.head == flow_network.ROOT)
        mentor = net.tail[back] - 1 - 2 * net.mentees
        starts = np.searchsorted(mentor, mentor)  # arcs of one mentor stand together, in order
        gain[back] = -(2 * (before[mentor] + np.arange(len(mentor)) - starts) + 1)
        return gain

    def _change(self, code: Ints) -> Ints:
        return np.where(np.isin(code, self.previous), 1, -1)

    def later_gains(self) -> column_generation.LaterGains:
        """Return what tells the gains of the grid's pairs at the levels after served and total."""

        def gains(level: str, row: Ints, column: Ints) -> Ints:
            mentee, mentor = self.people.row_places[row], self.people.column_places[column]
            if level == "least change":
                return self._change(mentee * len(self.people.columns) + mentor)
            if level == "tie-break":
                return -self.tie_breaks(mentee, mentor)
            return np.zeros(len(row), dtype=np.int64)  # load is gained, or lost, with the mentor's place

        return gains

    def assignment(self, pool: _EligiblePairs, answer: "_Solution", rounds: int) -> Assignment:
        """Return the chosen and the locked pairs, by rows and columns."""
        made = pool.part(answer.chosen)
        best_score = np.full(len(self.people.rows), -1, dtype=np.int64)
        np.maximum.at(best_score, made.mentee, made.score)
        reached = best_score[best_score >= 0]
        rows, columns = self.people.rows[made.mentee], self.people.columns[made.mentor]
        return Assignment(
            pairs=tuple(sorted(zip(rows.tolist(), columns.tolist(), strict=True))),
            served=len(reached),
            worst=int(reached.min()) if len(reached) else None,
            total=int(made.score.sum(dtype=np.int64)),
            certificate=answer.certificate,
            candidates=pool.by_rows(self.people),
            rounds=rounds,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Served:
    """How many of each priority group (with those before it) are served along the pairs `which`."""

    which: Nodes
    counts: tuple[int, ...]
    prices: Prices
    reaches: tuple[Reach, ...] = ()  # of each group, where each was asked for by itself

    @classmethod
    def of(cls, which: Nodes, reaches: tuple[Reach, ...]) -> "_Served":
        """Return what the largest flow of each group says; the prices are the cuts, added up."""
        first = -np.stack([reach.mentees for reach in reaches]).sum(axis=0, dtype=np.int64)
        mentor = -np.stack([reach.mentors for reach in reaches]).sum(axis=0, dtype=np.int64)
        return cls(
            which=which,
            counts=tuple(reach.served for reach in reaches),
            prices=Prices(
                first=_vectors(first), further=_vectors(np.zeros_like(first)), mentor=_vectors(mentor)
            ),
            reaches=reaches,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Solution:
    """The best assignment on the pairs of a pool; `served` is by priority group, `prices` by level."""

    chosen: Truths
    certificate: Certificate
    served: tuple[int, ...]
    prices: tuple[Ints, ...]


def _among(codes: Ints, rising: Ints) -> Truths:
    """Say which of the codes are in an array of rising ones."""
    if not len(rising):
        return np.zeros(len(codes), dtype=np.bool_)
    there: Truths = rising[np.minimum(np.searchsorted(rising, codes), len(rising) - 1)] == codes
    return there


def _crossing(pool: _EligiblePairs, free: Truths, floor: int, reach: Reach, lacking: int) -> int:
    """Return the score that `lacking` of the pairs across the cut, below the floor, reach."""
    across = free & (pool.score < floor) & reach.mentees[pool.mentee] & ~reach.mentors[pool.mentor]
    scores = pool.score[across]
    return int(np.partition(scores, len(scores) - lacking)[len(scores) - lacking])


def _prices_by_place(prices: Sequence[Ints], rows: int) -> Prices:
    vectors = _vectors(*prices)
    return Prices(
        first=vectors[1 : 1 + rows], further=vectors[1 + rows : 1 + 2 * rows], mentor=vectors[1 + 2 * rows :]
    )


def _vectors(*levels: Ints) -> tuple[Vector, ...]:
    return tuple(map(tuple, np.stack(levels, axis=1).tolist()))


def _flow_of(net: Network, served: _Served) -> tuple[Nodes, Ints]:
    """Return the flow that serves those who are served, and the prices of its cut."""
    (reach,) = served.reaches
    chosen = np.zeros(int(served.which.max(initial=-1)) + 1, dtype=np.bool_)
    chosen[served.which[reach.chosen]] = True
    flow = np.zeros(len(net.tail), dtype=np.int32)
    high = net.pair[: len(served.which)]
    flow[net.first_pair : net.first_pair + len(high)] = chosen[high]
    used = np.flatnonzero(flow)
    first = np.zeros(net.nodes, dtype=np.int64)
    taken = np.zeros(net.nodes, dtype=np.int64)
    first[net.tail[used]] = 1
    np.add.at(taken, net.head[used], 1)
    firsts = np.flatnonzero((net.tail == flow_network.ROOT) & (net.head <= net.mentees))
    flow[firsts] = first[net.head[firsts]]
    back = np.flatnonzero(net.head == flow_network.ROOT)
    before = np.arange(len(back)) - np.searchsorted(net.tail[back], net.tail[back])
    flow[back] = np.clip(taken[net.tail[back]] - before, 0, net.capacity[back])
    price = np.zeros(net.nodes, dtype=np.int64)
    price[1 : 1 + net.mentees] = -reach.mentees.astype(np.int64)
    price[1 + 2 * net.mentees :] = -reach.mentors.astype(np.int64)
    return flow, price


def _check_locks(people: _OrderedSides, pool: _EligiblePairs, terms: Terms) -> None:
    if not terms.locked:
        return
    codes = people.codes(terms.locked)
    eligible = np.isin(codes, pool.code).tolist()
    forbidden = np.isin(codes, people.codes(terms.forbidden)).tolist()
    mentees, mentors = (part.tolist() for part in people.parted(codes))
    seen: set[tuple[int, int]] = set()
    for mentee, mentor, allowed, refused in zip(mentees, mentors, eligible, forbidden, strict=True):
        for wrong, problem in (
            (refused, Problem.LOCKED_AND_FORBIDDEN),
            (not allowed, Problem.LOCKED_AGAINST_RULE),
            ((mentee, mentor) in seen, Problem.LOCKED_TWICE),
        ):
            if wrong:
                raise CannotMatch(problem, people.mentees.ids[mentee], people.mentors.ids[mentor])
        seen.add((mentee, mentor))
    _check_capacity(people.mentees, mentees)
    _check_capacity(people.mentors, mentors)


def _check_capacity(side: Side, locked: Sequence[int]) -> None:
    for place, count in sorted(Counter(locked).items()):
        if count > side.capacity[place]:
            numbers = {"locked": count, "capacity": side.capacity[place]}
            raise CannotMatch(Problem.LOCKED_BEYOND_CAPACITY, side.ids[place], numbers=numbers)


@dataclass(frozen=True, slots=True, kw_only=True)
class _TieBreaks:
    """The tie-breaks of pairs, by their places."""

    mentees: tie_break.Bits
    mentors: tie_break.Bits
    bits: int

    @classmethod
    def of(cls, people: _OrderedSides, seed: int) -> "_TieBreaks":
        mentees, mentors = people.mentees.ids, people.mentors.ids
        return cls(
            mentees=tie_break.tie_break_keys(mentees, "mentee", seed),
            mentors=tie_break.tie_break_keys(mentors, "mentor", seed),
            bits=tie_break.tie_break_bits(1 + 2 * len(mentees) + len(mentors)),
        )

    def __call__(self, mentee: Integers, mentor: Integers) -> Ints:
        return tie_break.tie_break_numbers(self.mentees[mentee], self.mentors[mentor], self.bits)
