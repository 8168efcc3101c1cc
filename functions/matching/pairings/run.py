"""One run: what it was given, its stages and progress, and what is checked before anything is read."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from functions.matching.cohort import Cohort
from functions.matching.people import Person, Role
from functions.matching.policy.model import Policy
from functions.matching.reasons import CannotMatch, Problem
from functions.matching.score_matrix import Survey
from functions.matching.scoring.scores import Prepared
from functions.matching.solving.assignment import CANDIDATES
from functions.matching.terms import Terms

LARGEST_SIDE = 150_000  # people; beyond it the candidates alone pass a large machine's memory
LARGEST_POOL = 3_000  # people of one pool, or mentees and mentors together where groups are made

Couple = tuple[str, str]  # a mentee's id, a mentor's id; of peers, in either order
# Looks at every pair of prepared people for so many best candidates of each, reporting how far it is.
Surveyor = Callable[[Prepared, int, Callable[[int], None]], Survey]


class Stage(StrEnum):
    """What the engine is doing."""

    SCORE = "score"
    SOLVE = "solve"
    VERIFY = "verify"
    EXPLAIN = "explain"


_SHARE_OF_PROGRESS = {
    Stage.SCORE: (0, 30),
    Stage.SOLVE: (30, 75),
    Stage.EXPLAIN: (75, 85),
    Stage.VERIFY: (85, 100),
}


@dataclass(slots=True)
class Progress:
    """Reports how far the whole is, and only when it got further: a caller may write it down each time."""

    report: Callable[[int], None]
    reported: int = -1

    def reach(self, percent: int) -> None:
        """Report that so much of the whole (0 … 100) is done."""
        if percent > self.reported:
            self.reported = percent
            self.report(percent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What the caller of `match` gave, and where the run has got to."""

    mentors: Sequence[Person]
    mentees: Sequence[Person]
    policy: Policy
    seed: int
    locked: Sequence[Couple]
    forbidden: Sequence[Couple]
    previous: Sequence[Couple] | None
    progress: Progress
    begin: Callable[[Stage], None]
    surveyor: Surveyor | None

    def enter(self, stage: Stage) -> Callable[[int], None]:
        """Begin a stage; return what turns the stage's own progress (0 … 100) into that of the whole."""
        start, end = _SHARE_OF_PROGRESS[stage]
        self.begin(stage)
        self.progress.reach(start)
        return lambda percent: self.progress.reach(start + (end - start) * percent // 100)

    def survey(self, cohort: Cohort, progress: Callable[[int], None]) -> Callable[[], Survey] | None:
        """Return what looks at every pair in the place of this process; None where this process does."""
        if self.surveyor is None:
            return None
        return partial(self.surveyor, cohort.prepared, CANDIDATES, progress)

    def terms(self, rows: Sequence[str], columns: Sequence[str]) -> Terms:
        """Return what is settled by rows and columns. Raises CannotMatch for somebody who isn't there."""
        by_row = {name: row for row, name in enumerate(rows)}
        by_column = {name: column for column, name in enumerate(columns)}

        def placed(couples: Sequence[Couple]) -> tuple[tuple[int, int], ...]:
            for couple in couples:
                for name, known in zip(couple, (by_row, by_column), strict=True):
                    if name not in known:
                        raise CannotMatch(Problem.NOT_IN_RUN, name)
            return tuple((by_row[mentee], by_column[mentor]) for mentee, mentor in couples)

        there = [
            (mentee, mentor)
            for mentee, mentor in self.previous or ()
            if mentee in by_row and mentor in by_column
        ]
        return Terms(
            locked=placed(self.locked),
            forbidden=placed(self.forbidden),
            previous=None if self.previous is None else placed(there),
        )


def check_sides(run: Run) -> None:
    """Raise CannotMatch for a side that is empty or too large."""
    for role, people in ((Role.MENTOR, run.mentors), (Role.MENTEE, run.mentees)):
        if not people:
            raise CannotMatch(Problem.EMPTY_SIDE, role=role)
        if len(people) > LARGEST_SIDE:
            numbers = {"count": len(people), "most": LARGEST_SIDE}
            raise CannotMatch(Problem.SIDE_TOO_LARGE, role=role, numbers=numbers)


def check_pool(people: Sequence[Person]) -> None:
    """Raise CannotMatch for a pool that is empty, too small or too large."""
    if not people:
        raise CannotMatch(Problem.NOBODY)
    if len(people) == 1:
        raise CannotMatch(Problem.POOL_OF_ONE)
    if len(people) > LARGEST_POOL:
        numbers = {"count": len(people), "most": LARGEST_POOL}
        raise CannotMatch(Problem.POOL_TOO_LARGE, numbers=numbers)


def snapshot_sha256(mentors: Sequence[Person], mentees: Sequence[Person], policy: Policy, seed: int) -> str:
    """Return the digest of all that a run is made from; the order of people and keys changes nothing."""
    snapshot = {
        "mentors": _plain(mentors),
        "mentees": _plain(mentees),
        "policy": json.loads(policy.canonical),
        "seed": seed,
    }
    text = json.dumps(snapshot, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(people: Sequence[Person]) -> list[object]:
    return [
        [
            person.id,
            person.capacity,
            person.priority,
            {
                name: list(value) if isinstance(value, tuple) else value
                for name, value in person.answers.items()
                if value is not None
            },
        ]
        for person in sorted(people, key=lambda person: person.id)
    ]
