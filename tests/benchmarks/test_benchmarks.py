"""The benchmark's machinery, on tiny inputs: what it finds, and that it notices what is wrong.

Kith's tasks run in this process, and the peers are stand-ins that answer as Kith does, rightly or wrongly;
`./kith bench match --quick` runs the real ones.
"""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from infra import ROOT
from infra.cli import main
from tests.benchmarks import command, instances, match, spreading, work
from tests.benchmarks.bench import QUICK, Bench, Sizes
from tests.benchmarks.children import ChildError, Measured, measure, measured
from tests.benchmarks.goals import GOALS, WIDTH, Finding, Report, aligned, lines

pytestmark = pytest.mark.load

TINY = replace(
    QUICK,
    instances=4,
    instances_at_once=2,
    cohort=12,
    rivals=12,
    solvers=(12, 14),
    stable=12,
    pools=(12,),
    pool_of_networkx=12,
    groups=(24,),
    large=(10, 12, 14),
    each_side=60,
    scoring=30,
    spread=32,
    sent=(10,),
    what_if=(12, 6),
    cohorts=3,
    starts=1,
)
# Building a zip takes most of a minute; the deployment tests do.
PACKAGE: Mapping[str, Mapping[str, Any]] = {
    "build_package": {"bytes": {"numpy": 54e6, "Kith": 1e6}, "packed_mb": 40.0},
    "start_package": {"seconds": 0.5, "cpu": 0.5},
    "heaviest_in_package": {"milliseconds": {"numpy": 120.0}},
}
Answers = Callable[..., dict[str, Any]]


def kith(task: str, *, hash_seed: int = 0, **given: Any) -> Measured:
    del hash_seed
    if task in PACKAGE:
        return measured(PACKAGE[task])
    if task == "bad_input":
        return _bad_input()
    if task in spreading.TASKS:  # their own tests start Dask
        given |= {"way": "threads"} if "way" in given else {}
        return measured({**spreading.TASKS[task](**given), "peak_mb": 1.0})
    return measured({**work.TASKS[task](**given), "peak_mb": 1.0})


@cache
def _bad_input() -> Measured:
    return measured(work.TASKS["bad_input"]())


def right(module: str, task: str, **given: Any) -> dict[str, Any]:
    """Answer as a peer who is right would: from Kith's own answer, which other tests compare."""
    name = module.rpartition(".")[2]
    if name == "programmes":
        problems = [instances.instance(seed) for seed in _seeds(given["instances"])]
        return {"levels": [instances.solved(problem, shuffled=False)["worth"] for problem in problems]}
    if name == "pool":
        objective = "every level" if given["most_people"] else "total"
        return work.solve_pool(matrix=given["matrix"], objective=objective)
    if name == "stable":
        return work.stable(**given)
    if task == "cheapest":
        return work.cheapest(**given)
    if task == "on_people":
        return work.cohort(**given, policy=str(ROOT / "examples/mentor-match/policy.toml"))
    matrix = given.get("matrix") or _as_numpy(given["scores"])
    return {**work.solve_matrix(matrix=matrix, objective="total"), "alone": 0.001}


def _seeds(file: str) -> list[int]:
    """Return which instances the file holds, by comparing it with the first few."""
    held = json.loads(Path(file).read_text("utf-8"))
    known = {json.dumps(instances.instance(seed).plain()): seed for seed in range(TINY.instances)}
    return [known[json.dumps(problem)] for problem in held]


def _as_numpy(file: str) -> str:
    saved = Path(file).with_suffix(".peer.npy")
    np.save(saved, np.array(json.loads(Path(file).read_text("ascii")), dtype=np.int32))
    return str(saved)


def bench_in(folder: Path, peer: Answers = right, ours: Any = kith, sizes: Sizes = TINY) -> Bench:
    def asked(environment: str, module: str, task: str, **given: Any) -> Measured:
        assert environment in ("libraries", "mentor-match", "mentor-match-first")
        return measured({**peer(module, task, **given), "peak_mb": 1.0})

    return Bench(sizes=sizes, folder=folder, kith=ours, peer=asked)


def found_by(section: str, bench: Bench) -> Mapping[str, Finding]:
    return match.measured(bench, [section], lambda _line: None).findings


def changed(told: dict[str, Any], **by: int) -> dict[str, Any]:
    """Return an answer with some of its numbers moved."""
    return {**told, **{name: told[name] + step for name, step in by.items() if name in told}}


def test_every_promise_has_its_line_after_a_whole_run(tmp_path: Path) -> None:
    report = match.measured(bench_in(tmp_path), list(match.SECTIONS), lambda _line: None)

    printed = list(lines(report))
    told = {goal.what: found.measured for goal, found in report.judged()}
    assert all(any(goal.what in line for line in printed) for goal in GOALS.values())
    assert [what for what, measured in told.items() if measured == "not measured"] == []
    assert max(map(len, printed)) <= WIDTH
    assert {goal["what"] for goal in json.loads(json.dumps(report.plain()))["goals"]} == set(told)


