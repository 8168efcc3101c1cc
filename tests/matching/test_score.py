"""What each kind of criterion earns and each kind of rule refuses."""

import pickle
import random
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.matching.policy.model import Policy, PolicyError
from functions.matching.policy.parse import parse_policy
from functions.matching.scoring import blocked, set_overlap
from functions.matching.scoring.scores import (
    Computed,
    points_of_pairs,
    prepare,
    refused,
    reweighed,
    score_all,
    score_block,
)
from functions.matching.verification.answers import Answers
from tests.benchmarks.cohorts import EVERYTHING
from tests.matching import saying
from tests.matching.cohorts import EVERY_KIND, a_cohort, a_policy, every_kind, mentee, mentor

BOTH = 'mentee = "mine"\nmentor = "theirs"\n'


def share(kind: str, mine: Any, theirs: Any, *options: str) -> int:
    """Return what one criterion, alone, gives to a pair with these answers."""
    criterion = f'[[criterion]]\nname = "it"\nkind = "{kind}"\n{BOTH}weight = 1\n' + "\n".join(options)
    prepared = prepare([mentor("m", theirs=theirs)], [mentee("a", mine=mine)], a_policy(criteria=criterion))
    return int(score_all(prepared)[0, 0])


def refuses(kind: str, mine: Any, theirs: Any, *options: str) -> bool:
    """Say whether one rule refuses a pair with these answers."""
    rule = f'[[rule]]\nname = "it"\nkind = "{kind}"\n{BOTH}' + "\n".join(options)
    prepared = prepare([mentor("m", theirs=theirs)], [mentee("a", mine=mine)], a_policy(rule))
    return int(score_all(prepared)[0, 0]) == -1


@pytest.mark.parametrize(
    ("kind", "mine", "theirs", "options", "earned"),
    [
        ("same", "Law", " law ", (), 1_000_000),
        ("same", "\uff4c\uff41\uff57", "law", (), 1_000_000),
        ("same", "law", "art", (), 0),
        ("same", "law", "either", ('any = ["either"]',), 1_000_000),
        ("different", "law", "art", (), 1_000_000),
        ("different", "law", "law", (), 0),
        ("shares any", "a; b", ("b", "c"), (), 1_000_000),
        ("shares any", "a, b", ("c",), (), 0),
        ("overlap", ("a", "b", "c"), "a;c", (), 666_666),
        ("ranked choice", ("a", "b", "c"), ("b", "c"), (), 600_000),
        ("ranked choice", ("a", "b", "c"), ("z",), (), 0),
        ("ranked choice", ("a", "b"), ("a", "b"), ('counts = "all"',), 1_000_000),
        ("ranked choice", ("a", "b"), ("b",), ('counts = "all"', "worth = [1, 0.6]"), 375_000),
        ("ordered distance", 2, "4", ("at_least = 1", "at_most = 3"), 1_000_000),
        ("ordered distance", 2, 7, ("at_least = 1", "at_most = 3", "fades_over = 4"), 500_000),
        ("ordered distance", "b", "a", ('order = ["a", "b"]', "worth = { -1 = 0.25 }"), 250_000),
        ("ordered distance", "b", "b", ('order = ["a", "b"]', "worth = { -1 = 0.25 }"), 0),
        ("closeness", "1.5", 4, ("reach = 10",), 750_000),
        ("closeness", 0, 40, ("reach = 10",), 0),
        ("times in common", ("mon", "tue"), ("tue",), ("enough = 2",), 500_000),
        ("times in common", ("mon", "tue", "wed"), ("wed", "tue", "mon"), ("enough = 2",), 1_000_000),
        ("complementary", ("a", "b"), ("a",), (), 500_000),
        ("wish", "m; x", "m", (), 1_000_000),
        ("wish", "x", "m", (), 0),
        ("text similarity", "Economics", "economics!", (), 1_000_000),
        ("text similarity", "essays", "statistics", (), 0),
        ("text similarity", "write essays", "write", ("enough = 100",), 660_000),  # 4 of 9 and 4 runs: √(4/9)
        ("text similarity", "Übung macht", "ubung macht", (), 1_000_000),
        ("text similarity", "مُعَلِّم", "معلـم", (), 1_000_000),
        ("ranked choice", tuple("abcdefgh"), ("h",), ("worth = [1, 1, 1, 1, 1, 1, 1, 0.5]",), 500_000),
        ("overlap", tuple("abcdefgh"), ("h", "z"), (), 125_000),
        ("shares any", tuple("abcdefgh"), ("h", "z"), (), 1_000_000),
    ],
)
def test_a_criterion_earns_its_share(
    kind: str, mine: Any, theirs: Any, options: tuple[str, ...], earned: int
) -> None:
    assert share(kind, mine, theirs, *options) == earned


