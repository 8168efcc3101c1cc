"""One matching over a frozen snapshot: `proposed → published → superseded`, or `failed`.

Before it is proposed it waits (`queued`) and works (`running`); what it made never changes afterwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from functions.matching import Impossibility


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
    worst score; groups, where those are made). The digests name the stored snapshot and proposals. Of a
    failed run `cannot_match` says why its people can't be matched, and `failure` any other fault.
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
    cannot_match: Impossibility | None = None
    published_at: datetime | None = None
    introduced_at: datetime | None = None
    lease_owner: str | None = None
    lease_until: datetime | None = None
