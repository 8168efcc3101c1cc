"""The levels of an objective on one network of flow: each decides only what those before it leave open."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from functions.matching.solving.flow_network import (
    Ints,
    Network,
    Nodes,
    min_cost_circulation,
    node_prices,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LexicographicOptimum:
    """The best flow, what it gains at each level, and the prices of the nodes at each."""

    flow: Nodes
    values: tuple[int, ...]
    prices: tuple[Ints, ...]


def solve_lexicographically(
    network: Network,
    gains: Iterable[Ints],
    enough: Callable[[tuple[int, ...]], bool] = lambda _values: True,
    *,
    first: tuple[Nodes, Ints] | None = None,
    nearly: Sequence[Ints] = (),
) -> LexicographicOptimum:
    """Return the flow that is best at the first level, among those at the second, and so on.

    An arc whose reduced cost is not 0 is as every optimum has it, so later levels leave it alone. When
    what is reached so far is not `enough`, the levels that follow are left out. `first` are flow and
    prices of the first level where they are known; `nearly` are prices of each that are nearly right.
    """
    flow = np.zeros(len(network.tail), dtype=np.int32)
    open_arcs = np.ones(len(network.tail), dtype=np.bool_)
    values: list[int] = []
    charged: list[Ints] = []
    for level, gain in enumerate(gains):
        if level == 0 and first is not None:
            flow, price = first
        else:
            flow = min_cost_circulation(network, gain, open_arcs, flow)
            price = node_prices(network, gain, open_arcs, flow, nearly[level] if nearly else None)
        values.append(int(gain @ flow))
        charged.append(price)
        if not enough(tuple(values)):
            break
        fair = price[network.tail]
        fair -= price[network.head]
        open_arcs &= gain == fair
    return LexicographicOptimum(flow=flow, values=tuple(values), prices=tuple(charged))
