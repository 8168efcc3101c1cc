"""Whoever moves the engine's code moves nothing else: pairs, figures and proofs are those recorded before."""

import json
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.matching.corpus import engine_adapter, files, generate, record

PARTS = 12
INPUTS = record.inputs()
RECORDED = record.recorded()


@pytest.mark.load
@pytest.mark.parametrize("part", range(PARTS))
def test_the_engine_makes_of_the_corpus_what_was_recorded(part: int) -> None:
    differences = {
        given.name: difference
        for given in INPUTS[part::PARTS]
        if (difference := _difference(RECORDED[given.name]["made"], engine_adapter.run(given)))
    }

    assert differences == {}, "each is (recorded, made now); a move of code may change none of them"


def test_the_corpus_is_given_as_it_was_recorded() -> None:
    assert {given.name: given.digest() for given in INPUTS} == {
        name: entry["input"] for name, entry in RECORDED.items()
    }


def test_the_corpus_has_300_generated_cohorts_and_those_from_files() -> None:
    names = [given.name for given in INPUTS]

    assert len(names) == len(set(names))
    assert sum(generate.HOW_MANY.values()) == 300
    assert len(generate.cohorts()) == 300 + len(generate.LARGE)
    assert len(files.cohorts()) == 11


def test_nearly_every_cohort_of_each_kind_is_matched_and_some_are_refused() -> None:
    matched = Counter(name.rsplit("-", 1)[0] for name, entry in RECORDED.items() if "pairs" in entry["made"])

    assert {kind: matched[kind] >= 3 / 4 * count for kind, count in generate.HOW_MANY.items()} == (
        dict.fromkeys(generate.HOW_MANY, True)
    )
    assert any(entry["made"] == {"refused": True} for entry in RECORDED.values())


def test_every_kind_of_criterion_and_rule_and_every_term_stands_in_matched_cohorts() -> None:
    stands: Counter[str] = Counter()
    for given in INPUTS:
        made = RECORDED[given.name]["made"]
        if made.get("pairs"):
            policy = tomllib.loads(given.policy)
            stands.update({f"criterion {table['kind']}" for table in policy["criterion"]})
            stands.update({f"rule {table['kind']}" for table in policy.get("rule", ())})
            stands.update(_terms(given, made))

    assert set(stands) >= EXPECTED
    assert min(stands[what] for what in EXPECTED) >= 15


EXPECTED = {
    *(
        f"criterion {kind}"
        for kind in (
            "same",
            "different",
            "shares any",
            "overlap",
            "ranked choice",
            "ordered distance",
            "closeness",
            "times in common",
            "complementary",
            "wish",
            "text similarity",
        )
    ),
    *(
        f"rule {kind}"
        for kind in (
            "same",
            "different",
            "supervises",
            "avoided",
            "previous pair",
            "too few in common",
            "ordered distance",
            "must have",
            "oneself",
            "paused",
        )
    ),
    "locked",
    "forbidden",
    "previous",
    "priorities",
    "several mentees",
    "several mentors",
    "unmatched people",
    "unmet wishes",
    "a certificate",
    "no certificate",
}


def _terms(given: Any, made: dict[str, Any]) -> set[str]:
    says = {
        "locked": given.locked,
        "forbidden": given.forbidden,
        "previous": given.previous,
        "priorities": len({row.priority for row in given.mentees}) > 1,
        "several mentees": max(made["load"]) > 1,
        "several mentors": max(Counter(pair[0] for pair in made["pairs"]).values()) > 1,
        "unmatched people": made["unmatched"],
        "unmet wishes": made["wishes"],
        "a certificate": made["certificate"],
        "no certificate": made["certificate"] is None,
    }
    return {name for name, value in says.items() if value}


def test_one_pair_exchanged_is_a_difference() -> None:
    given = next(given for given in INPUTS if RECORDED[given.name]["made"].get("pairs"))
    made = engine_adapter.run(given)
    flipped = json.loads(json.dumps(made))
    flipped["pairs"][0][1] = "somebody else"

    assert _difference(made, made) == {}
    assert _difference(flipped, made) == {"pairs": ([flipped["pairs"][0]], [made["pairs"][0]])}


def test_a_record_is_not_overwritten_unless_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    few = INPUTS[:2]
    monkeypatch.setattr(record, "inputs", lambda: few)
    path = tmp_path / "recorded.jsonl"
    path.write_text("before\n", encoding="utf-8")

    assert record.main(["--to", str(path)]) == 1
    assert path.read_text(encoding="utf-8") == "before\n"
    assert "--overwrite" in capsys.readouterr().err
    assert record.main(["--to", str(path), "--overwrite"]) == 0
    assert [json.loads(line)["name"] for line in path.read_text(encoding="utf-8").splitlines()] == [
        given.name for given in few
    ]


def _difference(recorded: dict[str, Any], made: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return, by figure, what differs: the recorded and the new; of lists, only the entries that differ."""
    new = json.loads(json.dumps(made))
    old = json.loads(json.dumps(recorded))
    return {
        figure: _without_common(old.get(figure), new.get(figure))
        for figure in sorted({*old, *new})
        if old.get(figure) != new.get(figure)
    }


def _without_common(old: Any, new: Any) -> tuple[Any, Any]:
    if not (isinstance(old, list) and isinstance(new, list)):
        return old, new
    return [entry for entry in old if entry not in new], [entry for entry in new if entry not in old]
