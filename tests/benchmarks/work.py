"""What is measured of Kith, a task for each kind of work; `children` runs each in a process of its own.

Imports, and making up people, are outside of what is timed; reading, scoring, solving, explaining and
verifying are inside.
"""

import csv
import gzip
import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt

from functions.i18n.phrasebook import Phrasebook
from functions.i18n.run_reasons import RunRenderer
from functions.matching import engine, outcome, score_matrix
from functions.matching.cohort import Cohort
from functions.matching.people import Role
from functions.matching.policy.model import Groups, Policy
from functions.matching.policy.parse import parse_policy
from functions.matching.reports import whatif
from functions.matching.score_matrix import blocks
from functions.matching.scoring import scores
from functions.matching.scoring.scores import Computed, Prepared, prepare
from functions.matching.solving import assignment, group_search, peer_matching
from functions.matching.solving.stable import deferred_acceptance
from functions.matching.terms import Objective, Side
from functions.spreadsheets import read_file
from infra.match.people import people_in
from tests.benchmarks import bad_input, instances, mutations, people, ties
from tests.benchmarks.children import Task, answer, timed

ONE_LEVEL = Objective(served=False, floor=False, total=True, load=False, least_change=False)
TWO_LEVELS = Objective(served=True, floor=False, total=True, load=False, least_change=False)
OBJECTIVES = {"total": ONE_LEVEL, "served, then total": TWO_LEVELS, "every level": Objective()}
CANDIDATES = 20
OF_MENTORS = ("ahead", "gender")  # rules


def make(*, folder: str, mentees: int, mentors: int, seed: int, several: bool = False) -> dict[str, Any]:
    """Write two CSV files of made-up people."""
    with timed() as taken:
        for role, count in ((Role.MENTEE, mentees), (Role.MENTOR, mentors)):
            people.write_csv(Path(folder, f"{role}s.csv"), people.rows(role, count, seed))
    return taken.of(several=several)


def make_scores(*, folder: str, mentees: int, mentors: int, seed: int) -> dict[str, Any]:
    """Write the scores of made-up people as numpy has them, and as JSON when they are few."""
    with timed() as taken:
        scores = _scores(mentees, mentors, seed)
        np.save(Path(folder, "scores.npy"), scores)
        if scores.size <= 10**6:  # no more than that can be asked of mentor-match
            Path(folder, "scores.json").write_text(json.dumps(scores.tolist()), "ascii")
    return taken.of(eligible=float((scores >= 0).mean()))


def _scores(mentees: int, mentors: int, seed: int) -> Any:
    prepared = prepare(
        people.people(Role.MENTOR, mentors, seed),
        people.people(Role.MENTEE, mentees, seed),
        people.policy(),
    )
    return scores.score_all(prepared)


def cohort(
    *, mentees: str, mentors: str, policy: str = "", objective: str = "", several: bool = False
) -> dict[str, Any]:
    """Match two files from reading them to the verified, explained outcome; seconds of each stage."""
    stages: dict[str, float] = {}
    began = [("read", perf_counter())]

    def begin(stage: str) -> None:
        now = perf_counter()
        before, since = began.pop()
        stages[before] = now - since
        began.append((stage, now))

    with timed() as taken:
        rules = _policy(policy, objective, several=several)
        sides = {
            role: people_in(read_file(Path(file)), rules, role)
            for role, file in ((Role.MENTOR, mentors), (Role.MENTEE, mentees))
        }
        made = engine.match(sides[Role.MENTOR], sides[Role.MENTEE], rules, begin=begin)
        begin("")
    return taken.of(
        served=made.served, pairs=len(made.pairs), total=made.total, worst=made.worst, stages=stages,
        digest=_digest(made),
    )  # fmt: skip


def _policy(file: str, objective: str, *, several: bool) -> Policy:
    if not file:
        return people.policy(several=several, objective=objective)
    text = Path(file).read_text("utf-8")
    return parse_policy(text.replace("served = true", objective) if objective else text, file=Path(file).name)


