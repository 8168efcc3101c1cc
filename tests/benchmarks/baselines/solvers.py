"""scipy, lapx and OR-Tools on the one-to-one total, from the same matrix to the pairs.

Each gets the matrix as its own documentation asks for it, and the conversion is part of its time, because
whoever calls it has to do it; `alone` is the library's call without it. A pair that is not eligible is worth
nothing, like no pair at all.
"""

import gzip
from collections.abc import Callable
from typing import Any

import lap
import numpy as np
import numpy.typing as npt
from ortools.graph.python import min_cost_flow
from scipy.optimize import linear_sum_assignment

from tests.benchmarks.children import Taken, answer, timed

Scores = npt.NDArray[np.int32]
Couples = tuple[npt.NDArray[Any], npt.NDArray[Any]]


def _scipy(scores: Scores, alone: Taken) -> Couples:
    worth = np.maximum(scores, 0).astype(np.float64)
    with timed() as taken:
        rows, columns = linear_sum_assignment(worth, maximize=True)
    alone.seconds = taken.seconds
    return rows, columns


def _lapx(scores: Scores, alone: Taken) -> Couples:
    cost = -np.maximum(scores, 0).astype(np.float64)
    with timed() as taken:
        _, columns, _ = lap.lapjv(cost)
    alone.seconds = taken.seconds
    return np.arange(len(columns)), columns


def _lapx_jvs(scores: Scores, alone: Taken) -> Couples:
    cost = -np.maximum(scores, 0).astype(np.float64)
    with timed() as taken:
        _, rows, columns = lap.lapjvs(cost, prefer_float32=False)  # in float32 it need not be exact
    alone.seconds = taken.seconds
    return rows, columns


def _ortools(scores: Scores, alone: Taken) -> Couples:
    mentees, mentors = scores.shape
    row, column = np.nonzero(scores >= 0)
    source, sink = mentees + mentors, mentees + mentors + 1
    sides = np.arange(mentees), mentees + np.arange(mentors)
    tail = np.concatenate([row, np.full(mentees, source), sides[1], [source]]).astype(np.int32)
    head = np.concatenate([mentees + column, sides[0], np.full(mentors, sink), [sink]]).astype(np.int32)
    cost = np.concatenate([-scores[row, column].astype(np.int64), np.zeros(mentees + mentors + 1, np.int64)])
    most = np.ones(len(tail), dtype=np.int64)
    most[-1] = mentees
    with timed() as taken:
        solver = min_cost_flow.SimpleMinCostFlow()
        arcs = solver.add_arcs_with_capacity_and_unit_cost(tail, head, most, cost)
        solver.set_nodes_supplies(
            np.array([source, sink], dtype=np.int32), np.array([mentees, -mentees], dtype=np.int64)
        )
        if solver.solve() != solver.OPTIMAL:
            raise ArithmeticError("OR-Tools found no optimum")
        chosen = solver.flows(arcs)[: len(row)] > 0
    alone.seconds = taken.seconds
    return row[chosen], column[chosen]


SOLVERS: dict[str, Callable[[Scores, Taken], Couples]] = {
    "scipy": _scipy,
    "lapx": _lapx,
    "lapx lapjvs": _lapx_jvs,
    "OR-Tools": _ortools,
}


def solve(*, which: str, matrix: str) -> dict[str, Any]:
    """Solve one matrix (a file of numpy) with one of the solvers."""
    scores = np.load(matrix)
    alone = Taken()
    with timed() as taken:
        rows, columns = SOLVERS[which](scores, alone)
        reached = scores[rows, columns]
        total, served = int(reached[reached >= 0].sum()), int((reached >= 0).sum())
    return taken.of(total=total, served=served, alone=alone.seconds)


def cheapest(*, files: list[str]) -> dict[str, Any]:
    """Return what scipy finds as the least cost of each of OR-Library's problems."""
    optima = {}
    with timed() as taken:
        for file in files:
            with gzip.open(file) as content:
                size, *numbers = map(int, content.read().split())
            costs = np.array(numbers).reshape(size, size)
            rows, columns = linear_sum_assignment(costs)
            optima[file] = int(costs[rows, columns].sum())
    return taken.of(optima=optima)


if __name__ == "__main__":
    answer({"solve": solve, "cheapest": cheapest})
