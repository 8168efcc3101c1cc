"""Read a run: where it stands, what it proposes and why, and who is left over and why."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from functions.matching import WHOLE, Points, Reason, parse_policy
from functions.programme.people import Enrolment, Role
from functions.programme.run import Run, kept_out
from functions.services import Services
from functions.storage.enrolment import enrolments
from functions.storage.runs import documents, runs

ERASED = "What this run proposed was erased: its time was over. Its digests and its figures stand."


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedPair:
    """One pair that a run proposes. A person who is gone by now is None."""

    mentor_id: str
    mentee_id: str
    mentor: Enrolment | None
    mentee: Enrolment | None
    score: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmatchedPerson:
    """Somebody whom the run gives no place: the reasons, and the smallest change that would."""

    person_id: str
    role: Role
    enrolment: Enrolment | None
    reasons: tuple[str, ...]
    smallest_change: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmetWish:
    """A wish for a person that the run could not meet, and why: for coordinators alone."""

    mentee_id: str
    mentor_id: str
    mentee: Enrolment | None
    mentor: Enrolment | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """A run with what it made; the tuples are empty until it is proposed. The weakest pair is first.

    `perfect` is the score that no pair can pass, None where the policy's points have no such end. `notes`
    say what is to be known of the proposal as a whole.
    """

    run: Run
    perfect: int | None
    pairs: tuple[ProposedPair, ...]
    unmatched: tuple[UnmatchedPerson, ...]
    notes: tuple[str, ...] = ()
    unmet_wishes: tuple[UnmetWish, ...] = ()


def read_run(services: Services, cohort_id: str, run_id: str) -> RunView | None:
    """Return the run, or None when the cohort has none of that id."""
    run = runs.get(services.table, cohort_id, run_id)
    if run is None:
        return None
    if run.proposals_sha256 is None:
        return RunView(run=run, perfect=None, pairs=(), unmatched=())
    try:
        made = json.loads(documents.load(services.table, cohort_id, run.proposals_sha256))
    except documents.ErasedError:
        return RunView(run=run, perfect=None, pairs=(), unmatched=(), notes=(ERASED,))
    people = {enrolment.id: enrolment for enrolment in enrolments.in_cohort(services.table, cohort_id)}
    pairs = [_pair(pair, people) for pair in made["pairs"]]
    return RunView(
        run=run,
        perfect=_perfect(services.policies.get(run.policy)),
        pairs=tuple(sorted(pairs, key=lambda pair: (pair.score, pair.mentee_id, pair.mentor_id))),
        unmatched=tuple(_unmatched(person, people) for person in made["unmatched_people"]),
        notes=(*kept_out(run.summary), *made.get("notes", ())),
        unmet_wishes=tuple(_wish(wish, people) for wish in made.get("unmet_wishes", ())),
    )


def _perfect(policy: str | None) -> int | None:
    return WHOLE if policy and parse_policy(policy, file="policy").points is Points.SHARES else None


def _pair(pair: Mapping[str, Any], people: Mapping[str, Enrolment]) -> ProposedPair:
    return ProposedPair(
        mentor_id=pair["mentor"],
        mentee_id=pair["mentee"],
        mentor=people.get(pair["mentor"]),
        mentee=people.get(pair["mentee"]),
        score=pair["score"],
        reasons=tuple(Reason(**reason) for reason in pair["reasons"]),
    )


def _wish(wish: Mapping[str, Any], people: Mapping[str, Enrolment]) -> UnmetWish:
    return UnmetWish(
        mentee_id=wish["mentee"],
        mentor_id=wish["mentor"],
        mentee=people.get(wish["mentee"]),
        mentor=people.get(wish["mentor"]),
        text=wish["text"],
    )


def _unmatched(person: Mapping[str, Any], people: Mapping[str, Enrolment]) -> UnmatchedPerson:
    return UnmatchedPerson(
        person_id=person["id"],
        role=Role(person["role"]),
        enrolment=people.get(person["id"]),
        reasons=tuple(person["reasons"]),
        smallest_change=person["smallest_change"],
    )
