"""Rules of the house that no import contract can say."""

import ast
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
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


WIDEST = 20  # modules in one folder: more, and nobody finds a room at once
PACKAGES = ("functions", "schemas", "infra")


def modules_of(*packages: str) -> list[Path]:
    """Return every module of the packages, relative to the repository."""
    return sorted(path.relative_to(ROOT) for package in packages for path in (ROOT / package).rglob("*.py"))


def width_of(modules: Iterable[Path]) -> dict[str, int]:
    """Return how many modules stand in each folder."""
    return Counter(path.parent.as_posix() for path in modules)


def private_imports_in(source: str) -> list[str]:
    """Return the private names that a module takes from other modules of ours."""
    return [
        f"{node.module}.{alias.name}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in PACKAGES
        for alias in node.names
        if alias.name.startswith("_")
    ]


def classes_named_twice(sources: Mapping[Path, str]) -> dict[tuple[str, str], list[str]]:
    """Return, by folder and name, the modules of one folder that each define a class of that name."""
    places: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path, source in sources.items():
        for node in ast.parse(source).body:
            if isinstance(node, ast.ClassDef):
                places[path.parent.as_posix(), node.name].append(path.name)
    return {place: names for place, names in places.items() if len(names) > 1}


def test_no_folder_has_more_modules_than_a_newcomer_can_look_through() -> None:
    assert {
        folder: count for folder, count in width_of(modules_of(*PACKAGES)).items() if count > WIDEST
    } == {}


def test_no_private_name_is_imported_from_another_module() -> None:
    found = {path: private_imports_in((ROOT / path).read_text("utf-8")) for path in modules_of(*PACKAGES)}

    assert {path: names for path, names in found.items() if names} == {}


def test_no_class_name_is_used_for_two_things_within_one_package() -> None:
    sources = {path: (ROOT / path).read_text("utf-8") for path in modules_of(*PACKAGES)}

    assert classes_named_twice(sources) == {}


def test_what_is_too_wide_private_or_named_twice_is_found() -> None:
    crowd = [Path("functions/web", f"page_{number}.py") for number in range(WIDEST + 1)]
    pair = {Path("infra/a.py"): "class Case: ...", Path("infra/b.py"): "class Case: ..."}

    assert width_of(crowd) == {"functions/web": WIDEST + 1}
    assert private_imports_in("from functions.web.guards import _open, link") == [
        "functions.web.guards._open"
    ]
    assert private_imports_in("from flask import _app_ctx") == []
    assert classes_named_twice(pair) == {("infra", "Case"): ["a.py", "b.py"]}


NOT_OURS_TO_CHANGE = re.compile(r"^(re|sys\.modules|werkzeug|flask|marshmallow|zappa|botocore|boto3)\b")


def assigned_in(source: str) -> list[str]:
    """Return what a module assigns to an attribute or an item of another module."""
    tree = ast.parse(source)
    targets = [
        target
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Attribute | ast.Subscript)
    ]
    return [text for text in map(ast.unparse, targets) if NOT_OURS_TO_CHANGE.match(text)]


def test_no_module_changes_the_module_of_a_library() -> None:
    sources = {path: (ROOT / path).read_text("utf-8") for path in modules_of("functions", "schemas")}

    assert [(path, names) for path, source in sources.items() if (names := assigned_in(source))] == []


def test_a_module_that_changes_another_is_found() -> None:
    assert assigned_in("import re\nre.compile = late\n") == ["re.compile"]
    assert assigned_in("sys.modules['zappa_settings'] = here") == ["sys.modules['zappa_settings']"]


NAMED_FILE = re.compile(r"`([\w./-]+\.(?:py|js|yaml|toml|jinja|html))`")


@pytest.mark.parametrize("document", ["threat-model.md", "access-patterns.md"])
def test_every_file_that_a_document_names_is_there(document: str) -> None:
    named = NAMED_FILE.findall((ROOT / "docs" / document).read_text("utf-8"))

    assert [
        name for name in named if not any((root / name).is_file() for root in (ROOT, ROOT / "functions"))
    ] == []
