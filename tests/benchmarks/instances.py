"""Random instances, small enough for a linear programme to say what each level can be at best.

Everything varies: capacities and priorities, locks, prohibitions, a previous match, and which levels count.
Points are few and coarse, so that many assignments are equal and the later levels have something to decide.
"""

import hashlib
import json
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from functions.matching.engine import Unsound, match
from functions.matching.outcome import to_json
from functions.matching.people import Person, Role
from functions.matching.policy.model import Policy
from functions.matching.policy.parse import parse_policy
from functions.matching.reasons import CannotMatch
from functions.matching.scoring.scores import prepare, score_all
from functions.matching.terms import Objective
from tests.benchmarks import people

Couple = tuple[int, int]
LEVELS = ("served", "floor", "total", "load", "least_change")
COARSE = """
name = "coarse"
points = "as they are"
[mentees]
id = "id"
[mentors]
id = "id"
"""
CRITERIA = {"style": 3, "mode": 2, "faculty": 1, "city": 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One problem. Couples are rows and columns of the scores, people in the order of their ids."""

    mentors: tuple[Person, ...]
    mentees: tuple[Person, ...]
    policy: Policy
    scores: list[list[int]]
    locked: tuple[Couple, ...]
    forbidden: tuple[Couple, ...]
    previous: tuple[Couple, ...] | None
    seed: int

    def plain(self) -> dict[str, Any]:
        """Return what a linear programme needs to know of it."""
        return {
            "scores": self.scores,
            "mentor_capacity": [person.capacity for person in self.mentors],
            "mentee_capacity": [person.capacity for person in self.mentees],
            "priority": [person.priority for person in self.mentees],
            "locked": self.locked,
            "forbidden": self.forbidden,
            "previous": self.previous,
            "objective": {level: getattr(self.policy.objective, level) for level in LEVELS},
        }


def instance(seed: int) -> Instance:
    """Return the instance of that seed."""
    chance = random.Random(seed)  # noqa: S311 - made-up people, not secrets
    policy = _policy(chance)
    mentors = _people(chance, Role.MENTOR, chance.randint(2, 6), most=3)
    mentees = _people(chance, Role.MENTEE, chance.randint(2, 8), most=2)
    scores = score_all(prepare(mentors, mentees, policy)).tolist()
    cells = [(row, column) for row in range(len(mentees)) for column in range(len(mentors))]
    marks = {cell: chance.choice("........ll.ffpppp") for cell in cells}
    locked = _locks([cell for cell in cells if marks[cell] == "l"], scores, mentors, mentees)
    before = tuple(cell for cell in cells if marks[cell] == "p")
    return Instance(
        mentors=mentors,
        mentees=mentees,
        policy=policy,
        scores=scores,
        locked=locked,
        forbidden=tuple(cell for cell in cells if marks[cell] == "f"),
        previous=chance.choice([None, (), (*before, *locked)]),
        seed=chance.randrange(4),
    )


def _policy(chance: random.Random) -> Policy:
    criteria = "".join(
        f'[[criterion]]\nname = "{name}"\nkind = "same"\nmentee = "{name}"\nmentor = "{name}"\n'
        f"weight = {weight}\n"
        for name, weight in CRITERIA.items()
    )
    hours = f"at_least = {chance.randint(1, 2)}"
    rule = f'[[rule]]\nname = "hours"\nkind = "too few in common"\nmentee = "availability"\n{hours}\n'
    policy = parse_policy(f'{COARSE}{criteria}{rule}mentor = "availability"\n', file="coarse.toml")
    served = chance.random() < 0.8
    objective = Objective(
        served=served,
        floor=served and chance.random() < 0.5,
        total=not served or chance.random() < 0.8,
        load=chance.choice([True, False]),
        least_change=chance.choice([True, False]),
    )
    return replace(policy, objective=objective)


def _people(chance: random.Random, role: Role, count: int, *, most: int) -> tuple[Person, ...]:
    return tuple(
        replace(person, capacity=chance.randint(1, most), priority=chance.randint(0, 2))
        for person in people.people(role, count, chance.randrange(2**31))
    )


def _locks(
    cells: Sequence[Couple], scores: list[list[int]], mentors: Sequence[Person], mentees: Sequence[Person]
) -> tuple[Couple, ...]:
    kept: list[Couple] = []
    rows: Counter[int] = Counter()
    columns: Counter[int] = Counter()
    for row, column in cells:
        room = rows[row] < mentees[row].capacity and columns[column] < mentors[column].capacity
        if scores[row][column] >= 0 and room:
            kept.append((row, column))
            rows[row] += 1
            columns[column] += 1
    return tuple(kept)


def solved(problem: Instance, *, shuffled: bool) -> dict[str, Any]:
    """Return what the engine makes of it: the worth of each level, a digest of the report, and faults."""
    mentors, mentees = list(problem.mentors), list(problem.mentees)
    locked, forbidden, previous = (
        None if couples is None else [(mentees[row].id, mentors[column].id) for row, column in couples]
        for couples in (problem.locked, problem.forbidden, problem.previous)
    )
    if shuffled:
        chance = random.Random(problem.seed)  # noqa: S311 - an order, not a secret
        for order in (mentors, mentees, locked, forbidden, previous):
            chance.shuffle(order or [])
    try:
        outcome = match(
            mentors,
            mentees,
            problem.policy,
            seed=problem.seed,
            locked=locked or (),
            forbidden=forbidden or (),
            previous=previous,
        )
    except CannotMatch:
        return {"worth": None, "digest": "cannot match", "faults": []}
    except Unsound as error:
        return {"worth": None, "digest": "unsound", "faults": list(error.faults)}
    rows = {person.id: row for row, person in enumerate(problem.mentees)}
    columns = {person.id: column for column, person in enumerate(problem.mentors)}
    pairs = [(rows[pair.mentee], columns[pair.mentor]) for pair in outcome.pairs]
    report = json.dumps([to_json(outcome), str(outcome.certificate)], sort_keys=True, ensure_ascii=False)
    return {
        "worth": worth(problem, pairs),
        "digest": hashlib.sha256(report.encode()).hexdigest(),
        "faults": [],
    }


def worth(problem: Instance, pairs: Sequence[Couple]) -> list[int]:
    """Return what the specification says an assignment is worth, level by level; more is better."""
    objective, chosen = problem.policy.objective, set(pairs)
    locked = {row for row, _ in problem.locked}
    best: dict[int, int] = {}
    for row, column in chosen:
        best[row] = max(best.get(row, -1), problem.scores[row][column])
    levels: list[int] = []
    if objective.served:
        groups = [person.priority for person in problem.mentees]
        levels += [sum(groups[row] == group for row in best) for group in sorted(set(groups), reverse=True)]
    if objective.floor:
        levels.append(min((reached for row, reached in best.items() if row not in locked), default=0))
    if objective.total:
        levels.append(sum(problem.scores[row][column] for row, column in chosen))
    if objective.load:
        levels.append(-sum(load**2 for load in Counter(column for _, column in chosen).values()))
    if objective.least_change and problem.previous is not None:
        levels.append(-len(chosen ^ set(problem.previous)))
    return levels
