"""Dask's side: blocks over its workers, and back to whoever request.

What blocks are worked out from is sent to each worker once, as a plugin: the scheduler hands it to workers
that come later, too, so a run goes on as long as there is one worker. Blocks themselves are four numbers.
"""

import os
import pickle
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any
from uuid import uuid4

import dask  # type: ignore[import-not-found]  # in an environment of its own
from distributed import (  # type: ignore[import-not-found]
    Client,
    LocalCluster,
    WorkerPlugin,
    as_completed,
    get_worker,
)

from functions.matching import Prepared
from infra.match.spread.blocks import Block, Part, survey_block
from infra.match.spread.drivers import TRIES, Request

_AHEAD = 3  # blocks for each worker that are under way; the others wait here
_SETTINGS = {
    # Deaths of workers that one block may see: machines are taken away, blocks don't kill.
    "distributed.scheduler.allowed-failures": 20,
    # Without Dask's own limit to what malloc keeps, which has the system clear every array's pages anew.
    "distributed.nanny.pre-spawn-environ": {"OMP_NUM_THREADS": 1},
    "distributed.worker.profile.enabled": False,
}


class _Sent(WorkerPlugin):  # type: ignore[misc]
    """What a worker works blocks out from."""

    def __init__(self, name: str, prepared: Prepared) -> None:
        self.name = name
        self.prepared = prepared


def answer() -> None:
    """Do what standard input asks, pickled: write the ids of the workers' processes, then each part."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    request: Request = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the process that started us
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nothing else may be written among the parts
    with _client(request) as client:
        client.wait_for_workers(1)
        _write(sorted(client.run(os.getpid).values()), out)
        for part in parts(client, request):
            _write(part, out)


def parts(client: Client, request: Request) -> Iterator[Part]:
    """Yield each block's part as it is done; Dask tries those again that fail, or whose worker dies."""
    name = f"kith-{uuid4()}"
    client.register_plugin(_Sent(name, request.prepared))
    later = (
        client.submit(_worked_out, name, block, request.each, key=f"{name}-{block.place}", retries=TRIES - 1)
        for block in request.blocks
    )
    ahead = _AHEAD * sum(client.nthreads().values())
    under_way = as_completed(islice(later, ahead), with_results=True)
    for future, part in under_way:
        future.release()
        for another in islice(later, 1):
            under_way.add(another)
        yield part
    client.unregister_worker_plugin(name)


def _worked_out(name: str, block: Block, each: int) -> Part:
    return survey_block(get_worker().plugins[name].prepared, block, each)


@contextmanager
def _client(request: Request) -> Iterator[Client]:
    """Give a client of the scheduler that is asked for, or of workers on this machine, on loopback."""
    if request.scheduler:
        with Client(request.scheduler) as client:
            yield client
        return
    with (
        tempfile.TemporaryDirectory(prefix="kith-dask-") as folder,
        dask.config.set(_SETTINGS),
        LocalCluster(
            n_workers=request.workers,
            threads_per_worker=1,
            host="127.0.0.1",
            scheduler_port=0,
            dashboard_address=None,
            local_directory=folder,
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


def _write(value: Any, out: Any) -> None:
    pickle.dump(value, out, protocol=pickle.HIGHEST_PROTOCOL)
    out.flush()