def test_a_promise_that_nothing_measured_is_said_to_be_so() -> None:
    printed = "\n".join(lines(Report()))

    assert printed.count("not measured") == len(GOALS)


def test_a_run_of_one_section_says_nothing_of_the_others() -> None:
    judged = [goal.section for goal, _ in Report(sections=("scoring",)).judged()]

    assert judged == ["scoring"]


def test_times_at_small_sizes_are_told_and_not_judged(tmp_path: Path) -> None:
    small = found_by("what-if", bench_in(tmp_path))
    promised = found_by("what-if", bench_in(tmp_path, sizes=replace(TINY, full=True)))

    assert small["what-if"].met is None
    assert promised["what-if"].met is not None


def test_a_level_that_could_be_better_is_noticed(tmp_path: Path) -> None:
    def better(module: str, task: str, **given: Any) -> dict[str, Any]:
        told = right(module, task, **given)
        if "levels" in told:
            told["levels"][0] = [value + 1 for value in told["levels"][0] or [0]]
        return told

    found = found_by("exactness", bench_in(tmp_path, better))

    assert found["levels"].met is False
    assert "instance 0 is worth" in found["levels"].measured


def test_an_order_that_changes_the_bytes_is_noticed(tmp_path: Path) -> None:
    def shaky(task: str, **given: Any) -> Measured:
        run = kith(task, **given)
        if given.get("shuffled"):
            run.result["answers"][1]["digest"] = "other bytes"
        return run

    found = found_by("exactness", bench_in(tmp_path, ours=shaky))

    assert found["bytes"].met is False
    assert found["levels"].met is True


def test_a_certificate_with_faults_is_noticed(tmp_path: Path) -> None:
    def unsound(task: str, **given: Any) -> Measured:
        run = kith(task, **given)
        for answer in run.result.get("answers", [])[:1]:
            answer.update(faults=["the proof does not hold"], worth=None)
        return run

    found = found_by("exactness", bench_in(tmp_path, ours=unsound))

    assert found["certificates"].met is False


def test_a_library_with_another_total_is_noticed(tmp_path: Path) -> None:
    def richer(module: str, task: str, **given: Any) -> dict[str, Any]:
        return changed(right(module, task, **given), total=given.get("which") == "lapx")

    found = found_by("solvers", bench_in(tmp_path, richer))

    assert found["solve-2000"].met is False
    assert "totals differ" in found["solve-2000"].measured


def test_a_library_with_another_total_of_tied_scores_is_never_within_the_limit(tmp_path: Path) -> None:
    def better(module: str, task: str, **given: Any) -> dict[str, Any]:
        return changed(right(module, task, **given), total=1)

    found = found_by("ties", bench_in(tmp_path, better, sizes=replace(TINY, full=True)))

    assert found["ties-beside"].met is False
    assert found["ties-beside"].measured.startswith("0 of 10 within")


def test_a_library_that_fails_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    def failing(module: str, task: str, **given: Any) -> dict[str, Any]:
        if given.get("which") == "scipy":
            raise ChildError("no memory left")
        return right(module, task, **given)

    report = match.measured(bench_in(tmp_path, failing), ["solvers"], lambda _line: None)

    assert any("no memory left" in line for line in lines(report))
    assert "scipy" not in report.findings["solve-2000"].measured


@pytest.mark.parametrize(("value", "goal"), [("served", "served"), ("total", "total")])
@pytest.mark.parametrize("task", ["on_scores", "on_people"])
def test_a_peer_who_serves_more_or_reaches_more_is_noticed(
    tmp_path: Path, value: str, goal: str, task: str
) -> None:
    def better(module: str, asked: str, **given: Any) -> dict[str, Any]:
        return changed(right(module, asked, **given), **{value: 10**9 if asked == task else 0})

    found = found_by("cohort", bench_in(tmp_path, better))

    assert found[goal].met is False


def test_a_pool_that_could_be_paired_better_is_noticed(tmp_path: Path) -> None:
    def better(module: str, task: str, **given: Any) -> dict[str, Any]:
        return changed(right(module, task, **given), served=2)

    found = found_by("kinds", bench_in(tmp_path, better))

    assert found["peers"].met is False


def test_a_stable_assignment_that_differs_is_noticed(tmp_path: Path) -> None:
    def other(module: str, task: str, **given: Any) -> dict[str, Any]:
        return changed(right(module, task, **given), total=-1)

    found = found_by("stable", bench_in(tmp_path, other))

    assert found["stable"].met is False


