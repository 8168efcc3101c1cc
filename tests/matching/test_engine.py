"""The front door: whole cohorts through every kind of criterion and rule."""

import json
import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from functions.matching.engine import match
from functions.matching.outcome import Outcome, to_json
from functions.matching.pairings import two_sides
from functions.matching.pairings.run import Stage, snapshot_sha256
from functions.matching.people import Person
from functions.matching.policy.model import Policy
from functions.matching.reasons import CannotMatch, Problem
from tests.matching.cohorts import a_cohort, a_policy, every_kind, mentee, mentor
from tests.matching.saying import notes, refused

POLICY = every_kind()
SEEDS = st.integers(0, 100_000)


def matched(mentors: list[Person], mentees: list[Person], policy: Policy = POLICY, **terms: Any) -> Outcome:
    """Match, leaving aside the cohorts in which the rules leave nobody."""
    try:
        return match(mentors, mentees, policy, **terms)
    except CannotMatch as error:
        assume(error.why.problem is not Problem.NOBODY_ELIGIBLE)
        raise


def test_a_match_in_the_order_of_sign_up_passes_the_verifier_and_serves_whoever_came_first() -> None:
    mentors = [mentor(name, field="art") for name in ("M1", "M2")]
    mentees = [replace(mentee(f"m{place}", field="art"), priority=20 - place) for place in range(20)]

    outcome = match(mentors, mentees, a_policy())

    assert {pair.mentee for pair in outcome.pairs} == {"m0", "m1"}


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_every_result_passes_the_independent_verifier_and_its_points_add_up(made_from: int) -> None:
    mentors, mentees = a_cohort(made_from)
    outcome = matched(mentors, mentees)

    assert all(pair.score == sum(reason.points for reason in pair.reasons) for pair in outcome.pairs)
    assert all(0 <= pair.score <= 1_000_000 for pair in outcome.pairs)
    assert outcome.total == sum(pair.score for pair in outcome.pairs)


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.integers(0, 5), st.randoms(use_true_random=False))
def test_the_same_people_in_any_order_give_the_same_bytes(
    made_from: int, seed: int, chance: random.Random
) -> None:
    mentors, mentees = a_cohort(made_from)
    first = matched(mentors, mentees, seed=seed)
    chance.shuffle(mentors)
    chance.shuffle(mentees)

    again = match(mentors, mentees, POLICY, seed=seed)

    assert again == first
    assert json.dumps(to_json(again)).encode() == json.dumps(to_json(first)).encode()


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.data())
def test_a_rerun_keeps_what_is_locked_and_serves_as_many(made_from: int, data: st.DataObject) -> None:
    mentors, mentees = a_cohort(made_from)
    first = matched(mentors, mentees)
    couples = [(pair.mentee, pair.mentor) for pair in first.pairs]
    locked = data.draw(st.lists(st.sampled_from(couples), unique=True))

    again = match(mentors, mentees, POLICY, locked=locked, previous=couples)

    assert set(locked) <= {(pair.mentee, pair.mentor) for pair in again.pairs}
    assert again.served == first.served


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.integers(1, 5))
def test_a_rerun_of_the_same_people_changes_nothing_whatever_the_seed(made_from: int, seed: int) -> None:
    mentors, mentees = a_cohort(made_from)
    first = matched(mentors, mentees)
    couples = [(pair.mentee, pair.mentor) for pair in first.pairs]

    again = match(mentors, mentees, POLICY, previous=couples, seed=seed)

    assert [(pair.mentee, pair.mentor) for pair in again.pairs] == couples


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_everybody_without_a_partner_gets_reasons_and_a_change_that_would_help(made_from: int) -> None:
    mentors, mentees = a_cohort(made_from)
    outcome = matched(mentors, mentees)

    paired = {pair.mentee for pair in outcome.pairs} | {pair.mentor for pair in outcome.pairs}
    alone = {person.id for person in (*mentors, *mentees)} - paired
    assert {person.id for person in outcome.unmatched} == alone
    assert all(person.why and person.change for person in outcome.unmatched)


def test_the_report_has_the_agreed_keys_and_no_others() -> None:
    outcome = match([mentor("m", field="law")], [mentee("a", field="law"), mentee("b")], a_policy())

    report = to_json(outcome)

    assert list(report) == [
        "mentees",
        "mentors",
        "capacity",
        "matched",
        "unmatched",
        "total_score",
        "worst_score",
        "seconds",
        "engine_version",
        "snapshot_sha256",
        "notes",
        "pairs",
        "unmatched_people",
        "unmet_wishes",
        "further_places",
    ]
    assert (report["mentees"], report["matched"], report["unmatched"]) == (2, 1, 1)
    assert report["pairs"][0]["reasons"] == [
        {
            "criterion": "field",
            "finding": "both said",
            "facts": {"answers": ["law"], "common": 1},
            "points": 1_000_000,
        }
    ]
    assert [person["id"] for person in report["unmatched_people"]] == ["b"]


