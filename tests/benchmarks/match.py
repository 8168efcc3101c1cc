"""`./kith bench match`: Kith and its peers side by side in one run on the same input, beside the goals."""

import importlib
import importlib.metadata
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic
from typing import Any

import click

from infra.match.spread.errors import InstallError
from tests.benchmarks import children, environments
from tests.benchmarks.bench import QUICK, Bench, Sizes
from tests.benchmarks.goals import Report, lines

SECTIONS = {
    "exactness": "tests.benchmarks.sections.exactness",
    "cohort": "tests.benchmarks.sections.cohort",
    "solvers": "tests.benchmarks.sections.solvers",
    "ties": "tests.benchmarks.sections.ties",
    "large": "tests.benchmarks.sections.large",
    "scoring": "tests.benchmarks.sections.scoring",
    "spread": "tests.benchmarks.sections.spread",
    "what-if": "tests.benchmarks.sections.whatif",
    "verifier": "tests.benchmarks.sections.verifier",
    "package": "tests.benchmarks.sections.package",
    "kinds": "tests.benchmarks.sections.kinds",
    "stable": "tests.benchmarks.sections.stable",
    "bad-input": "tests.benchmarks.sections.mistakes",
}
SLOW = ("package",)  # whatever the size: it builds a zip
ELSEWHERE = {  # tasks that need more than the engine, which would be in the engine's peaks
    "build_package": "tests.benchmarks.zipped",
    "start_package": "tests.benchmarks.zipped",
    "heaviest_in_package": "tests.benchmarks.zipped",
    "find_candidates": "tests.benchmarks.spreading",
    "one_block": "tests.benchmarks.spreading",
    "send": "tests.benchmarks.spreading",
}
FAILED = 2
BUSY = 0.5  # of the one-minute load: more than that, and something else is at work


@click.command()
@click.option(
    "--only", multiple=True, type=click.Choice(list(SECTIONS)), help="that section alone; repeatable"
)
@click.option("--quick", is_flag=True, help="small sizes, in about a minute; times not judged")
@click.option(
    "--json", "file", type=click.Path(path_type=Path), metavar="FILE", help="write everything there, too"
)
def command(*, only: Sequence[str], quick: bool, file: Path | None) -> int:
    """Measure the matching engine beside other libraries, and print what was found beside each goal.

    The libraries are installed below .kith/environments on first use. Exit status 2 when something could not
    be measured at all.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="kith-bench-") as folder:
            bench = Bench(
                sizes=QUICK if quick else Sizes(), folder=Path(folder), kith=_kith, peer=_peer, tell=_tell
            )
            report = measured(bench, only or _all(quick=quick), print)
            report.sections = tuple(only)
    except InstallError as error:
        print(f"kith: {error}", file=sys.stderr)
        return FAILED
    for line in lines(report):
        print(line)
    if file:
        file.write_text(json.dumps(report.plain(), indent=2, ensure_ascii=False) + "\n", "utf-8")
        print(f"\nWritten: {file}")
    return FAILED if report.failures else 0


def measured(bench: Bench, sections: Sequence[str], say: Callable[[str], None]) -> Report:
    """Return what those sections find; one that fails is told, and the others go on. Raises InstallError."""
    report = Report(machine=machine(), sections=tuple(sections))
    for line in described(report.machine):
        say(line)
    began = monotonic()
    for name in sections:
        section = importlib.import_module(SECTIONS[name])
        try:
            for found in section.run(bench):
                report.add(found)
        except children.ChildError as error:  # hours of other measurements are not lost with one
            report.failures.append(f"{name} stopped: {' '.join(str(error).split())}")
        bench.tell(f"{name} is done, {monotonic() - began:.0f} s so far")
    return report


def machine() -> dict[str, Any]:
    """Return what the figures depend on."""
    packages = {name: importlib.metadata.version(name) for name in ("numpy", "ortools")}
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "system": platform.platform(),
        "processor": _processor(),
        "python": platform.python_version(),
        "packages": packages,
        "load": round(os.getloadavg()[0], 2),
    }


def _processor() -> str:
    file = Path("/proc/cpuinfo")
    told = file.read_text("utf-8").splitlines() if file.is_file() else []
    return next((line.partition(":")[2].strip() for line in told if line.startswith("model name")), "")


def described(machine: dict[str, Any]) -> list[str]:
    """Return the lines that say so, with a warning when other work would be in the figures."""
    packages = ", ".join(f"{name} {version}" for name, version in machine["packages"].items())
    where = machine["processor"] or machine["system"]
    told = [
        f"{machine['cores']} cores, {where}; Python {machine['python']}, {packages}; load {machine['load']}"
    ]
    if machine["load"] > BUSY:
        told.append(
            "This machine is busy with other work: times are upper bounds, ratios say more, counts hold."
        )
    return told


def _all(*, quick: bool) -> tuple[str, ...]:
    return tuple(name for name in SECTIONS if not (quick and name in SLOW))


def _kith(task: str, **given: Any) -> children.Measured:
    module = ELSEWHERE.get(task, "tests.benchmarks.work")
    return children.measure(Path(sys.executable), module, task, **given)


def _peer(environment: str, module: str, task: str, **given: Any) -> children.Measured:
    return children.measure(environments.python_of(environment, _tell), module, task, **given)


def _tell(line: str) -> None:
    print(f"  … {line}", file=sys.stderr, flush=True)
