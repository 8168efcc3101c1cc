"""Rules of the house that no import contract can say."""

import json
from pathlib import Path

import pytest
from flask import Flask

from functions.app import create_api, create_app
from functions.jobs.scheduled import SCHEDULES
from functions.web.guards import guard_of
from tests.infra.templates import of_kind
from tests.town import Town

ROOT = Path(__file__).parents[1]
FORBIDDEN_NAMES = {"utils.py", "helpers.py", "common.py", "constants.py"}


@pytest.fixture
def app(town: Town) -> Flask:
    return create_app(town.office)


def test_every_page_names_its_guard(app: Flask) -> None:
    pages = list(app.url_map.iter_rules())
    assert len(pages) > 10
    assert [str(rule) for rule in pages if guard_of(app, rule.endpoint) is None] == []


def test_nothing_acts_on_get(app: Flask, town: Town) -> None:
    for rule in [*app.url_map.iter_rules(), *create_api(town.office).url_map.iter_rules()]:
        methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        assert methods in ({"GET"}, {"POST"}), f"{rule} does two things"


def test_every_schedule_in_the_template_has_a_job_and_every_job_a_schedule() -> None:
    schedules = of_kind("working.yaml", "AWS::Scheduler::Schedule").values()

    inputs = [schedule["Properties"]["Target"]["Input"] for schedule in schedules]
    assert {json.loads(text)["schedule"] for text in inputs} == set(SCHEDULES)


def test_there_is_no_python_under_site() -> None:
    assert [path for path in (ROOT / "site").rglob("*.py") if "node_modules" not in path.parts] == []


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    rooms = [ROOT / "functions", ROOT / "schemas", ROOT / "infra", ROOT / "tests"]
    assert [path for room in rooms for path in room.rglob("*.py") if path.name in FORBIDDEN_NAMES] == []
