"""The `match` function as Lambda has it: what it weighs unpacked, and how long its imports take.

Built and unpacked as a release is, with .pyc files that are never checked; imported in a fresh interpreter
that finds the zip's files, boto3 as Lambda's runtime brings it, and nothing else.
"""

import json
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import boto3

from infra.build import zips
from tests.benchmarks.children import Task, answer, timed

BROUGHT = ("boto3", "botocore", "s3transfer", "jmespath", "urllib3", "dateutil", "six.py")
IMPORTS = {
    "the engine alone": ("functions.matching.engine",),
    "the door and the work of a match": (
        "functions.entry",
        "functions.jobs.queued",
        "functions.usecases.runs.run_match",
    ),
}
START = """
import sys, time
sys.path[:0] = sys.argv[1:3]
began, began_cpu = time.perf_counter(), time.process_time()
for name in sys.argv[3:]:
    __import__(name)
import json
print(json.dumps([time.perf_counter() - began, time.process_time() - began_cpu]))
"""
ENVIRONMENT = {"AWS_DEFAULT_REGION": "eu-west-1", "PATH": "/usr/bin:/bin"}


def build(*, folder: str) -> dict[str, Any]:
    """Build the zip for this machine, unpack it, and weigh it by what each distribution brought."""
    content = Path(folder, "content")
    with timed() as taken:
        zips.build(Path(folder), zips.TARGETS["host"], ["match"], tell=lambda _line: None)
        with zipfile.ZipFile(Path(folder, "match.zip")) as packed:
            packed.extractall(content)
            weights: Counter[str] = Counter()
            for entry in packed.infolist():
                weights[_owner(entry.filename)] += entry.file_size
    brought = Path(folder, "runtime")
    brought.mkdir()
    packages = Path(boto3.__file__).parents[1]
    for name in BROUGHT:
        (brought / name).symlink_to(packages / name)
    packed_mb = Path(folder, "match.zip").stat().st_size / 1e6
    return taken.of(bytes=dict(weights.most_common()), packed_mb=packed_mb)


def _owner(name: str) -> str:
    """Return whose file it is: ours, or the package's with its libraries and its metadata."""
    top = name.partition("/")[0].partition(".")[0].partition("-")[0]
    return "Kith" if top in zips.OURS else top


def start(*, folder: str, what: str) -> dict[str, Any]:
    """Import in a fresh interpreter; the seconds are its own, from the first import to the last."""
    seconds, cpu = json.loads(_python(folder, what).stdout)
    return {"seconds": seconds, "cpu": cpu}


def heaviest(*, folder: str, what: str) -> dict[str, Any]:
    """Return the milliseconds of each package's own imports."""
    told = own_milliseconds(_python(folder, what, "-X", "importtime").stderr)
    return {"milliseconds": dict(told.most_common(12))}


def own_milliseconds(told: str) -> Counter[str]:
    """Return the milliseconds of each package's own imports, as `-X importtime` told them."""
    own: Counter[str] = Counter()
    for module, micro in modules_told(told).items():
        own[_package(module)] += micro
    return Counter({name: micro / 1000 for name, micro in own.items()})


def modules_told(told: str) -> Counter[str]:
    """Return the microseconds of each module of its own, as `-X importtime` told them."""
    own: Counter[str] = Counter()
    for line in told.splitlines():
        cells = line.removeprefix("import time:").split("|")
        if len(cells) == 3 and cells[0].strip().isdecimal():
            own[cells[2].strip()] += int(cells[0])
    return own


def _package(module: str) -> str:
    top = module.partition(".")[0]
    return "Python" if top.lstrip("_") in sys.stdlib_module_names or top in sys.stdlib_module_names else top


def _python(folder: str, what: str, *options: str) -> subprocess.CompletedProcess[str]:
    where = [str(Path(folder, name)) for name in ("content", "runtime")]
    return subprocess.run(
        [sys.executable, "-I", "-S", *options, "-c", START, *where, *IMPORTS[what]],
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    )


TASKS: dict[str, Task] = {
    "build_package": build,
    "start_package": start,
    "heaviest_in_package": heaviest,
}

if __name__ == "__main__":
    answer(TASKS)
