"""The solver against every possible assignment."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.matching.score_matrix import Sparse
from functions.matching.solving import assignment, flow_network, lexicographic
from functions.matching.solving.assignment import Assignment, assign
from functions.matching.terms import Couple, Objective, Side, Terms
from tests.matching.saying import refused


class Instance:
    """A problem small enough to try every assignment."""

    def __init__(
        self, scores: Any, mentors: Side, mentees: Side, terms: Terms, objective: Objective, seed: int = 0
    ) -> None:
        self.scores: Any = np.array(scores, dtype=np.int32)
        self.mentors, self.mentees = mentors, mentees
        self.terms, self.objective, self.seed = terms, objective, seed

    def solve(self) -> Assignment:
        return assign(
            self.scores,
            self.mentors,
            self.mentees,
            terms=self.terms,
            objective=self.objective,
            seed=self.seed,
        )

    def __repr__(self) -> str:
        parts = (self.scores.tolist(), self.mentors, self.mentees, self.terms, self.objective)
        return f"Instance{parts}"

    def every_assignment(self) -> Iterator[tuple[Couple, ...]]:
        """Yield every set of pairs that keeps capacities, locks and prohibitions."""
        rows, columns = self.scores.shape
        open_pairs = [
            (row, column)
            for row, column in product(range(rows), range(columns))
            if self.scores[row, column] >= 0 and (row, column) not in self.terms.forbidden
        ]
        for size in range(len(open_pairs) + 1):
            for chosen in combinations(open_pairs, size):
                if set(self.terms.locked) <= set(chosen) and self._fits(chosen):
                    yield chosen

    def _fits(self, chosen: Sequence[Couple]) -> bool:
        rows = np.bincount([row for row, _ in chosen] or [0], minlength=len(self.mentees.ids))
        columns = np.bincount([column for _, column in chosen] or [0], minlength=len(self.mentors.ids))
        return not chosen or bool(
            (rows <= self.mentees.capacity).all() and (columns <= self.mentors.capacity).all()
        )

    def worth(self, pairs: Sequence[Couple]) -> tuple[int, ...]:
        """Return what the contract says an assignment is worth, level by level (more is better)."""
        chosen = set(pairs)
        locked = {row for row, _ in self.terms.locked}
        best: dict[int, int] = {}
        for row, column in chosen:
            best[row] = max(best.get(row, -1), int(self.scores[row, column]))
        groups = sorted(set(self.mentees.priority), reverse=True)
        levels: list[int] = []
        if self.objective.served:
            levels += [
                sum(self.mentees.priority[row] == group for row in set(best) | locked) for group in groups
            ]
        if self.objective.floor:
            levels.append(min((score for row, score in best.items() if row not in locked), default=0))
        if self.objective.total:
            levels.append(sum(int(self.scores[pair]) for pair in chosen))
        if self.objective.load:
            loads = np.bincount([column for _, column in chosen] or [0], minlength=len(self.mentors.ids))
            levels.append(-int((loads**2).sum()) if chosen else 0)
        if self.objective.least_change and self.terms.previous is not None:
            levels.append(-len(chosen ^ set(self.terms.previous)))
        return tuple(levels)


@st.composite
def instances(draw: st.DrawFn) -> Instance:
    rows, columns = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    cell = st.sampled_from([-1, -1, 0, 1, 2, 2, 5])
    scores = draw(st.lists(st.lists(cell, min_size=columns, max_size=columns), min_size=rows, max_size=rows))
    mentors = Side(
        ids=tuple(draw(st.permutations([f"mentor-{place}" for place in range(columns)]))),
        capacity=tuple(draw(st.lists(st.integers(1, 3), min_size=columns, max_size=columns))),
    )
    mentees = Side(
        ids=tuple(draw(st.permutations([f"mentee-{place}" for place in range(rows)]))),
        capacity=tuple(draw(st.lists(st.integers(1, 2), min_size=rows, max_size=rows))),
        priority=tuple(draw(st.lists(st.integers(0, 2), min_size=rows, max_size=rows))),
    )
    cells = list(product(range(rows), range(columns)))
    marks = draw(st.lists(st.sampled_from("........ll.ffpp"), min_size=len(cells), max_size=len(cells)))
    marked = {mark: tuple(cell for cell, m in zip(cells, marks, strict=True) if m == mark) for mark in "lfp"}
    locked = _locks_that_fit(marked["l"], scores, mentors, mentees)
    served = draw(st.booleans())
    objective = Objective(
        served=served,
        floor=served and draw(st.booleans()),
        total=not served or draw(st.booleans()),
        load=draw(st.booleans()),
        least_change=draw(st.booleans()),
    )
    previous = draw(st.sampled_from([None, (), (*marked["p"], *locked)]))
    terms = Terms(locked=locked, forbidden=marked["f"], previous=previous)
    return Instance(scores, mentors, mentees, terms, objective, draw(st.integers(0, 3)))


def _locks_that_fit(
    cells: Sequence[Couple], scores: list[list[int]], mentors: Side, mentees: Side
) -> tuple[Couple, ...]:
    kept: list[Couple] = []
    for row, column in cells:
        room = sum(r == row for r, _ in kept) < mentees.capacity[row]
        if scores[row][column] >= 0 and room and sum(c == column for _, c in kept) < mentors.capacity[column]:
            kept.append((row, column))
    return tuple(kept)


@settings(max_examples=120, deadline=None)
@given(instances())
def test_no_other_assignment_is_better_at_any_level(instance: Instance) -> None:
    answer = instance.solve()

    best = max(instance.worth(chosen) for chosen in instance.every_assignment())
    assert instance.worth(answer.pairs) == best


@settings(max_examples=40, deadline=None)
@given(instances())
def test_an_assignment_keeps_capacities_locks_and_prohibitions(instance: Instance) -> None:
    answer = instance.solve()

    assert len(set(answer.pairs)) == len(answer.pairs)
    assert tuple(answer.pairs) in set(map(tuple, map(sorted, instance.every_assignment())))


@settings(max_examples=40, deadline=None)
@given(instances(), st.randoms(use_true_random=False))
def test_the_order_of_people_changes_nothing(instance: Instance, chance: random.Random) -> None:
    rows, columns = list(range(len(instance.mentees.ids))), list(range(len(instance.mentors.ids)))
    chance.shuffle(rows)
    chance.shuffle(columns)

    def moved(pairs: Sequence[Couple]) -> tuple[Couple, ...]:
        return tuple((rows.index(row), columns.index(column)) for row, column in pairs)

    shuffled = Instance(
        instance.scores[np.ix_(rows, columns)],
        Side(
            ids=tuple(instance.mentors.ids[place] for place in columns),
            capacity=tuple(instance.mentors.capacity[place] for place in columns),
        ),
        Side(
            ids=tuple(instance.mentees.ids[place] for place in rows),
            capacity=tuple(instance.mentees.capacity[place] for place in rows),
            priority=tuple(instance.mentees.priority[place] for place in rows),
        ),
        Terms(
            locked=moved(instance.terms.locked),
            forbidden=moved(instance.terms.forbidden),
            previous=None if instance.terms.previous is None else moved(instance.terms.previous),
        ),
        instance.objective,
        instance.seed,
    )

    answer, again = instance.solve(), shuffled.solve()

    assert {(rows[row], columns[column]) for row, column in again.pairs} == set(answer.pairs)
    assert again.certificate == answer.certificate


@settings(max_examples=40, deadline=None)
@given(instances())
def test_sparse_scores_give_what_dense_ones_give(instance: Instance) -> None:
    rows, columns = np.nonzero(instance.scores >= 0)
    sparse = Sparse(
        starts=np.concatenate([[0], np.cumsum((instance.scores >= 0).sum(axis=1))]),
        columns=columns,
        values=instance.scores[rows, columns],
    )
    dense = instance.solve()

    instance.scores = sparse

    assert instance.solve() == dense


@settings(max_examples=50, deadline=None)
@given(chance=st.randoms(use_true_random=False), each=st.integers(1, 4))
def test_whichever_candidates_it_begins_with_the_answer_is_the_best_of_all_pairs(
    chance: random.Random, each: int
) -> None:
    instance = _of_some_size(chance)
    best_of_all = instance.solve()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assignment, "_SMALL", 0)
        patch.setattr(assignment, "CANDIDATES", each)
        from_candidates = instance.solve()

    assert from_candidates.pairs == best_of_all.pairs
    assert from_candidates.certificate.value == best_of_all.certificate.value
    assert from_candidates.certificate.floor == best_of_all.certificate.floor


@settings(max_examples=60, deadline=None)
@given(instances())
def test_many_priority_groups_are_served_as_few_are(instance: Instance) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assignment, "_FEW_GROUPS", 0)
        by_one_flow = instance.solve()

    by_groups = instance.solve()
    assert by_one_flow.pairs == by_groups.pairs
    assert by_one_flow.certificate.value == by_groups.certificate.value
    assert by_one_flow.certificate.floor == by_groups.certificate.floor


def _tied(kind: str) -> Any:
    """Make scores of 300 × 150 people that are equal in a way that small questionnaires make them."""
    chance = np.random.default_rng(1)

    def answers(options: int) -> Any:
        return chance.integers(0, options, (300, 1)) == chance.integers(0, options, (1, 150))

    if kind == "all equal":
        return np.full((300, 150), 500_000)
    if kind == "times in common":
        return np.where(answers(4), 1_000_000, 500_000)
    return sum(answers(3) * points for points in (500_000, 300_000, 200_000))


@pytest.mark.parametrize("kind", ["all equal", "times in common", "three coarse criteria"])
def test_ties_take_few_rounds_of_pricing_and_give_the_pairs_of_all_at_once(kind: str) -> None:
    scores, sides = _tied(kind), _sides_of_300_and_150()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assignment, "_SMALL", 0)
        from_candidates = assign(scores, *sides)

    assert from_candidates.pairs == assign(scores, *sides).pairs
    assert from_candidates.rounds <= 5


def test_a_priority_for_everybody_asks_for_as_many_flows_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    solved: list[str] = []
    for solver in ("find_reach", "min_cost_circulation"):
        _note_calls(monkeypatch, solver, solved)
    scores = np.random.default_rng(1).integers(0, 1_000_001, (300, 150), dtype=np.int32)
    mentors, mentees = _sides_of_300_and_150()

    assign(scores, mentors, mentees)
    without = len(solved)
    assign(scores, mentors, replace(mentees, priority=tuple(range(300))))

    assert len(solved) - without <= 2 * without


def _note_calls(patch: pytest.MonkeyPatch, name: str, called: list[str]) -> None:
    """Note each call of a function that solves a flow, wherever it is called from."""
    function = getattr(flow_network, name)

    def noted(*given: Any, **named: Any) -> Any:
        called.append(name)
        return function(*given, **named)

    for module in (flow_network, lexicographic):
        if hasattr(module, name):
            patch.setattr(module, name, noted)


def _sides_of_300_and_150() -> tuple[Side, Side]:
    """Return mentors with one to three places, and mentees with one."""
    mentors = Side(
        ids=tuple(f"M{number}" for number in range(150)),
        capacity=tuple(1 + number % 3 for number in range(150)),
    )
    return mentors, Side(ids=tuple(f"m{number}" for number in range(300)), capacity=(1,) * 300)


def _of_some_size(chance: random.Random) -> Instance:
    """Make a problem too large to try everything, with ties, terms and places of every kind."""
    rows, columns = chance.randint(1, 22), chance.randint(1, 22)
    share, top = chance.choice([0.1, 0.3, 0.9]), chance.choice([2, 5, 1_000, 1_000_000])
    scores = [
        [chance.randint(0, top) if chance.random() < share else -1 for _ in range(columns)]
        for _ in range(rows)
    ]
    mentors = Side(
        ids=tuple(f"M{number}" for number in chance.sample(range(99), columns)),
        capacity=tuple(chance.randint(1, chance.choice([1, 4])) for _ in range(columns)),
    )
    mentees = Side(
        ids=tuple(f"N{number}" for number in chance.sample(range(99), rows)),
        capacity=tuple(chance.randint(1, chance.choice([1, 3])) for _ in range(rows)),
        priority=tuple(chance.randint(0, chance.choice([0, 2])) for _ in range(rows)),
    )
    cells = list(product(range(rows), range(columns)))
    chance.shuffle(cells)
    locked = _locks_that_fit(cells[: chance.choice([0, 20])], scores, mentors, mentees)
    terms = Terms(
        locked=locked,
        forbidden=tuple(cell for cell in cells[-chance.choice([1, 30]) :] if cell not in locked),
        previous=chance.choice([None, tuple(cells[:9])]),
    )
    objective = Objective(
        served=(served := chance.random() < 0.8),
        floor=served and chance.random() < 0.7,
        total=not served or chance.random() < 0.8,
        load=chance.random() < 0.6,
    )
    return Instance(scores, mentors, mentees, terms, objective, chance.randint(0, 3))


def test_a_large_solve_tells_how_far_it_is_and_stops_whenever_the_telling_raises(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(assignment, "_SMALL", 0)
    monkeypatch.setattr(assignment, "CANDIDATES", 1)
    scores = np.random.default_rng(1).integers(-50, 50, (40, 30)).astype(np.int32)
    mentors = Side(ids=tuple(f"M{place}" for place in range(30)), capacity=(2,) * 30)
    mentees = Side(ids=tuple(f"N{place}" for place in range(40)), capacity=(1,) * 40)
    told: list[int] = []
    assign(scores, mentors, mentees, progress=told.append)

    for last in sorted(set(told)):
        again: list[int] = []

        def stop(percent: int, last: int = last, again: list[int] = again) -> None:
            again.append(percent)
            if percent >= last:
                raise InterruptedError

        with pytest.raises(InterruptedError):
            assign(scores, mentors, mentees, progress=stop)
        assert again == told[: len(again)]

    assert told == sorted(told)
    assert told[-1] == 100
    assert len(set(told)) > 5


@pytest.mark.parametrize(("proven", "total"), [(range(0), 131), (range(1, 2), 131), (range(1), 139)])
def test_only_proven_rows_are_searched_for_pairs_beside_the_candidates(
    monkeypatch: pytest.MonkeyPatch, proven: range, total: int
) -> None:
    monkeypatch.setattr(assignment, "_SMALL", 0)
    monkeypatch.setattr(assignment, "CANDIDATES", 1)
    mentors, mentees = Side(ids=("M0", "M1"), capacity=(1, 1)), Side(ids=("N0", "N1"), capacity=(1, 1))
    scores = np.array([[90, 40], [99, 41]], dtype=np.int32)  # nobody's best is the first mentee's 40

    answer = assign(scores, mentors, mentees, objective=Objective(served=False, floor=False), proven=proven)

    assert answer.total == total


def _plain(
    table: list[list[int]], mentor_capacity: list[int], mentee_capacity: list[int] | None = None, **terms: Any
) -> Assignment:
    scores = np.array(table, dtype=np.int32)
    mentors = Side(
        ids=tuple(f"M{place}" for place in range(scores.shape[1])), capacity=tuple(mentor_capacity)
    )
    mentees = Side(
        ids=tuple(f"N{place}" for place in range(scores.shape[0])),
        capacity=tuple(mentee_capacity or [1] * scores.shape[0]),
    )
    return assign(scores, mentors, mentees, terms=Terms(**terms))


def test_everybody_gets_a_mentor_before_anybody_gets_two() -> None:
    answer = _plain([[900, 900], [-1, 10]], [1, 1], mentee_capacity=[2, 1])

    assert answer.pairs == ((0, 0), (1, 1))


def test_the_worst_pairing_is_raised_before_the_total() -> None:
    answer = _plain([[1000, 500], [400, 100]], [1, 1])

    assert answer.pairs == ((0, 1), (1, 0))
    assert answer.worst == 400


def test_mentees_are_spread_over_mentors_when_the_total_allows() -> None:
    answer = _plain([[5, 5], [5, 5], [5, 5], [5, 5]], [4, 4])

    assert sorted(column for _, column in answer.pairs) == [0, 0, 1, 1]


def test_a_rematch_changes_as_little_as_it_can() -> None:
    before = ((0, 1), (1, 0), (2, 2))

    answer = _plain([[7, 7, 7]] * 3, [1, 1, 1], previous=before)

    assert answer.pairs == before


def test_a_pairing_worth_nothing_is_made_only_to_serve_somebody() -> None:
    answer = _plain([[0, 0]], [1, 1], mentee_capacity=[2])

    assert len(answer.pairs) == 1


def test_the_seed_breaks_ties_and_nothing_else() -> None:
    scores = np.full((6, 6), 3, dtype=np.int32)
    mentors = Side(ids=tuple(f"M{place}" for place in range(6)), capacity=(1,) * 6)
    mentees = Side(ids=tuple(f"N{place}" for place in range(6)), capacity=(1,) * 6)

    answers = [assign(scores, mentors, mentees, seed=seed) for seed in range(5)]

    assert len({answer.pairs for answer in answers}) > 1
    assert {(answer.served, answer.total, answer.worst) for answer in answers} == {(6, 18, 3)}


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"locked": ((0, 0), (0, 0))}, "locked twice"),
        ({"locked": ((0, 0),), "forbidden": ((0, 0),)}, "both locked and forbidden"),
        ({"locked": ((0, 1),)}, "a rule refuses"),
        ({"locked": ((0, 0), (1, 0))}, "M0 has 2 locked pairings and a capacity of 1"),
    ],
)
def test_locks_that_contradict_are_told_with_the_people(terms: dict[str, Any], said: str) -> None:
    with refused(said):
        _plain([[5, -1], [5, 5]], [1, 1], **terms)


def test_scores_too_large_for_the_solver_are_refused_and_not_rounded() -> None:
    mentors = Side(ids=("M",), capacity=(1,))
    mentees = Side(ids=("N",), capacity=(1,))

    with pytest.raises(OverflowError, match="does not fit 32 bits"):
        assign(np.array([[2**61]], dtype=np.int64), mentors, mentees)
