"""A policy explains its own mistakes: file, line, cause, remedy."""

# ruff: noqa: E501 - a mistake and what is said of it read best on one line

from pathlib import Path

import pytest

from functions.matching.people import Role
from functions.matching.policy.model import PolicyError
from functions.matching.policy.parse import parse_policy
from tests.matching.cohorts import EVERY_KIND

ROOT = Path(__file__).resolve().parents[2]

SMALL = """name = "small"

[mentees]
id = "email"

[mentors]
id = "email"
capacity = "places"

[[criterion]]
name = "field"
kind = "same"
mentee = "field"
mentor = "field"
weight = 2.5
"""


def mistake(text: str) -> str:
    """Return what is said of a policy that can't be used."""
    with pytest.raises(PolicyError) as caught:
        parse_policy(text, file="p.toml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "small"', 'name = "small', "p.toml, line 1, column 14: this is not TOML"),
        ('name = "small"\n', "", "p.toml, name: it is missing. Add name = …."),
        ('kind = "same"', 'kind = "sane"', "p.toml, line 12, criterion “field”, kind: “sane” is not known. Did you mean “same”?"),
        ("weight = 2.5", "weight = -1", "p.toml, line 15, criterion “field”, weight: “-1” is out of range"),
        ("weight = 2.5", "weight = nan", "weight: “NaN” is out of range"),
        ("weight = 2.5", "weight = inf", "weight: “Infinity” is out of range"),
        ("weight = 2.5", 'weight = "2"', "weight: “2” is not a number"),
        ("weight = 2.5", "weight = 1.2345", "weight: 1.2345 has more than 3 digits after the point"),
        ("weight = 2.5", "weight = 0", "criterion: every weight is 0"),
        ("weight = 2.5", "wieght = 2.5", "p.toml, line 15, criterion “field”, wieght: a criterion of kind “same” doesn’t know this key. Did you mean “weight”?"),
        ("weight = 2.5", "weight = 2.5\nreach = 3", "reach: a criterion of kind “same” doesn’t know this key"),
        ('capacity = "places"', "capacity = 0", "p.toml, line 8, mentors, capacity: “0” is neither a whole number"),
        ('capacity = "places"', "capacity = true", "capacity: “True” is neither"),
        ('capacity = "places"', 'capcity = "places"', "Did you mean “capacity”?"),
        ('id = "email"\n\n', 'id = "email"\ncolumns.wants = { separator = "" }\n\n', "mentees, wants.separator: it is not a text"),
        ('id = "email"\n\n', 'id = "email"\ncolumns.wants = {}\n\n', "mentees, columns.wants: it says nothing. Write options or parts alone"),
        ('id = "email"\n\n', 'id = "email"\ncolumns.name = { parts = ["a", "b"], separator = " " }\n\n', "it says two things that can’t both be"),
        ('id = "email"\n\n', 'id = "email"\ncolumns.email = { parts = ["a", "b"] }\n\n', "“email” is made of other columns"),
        ('id = "email"\n\n', 'id = "email"\ncolumns.places = { numbers = { many = 0 } }\n\n', "“0” is not a whole number from 1"),
        ('id = "email"\n\n', 'id = "email"\ncolumns.wants = { seperator = " " }\n\n', "Did you mean “separator”?"),
        ("[mentees]", "[objective]\nserved = false\n[mentees]", "“floor” is on and “served” is off"),
        ("[mentees]", "[objective]\nserved = false\nfloor = false\ntotal = false\n[mentees]", "nobody would be paired"),
        ("[mentees]", '[objective]\nserved = "yes"\n[mentees]', "objective, served: “yes” is neither true nor false"),
        ("[mentees]", "surprise = 1\n[mentees]", "surprise: a policy doesn’t know this key"),
        ('kind = "same"', 'kind = "ordered distance"', "it doesn’t say which distance is wanted"),
        ('kind = "same"', 'kind = "ordered distance"\nworth = { x = 1 }', "worth.x: it is not a whole number of steps"),
        ('kind = "same"', 'kind = "ordered distance"\nat_least = 2\nat_most = 1', "it is more than at_most"),
        ('kind = "same"', 'kind = "ordered distance"\nat_least = 1\nat_most = 1\norder = ["a", "A"]', "a value stands in it twice"),
        ('kind = "same"', 'kind = "ordered distance"\nat_least = 1\nat_most = 1\nmentee_places = { a = 1 }', "only one side has its places"),
        ('kind = "same"', 'kind = "ranked choice"\nworth = [0.5, 1]', "a later choice counts more"),
        ('kind = "same"', 'kind = "closeness"\nreach = 0', "reach: it is 0"),
        ('kind = "same"', 'kind = "text similarity"\nenough = 101', "enough: 101 is above 100"),
        ('kind = "same"', 'kind = "times in common"\nmentee_zone = "z"', "mentor_zone: zones are half said"),
        ('kind = "same"', 'kind = "times in common"\nmentee_zone = "z"\nmentor_zone = "z"', "week: it is missing"),
        ('kind = "same"', 'kind = "times in common"\nmentee_zone = "z"\nmentor_zone = "z"\nweek = "soon"', "week: it is not a date"),
        ('kind = "same"', 'kind = "times in common"\nmentee_zone = "z"\nmentor_zone = "z"\nweek = 2027-01-11\nhours = { morning = [12, 8] }', "hours.morning: “[12, 8]” is not two hours of a day"),
        ('kind = "same"', 'kind = "complementary"\nmentor_wants = "x"', "one direction is half said"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place_cause_and_remedy(old: str, new: str, said: str) -> None:
    assert said in mistake(SMALL.replace(old, new, 1))


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ('name = "r"\nkind = "same"\nmentee = "x"', "p.toml, line 16, rule “r”, mentor: it is missing"),
        ('name = "r"\nkind = "avoided"', "rule “r”, kind: no column is named"),
        ('name = "r"\nkind = "ordered distance"\nmentee = "x"\nmentor = "y"', "it refuses nothing"),
        ('name = "r"\nkind = "paused"\nmentor = "x"\nmissing = "maybe"', "“maybe” is not known"),
        (
            'name = "r"\nkind = "must have"\nmentee = "x"\nmentor = "y"\nsame = { z = ["one"] }',
            "same.z: it does not name two columns",
        ),
        ('name = "r"\nkind = "oneself"\n[[rule]]\nname = "r"\nkind = "oneself"', "two are called “r”"),
    ],
)
def test_a_mistake_in_a_rule_is_told(rule: str, said: str) -> None:
    assert said in mistake(f"{SMALL}[[rule]]\n{rule}")


