"""What each level of the objective can be at best, by linear programmes that HiGHS solves.

Written from the specification alone, without Kith's network: variables are pairs, whether a mentee is
served, and each place of each mentor. The best of one level becomes a constraint of the next; the floor is
found by trying every score. Each such set of best answers is a face of a polytope with whole corners, so the
optimum of the programme is that of whole assignments.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, vstack

from tests.benchmarks.children import answer, timed

Row = npt.NDArray[np.float64]


class Infeasible(Exception):  # noqa: N818 - it is what the programme is
    """No assignment keeps the constraints."""


class Programme:
    """The assignments of one instance, and what was settled of them so far."""

    def __init__(self, instance: dict[str, Any]) -> None:
        self.scores = np.array(instance["scores"], dtype=np.int64)
        self.locked = {tuple(couple) for couple in instance["locked"]}
        forbidden = {tuple(couple) for couple in instance["forbidden"]}
        self.pairs = [
            (int(row), int(column))
            for row, column in zip(*np.nonzero(self.scores >= 0), strict=True)
            if (row, column) not in forbidden
        ]
        self.mentees, self.mentors = self.scores.shape
        self.places = [
            (column, place)
            for column, capacity in enumerate(instance["mentor_capacity"])
            for place in range(capacity)
        ]
        self.width = len(self.pairs) + self.mentees + len(self.places)
        self.lowest, self.highest = np.zeros(self.width), np.ones(self.width)
        for place, pair in enumerate(self.pairs):
            self.lowest[place] = pair in self.locked
        self.equal: list[tuple[Row, float]] = []
        self.most: list[tuple[Row, float]] = []
        self._capacities(instance["mentee_capacity"])
        self.floor = 0

    def row(self, *, pairs: list[float] | None = None, served: list[float] | None = None) -> Row:
        """Return a linear form over the pairs, and over whether each mentee is served."""
        form = np.zeros(self.width)
        form[: len(self.pairs)] = 0 if pairs is None else pairs
        if served is not None:
            form[len(self.pairs) : len(self.pairs) + self.mentees] = served
        return form

    def _capacities(self, mentee_capacity: list[int]) -> None:
        for mentee, capacity in enumerate(mentee_capacity):
            self.most.append((self.row(pairs=[float(row == mentee) for row, _ in self.pairs]), capacity))
        for mentor in range(self.mentors):  # what a mentor has is what stands in their places
            form = self.row(pairs=[float(column == mentor) for _, column in self.pairs])
            form[-len(self.places) :] = [-float(owner == mentor) for owner, _ in self.places]
            self.equal.append((form, 0))

    def _first(self, floor: int) -> list[tuple[Row, float]]:
        """A mentee counts as served by a pair at or above the floor; a locked one is served by the lock."""
        forms = []
        locked = {row for row, _ in self.locked}
        for mentee in range(self.mentees):
            enough = [
                -float(row == mentee and (mentee in locked or self.scores[row, column] >= floor))
                for row, column in self.pairs
            ]
            forms.append(
                (self.row(pairs=enough, served=[float(k == mentee) for k in range(self.mentees)]), 0.0)
            )
        return forms

    def best(self, form: Row, *, floor: int | None = None) -> int:
        """Return the greatest value of the form, whole. Raises Infeasible."""
        most = [*self.most, *self._first(self.floor if floor is None else floor)]
        found = linprog(
            -form,
            A_ub=vstack([csr_matrix(line) for line, _ in most]),
            b_ub=[bound for _, bound in most],
            A_eq=vstack([csr_matrix(line) for line, _ in self.equal]),
            b_eq=[bound for _, bound in self.equal],
            bounds=np.stack([self.lowest, self.highest], axis=1),
            method="highs",
        )
        if found.status == 2:
            raise Infeasible
        if found.status != 0:
            raise ArithmeticError(found.message)
        value: int = round(-found.fun)
        if abs(value + found.fun) > 1e-4 * max(1, abs(value)):
            raise ArithmeticError(f"the programme's optimum {-found.fun} is not whole")
        return value

    def settle(self, form: Row) -> int:
        """Return the best of this level and keep it for the levels that follow."""
        value = self.best(form)
        self.equal.append((form, value))
        return value


def levels(instance: dict[str, Any]) -> list[int] | None:
    """Return the best value of each level of the instance, in their order; None if nobody can be paired."""
    if not any(score >= 0 for row in instance["scores"] for score in row):
        return None
    programme = Programme(instance)
    objective, values = instance["objective"], []
    if objective["served"]:
        for group in sorted(set(instance["priority"]), reverse=True):
            mine = [float(priority == group) for priority in instance["priority"]]
            values.append(programme.settle(programme.row(served=mine)))
    if objective["floor"]:
        values.append(_floor(programme, sum(values)))
    if objective["total"]:
        worth = [float(programme.scores[pair]) for pair in programme.pairs]
        values.append(programme.settle(programme.row(pairs=worth)))
    if objective["load"]:
        form = programme.row()
        form[-len(programme.places) :] = [-(2 * place + 1) for _, place in programme.places]
        values.append(programme.settle(form))
    if objective["least_change"] and instance["previous"] is not None:
        before = {tuple(couple) for couple in instance["previous"]}
        kept = [1.0 if pair in before else -1.0 for pair in programme.pairs]
        values.append(programme.settle(programme.row(pairs=kept)) - len(before))
    return values


def _floor(programme: Programme, served: int) -> int:
    if served == len({row for row, _ in programme.locked}):
        return 0  # nobody but the locked is served, and locks are nobody's floor
    for score in sorted({int(programme.scores[pair]) for pair in programme.pairs}, reverse=True):
        try:
            programme.best(programme.row(), floor=score)
        except Infeasible:
            continue
        programme.floor = score
        return score
    raise ArithmeticError("no floor is low enough")


def solve(*, instances: str) -> dict[str, Any]:
    """Return the levels of each instance in the file."""
    with timed() as taken:
        found = [levels(instance) for instance in json.loads(Path(instances).read_text("utf-8"))]
    return taken.of(levels=found)


if __name__ == "__main__":
    answer({"solve": solve})
