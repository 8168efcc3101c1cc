"""One matching over a frozen snapshot: `proposed → published → superseded`, or `failed`.

Before it is proposed it waits (`queued`) and works (`running`); what it made never changes afterwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from gettext import ngettext


class RunState(StrEnum):
    """Where a run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    PROPOSED = "proposed"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run. `version` grows with every change; it is what If-Match names.

    `progress` is 0 … 100. `summary` holds counts alone (mentors, mentees, pairs, unmatched, total and
    worst score; groups, where those are made). The digests name the stored snapshot and proposals.
    """

    id: str
    cohort_id: str
    state: RunState
    version: int
    policy: str
    seed: int
    requested_at: datetime
    requested_by: str
    progress: int = 0
    summary: Mapping[str, int] = field(default_factory=dict)
    snapshot_sha256: str | None = None
    proposals_sha256: str | None = None
    failure: str | None = None
    published_at: datetime | None = None
    introduced_at: datetime | None = None
    lease_owner: str | None = None
    lease_until: datetime | None = None


def kept_out(summary: Mapping[str, int]) -> tuple[str, ...]:
    """Say how many people with a place a run kept out because they have not read the training."""
    mentees, mentors = (summary.get(f"untrained_{side}", 0) for side in ("mentees", "mentors"))
    if not mentees + mentors:
        return ()
    both = (
        ngettext("%d mentee", "%d mentees", mentees) % mentees
        + " and "
        + ngettext("%d mentor", "%d mentors", mentors) % mentors
    )
    return (f"Not in this run, because they have not read the training yet: {both}.",)
