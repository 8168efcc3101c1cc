"""Python environments beside Kith's own, each installed from a list that is locked with hashes."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from uv import find_uv_bin

from infra import ROOT
from infra.match.spread.errors import InstallError

ENVIRONMENTS = ROOT / ".kith" / "environments"


def python_with(locked: Path, tell: Callable[[str], None]) -> Path:
    """Return the interpreter that has the packages of the list `locked`; install them on first use."""
    made_from = hashlib.sha256(locked.read_bytes() + sys.version.encode()).hexdigest()[:12]
    folder = ENVIRONMENTS / f"{locked.stem}-{made_from}"
    python = folder / "bin" / "python"
    if not (folder / "whole").exists():
        tell(f"Installing {locked.relative_to(ROOT).as_posix()} (once) …")
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
        raise InstallError(f"The packages could not be installed: {process.stderr.strip()}")
