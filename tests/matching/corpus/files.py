"""Cohorts from files: the ready-made policies on two sets of made-up people, and mentor-match."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path

from tests.matching.corpus.inputs import Input, Row

_ROOT = Path(__file__).resolve().parents[3]
_POLICIES = _ROOT / "schemas" / "policies"
_EXAMPLE = _ROOT / "examples" / "two-spreadsheets"
_MENTOR_MATCH = _ROOT / "tests" / "data" / "mentor-match"
_DEMONSTRATION = Path(__file__).with_name("demonstration.jsonl")
_NAMES = ("one-to-one", "several-mentees", "network", "groups", "peers")
_LARGEST_NETWORK = 3


def cohorts() -> list[Input]:
    """Return every cohort that is read from files."""
    example = [_people(_rows(_EXAMPLE / f"{side}.csv"), "email") for side in ("mentors", "mentees")]
    demonstration = [_people(_demonstration(side), "email") for side in ("mentor", "mentee")]
    return [
        *(_ready_made("two-spreadsheets", name, *example) for name in _NAMES),
        *(_ready_made("demonstration", name, *demonstration) for name in _NAMES),
        _mentor_match(),
    ]


def _ready_made(whose: str, name: str, mentors: Sequence[Row], mentees: Sequence[Row]) -> Input:
    places = _LARGEST_NETWORK if name == "network" else 1
    return Input(
        name=f"{whose}-{name}",
        policy=(_POLICIES / f"{name}.toml").read_text(encoding="utf-8"),
        mentors=() if name == "peers" else tuple(mentors),
        mentees=tuple(Row(id=row.id, capacity=places, answers=row.answers) for row in mentees),
        seed=1,
        shipped_policy=True,
    )


def _mentor_match() -> Input:
    mentors, mentees = (
        _people(_rows(_MENTOR_MATCH / f"{side}.csv"), "email address", capacity=3)
        for side in ("mentors", "mentees")
    )
    return Input(
        name="mentor-match",
        policy=(_ROOT / "examples" / "mentor-match" / "policy.toml").read_text(encoding="utf-8"),
        mentors=tuple(mentors),
        mentees=tuple(mentees),
        shipped_policy=True,
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _demonstration(role: str) -> list[dict[str, str]]:
    lines = _DEMONSTRATION.read_text(encoding="utf-8").splitlines()
    return [answers for line in lines for whose, answers in [json.loads(line)] if whose == role]


def _people(rows: Sequence[dict[str, str]], id_column: str, capacity: int = 1) -> list[Row]:
    return [
        Row(
            id=row[id_column],
            capacity=int(row.get("capacity") or capacity),
            answers={name: value or None for name, value in row.items()},
        )
        for row in rows
    ]
