"""Checks a report against the files that it is said to be made from, by making it again.

A match depends on its files and seed alone, so whoever has them can repeat it. The repeated run is verified
like any other, by code that shares nothing with the solver; then the report must say the same.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from functions.matching import Outcome, to_json
from functions.spreadsheets import BadInput, content_of, text_of

_TOLD = 10
_OUTSIDE = frozenset({"seconds", "pairs", "unmatched_people", "snapshot_sha256", "engine_version"})


def report_in(file: Path) -> Mapping[str, Any]:
    """Return what the report says. Raises BadInput when the file is none."""
    try:
        report = json.loads(text_of(file, content_of(file)))
    except (ValueError, RecursionError) as error:
        raise BadInput(file, "this is not JSON", "Name a file that --report wrote") from error
    if not isinstance(report, dict) or not isinstance(report.get("pairs"), list):
        raise BadInput(file, "this is not the report of a match", "Name a file that --report wrote")
    return report


def faults_in(report: Mapping[str, Any], outcome: Outcome) -> list[str]:
    """Return in what the report differs from the outcome that its files give; nothing means that it holds."""
    again = json.loads(json.dumps(to_json(outcome)))
    report = without_sentences(report)
    if report.get("snapshot_sha256") != again["snapshot_sha256"]:
        digests = " and ".join(str(one.get("snapshot_sha256"))[:12] for one in (report, again))
        return [f"It was made from other people, another policy or another seed: the digests are {digests}."]
    faults = [*_by_key(report, again), *_by_pair(report["pairs"], again["pairs"])]
    if report.get("unmatched_people") != again["unmatched_people"]:
        faults.append("What it says of people without a partner is not what these files give.")
    if faults and report.get("engine_version") != again["engine_version"]:
        faults.append(
            f"It was made by engine {report.get('engine_version')}; this is {again['engine_version']}."
        )
    return faults


def without_sentences(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts of a report alone: how they are said may change from one Kith to the next."""
    facts = dict(report)
    for part in ("pairs", "unmatched_people", "unmet_wishes", "further_places", "notes"):
        if isinstance(report.get(part), list):
            facts[part] = [_without_sentences(each) for each in report[part]]
    return facts


def _without_sentences(fact: Any) -> Any:
    if not isinstance(fact, dict):
        return fact
    plain = {name: value for name, value in fact.items() if name not in ("text", "smallest_change")}
    if isinstance(plain.get("reasons"), list):
        if "why" in plain or "role" in plain:
            del plain["reasons"]
        else:
            plain["reasons"] = [_without_sentences(reason) for reason in plain["reasons"]]
    return plain


def _by_key(report: Mapping[str, Any], again: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted(again.keys() - _OUTSIDE):
        if report.get(key) != again[key] and isinstance(again[key], int | None):
            yield f"“{key}” is {again[key]}, and the report says {report.get(key)}."


def _by_pair(said: list[Any], again: list[Any]) -> Iterator[str]:
    ours = {(pair["mentee"], pair["mentor"]): pair for pair in again}
    theirs = {(pair.get("mentee"), pair.get("mentor")): pair for pair in said if isinstance(pair, dict)}
    told = [f"{mentee} with {mentor} is missing." for mentee, mentor in ours.keys() - theirs.keys()]
    told += [
        f"{mentee} with {mentor} is not a pairing that these files give."
        for mentee, mentor in theirs.keys() - ours.keys()
    ]
    told += [
        f"{mentee} with {mentor} has another score or other reasons."
        for mentee, mentor in ours.keys() & theirs.keys()
        if ours[mentee, mentor] != theirs[mentee, mentor]
    ]
    if len(said) != len(theirs):
        told.append("A pairing stands in it twice, or is none.")
    yield from sorted(told)[:_TOLD]
    if len(told) > _TOLD:
        yield f"… and {len(told) - _TOLD:,} more."
