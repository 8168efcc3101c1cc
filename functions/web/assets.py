"""Where styles and scripts are: at an address that changes with their content, so they are kept for ever.

The site's build and the live pages compute the address alike, from the sources, so neither needs to
tell the other.
"""

import hashlib
from functools import lru_cache
from pathlib import Path

SITE = Path(__file__).parents[2] / "site"
SOURCES = ("styles/*.scss", "scripts/*.js", "images/*", "package-lock.json")


@lru_cache
def folder(accent: str) -> str:
    """Return the folder of all assets of a programme with that accent: `assets/<12 hex digits>`."""
    digest = hashlib.sha256(accent.encode())
    for path in sources():
        digest.update(path.relative_to(SITE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return f"assets/{digest.hexdigest()[:12]}"


def sources() -> list[Path]:
    """Return every file that styles and scripts are made from.

    Raises RuntimeError when there are none beside the code, as in a zip that forgot them.
    """
    found = sorted(path for pattern in SOURCES for path in SITE.glob(pattern))
    if not found:
        raise RuntimeError(f"{SITE} has no styles: this copy of Kith is not whole")
    return found
