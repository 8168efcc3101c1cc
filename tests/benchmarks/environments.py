"""The baselines' environments.

They are never Kith's own: two of them install a package of the same name (`matching`).
"""

from collections.abc import Callable
from pathlib import Path

from infra.match.spread.environment import python_with

LISTS = Path(__file__).parent / "baselines"
LIBRARIES = "libraries"
MENTOR_MATCH = "mentor-match"
MENTOR_MATCH_FIRST = "mentor-match-first"


def python_of(name: str, tell: Callable[[str], None]) -> Path:
    """Return the interpreter that has the baselines of that list."""
    return python_with(LISTS / f"{name}.txt", tell)
