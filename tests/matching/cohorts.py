"""Small made-up cohorts and a policy that uses every kind of criterion and rule."""

from typing import Any

from hypothesis import strategies as st

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


def _some(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from([None, *values])


def _lists(*values: str) -> st.SearchStrategy[Any]:
    several = st.lists(st.sampled_from(values), max_size=3, unique=True).map(tuple)
    return st.one_of(st.none(), several, several.map("; ".join))


def _answers(role: str, place: int) -> st.SearchStrategy[dict[str, Any]]:
    other = "mentor" if role == "mentee" else "mentee"
    names = [f"{other}-{number}@example.org" for number in range(3)]
    return st.fixed_dictionaries(
        {
            "email": st.just(f"{role}-{place}@example.org"),
            "name": st.sampled_from(["Ada", "Grace", "Alan"]),
            "most": _some("field", "topics", "Times") if role == "mentee" else st.none(),
            "field": _some("law", "Law ", "physics", "any"),
            "town": _some("Bonn", "Oslo"),
            "topics": _lists("code", "essays", "exams", "grants"),
            "offers": _lists("code", "essays", "exams", "grants"),
            "stage": _some("first", "second", "third", "done"),
            "age": _some(20, "31", "27.5"),
            "times": _lists("mon", "tue", "wed"),
            "wishes": _lists(*names[:2]),
            "home": _some("a", "b", "c", "none"),
            "faculty": _some("x", "y", "any"),
            "supervisor": _some(names[0], "Grace"),
            "avoid": _lists(*names),
            "earlier": _lists(names[2]),
            "languages": st.sampled_from([None, ("de",), ("de", "en"), "en", "en, fr"]),
            "asks": _lists("lab", "office"),
            "has": _lists("lab", "office"),
            "paused": st.sampled_from([None, None, None, None, "no", "yes"]),
        }
    )


@st.composite
def people(draw: st.DrawFn, role: str, *, most: int = 6) -> list[Person]:
    """Draw the people of one side."""
    count = draw(st.integers(1, most))
    return [
        Person(
            id=f"{role}-{place}@example.org",
            capacity=draw(st.integers(1, 3)),
            priority=draw(st.integers(0, 1)),
            answers=draw(_answers(role, place)),
        )
        for place in draw(st.permutations(range(count)))
    ]


def mentor(name: str, capacity: int = 1, **answers: Any) -> Person:
    """Return one mentor."""
    return Person(id=name, capacity=capacity, answers=answers)


def mentee(name: str, capacity: int = 1, **answers: Any) -> Person:
    """Return one mentee."""
    return Person(id=name, capacity=capacity, answers=answers)


def a_policy(rules: str = "", criteria: str = "", top: str = "") -> Policy:
    """Return a small policy: the same field counts, and whatever is added."""
    criteria = criteria or (
        '[[criterion]]\nname = "field"\nlabel = "Field"\nkind = "same"\nmentee = "field"\nmentor = "field"\nweight = 1\n'
    )
    text = f'name = "small"\n{top}\n[mentees]\nid = "email"\n[mentors]\nid = "email"\n{criteria}\n{rules}'
    return parse(text, file="small.toml")
