"""What is found of two peers: no roles, whatever the criterion."""

import re
from dataclasses import replace
from typing import Any

import pytest

from functions.matching.engine import match
from functions.matching.people import Person
from functions.matching.policy.parse import parse_policy
from tests.benchmarks.cohorts import people as people_of
from tests.matching.cohorts import EVERY_KIND, mentee
from tests.matching.saying import reasons

TOP = 'name = "pool"\npairing = "peers"\n[people]\nid = "email"\nidentity = ["email"]\n'
_SIDES = re.compile(r"\[mentees\].*?\[matters_most\]", re.DOTALL)
_PEOPLE = '[people]\nid = "email"\nidentity = ["email", "name"]\n[matters_most]'


ALL_AND_NOTHING = (
    "bo can help with all that ada is looking for: R. "
    "ada can help with nothing that bo is looking for in “it”."
)


def said(criterion: str, one: Person, other: Person, top: str = "") -> str:
    text = f'{TOP}{top}[[criterion]]\nname = "it"\nweight = 1\n{criterion}\n'
    policy = parse_policy(text, file="pool.toml")
    (pair,) = match([], [one, other], policy).pairs
    return reasons(pair, policy)["it"]


@pytest.mark.parametrize(
    ("criterion", "one", "other", "text"),
    [
        ('kind = "same"\nboth = "town"', {"town": "Bonn"}, {"town": "bonn"}, "Both said Bonn for “it”."),
        (
            'kind = "overlap"\nboth = "goals"',
            {"goals": "read, write"},
            {"goals": "write, sing"},
            "Both named write for “it”.",
        ),
        (
            'kind = "ranked choice"\nboth = "topics"\nworth = [1, 0.5]',
            {"topics": "a, b"},
            {"topics": "b, a"},
            "Both named a and b for “it”.",
        ),
        (
            'kind = "complementary"\nmentee = "wants"\nmentor = "offers"',
            {"wants": "R", "offers": "Polish"},
            {"wants": "Welsh", "offers": "R"},
            ALL_AND_NOTHING,
        ),
        (
            'kind = "ranked choice"\nmentee = "wants"\nmentor = "offers"\nworth = [1]',
            {"wants": "R", "offers": "Polish"},
            {"wants": "Welsh", "offers": "R"},
            "bo can help with R, the first choice of ada. ada offers none of the choices of bo for “it”.",
        ),
        (
            'kind = "ordered distance"\nboth = "year"\nat_least = -1\nat_most = 1',
            {"year": 1},
            {"year": 3},
            "They are 2 apart in “it”.",
        ),
        (
            'kind = "ordered distance"\nboth = "year"\norder = ["first", "second", "third"]\nat_most = 1',
            {"year": "third"},
            {"year": "second"},
            "They are one step apart in “it”.",
        ),
        (
            'kind = "ordered distance"\nboth = "year"\norder = ["first", "second"]\nat_most = 1',
            {"year": "first"},
            {"year": "first"},
            "Both are on the same step of “it”.",
        ),
        (
            'kind = "ordered distance"\nboth = "year"\nat_most = 1\nprivate = true',
            {"year": 1},
            {"year": 3},
            "“it” was compared; the answers stay private.",
        ),
        ('kind = "wish"\nmentee = "wish"', {"wish": ""}, {"wish": "ada"}, "bo asked for ada by name."),
        (
            'kind = "complementary"\nmentee = "wants"\nmentor = "offers"',
            {"wants": "R"},
            {"wants": "Welsh", "offers": "R"},
            "bo can help with all that ada is looking for: R.",
        ),
    ],
)
def test_a_criterion_is_said_of_both(
    criterion: str, one: dict[str, Any], other: dict[str, Any], text: str
) -> None:
    assert said(criterion, mentee("ada", **one), mentee("bo", **other)) == text


@pytest.mark.parametrize(
    ("most", "text"),
    [
        (("it", "it"), "Both said Bonn for “it”. It is what matters most to both."),
        (("it", ""), "Both said Bonn for “it”. It is what matters most to ada."),
        (("", ""), "Both said Bonn for “it”."),
    ],
)
def test_what_matters_most_is_said_of_one_or_of_both(most: tuple[str, str], text: str) -> None:
    ada, bo = (mentee(name, town="Bonn", most=which) for name, which in zip(("ada", "bo"), most, strict=True))

    assert said('kind = "same"\nboth = "town"', ada, bo, '[matters_most]\ncolumn = "most"\n') == text


@pytest.mark.parametrize("seed", range(5))
def test_of_every_kind_nothing_speaks_of_a_mentor_or_a_mentee(seed: int) -> None:
    criteria = _SIDES.sub(_PEOPLE, EVERY_KIND).partition("[[rule]]")[0]
    policy = parse_policy('pairing = "peers"\n' + criteria, file="pool.toml")
    people = [replace(each, capacity=1) for side in people_of(seed) for each in side]

    outcome = match([], people, policy)

    texts = [
        text
        for pair in outcome.pairs
        for text in reasons(replace(pair, mentee="Ada", mentor="Bo"), policy).values()
    ]
    assert texts
    assert [text for text in texts if re.search(r"\bmentors?\b|\bmentees?\b", text)] == []
