"""What each kind of criterion earns and each kind of rule refuses."""

from typing import Any

import pytest

from functions.matching.people import CannotMatch
from functions.matching.policy import parse
from functions.matching.score import points, prepare, scores
from tests.matching.cohorts import a_policy, mentee, mentor

BOTH = 'mentee = "mine"\nmentor = "theirs"\n'


def share(kind: str, mine: Any, theirs: Any, *options: str) -> int:
    """Return what one criterion, alone, gives to a pair with these answers."""
    criterion = f'[[criterion]]\nname = "it"\nkind = "{kind}"\n{BOTH}weight = 1\n' + "\n".join(options)
    prepared = prepare([mentor("m", theirs=theirs)], [mentee("a", mine=mine)], a_policy(criteria=criterion))
    return int(scores(prepared)[0, 0])


def refuses(kind: str, mine: Any, theirs: Any, *options: str) -> bool:
    """Say whether one rule refuses a pair with these answers."""
    rule = f'[[rule]]\nname = "it"\nkind = "{kind}"\n{BOTH}' + "\n".join(options)
    prepared = prepare([mentor("m", theirs=theirs)], [mentee("a", mine=mine)], a_policy(rule))
    return int(scores(prepared)[0, 0]) == -1


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

    assert scores(prepared)[0, 0] == 0


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


def test_both_directions_of_give_and_take_count_alike() -> None:
    criterion = (
        f'[[criterion]]\nname = "it"\nkind = "complementary"\n{BOTH}'
        'mentor_wants = "seeks"\nmentee_offers = "gives"\nweight = 1\n'
    )
    ada = mentee("a", mine=("x", "y"), gives=("p",))
    bob = mentor("m", theirs=("x", "y"), seeks=("p", "q"))

    prepared = prepare([bob], [ada], a_policy(criteria=criterion))

    assert scores(prepared)[0, 0] == 750_000


def test_a_perfect_pairing_earns_the_whole_million_whatever_the_weights() -> None:
    criteria = "".join(
        f'[[criterion]]\nname = "c{weight}"\nkind = "same"\n{BOTH}weight = {weight}\n'
        for weight in (1, 1.7, 3, 7)
    )
    prepared = prepare([mentor("m", theirs="x")], [mentee("a", mine="x")], a_policy(criteria=criteria))

    assert scores(prepared)[0, 0] == 1_000_000
    assert points(prepared, [0], [0]).sum() == 1_000_000


def test_what_matters_most_to_a_mentee_weighs_more_for_them_alone() -> None:
    criteria = "".join(
        f'[[criterion]]\nname = "{name}"\nkind = "same"\nmentee = "{name}"\nmentor = "{name}"\nweight = 1\n'
        for name in ("field", "town")
    )
    policy = a_policy(criteria=criteria, top='[matters_most]\ncolumn = "most"\ntimes = 3')
    people = [mentee("a", field="law", town="Oslo"), mentee("b", field="law", town="Oslo", most="Field")]

    prepared = prepare([mentor("m", field="law", town="Bonn")], people, policy)

    assert scores(prepared)[:, 0].tolist() == [500_000, 750_000]


def test_an_unknown_place_on_a_ladder_is_told_with_the_person_and_what_is_known() -> None:
    with pytest.raises(CannotMatch, match=r"The mentee a has “c” in “mine”.*it knows: a, b") as caught:
        share("ordered distance", "c", "a", 'order = ["a", "b"]', "at_least = 1", "at_most = 1")

    assert (caught.value.person_id, caught.value.column) == ("a", "mine")


@pytest.mark.parametrize("value", ["tall", "1e999", "1e999999999", "nan", "9" * 5000])
def test_a_text_where_a_number_is_needed_is_told(value: str) -> None:
    with pytest.raises(CannotMatch, match="not a number"):
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
    with pytest.raises(CannotMatch, match=r"has “lwa” in “field”.*it knows: law, art"):
        prepare([mentor("m")], [mentee("a", field="lwa")], parse(text, file="p.toml"))


def test_a_mentee_who_names_an_unknown_criterion_as_most_important_is_told() -> None:
    policy = a_policy(top='[matters_most]\ncolumn = "most"')

    with pytest.raises(CannotMatch, match=r"has “weather” in “most”"):
        prepare([mentor("m")], [mentee("a", most="weather")], policy)
