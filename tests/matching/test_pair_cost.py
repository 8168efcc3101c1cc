"""What a pairing would cost: the same as locking it and matching again."""

import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.matching.score_matrix import Sparse
from functions.matching.solving.assignment import Assignment, assign
from functions.matching.solving.pair_cost import Cost, PairCosts, SolvedProblem
from functions.matching.terms import Objective, Side, Terms

Case = tuple[np.ndarray, Side, Side, Terms, Objective]


def a_problem(seed: int) -> Case:
    chance = random.Random(seed)  # noqa: S311 - a problem made up for a test
    rows, columns = chance.randint(1, 7), chance.randint(1, 6)
    largest = chance.choice([3, 20, 1_000_000])
    scores = np.array(
        [
            [
                chance.randint(0, largest) if chance.random() < chance.choice([0.4, 0.9]) else -1
                for _ in range(columns)
            ]
            for _ in range(rows)
        ],
        dtype=np.int32,
    )
    many = chance.random() < 0.5
    mentees = Side(
        ids=tuple(f"a{row}" for row in range(rows)),
        capacity=tuple(chance.randint(1, 3) if many else 1 for _ in range(rows)),
        priority=tuple(chance.choice([0, 0, 1, 2]) for _ in range(rows)),
    )
    mentors = Side(
        ids=tuple(f"m{column}" for column in range(columns)),
        capacity=tuple(chance.randint(1, 3) for _ in range(columns)),
    )
    eligible = [(row, column) for row, column in np.argwhere(scores >= 0).tolist()]
    chance.shuffle(eligible)
    locked = tuple(eligible[: chance.choice([0, 0, 1])])
    forbidden = tuple(eligible[1 : 1 + chance.choice([0, 0, 1])])
    served = chance.random() < 0.8
    objective = Objective(served=served, floor=served and chance.random() < 0.6, load=chance.random() < 0.5)
    return scores, mentors, mentees, Terms(locked=locked, forbidden=forbidden), objective


def sparse(scores: np.ndarray) -> Sparse:
    rows, columns = np.nonzero(scores >= 0)
    starts = np.searchsorted(rows, np.arange(len(scores) + 1)).astype(np.int64)
    return Sparse(starts=starts, columns=columns, values=scores[rows, columns].astype(np.int64))


def ranks(mentees: Side, assignment: Assignment) -> int:
    groups = sorted(set(mentees.priority))
    return sum(groups.index(mentees.priority[row]) + 1 for row in {row for row, _ in assignment.pairs})


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000_000))
def test_a_pair_costs_what_locking_it_and_matching_again_costs(made_from: int) -> None:
    scores, mentors, mentees, terms, objective = a_problem(made_from)
    before = assign(scores, mentors, mentees, terms=terms, objective=objective)
    forcing = PairCosts(
        SolvedProblem(
            pairs=sparse(scores),
            mentors=mentors,
            mentees=mentees,
            terms=terms,
            objective=objective,
            assignment=before,
        )
    )
    for row, column in np.argwhere(scores >= 0).tolist():
        if (row, column) in {*before.pairs, *terms.forbidden}:
            continue

        cost = forcing.cost(row, column, int(scores[row, column]))

        check(cost, (row, column), made_from)


def check(cost: Cost | None, pair: tuple[int, int], made_from: int) -> None:
    scores, mentors, mentees, terms, objective = a_problem(made_from)
    before = assign(scores, mentors, mentees, terms=terms, objective=objective)
    locks = (*terms.locked, pair)
    fits = all(
        sum(lock[side] == pair[side] for lock in locks) <= people.capacity[pair[side]]
        for side, people in enumerate((mentees, mentors))
    )
    assert (cost is not None) == fits
    if cost is None:
        return
    after = assign(
        scores, mentors, mentees, terms=Terms(locked=locks, forbidden=terms.forbidden), objective=objective
    )
    if objective.served:
        assert cost.unserved == before.served - after.served
        assert cost.priority == (cost.unserved == 0 and ranks(mentees, after) < ranks(mentees, before))
    floors = before.certificate.floor, after.certificate.floor
    others = {row for row, _ in after.pairs} - {row for row, _ in locks}
    if cost.floor:
        assert (floors[0] - floors[1], cost.total) == (cost.floor, None)
    elif floors[0] == floors[1] or not others:
        assert cost.total == before.total - after.total
    else:
        assert floors[1] > floors[0]
