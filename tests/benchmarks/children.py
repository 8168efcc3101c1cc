"""One measurement, one fresh process: it says how long it took, what it used and what came out.

A process begins small and ends with its measurement, so that its peak is its own. The peak is the kernel's
`VmHWM` of that program, input and interpreter included; `ru_maxrss` would also count the parent before the
program was loaded.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra import ROOT

STATUS = Path("/proc/self/status")
Task = Callable[..., dict[str, Any]]


class ChildError(Exception):
    """A measurement that could not be made; the message says what the process said last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one process measured: wall and processor seconds of the timed part, peak MB of the whole."""

    seconds: float
    cpu: float
    peak_mb: float
    result: Mapping[str, Any]


@dataclass(slots=True)
class Taken:
    """What a timed block took; filled when it ends."""

    seconds: float = 0.0
    cpu: float = 0.0

    def of(self, **result: Any) -> dict[str, Any]:
        """Return the result of a task together with what it took."""
        return {"seconds": self.seconds, "cpu": self.cpu, **result}


@contextmanager
def timed() -> Iterator[Taken]:
    """Time the block: wall seconds, and processor seconds of all threads."""
    taken = Taken()
    began, began_cpu = time.perf_counter(), time.process_time()
    yield taken
    taken.seconds, taken.cpu = time.perf_counter() - began, time.process_time() - began_cpu


def measure(python: Path, module: str, task: str, **given: Any) -> Measured:
    """Run the task of the module in a fresh process. Raises ChildError when it fails."""
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    surroundings |= {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": str(given.pop("hash_seed", 0))}
    process = subprocess.run(
        [python, "-P", "-m", module, task, json.dumps(given)],
        env=surroundings,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if process.returncode:
        last = "\n".join(process.stderr.strip().splitlines()[-4:])
        raise ChildError(f"{task} stopped with {process.returncode}: {last}")
    return measured(json.loads(process.stdout.splitlines()[-1]))


def measured(told: Mapping[str, Any]) -> Measured:
    """Return what a process told; what is not a measure is its result."""
    measures = {name: float(told.get(name, 0.0)) for name in ("seconds", "cpu", "peak_mb")}
    return Measured(result={name: told[name] for name in told if name not in measures}, **measures)


def answer(tasks: Mapping[str, Task]) -> None:
    """Do what the command line of this process names and print the answer as one line of JSON."""
    task, given = sys.argv[1:3]
    told = dict(tasks[task](**json.loads(given)))
    told["peak_mb"] = peak_mb()
    print(json.dumps(told))


def peak_mb() -> float:
    """Return the most memory that this process has had at once, in millions of bytes."""
    if STATUS.is_file():
        lines = dict(line.split(":", 1) for line in STATUS.read_text("ascii").splitlines() if ":" in line)
        return int(lines["VmHWM"].split()[0]) * 1024 / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6