def _digest(made: outcome.Outcome) -> str:
    report = json.dumps(outcome.to_json(made), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(report.encode()).hexdigest()


def solve_matrix(*, matrix: str, objective: str) -> dict[str, Any]:
    """Solve one matrix one to one: the engine's solve step alone, certificate included."""
    scores = np.load(matrix)
    mentees, mentors = (_side(name, count) for name, count in zip("NM", scores.shape, strict=True))
    with timed() as taken:
        answered = assignment.assign(scores, mentors, mentees, objective=OBJECTIVES[objective])
    return taken.of(total=answered.total, served=len({row for row, _ in answered.pairs}))


def make_ties(*, file: str, kind: str, size: int) -> dict[str, Any]:
    """Write the scores of as many mentees as mentors, of which many are equal."""
    with timed() as taken:
        np.save(file, ties.ONE_TO_ONE[kind](ties.Shape(size, size)))
    return taken.of()


def solve_ties(*, kind: str, mentees: int, mentors: int) -> dict[str, Any]:
    """Solve a case of ties or of many priorities, every level."""
    shape = ties.Shape(mentees, mentors)
    scores, both = ties.EVERY_LEVEL[kind](shape), ties.sides(kind, shape)
    with timed() as taken:
        answered = assignment.assign(scores, *both)
    return taken.of(total=answered.total, served=answered.served, rounds=answered.rounds)


def _side(letter: str, count: int) -> Side:
    return Side(ids=tuple(f"{letter}{place:07}" for place in range(count)), capacity=(1,) * count)


def solve_candidates(*, each_side: int, seed: int, lists: str, objective: str) -> dict[str, Any]:
    """Solve given candidate lists: as many mentees as mentors, and 20 candidates for each of them all."""
    sparse = LISTS[lists](each_side, seed)
    mentors, mentees = _side("M", each_side), _side("N", each_side)
    with timed() as taken:
        answered = assignment.assign(sparse, mentors, mentees, objective=OBJECTIVES[objective])
    return taken.of(total=answered.total, served=answered.served, pairs=len(sparse.values))


def lists_of_anybody(each_side: int, seed: int) -> score_matrix.Sparse:
    """Return candidate lists in which everybody may be a candidate, with any score."""
    chance = np.random.default_rng([seed, each_side])
    other = chance.integers(0, each_side, size=(2, each_side, CANDIDATES))
    codes = _listed(other)
    return _by_rows(codes, each_side, chance.integers(0, 1_000_001, size=len(codes)))


def lists_of_neighbours(each_side: int, seed: int) -> score_matrix.Sparse:
    """Return candidate lists in which people stand in a ring and know those near them, whom they score high.

    The hard case: a place changes hands only from neighbour to neighbour, so chains of changes are long.
    """
    chance = np.random.default_rng([seed, each_side])
    step = chance.integers(-4 * CANDIDATES, 4 * CANDIDATES + 1, size=(2, each_side, CANDIDATES))
    codes = _listed((np.arange(each_side)[None, :, None] + step) % each_side)
    apart = np.abs(np.subtract(*np.divmod(codes, each_side)))
    near = np.minimum(apart, each_side - apart)
    values = 900_000 - 5_000 * near + chance.integers(0, 250_000, size=len(codes))
    return _by_rows(codes, each_side, np.minimum(values, 1_000_000))


def _listed(other: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return row × people + column of each pair that is in the list of either, rising."""
    each_side = other.shape[1]
    own = np.broadcast_to(np.arange(each_side)[:, None], other.shape[1:])
    return np.unique(
        np.concatenate([(own * each_side + other[0]).ravel(), (other[1] * each_side + own).ravel()])
    )


def _by_rows(
    codes: npt.NDArray[np.int64], each_side: int, values: npt.NDArray[np.int64]
) -> score_matrix.Sparse:
    row, column = np.divmod(codes, each_side)
    return score_matrix.Sparse(
        starts=np.searchsorted(row, np.arange(each_side + 1)),
        columns=column.astype(np.int32),
        values=values.astype(np.int32),
    )


LISTS = {"of anybody": lists_of_anybody, "of neighbours": lists_of_neighbours}


def score_all(*, mentees: int, mentors: int, seed: int, threads: int) -> dict[str, Any]:
    """Score every pair by blocks, keeping none; preparing, which each run does once, is told apart."""
    sides = people.people(Role.MENTOR, mentors, seed), people.people(Role.MENTEE, mentees, seed)
    with timed() as preparing:
        prepared = prepare(*sides, people.policy())
    with timed() as taken:
        eligible = _eligible(prepared, threads)
    return taken.of(pairs=mentees * mentors, eligible=eligible, preparing=preparing.seconds)


def _eligible(prepared: Prepared, threads: int) -> int:
    grid = Computed(prepared, threads=threads)
    return sum(int((block >= 0).sum()) for _, block in blocks(grid))


def what_if(*, mentees: int, mentors: int, seed: int, times: int) -> dict[str, Any]:
    """Ask the same question several times: half of the weights doubled, everybody scored and solved again."""
    policy = people.policy(several=True)
    sides = (
        people.people(Role.MENTOR, mentors, seed, several=True),
        people.people(Role.MENTEE, mentees, seed),
    )
    made = engine.match(*sides, policy)
    cohort_of_all = Cohort.of(*sides, policy)
    other = replace(
        policy,
        criteria=tuple(
            replace(criterion, weight=criterion.weight * (1 + place % 2))
            for place, criterion in enumerate(policy.criteria)
        ),
    )
    asked = []
    for _ in range(times):
        with timed() as taken:
            answered = whatif.compare_with_policy(
                cohort_of_all, [(pair.mentee, pair.mentor) for pair in made.pairs], other
            )
        asked.append(taken)
    middle = sorted(asked, key=lambda one: one.seconds)[times // 2]
    return middle.of(
        times=[one.seconds for one in asked],
        kept=len(answered.both),
        changed=len(answered.only_second),
    )


def make_pool(*, file: str, people_in_pool: int, seed: int) -> dict[str, Any]:
    """Write the scores of one pool, both ways; steps ahead and a mentor's gender don't count among peers."""
    policy = people.policy()
    policy = replace(policy, rules=tuple(rule for rule in policy.rules if rule.name not in OF_MENTORS))
    with timed() as taken:
        prepared = peer_matching.prepare_peers(people.people(Role.MENTEE, people_in_pool, seed), policy)
        np.save(file, peer_matching.peer_scores(prepared))
    return taken.of()


def solve_pool(*, matrix: str, objective: str) -> dict[str, Any]:
    """Pair one pool, certificate included."""
    scores = np.load(matrix)
    pool = _side("P", len(scores))
    with timed() as taken:
        answered = peer_matching.match_peers(scores, pool, objective=OBJECTIVES[objective])
    return taken.of(total=answered.total, served=answered.served)


def stable(*, matrix: str, capacity: Sequence[int]) -> dict[str, Any]:
    """Find the stable assignment that is best for mentees; ties fall by place."""
    scores = np.load(matrix)
    mentees, mentors = scores.shape
    with timed() as taken:
        pairs = deferred_acceptance(
            scores, capacity, mentor_tie_breaks=range(mentors), mentee_tie_breaks=range(mentees)
        )
    return taken.of(served=len({row for row, _ in pairs}), total=sum(int(scores[pair]) for pair in pairs))


def solve_groups(*, mentees: int, seed: int, smallest: int, largest: int) -> dict[str, Any]:
    """Make groups of the sizes given, one mentor for every four mentees."""
    mentors = mentees // 4
    scores = _scores(mentees, mentors, seed)
    sides = replace(_side("M", mentors), capacity=(largest,) * mentors), _side("N", mentees)
    with timed() as taken:
        made = group_search.form_groups(scores, *sides, Groups(smallest=smallest, largest=largest))
    return taken.of(
        served=made.served,
        total=made.total,
        groups=len(made.running),
        tried=made.tried,
        told=RunRenderer(Phrasebook(language="en")).note(group_search.note(made)),
    )


def verify_cohorts(*, cohorts: int, first: int) -> dict[str, Any]:
    """Verify made-up cohorts, sound ones and with every kind of fault mutated in some."""
    with timed() as taken:
        told = mutations.tally(cohorts, first=first)
    return taken.of(
        faults=told.faults,
        mutated=dict(told.mutated),
        found=dict(told.found),
        kinds=[mutation.name for mutation in mutations.MUTATIONS],
    )


def solve_instances(*, first: int, count: int, shuffled: bool, file: str = "") -> dict[str, Any]:
    """Match random instances; write them for a linear programme when a file is named."""
    with timed() as taken:
        problems = [instances.instance(seed) for seed in range(first, first + count)]
        answers = [instances.solved(problem, shuffled=shuffled) for problem in problems]
    if file:
        Path(file).write_text(json.dumps([problem.plain() for problem in problems]), "utf-8")
    return taken.of(answers=answers)


def cheapest(*, files: Sequence[str]) -> dict[str, Any]:
    """Solve OR-Library's problems, a cost being a thousand less its score."""
    optima = {}
    with timed() as taken:
        for file in files:
            size, *numbers = map(int, gzip.decompress(Path(file).read_bytes()).split())
            costs = np.array(numbers).reshape(size, size)
            side = _side("P", size)
            answered = assignment.assign(int(costs.max()) + 1 - costs, side, side, objective=TWO_LEVELS)
            optima[file] = sum(int(costs[pair]) for pair in answered.pairs)
    return taken.of(optima=optima)


def make_civil_servants(*, folder: str, count: int, seed: int) -> dict[str, Any]:
    """Write two files in mentor-match's own format, drawn as its own generator draws them."""
    chance = np.random.default_rng(seed)
    grades = ("AA", "AO", "EO", "HEO", "SEO", "Grade 7", "Grade 6", "SCS1", "SCS2", "SCS3", "SCS4")
    organisations = [f"Department of {name}" for name in ("Fun", "Truth", "Joy", "Love", "Virtue", "Peace")]
    professions = ("Policy", "DDaT", "Operations", "HR", "Security")
    alike = ("Asexual or aromantic", "Gay", "Lesbian", "Bisexual or pansexual", "Transgender", "Non-binary")
    with timed() as taken:
        for role, lowest, highest in ((Role.MENTOR, 2, 11), (Role.MENTEE, 0, 10)):
            table = []
            for place in range(count):
                some = [str(name) for name in chance.permutation(alike)[: chance.integers(1, 3)]]
                table.append(
                    {
                        "email address": f"{role}.{place:04}@example.org",
                        "grade": grades[chance.integers(lowest, highest)],
                        "organisation": str(chance.choice(organisations)),
                        "profession": str(chance.choice(professions)),
                        "characteristics": ", ".join(some) if chance.random() < 0.5 else "",
                        "identity to match": str(chance.choice(("", *alike))),
                    }
                )
            with Path(folder, f"{role}s.csv").open("w", encoding="utf-8", newline="") as file:
                lines = csv.DictWriter(file, list(table[0]))
                lines.writeheader()
                lines.writerows(table)
    return taken.of()


TASKS: dict[str, Task] = {
    "make": make,
    "make_scores": make_scores,
    "make_civil_servants": make_civil_servants,
    "cohort": cohort,
    "solve_matrix": solve_matrix,
    "make_ties": make_ties,
    "solve_ties": solve_ties,
    "solve_candidates": solve_candidates,
    "score_all": score_all,
    "solve_instances": solve_instances,
    "cheapest": cheapest,
    "what_if": what_if,
    "stable": stable,
    "verify_cohorts": verify_cohorts,
    "solve_groups": solve_groups,
    "make_pool": make_pool,
    "solve_pool": solve_pool,
    "bad_input": bad_input.said,
}

if __name__ == "__main__":
    answer(TASKS)
