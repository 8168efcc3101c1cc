"""Where styles and scripts are: at an address that changes with their content, so they are kept for ever.

The site's build and the live pages compute the address alike, from the sources, so neither needs to
tell the other.
"""

import hashlib
from functools import lru_cache
from pathlib import Path

from functions.programme.programme import Theme

SITE = Path(__file__).parents[2] / "site"
PROGRAMMES = SITE.parent / "schemas" / "programmes"
SOURCES = ("styles/*.scss", "scripts/*.js", "images/*", "package-lock.json")


@lru_cache
def folder(theme: Theme) -> str:
    """Return the folder of all assets of a programme with that theme: `assets/<12 hex digits>`."""
    digest = hashlib.sha256(theme.accent.encode())
    for path in sources():
        digest.update(path.relative_to(SITE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    if theme.logo:
        digest.update(logo(theme.logo).read_bytes())
    return f"assets/{digest.hexdigest()[:12]}"


def logo(name: str) -> Path:
    """Return the file of a programme's logo: beside its definition, or among the site's images."""
    beside = PROGRAMMES / name
    return beside if beside.is_file() else SITE / "images" / name


def sources() -> list[Path]:
    """Return every file that styles and scripts are made from.

    Raises RuntimeError when there are none beside the code, as in a zip that forgot them.
    """
    found = sorted(path for pattern in SOURCES for path in SITE.glob(pattern))
    if not found:
        raise RuntimeError(f"{SITE} has no styles: this copy of Kith is not whole")
    return found
