"""Scores and priorities that make a solve hard: equal scores, few of them, a priority for everybody."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from functions.matching.terms import Side

Scores = npt.NDArray[np.int32]
PERFECT = 1_000_000


@dataclass(frozen=True, slots=True)
class Shape:
    """How many people there are, and what their chance begins with."""

    mentees: int
    mentors: int
    seed: int = 1

    def drawn(self, options: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Draw an answer for each mentee, by rows, and for each mentor, by columns."""
        chance = np.random.default_rng([self.seed, options])
        return chance.integers(0, options, (self.mentees, 1)), chance.integers(0, options, (1, self.mentors))


def _fine(shape: Shape) -> Scores:
    return _distinct(shape, PERFECT + 1)


def _distinct(shape: Shape, count: int) -> Scores:
    drawn = np.random.default_rng(shape.seed).integers(0, count, (shape.mentees, shape.mentors))
    return (drawn * (PERFECT // max(count - 1, 1))).astype(np.int32)


def _all_equal(shape: Shape) -> Scores:
    return np.full((shape.mentees, shape.mentors), PERFECT // 2, dtype=np.int32)


def _coarse(shape: Shape, points: tuple[int, ...]) -> Scores:
    """Add up what some criteria earn, each with a few options of its own."""
    scores = np.zeros((shape.mentees, shape.mentors), dtype=np.int32)
    for place, earned in enumerate(points):
        mine, theirs = shape.drawn(3 + place)
        scores += np.where(mine == theirs, earned, 0).astype(np.int32)
    return scores


def _times_in_common(shape: Shape) -> Scores:
    mine, theirs = shape.drawn(4)
    return np.where(mine == theirs, PERFECT, PERFECT // 2).astype(np.int32)


def _popular_wishes(shape: Shape) -> Scores:
    scores = _fine(shape) // 2
    scores[:, : max(1, shape.mentors // 200)] = PERFECT
    return scores


ONE_TO_ONE: dict[str, Callable[[Shape], Scores]] = {
    "fine": _fine,
    "29 distinct": lambda shape: _distinct(shape, 29),
    "3 distinct": lambda shape: _distinct(shape, 3),
    "all equal": _all_equal,
    "five coarse criteria": lambda shape: _coarse(shape, (300_000, 250_000, 200_000, 150_000, 100_000)),
}
EVERY_LEVEL: dict[str, Callable[[Shape], Scores]] = {
    "fine": _fine,
    "times in common": _times_in_common,
    "three coarse criteria": lambda shape: _coarse(shape, (500_000, 300_000, 200_000)),
    "every mentee another priority": _fine,
    "40 priorities": _fine,
    "a mentor with 500 places": _fine,
    "all equal": _all_equal,
    "popular wishes": _popular_wishes,
}


def sides(kind: str, shape: Shape) -> tuple[Side, Side]:
    """Return mentors with one to three places and mentees with one, and the priorities of that case."""
    capacity = [1 + place % 3 for place in range(shape.mentors)]
    if kind == "a mentor with 500 places":
        capacity[0] = 500
    groups = {"every mentee another priority": shape.mentees, "40 priorities": 40}.get(kind, 1)
    mentees = tuple(f"N{place:07}" for place in range(shape.mentees))
    return (
        Side(ids=tuple(f"M{place:07}" for place in range(shape.mentors)), capacity=tuple(capacity)),
        Side(
            ids=mentees,
            capacity=(1,) * shape.mentees,
            priority=tuple(place % groups for place in range(shape.mentees)),
        ),
    )
