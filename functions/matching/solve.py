"""Scores and capacities into the best assignment, exactly, level by level, with the proof.

The levels (each can be off): people served, priority first → the floor under first pairings → total
score → even load → least change from a previous assignment → a tie-break by ids and seed. They are
solved one after the other on one network of flow:

    root ─→ mentee's first place ─→ pairs at or above the floor ─→ mentor ─→ root
    root ─→ mentee's further places ─→ any pair ─────────────────↗

Each level is a circulation of least cost (OR-Tools). Shortest paths over what the flow leaves open
give prices; an arc whose reduced cost is not 0 is as every optimum has it, so the next level decides
among the others alone. No weights are mixed, so nothing can overflow from one level into another, and
the prices of all levels together prove the whole (`outcome.Certificate`).

Served first needs no more than the order of the priority groups as its gain: sets of mentees that can
be served together are the independent sets of a matroid, where the best set is the same for all gains
in that order, and is one of the largest.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from ortools.graph.python import min_cost_flow

from functions.matching.outcome import Certificate, Prices, Vector
from functions.matching.people import CannotMatch
from functions.matching.policy import Objective

Ints = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]
Couple = tuple[int, int]  # mentee's row, mentor's column

_LARGEST = 2**62
_ROOT = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """The people of one side, in the order of the scores' rows or columns."""

    ids: tuple[str, ...]
    capacity: tuple[int, ...]
    priority: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sparse:
    """Scores of the eligible pairs alone, by rows (CSR): row r has columns[starts[r]:starts[r+1]]."""

    starts: Ints
    columns: Ints
    values: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is settled before: pairs that must stand, pairs that must not, and what there was before."""

    locked: tuple[Couple, ...] = ()
    forbidden: tuple[Couple, ...] = ()
    previous: tuple[Couple, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """The best assignment. `worst` is the lowest of the served mentees' best scores, None for nobody."""

    pairs: tuple[Couple, ...]
    served: int
    worst: int | None
    total: int
    certificate: Certificate


