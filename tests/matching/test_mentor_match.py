"""People made up by another project, with the optimum that an independent program found."""

import csv
from pathlib import Path

from functions.matching.engine import match
from functions.matching.people import Person
from functions.matching.policy.parse import parse_policy

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data" / "mentor-match"


def test_mentor_match_sample_serves_all_fifty_with_2025_points() -> None:
    policy = parse_policy(
        (ROOT / "examples" / "mentor-match" / "policy.toml").read_text(encoding="utf-8"), file="policy.toml"
    )

    outcome = match(_people("mentors"), _people("mentees"), policy)

    assert (outcome.served, len(outcome.pairs), outcome.total) == (50, 105, 2025)
    assert all(pair.score == sum(reason.points for reason in pair.reasons) for pair in outcome.pairs)


def _people(side: str) -> list[Person]:
    with (DATA / f"{side}.csv").open(encoding="utf-8", newline="") as file:
        return [
            Person(
                id=row["email address"],
                capacity=3,
                answers={name: value or None for name, value in row.items()},
            )
            for row in csv.DictReader(file)
        ]