@pytest.mark.parametrize("kind", ["same", "different", "shares any", "overlap", "ranked choice", "closeness"])
@pytest.mark.parametrize(("mine", "theirs"), [(None, "1"), ("1", None), ("", "1"), (None, None)])
def test_a_missing_answer_is_neutral(kind: str, mine: Any, theirs: Any) -> None:
    options = ("reach = 3",) if kind == "closeness" else ()

    assert share(kind, mine, theirs, *options) == 500_000
    assert share(kind, mine, theirs, "neutral = 0.2", *options) == 200_000


def test_a_missing_answer_earns_nothing_where_points_are_taken_as_they_are() -> None:
    policy = a_policy(top='points = "as they are"')

    prepared = prepare([mentor("m")], [mentee("a", field="law")], policy)

    assert score_all(prepared)[0, 0] == 0


@pytest.mark.parametrize(
    ("kind", "mine", "theirs", "options", "refused"),
    [
        ("same", "Maths", "maths ", (), True),
        ("same", "maths", "law", (), False),
        ("same", "none", "none", ('any = ["none"]',), False),
        ("same", None, None, (), False),
        ("same", None, "law", ('missing = "refuses"',), True),
        ("different", "x", "y", (), True),
        ("different", "x", "any", ('any = ["any"]',), False),
        ("supervises", "someone@x, M", "", (), True),
        ("supervises", "someone@x", "", (), False),
        ("avoided", "m", None, (), True),
        ("avoided", None, "z, A", (), True),
        ("avoided", "z", "z", (), False),
        ("previous pair", "m", None, (), True),
        ("too few in common", ("de", "en"), ("fr",), (), True),
        ("too few in common", ("de", "en"), ("en",), (), False),
        ("too few in common", ("de", "en"), ("en",), ("at_least = 2",), True),
        ("ordered distance", "1", 1, ("at_least = 1",), True),
        ("ordered distance", "1", 4, ("at_least = 1", "at_most = 2"), True),
        ("ordered distance", "1", 3, ("at_least = 1", "at_most = 2"), False),
        ("must have", "lab", ("office",), (), True),
        ("must have", "lab", None, (), True),
        ("must have", None, ("office",), (), False),
        ("must have", "lab", ("office", "Lab"), (), False),
        ("paused", "yes", None, (), True),
        ("paused", "no", "no", (), False),
        ("oneself", "ada@x", "ADA@x", (), True),
    ],
)
def test_a_rule_refuses_what_it_is_for(
    kind: str,
    mine: Any,
    theirs: Any,
    options: tuple[str, ...],
    refused: bool,  # noqa: FBT001 - what the table above says of each
) -> None:
    assert refuses(kind, mine, theirs, *options) == refused


IN_PERSON = 'only_if = { mentee = "how", mentor = "where", answers = ["In person", "On site, in person"] }'


