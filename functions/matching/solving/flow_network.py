"""The network of flow on which pairings are chosen, and what OR-Tools and shortest paths say of it.

    root ─→ mentee's first place ─→ pairs at or above the floor ─→ mentor ─→ root
    root ─→ mentee's further places ─→ any pair ─────────────────↗

Prices belong to nodes, 0 at the root. Under the prices of an optimal flow no arc that has room gains and
none in use loses, an arc's gain being its own plus the price of its head less that of its tail.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from ortools.graph.python import max_flow, min_cost_flow

Ints = npt.NDArray[np.int64]
Nodes = npt.NDArray[np.int32]
Truths = npt.NDArray[np.bool_]

ROOT = 0
_LARGEST = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Arcs of a circulation. Those of the pairs stand together: arc `first_pair + k` is pair `pair[k]`."""

    mentees: int
    mentors: int
    tail: Nodes
    head: Nodes
    capacity: Nodes
    first_pair: int
    pair: Nodes

    @property
    def nodes(self) -> int:
        """The root, two for each mentee, one for each mentor."""
        return 1 + 2 * self.mentees + self.mentors

    @property
    def pairs(self) -> slice:
        """The arcs that stand for pairs."""
        return slice(self.first_pair, self.first_pair + len(self.pair))

    def on_pairs(self, values: npt.NDArray[np.integer]) -> Ints:
        """Return the gains of all arcs when pairs alone gain."""
        gain = np.zeros(len(self.tail), dtype=np.int64)
        gain[self.pairs] = values[self.pair]
        return gain


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """How many places there are: a mentee's first (0 or 1) and further ones, a mentor's."""

    first: Ints
    further: Ints
    mentor: Ints


Pairs = tuple[npt.NDArray[np.integer], npt.NDArray[np.integer], npt.NDArray[np.integer]]


def build_network(places: Places, first: Pairs, further: Pairs, *, load: bool) -> Network:
    """Return the network of those pairs.

    Pairs are (index, mentee, mentor): `first` may serve, `further` only stand beside.

    With `load` every place of a mentor is an arc of its own, the mentor's places one after the other.
    """
    rows, columns = len(places.first), len(places.mentor)
    one, more, mentor_node = 1 + np.arange(rows), 1 + rows + np.arange(rows), 1 + 2 * rows
    back = np.repeat(np.arange(columns), places.mentor) if load else np.arange(columns)
    low = places.further[further[1]] > 0
    parts: tuple[tuple[npt.NDArray[np.integer], npt.NDArray[np.integer], Ints | int], ...] = (
        (np.full(rows, ROOT), one, places.first),
        (np.full(rows, ROOT), more, places.further),
        (more, one, places.further),
        (1 + first[1], mentor_node + first[2], 1),
        (1 + rows + further[1][low], mentor_node + further[2][low], 1),
        (mentor_node + back, np.full(len(back), ROOT), 1 if load else places.mentor),
    )
    tail, head, capacity = (
        np.concatenate([_as_nodes(part[which], len(part[0])) for part in parts]) for which in range(3)
    )
    useful = capacity > 0
    return Network(
        mentees=rows,
        mentors=columns,
        tail=tail[useful],
        head=head[useful],
        capacity=capacity[useful],
        first_pair=int(np.count_nonzero(useful[: 3 * rows])),
        pair=np.concatenate([first[0], further[0][low]]).astype(np.int32),
    )


