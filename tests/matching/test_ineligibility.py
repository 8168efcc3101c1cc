"""What stands against pairs: the same in small numbers as said one by one."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.matching.scoring.ineligibility import Patterns, patterns, patterns_turned
from functions.matching.scoring.scores import prepare, refused, refused_pairs, score_all
from tests.matching.cohorts import a_cohort, every_kind


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 30))
def test_patterns_hold_what_they_were_made_of(seed: int, count: int) -> None:
    chance = np.random.default_rng(seed)
    against = chance.random((count, 7, 9)) < chance.random()
    also = chance.random(9) < 0.5

    found = Patterns.found(iter(against), (7, 9))

    assert (np.moveaxis(found.refusals[found.of], 2, 0) == against).all()
    counted = found.counted(also)
    assert (counted.sum(axis=2) @ found.refusals == against.sum(axis=2).T).all()
    assert (counted[:, :, 1] @ found.refusals == (against & also).sum(axis=2).T).all()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 100_000), st.data())
def test_some_people_are_refused_as_everybody_is(made_from: int, data: st.DataObject) -> None:
    mentors, mentees = a_cohort(made_from)
    prepared = prepare(mentors, mentees, every_kind())
    whole = score_all(prepared) < 0
    rows, columns = (
        np.array(data.draw(st.lists(st.integers(0, len(side) - 1), unique=True, min_size=1).map(sorted)))
        for side in (mentees, mentors)
    )
    by_hand = np.zeros((len(rows), len(columns)), dtype=np.bool_)

    one_by_one = refused(prepared, rows.tolist(), columns.tolist())
    straight = patterns(prepared.refusals, rows, columns, by_hand)
    turned = patterns_turned(prepared.refusals, rows, columns, by_hand.T)
    row, column = np.nonzero(~by_hand)
    of_pairs = refused_pairs(prepared, rows[row].tolist(), columns[column].tolist())

    assert (one_by_one.any(axis=0) == whole[np.ix_(rows, columns)]).all()
    assert (np.moveaxis(straight.refusals[straight.of], 2, 0)[:-1] == one_by_one).all()
    assert (np.moveaxis(turned.refusals[turned.of], 2, 0)[:-1] == one_by_one.transpose(0, 2, 1)).all()
    assert (of_pairs == one_by_one[:, row, column]).all()
