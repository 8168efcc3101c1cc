"""`./kith bench cold`: how long the functions take to start and to answer, run from their very zips.

Lambda's own runtime client runs each zip in a fresh process that finds the zip's files and what Lambda
brings, over the emulator's table. What differs out there: Lambda's processor and disk, a line with TLS to
DynamoDB.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

import click

from tests.benchmarks.deployed import PEOPLES, Deployed, deployed
from tests.benchmarks.goals import aligned
from tests.benchmarks.match import described, machine
from tests.benchmarks.zipped import own_milliseconds
from tests.deployment.lambda_runtime import PATHS, Start, Watched

MIB = 2**20
STARTS, OTHER_STARTS, REQUESTS = 20, 5, 2_800
# The most milliseconds of a participant's page: p50 and p99.
WARM = (5, 30)
# What the web function does as it starts, one after another, and what is told of it.
STEPS = {
    "Lambda's runtime client": "import awslambdaric.bootstrap, awslambdaric.lambda_runtime_client",
    "botocore and boto3": "import botocore.session, botocore.client, boto3.dynamodb.conditions",
    "marshmallow": "import marshmallow",
    "Flask, werkzeug, jinja2": "import flask",
    "Zappa's handler": "import zappa.handler",
    "our modules": "import functions.entry, functions.web",
    "settings, clients, definitions": "functions.entry.services_from_environment()",
    "the application": "import functions.lambda_http",
    "the first page": "functions.entry.handler(event, None)",
    "the same again": "functions.entry.handler(event, None)",
}
# Garbage is not looked for while a function starts (functions/entry.py), so not here either.
STEP_BY_STEP = """
import gc, json, time
began, event, steps = float(sys.argv[3]), json.loads(sys.argv[4]), json.loads(sys.argv[5])
moments = [(began, 0.0), (time.perf_counter(), time.process_time())]
for step in steps:
    gc.disable()
    exec(step)
    moments.append((time.perf_counter(), time.process_time()))
print(json.dumps(moments))
"""
# Every exchange with the table, told on stderr in seconds.
TABLE_TIMED = """
import os, time
from botocore.httpsession import URLLib3Session
send = URLLib3Session.send
def timed(self, request):
    began = time.perf_counter()
    try:
        return send(self, request)
    finally:
        os.write(2, b"table %.6f\\n" % (time.perf_counter() - began))
URLLib3Session.send = timed
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One answered page: seconds in all, seconds of the table's, and how often that was asked."""

    seconds: float
    table: float
    calls: int

    @property
    def own(self) -> float:
        """The seconds without the table's."""
        return self.seconds - self.table


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        print(line, flush=True)


def _sizes(there: Deployed) -> Iterator[str]:
    goals = {"web": "≤ 8 MiB", "match": "≤ 80 MiB, ≤ 250 MiB"}
    rows = [
        (name, goals.get(name, ""), f"{packed / MIB:.1f}", f"{there.unpacked_bytes[name] / MIB:.1f}")
        for name, packed in there.packed_bytes.items()
    ]
    yield ""
    yield from aligned(("zip", "goal", "MiB packed", "MiB unpacked"), rows)


def _cold(there: Deployed, starts: int) -> Iterator[str]:
    """Start them in turns, so that no luck of the disk's decides; the very first of each is told apart."""
    uncompiled = there.brought.with_name("web-uncompiled")
    shutil.copytree(there.tasks["web"], uncompiled, ignore=shutil.ignore_patterns("__pycache__"))
    found: dict[str, list[Start]] = {}
    for turn in range(starts + 1):
        found.setdefault("web", []).append(_start(there, "web"))
        if turn > OTHER_STARTS:
            continue
        found.setdefault("web without .pyc", []).append(_start(there, "web", uncompiled))
        for name in there.first:
            if name != "web":
                found.setdefault(name, []).append(_start(there, name))
    yield ""
    yield "From the process's start to its first answer, milliseconds"
    columns = ("function", "starts", "the very first", "fastest", "middle", "slowest", "ready", "processor")
    yield from aligned(columns, [_told(name, begun) for name, begun in found.items()])
    web = sorted(begun.answered * 1000 for begun in found["web"][1:])
    yield f"  Goals: web's fastest ≤ 400 ms, here {web[0]:.0f}; its middle ≤ 500 ms, here {median(web):.0f}."
    yield "  Ready: when it asks for its first event (middle). Processor: the least of the whole start."


def _start(there: Deployed, name: str, task: Path | None = None) -> Start:
    # -B: Lambda can't keep what it has compiled, either.
    with there.function(name, Watched(options=("-B",)), task) as function:
        function.invoke(there.first[name])
    return function.start


def _told(name: str, begun: Sequence[Start]) -> tuple[str, ...]:
    first, *others = begun
    answered = sorted(start.answered for start in others)
    ready = median(start.ready for start in others)
    least = min(start.cpu for start in others)
    figures = (first.answered, answered[0], median(answered), answered[-1], ready, least)
    return (name, str(len(others)), *(f"{seconds * 1000:.0f}" for seconds in figures))


def _steps(there: Deployed) -> Iterator[str]:
    runs = [_step_by_step(there) for _ in range(OTHER_STARTS)]
    rows = [
        (name, *(f"{min(run[place][which] for run in runs) * 1000:.0f}" for which in (0, 1)))
        for place, name in enumerate(("Python itself", *STEPS))
    ]
    yield ""
    yield f"What web's start is made of: the least of {OTHER_STARTS}, milliseconds"
    yield from aligned(("step", "time", "processor"), rows)


