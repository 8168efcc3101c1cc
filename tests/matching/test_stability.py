"""Pairs who would both rather have each other, and the assignment without any."""

import random
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.matching.cohort import Cohort
from functions.matching.engine import match
from functions.matching.reasons import CannotMatch
from functions.matching.reports.stability import blocking_pairs, describe_stability, report_stability
from functions.matching.score_matrix import DenseScores
from functions.matching.solving import stable
from functions.matching.solving.stable import Scores, deferred_acceptance, stable_assignment
from functions.matching.terms import Couple, Side, Terms
from tests.matching.cohorts import a_cohort, a_policy, every_kind, mentee, mentor


@st.composite
def markets(draw: st.DrawFn) -> tuple[Scores, list[int], list[int]]:
    """Draw scores with many ties, and places on both sides."""
    rows, columns = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    scores = draw(st.lists(st.integers(-1, 3), min_size=rows * columns, max_size=rows * columns))
    places = st.integers(0, 2)
    return (
        np.array(scores, dtype=np.int32).reshape(rows, columns),
        draw(st.lists(places, min_size=columns, max_size=columns)),
        draw(st.lists(places, min_size=rows, max_size=rows)),
    )


def blocks(
    scores: Scores, pairs: set[Couple], mentor_places: list[int], mentee_places: list[int]
) -> set[Couple]:
    """Say which pairs block, straight from the definition."""
    found = set()
    for row, column in product(*map(range, scores.shape)):
        score = scores[row, column]
        mine = [scores[pair] for pair in pairs if pair[0] == row]
        theirs = [scores[pair] for pair in pairs if pair[1] == column]
        wants = [
            len(others) < places or any(score > other for other in others)
            for others, places in ((mine, mentee_places[row]), (theirs, mentor_places[column]))
        ]
        if score >= 0 and (row, column) not in pairs and all(wants):
            found.add((row, column))
    return found


def every_assignment(scores: Scores, mentor_places: list[int], mentee_places: list[int]) -> list[set[Couple]]:
    """Return every way to pair people within their places."""
    eligible = [
        (row, column) for row, column in product(*map(range, scores.shape)) if scores[row, column] >= 0
    ]
    found: list[set[Couple]] = []
    for kept in product([False, True], repeat=len(eligible)):
        pairs = {pair for pair, keeps in zip(eligible, kept, strict=True) if keeps}
        rows, columns = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        if all(rows.count(row) <= mentee_places[row] for row in set(rows)) and all(
            columns.count(column) <= mentor_places[column] for column in set(columns)
        ):
            found.append(pairs)
    return found


@settings(max_examples=70, deadline=None)
@given(markets())
def test_the_stable_assignment_fits_everybodys_places_and_no_pair_blocks_it(
    market: tuple[Scores, list[int], list[int]],
) -> None:
    scores, mentor_places, mentee_places = market

    pairs = deferred_acceptance(scores, mentor_places, mentee_places)

    rows, columns = [row for row, _ in pairs], [column for _, column in pairs]
    assert len(set(pairs)) == len(pairs)
    assert all(scores[pair] >= 0 for pair in pairs)
    assert all(rows.count(row) <= mentee_places[row] for row in rows)
    assert all(columns.count(column) <= mentor_places[column] for column in columns)
    assert not blocks(scores, set(pairs), mentor_places, mentee_places)
    assert blocking_pairs(DenseScores(scores), pairs, mentor_places, mentee_places).count == 0


@settings(max_examples=50, deadline=None)
@given(markets(), st.data())
def test_blocking_pairs_are_those_of_the_definition(
    market: tuple[Scores, list[int], list[int]], data: st.DataObject
) -> None:
    scores, mentor_places, mentee_places = market
    pairs = data.draw(st.sampled_from(every_assignment(scores, mentor_places, mentee_places)))

    found = blocking_pairs(DenseScores(scores), sorted(pairs), mentor_places, mentee_places)

    assert set(found.listed) == blocks(scores, pairs, mentor_places, mentee_places)
    assert found.count == len(found.listed)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 3), st.integers(1, 3), st.data())
def test_no_stable_assignment_is_better_for_any_mentee(rows: int, columns: int, data: st.DataObject) -> None:
    """With two different views and no ties, where there are several stable assignments to choose from."""
    wishes = np.array([data.draw(st.permutations(range(columns))) for _ in range(rows)], dtype=np.int32)
    views = np.array([data.draw(st.permutations(range(rows))) for _ in range(columns)], dtype=np.int32).T
    places = data.draw(st.lists(st.integers(1, 2), min_size=columns, max_size=columns))

    found = dict(deferred_acceptance(wishes, places, mentor_view=views))

    for pairs in every_assignment(wishes, places, [1] * rows):
        if not _two_views_block(wishes, views, pairs, places):
            for row, column in pairs:
                assert row in found
                assert wishes[row, found[row]] >= wishes[row, column]


def _two_views_block(wishes: Scores, views: Scores, pairs: set[Couple], places: list[int]) -> bool:
    has = dict(pairs)
    for row, column in product(*map(range, wishes.shape)):
        wants = row not in has or wishes[row, column] > wishes[row, has[row]]
        others = [pair[0] for pair in pairs if pair[1] == column]
        wanted = len(others) < places[column] or any(
            views[row, column] > views[one, column] for one in others
        )
        if wants and wanted:
            return True
    return False


def test_lists_longer_than_what_is_drawn_up_at_once_are_asked_to_their_end() -> None:
    scores = np.arange(40, 0, -1, dtype=np.int32)[None, :].repeat(41, axis=0)

    pairs = deferred_acceptance(scores, [1] * 40)

    assert pairs == tuple((row, row) for row in range(40))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 3), st.randoms(use_true_random=False))
