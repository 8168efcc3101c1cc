"""Read what a page about a cohort shows: each thing once, and only when the page asks for it."""

from functools import cached_property

from functions.programme.cohort import Cohort, stage_of
from functions.programme.people import Enrolment, EnrolmentState
from functions.programme.roll import PairProgress, RollEntry
from functions.programme.run import Run
from functions.programme.waiting import Waiting, who_waits
from functions.services import Services
from functions.storage import counts, keys, roll
from functions.storage.counts import CohortCounts
from functions.storage.enrolment import cohorts, enrolments
from functions.storage.runs import runs
from functions.storage.table import MAX_BATCH_GET


class CohortReader:
    """One cohort today. Every page's header needs the cohort and its stage; the rest is read when used."""

    def __init__(self, services: Services, cohort: Cohort, counted: CohortCounts | None = None) -> None:
        """Take the cohort, and its counts where they were read with it; nothing else is read yet."""
        self.services = services
        self._counted = counted
        self.cohort = cohort
        self.today = cohort.today(services.clock())
        self.stage = stage_of(cohort, self.today)

    @cached_property
    def people(self) -> tuple[RollEntry, ...]:
        """Everybody on the roll, in the order in which they applied: one request for 2,500 people or so."""
        found = roll.people_in(self.services.table, self.cohort.id)
        return tuple(sorted(found, key=lambda person: (person.enrolled_at, person.id)))

    @cached_property
    def pairs(self) -> tuple[PairProgress, ...]:
        """Every pair on the roll, by id; nothing is read before a run was published."""
        if self.cohort.published_run_id is None:
            return ()
        return tuple(roll.pairs_in(self.services.table, self.cohort.id))

    @cached_property
    def waiting(self) -> list[Waiting]:
        """Everybody who waits for a partner, the longest first: late applications, places that got nobody."""
        return who_waits(self.people, self.pairs, published=self.cohort.published_run_id is not None)

    @cached_property
    def counts(self) -> CohortCounts:
        """How many people and messages are in which state: one request."""
        if self._counted is not None:
            return self._counted
        batch = self.services.table.batch_get(*counts.count_keys(self.cohort.id))
        return counts.read(batch, self.cohort.id)

    @cached_property
    def misaddressed(self) -> tuple[Enrolment, ...]:
        """The people to whom a mail was refused, because it could have reached others: a request if any."""
        ids, cohort_id = sorted(self.counts.refused_to)[:MAX_BATCH_GET], self.cohort.id
        batch = self.services.table.batch_get(*(keys.enrolment(cohort_id, person_id) for person_id in ids))
        found = (enrolments.get(batch, cohort_id, person_id) for person_id in ids)
        return tuple(person for person in found if person and person.state is not EnrolmentState.ERASED)

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """The cohort's runs, the latest first."""
        return tuple(runs.in_cohort(self.services.table, self.cohort.id))


def cohort_reader(services: Services, cohort_id: str) -> CohortReader | None:
    """Return a reader of the cohort, or None when there is none of that id: one request."""
    cohort = cohorts.get(services.table, cohort_id)
    return None if cohort is None else CohortReader(services, cohort)


def counting_reader(services: Services, cohort_id: str) -> CohortReader | None:
    """Return a reader of the cohort that has its counts already, or None: one request."""
    batch = services.table.batch_get(keys.cohort(cohort_id), *counts.count_keys(cohort_id))
    cohort = cohorts.get(batch, cohort_id)
    return None if cohort is None else CohortReader(services, cohort, counts.read(batch, cohort_id))