def test_a_mistake_that_is_not_answered_in_words_is_noticed(tmp_path: Path) -> None:
    def mute(task: str, **given: Any) -> Measured:
        run = kith(task, **given)
        cases = [{**case, "missing": ["M-7"]} for case in run.result["cases"]]
        return replace(run, result={"cases": cases})

    found = found_by("bad-input", bench_in(tmp_path, ours=mute))

    assert found["bad-input"].met is False


@pytest.mark.parametrize(
    ("goal", "told"),
    [("sound", {"faults": ["somebody is paired twice"]}), ("mutated", {"found": {}})],
)
def test_a_verifier_that_errs_is_noticed(tmp_path: Path, goal: str, told: dict[str, Any]) -> None:
    def erring(task: str, **given: Any) -> Measured:
        run = kith(task, **given)
        return replace(run, result={**run.result, **told})

    found = found_by("verifier", bench_in(tmp_path, ours=erring))

    assert found[goal].met is False


def test_candidates_that_differ_by_who_finds_them_are_noticed(tmp_path: Path) -> None:
    def differing(task: str, **given: Any) -> Measured:
        run = kith(task, **given)
        return replace(run, result={**run.result, "digest": given["workers"]}) if "way" in given else run

    found = found_by("spread", bench_in(tmp_path, ours=differing))

    assert found["spread"].met is False


def test_a_package_that_is_too_heavy_or_too_slow_is_noticed(tmp_path: Path) -> None:
    def heavy(task: str, **given: Any) -> Measured:
        grown: dict[str, dict[str, Any]] = {
            "build_package": {"bytes": {"numpy": 251e6}, "packed_mb": 90.0},
            "start_package": {"seconds": 0.81},
        }
        return measured(grown[task]) if task in grown else kith(task, **given)

    found = found_by("package", bench_in(tmp_path, ours=heavy))

    assert (found["unpacked"].met, found["import"].met) == (False, False)


def test_made_up_people_are_the_same_each_time_and_about_a_fifth_may_be_paired(tmp_path: Path) -> None:
    first = work.make_scores(folder=str(tmp_path), mentees=80, mentors=80, seed=9)
    scores = np.load(tmp_path / "scores.npy")

    again = work.make_scores(folder=str(tmp_path), mentees=80, mentors=80, seed=9)

    assert (np.load(tmp_path / "scores.npy") == scores).all()
    assert first["eligible"] == again["eligible"]
    assert 0.14 < first["eligible"] < 0.23


@pytest.mark.parametrize("lists", work.LISTS)
def test_candidate_lists_hold_at_least_twenty_for_everybody_but_the_doubles(lists: str) -> None:
    sparse = work.LISTS[lists](500, 4)

    of_mentees, of_mentors = np.diff(sparse.starts), np.bincount(sparse.columns, minlength=500)
    assert min(of_mentees.min(), of_mentors.min()) >= 15
    assert sparse.starts[-1] == len(sparse.columns) == len(sparse.values)


def test_a_measurement_runs_in_a_process_of_its_own(tmp_path: Path) -> None:
    ask = partial(measure, Path(sys.executable), "tests.benchmarks.work")

    run = ask("make", folder=str(tmp_path), mentees=2, mentors=2, seed=1)
    with pytest.raises(ChildError, match="make_scores stopped with 1"):
        ask("make_scores", folder=str(tmp_path / "missing"), mentees=2, mentors=2, seed=1)

    assert (tmp_path / "mentees.csv").exists()
    assert run.peak_mb > 10


def test_columns_line_up_and_long_text_goes_on_below() -> None:
    rows = [("one", "1.5", "words " * 30), ("eleven", "21.5", "few")]

    told = list(aligned(("what", "much", "said"), rows))

    assert told[1].startswith("  one      1.5  words")
    assert all(len(line) <= WIDTH for line in told)
    assert any(line.startswith("  eleven  21.5  few") for line in told)


def test_a_section_that_fails_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    def failing(task: str, **given: Any) -> Measured:
        if task == "what_if":
            raise ChildError("no such name")
        return kith(task, **given)

    report = match.measured(bench_in(tmp_path, ours=failing), ["what-if", "scoring"], lambda _line: None)

    assert any("what-if stopped: no such name" in line for line in lines(report))
    assert "scoring" in report.findings


def test_a_busy_machine_is_said_to_be_busy() -> None:
    machine = match.machine()

    assert len(match.described({**machine, "load": 2.5})) == 2
    assert len(match.described({**machine, "load": 0.1})) == 1


def test_bench_without_a_name_lists_the_benchmarks(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["bench"])

    said = capsys.readouterr().out
    assert status == 0
    assert all(name in said for name in command.BENCHMARKS)


def test_a_benchmark_that_does_not_exist_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["bench", "macth"])

    assert status == 2
    assert "Did you mean `./kith bench match`?" in capsys.readouterr().err
