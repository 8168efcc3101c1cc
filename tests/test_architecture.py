"""Rules of the house that no import contract can say."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from functions.app import API, CONSOLE, create_api, create_app, create_console
from functions.jobs.scheduled import SCHEDULES
from functions.services import Services
from functions.web.guards import guard_of
from tests.harness import CohortHarness
from tests.infra.templates import of_kind

ROOT = Path(__file__).parents[1]
FORBIDDEN_NAMES = {"utils.py", "helpers.py", "common.py", "constants.py"}


@pytest.mark.parametrize("create", [create_app, create_console])
def test_every_page_names_its_guard(harness: CohortHarness, create: Callable[[Services], Flask]) -> None:
    app = create(harness.services)
    pages = list(app.url_map.iter_rules())
    assert len(pages) > 10
    assert [str(rule) for rule in pages if guard_of(app, rule.endpoint) is None] == []


@pytest.mark.parametrize("create", [create_app, create_console, create_api])
def test_nothing_acts_on_get(harness: CohortHarness, create: Callable[[Services], Flask]) -> None:
    for rule in create(harness.services).url_map.iter_rules():
        methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        assert methods in ({"GET"}, {"POST"}), f"{rule} does two things"


@pytest.mark.parametrize(("create", "door"), [(create_console, CONSOLE), (create_api, API)])
def test_each_address_is_answered_by_the_application_that_has_it(
    harness: CohortHarness, create: Callable[[Services], Flask], door: str
) -> None:
    behind = [str(rule) for rule in create(harness.services).url_map.iter_rules()]
    before = [str(rule) for rule in create_app(harness.services).url_map.iter_rules()]

    assert [rule for rule in behind if not rule.startswith(door)] == []
    assert [rule for rule in before if rule.startswith(door)] == []


def test_every_schedule_in_the_template_has_a_job_and_every_job_a_schedule() -> None:
    schedules = of_kind("events.yaml", "AWS::Scheduler::Schedule").values()

    inputs = [schedule["Properties"]["Target"]["Input"] for schedule in schedules]
    assert {json.loads(text)["schedule"] for text in inputs} == set(SCHEDULES)


def test_there_is_no_python_under_site() -> None:
    assert [path for path in (ROOT / "site").rglob("*.py") if "node_modules" not in path.parts] == []


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    rooms = [ROOT / "functions", ROOT / "schemas", ROOT / "infra", ROOT / "tests"]
    assert [path for room in rooms for path in room.rglob("*.py") if path.name in FORBIDDEN_NAMES] == []
