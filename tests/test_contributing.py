"""CONTRIBUTING names what is there: a recipe that leads nowhere is worse than none."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
# What looks like a path of the repository; `<kind>` and `<page>` are the reader's own.
PATHS = sorted(
    set(re.findall(r"(?<![\w/.])(?:functions|tests|site|docs|infra|schemas)/[\w/.<>-]*[\w>/]", TEXT))
)
NAMES = re.findall(r"`(\w+)` (?:of|in) `([\w/]+\.py)`", " ".join(TEXT.split()))


def folder_or_file(path: str) -> Path:
    """Return what is there already of a path: all of it, or the folder of what the reader makes."""
    return ROOT / path.partition("<")[0].rpartition("/")[0] if "<" in path else ROOT / path


def test_recipes_name_paths_and_names() -> None:
    assert len(PATHS) > 20
    assert len(NAMES) > 4


@pytest.mark.parametrize("path", PATHS)
def test_every_path_is_there(path: str) -> None:
    assert folder_or_file(path).exists()


@pytest.mark.parametrize(("name", "path"), NAMES)
def test_every_name_stands_in_its_file(name: str, path: str) -> None:
    assert re.search(rf"^(?:class |def |    )?{name}\b", (ROOT / path).read_text("utf-8"), re.MULTILINE)
