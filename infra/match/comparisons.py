"""What a match tells besides its pairings: what changed, other policies, groups, stability."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from functions.matching import (
    Cohort,
    Outcome,
    Pairing,
    Person,
    Policy,
    Role,
    compare_groups,
    compare_outcomes,
    describe_changes,
    describe_comparison,
    describe_fairness,
    describe_stability,
    report_changes,
    report_stability,
)
from infra.match.couples import Settled
from infra.match.report_section import Told
from infra.match.tables import BadInput, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One match: who, under which policy, and what was settled before."""

    policy: Policy
    policy_file: Path
    tables: Mapping[Role, Table]
    people: Mapping[Role, list[Person]]
    settled: Settled
    seed: int

    def cohort(self) -> Cohort:
        """Return the people, ready to be compared."""
        return Cohort.of(self.people[Role.MENTOR], self.people[Role.MENTEE], self.policy)


def changes(job: Job, outcome: Outcome) -> Iterator[Told]:
    """Yield what changed since the pairings of before, if there are any."""
    if job.settled.previous is None or job.policy.pairing is not Pairing.SIDES:
        return
    found = report_changes(
        job.cohort(),
        job.settled.previous,
        _couples(outcome),
        locked=job.settled.locked,
        forbidden=job.settled.forbidden,
        seed=job.seed,
    )
    content = {
        "kept": found.kept,
        "ended": [{"pair": pair, "because": str(why)} for pair, why in found.ended],
        "new": found.new,
    }
    yield Told(
        key="changes",
        title="Since the pairings of before",
        lines=describe_changes(found),
        content=content,
    )


def compared(job: Job, outcome: Outcome, other: Job, others: Outcome) -> Told:
    """Return how the outcome under another policy differs from the first."""
    found = compare_outcomes(job.cohort(), other.cohort(), _couples(outcome), _couples(others))
    names = job.policy.name, other.policy.name
    ours, theirs = names if names[0] != names[1] else (job.policy_file.name, other.policy_file.name)
    return Told(
        key="comparison",
        title=f"What if it were {other.policy_file}",
        lines=describe_comparison(found, ours=ours, theirs=theirs),
        content=dataclasses.asdict(found),
    )


def stable(job: Job, outcome: Outcome) -> Told:
    """Return how stable the outcome is, and what stability would cost."""
    found = report_stability(
        job.cohort(),
        _couples(outcome),
        locked=job.settled.locked,
        forbidden=job.settled.forbidden,
        seed=job.seed,
    )
    content = dataclasses.asdict(found)
    del content["blocking"]["listed"], content["pairs"]
    return Told(key="stability", title="Stability", lines=describe_stability(found), content=content)


def check_groups(job: Job, column: str) -> list[Role]:
    """Return the sides whose file has the column. Raises BadInput when neither has."""
    sides = [role for role in (Role.MENTEE, Role.MENTOR) if column in job.tables[role].columns]
    if not sides:
        table = job.tables[Role.MENTEE]
        raise BadInput(
            table.file,
            f"there is no column “{column}” to compare groups by, nor among the mentors",
            f"Give --fairness one of: {', '.join(table.columns)}",
        )
    return sides


def fair(job: Job, outcome: Outcome, column: str) -> Iterator[Told]:
    """Yield how the groups of one column fare, for each side that has it."""
    for role in check_groups(job, column):
        found = compare_groups(job.people[role], role, column, outcome.pairs, job.policy)
        yield Told(
            key=f"fairness, {role}s by {column}",
            title=f"Groups of {role}s",
            lines=describe_fairness(found),
            content=dataclasses.asdict(found),
        )


def _couples(outcome: Outcome) -> list[tuple[str, str]]:
    return [(pair.mentee, pair.mentor) for pair in outcome.pairs]
