"""What two peers read of each other: no roles, whatever the criterion, in either language."""

import re
from dataclasses import replace
from typing import Any

import pytest

from functions.i18n.languages import translations
from functions.matching.engine import match
from functions.matching.people import Person
from functions.matching.policy.parse import parse_policy
from tests.benchmarks.cohorts import people as people_of
from tests.matching.cohorts import EVERY_KIND, mentee
from tests.matching.test_verify_peers import _FEW_KINDS

TOP = 'name = "pool"\npairing = "peers"\n[people]\nid = "email"\nidentity = ["email"]\n'
_SIDES = re.compile(r"\[mentees\].*?\[matters_most\]", re.DOTALL)
_PEOPLE = '[people]\nid = "email"\nidentity = ["email", "name"]\n[matters_most]'


def said(criterion: str, one: Person, other: Person, top: str = "") -> str:
    text = f'{TOP}{top}[[criterion]]\nname = "it"\nweight = 1\n{criterion}\n'
    (pair,) = match([], [one, other], parse_policy(text, file="pool.toml")).pairs
    (reason,) = pair.reasons
    return reason.text


@pytest.mark.parametrize(
    ("criterion", "one", "other", "text"),
    [
        ('kind = "same"\nboth = "town"', {"town": "Bonn"}, {"town": "bonn"}, "both said Bonn"),
        (
            'kind = "overlap"\nboth = "goals"',
            {"goals": "read, write"},
            {"goals": "write, sing"},
            "one thing in common (write)",
        ),
        (
            'kind = "ranked choice"\nboth = "topics"\nworth = [1, 0.5]',
            {"topics": "a, b"},
            {"topics": "b, a"},
            "2 things in common (a and b)",
        ),
        (
            'kind = "complementary"\nmentee = "wants"\nmentor = "offers"',
            {"wants": "R", "offers": "Polish"},
            {"wants": "Welsh", "offers": "R"},
            "one way: everything wanted (R); the other way: nothing of what is wanted",
        ),
        (
            'kind = "ranked choice"\nmentee = "wants"\nmentor = "offers"\nworth = [1]',
            {"wants": "R", "offers": "Polish"},
            {"wants": "Welsh", "offers": "R"},
            "one way: first choice (R); the other way: none of the choices",
        ),
        (
            'kind = "ordered distance"\nboth = "year"\nat_least = -1\nat_most = 1',
            {"year": 1},
            {"year": 3},
            "2 apart",
        ),
        (
            'kind = "ordered distance"\nboth = "year"\norder = ["first", "second", "third"]\nat_most = 1',
            {"year": "third"},
            {"year": "second"},
            "they are one step apart",
        ),
        (
            'kind = "ordered distance"\nboth = "year"\norder = ["first", "second"]\nat_most = 1',
            {"year": "first"},
            {"year": "first"},
            "both are on the same step",
        ),
        (
            'kind = "ordered distance"\nboth = "year"\nat_most = 1\nprivate = true',
            {"year": 1},
            {"year": 3},
            "compared",
        ),
        ('kind = "wish"\nmentee = "wish"', {"wish": ""}, {"wish": "ada"}, "asked for by name"),
        (
            'kind = "complementary"\nmentee = "wants"\nmentor = "offers"',
            {"wants": "R"},
            {"wants": "Welsh", "offers": "R"},
            "everything wanted (R)",
        ),
    ],
)
def test_a_criterion_is_said_of_both(
    criterion: str, one: dict[str, Any], other: dict[str, Any], text: str
) -> None:
    assert said(criterion, mentee("ada", **one), mentee("bo", **other)) == f"it: {text}"


@pytest.mark.parametrize(
    ("most", "text"),
    [
        (("it", "it"), "it (what matters most to both): both said Bonn"),
        (("it", ""), "it (what matters most to one of the two): both said Bonn"),
        (("", ""), "it: both said Bonn"),
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

    texts = [reason.text for pair in outcome.pairs for reason in pair.reasons]
    assert texts
    assert [text for text in texts if re.search(r"\bmentors?\b|\bmentees?\b", text)] == []


def test_it_is_said_in_the_cohorts_language() -> None:
    policy = parse_policy(_FEW_KINDS, file="pool.toml")
    pool = [mentee("ada", town="Bonn"), mentee("bo", town="Bonn")]

    (pair,) = match([], pool, policy, translations=translations("ar")).pairs

    assert "\u2068town\u2069" in pair.reasons[0].text
    assert "both said" not in pair.reasons[0].text
