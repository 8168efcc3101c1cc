"""OR-Library's assignment problems, asked of the engine as a cohort: their published optima, proven."""

import gzip
from collections.abc import Sequence
from pathlib import Path

import pytest

from functions.matching.engine import match
from functions.matching.outcome import Certificate
from functions.matching.people import Person
from functions.matching.policy.parse import parse_policy

DATA = Path(__file__).resolve().parents[1] / "data" / "orlib"
DEAREST = 100  # costs are from 1 to 100
POINTS = 1000

# A mentee names, for each cost, what only the mentors of that cost offer them, worth 1,000 less the cost.
POLICY = f"""
name = "or-library"
points = "as they are"
[mentees]
id = "id"
[mentors]
id = "id"
[objective]
floor = false
load = false
[[criterion]]
name = "cost"
kind = "ranked choice"
mentee = "asks"
mentor = "offers"
worth = {[(POINTS - cost) / POINTS for cost in range(1, DEAREST + 1)]}
weight = {POINTS}
"""


@pytest.mark.parametrize(
    ("name", "optimum"),
    [
        ("assign100", 305),
        ("assign200", 475),
        pytest.param("assign300", 626, marks=pytest.mark.load),
        pytest.param("assign400", 804, marks=pytest.mark.load),
    ],
)
def test_the_published_optimum_is_found_and_its_proof_verified(name: str, optimum: int) -> None:
    costs = _costs(name)

    # The engine lets no outcome out whose certificate its verifier does not confirm.
    outcome = match(_mentors(costs), _mentees(costs), parse_policy(POLICY, file="or-library.toml"))

    assert outcome.served == len(outcome.pairs) == len({pair.mentor for pair in outcome.pairs}) == len(costs)
    assert sum(costs[_place(pair.mentee)][_place(pair.mentor)] for pair in outcome.pairs) == optimum
    assert isinstance(outcome.certificate, Certificate)
    total = dict(zip(outcome.certificate.levels, outcome.certificate.value, strict=True))["total"]
    assert total == outcome.total == POINTS * len(costs) - optimum


def _place(name: str) -> int:
    return int(name.rpartition("-")[2])


def _costs(name: str) -> list[list[int]]:
    size, *numbers = map(int, gzip.decompress((DATA / f"{name}.txt.gz").read_bytes()).split())
    assert len(numbers) == size * size
    return [numbers[start : start + size] for start in range(0, size * size, size)]


def _mentees(costs: Sequence[Sequence[int]]) -> list[Person]:
    return [
        Person(
            id=f"row-{row}",
            capacity=1,
            answers={"asks": tuple(f"{row} for {cost}" for cost in range(1, DEAREST + 1))},
        )
        for row in range(len(costs))
    ]


def _mentors(costs: Sequence[Sequence[int]]) -> list[Person]:
    return [
        Person(
            id=f"column-{column}",
            capacity=1,
            answers={"offers": tuple(f"{row} for {of_row[column]}" for row, of_row in enumerate(costs))},
        )
        for column in range(len(costs))
    ]
