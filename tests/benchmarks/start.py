"""`./kith bench start`: the processor time of a start of the command, whole processes with compiled files."""

import resource
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from infra import ROOT
from tests.benchmarks.goals import aligned
from tests.benchmarks.match import described, machine

TIMES = 7
DATA = ROOT / "tests" / "data" / "mentor-match"
MATCH = (
    *("match", "--mentors", str(DATA / "mentors.csv"), "--mentees", str(DATA / "mentees.csv")),
    *("--policy", str(ROOT / "examples" / "mentor-match" / "policy.toml")),
)
# What is started, and the seconds of processor time that were promised.
STARTS: Sequence[tuple[str, float, Sequence[str]]] = (
    ("./kith --help", 0.35, ("--help",)),
    ("./kith match --help", 0.35, ("match", "--help")),
    ("./kith match, 50 × 50", 0.6, MATCH),
)


@click.command()
def command() -> int:
    """Print the processor time (user and system) of starts, the least of seven, beside its goal."""
    for line in described(machine()):
        print(line)
    rows = []
    with tempfile.TemporaryDirectory(prefix="kith-bench-") as folder:
        for name, goal, arguments in STARTS:
            written = ("--out", str(Path(folder, "pairs.csv"))) if arguments is MATCH else ()
            took = min(_seconds([*arguments, *written]) for _ in range(TIMES))
            rows.append((name, f"≤ {goal} s", f"{took:.3f} s"))
    for line in aligned(("what", "goal", "measured"), rows):
        print(line)
    return 0


def _seconds(arguments: Sequence[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([ROOT / "kith", *arguments], stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
