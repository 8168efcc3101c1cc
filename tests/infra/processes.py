"""Watching processes from a test, without sleeping."""

import os
import time
from collections.abc import Callable
from pathlib import Path

PATIENCE_SECONDS = 60


def soon(happens: Callable[[], bool]) -> bool:
    """Whether it happens within the time that a busy machine may need."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if happens():
            return True
        os.sched_yield()
    return False


def runs(pid: int) -> bool:
    """Whether the process runs; one that has ended and waits for its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
