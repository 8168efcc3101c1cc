"""Writes what a match made, whole or not at all, in cells that no spreadsheet takes for a formula."""

import contextlib
import csv
import io
import json
import os
import signal
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from functions.i18n.run_reasons import RunRenderer
from functions.matching import to_json
from functions.spreadsheets import BadInput
from functions.spreadsheets.formula_escapes import ESCAPED, escape_row
from infra.match.reading import content_of_reading
from infra.match.results.result import Result
from infra.match.results.shown_points import shown_score


def check_writable(out: Path | None, report: Path | None, inputs: Iterable[Path]) -> None:
    """Refuse paths that could not be written, before any work is done."""
    if out is not None and out.suffix.lower() not in (".csv", ".xlsx"):
        raise BadInput(out, "the pairs can be written as .csv or .xlsx", "Give --out a name that ends so")
    taken = {file.resolve() for file in inputs}
    for path in (out, report):
        if path is None:
            continue
        if path.resolve() in taken:
            raise BadInput(path, "this file is named twice", "Give each file its own name")
        taken.add(path.resolve())
        if path.is_dir():
            raise BadInput(path, "this is a folder", "Add the file’s name")
        if not path.parent.is_dir():
            raise BadInput(path, "its folder does not exist", "Make the folder first, or name another")
        if not os.access(path.parent, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
            raise BadInput(path, "it may not be written", "Name another folder, or change its permissions")


def write(result: Result, *, out: Path | None, report: Path | None) -> None:
    """Write both files, or neither: each is made beside its place, and moved there when all are made."""
    contents: dict[Path, bytes] = {}
    if out is not None:
        contents[out] = _csv(result) if out.suffix.lower() == ".csv" else _xlsx(result)
    if report is not None:
        whole = {**report_of(result), **{one.key: one.content for one in result.sections}}
        whole["what_was_read"] = content_of_reading(result.reading)
        contents[report] = (json.dumps(whole, indent=2, ensure_ascii=False) + "\n").encode()
    _replace_all(contents)


def _replace_all(contents: Mapping[Path, bytes]) -> None:
    made: dict[Path, Path] = {}
    try:
        for path, content in contents.items():
            made[path] = _beside(path, content)
        with _uninterrupted():
            for path, temporary in made.items():
                temporary.replace(path)
    except OSError as error:
        raise BadInput(
            next(iter(contents)),
            f"it can’t be written ({error.strerror})",
            "Make room, or name another folder",
        ) from error
    finally:
        for temporary in made.values():
            temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Take no Ctrl-C for the moment that moving takes: afterwards there is nothing left to stop."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _beside(path: Path, content: bytes) -> Path:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def report_of(result: Result) -> dict[str, Any]:
    """Return the whole result as facts, each with the sentence that says it to the coordinator."""
    outcome = result.outcome
    facts, says = to_json(outcome), RunRenderer(result.words, result.name_of)
    for pair, written in zip(outcome.pairs, facts["pairs"], strict=True):
        sentences = result.renderer(pair)
        for reason, fact in zip(pair.reasons, written["reasons"], strict=True):
            fact["text"] = sentences.sentence(reason)
    for person, fact in zip(outcome.unmatched, facts["unmatched_people"], strict=True):
        fact["reasons"] = list(says.reasons(person))
        fact["smallest_change"] = says.change(person.change, person.role) if person.change else ""
    for wish, fact in zip(outcome.wishes, facts["unmet_wishes"], strict=True):
        fact["text"] = says.why_not(wish.against)
    for place, fact in zip(outcome.further_places, facts["further_places"], strict=True):
        fact["text"] = says.further_place(place)
    for note, fact in zip(outcome.notes, facts["notes"], strict=True):
        fact["text"] = says.note(note)
    return facts


def _rows(result: Result) -> Iterable[dict[str, str]]:
    """Yield each pair with the reasons that speak most for it, as sentences."""
    for pair in result.outcome.pairs:
        yield {
            **dict(zip(result.name_columns, result.names_of(pair), strict=True)),
            "score": str(shown_score(pair.score, result.policy)),
            "reasons": " ".join(result.strongest(pair)),
            **dict(zip(result.id_columns, result.ids_of(pair), strict=True)),
        }


def _csv(result: Result) -> bytes:
    text = io.StringIO(newline="")
    rows = [escape_row(row) for row in _rows(result)]
    columns = [*result.name_columns, "score", "reasons", *result.id_columns]
    columns += [ESCAPED] if any(row[ESCAPED] for row in rows) else []
    lines = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\r\n")
    lines.writeheader()
    lines.writerows(rows)
    return text.getvalue().encode()


def _xlsx(result: Result) -> bytes:
    from infra.match.results.workbook import workbook_of  # noqa: PLC0415 - only for who writes a workbook

    return workbook_of(result)