def assign(  # noqa: PLR0913 - these are the terms of an assignment; the contract names each
    scores: npt.NDArray[np.integer] | Sparse,
    mentors: Side,
    mentees: Side,
    *,
    terms: Terms = Terms(),
    objective: Objective = Objective(),  # noqa: B008 - frozen
    seed: int = 0,
    progress: Callable[[int], None] = lambda _percent: None,
) -> Assignment:
    """Return the best assignment of mentees (rows) to mentors (columns), no pair twice.

    Scores below 0 are not eligible. The answer does not depend on the order of people or pairs: ids
    decide. Raises CannotMatch when the locks contradict eligibility, `forbidden`, a capacity or each other.
    """
    table = _Pairs.of(scores, mentors, mentees)
    _check_locks(table, terms)
    levels = _Levels(table=table, terms=terms, objective=objective, seed=seed)
    progress(5)
    served = levels.served() if objective.served else None
    progress(20)
    floor, above = levels.floor(served) if objective.floor and served else (0, None)
    progress(50)
    names, gains, network = levels.network(floor)
    whole = _lexicographic(network, gains, lambda level: progress(50 + 50 * level // max(len(gains), 1)))
    certificate = Certificate(
        levels=names,
        value=tuple(int(gain @ whole.flow) for gain in gains),
        floor=floor,
        served=served.prices if served else None,
        above_floor=above,
        whole=whole.prices,
    )
    return table.assignment(whole.chosen, terms.locked, certificate)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pairs:
    """The eligible pairs, people in the order of their ids; `rows` and `columns` lead back."""

    mentees: Side
    mentors: Side
    rows: Ints  # place in order → row of the scores
    columns: Ints
    mentee: Ints  # of each pair, its place in order
    mentor: Ints
    score: Ints

    @classmethod
    def of(cls, scores: npt.NDArray[np.integer] | Sparse, mentors: Side, mentees: Side) -> "_Pairs":
        row, column, score = _eligible(scores)
        rows, columns = _order(mentees.ids), _order(mentors.ids)
        mentee, mentor = _inverse(rows)[row], _inverse(columns)[column]
        ordered = np.lexsort((mentor, mentee))
        return cls(
            mentees=_ordered(mentees, rows),
            mentors=_ordered(mentors, columns),
            rows=rows,
            columns=columns,
            mentee=mentee[ordered],
            mentor=mentor[ordered],
            score=score[ordered],
        )

    def places(self, couples: Sequence[Couple]) -> tuple[Ints, Ints]:
        """Return the mentees' and the mentors' places in order."""
        mentee, mentor = np.divmod(self.codes(couples), max(len(self.columns), 1))
        return mentee, mentor

    def codes(self, couples: Sequence[Couple]) -> Ints:
        """Return one number for each couple, that of the same pair in `code`."""
        if not couples:
            return np.zeros(0, dtype=np.int64)
        pairs = np.array(couples, dtype=np.int64)
        return _inverse(self.rows)[pairs[:, 0]] * len(self.columns) + _inverse(self.columns)[pairs[:, 1]]

    @property
    def code(self) -> Ints:
        """One number for each pair."""
        return self.mentee * len(self.columns) + self.mentor

    def assignment(self, chosen: Truths, locked: Sequence[Couple], certificate: Certificate) -> Assignment:
        """Return the chosen pairs and the locked ones, by rows and columns."""
        stands = chosen | np.isin(self.code, self.codes(locked))
        mentee, score = self.mentee[stands], self.score[stands]
        best = np.full(len(self.rows), -1, dtype=np.int64)
        np.maximum.at(best, mentee, score)
        reached = best[best >= 0]
        pairs = zip(self.rows[mentee].tolist(), self.columns[self.mentor[stands]].tolist(), strict=True)
        return Assignment(
            pairs=tuple(sorted(pairs)),
            served=len(reached),
            worst=int(reached.min()) if len(reached) else None,
            total=int(score.sum()),
            certificate=certificate,
        )


def _eligible(scores: npt.NDArray[np.integer] | Sparse) -> tuple[Ints, Ints, Ints]:
    if isinstance(scores, Sparse):
        row = np.repeat(np.arange(len(scores.starts) - 1), np.diff(scores.starts))
        keep = scores.values >= 0
        return row[keep], scores.columns[keep].astype(np.int64), scores.values[keep].astype(np.int64)
    row, column = np.nonzero(scores >= 0)
    return row, column, scores[row, column].astype(np.int64)


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


def _check_locks(table: _Pairs, terms: Terms) -> None:
    eligible = set(table.code.tolist())
    forbidden = set(table.codes(terms.forbidden).tolist())
    seen: set[int] = set()
    locked = [places.tolist() for places in table.places(terms.locked)]
    for mentee, mentor, code in zip(*locked, table.codes(terms.locked).tolist(), strict=True):
        said = f"mentee {table.mentees.ids[mentee]} with mentor {table.mentors.ids[mentor]}"
        for wrong, cause in (
            (code in forbidden, "is both locked and forbidden. Drop one of the two"),
            (
                code not in eligible,
                "is locked, but a rule refuses that pairing. Unlock it, or change the rule",
            ),
            (code in seen, "is locked twice. Lock it once"),
        ):
            if wrong:
                raise CannotMatch(f"The pairing of {said} {cause}.")
        seen.add(code)
    _check_capacity(table.mentees, locked[0])
    _check_capacity(table.mentors, locked[1])


def _check_capacity(side: Side, locked: Sequence[int]) -> None:
    for place in sorted(set(locked)):
        if locked.count(place) > side.capacity[place]:
            raise CannotMatch(
                f"{side.ids[place]} has {locked.count(place)} locked pairings "
                f"and a capacity of {side.capacity[place]}. Unlock some, or raise the capacity.",
                person_id=side.ids[place],
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Network:
    """Arcs of the circulation; `pair` is the index of the pair that an arc stands for, −1 for the others."""

    nodes: int
    tail: Ints
    head: Ints
    capacity: Ints
    pair: Ints
    mentee_count: int
    pair_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Solved:
    flow: Ints
    chosen: Truths  # of all pairs
    prices: Prices


@dataclass(frozen=True, slots=True, kw_only=True)
class _Levels:
    """Builds the network and the gains of each level for one problem."""

    table: _Pairs
    terms: Terms
    objective: Objective
    seed: int

    @property
    def _locked(self) -> tuple[Ints, Ints]:
        """How many locked pairings each mentee and each mentor has."""
        mentee, mentor = self.table.places(self.terms.locked)
        return (
            np.bincount(mentee, minlength=len(self.table.rows)).astype(np.int64),
            np.bincount(mentor, minlength=len(self.table.columns)).astype(np.int64),
        )

    def _free(self) -> Truths:
        """Say of each pair whether the solver may choose it."""
        settled = np.concatenate(
            [self.table.codes(self.terms.locked), self.table.codes(self.terms.forbidden)]
        )
        return ~np.isin(self.table.code, settled)

    def _first_gain(self) -> Ints:
        """Return what serving each mentee is worth: the rank of their priority, from 1."""
        _, rank = np.unique(np.array(self.table.mentees.priority, dtype=np.int64), return_inverse=True)
        return rank.astype(np.int64) + 1

    def served(self) -> "_Served":
        """Solve the first level on all pairs."""
        return self._most_served(self._free())

    def _most_served(self, allowed: Truths) -> "_Served":
        network = self._arcs(first=allowed, further=np.zeros_like(allowed), load=False)
        gain = self._served_gain(network)
        solved = _lexicographic(network, [gain])
        return _Served(value=int(gain @ solved.flow), prices=solved.prices)

    def floor(self, served: "_Served") -> tuple[int, Prices | None]:
        """Return the highest floor that serves as many, and the prices that prove that no higher one does."""
        free = self._free()
        mentee_locked, _ = self._locked
        counts = free & (mentee_locked[self.table.mentee] == 0)
        candidates = np.unique(self.table.score[counts])
        if not served.value or not len(candidates):
            return 0, None
        low, high = 0, self._highest_possible(counts, candidates, served)
        while low < high:
            middle = (low + high + 1) // 2
            reached = self._value_served(free & (self.table.score >= candidates[middle]))
            low, high = (middle, high) if reached == served.value else (low, middle - 1)
        above = free & (self.table.score > candidates[low])
        return int(candidates[low]), self._most_served(above).prices

    def _value_served(self, allowed: Truths) -> int:
        network = self._arcs(first=allowed, further=np.zeros_like(allowed), load=False)
        gain = self._served_gain(network)
        return int(gain @ _circulate(network, gain, np.ones(len(gain), dtype=np.bool_), np.zeros_like(gain)))

    def _highest_possible(self, counts: Truths, candidates: Ints, served: "_Served") -> int:
        """Bound the floor: as many mentees as are served must have a pair that reaches it."""
        best = np.full(len(self.table.rows), -1, dtype=np.int64)
        np.maximum.at(best, self.table.mentee[counts], self.table.score[counts])
        at_least = -(-served.value // int(self._first_gain().max()))
        reached = np.sort(best[best >= 0])[::-1]
        return int(np.searchsorted(candidates, reached[min(at_least, len(reached)) - 1]))

    def network(self, floor: int) -> tuple[tuple[str, ...], list[Ints], _Network]:
        """Return the levels' names and gains, and the network where pairs below the floor come second."""
        free = self._free()
        high = free & (self.table.score >= floor)
        network = self._arcs(first=high, further=free & ~high, load=self.objective.load)
        levels: list[tuple[str, Ints]] = []
        if self.objective.served:
            levels.append(("served", self._served_gain(network)))
        if self.objective.total:
            levels.append(("total", _on_pairs(network, self.table.score)))
        if self.objective.load:
            levels.append(("load", self._load_gain(network)))
        if self.objective.least_change and self.terms.previous is not None:
            kept = np.isin(self.table.code, self.table.codes(self.terms.previous))
            levels.append(("least change", _on_pairs(network, np.where(kept, 1, -1))))
        levels.append(("tie-break", _on_pairs(network, -self._lots(network))))
        return tuple(name for name, _ in levels), [gain for _, gain in levels], network

    def _arcs(self, *, first: Truths, further: Truths, load: bool) -> _Network:
        """Lay the arcs: `first` pairs may serve as a first pairing, `further` ones only beside one."""
        mentee_locked, mentor_locked = self._locked
        places = np.array(self.table.mentees.capacity, dtype=np.int64) - mentee_locked
        one = np.where(mentee_locked == 0, np.minimum(places, 1), 0)
        more = places - one
        rows, columns = len(places), len(self.table.columns)
        first_node, further_node, mentor_node = 1 + np.arange(rows), 1 + rows + np.arange(rows), 1 + 2 * rows
        high = np.flatnonzero(first)
        low = np.flatnonzero(further & (more[self.table.mentee] > 0))
        room = np.array(self.table.mentors.capacity, dtype=np.int64) - mentor_locked
        room = np.minimum(room, np.bincount(self.table.mentor[first | further], minlength=columns))
        mentor_tail = np.repeat(np.arange(columns), room) if load else np.arange(columns)
        parts = (
            (np.full(rows, _ROOT), first_node, one, None),
            (np.full(rows, _ROOT), further_node, more, None),
            (further_node, first_node, more, None),
            (first_node[self.table.mentee[high]], mentor_node + self.table.mentor[high], None, high),
            (further_node[self.table.mentee[low]], mentor_node + self.table.mentor[low], None, low),
            (mentor_node + mentor_tail, np.full(len(mentor_tail), _ROOT), None if load else room, None),
        )
        tail, head, capacity, pair = (
            np.concatenate(column) for column in zip(*map(_filled, parts), strict=True)
        )
        useful = capacity > 0
        return _Network(
            nodes=1 + 2 * rows + columns,
            tail=tail[useful],
            head=head[useful],
            capacity=capacity[useful],
            pair=pair[useful],
            mentee_count=rows,
            pair_count=len(self.table.score),
        )

    def _served_gain(self, network: _Network) -> Ints:
        firsts = (network.tail == _ROOT) & (network.head <= network.mentee_count)
        gain = np.zeros(len(network.tail), dtype=np.int64)
        gain[firsts] = self._first_gain()[network.head[firsts] - 1]
        return gain

    def _load_gain(self, network: _Network) -> Ints:
        """Each further mentee of a mentor costs 2 more, which evens the sum of squares."""
        _, mentor_locked = self._locked
        gain = np.zeros(len(network.tail), dtype=np.int64)
        back = np.flatnonzero(network.head == _ROOT)
        mentor = network.tail[back] - 1 - 2 * network.mentee_count
        starts = np.searchsorted(mentor, mentor)  # arcs of one mentor stand together, in order
        gain[back] = -(2 * (mentor_locked[mentor] + np.arange(len(mentor)) - starts) + 1)
        return gain

    def _lots(self, network: _Network) -> Ints:
        """Return the lot of each pair: positive, drawn from both ids and the seed, equal on any machine."""
        bits = lot_bits(network.nodes)
        mentee = _keys(self.table.mentees.ids, "mentee", self.seed)[self.table.mentee]
        mentor = _keys(self.table.mentors.ids, "mentor", self.seed)[self.table.mentor]
        return (_mixed(mentee + _mixed(mentor)) >> np.uint64(64 - bits)).astype(np.int64) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Served:
    value: int
    prices: Prices


def _on_pairs(network: _Network, values: Ints) -> Ints:
    """Return a gain that only the pairs' arcs have."""
    gain = np.zeros(len(network.tail), dtype=np.int64)
    pairs = network.pair >= 0
    gain[pairs] = values[network.pair[pairs]]
    return gain


def lot_bits(nodes: int) -> int:
    """Return how many bits a lot has: what the flow solver can carry for so many nodes, 40 at most."""
    return max(8, min(40, 58 - 2 * nodes.bit_length()))


def _keys(ids: Sequence[str], role: str, seed: int) -> npt.NDArray[np.uint64]:
    """Return 64 bits for each person: the start of SHA-256 over seed, role and id."""
    digests = (hashlib.sha256(f"{seed}\0{role}\0{name}".encode()).digest() for name in ids)
    return np.array([int.from_bytes(digest[:8], "big") for digest in digests], dtype=np.uint64)


def _mixed(bits: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Return the finaliser of SplitMix64 (Steele, Lea, Flood 2014), which spreads every bit over all."""
    bits = bits + np.uint64(0x9E3779B97F4A7C15)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))


def _filled(part: tuple[Ints, Ints, Ints | None, Ints | None]) -> tuple[Ints, Ints, Ints, Ints]:
    tail, head, capacity, pair = part
    return (
        tail,
        head,
        np.ones(len(tail), dtype=np.int64) if capacity is None else capacity,
        np.full(len(tail), -1, dtype=np.int64) if pair is None else pair,
    )


def _lexicographic(
    network: _Network, gains: Sequence[Ints], progress: Callable[[int], None] = lambda _level: None
) -> _Solved:
    """Solve each level among the optima of those before it."""
    flow = np.zeros(len(network.tail), dtype=np.int64)
    open_arcs = np.ones(len(network.tail), dtype=np.bool_)
    prices: list[Ints] = []
    for level, gain in enumerate(gains):
        flow = _circulate(network, gain, open_arcs, flow)
        price = _prices(network, gain, open_arcs, flow)
        prices.append(price)
        open_arcs = open_arcs & (gain + price[network.head] - price[network.tail] == 0)
        progress(level + 1)
    chosen = np.zeros(network.pair_count, dtype=np.bool_)
    chosen[network.pair[(network.pair >= 0) & (flow > 0)]] = True
    return _Solved(flow=flow, chosen=chosen, prices=_said(prices, network.mentee_count))


def _said(prices: Sequence[Ints], rows: int) -> Prices:
    vectors: list[Vector] = [tuple(row) for row in np.stack(prices, axis=1).tolist()]
    return Prices(
        first=tuple(vectors[1 : 1 + rows]),
        further=tuple(vectors[1 + rows : 1 + 2 * rows]),
        mentor=tuple(vectors[1 + 2 * rows :]),
    )


def _circulate(network: _Network, gain: Ints, open_arcs: Truths, flow: Ints) -> Ints:
    """Return the flow of greatest gain that differs from the given one on open arcs alone."""
    if not gain[open_arcs].any():
        return flow
    # The flow solver multiplies every cost by the number of nodes, and adds up along paths.
    largest = int(np.abs(gain).max())
    if largest * (network.nodes + 1) ** 2 >= _LARGEST or largest * int(network.capacity.sum()) >= _LARGEST:
        raise OverflowError(f"scores up to {largest} on {network.nodes} nodes do not fit 64 bits")
    solver = min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        network.tail[open_arcs].astype(np.int32),
        network.head[open_arcs].astype(np.int32),
        network.capacity[open_arcs],
        -gain[open_arcs],
    )
    fixed = np.where(open_arcs, 0, flow)
    supply = np.zeros(network.nodes, dtype=np.int64)
    np.add.at(supply, network.head, fixed)
    np.subtract.at(supply, network.tail, fixed)
    solver.set_nodes_supplies(np.arange(network.nodes, dtype=np.int32), supply)
    if solver.solve() != solver.OPTIMAL:
        raise ArithmeticError("the flow solver found no optimum of a problem that has one")
    found = fixed
    found[open_arcs] = solver.flows(arcs)
    return found


def _prices(network: _Network, gain: Ints, open_arcs: Truths, flow: Ints) -> Ints:
    """Return prices under which no open arc that has room gains, and none in use loses; 0 at the root.

    Shortest paths over what the flow leaves open (Bellman and Ford, all arcs at once, only from nodes
    that moved). They exist exactly if the flow is optimal, so this is also the first check of the solver.
    """
    forth, back = open_arcs & (flow < network.capacity), open_arcs & (flow > 0)
    tail = np.concatenate([network.tail[forth], network.head[back]])
    head = np.concatenate([network.head[forth], network.tail[back]])
    cost = np.concatenate([-gain[forth], gain[back]])
    price: Ints = np.zeros(network.nodes, dtype=np.int64)
    if not cost.any():
        return price
    order = np.argsort(tail, kind="stable")
    tail, head, cost = tail[order], head[order], cost[order]
    starts = np.searchsorted(tail, np.arange(network.nodes + 1))
    moved = np.arange(network.nodes)
    for _ in range(network.nodes + 1):
        arcs = _arcs_from(moved, starts)
        shorter = price[tail[arcs]] + cost[arcs]
        better = shorter < price[head[arcs]]
        if not better.any():
            price -= price[_ROOT]
            return price
        before = price.copy()
        np.minimum.at(price, head[arcs][better], shorter[better])
        moved = np.flatnonzero(price < before)
    raise ArithmeticError("the flow solver's answer can still be improved")


def _arcs_from(nodes: Ints, starts: Ints) -> Ints:
    """Return the arcs that leave those nodes, when arcs stand in the order of their tails."""
    counts = starts[nodes + 1] - starts[nodes]
    offsets: Ints = np.repeat(starts[nodes] - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
    arcs: Ints = offsets + np.arange(len(offsets))
    return arcs
