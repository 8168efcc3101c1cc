"""Record what the engine makes of every input of the corpus.

    python -m tests.matching.corpus.record

Whoever moves code does not record again: the same pairs and proofs must come out. `--overwrite` is for a
change that is meant to give other pairs; say which and why with it.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.matching.corpus import engine_adapter, files, generate
from tests.matching.corpus.inputs import Input

RECORDED = Path(__file__).with_name("recorded.jsonl")


def inputs() -> list[Input]:
    """Return every input of the corpus, always in the same order."""
    return [*generate.cohorts(), *files.cohorts()]


def recorded() -> dict[str, dict[str, Any]]:
    """Return what was recorded, by the name of the input."""
    lines = RECORDED.read_text(encoding="utf-8").splitlines()
    return {entry["name"]: entry for entry in map(json.loads, lines)}


def _lines() -> Iterator[str]:
    for given in inputs():
        entry = {"name": given.name, "input": given.digest(), "made": engine_adapter.run(given)}
        yield json.dumps(entry, ensure_ascii=False, separators=(",", ":")) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Record, unless there is a record already and nobody asked to overwrite it."""
    parser = argparse.ArgumentParser(description="Record what the engine makes of the corpus.")
    parser.add_argument("--overwrite", action="store_true", help="replace what was recorded before")
    parser.add_argument("--to", type=Path, default=RECORDED, help="the file to write")
    asked = parser.parse_args(arguments)
    if asked.to.exists() and not asked.overwrite:
        sys.stderr.write(f"{asked.to.name} is there already. To replace it, add --overwrite.\n")
        return 1
    asked.to.write_text("".join(_lines()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
