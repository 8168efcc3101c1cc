"""Where this machine has a Chromium, for the browser tests and the audit."""

import shutil
from importlib.util import find_spec
from pathlib import Path

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOW_TO_INSTALL = (
    "Install it (Debian and Ubuntu: apt-get install chromium; elsewhere: playwright install chromium), then "
    "start again."
)


def installed() -> str | None:
    """Return the path of Chromium, or None where there is none."""
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    return found or _of_playwright()


def _of_playwright() -> str | None:
    if find_spec("playwright") is None:
        return None
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where the tests are installed

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None