@pytest.mark.parametrize(
    ("mine", "theirs", "refused"),
    [
        (("North", "in person"), ("South", "In person"), True),
        (("North", "in person"), ("North", "In person"), False),
        (("North", "in person"), ("South", "online"), False),
        (("North", ("in person", "online")), ("South", "in person"), False),
        (("North", ("in person",)), ("South", "on site, in person"), True),
        (("North", "online; in person"), ("South", "in person"), False),
        (("North", None), ("South", "in person"), False),
        ((None, "in person"), ("South", "in person"), False),
    ],
)
def test_a_rule_may_speak_only_of_two_people_with_certain_answers(
    mine: tuple[Any, Any],
    theirs: tuple[Any, Any],
    refused: bool,  # noqa: FBT001 - what the table above says of each
) -> None:
    rule = f'[[rule]]\nname = "campus"\nkind = "different"\nmentee = "campus"\nmentor = "site"\n{IN_PERSON}'
    mentees = [mentee("a", campus=mine[0], how=mine[1])]

    prepared = prepare([mentor("m", site=theirs[0], where=theirs[1])], mentees, a_policy(rule))

    assert (int(score_all(prepared)[0, 0]) == -1) == refused


def test_both_directions_of_give_and_take_count_alike() -> None:
    criterion = (
        f'[[criterion]]\nname = "it"\nkind = "complementary"\n{BOTH}'
        'mentor_wants = "seeks"\nmentee_offers = "gives"\nweight = 1\n'
    )
    ada = mentee("a", mine=("x", "y"), gives=("p",))
    bob = mentor("m", theirs=("x", "y"), seeks=("p", "q"))

    prepared = prepare([bob], [ada], a_policy(criteria=criterion))

    assert score_all(prepared)[0, 0] == 750_000


def test_a_perfect_pairing_earns_the_whole_million_whatever_the_weights() -> None:
    criteria = "".join(
        f'[[criterion]]\nname = "c{weight}"\nkind = "same"\n{BOTH}weight = {weight}\n'
        for weight in (1, 1.7, 3, 7)
    )
    prepared = prepare([mentor("m", theirs="x")], [mentee("a", mine="x")], a_policy(criteria=criteria))

    assert score_all(prepared)[0, 0] == 1_000_000
    assert points_of_pairs(prepared, [0], [0]).sum() == 1_000_000


def test_what_matters_most_to_a_mentee_weighs_more_for_them_alone() -> None:
    criteria = "".join(
        f'[[criterion]]\nname = "{name}"\nkind = "same"\nmentee = "{name}"\nmentor = "{name}"\nweight = 1\n'
        for name in ("field", "town")
    )
    policy = a_policy(criteria=criteria, top='[matters_most]\ncolumn = "most"\ntimes = 3')
    people = [mentee("a", field="law", town="Oslo"), mentee("b", field="law", town="Oslo", most="Field")]

    prepared = prepare([mentor("m", field="law", town="Bonn")], people, policy)

    assert score_all(prepared)[:, 0].tolist() == [500_000, 750_000]


def test_an_unknown_place_on_a_ladder_is_told_with_the_person_and_what_is_known() -> None:
    with saying.refused(r"^a has “c” in “mine”.*it knows: a, b"):
        share("ordered distance", "c", "a", 'order = ["a", "b"]', "at_least = 1", "at_most = 1")


@pytest.mark.parametrize("value", ["tall", "1e999", "1e999999999", "nan", "9" * 5000])
def test_a_text_where_a_number_is_needed_is_told(value: str) -> None:
    with saying.refused("not a number"):
        share("closeness", value, "1", "reach = 1")


def test_an_answer_that_the_policy_does_not_allow_is_told() -> None:
    text = """
name = "small"
[mentees]
id = "email"
[mentees.allowed]
field = ["law", "art"]
[mentors]
id = "email"
[[criterion]]
name = "field"
kind = "same"
mentee = "field"
mentor = "field"
weight = 1
"""
    with saying.refused(r"has “lwa” in “field”.*it knows: law, art"):
        prepare([mentor("m")], [mentee("a", field="lwa")], parse_policy(text, file="p.toml"))


def test_a_mentee_who_names_an_unknown_criterion_as_most_important_is_told() -> None:
    policy = a_policy(top='[matters_most]\ncolumn = "most"')

    with saying.refused(r"has “weather” in “most”"):
        prepare([mentor("m")], [mentee("a", most="weather")], policy)


