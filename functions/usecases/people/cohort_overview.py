"""See a cohort at a glance: its stage, its numbers, its runs, and what needs the coordinator."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from functions.cohort_reader import CohortReader
from functions.programme.cohort import Cohort, Stage, stage_of
from functions.programme.people import Enrolment, EnrolmentState, Role
from functions.programme.roll import MessageCounts
from functions.programme.run import Run
from functions.services import Services
from functions.storage.enrolment import cohorts


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """One cohort today. `places` is the sum of the confirmed mentors' capacities; newest run first.

    `states` counts the people of both roles in each state, `untrained` those with a place who have not
    said that they read the training. `misaddressed` are those to whom a mail was refused, because it could
    have reached somebody else.
    """

    cohort: Cohort
    stage: Stage
    today: date
    confirmed: Mapping[Role, int]
    unconfirmed: Mapping[Role, int]
    states: Mapping[EnrolmentState, int]
    untrained: int
    places: int
    runs: tuple[Run, ...]
    messages: MessageCounts
    misaddressed: tuple[Enrolment, ...]


def every_cohort(services: Services) -> list[tuple[Cohort, Stage]]:
    """Return every cohort with its stage, the newest first."""
    now = services.clock()
    return [(cohort, stage_of(cohort, cohort.today(now))) for cohort in cohorts.every(services.table)]


def overview(reader: CohortReader) -> Overview:
    """Return the cohort at a glance, from its counts: as many requests for ten people as for ten thousand."""
    people = reader.counts.people
    return Overview(
        cohort=reader.cohort,
        stage=reader.stage,
        today=reader.today,
        confirmed={role: people.in_state(EnrolmentState.CONFIRMED, role) for role in Role},
        unconfirmed={role: people.in_state(EnrolmentState.UNCONFIRMED, role) for role in Role},
        states={state: people.in_state(state) for state in EnrolmentState},
        untrained=people.untrained,
        places=people.places,
        runs=reader.runs,
        messages=reader.counts.messages,
        misaddressed=reader.misaddressed,
    )
