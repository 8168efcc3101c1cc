"""The engine of an earlier commit and the one that stands here, side by side on the same people.

    ./kith bench before-and-after REVISION

Both run alternately, each time in a fresh process, and their processor time (user and system, all threads)
is compared: the median of five processes. Each side runs through the corpus's `engine_adapter.py` of its own
commit, so any commit since the corpus was recorded can be the old side, whatever its names. The status is 1
when one of the cohorts takes more than 1.10 × as long, or when the two sides make other pairs.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from infra import ROOT
from tests.benchmarks.children import ChildError
from tests.matching.corpus import files
from tests.matching.corpus.inputs import Answer, Input, Row

MOST = 1.10
RUNS = 5
PLACES_OF_A_MENTOR = 3

# Runs in the folder of either side. Reading the input and importing the engine is not counted. The quickest
# of three times counts: on a busy machine single short ones differ by a quarter.
CHILD = """
import hashlib, json, sys, time
from tests.matching.corpus import engine_adapter
from tests.matching.corpus.inputs import Input, Row
content = json.load(open(sys.argv[1], encoding="utf-8"))
sides = {side: tuple(Row(**row) for row in content.pop(side)) for side in ("mentors", "mentees")}
given = Input(**content, **sides)
times = []
for _ in range(3):
    began = time.process_time()
    made = engine_adapter.run(given)
    times.append(time.process_time() - began)
digest = hashlib.sha256(json.dumps(made, sort_keys=True).encode()).hexdigest()
print(json.dumps({"seconds": min(times), "digest": digest, "pairs": len(made.get("pairs", ()))}))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """One kind of cohort: the ready-made policy and how many people it pairs."""

    policy: str
    mentors: int
    mentees: int


SIZES: Mapping[str, Size] = {
    "one-to-one 500 × 500": Size(policy="one-to-one", mentors=500, mentees=500),
    "one-to-one 1,000 × 1,000": Size(policy="one-to-one", mentors=1000, mentees=1000),
    "several mentees 1,000 × 500 mentors": Size(policy="several-mentees", mentors=500, mentees=1000),
    "network 300 × 300": Size(policy="network", mentors=300, mentees=300),
    "peers 300": Size(policy="peers", mentors=0, mentees=300),
    "groups 200 × 60 mentors": Size(policy="groups", mentors=60, mentees=200),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one process took, in processor seconds, and the digest of what it made."""

    seconds: float
    digest: str
    pairs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One cohort on both sides."""

    name: str
    old: tuple[Run, ...]
    new: tuple[Run, ...]

    @property
    def medians(self) -> tuple[float, float]:
        """The processor seconds of the old side and of the new."""
        old, new = (statistics.median(run.seconds for run in runs) for runs in (self.old, self.new))
        return old, new

    @property
    def ratio(self) -> float:
        """How many times as long the new side takes."""
        old, new = self.medians
        return new / old

    @property
    def same(self) -> bool:
        """Whether every run of both sides made the same."""
        return len({run.digest for run in (*self.old, *self.new)}) == 1

    def fault(self) -> str:
        """Return what is wrong with the new side; empty when nothing is."""
        if not self.same:
            return "other pairs or proofs"
        return f"above {MOST:.2f}" if self.ratio > MOST else ""


def cohort(name: str, size: Size) -> Input:
    """Return a cohort of that size: each answer is that of somebody in the demonstration cohort."""
    chance = random.Random(name)  # noqa: S311 - people made up
    example = {given.name: given for given in files.cohorts()}[f"demonstration-{size.policy}"]

    def people(side: str, count: int, known: Sequence[Row], capacity: int) -> tuple[Row, ...]:
        return tuple(
            Row(id=f"{side}-{number}", capacity=capacity, answers=_mixed(chance, f"{side}-{number}", known))
            for number in range(count)
        )

    return Input(
        name=name,
        policy=example.policy,
        mentors=people("mentor", size.mentors, example.mentors, PLACES_OF_A_MENTOR),
        mentees=people("mentee", size.mentees, example.mentees, example.mentees[0].capacity),
        seed=1,
    )


def _mixed(chance: random.Random, name: str, known: Sequence[Row]) -> dict[str, Answer]:
    columns = sorted({column for row in known for column in row.answers})
    return {column: chance.choice(known).answers.get(column) for column in columns} | {"email": name}


def compare(
    old: Path,
    new: Path,
    cohorts: Sequence[Input],
    *,
    runs: int = RUNS,
    tell: Callable[[str], None] = lambda _line: None,
) -> Iterator[Compared]:
    """Run every cohort in both folders, in turn; who is first changes from run to run."""
    with tempfile.TemporaryDirectory() as folder:
        for given in cohorts:
            path = Path(folder) / "input.json"
            path.write_text(json.dumps(asdict(given)), encoding="utf-8")
            made: dict[Path, list[Run]] = {old: [], new: []}
            for tree in made:  # once without counting, so that both are compiled and in memory
                _run(tree, path)
            for number in range(runs):
                tell(f"{given.name}, run {number + 1} of {runs}")
                for tree in (old, new) if number % 2 else (new, old):
                    made[tree].append(_run(tree, path))
            yield Compared(name=given.name, old=tuple(made[old]), new=tuple(made[new]))


def _run(tree: Path, path: Path) -> Run:
    """Run one cohort in a fresh process. Raises ChildError, with what it said last, when it fails."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    process = subprocess.run(
        [sys.executable, "-c", CHILD, str(path)],
        cwd=tree,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if process.returncode:
        last = "\n".join(process.stderr.strip().splitlines()[-4:])
        raise ChildError(f"{tree.name} stopped with {process.returncode}: {last}")
    return Run(**json.loads(process.stdout))


@contextmanager
def checked_out(revision: str) -> Iterator[Path]:
    """Check a commit out beside the others, and remove it afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "old"
        _git("worktree", "add", "--detach", str(tree), revision)
        try:
            yield tree
        finally:
            _git("worktree", "remove", "--force", str(tree))


def _git(*arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True)


def table(compared: Sequence[Compared]) -> str:
    """Return the comparison as a table, with what is wrong."""
    lines = ["| cohort | pairs | old | new | new / old | |", "|---|---|---|---|---|---|"]
    for one in compared:
        old, new = one.medians
        verdict = one.fault() or "within"
        lines.append(
            f"| {one.name} | {one.new[0].pairs:,} | {old:.2f} s | {new:.2f} s | {one.ratio:.2f} | {verdict} |"
        )
    return "\n".join(lines)


def _tell(line: str) -> None:
    print(line, file=sys.stderr)


@click.command()
@click.argument("revision", metavar="REVISION", help="a commit since the corpus was recorded")
@click.option("--runs", default=RUNS, show_default=True, metavar="N", help="of each side and cohort")
@click.option("--only", "words", multiple=True, metavar="WORD", help="cohorts whose name has it; repeatable")
def command(*, revision: str, runs: int, words: Sequence[str]) -> int:
    """Compare the engine with that of an earlier commit; exit status 0 when all is within the limit."""
    chosen = [
        cohort(name, size) for name, size in SIZES.items() if any(word in name for word in words or ("",))
    ]
    with checked_out(revision) as old:
        compared = list(compare(old, ROOT, chosen, runs=runs, tell=_tell))
    print(table(compared))
    return int(any(one.fault() for one in compared))
