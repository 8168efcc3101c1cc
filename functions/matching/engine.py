"""The front door: people and a policy in, an outcome that has been verified out.

    people ─→ score ─→ solve ─→ verify ─→ explain ─→ outcome

Nothing here knows the time: `begin` is told when a stage begins, so that a caller who has a clock can
measure, and `progress` how far the whole is (0 … 100). Either may raise to stop the work.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from functions.matching import explain, score, solve, verify
from functions.matching.outcome import ENGINE_VERSION, Outcome, Pair, to_json
from functions.matching.people import CannotMatch, Person, Role
from functions.matching.policy import Columns, Policy

__all__ = [
    "ENGINE_VERSION",
    "CannotMatch",
    "Couple",
    "Person",
    "Stage",
    "Unsound",
    "match",
    "snapshot_sha256",
    "to_json",
]

Couple = tuple[str, str]  # a mentee's id, a mentor's id
LARGEST_RUN = 100_000_000  # pairs to compare; more than that does not fit a Lambda's memory
Scores = npt.NDArray[np.int32]


class Stage(StrEnum):
    """What the engine is doing."""

    SCORE = "score"
    SOLVE = "solve"
    VERIFY = "verify"
    EXPLAIN = "explain"


_SHARE_OF_PROGRESS: Mapping[Stage, tuple[int, int]] = {
    Stage.SCORE: (0, 30),
    Stage.SOLVE: (30, 75),
    Stage.EXPLAIN: (75, 85),
    Stage.VERIFY: (85, 100),
}


class Unsound(Exception):  # noqa: N818 - it says what the result is
    """The independent verifier found faults: the result must not be used. `faults` says which."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(f"the result is not sound: {'; '.join(faults[:5])}")
        self.faults = tuple(faults)


def match(  # noqa: PLR0913 - the contract's own list; each has a name at the call
    mentors: Sequence[Person],
    mentees: Sequence[Person],
    policy: Policy,
    *,
    seed: int = 0,
    locked: Sequence[Couple] = (),
    forbidden: Sequence[Couple] = (),
    previous: Sequence[Couple] | None = None,
    words: explain.Words | None = None,
    progress: Callable[[int], None] = lambda _percent: None,
    begin: Callable[[Stage], None] = lambda _stage: None,
) -> Outcome:
    """Return the best pairings under the policy, with reasons, certificate and everybody left out.

    The order of people changes nothing. Nobody gets more partners than their own capacity, nor than a
    number in the policy. Couples are (mentee's id, mentor's id). Of `previous`, couples whose people
    are gone are ignored. `words` say answers in the reasons, by column and answer (casefolded).

    Raises CannotMatch, in words for the coordinator, when a side is empty, there are too many people,
    an answer can't be read, locks contradict each other or the rules, or the rules leave nobody
    eligible; Unsound when the verifier finds a fault.
    """
    begin(Stage.SCORE)
    report = _Progress(progress)
    _check_sides(mentors, mentees)
    prepared = score.prepare(_within(mentors, policy.mentors), _within(mentees, policy.mentees), policy)
    couples = _Couples.of(prepared, locked, forbidden, previous)
    scores = score.scores(prepared, progress=report.within(Stage.SCORE))
    if not (scores >= 0).any():
        raise CannotMatch(explain.nobody_eligible(prepared))
    begin(Stage.SOLVE)
    assignment = solve.assign(
        scores,
        solve.Side(
            ids=_ids(prepared.mentors), capacity=tuple(person.capacity for person in prepared.mentors)
        ),
        solve.Side(
            ids=_ids(prepared.mentees),
            capacity=tuple(person.capacity for person in prepared.mentees),
            priority=tuple(person.priority for person in prepared.mentees),
        ),
        terms=couples.terms,
        objective=policy.objective,
        seed=seed,
        progress=report.within(Stage.SOLVE),
    )
    begin(Stage.EXPLAIN)
    report.within(Stage.EXPLAIN)(0)
    speech = explain.Speech(policy=policy, words=words or {})
    outcome = _outcome(prepared, scores, assignment, couples, speech, seed)
    begin(Stage.VERIFY)
    report.within(Stage.VERIFY)(0)
    faults = verify.faults_in(
        verify.Claim(
            mentors=mentors,
            mentees=mentees,
            policy=policy,
            scores=scores,
            pairs=outcome.pairs,
            certificate=outcome.certificate,
            seed=seed,
            locked=locked,
            forbidden=forbidden,
            previous=previous,
        )
    )
    if faults:
        raise Unsound(faults)
    report.reach(100)
    return outcome