TIMES = 'kind = "times in common"\nmentee = "times"\nmentor = "times"\nenough = 4\nweight = 1\n'
ZONES = 'mentee_zone = "zone"\nmentor_zone = "zone"\nweek = 2027-01-13\n'


def common_half_hours(mine: tuple[Any, Any], theirs: tuple[Any, Any], week: str = "2027-01-13") -> int:
    """Return what times in common earn, of four half-hours that are enough, in quarters."""
    policy = a_policy(criteria=f'[[criterion]]\nname = "it"\n{TIMES}{ZONES}'.replace("2027-01-13", week))
    here, there = ({"times": times, "zone": zone} for times, zone in (mine, theirs))
    prepared = prepare([mentor("m", **there)], [mentee("a", **here)], policy)
    return int(score_all(prepared)[0, 0]) // 250_000


@pytest.mark.parametrize(
    ("mine", "theirs", "quarters"),
    [
        (("mon-14:00; mon-14:30", "Europe/London"), ("mon-15:00, mon-15:30", "Europe/Berlin"), 2),
        (("mon-morning", "UTC"), ("mon-08:00", "+00:00"), 1),
        (("mon-morning", "UTC"), ("mon-afternoon", "utc+4"), 4),
        (("sun-23:30", "America/New_York"), ("mon-04:30", "GMT"), 1),
        (("tue-10:15", "Asia/Kathmandu"), ("tue-04:30", "Z"), None),
        (("tue-10:00", "Asia/Kathmandu"), ("tue-04:00", "Z"), 1),
        (("mon-14:00", None), ("mon-14:00", "UTC"), 2),
        ((None, "UTC"), ("mon-14:00", "UTC"), 2),
    ],
)
def test_times_across_zones_meet_in_the_same_half_hour_of_the_world(
    mine: tuple[Any, Any], theirs: tuple[Any, Any], quarters: int | None
) -> None:
    if quarters is None:
        with saying.refused(r"^a has “tue-10:15” in “times”, which is no half-hour"):
            common_half_hours(mine, theirs)
    else:
        assert common_half_hours(mine, theirs) == quarters


def test_the_offsets_are_those_of_the_week_that_the_policy_names() -> None:
    mine, theirs = ("mon-14:00", "Europe/London"), ("mon-14:00", "UTC")

    assert common_half_hours(mine, theirs, "2027-01-11") == 1
    assert common_half_hours(mine, theirs, "2027-07-05") == 0


@pytest.mark.parametrize("zone", ["Atlantis", "Europe", "+25:00", "../etc/passwd", "Europe/London\0"])
def test_a_zone_that_is_none_is_told_with_the_person_and_the_column(zone: str) -> None:
    with saying.refused(r"^m has .* in “zone”, which is no time zone"):
        common_half_hours(("mon-14:00", "UTC"), ("mon-14:00", zone))


@pytest.mark.parametrize(
    ("asks", "mine", "theirs", "is_refused"),
    [
        ("same-faculty", "law", "Law", False),
        ("same-faculty", "law", "arts", True),
        ("same-faculty", None, "arts", True),
        ("same-faculty; woman", "law", "law", False),
        ("same-faculty; man", "law", "law", True),
        (None, "law", "arts", False),
    ],
)
def test_a_mentee_may_ask_for_somebody_of_the_same(
    asks: Any,
    mine: Any,
    theirs: Any,
    is_refused: bool,  # noqa: FBT001 - what the table above says of each
) -> None:
    policy = a_policy(
        '[[rule]]\nname = "must"\nkind = "must have"\nmentee = "asks"\nmentor = "gender"\n'
        'same = { same-faculty = ["home", "faculty"] }'
    )
    ada, bob = mentee("a", asks=asks, home=mine), mentor("m", faculty=theirs, gender="woman")

    assert (int(score_all(prepare([bob], [ada], policy))[0, 0]) == -1) == is_refused


