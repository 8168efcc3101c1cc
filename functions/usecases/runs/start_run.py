"""Start a run: store the wish, leave it on the queue, and answer at once where to look."""

from dataclasses import dataclass
from enum import Enum, auto

from functions.matching import Pairing, PolicyError, parse_policy
from functions.programme.cohort import Stage, stage_of
from functions.programme.links import id_from
from functions.programme.run import Run, RunState
from functions.queues import enqueue
from functions.services import Services
from functions.storage.enrolment import cohorts
from functions.storage.runs import runs
from functions.storage.table import Event, Written

STAGES_TO_RUN_IN = (Stage.ENROLLING, Stage.MATCHING)


class Started(Enum):
    """What became of the wish for a run."""

    QUEUED = auto()
    ALREADY_BY_THIS_REQUEST = auto()
    KEY_USED_FOR_ANOTHER = auto()
    NO_SUCH_COHORT = auto()
    NO_SUCH_POLICY = auto()
    ONE_POOL = auto()  # the policy pairs peers, and a cohort has mentors and mentees
    WRONG_STAGE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """What a coordinator asks for. `policy` None takes the cohort's own; `seed` settles exact ties."""

    cohort_id: str
    policy: str | None = None
    seed: int = 0


def start_run(
    services: Services, wish: RunRequest, *, request_key: str, actor: str
) -> tuple[Started, Run | None]:
    """Store a queued run and leave it on the queue.

    The run's id follows from the request key, so a repeated request meets its own run, and the same
    key with another wish is refused.
    """
    now = services.clock()
    cohort = cohorts.get(services.table, wish.cohort_id)
    if cohort is None:
        return Started.NO_SUCH_COHORT, None
    policy = wish.policy or cohort.policy
    unusable = _unusable(services.policies.get(policy))
    if unusable is not None:
        return unusable, None
    run = Run(
        id=id_from("run", cohort.id, actor, request_key),
        cohort_id=cohort.id,
        state=RunState.QUEUED,
        version=1,
        policy=policy,
        seed=wish.seed,
        requested_at=now,
        requested_by=actor,
    )
    earlier = runs.get(services.table, cohort.id, run.id)
    if earlier is None and stage_of(cohort, cohort.today(now)) not in STAGES_TO_RUN_IN:
        return Started.WRONG_STAGE, None
    if earlier is None:
        outcome = services.table.commit(
            [runs.creation(run)],
            event=Event(cohort_id=cohort.id, at=now, actor=actor, action="start-run", subject_id=run.id),
            idempotency_key=id_from("start-run", run.id, policy, wish.seed),
        )
        if outcome is Written.NOW:
            enqueue(services.run_queue, "match", cohort_id=cohort.id, run_id=run.id)
            return Started.QUEUED, run
        earlier = runs.get(services.table, cohort.id, run.id)
    if earlier is None or (earlier.policy, earlier.seed) != (policy, wish.seed):
        return Started.KEY_USED_FOR_ANOTHER, None
    return Started.ALREADY_BY_THIS_REQUEST, earlier


def _unusable(policy: str | None) -> Started | None:
    if policy is None:
        return Started.NO_SUCH_POLICY
    try:
        return Started.ONE_POOL if parse_policy(policy, file="policy").pairing is Pairing.PEERS else None
    except PolicyError:  # the run says what is wrong with it
        return None
