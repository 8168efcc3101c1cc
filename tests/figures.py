"""Figures that release tests measure, kept in `docs/measurements.md` with their day and machine."""

import os
import platform
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from infra import ROOT

FILE = ROOT / "docs" / "measurements.md"
BEGINS = "<!-- Written by `./kith test --release`: change nothing here. -->"
ENDS = "<!-- So far. -->"
HEAD = "| what | goal | measured | on | machine |\n|---|---|---|---|---|"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: what it is about, what was measured, and what was promised."""

    what: str
    measured: str
    goal: str


Measured = Callable[[str, object, str], None]
KEPT = pytest.StashKey[list[Figure]]()


@pytest.fixture
def measured(request: pytest.FixtureRequest) -> Measured:
    """Keep a figure: `measured("solve of 1,000,000 people", f"{seconds:.0f} s", "≤ 400 s")`."""
    kept = request.config.stash[KEPT]
    return lambda what, value, goal: kept.append(Figure(what, str(value), goal))


def machine() -> str:
    """Return what a figure depends on."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text("utf-8").splitlines() if info.is_file() else []
    processor = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    return f"{os.cpu_count()} × {processor or platform.machine()}, Python {platform.python_version()}"


def with_figures(page: str, figures: Iterable[Figure], on: date, where: str) -> str:
    """Return the page with these figures in its table; a figure measured before keeps its row until then."""
    if page.count(BEGINS) != 1 or page.count(ENDS) != 1:
        raise ValueError(f"the page needs the comments {BEGINS} and {ENDS}, once each")
    before, _, rest = page.partition(BEGINS)
    table, _, after = rest.partition(ENDS)
    rows = {
        line.split(" | ")[0].removeprefix("| "): line
        for line in re.findall(r"^\| (?!what ).*$", table, re.MULTILINE)
    }
    for figure in figures:
        rows[figure.what] = f"| {figure.what} | {figure.goal} | {figure.measured} | {on} | {where} |"
    lines = "\n".join((HEAD, *(rows[what] for what in sorted(rows))))
    return f"{before}{BEGINS}\n{lines}\n{ENDS}{after}"


def write(figures: Iterable[Figure], file: Path = FILE) -> None:
    """Write the figures into the page."""
    page = with_figures(file.read_text("utf-8"), figures, date.today(), machine())  # noqa: DTZ011
    file.write_text(page, "utf-8")
