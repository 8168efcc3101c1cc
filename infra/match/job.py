"""One match to make: who, under which policy, and what was settled before."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from functions.matching import Cohort, Person, Policy, Role
from functions.programme.typed_names import NamedPeople
from functions.spreadsheets import BadInput, Table
from infra.match.couples import Couple, Settled
from infra.match.display_names import Names
from infra.match.reading import Reading

LONG_WORK = 500_000  # pairs to score; shorter work is done before anybody wonders


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One match: who, under which policy, and what was settled before."""

    policy: Policy
    policy_file: Path
    tables: Mapping[Role, Table]
    people: Mapping[Role, list[Person]]
    settled: Settled
    reading: Reading
    names: Names
    named: NamedPeople
    seed: int

    @property
    def forbidden(self) -> tuple[Couple, ...]:
        """Return the pairs that must not be: by a file, or since a typed name may mean them.

        What the coordinator locked stands above what somebody may have meant.
        """
        settled = self.settled.locked.keys() | self.settled.forbidden.keys()
        return (*self.settled.forbidden, *(couple for couple in self.named.apart if couple not in settled))

    def cohort(self) -> Cohort:
        """Return the people, ready to be compared."""
        return Cohort.of(self.people[Role.MENTOR], self.people[Role.MENTEE], self.policy)

    @property
    def takes_long(self) -> bool:
        """Whether scoring all pairs takes long enough to report progress."""
        return len(self.people[Role.MENTOR]) * len(self.people[Role.MENTEE]) >= LONG_WORK

    def sides_with(self, column: str) -> list[Role]:
        """Return the sides whose file has the column. Raises BadInput when neither has."""
        sides = [role for role in (Role.MENTEE, Role.MENTOR) if column in self.tables[role].columns]
        if not sides:
            table = self.tables[Role.MENTEE]
            raise BadInput(
                table.file,
                f"there is no column “{column}” to compare groups by, nor among the mentors",
                f"Give --fairness one of: {', '.join(table.columns)}",
            )
        return sides
