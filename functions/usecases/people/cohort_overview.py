"""See a cohort at a glance: its stage, its numbers, its runs, and what needs the coordinator."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from functions.programme.cohort import Cohort, Stage, stage_of
from functions.programme.messages import MessageState
from functions.programme.people import Enrolment, EnrolmentState, Role
from functions.programme.run import Run
from functions.services import Services
from functions.storage.enrolment import cohorts, enrolments
from functions.storage.messages import outbox as messages
from functions.storage.runs import runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """One cohort today. `places` is the sum of the confirmed mentors' capacities; newest run first.

    `people` are all of them. `states` counts those of both roles in each state, `untrained` those with a
    place who have not said that they read the training. `misaddressed` are those to whom a mail was refused,
    because it could have reached somebody else.
    """

    cohort: Cohort
    people: tuple[Enrolment, ...]
    stage: Stage
    today: date
    confirmed: Mapping[Role, int]
    unconfirmed: Mapping[Role, int]
    states: Mapping[EnrolmentState, int]
    untrained: int
    places: int
    runs: tuple[Run, ...]
    messages: Mapping[MessageState, int]
    misaddressed: tuple[Enrolment, ...]


def every_cohort(services: Services) -> list[tuple[Cohort, Stage]]:
    """Return every cohort with its stage, the newest first."""
    now = services.clock()
    return [(cohort, stage_of(cohort, cohort.today(now))) for cohort in cohorts.every(services.table)]


def overview(services: Services, cohort_id: str) -> Overview | None:
    """Return the cohort at a glance, or None when there is none of that id."""
    cohort = cohorts.get(services.table, cohort_id)
    if cohort is None:
        return None
    people = tuple(enrolments.in_cohort(services.table, cohort_id))
    written = list(messages.in_cohort(services.table, cohort_id))
    refused = {message.recipient_id for message in written if message.state is MessageState.REFUSED}
    today = cohort.today(services.clock())
    counts = Counter((person.role, person.state) for person in people)
    return Overview(
        cohort=cohort,
        people=people,
        stage=stage_of(cohort, today),
        today=today,
        confirmed={role: counts[role, EnrolmentState.CONFIRMED] for role in Role},
        unconfirmed={role: counts[role, EnrolmentState.UNCONFIRMED] for role in Role},
        states=Counter(person.state for person in people),
        untrained=sum(
            person.state is EnrolmentState.CONFIRMED and person.trained_at is None for person in people
        ),
        places=sum(
            person.capacity
            for person in people
            if (person.role, person.state) == (Role.MENTOR, EnrolmentState.CONFIRMED)
        ),
        runs=tuple(runs.in_cohort(services.table, cohort_id)),
        messages=Counter(message.state for message in written),
        misaddressed=tuple(
            person for person in people if person.id in refused and person.state is not EnrolmentState.ERASED
        ),
    )
