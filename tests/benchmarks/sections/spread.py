"""Everybody's candidates by blocks, on threads and on Dask's workers; and on paper, for more people."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from tests.benchmarks.bench import Bench, seconds
from tests.benchmarks.children import Measured
from tests.benchmarks.goals import Finding, Table

WAYS = (("one pass", 1), ("threads", 1), ("threads", 2), ("Dask", 1), ("Dask", 2))
ON_PAPER = (100_000, 500_000, 1_000_000)  # people on each side
WORKERS = (1, 100, 1_000)


def run(bench: Bench) -> Iterator[Finding | Table]:
    """Find the same candidates in each way, work out one block, and say what that makes of more people."""
    yield from _same(bench)
    yield from _sent(bench)
    yield from _paper(bench)


def _same(bench: Bench) -> Iterator[Finding | Table]:
    size, side = bench.sizes.spread, bench.sizes.spread // 4
    runs = {}
    for way, workers in WAYS:
        name = f"{way}, {workers}"
        bench.tell(f"candidates of {size:,} × {size:,}: {name}")
        task = partial(bench.kith, "find_candidates", size=size, side=side, seed=5, way=way, workers=workers)
        runs[name] = task()
    yield Table(
        title=f"Everybody's candidates, {size:,} × {size:,}, in blocks of {side:,} × {side:,}",
        columns=("way, workers", "seconds", "processor", "M pairs/s", "by processor", "candidates"),
        rows=tuple((name, *_row(run)) for name, run in runs.items()),
        notes=("Processor seconds are those of all processes; with Dask they hold its start, some seconds.",),
    )
    digests = {run.result["digest"] for run in runs.values()}
    yield Finding(goal="spread", measured=f"{len(runs)} ways, {len(digests)} result", met=len(digests) == 1)


def _row(run: Measured) -> tuple[str, ...]:
    rates = (f"{run.result['pairs'] / spent / 1e6:.0f}" for spent in (run.seconds, run.cpu))
    return seconds(run.seconds), seconds(run.cpu), *rates, f"{run.result['candidates']:,}"


def _sent(bench: Bench) -> Iterator[Table]:
    rows = []
    for size in bench.sizes.sent:
        bench.tell(f"what is sent to a worker for {size:,} × {size:,}")
        found = bench.kith("send", size=size, seed=5)
        rows.append((f"{size:,} × {size:,}", f"{found.result['sent_mb']:,.1f}", seconds(found.cpu)))
    yield Table(
        title="What each worker is sent once: codes, without ids and answers",
        columns=("people", "MB", "packed and unpacked, s"),
        rows=tuple(rows),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """A cohort on paper: the time of so many workers, at the rates of one block."""

    size: int
    side: int
    workers: int
    block: Measured

    @property
    def blocks(self) -> int:
        return (-(-self.size // self.side)) ** 2

    @property
    def worker_seconds(self) -> float:
        return self.block.cpu * self.size**2 / float(self.block.result["pairs"])

    @property
    def scoring(self) -> float:
        """Return the seconds until the last worker is done."""
        rounds = -(-self.blocks // self.workers)
        return self.worker_seconds * rounds / self.blocks

    @property
    def back_mb(self) -> float:
        return float(self.block.result["back_mb"]) * self.blocks

    @property
    def merging(self) -> float:
        """Return the seconds that one machine merges, in which workers go on."""
        return float(self.block.result["merging"]) * self.blocks


def _paper(bench: Bench) -> Iterator[Table]:
    side = bench.sizes.spread
    bench.tell(f"one block of {side:,} × {side:,}")
    block = bench.kith("one_block", side=side, seed=5)
    plans = [
        _Plan(size=size, side=side, workers=workers, block=block) for size in ON_PAPER for workers in WORKERS
    ]
    yield Table(
        title=f"On paper, at the rate of one block of {side:,} × {side:,} in processor time",
        columns=("each side", "workers", "blocks", "core hours", "minutes", "merging, min", "GB back"),
        rows=tuple(
            (
                f"{plan.size:,}",
                f"{plan.workers:,}",
                f"{plan.blocks:,}",
                f"{plan.worker_seconds / 3600:.2f}",
                f"{max(plan.scoring, plan.merging) / 60:.1f}",
                f"{plan.merging / 60:.1f}",
                f"{plan.back_mb / 1e3:.1f}",
            )
            for plan in plans
        ),
        notes=(
            (
                f"The block: {block.result['pairs'] / block.cpu / 1e6:.0f} M pairs a second of one core, "
                f"{block.result['back_mb']:.1f} MB back, merged in {seconds(block.result['merging'])} s. "
                "Minutes are the longer of scoring and merging, which run side by side."
            ),
        ),
    )
