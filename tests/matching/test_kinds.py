"""Every kind of criterion and rule is whole: its module, its second reading, its place in made-up cohorts."""

from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from functions.matching import criteria, rules
from functions.matching.policy.parse import parse_policy
from functions.matching.verification import criteria as criteria_again
from functions.matching.verification import rules as rules_again
from tests.benchmarks.cohorts import EVERYTHING

SHARED = {"__init__", "definition", "findings"}
POLICY = parse_policy(EVERYTHING, file="everything.toml")


def modules_in(room: ModuleType) -> list[ModuleType]:
    """Return the modules of a room that hold a kind each."""
    folder = Path(str(room.__file__)).parent
    names = sorted({path.stem for path in folder.glob("*.py")} - SHARED)
    return [import_module(f"{room.__name__}.{name}") for name in names]


@pytest.mark.parametrize("room", [criteria, rules], ids=["criteria", "rules"])
def test_every_module_of_a_kind_stands_in_the_table_of_its_room(room: ModuleType) -> None:
    definitions = [module.DEFINITION for module in modules_in(room)]

    assert sorted(each.kind for each in definitions) == sorted(room.DEFINITIONS)
    assert all(room.DEFINITIONS[each.kind] is each for each in definitions)


@pytest.mark.parametrize(
    ("room", "again"), [(criteria, criteria_again), (rules, rules_again)], ids=["criteria", "rules"]
)
def test_every_kind_is_read_a_second_time(room: ModuleType, again: ModuleType) -> None:
    assert sorted(room.DEFINITIONS) == sorted(again.READINGS)
    assert {each.reading for each in modules_in(again)} == set(again.READINGS.values())


def test_made_up_cohorts_have_every_kind_so_that_both_readings_are_compared() -> None:
    assert {each.kind for each in POLICY.criteria} == set(criteria.DEFINITIONS)
    assert {each.kind for each in POLICY.rules} == set(rules.DEFINITIONS)
