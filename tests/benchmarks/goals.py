"""What was promised, each with its line: what, the goal, what was measured, and whether it is met.

A goal that nothing measured has its line all the same. A smaller size than the promised one is measured and
told, and judged only where size does not matter.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import wrap
from typing import Any

WIDTH = 110


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One promise: its section, what it is about, and the promise in words."""

    section: str
    what: str
    promised: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found of one goal; `met` is None where it could not be judged."""

    goal: str
    measured: str
    met: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Figures side by side; every row has a cell for each column."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Report:
    """Everything that a run of the benchmark found."""

    machine: dict[str, Any] = field(default_factory=dict)
    sections: tuple[str, ...] = ()  # all of them when none is named
    tables: list[Table] = field(default_factory=list)
    findings: dict[str, Finding] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    def add(self, found: "Finding | Table") -> None:
        """Keep one more."""
        if isinstance(found, Table):
            self.tables.append(found)
        else:
            self.findings[found.goal] = found

    def judged(self) -> Iterator[tuple[Goal, Finding]]:
        """Yield every goal of the sections that ran, with what was found of it."""
        for name, goal in GOALS.items():
            if not self.sections or goal.section in self.sections:
                yield goal, self.findings.get(name, Finding(goal=name, measured="not measured", met=None))

    def plain(self) -> dict[str, Any]:
        """Return the whole, ready for JSON."""
        return {
            "machine": self.machine,
            "goals": [
                {
                    "section": goal.section,
                    "what": goal.what,
                    "promised": goal.promised,
                    "measured": found.measured,
                    "met": found.met,
                }
                for goal, found in self.judged()
            ],
            "failures": self.failures,
            "tables": [
                {"title": table.title, "columns": table.columns, "rows": table.rows, "notes": table.notes}
                for table in self.tables
            ],
        }


def _goal(section: str, what: str, promised: str) -> Goal:
    return Goal(section=section, what=what, promised=promised)


GOALS: Mapping[str, Goal] = {
    "orlib": _goal("exactness", "OR-Library's problems", "the optimum of each"),
    "levels": _goal("exactness", "1,000 random instances", "as an independent LP"),
    "certificates": _goal("exactness", "their certificates", "all verified"),
    "bytes": _goal("exactness", "permuted, and replayed", "the same bytes"),
    "cohort": _goal("cohort", "500 × 500 from CSV", "≤ 0.5 s"),
    "faster": _goal("cohort", "same scores, against mentor-match", "≥ 50 × faster"),
    "served": _goal("cohort", "people served, against it", "never fewer"),
    "total": _goal("cohort", "total, by its objective", "higher or equal"),
    "solve-2000": _goal("solvers", "solve step, 2,000 × 2,000", "≤ 1.0 × the fastest"),
    "solve-5000": _goal("solvers", "solve step, 5,000 × 5,000", "≤ 1.0 × the fastest"),
    "scipy-5000": _goal("solvers", "the same, against scipy", "≤ 0.5 × its time"),
    "ties-beside": _goal("ties", "few distinct scores, one to one", "≤ 1.5 × the fastest"),
    "ties-levels": _goal("ties", "ties and priorities, solve step", "≤ 3 × fine scores"),
    "large-10000": _goal("large", "10,000 × 10,000, end to end", "≤ 60 s, ≤ 4 GB"),
    "large-20000": _goal("large", "20,000 × 20,000, proven the best", "≤ 90 s, ≤ 3 GB"),
    "large-100000": _goal("large", "100,000 × 100,000, end to end", "≤ 300 s, ≤ 4 GB"),
    "million": _goal("large", "1,000,000 people, solve alone", "≤ 400 s, ≤ 4 GB"),
    "scoring": _goal("scoring", "scoring 10,000², two threads", "≥ 60 M pairs/s"),
    "spread": _goal("spread", "candidates by blocks and workers", "the same bytes"),
    "what-if": _goal("what-if", "other weights at 500 × 250", "≤ 150 ms"),
    "sound": _goal("verifier", "1,000 generated cohorts", "0 faults"),
    "mutated": _goal("verifier", "planted faults of each kind", "100 % found"),
    "import": _goal("package", "`match` package, cold import", "≤ 0.8 s"),
    "unpacked": _goal("package", "`match` package, unpacked", "≤ 250 MB"),
    "peers": _goal("kinds", "peers from one pool", "as networkx finds them"),
    "groups": _goal("kinds", "groups around a mentor", "proven, or the gap told"),
    "stable": _goal("stable", "Gale–Shapley", "as `matching` finds it"),
    "bad-input": _goal("bad-input", "each kind of bad input", "who and what to change"),
}


def lines(report: Report) -> Iterator[str]:
    """Yield the report as aligned plain text, at most 110 columns wide."""
    for table in report.tables:
        yield from ("", table.title)
        yield from aligned(table.columns, table.rows)
        yield from (
            line
            for note in table.notes
            for line in wrap(note, WIDTH, initial_indent="  ", subsequent_indent="  ")
        )
    yield from ("", "Goals")
    words = {True: "met", False: "NOT MET", None: "–"}
    judged = [(goal.what, goal.promised, words[found.met], found.measured) for goal, found in report.judged()]
    yield from aligned(("what", "goal", "", "measured"), judged)
    yield from (line for failure in report.failures for line in ("", *wrap(failure, WIDTH)))


def aligned(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table: numbers to the right, the last column wrapped in what is left."""
    rows = [tuple(columns), *map(tuple, rows)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(columns))]
    numeric = [all(_is_number(row[place]) for row in rows[1:]) for place in range(len(columns))]
    left = WIDTH - sum(widths[:-1]) - 2 * len(widths)
    for row in rows:
        cells = [
            cell.rjust(width) if number else cell.ljust(width)
            for cell, width, number in zip(row[:-1], widths[:-1], numeric[:-1], strict=True)
        ]
        last = wrap(row[-1], max(left, 20)) or [""]
        if numeric[-1]:
            last = [last[0].rjust(min(widths[-1], left))]
        start = "  " + "  ".join(cells)
        yield f"{start}  {last[0]}".rstrip()
        yield from (f"{'':{len(start)}}  {more}" for more in last[1:])


def _is_number(cell: str) -> bool:
    return not cell.strip("0123456789,.%–")