def test_the_order_of_people_changes_nothing_even_where_scores_are_equal(
    made_from: int, seed: int, chance: random.Random
) -> None:
    rows, columns = 5, 3
    scores = np.random.default_rng(made_from).integers(-1, 2, (rows, columns), dtype=np.int32)
    mentees = Side(ids=tuple(f"e{row}" for row in range(rows)), capacity=(1, 2, 1, 1, 2))
    mentors = Side(ids=tuple(f"o{column}" for column in range(columns)), capacity=(2, 1, 2))
    by_id = {
        (mentees.ids[r], mentors.ids[c])
        for r, c in stable_assignment(DenseScores(scores), mentors, mentees, seed=seed)
    }
    turned, moved = list(range(rows)), list(range(columns))
    chance.shuffle(turned)
    chance.shuffle(moved)
    other_mentees = Side(
        ids=tuple(mentees.ids[r] for r in turned), capacity=tuple(mentees.capacity[r] for r in turned)
    )
    other_mentors = Side(
        ids=tuple(mentors.ids[c] for c in moved), capacity=tuple(mentors.capacity[c] for c in moved)
    )

    again = stable_assignment(DenseScores(scores[turned][:, moved]), other_mentors, other_mentees, seed=seed)

    assert {(other_mentees.ids[r], other_mentors.ids[c]) for r, c in again} == by_id


def test_another_seed_draws_other_lots_between_equals() -> None:
    scores = np.ones((1, 20), dtype=np.int32)
    mentors = Side(ids=tuple(map(str, range(20))), capacity=(1,) * 20)
    mentees = Side(ids=("ada",), capacity=(1,))

    chosen = {stable_assignment(DenseScores(scores), mentors, mentees, seed=seed) for seed in range(8)}

    assert len(chosen) > 1


def test_the_stable_assignment_keeps_locks_and_prohibitions_and_nobody_gives_a_lock_up() -> None:
    scores = np.array([[9, 5], [8, 1]], dtype=np.int32)
    sides = Side(ids=("a", "b"), capacity=(1, 1)), Side(ids=("c", "d"), capacity=(1, 1))
    terms = Terms(locked=((1, 0),), forbidden=((0, 1),))

    pairs = stable_assignment(DenseScores(scores), *sides, terms=terms)

    assert pairs == ((1, 0),)
    assert blocking_pairs(DenseScores(scores), pairs, [1, 1], [1, 1], terms=terms).count == 0


def test_the_pair_that_would_gain_most_is_listed_first_and_the_list_has_an_end() -> None:
    scores = np.array([[7, 3], [9, 5]], dtype=np.int32)

    found = blocking_pairs(DenseScores(scores), [], [1, 1], [1, 1], most=2)

    assert (found.count, found.mentees, found.mentors) == (4, 2, 2)
    assert found.listed == ((1, 0), (0, 0))


def test_a_tie_is_no_reason_to_change() -> None:
    scores = np.array([[5], [5]], dtype=np.int32)

    assert blocking_pairs(DenseScores(scores), [(0, 0)], [1], [1, 1]).count == 0


def test_the_report_says_what_stability_costs() -> None:
    policy = a_policy(
        criteria='[[criterion]]\nname = "field"\nkind = "same"\nmentee = "field"\nmentor = "field"\n'
        'any = ["any"]\nweight = 6\n'
        '[[criterion]]\nname = "wish"\nkind = "wish"\nmentee = "wish"\nweight = 4\n'
    )
    # Ada and Mo are perfect for each other, but Ben fits nobody else: the best total parts them.
    mentors = [mentor("mo", field="art"), mentor("mia", field="law")]
    mentees = [mentee("ada", field="any", wish="mo"), mentee("ben", field="art")]
    outcome = match(mentors, mentees, policy)

    report = report_stability(
        Cohort.of(mentors, mentees, policy), [(pair.mentee, pair.mentor) for pair in outcome.pairs]
    )

    assert report.listed == (("ada", "mo"),)
    assert report.pairs == (("ada", "mo"), ("ben", "mia"))
    assert (report.best.total, report.stable.total) == (1_400_000, 1_200_000)
    found, price = describe_stability(report)
    assert found == "1 pair would both rather have each other (1 of the mentees, 1 of the mentors)."
    assert "serve as many people" in price
    assert "have 200,000 points less in total (14.2 %)" in price
    assert "at 200,000 (now 600,000)" in price


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 100_000))
def test_whole_cohorts_have_a_stable_assignment_that_the_definition_accepts(made_from: int) -> None:
    mentors, mentees = a_cohort(made_from)
    try:
        outcome = match(mentors, mentees, every_kind())
    except CannotMatch:
        return
    cohort = Cohort.of(mentors, mentees, every_kind())
    couples = [(pair.mentee, pair.mentor) for pair in outcome.pairs]

    report = report_stability(cohort, couples)

    again = report_stability(cohort, report.pairs)
    assert again.blocking.count == 0
    assert describe_stability(again) == ("Stable: no mentee and mentor would both rather have each other.",)
    assert report.best.total == outcome.total


@pytest.mark.parametrize("side", ["mentee", "mentor"])
def test_lots_are_drawn_from_role_id_and_seed(side: str) -> None:
    ids = ("ada", "ben", "cleo", "dan")

    drawn = stable.draw_tie_breaks(ids, side, 3)

    assert sorted(drawn) == [0, 1, 2, 3]
    assert dict(zip(ids[::-1], stable.draw_tie_breaks(ids[::-1], side, 3), strict=True)) == dict(
        zip(ids, drawn, strict=True)
    )
