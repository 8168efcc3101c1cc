"""People nobody has ever met: seeded questionnaires with twelve criteria, of whom rules leave about 18 %.

The same seed gives the same people whatever the machine. Topics run in families, as real wishes do, so
that some mentors are wanted by many and others by few.
"""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from functions.matching.people import Person, Role
from functions.matching.policy.model import Policy
from functions.matching.policy.parse import parse_policy

Ints = npt.NDArray[np.int64]
POLICY = Path(__file__).parent / "policy.toml"

FACULTIES = ("Arts", "Business", "Education", "Engineering", "Health", "Law", "Science", "Social Sciences")
DEPARTMENTS = tuple(f"Department {number:02}" for number in range(40))
TOPICS = tuple(f"topic {number:02}" for number in range(48))
SKILLS = tuple(f"skill {number:02}" for number in range(24))
INTERESTS = tuple(f"interest {number:02}" for number in range(30))
LANGUAGES = ("English", "German", "French", "Spanish", "Arabic", "Mandarin", "Polish", "Turkish")
HOURS = tuple(f"{day} {hour}" for day in ("Mon", "Tue", "Wed", "Thu", "Fri") for hour in ("am", "noon", "pm"))
STYLES = ("advice", "challenge", "encouragement", "example")
MODES = ("in person", "online", "either")
CITIES = tuple(f"city {number}" for number in range(12))


def policy(*, several: bool = False, objective: str = "") -> Policy:
    """Return the benchmark's policy: one to one, or with as many mentees as each mentor offers.

    `objective` is TOML for the table of that name; empty for every level.
    """
    text = POLICY.read_text("utf-8")
    if several:
        text = text.replace("capacity = 1  # of a mentor", 'capacity = "places"')
    return parse_policy(f"{text}\n[objective]\n{objective}\n", file=POLICY.name)


def rows(role: Role, count: int, seed: int) -> list[dict[str, str]]:
    """Return the questionnaires of that many people, a cell for each question; some are left empty."""
    chance = np.random.default_rng([seed, count, role is Role.MENTOR])
    ids = [f"{role}-{number:07}" for number in range(count)]
    columns = {"id": ids, **(_of_mentors if role is Role.MENTOR else _of_mentees)(chance, count)}
    for name in ("interests", "style", "city", "age", "skills"):
        left_empty = np.flatnonzero(chance.random(count) < 0.05)
        for place in left_empty.tolist():
            columns[name][place] = ""
    names = list(columns)
    return [dict(zip(names, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


def people(role: Role, count: int, seed: int, *, several: bool = False) -> list[Person]:
    """Return the same people as the engine takes them, with the capacity that the policy gives them."""
    return [
        Person(
            id=row["id"],
            capacity=int(row["places"]) if several and role is Role.MENTOR else 1,
            answers={name: cell or None for name, cell in row.items()},
        )
        for row in rows(role, count, seed)
    ]


def write_csv(path: Path, table: Sequence[dict[str, str]]) -> None:
    """Write the questionnaires as a coordinator would export them."""
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.DictWriter(file, list(table[0]))
        lines.writeheader()
        lines.writerows(table)


def _of_both(chance: np.random.Generator, count: int) -> dict[str, list[str]]:
    return {
        "department": _one(chance, count, DEPARTMENTS),
        "faculty": _one(chance, count, FACULTIES),
        "languages": _lists(chance, count, LANGUAGES, sizes=(1, 2, 2, 3), skew=0.6),
        "availability": _lists(chance, count, HOURS, sizes=(4, 5, 6)),
        "interests": _lists(chance, count, INTERESTS, sizes=(1, 2, 3)),
        "style": _one(chance, count, STYLES),
        "mode": _one(chance, count, MODES),
        "city": _one(chance, count, CITIES),
        "skills": _lists(chance, count, SKILLS, sizes=(1, 2, 3)),
        "skills wanted": _lists(chance, count, SKILLS, sizes=(1, 2)),
        "gender": _one(chance, count, ("woman", "man", "woman", "man", "neither")),
        "paused": ["yes" if one else "" for one in (chance.random(count) < 0.01).tolist()],
    }


def _of_mentees(chance: np.random.Generator, count: int) -> dict[str, list[str]]:
    wishes = chance.random((count, 3))
    return {
        **_of_both(chance, count),
        "topics": _lists(chance, count, TOPICS, sizes=(2, 3), skew=0.25),
        "stage": [str(year) for year in chance.integers(1, 7, count).tolist()],
        "age": [str(age) for age in chance.integers(18, 32, count).tolist()],
        "mentor gender": ["woman" if one else "" for one in (wishes[:, 0] < 0.06).tolist()],
        "wish": _named(chance, wishes[:, 1] < 0.08, count),
        "avoid": _named(chance, wishes[:, 2] < 0.03, count),
        "matters most": _one(chance, count, ("", "", "topics", "availability", "style", "interests")),
    }


def _of_mentors(chance: np.random.Generator, count: int) -> dict[str, list[str]]:
    return {
        **_of_both(chance, count),
        "topics": _lists(chance, count, TOPICS, sizes=(2, 3, 4), skew=0.25),
        "stage": [str(year) for year in chance.integers(3, 11, count).tolist()],
        "age": [str(age) for age in chance.integers(24, 66, count).tolist()],
        "places": [str(places) for places in chance.integers(1, 5, count).tolist()],
    }


def _one(chance: np.random.Generator, count: int, choices: Sequence[str]) -> list[str]:
    return [choices[place] for place in chance.integers(0, len(choices), count).tolist()]


def _lists(
    chance: np.random.Generator,
    count: int,
    choices: Sequence[str],
    *,
    sizes: Sequence[int],
    skew: float = 0.0,
) -> list[str]:
    """Return lists of different choices; with a skew, the first ones are chosen more often."""
    keys = chance.random((count, len(choices))) + skew * np.linspace(0, 1, len(choices))
    order = np.argsort(keys, axis=1, kind="stable")[:, : max(sizes)].tolist()
    lengths = np.asarray(sizes)[chance.integers(0, len(sizes), count)].tolist()
    return [
        "; ".join(choices[place] for place in chosen[:length])
        for chosen, length in zip(order, lengths, strict=True)
    ]


def _named(chance: np.random.Generator, names: npt.NDArray[np.bool_], count: int) -> list[str]:
    whom = chance.integers(0, count, count).tolist()
    told = zip(names.tolist(), whom, strict=True)
    return [f"{Role.MENTOR}-{other:07}" if one else "" for one, other in told]


def side(people: Iterable[Person]) -> dict[str, Any]:
    """Return what the solver takes of one side, in the order of ids."""
    ordered = sorted(people, key=lambda person: person.id)
    return {
        "ids": tuple(person.id for person in ordered),
        "capacity": tuple(person.capacity for person in ordered),
        "priority": tuple(person.priority for person in ordered),
    }