def test_points_that_no_score_can_hold_are_refused_with_the_policy() -> None:
    criteria = "".join(
        f'[[criterion]]\nname = "c{number}"\nkind = "same"\n{BOTH}weight = 1000000\n' for number in range(2)
    )

    with pytest.raises(PolicyError, match="can add up to 101,000,000, above 100,000,000"):
        a_policy(
            criteria=f'{criteria}[matters_most]\ncolumn = "most"\ntimes = 100', top='points = "as they are"'
        )


# Whole cohorts, against the plain Python of the verifier.

AS_THEY_ARE = 'points = "as they are"\n' + re.sub(r"(weight = \d+)\.\d+", r"\1", EVERY_KIND)
policies = st.sampled_from(
    [parse_policy(EVERYTHING, file="everything.toml"), parse_policy(AS_THEY_ARE, file="as-they-are.toml")]
)
seeds = st.integers(0, 2**32)


@settings(max_examples=30, deadline=None)
@given(seed=seeds, policy=policies, width=st.sampled_from([1, 3, 8_192]), tall=st.sampled_from([1, 2, 1_024]))
def test_every_score_point_and_refusal_is_what_plain_python_says(
    seed: int, policy: Policy, width: int, tall: int
) -> None:
    mentors, mentees = a_cohort(seed)
    plain = Answers(policy)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocked, "WIDEST", width)
        patch.setattr(blocked, "_TALLEST", tall)
        prepared = prepare(mentors, mentees, policy)
        found = score_all(prepared)

    rows, columns = np.indices(found.shape).reshape(2, -1)
    earned = points_of_pairs(prepared, rows.tolist(), columns.tolist())
    against = refused(prepared, range(found.shape[0]), range(found.shape[1]))
    for place, (row, column) in enumerate(zip(rows, columns, strict=True)):
        ada, bob = prepared.mentees[row], prepared.mentors[column]
        assert found[row, column] == plain.score(ada, bob)
        assert earned[place].tolist() == [value for _, value in plain.points(ada, bob)]
        names = [rule.name for rule in policy.rules] + ["never oneself"]
        told = [name for name, stands in zip(names, against[:, row, column], strict=True) if stands]
        assert told == plain.against(ada, bob)


def a_crowd(seed: int) -> Any:
    """Return a cohort large enough for several tiles, prepared."""
    chance = random.Random(seed)  # noqa: S311 - people made up for a test
    people: list[list[Any]] = [[], []]
    for _ in range(12):
        for side, more in zip(people, a_cohort(chance.randrange(2**32)), strict=True):
            side.extend(more)
    mentors, mentees = (
        [
            type(person)(id=f"{number:03}", capacity=1, answers=person.answers)
            for number, person in enumerate(side)
        ]
        for side in people
    )
    return prepare(mentors, mentees, every_kind())


@settings(max_examples=10, deadline=None)
@given(seed=seeds, data=st.data())
def test_a_block_of_any_rows_and_columns_is_that_part_of_the_whole(seed: int, data: Any) -> None:
    prepared = a_crowd(seed)
    whole = score_all(prepared)
    ends = [sorted(data.draw(st.tuples(*[st.integers(0, size)] * 2))) for size in whole.shape]
    rows, columns = (range(*end) for end in ends)

    part = score_block(pickle.loads(pickle.dumps(prepared)), rows, columns)  # noqa: S301 - our own, as a driver sends it

    assert (part == whole[rows.start : rows.stop, columns.start : columns.stop]).all()
    assert (Computed(prepared).rows(rows.start, rows.stop) == whole[rows.start : rows.stop]).all()


def test_threads_tiles_and_room_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = a_crowd(3)
    whole = score_all(prepared, threads=1)
    monkeypatch.setattr("functions.matching.scoring.scores._WORTH_A_THREAD", 0)
    monkeypatch.setattr(blocked, "WIDEST", 7)
    monkeypatch.setattr(blocked, "_DENSE_BYTES", 2_000)
    monkeypatch.setattr(blocked, "_CELLS", 5)
    monkeypatch.setattr(set_overlap, "_PADDED_FROM", 4)

    assert (score_all(prepared, threads=3) == whole).all()


