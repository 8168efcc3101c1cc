"""Small made-up people and policies for tests; the cohorts themselves are the benchmark’s."""

from typing import Any

from functions.matching.people import Person
from functions.matching.policy.model import Policy
from functions.matching.policy.parse import parse_policy
from tests.benchmarks.cohorts import EVERY_KIND, every_kind
from tests.benchmarks.cohorts import people as a_cohort

__all__ = ["EVERY_KIND", "a_cohort", "a_policy", "every_kind", "mentee", "mentor"]


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
    return parse_policy(text, file="small.toml")
