"""Reads couples from files: pairings of before, locked ones, and those that must not be.

A file needs the columns `mentee` and `mentor` and may have any others, so the pairs that a match wrote can
be read again. Whatever contradicts the people or another file is told with file and row.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from functions.matching import Impossibility, Person, Policy, Role, canonical, limit_capacity
from functions.programme.names import Likeness
from functions.programme.typed_names import name_index
from functions.spreadsheets import BadInput, Row, Table, read_file

Couple = tuple[str, str]  # a mentee's id, a mentor's id
_ROWS_TOLD = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What the files say, by ids, each couple with the row that says it."""

    previous: dict[Couple, int] | None = None
    locked: dict[Couple, int]
    forbidden: dict[Couple, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Where the couples are; None where there are none."""

    previous: Path | None
    locked: Path | None
    forbidden: Path | None


class _Known:
    """The people of one side by their ids, or by a name that means one of them for certain."""

    def __init__(self, people: Sequence[Person], policy: Policy, role: Role) -> None:
        self.ids = {canonical(person.id): person.id for person in people}
        self._index = cache(lambda: name_index(people, policy, role))

    def id_of(self, name: str) -> str | None:
        """Return the id of whom a name means for certain; None for anybody else."""
        if canonical(name) in self.ids:
            return self.ids[canonical(name)]
        meanings = self._index().meanings(name)
        sure = [id_ for each in meanings if each.likeness is Likeness.SAME for id_ in each.people]
        return sure[0] if len(meanings) == len(sure) == 1 else None


def settled_by(files: Files, people: Mapping[Role, Sequence[Person]], policy: Policy) -> Settled:
    """Return what the files settle. Raises BadInput when one can't be read or they can't all hold."""
    known = {role: _Known(people[role], policy, role) for role in Role}
    locked = _couples(files.locked, known) if files.locked else {}
    forbidden = _couples(files.forbidden, known) if files.forbidden else {}
    _check_not_both(files, locked, forbidden)
    if files.locked:
        for role in Role:
            _check_places(files.locked, locked, role, limit_capacity(people[role], policy.columns(role)))
    return Settled(
        previous=_previous(files.previous, known) if files.previous else None,
        locked=locked,
        forbidden=forbidden,
    )


def row_of(why: Impossibility, files: Files, settled: Settled) -> str:
    """Return the file and row of the couple that it is about, or nothing."""
    for file, couples in ((files.locked, settled.locked), (files.forbidden, settled.forbidden)):
        row = couples.get((why.people[0], why.people[1])) if len(why.people) == len(Role) else None
        if row is not None:
            return f"{file}, row {row}: "
    return ""


def _couples(file: Path, known: Mapping[Role, _Known]) -> dict[Couple, int]:
    couples: dict[Couple, int] = {}
    for row in _table(file).rows:
        mentee, mentor = (_known(file, row, role, known[role]) for role in (Role.MENTEE, Role.MENTOR))
        before = couples.setdefault((mentee, mentor), row.number)
        if before != row.number:
            raise BadInput(
                file, f"{mentee} with {mentor} stands in row {before} already", "Keep one row", row=row.number
            )
    return couples


def _previous(file: Path, known: Mapping[Role, _Known]) -> dict[Couple, int]:
    """Return the pairings of before, also of people who have left; somebody must still be there."""
    found: dict[Couple, int] = {}
    somebody = False
    for row in _table(file).rows:
        couple = []
        for role in (Role.MENTEE, Role.MENTOR):
            name = _name(file, row, role)
            person = known[role].id_of(name)
            somebody |= person is not None
            couple.append(person or name)
        found.setdefault((couple[0], couple[1]), row.number)
    if not somebody:
        raise BadInput(
            file,
            "nobody in it is among the people of this match",
            "Check that it is the file of the last match, and that its people are named by the same column",
        )
    return found


def _table(file: Path) -> Table:
    table = read_file(file, columns=tuple(Role))
    for role in (Role.MENTEE, Role.MENTOR):
        if role not in table.columns:
            near = get_close_matches(role, table.columns, n=1)
            raise BadInput(
                file,
                f"the column “{role}” is missing",
                f"Name two columns “mentee” and “mentor”{f' (there is “{near[0]}”)' if near else ''}",
            )
    return table


def _name(file: Path, row: Row, role: Role) -> str:
    cell = row.cells.get(role)
    if cell is None:
        raise BadInput(file, "this cell is empty", f"Name a {role}", row=row.number, column=role)
    return str(cell)


def _known(file: Path, row: Row, role: Role, known: _Known) -> str:
    name = _name(file, row, role)
    person = known.id_of(name)
    if person is None:
        near = get_close_matches(canonical(name), known.ids, n=1, cutoff=0.8)
        raise BadInput(
            file,
            f"{name} is not among the {role}s",
            f"Did you mean {known.ids[near[0]]}?" if near else "Take the row out, or add the person",
            row=row.number,
            column=role,
        )
    return person


def _check_not_both(files: Files, locked: Mapping[Couple, int], forbidden: Mapping[Couple, int]) -> None:
    for couple in sorted(locked.keys() & forbidden.keys(), key=locked.__getitem__):
        raise BadInput(
            files.locked or "",
            f"{couple[0]} with {couple[1]} is locked here and forbidden in {files.forbidden}, "
            f"row {forbidden[couple]}",
            "Take one of the two rows out",
            row=locked[couple],
        )


def _check_places(file: Path, locked: Mapping[Couple, int], role: Role, people: Iterable[Person]) -> None:
    places = {person.id: person.capacity for person in people}
    rows: dict[str, list[int]] = {}
    for couple, row in locked.items():
        rows.setdefault(couple[role is Role.MENTOR], []).append(row)
    for name, standing in rows.items():
        if len(standing) > places[name]:
            raise BadInput(
                file,
                f"the {role} {name} has {len(standing)} locked pairings ({_rows(standing)}) "
                f"and a capacity of {places[name]}",
                "Take some of these rows out, or raise the capacity",
            )


def _rows(rows: Sequence[int]) -> str:
    told = ", ".join(map(str, rows[:_ROWS_TOLD]))
    return f"rows {told}{' …' if len(rows) > _ROWS_TOLD else ''}"
