"""What an audit found, kept in `docs/audit.json`; the accessibility statement takes its figures there."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Self

from infra import ROOT

FILE = ROOT / "docs" / "audit.json"
LEAST_SCORE = 98


class AuditError(Exception):
    """The audit can't be made here; the text says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to repair: which tool says so, of which page, and what."""

    tool: str
    page: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """What Lighthouse gives a page on a device, each of 100."""

    page: str
    device: str
    scores: Mapping[str, int]
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One audit. `counts` says how many pages and states were looked at, `tools` with which versions."""

    on: date
    programme: str
    tools: Mapping[str, str]
    counts: Mapping[str, int]
    lighthouse: Sequence[Scores]
    findings: Sequence[Finding]

    @property
    def good(self) -> bool:
        """Whether there is nothing to repair."""
        return not self.findings

    def number(self, *tools: str) -> int:
        """Return how many things these tools found."""
        return sum(finding.tool in tools for finding in self.findings)

    def lowest(self, category: str) -> int:
        """Return the lowest score of a category on any page and device."""
        return min(each.scores[category] for each in self.lighthouse)

    def as_json(self) -> str:
        """Return the record as the file has it: keys and rows in one order."""
        body = {
            "date": self.on.isoformat(),
            "programme": self.programme,
            "tools": self.tools,
            "counts": self.counts,
            "found": {
                "barriers": self.number("axe", "browser"),
                "console errors": self.number("console"),
                "policy violations": self.number("policy"),
                "faults in the markup": self.number("html-validate"),
                "scores below what is asked": self.number("lighthouse"),
            },
            "lighthouse": [
                {"page": each.page, "device": each.device, "tries": each.tries, "scores": each.scores}
                for each in sorted(self.lighthouse, key=lambda each: (each.page, each.device))
            ],
            "findings": [
                {"tool": each.tool, "page": each.page, "what": each.what}
                for each in sorted(self.findings, key=lambda each: (each.tool, each.page, each.what))
            ],
        }
        return json.dumps(body, indent=2, sort_keys=True, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `as_json` wrote."""
        body: dict[str, Any] = json.loads(text)
        return cls(
            on=date.fromisoformat(body["date"]),
            programme=body["programme"],
            tools=body["tools"],
            counts=body["counts"],
            lighthouse=[Scores(**each) for each in body["lighthouse"]],
            findings=[Finding(**each) for each in body["findings"]],
        )


def last(file: Path = FILE) -> Record | None:
    """Return the last audit; None where none was made yet."""
    return Record.from_json(file.read_text(encoding="utf-8")) if file.is_file() else None
