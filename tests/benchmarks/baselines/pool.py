"""networkx on the pairs of one pool: the most people, and the greatest total, each by itself."""

from typing import Any

import networkx as nx
import numpy as np

from tests.benchmarks.children import answer, timed


def pool(*, matrix: str, most_people: bool) -> dict[str, Any]:
    """Pair one pool (a symmetric matrix, −1 where not eligible) by Edmonds' algorithm."""
    scores = np.load(matrix)
    with timed() as taken:
        graph = nx.Graph()
        for one, other in np.argwhere(np.triu(scores >= 0, 1)).tolist():
            graph.add_edge(one, other, weight=1 if most_people else int(scores[one, other]))
        pairs = nx.max_weight_matching(graph)
    total = sum(int(scores[one, other]) for one, other in pairs)
    return taken.of(served=2 * len(pairs), total=total)


if __name__ == "__main__":
    answer({"pool": pool})
