"""Comparisons besides the pairings: what changed, other policies, groups, stability."""

import dataclasses
from collections.abc import Iterator

from functions.matching import (
    Outcome,
    Pairing,
    compare_groups,
    compare_outcomes,
    describe_changes,
    describe_comparison,
    describe_fairness,
    describe_stability,
    report_changes,
    report_stability,
)
from infra.match.job import Job
from infra.match.results.report_section import ReportSection


def changes(job: Job, outcome: Outcome) -> Iterator[ReportSection]:
    """Yield what changed since the pairings of before, if there are any."""
    if job.settled.previous is None or job.policy.pairing is not Pairing.SIDES:
        return
    found = report_changes(
        job.cohort(),
        job.settled.previous,
        _couples(outcome),
        locked=job.settled.locked,
        forbidden=job.forbidden,
        seed=job.seed,
    )
    content = {
        "kept": found.kept,
        "ended": [{"pair": pair, "because": str(why)} for pair, why in found.ended],
        "new": found.new,
    }
    yield ReportSection(
        key="changes",
        title="Since the pairings of before",
        lines=describe_changes(found),
        content=content,
    )


def compared(job: Job, outcome: Outcome, other: Job, others: Outcome) -> ReportSection:
    """Return how the outcome under another policy differs from the first."""
    found = compare_outcomes(job.cohort(), other.cohort(), _couples(outcome), _couples(others))
    names = job.policy.name, other.policy.name
    ours, theirs = names if names[0] != names[1] else (job.policy_file.name, other.policy_file.name)
    return ReportSection(
        key="comparison",
        title=f"What if it were {other.policy_file}",
        lines=describe_comparison(found, ours=ours, theirs=theirs),
        content=dataclasses.asdict(found),
    )


def stable(job: Job, outcome: Outcome) -> ReportSection:
    """Return how stable the outcome is, and what stability would cost."""
    found = report_stability(
        job.cohort(),
        _couples(outcome),
        locked=job.settled.locked,
        forbidden=job.forbidden,
        seed=job.seed,
    )
    content = dataclasses.asdict(found)
    del content["blocking"]["listed"], content["pairs"]
    return ReportSection(key="stability", title="Stability", lines=describe_stability(found), content=content)


def fair(job: Job, outcome: Outcome, column: str) -> Iterator[ReportSection]:
    """Yield how the groups of one column fare, for each side that has it."""
    for role in job.sides_with(column):
        found = compare_groups(job.people[role], role, column, outcome.pairs, job.policy)
        yield ReportSection(
            key=f"fairness, {role}s by {column}",
            title=f"Groups of {role}s",
            lines=describe_fairness(found),
            content=dataclasses.asdict(found),
        )


def _couples(outcome: Outcome) -> list[tuple[str, str]]:
    return [(pair.mentee, pair.mentor) for pair in outcome.pairs]
