"""The engine's only door: what it offers, and what it loads."""

import subprocess
import sys

import pytest

from functions import matching

POLICY = """
name = "small"
[mentees]
id = "email"
[mentors]
id = "email"
[[criterion]]
name = "field"
kind = "same"
both = "field"
weight = 1
"""
HEAVY = ("numpy", "ortools", "scipy", "pandas")


def loaded_by(code: str) -> set[str]:
    """Return the modules that a fresh interpreter has loaded after the code."""
    listing = f"{code}\nimport sys\nprint(*sys.modules, sep='\\n')"
    done = subprocess.run(  # noqa: S603 - this very interpreter, and code from above
        [sys.executable, "-c", listing], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_everything_that_the_door_offers_is_there_and_nothing_else() -> None:
    assert sorted(matching.__all__) == sorted(matching.MODULE_OF)
    assert all(getattr(matching, name) is not None for name in matching.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nobody'"):
        matching.nobody  # noqa: B018 - looking it up is the point


def test_whoever_reads_a_policy_loads_neither_numpy_nor_a_solver() -> None:
    loaded = loaded_by(
        "from functions.matching import Person, PolicyError, parse_policy\n"
        f"parse_policy({POLICY!r}, file='small.toml')"
    )

    assert "functions.matching.criteria.same" in loaded
    assert loaded.isdisjoint(HEAVY)
    # What two kinds of criterion compare with, since their findings say it, and nothing else that scores.
    working = ("engine", "pairings", "reports", "scoring", "solving", "verification")
    rooms = tuple(f"functions.matching.{room}" for room in working)
    compared_with = {f"functions.matching.scoring{part}" for part in ("", ".text_similarity", ".timetable")}
    assert {name for name in loaded if name.startswith(rooms)} <= compared_with


def test_the_pages_start_without_the_kinds_of_criteria_and_rules() -> None:
    loaded = loaded_by("import functions.app")

    assert "functions.i18n.phrasebook" in loaded
    rooms = ("functions.matching.criteria", "functions.matching.rules")
    assert [name for name in sorted(loaded) if name.startswith(rooms)] == []
