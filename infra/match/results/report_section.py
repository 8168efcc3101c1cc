"""A section of the report besides the pairings: for the screen, and for the report file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSection:
    """One report: its lines for the screen, and its content for the report file under `key`."""

    key: str
    title: str
    lines: tuple[str, ...]
    content: Mapping[str, Any]
