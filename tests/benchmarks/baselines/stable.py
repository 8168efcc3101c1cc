"""`matching`'s Gale–Shapley on preferences that the scores give, hospitals being the mentors."""

import sys
import threading
import warnings
from typing import Any

import numpy as np
from matching.games import HospitalResident

from tests.benchmarks.children import answer, timed


def stable(*, matrix: str, capacity: list[int]) -> dict[str, Any]:
    """Return the stable matching that is best for mentees; equals by place, as they stand."""
    scores = np.load(matrix)
    with timed() as taken:
        mentees = {row: _best_first(scores[row]) for row in range(len(scores))}
        mentors = {column: _best_first(scores[:, column]) for column in range(scores.shape[1])}
        places = {column: capacity[column] for column, wanted in mentors.items() if wanted}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            game = HospitalResident.create_from_dictionaries(
                {row: wanted for row, wanted in mentees.items() if wanted},
                {column: mentors[column] for column in places},
                places,
            )
            solution = game.solve(optimal="resident")
    pairs = [(mentee.name, mentor.name) for mentor, matched in solution.items() for mentee in matched]
    return taken.of(served=len(pairs), total=int(sum(scores[pair] for pair in pairs)))


def _best_first(scores: Any) -> list[int]:
    eligible = np.flatnonzero(scores >= 0)
    ordered: list[int] = eligible[np.argsort(-scores[eligible], kind="stable")].tolist()
    return ordered


if __name__ == "__main__":
    # The library copies its players by recursion, each leading to the next: some hundred people are too deep.
    sys.setrecursionlimit(1_000_000)
    threading.stack_size(1 << 29)
    asked = threading.Thread(target=answer, args=({"stable": stable},))
    asked.start()
    asked.join()
