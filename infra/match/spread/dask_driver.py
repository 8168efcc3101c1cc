"""The driver for Dask: worker processes on this machine, or a cluster that runs already.

Dask lives in an environment of its own and is installed on first use. The
process there (`dask_process`) is handed the codes and the blocks, and hands back what each block kept. What
passes between the two is pickled: both are this version of Kith, and the one is started by the other.
"""

import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from functions.matching import Prepared
from infra import ROOT
from infra.match.spread.blocks import Block, Part
from infra.match.spread.drivers import Request
from infra.match.spread.environment import python_with
from infra.match.spread.errors import SpreadError

LOCKED = Path(__file__).with_name("dask.txt")
_LAST_LINES = 6
_SECONDS_TO_STOP = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class DaskDriver:
    """Works blocks out in `workers` processes here, or on the cluster of a scheduler (`tcp://…`).

    `began` is told the ids of the worker processes, `tell` that Dask is being installed.
    """

    workers: int = 2
    scheduler: str | None = None
    began: Callable[[Sequence[int]], None] = lambda _pids: None
    tell: Callable[[str], None] = lambda _line: None

    def parts(self, prepared: Prepared, blocks: Sequence[Block], each: int) -> Generator[Part, None, None]:
        """Yield each block's candidates as they come. Raises SpreadError, and InstallError without Dask."""
        request = Request(
            prepared=prepared, blocks=blocks, each=each, workers=self.workers, scheduler=self.scheduler
        )
        with (
            tempfile.TemporaryFile() as messages,
            _process(python_with(LOCKED, self.tell), messages) as process,
        ):
            try:
                _hand(request, process.stdin)
                self.began(pickle.load(process.stdout))  # noqa: S301 - from the process that we started
                for _ in blocks:
                    yield pickle.load(process.stdout)  # noqa: S301 - the same
            except (EOFError, BrokenPipeError) as error:
                process.wait()
                messages.seek(0)
                last = messages.read().decode(errors="replace").strip().splitlines()[-_LAST_LINES:]
                raise SpreadError("Dask stopped: " + "\n".join(last)) from error


def _hand(request: Request, to: IO[bytes]) -> None:
    pickle.dump(request, to, protocol=pickle.HIGHEST_PROTOCOL)
    to.flush()


@contextmanager
def _process(python: Any, messages: IO[bytes]) -> Iterator[Any]:
    """Start the process of Dask, which ends with this block, and its workers with it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    process: Any = subprocess.Popen(
        [python, "-P", "-m", "infra.match.spread"],
        env={**environment, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=messages,
    )
    with process:
        try:
            yield process
        finally:
            process.terminate()
            with suppress(BrokenPipeError):  # when it ended before it had read everything
                process.stdin.close()
            try:
                process.wait(_SECONDS_TO_STOP)
            except subprocess.TimeoutExpired:
                print("kith: the process of Dask had to be killed", file=sys.stderr)
                process.kill()