def test_points_as_they_are_must_be_whole() -> None:
    assert "2.5 is not a whole number" in mistake('points = "as they are"\n' + SMALL)


def test_a_policy_nested_beyond_reason_is_refused_and_not_a_crash() -> None:
    assert "p.toml" in mistake("x = " + "[" * 100_000)


def test_a_number_of_thousands_of_digits_is_refused_and_not_a_crash() -> None:
    assert "a number in it is longer" in mistake(SMALL.replace("2.5", "9" * 5000))


def test_decimals_are_kept_exactly() -> None:
    policy = parse_policy(SMALL.replace("2.5", "0.001"), file="p.toml")

    assert policy.criteria[0].weight == 1


def test_two_files_that_mean_the_same_have_one_canonical_form() -> None:
    first = parse_policy(SMALL, file="p.toml")

    again = parse_policy(
        "# another comment\n" + SMALL.replace('id = "email"', 'id   =   "email"'), file="q.toml"
    )

    assert again.canonical == first.canonical


def test_every_column_that_is_read_is_mentioned_with_the_place() -> None:
    policy = parse_policy(EVERY_KIND, file="p.toml")

    mentioned = policy.mentions(Role.MENTEE)

    assert mentioned["email"] == "id"
    assert mentioned["most"] == "matters_most"
    assert mentioned["languages"] == "rule “language”"
    assert mentioned["offers"] == "criterion “give and take”"


@pytest.mark.parametrize(
    "path", sorted((ROOT / "schemas" / "policies").glob("*.toml")), ids=lambda path: path.stem
)
def test_every_ready_made_policy_can_be_read_and_bears_its_files_name(path: Path) -> None:
    policy = parse_policy(path.read_text(encoding="utf-8"), file=path.name)

    assert policy.name == path.stem