def test_the_stages_begin_in_order_and_progress_only_grows() -> None:
    stages: list[Stage] = []
    percents: list[int] = []

    match(
        [mentor("m", field="law")],
        [mentee("a", field="law")],
        a_policy(),
        begin=stages.append,
        progress=percents.append,
    )

    assert stages == [Stage.SCORE, Stage.SOLVE, Stage.EXPLAIN, Stage.VERIFY]
    assert percents == sorted(percents)
    assert percents[-1] == 100


def test_who_waited_longest_is_served_first() -> None:
    waiting = Person(id="z", capacity=1, priority=1, answers={"field": "art"})
    newcomer = Person(id="a", capacity=1, priority=0, answers={"field": "law"})

    outcome = match([mentor("m", field="law")], [newcomer, waiting], a_policy())

    assert [pair.mentee for pair in outcome.pairs] == ["z"]


def test_nobody_is_their_own_mentor() -> None:
    mentors = [mentor("x", field="law"), mentor("y")]

    outcome = match(mentors, [mentee("x", field="law")], a_policy())

    assert [(pair.mentee, pair.mentor) for pair in outcome.pairs] == [("x", "y")]


def test_the_previous_pairs_of_people_who_left_are_ignored() -> None:
    outcome = match([mentor("m")], [mentee("a")], a_policy(), previous=[("gone", "m"), ("a", "m")])

    assert outcome.served == 1


@pytest.mark.parametrize(
    ("mentors", "mentees", "terms", "said"),
    [
        ([], [mentee("a")], {}, "There is no mentor"),
        ([mentor("m")], [], {}, "There is no mentee"),
        (
            [mentor("m")] * 1_000_000,
            [mentee("a")],
            {},
            "1,000,000 mentors are too many for one run",
        ),
        ([mentor("m"), mentor("m")], [mentee("a")], {}, "Two people have the same id, m"),
        ([mentor("m", 0)], [mentee("a")], {}, "m has a capacity of 0"),
        ([mentor("m")], [mentee("a")], {"locked": [("a", "x")]}, "names x, who is not in this run"),
        ([mentor("m")], [mentee("a")], {"forbidden": [("b", "m")]}, "names b, who is not in this run"),
    ],
)
def test_people_that_cannot_be_matched_are_refused_in_words(
    mentors: list[Person], mentees: list[Person], terms: dict[str, Any], said: str
) -> None:
    with refused(said):
        match(mentors, mentees, a_policy(), **terms)


def test_rules_that_leave_nobody_are_named_with_how_many_they_refuse() -> None:
    rules = '[[rule]]\nname = "same faculty"\nkind = "different"\nmentee = "faculty"\nmentor = "faculty"\n'

    with refused("“same faculty” refuses 2 of 2"):
        match(
            [mentor("m", faculty="x")], [mentee("a", faculty="y"), mentee("b", faculty="z")], a_policy(rules)
        )


def test_the_snapshot_digest_follows_content_and_not_order() -> None:
    ada, bob, ana = mentor("m", field="law"), mentee("b"), mentee("a", field="law", town="Bonn")
    policy = a_policy()
    first = snapshot_sha256([ada], [bob, ana], policy, 1)

    same = snapshot_sha256([ada], [mentee("a", town="Bonn", field="law"), bob], policy, 1)
    others = {
        snapshot_sha256([ada], [bob, ana], policy, 2),
        snapshot_sha256([ada], [bob, mentee("a", field="art", town="Bonn")], policy, 1),
        snapshot_sha256([ada], [bob, ana], a_policy(top='title = "x"'), 1),
    }

    assert same == first
    assert len(others | {first}) == 4


def test_a_very_large_cohort_is_proven_on_a_sample_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    mentors = [mentor(f"m{number}", field="law" if number % 2 else "art") for number in range(9)]
    mentees = [mentee(f"n{number}", field="law" if number % 3 else "art") for number in range(9)]
    proven_whole = match(mentors, mentees, a_policy())
    monkeypatch.setattr(two_sides, "PROVEN_WHOLE", 80)
    monkeypatch.setattr(two_sides, "SAMPLED_ROWS", 3)

    sampled = match(mentors, mentees, a_policy())

    assert sampled.pairs == proven_whole.pairs
    assert proven_whole.notes == ()
    assert "was checked for 3 of 9 mentees with all 9 mentors" in notes(sampled.notes)[0]