def test_the_order_of_people_changes_nothing() -> None:
    mentors, mentees = a_cohort(11)

    turned = prepare(mentors[::-1], mentees[::-1], every_kind())

    assert (score_all(turned) == score_all(prepare(mentors, mentees, every_kind()))).all()


def test_work_that_its_caller_stops_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("functions.matching.scoring.scores._WORTH_A_THREAD", 0)
    monkeypatch.setattr(blocked, "_TALLEST", 1)
    prepared = a_crowd(5)
    told: list[int] = []

    def stop(percent: int) -> None:
        told.append(percent)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        score_all(prepared, progress=stop)

    assert len(told) == 1


@settings(max_examples=8, deadline=None)
@given(seed=seeds)
def test_other_weights_give_what_a_fresh_start_would(seed: int) -> None:
    mentors, mentees = a_cohort(seed)
    text = EVERY_KIND.replace("weight = 7", "weight = 3").replace("neutral = 0.2", "neutral = 0.7")
    others = [text, text.replace("times = 2.5", "times = 4").replace("enough = 2", "enough = 1"), AS_THEY_ARE]

    for other in others:
        policy = parse_policy(other, file="other.toml")
        again = reweighed(prepare(mentors, mentees, every_kind()), policy)

        assert (score_all(again) == score_all(prepare(mentors, mentees, policy))).all()


def test_answers_are_not_read_again_for_other_weights() -> None:
    prepared = prepare(*a_cohort(2), every_kind())

    again = reweighed(
        prepared, parse_policy(EVERY_KIND.replace("weight = 7", "weight = 3"), file="other.toml")
    )

    assert all(again.people.encoded[key] is part for key, part in prepared.people.encoded.items())


@pytest.mark.parametrize("count", [5, 40])
def test_many_different_answers_and_long_lists_score_as_plain_python_says(count: int) -> None:
    chance = random.Random(count)  # noqa: S311 - people made up for a test
    criteria = (
        "".join(
            f'[[criterion]]\nname = "{name}"\nkind = "{kind}"\n{BOTH}{more}weight = 3\n'.replace(
                "theirs", theirs
            )
            for name, kind, theirs, more in (
                ("all", "ranked choice", "gives", f'counts = "all"\nworth = [{", ".join(["0.5"] * 20)}]\n'),
                ("best", "ranked choice", "gives", "worth = [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4]\n"),
                ("covered", "overlap", "gives", ""),
                ("both", "complementary", "gives", 'mentor_wants = "mine"\nmentee_offers = "gives"\n'),
                ("text", "text similarity", "gives", ""),
            )
        )
        + '[[criterion]]\nname = "age"\nkind = "closeness"\nmentee = "age"\nmentor = "age"\n'
        + "reach = 9\nweight = 1\n"
    )
    rule = '[[rule]]\nname = "h"\nkind = "same"\nmentee = "h"\nmentor = "h"\nmissing = "refuses"\nany = ["7"]'
    policy = a_policy(rule, criteria)
    entries = [f"entry {number}" for number in range(60)]

    def somebody(make: Any, number: int) -> Any:
        drawn = (tuple(chance.sample(entries, chance.randint(0, count))) for _ in range(2))
        mine, gives = drawn
        home = str(chance.randrange(500)) if chance.random() < 0.9 else None
        return make(
            f"{make.__name__}{number}",
            mine=mine,
            gives=gives,
            age=chance.random() * 40 // 0.001 / 1000,
            h=home,
        )

    mentors, mentees = ([somebody(make, number) for number in range(150)] for make in (mentor, mentee))
    prepared = prepare(mentors, mentees, policy)
    plain = Answers(policy)

    found = score_all(prepared)

    for _ in range(150):
        row, column = chance.randrange(150), chance.randrange(150)
        ada, bob = prepared.mentees[row], prepared.mentors[column]
        assert found[row, column] == plain.score(ada, bob)
        assert points_of_pairs(prepared, [row], [column])[0].tolist() == [
            earned for _, earned in plain.points(ada, bob)
        ]
