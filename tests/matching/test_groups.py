"""Groups against every possible choice of groups, and what is proven of them."""

import random
import re
from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.matching.policy.model import Groups
from functions.matching.reasons import CannotMatch
from functions.matching.solving import group_search
from functions.matching.terms import Couple, Objective, Side, Terms
from tests.matching.saying import notes, refused


class Cohort:
    """A cohort small enough to try every choice of groups."""

    def __init__(self, seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311 - numbers made up for a test
        mentees, mentors = chance.randint(2, 6), chance.randint(1, 4)
        most = chance.choice([1, 3, 10**6])
        self.scores = np.full((mentees, mentors), -1)
        for couple in product(range(mentees), range(mentors)):
            if chance.random() < 0.7:
                self.scores[couple] = chance.randint(0, most)
        eligible = [couple for couple in product(range(mentees), range(mentors)) if self.scores[couple] >= 0]
        locked = (chance.choice(eligible),) if eligible and chance.random() < 0.2 else ()
        self.terms = Terms(
            locked=locked,
            forbidden=tuple(pair for pair in eligible if pair not in locked and chance.random() < 0.05),
            previous=tuple(pair for pair in eligible if chance.random() < 0.3),
        )
        self.capacity = tuple(chance.randint(1, 4) for _ in range(mentors))
        self.priority = tuple(chance.randint(0, 1) for _ in range(mentees))
        self.sizes = Groups(smallest=2, largest=chance.choice([None, 2, 3]))
        served = chance.random() < 0.8
        self.objective = Objective(served=served, floor=served, load=chance.random() < 0.5)

    def made(self) -> group_search.Grouping:
        return group_search.form_groups(
            self.scores,
            Side(ids=tuple(f"o{place}" for place in range(len(self.capacity))), capacity=self.capacity),
            Side(
                ids=tuple(f"e{place}" for place in range(len(self.priority))),
                capacity=(1,) * len(self.priority),
                priority=self.priority,
            ),
            self.sizes,
            terms=self.terms,
            objective=self.objective,
        )

    def fits(self, pairs: tuple[Couple, ...], smallest: int) -> bool:
        """Say whether everybody is in one group of a size that may run, and the terms are kept."""
        most = self.sizes.largest or 9
        size = Counter(column for _, column in pairs)
        return (
            all(smallest <= number <= min(self.capacity[column], most) for column, number in size.items())
            and len({row for row, _ in pairs}) == len(pairs)
            and set(self.terms.locked) <= set(pairs)
            and not set(self.terms.forbidden) & set(pairs)
            and all(self.scores[pair] >= 0 for pair in pairs)
        )

    def every_choice(self) -> Iterator[tuple[Couple, ...]]:
        columns = [None, *range(len(self.capacity))]
        for choice in product(columns, repeat=len(self.priority)):
            pairs = tuple((row, column) for row, column in enumerate(choice) if column is not None)
            if self.fits(pairs, self.sizes.smallest):
                yield pairs

    def worth(self, pairs: tuple[Couple, ...]) -> tuple[Any, ...]:
        """Return what the contract says groups are worth, level by level, but for the lots."""
        size = Counter(column for _, column in pairs)
        chosen = [pair for pair in pairs if pair not in self.terms.locked]
        served = tuple(sum(self.priority[row] == group for row, _ in pairs) for group in (1, 0))
        levels: list[Any] = [served] if self.objective.served else []
        if self.objective.floor:
            levels.append(min((int(self.scores[pair]) for pair in chosen), default=0))
        levels.append(sum(int(self.scores[pair]) for pair in pairs))
        if self.objective.load:
            levels.append(-sum(number**2 for number in size.values()))
        kept = set(self.terms.previous or ())
        return (*levels, sum(1 if pair in kept else -1 for pair in chosen))


@given(st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_no_group_is_too_small_and_what_is_proven_holds_against_every_other_choice(seed: int) -> None:
    cohort = Cohort(seed)
    try:
        found = cohort.made()
    except CannotMatch:
        assert not any(pairs for pairs in cohort.every_choice())
        return

    best = max(map(cohort.worth, cohort.every_choice()))

    assert cohort.fits(found.pairs, cohort.sizes.smallest)
    assert cohort.worth(found.pairs) <= best <= cohort.worth(found.relaxed.pairs)
    if found.gap is None:
        assert cohort.worth(found.pairs) == best
    assert found.finished


def a_side(letter: str, *capacity: int) -> Side:
    return Side(ids=tuple(f"{letter}{place}" for place in range(len(capacity))), capacity=capacity)


TWO = Groups(smallest=2, largest=None)


def test_a_group_of_one_is_closed_and_its_mentee_joins_another() -> None:
    scores = np.array([[9, 5], [9, 5], [9, 10]])

    found = group_search.form_groups(scores, a_side("o", 3, 3), a_side("e", 1, 1, 1), TWO)

    assert found.running == (0,)
    assert (found.served, found.total, found.worst) == (3, 27, 9)


def test_two_groups_run_when_one_mentee_of_the_larger_makes_the_smaller_whole() -> None:
    scores = np.array([[9, 1], [9, 1], [9, 8], [1, 9]])

    found = group_search.form_groups(scores, a_side("o", 4, 4), a_side("e", 1, 1, 1, 1), TWO)

    assert found.pairs == ((0, 0), (1, 0), (2, 1), (3, 1))
    assert found.gap == group_search.Gap(level="floor", reached=8, bound=9)
    assert "could be higher is not known: at most 9, and it is 8." in notes([group_search.note(found)])[0]


def test_groups_that_are_the_best_are_said_to_be_proven() -> None:
    found = group_search.form_groups(np.full((4, 2), 5), a_side("o", 2, 2), a_side("e", 1, 1, 1, 1), TWO)

    assert notes([group_search.note(found)]) == [
        "2 groups run, for 4 people. No other groups are better: that is proven."
    ]


def test_the_seed_alone_decides_between_groups_that_are_as_good() -> None:
    chance = np.random.default_rng(5)
    scores = chance.integers(0, 3, (8, 4))
    mentees, mentors = a_side("e", *[1] * 8), a_side("o", 3, 3, 3, 3)

    first, second = (group_search.form_groups(scores, mentors, mentees, TWO, seed=3) for _ in range(2))

    assert first == second
    assert group_search.form_groups(scores, mentors, mentees, TWO, seed=4).pairs != first.pairs


@pytest.mark.parametrize(
    ("scores", "capacity", "smallest", "locked", "said"),
    [
        ([[1], [1]], (5,), 3, (), "The smallest group is 3 and there are 2 mentees"),
        ([[1, 1], [-1, 1], [-1, -1]], (3, 1), 2, (), "No mentor has room for 2 mentees whom the rules allow"),
        (
            [[1, 1], [-1, 1], [-1, 1]],
            (3, 3),
            2,
            ((0, 0),),
            "Mentees are locked with o0, whose group can’t reach",
        ),
        (
            [[1, 1], [1, 1], [1, 1]],
            (3, 3),
            2,
            ((0, 0), (1, 1)),
            "The groups with locked mentees (o0 and o1) can’t all",
        ),
    ],
)
def test_what_can_become_no_group_names_the_cause_and_what_to_change(
    scores: list[list[int]],
    capacity: tuple[int, ...],
    smallest: int,
    locked: tuple[Couple, ...],
    said: str,
) -> None:
    sizes, mentees = Groups(smallest=smallest, largest=None), a_side("e", *[1] * len(scores))

    with refused(re.escape(said)):
        group_search.form_groups(
            np.array(scores), a_side("o", *capacity), mentees, sizes, terms=Terms(locked=locked)
        )