def _as_nodes(values: npt.NDArray[np.integer] | int, length: int) -> Nodes:
    return np.broadcast_to(np.asarray(values, dtype=np.int32), (length,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How many can be served, by which pairs, and a smallest cut: those who can't reach a free place."""

    served: int
    chosen: Truths
    mentees: Truths
    mentors: Truths


def find_reach(places: Places, mentee: Nodes, mentor: Nodes, group: Truths) -> Reach:
    """Return how many mentees of a group can be served along those pairs, each once."""
    rows, columns = len(places.first), len(places.mentor)
    inside = np.flatnonzero(group[mentee])
    source, sink = 0, 1 + rows + columns
    solver = max_flow.SimpleMaxFlow()
    arcs = solver.add_arcs_with_capacity(
        1 + mentee[inside], 1 + rows + mentor[inside], np.ones(len(inside), dtype=np.int64)
    )
    for tail, head, capacity in (
        (_as_nodes(source, rows), 1 + np.arange(rows, dtype=np.int32), places.first * group),
        (1 + rows + np.arange(columns, dtype=np.int32), _as_nodes(sink, columns), places.mentor),
    ):
        solver.add_arcs_with_capacity(tail, head, capacity)
    if solver.solve(source, sink) != solver.OPTIMAL:
        raise ArithmeticError("the flow solver found no largest flow")
    chosen = np.zeros(len(mentee), dtype=np.bool_)
    chosen[inside] = solver.flows(arcs) > 0 if len(inside) else False
    side = np.zeros(sink + 1, dtype=np.bool_)
    side[np.asarray(solver.get_source_side_min_cut(), dtype=np.int64)] = True
    return Reach(
        served=int(solver.optimal_flow()),
        chosen=chosen,
        mentees=side[1 : 1 + rows],
        mentors=side[1 + rows : sink],
    )


def min_cost_circulation(network: Network, gain: Ints, open_arcs: Truths, flow: Nodes) -> Nodes:
    """Return the flow of greatest gain that differs from the given one on open arcs alone.

    Raises OverflowError when the gains are too large for 64 bits on this number of nodes.
    """
    offered = gain[open_arcs]
    if not offered.any():
        return flow
    # The flow solver multiplies every cost by the number of nodes, and adds up along paths.
    largest = int(np.abs(offered).max())
    if largest * (network.nodes + 1) ** 2 >= _LARGEST or largest * int(network.capacity.sum()) >= _LARGEST:
        raise OverflowError(f"scores up to {largest} on {network.nodes} nodes do not fit 64 bits")
    solver = min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        network.tail[open_arcs],
        network.head[open_arcs],
        network.capacity[open_arcs].astype(np.int64),
        np.negative(offered, out=offered),
    )
    del offered
    found = np.where(open_arcs, 0, flow).astype(np.int32)
    supply = np.zeros(network.nodes, dtype=np.int64)
    fixed = np.flatnonzero(found)
    np.add.at(supply, network.head[fixed], found[fixed])
    np.subtract.at(supply, network.tail[fixed], found[fixed])
    solver.set_nodes_supplies(np.arange(network.nodes, dtype=np.int32), supply)
    if solver.solve() != solver.OPTIMAL:
        raise ArithmeticError("the flow solver found no optimum of a problem that has one")
    found[open_arcs] = solver.flows(arcs)
    return found


def node_prices(
    network: Network, gain: Ints, open_arcs: Truths, flow: Nodes, start: Ints | None = None
) -> Ints:
    """Return the nodes' prices that prove the flow best, 0 at the root; `start` may be nearly right.

    Shortest paths over what the flow leaves open (Bellman and Ford, all arcs at once, only from nodes
    that moved). They exist exactly if the flow is optimal, so this is also the first check of the solver;
    raises ArithmeticError when it is not.
    """
    forth, back = open_arcs & (flow < network.capacity), open_arcs & (flow > 0)
    tail = np.concatenate([network.tail[forth], network.head[back]])
    head = np.concatenate([network.head[forth], network.tail[back]])
    cost = np.concatenate([-gain[forth], gain[back]])
    price: Ints = np.zeros(network.nodes, dtype=np.int64) if start is None else start.copy()
    order = np.argsort(tail, kind="stable")
    tail, head, cost = tail[order], head[order], cost[order]
    starts = np.searchsorted(tail, np.arange(network.nodes + 1))
    moved = np.arange(network.nodes)
    for _ in range(network.nodes + 1):
        arcs = _arcs_from(moved, starts)
        shorter, there = price[tail[arcs]] + cost[arcs], head[arcs]
        better = shorter < price[there]
        if not better.any():
            price -= price[ROOT]
            return price
        there, shorter = there[better], shorter[better]
        np.minimum.at(price, there, shorter)
        moved = np.flatnonzero(_marked(there, network.nodes))
    raise ArithmeticError("the flow solver's answer can still be improved")


def _marked(nodes: Nodes, count: int) -> Truths:
    marks = np.zeros(count, dtype=np.bool_)
    marks[nodes] = True
    return marks


def _arcs_from(nodes: Ints, starts: Ints) -> Ints:
    """Return the arcs that leave those nodes, when arcs stand in the order of their tails."""
    counts = starts[nodes + 1] - starts[nodes]
    offsets: Ints = np.repeat(starts[nodes] - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
    offsets += np.arange(len(offsets))
    return offsets