def _step_by_step(there: Deployed) -> list[tuple[float, float]]:
    """Return wall and processor seconds of each step, the interpreter's own first."""
    command = [there.python, "-I", "-S", "-B", "-c", PATHS + STEP_BY_STEP]
    command += [str(there.tasks["web"]), str(there.brought), str(perf_counter())]
    process = subprocess.run(
        [*command, json.dumps(there.first["web"]), json.dumps(list(STEPS.values()))],
        env=dict(there.environment),
        cwd=there.tasks["web"],
        capture_output=True,
        text=True,
        check=True,
    )
    moments = json.loads(process.stdout.splitlines()[-1])
    return [(till[0] - since[0], till[1] - since[1]) for since, till in pairwise(moments)]


def _packages(there: Deployed, folder: Path) -> Iterator[str]:
    """Tell whose modules take how long to load, of their own."""
    best: Counter[str] = Counter()
    for turn in range(OTHER_STARTS):
        file = folder / f"imports-{turn}"
        with file.open("wb") as errors:
            watched = Watched(options=("-B", "-X", "importtime"), errors=errors)
            with there.function("web", watched) as function:
                function.invoke(there.first["web"])
        own = own_milliseconds(file.read_text("utf-8", "replace"))
        best = Counter({name: min(took, best.get(name, took)) for name, took in own.items()})
    yield ""
    yield "Loading modules, by package: milliseconds of their own under -X importtime, which adds some"
    yield from aligned(("package", "ms"), [(name, f"{took:.0f}") for name, took in best.most_common(16)])


def _warm(there: Deployed, folder: Path, requests: int) -> Iterator[str]:
    with (folder / "table").open("wb") as errors:
        watched = Watched(before=TABLE_TIMED, errors=errors)
        with there.function("web", watched) as function, (folder / "table").open("rb") as told:
            answered: dict[str, list[Answered]] = {name: [] for name in there.pages}
            for turn in range(requests // len(there.pages) + 1):
                for name, event in there.pages.items():
                    seconds = function.timed(event)[1]
                    calls = [float(line.split()[1]) for line in told if line.startswith(b"table ")]
                    if turn:
                        took = Answered(seconds=seconds, table=sum(calls), calls=len(calls))
                        answered[name].append(took)
    yield ""
    yield f"{sum(map(len, answered.values())):,} requests to one warm function, milliseconds"
    columns = ("page", "goal", "in all: p50", "p99", "without the table: p50", "p99", "table calls")
    yield from aligned(columns, [_spread(name, took) for name, took in answered.items()])
    yield "  The goal is p50, p99 of participants' pages. The emulator is one thread and not DynamoDB."
    for what, of in (("in all", _in_all), ("without the table", _own)):
        missed = ", ".join(name for name in PEOPLES if not _fast(of(answered[name])))
        yield f"  Of participants' pages, {what}, it is missed by: {missed or 'none'}."


def _in_all(took: Sequence[Answered]) -> list[float]:
    return _p50_and_p99([one.seconds for one in took])


def _own(took: Sequence[Answered]) -> list[float]:
    return _p50_and_p99([one.own for one in took])


def _p50_and_p99(seconds: Sequence[float]) -> list[float]:
    hundredths = quantiles(seconds, n=100)
    return [hundredths[49] * 1000, hundredths[98] * 1000]


def _fast(found: Sequence[float]) -> bool:
    return all(took <= most for took, most in zip(found, WARM, strict=True))


def _spread(name: str, took: Sequence[Answered]) -> tuple[str, ...]:
    goal = f"≤ {WARM[0]}, ≤ {WARM[1]}" if name in PEOPLES else ""
    cells = [f"{figure:.1f}" for figure in (*_in_all(took), *_own(took))]
    return (name, goal, *cells, f"{median(one.calls for one in took):.0f}")


def _same_python(file: str) -> str:
    """Return the interpreter if what is built for this one runs in it."""
    told = "import sys; print(sys.version_info[:2])"
    if not Path(file).is_file() or _said([file, "-c", told]) != _said([sys.executable, "-c", told]):
        raise click.BadParameter(f"{file} is no Python {sys.version_info[0]}.{sys.version_info[1]}.")
    return file


def _said(command: Sequence[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


@click.command()
@click.option(
    "--python",
    type=_same_python,
    default=sys.executable,
    show_default=True,
    metavar="FILE",
    help="another interpreter of the same version: one built with optimisations, as Lambda's is, starts a "
    "quarter faster",
)
@click.option("--starts", default=STARTS, show_default=True, metavar="N", help="of web")
@click.option("--requests", default=REQUESTS, show_default=True, metavar="N", help="warm")
def command(*, python: str, starts: int, requests: int) -> int:
    """Measure how the functions start and answer, and print each figure beside its goal.

    The four zips are built for this machine, each is started in Lambda's own runtime client, and a warm one
    is asked for pages. Nothing leaves this machine.
    """
    _say(described(machine()))
    print(f"The functions run in {python}")
    with (
        tempfile.TemporaryDirectory(prefix="kith-bench-") as folder,
        deployed(Path(folder), python) as there,
    ):
        _say(_sizes(there))
        _say(_cold(there, starts))
        _say(_steps(there))
        _say(_packages(there, Path(folder)))
        _say(_warm(there, Path(folder), requests))
    print(f"\nLoad at the end: {os.getloadavg()[0]:.1f}")
    return 0