def snapshot_sha256(mentors: Sequence[Person], mentees: Sequence[Person], policy: Policy, seed: int) -> str:
    """Return the digest of everything that a run is made from, whatever the order of people and keys."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Couples:
    """What is settled before the run, by rows and columns."""

    terms: solve.Terms

    @classmethod
    def of(
        cls,
        prepared: score.Prepared,
        locked: Sequence[Couple],
        forbidden: Sequence[Couple],
        previous: Sequence[Couple] | None,
    ) -> "_Couples":
        rows = {person.id: row for row, person in enumerate(prepared.mentees)}
        columns = {person.id: column for column, person in enumerate(prepared.mentors)}

        def placed(couples: Sequence[Couple], what: str) -> tuple[tuple[int, int], ...]:
            for mentee, mentor in couples:
                gone = mentee if mentee not in rows else mentor if mentor not in columns else None
                if gone is not None:
                    raise CannotMatch(
                        f"A {what} pairing names {gone}, who is not in this run. Drop it, or add the person.",
                        person_id=gone,
                    )
            return tuple((rows[mentee], columns[mentor]) for mentee, mentor in couples)

        still_there = previous and [
            couple for couple in previous if couple[0] in rows and couple[1] in columns
        ]
        return cls(
            terms=solve.Terms(
                locked=placed(locked, "locked"),
                forbidden=placed(forbidden, "forbidden"),
                previous=None if previous is None else placed(still_there or (), "previous"),
            )
        )


@dataclass(slots=True)
class _Progress:
    """Tells how far the whole is, and only when it got further: a caller may write it down each time."""

    tell: Callable[[int], None]
    told: int = -1

    def reach(self, percent: int) -> None:
        if percent > self.told:
            self.told = percent
            self.tell(percent)

    def within(self, stage: Stage) -> Callable[[int], None]:
        """Return what takes a stage's own progress and tells that of the whole."""
        start, end = _SHARE_OF_PROGRESS[stage]
        return lambda percent: self.reach(start + (end - start) * percent // 100)


def _check_sides(mentors: Sequence[Person], mentees: Sequence[Person]) -> None:
    for role, people in ((Role.MENTOR, mentors), (Role.MENTEE, mentees)):
        if not people:
            raise CannotMatch(f"There is no {role}. A run needs at least one on each side.", role=role)
    if len(mentors) * len(mentees) > LARGEST_RUN:
        raise CannotMatch(
            f"{len(mentees):,} mentees and {len(mentors):,} mentors are too many for one run "
            f"(at most {LARGEST_RUN:,} pairs of them). Match them in smaller cohorts, such as by faculty."
        )


def _within(people: Sequence[Person], columns: Columns) -> list[Person]:
    """Return the people with no more places than the policy allows anybody."""
    most = columns.capacity
    if isinstance(most, str):
        return list(people)
    return [replace(person, capacity=min(person.capacity, most)) for person in people]


def _ids(people: Sequence[Person]) -> tuple[str, ...]:
    return tuple(person.id for person in people)


def _outcome(
    prepared: score.Prepared,
    scores: Scores,
    assignment: solve.Assignment,
    couples: _Couples,
    speech: explain.Speech,
    seed: int,
) -> Outcome:
    policy = prepared.policy
    rows, columns = [row for row, _ in assignment.pairs], [column for _, column in assignment.pairs]
    points = score.points(prepared, rows, columns)
    pairs = []
    for row, column, earned in zip(rows, columns, points.tolist(), strict=True):
        mentee, mentor = prepared.mentees[row], prepared.mentors[column]
        pairs.append(
            Pair(
                mentor=mentor.id,
                mentee=mentee.id,
                score=int(scores[row, column]),
                reasons=explain.reasons_for(speech, mentee, mentor, earned),
            )
        )
    eligible = scores >= 0
    for row, column in couples.terms.forbidden:
        eligible[row, column] = False
    result = explain.Result(
        eligible=eligible,
        pairs=assignment.pairs,
        locked=couples.terms.locked,
        forbidden=couples.terms.forbidden,
    )
    return Outcome(
        mentees=len(prepared.mentees),
        mentors=len(prepared.mentors),
        capacity=sum(person.capacity for person in prepared.mentors),
        pairs=tuple(pairs),
        unmatched=explain.unmatched_in(prepared, result),
        served=assignment.served,
        worst=assignment.worst,
        total=assignment.total,
        certificate=assignment.certificate,
        snapshot_sha256=snapshot_sha256(prepared.mentors, prepared.mentees, policy, seed),
    )
