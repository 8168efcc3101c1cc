"""`docs/plain-names.md` says what became of each name that was replaced; the code holds to it."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("functions", "schemas", "infra", "tests")
LIST = (ROOT / "docs" / "plain-names.md").read_text("utf-8")
ROWS = re.findall(r"^\| `([^`]+)`(?: in `([^`]+)/`)? \| `([^`]+)` \|", LIST, re.MULTILINE)


@cache
def defined_in(folder: str) -> frozenset[str]:
    """Return the names of what is below a folder: files, folders, classes, functions, methods."""
    return frozenset(name for path in (ROOT / folder).rglob("*") for name in _defined_by(path))


def _defined_by(path: Path) -> Iterator[str]:
    yield path.name
    for node in _nodes(path):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        if isinstance(node, ast.ClassDef):
            yield from (f"{node.name}.{part.name}" for part in node.body if isinstance(part, ast.FunctionDef))


@cache
def source() -> str:
    """Return all Python of the house as one text."""
    return "\n".join(path.read_text("utf-8") for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def _nodes(path: Path) -> Iterator[ast.AST]:
    if path.suffix == ".py" and "node_modules" not in path.parts:
        yield from ast.walk(ast.parse(path.read_text("utf-8")))


@pytest.mark.parametrize(("was", "folder", "now"), ROWS)
def test_a_name_that_was_replaced_is_gone_and_its_successor_is_there(was: str, folder: str, now: str) -> None:
    house = frozenset().union(*map(defined_in, ROOMS))
    searched = defined_in(folder if folder in ROOMS else f"functions/{folder}") if folder else house

    assert was not in searched
    assert now in house or re.search(rf"\b{now}\b", source())


def test_the_list_is_read_whole() -> None:
    assert len(ROWS) == sum(line.startswith("| `") for line in LIST.splitlines())
