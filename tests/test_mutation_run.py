"""That each room's own tests hold its code, and that the run which says so can be believed."""

from pathlib import Path

import pytest

from infra import ROOT
from tests.figures import Measured
from tests.mutation_run import ROOMS, Mutant, Outcome, known_equivalents, run, without_decorators

# Per cent of all mutants; those that change nothing count as survivors.
FEWEST_KILLED = 85

DECORATED = '''class Pairing:
    @property
    def ended(self) -> bool:
        """Whether it ended."""
        return self.state == "ended"

    @staticmethod
    def kept() -> int:
        return 1
'''
ASSIGNED = '''class Pairing:
    def ended(self) -> bool:
        """Whether it ended."""
        return self.state == "ended"
    ended = (property)(ended)

    @staticmethod
    def kept() -> int:
        return 1
'''
SURVIVOR = Mutant(function="a.b", was="return 1", became="return 2")


@pytest.mark.release
@pytest.mark.parametrize("room", ROOMS)
def test_a_rooms_own_tests_kill_most_mutants_of_its_code(room: str, measured: Measured) -> None:
    outcome = run(room)

    measured(f"mutants of {room} that its tests kill", f"{outcome.share:.0f} %", f"≥ {FEWEST_KILLED} %")
    assert outcome.share >= FEWEST_KILLED, outcome.survivors


def test_a_property_is_changed_as_any_function_is() -> None:
    assert without_decorators(DECORATED) == ASSIGNED


def test_a_survivor_counts_against_the_tests_even_where_it_changes_nothing() -> None:
    outcome = Outcome(killed=7, survivors=(SURVIVOR,), equivalent=(SURVIVOR, SURVIVOR), seconds=1.0)

    assert (outcome.made, outcome.share) == (10, 70.0)


@pytest.mark.parametrize("room", ROOMS)
def test_the_code_and_the_tests_of_each_room_are_there(room: str) -> None:
    paths = [room, *(path.partition("::")[0] for path in (*ROOMS[room].tests, *ROOMS[room].left_out))]

    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.release
def test_each_mutant_that_changes_nothing_is_one_of_the_code_as_it_stands() -> None:
    for mutant, why in known_equivalents().items():
        parts = mutant.function.split(".")
        modules = (Path(ROOT, *parts[:length]).with_suffix(".py") for length in range(len(parts), 0, -1))
        source = " ".join(next(path for path in modules if path.is_file()).read_text("utf-8").split())

        assert mutant.was in source, mutant
        assert why
