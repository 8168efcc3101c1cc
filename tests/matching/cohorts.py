"""Small made-up cohorts and a policy that uses every kind of criterion and rule."""

import random
from typing import Any

from functions.matching.people import Person
from functions.matching.policy import Policy, parse

EVERY_KIND = """
name = "every kind"
[mentees]
id = "email"
identity = ["email", "name"]
capacity = "capacity"
[mentors]
id = "email"
identity = ["email", "name"]
capacity = "capacity"
[matters_most]
column = "most"
times = 2.5

[[criterion]]
name = "field"
kind = "same"
mentee = "field"
mentor = "field"
any = ["any"]
weight = 7
[[criterion]]
name = "other town"
kind = "different"
mentee = "town"
mentor = "town"
weight = 1.5
neutral = 0.2
[[criterion]]
name = "one topic"
kind = "shares any"
mentee = "topics"
mentor = "offers"
weight = 3
[[criterion]]
name = "topics"
kind = "overlap"
mentee = "topics"
mentor = "offers"
weight = 3
[[criterion]]
name = "best choice"
kind = "ranked choice"
mentee = "topics"
mentor = "offers"
weight = 3
[[criterion]]
name = "all choices"
kind = "ranked choice"
mentee = "topics"
mentor = "offers"
counts = "all"
worth = [1, 0.5]
weight = 3
[[criterion]]
name = "a little ahead"
kind = "ordered distance"
mentee = "stage"
mentor = "stage"
order = ["first", "second", "third", "done"]
at_least = 1
at_most = 2
fades_over = 2
weight = 4
[[criterion]]
name = "exactly ahead"
kind = "ordered distance"
mentee = "stage"
mentor = "stage"
mentee_places = { first = 1, second = 2, third = 3, done = 4 }
mentor_places = { first = 2, second = 3, third = 4, done = 5 }
worth = { 1 = 0.75, 2 = 1, -1 = 0.1 }
weight = 4
[[criterion]]
name = "age"
kind = "closeness"
mentee = "age"
mentor = "age"
reach = 12.5
weight = 2
[[criterion]]
name = "times"
kind = "times in common"
mentee = "times"
mentor = "times"
enough = 2
weight = 5
[[criterion]]
name = "give and take"
kind = "complementary"
mentee = "topics"
mentor = "offers"
mentor_wants = "topics"
mentee_offers = "offers"
weight = 2
[[criterion]]
name = "wish"
kind = "wish"
mentee = "wishes"
mentor = "wishes"
weight = 6

[[rule]]
name = "same home"
kind = "same"
mentee = "home"
mentor = "home"
any = ["none"]
[[rule]]
name = "same faculty"
kind = "different"
mentee = "faculty"
mentor = "faculty"
any = ["any"]
[[rule]]
name = "supervisor"
kind = "supervises"
mentee = "supervisor"
[[rule]]
name = "avoid"
kind = "avoided"
mentee = "avoid"
mentor = "avoid"
[[rule]]
name = "again"
kind = "previous pair"
mentee = "earlier"
[[rule]]
name = "language"
kind = "too few in common"
mentee = "languages"
mentor = "languages"
missing = "refuses"
[[rule]]
name = "not behind"
kind = "ordered distance"
mentee = "stage"
mentor = "stage"
order = ["first", "second", "third", "done"]
at_least = -1
[[rule]]
name = "must have"
kind = "must have"
mentee = "asks"
mentor = "has"
[[rule]]
name = "oneself"
kind = "oneself"
mentee = "email"
mentor = "email"
[[rule]]
name = "paused"
kind = "paused"
mentee = "paused"
mentor = "paused"
"""


def every_kind() -> Policy:
    """Return the policy with every kind in it."""
    return parse(EVERY_KIND, file="every-kind.toml")


def _lists(chance: random.Random, *values: str) -> tuple[str, ...] | str | None:
    several = tuple(chance.sample(values, chance.randint(0, min(3, len(values)))))
    return chance.choice([None, several, several, "; ".join(several)])


def _answers(chance: random.Random, role: str, place: int) -> dict[str, Any]:
    other = "mentor" if role == "mentee" else "mentee"
    names = [f"{other}-{number}@example.org" for number in range(3)]
    pick = chance.choice
    return {
        "email": f"{role}-{place}@example.org",
        "name": pick(["Ada", "Grace", "Alan"]),
        "most": pick([None, "field", "topics", "Times"]) if role == "mentee" else None,
        "field": pick([None, "law", "Law ", "physics", "any"]),
        "town": pick([None, "Bonn", "Oslo"]),
        "topics": _lists(chance, "code", "essays", "exams", "grants"),
        "offers": _lists(chance, "code", "essays", "exams", "grants"),
        "stage": pick([None, "first", "second", "third", "done"]),
        "age": pick([None, 20, "31", "27.5"]),
        "times": _lists(chance, "mon", "tue", "wed"),
        "wishes": _lists(chance, *names[:2]),
        "home": pick([None, "a", "b", "c", "none"]),
        "faculty": pick([None, "x", "y", "any"]),
        "supervisor": pick([None, None, names[0], "Grace"]),
        "avoid": pick([None, None, _lists(chance, *names)]),
        "earlier": _lists(chance, names[2]),
        "languages": pick([None, ("de",), ("de", "en"), "en", "en, fr", "de, fr"]),
        "asks": pick([None, None, _lists(chance, "lab", "office")]),
        "has": _lists(chance, "lab", "office"),
        "paused": pick([None, None, None, None, None, "no", "yes"]),
    }


def _people(chance: random.Random, role: str) -> list[Person]:
    places = list(range(chance.randint(1, 7)))
    chance.shuffle(places)
    return [
        Person(
            id=f"{role}-{place}@example.org",
            capacity=chance.randint(1, 3),
            priority=chance.randint(0, 1),
            answers=_answers(chance, role, place),
        )
        for place in places
    ]


def a_cohort(seed: int) -> tuple[list[Person], list[Person]]:
    """Return the mentors and mentees that this seed makes: every answer drawn, many of them missing."""
    chance = random.Random(seed)  # noqa: S311 - people made up for a test
    return _people(chance, "mentor"), _people(chance, "mentee")


def mentor(name: str, capacity: int = 1, **answers: Any) -> Person:
    """Return one mentor."""
    return Person(id=name, capacity=capacity, answers=answers)


def mentee(name: str, capacity: int = 1, **answers: Any) -> Person:
    """Return one mentee."""
    return Person(id=name, capacity=capacity, answers=answers)


def a_policy(rules: str = "", criteria: str = "", top: str = "") -> Policy:
    """Return a small policy: the same field counts, and whatever is added."""
    criteria = criteria or (
        '[[criterion]]\nname = "field"\nlabel = "Field"\nkind = "same"\n'
        'mentee = "field"\nmentor = "field"\nweight = 1\n'
    )
    text = f'name = "small"\n{top}\n[mentees]\nid = "email"\n[mentors]\nid = "email"\n{criteria}\n{rules}'
    return parse(text, file="small.toml")
