"""`./kith match --dask`: a match on a cluster writes what a match without it writes."""

import json
import os
import signal
import subprocess
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from functions.matching.people import Role
from functions.matching.scoring.scores import Prepared
from infra import ROOT
from infra.cli import main
from infra.match.spread import drivers
from infra.match.spread.blocks import Block, Part
from infra.match.spread.dask_driver import LOCKED, DaskDriver
from infra.match.spread.environment import python_with
from tests.benchmarks import people

# More pairs than are solved without choosing candidates first, in sixteen blocks.
EACH_SIDE, SIDE = 1600, 400
CLUSTER = """
import os, sys
from distributed import Client, LocalCluster
if __name__ == "__main__":
    settings = dict(n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None)
    with (
        LocalCluster(**settings, scheduler_port=0, local_directory=sys.argv[1]) as cluster,
        Client(cluster) as client,
    ):
        print(cluster.scheduler_address, *client.run(os.getpid).values(), flush=True)
        sys.stdin.read()
"""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A scheduler's address on loopback, and its workers' process ids."""

    address: str
    workers: list[int]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    program = tmp_path / "cluster.py"
    program.write_text(CLUSTER, "utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    process = subprocess.Popen(
        [python_with(LOCKED, print), program, str(tmp_path / "dask")],
        env={**environment, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        address, *workers = process.stdout.readline().split()
        yield Cluster(address, [int(worker) for worker in workers])
        process.communicate("")


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    named = ["--policy", str(people.POLICY)]
    for role in Role:
        file = tmp_path / f"{role}s.csv"
        people.write_csv(file, people.rows(role, EACH_SIDE, 3))
        named += [f"--{role}s", str(file)]
    return named


def report_of(file: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(file.read_text("utf-8"))
    del report["seconds"]
    return report


@pytest.mark.load
@pytest.mark.xdist_group("dask")
def test_a_cluster_of_which_a_worker_dies_gives_the_same_bytes(
    cluster: Cluster, files: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work_out = DaskDriver.parts
    done: list[Part] = []

    def with_a_death(
        self: DaskDriver, prepared: Prepared, blocks: Sequence[Block], each: int
    ) -> Generator[Part, None, None]:
        with closing(work_out(self, prepared, blocks, each)) as parts:
            for part in parts:
                if not done:
                    os.kill(cluster.workers[0], signal.SIGKILL)
                done.append(part)
                yield part

    monkeypatch.setattr(DaskDriver, "parts", with_a_death)
    monkeypatch.setattr(drivers, "survey", partial(drivers.survey, side=SIDE))
    for name, more in (("alone", []), ("spread", ["--dask", cluster.address])):
        written = ["--out", str(tmp_path / f"{name}.csv"), "--report", str(tmp_path / f"{name}.json")]
        assert main(["match", *files, *written, *more]) == 0

    assert len(done) == (EACH_SIDE // SIDE) ** 2
    assert (tmp_path / "spread.csv").read_bytes() == (tmp_path / "alone.csv").read_bytes()
    assert report_of(tmp_path / "spread.json") == report_of(tmp_path / "alone.json")


@pytest.mark.load
@pytest.mark.xdist_group("dask")
def test_a_scheduler_that_nobody_answers_at_is_told_and_nothing_is_written(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["match", *files, "--dask", "tcp://127.0.0.1:9", "--out", str(tmp_path / "pairs.csv")])

    assert status == 2
    assert "Dask stopped" in capsys.readouterr().err
    assert not (tmp_path / "pairs.csv").exists()


def test_peers_are_not_spread(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["match", "--people", "p.csv", "--policy", "p.toml", "--dask", "tcp://127.0.0.1:9"])

    assert status == 2
    assert "--dask needs mentors and mentees" in capsys.readouterr().err
