"""What a section of the benchmark works with: sizes, Kith and the peers in fresh processes, a folder."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from infra import ROOT
from tests.benchmarks.children import ChildError, Measured

DATA = ROOT / "tests" / "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How large each section is. The promises are for the full ones; others are told and not judged."""

    instances: int = 1_000
    instances_at_once: int = 100
    cohort: int = 500
    rivals: int = 500  # against mentor-match, who takes minutes
    solvers: Sequence[int] = (2_000, 5_000)
    stable: int = 300
    large: Sequence[int] = (10_000, 20_000, 100_000)
    each_side: int = 500_000
    neighbours: int = 100_000
    scoring: int = 10_000
    spread: int = 16_384
    sent: Sequence[int] = (10_000, 100_000)
    what_if: tuple[int, int] = (500, 250)
    cohorts: int = 1_000
    pools: Sequence[int] = (200, 1_000)
    groups: Sequence[int] = (100, 300)
    pool_of_networkx: int = 200  # in Python, cubic
    starts: int = 5
    full: bool = True


QUICK = Sizes(
    instances=40,
    instances_at_once=40,
    cohort=100,
    rivals=60,
    solvers=(300, 600),
    stable=60,
    large=(400, 600, 1_000),
    each_side=2_000,
    neighbours=1_000,
    scoring=1_000,
    spread=1_024,
    sent=(1_000,),
    what_if=(100, 50),
    cohorts=20,
    pools=(40,),
    groups=(30,),
    pool_of_networkx=40,
    starts=2,
    full=False,
)


class Kith(Protocol):
    """Runs a task of `work` in a fresh process of Kith's own environment."""

    def __call__(self, task: str, **given: Any) -> Measured:
        """Return what was measured. Raises ChildError."""
        ...


class Peer(Protocol):
    """Runs a task of one of `peers` in a fresh process of that environment."""

    def __call__(self, environment: str, module: str, task: str, **given: Any) -> Measured:
        """Return what was measured. Raises ChildError, InstallError."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """One run of the benchmark."""

    sizes: Sizes
    folder: Path
    kith: Kith
    peer: Peer
    tell: Callable[[str], None] = field(default=lambda _line: None)

    def within(self, limit: float, measured: float) -> bool | None:
        """Judge a time or a size: only at the promised sizes."""
        return measured <= limit if self.sizes.full else None

    def tried(self, what: str, task: Callable[[], Measured]) -> Measured | str:
        """Return what was measured, or in words why it could not be."""
        self.tell(what)
        try:
            return task()
        except ChildError as error:
            return " ".join(str(error).split())


def seconds(value: float) -> str:
    """Return a duration as a table says it."""
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"
