"""The peers' environments: each locked with hashes, made when it is first needed, below `.kith/bench/`.

Never in Kith's own: two of the peers install a package of the same name (`matching`), and none of them may
weigh on `./kith run` or `./kith test`.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from uv import find_uv_bin

from infra import ROOT

LISTS = Path(__file__).parent / "peers"
ENVIRONMENTS = ROOT / ".kith" / "bench"
LIBRARIES = "libraries"
MENTOR_MATCH = "mentor-match"
MENTOR_MATCH_FIRST = "mentor-match-first"


class PeersError(Exception):
    """A peer that can't be installed; the message says why."""


def python_of(name: str, tell: Callable[[str], None]) -> Path:
    """Return the interpreter that has the peers of that list, which is made if it is not there yet."""
    locked = LISTS / f"{name}.txt"
    made_from = hashlib.sha256(locked.read_bytes() + sys.version.encode()).hexdigest()[:12]
    folder = ENVIRONMENTS / f"{name}-{made_from}"
    python = folder / "bin" / "python"
    if not (folder / "whole").exists():
        tell(f"Installing {name} from infra/bench/peers/{name}.txt (once) …")
        shutil.rmtree(folder, ignore_errors=True)
        _uv("venv", "--python", sys.executable, str(folder))
        chosen = ["--require-hashes", "--no-deps", "--only-binary", ":all:"]
        _uv("pip", "install", "--python", str(python), *chosen, "-r", str(locked))
        (folder / "whole").touch()
    return python


def _uv(*arguments: str) -> None:
    process = subprocess.run(
        [find_uv_bin(), "--quiet", "--no-config", *arguments],
        env={**os.environ, "UV_SYSTEM_CERTS": os.environ.get("UV_SYSTEM_CERTS", "1")},
        capture_output=True,
        text=True,
        check=False,
    )
    if process.returncode:
        raise PeersError(f"the peers could not be installed: {process.stderr.strip()}")
