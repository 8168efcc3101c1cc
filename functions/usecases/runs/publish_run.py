"""Publish a proposed run: from now on its pairs are the cohort's pairings."""

from dataclasses import dataclass
from enum import Enum, auto

from functions.programme.cohort import Cohort
from functions.programme.links import id_from
from functions.programme.people import EnrolmentState
from functions.programme.run import Run, RunState
from functions.programme.snapshot import person_for_matching
from functions.queues import enqueue
from functions.services import Services, questionnaire_for
from functions.storage.enrolment import cohorts, enrolments
from functions.storage.runs import documents, runs
from functions.storage.table import Change, Event, Written

MOST_SUPERSEDED = 50


class Published(Enum):
    """What became of the wish to publish."""

    NOW = auto()
    BEFORE = auto()  # this very run is published already
    NO_SUCH_RUN = auto()
    NOT_PROPOSED = auto()  # it waits, works, failed, or another run is published
    STALE = auto()  # the run has changed since it was looked at
    PEOPLE_CHANGED = auto()  # somebody in it has changed or left since the snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """The outcome, the run as it stands, and the ids of those who changed since the snapshot."""

    outcome: Published
    run: Run | None = None
    changed: tuple[str, ...] = ()


def publish_run(services: Services, cohort_id: str, run_id: str, *, version: int, actor: str) -> Publication:
    """Publish the run if it is still the one that the coordinator looked at.

    What was verified over the snapshot holds only while the people in the pairs are as the snapshot
    has them: each is compared again, and anyone who changed is named instead of introduced. The
    pairings and their introductions are made by a worker afterwards, resumably.
    """
    run = runs.get(services.table, cohort_id, run_id)
    cohort = cohorts.get(services.table, cohort_id)
    if run is None or cohort is None:
        return Publication(outcome=Published.NO_SUCH_RUN)
    standing = _already_decided(run, cohort, version)
    if standing is not None:
        return Publication(outcome=standing, run=run)
    try:
        changed = _changed_since_snapshot(services, run)
    except documents.ErasedError:  # a proposal whose time is long over
        return Publication(outcome=Published.NOT_PROPOSED, run=run)
    if changed:
        return Publication(outcome=Published.PEOPLE_CHANGED, run=run, changed=changed)
    now = services.clock()
    outcome = services.table.commit(
        [runs.publication(run, now), cohorts.publication(cohort, run.id), *_supersessions(services, run)],
        event=Event(cohort_id=cohort_id, at=now, actor=actor, action="publish-run", subject_id=run.id),
        idempotency_key=id_from("publish", run.id, version),
    )
    if not isinstance(outcome, Written):
        return _refused(services, cohort_id, run_id, version)
    enqueue(services.run_queue, "introduce", cohort_id=cohort_id, run_id=run_id)
    return Publication(outcome=Published.NOW, run=runs.get(services.table, cohort_id, run_id))


def _supersessions(services: Services, published: Run) -> list[Change]:
    """Return what lets the cohort's other proposals give way; the newest, as many as one commit takes."""
    others = (run for run in runs.in_cohort(services.table, published.cohort_id) if run.id != published.id)
    proposed = [run for run in others if run.state is RunState.PROPOSED]
    return [runs.supersession(run) for run in proposed[:MOST_SUPERSEDED]]


def _refused(services: Services, cohort_id: str, run_id: str, version: int) -> Publication:
    """Say why, from what stands now: somebody else was faster."""
    run = runs.get(services.table, cohort_id, run_id)
    cohort = cohorts.get(services.table, cohort_id)
    decided = _already_decided(run, cohort, version) if run and cohort else None
    return Publication(outcome=decided or Published.STALE, run=run)


def _already_decided(run: Run, cohort: Cohort, version: int) -> Published | None:
    if run.state is RunState.PUBLISHED:
        return Published.BEFORE
    if run.state is not RunState.PROPOSED or cohort.published_run_id:
        return Published.NOT_PROPOSED
    return Published.STALE if run.version != version else None


def _changed_since_snapshot(services: Services, run: Run) -> tuple[str, ...]:
    """Return the ids of people in the pairs who are not as the snapshot has them, sorted.

    Somebody erased since then is in the pairs by their id alone, and in the snapshot no more.
    """
    snapshot = documents.load_snapshot(services.table, run.cohort_id, run.snapshot_sha256)
    proposal = documents.load_proposal(services.table, run.cohort_id, run.proposals_sha256)
    now = {
        enrolment.id: person_for_matching(enrolment, questionnaire_for(services, enrolment.role))
        for enrolment in enrolments.in_cohort(services.table, run.cohort_id)
        if enrolment.state is EnrolmentState.CONFIRMED
    }
    frozen = snapshot.people
    return tuple(
        sorted(
            person_id
            for person_id in proposal.paired
            if person_id not in frozen or frozen[person_id] != now.get(person_id)
        )
    )
