"""The columns of the people list, one row each: the heading, what a cell shows, and by what it is sorted.

A new column of something that `RollEntry` has is a row of `COLUMNS`, and nothing else.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from functions.programme.people import EnrolmentState, Role
from functions.programme.roll import RollEntry
from functions.usecases.people.list_people import plain
from functions.web.rendering import moment

STATES = {
    EnrolmentState.UNCONFIRMED: "address not confirmed",
    EnrolmentState.APPLIED: "to decide",
    EnrolmentState.WAITING: "waiting",
    EnrolmentState.CONFIRMED: "has a place",
    EnrolmentState.DECLINED: "declined",
    EnrolmentState.WITHDRAWN: "withdrawn",
    EnrolmentState.ERASED: "erased",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """One row of the list; `since` is when the person got on it, and `address` their own page."""

    person: RollEntry
    since: datetime
    zone: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. `cell` returns text, or Markup where a cell is more than text."""

    name: str
    heading: str
    cell: Callable[[PersonRow], str]
    sort_key: Callable[[PersonRow], Any]


def sort_rows(rows: Sequence[PersonRow], sort: str) -> list[PersonRow]:
    """Return the rows by the column of that name, with “-” before it the other way; else as they are."""
    column = next((each for each in COLUMNS if each.name == sort.removeprefix("-")), None)
    return list(rows) if column is None else sorted(rows, key=column.sort_key, reverse=sort.startswith("-"))


def _name(row: PersonRow) -> str:
    name = row.person.name or "somebody who was erased"
    link = Markup('<a href="{}">{}</a>').format(row.address, name)
    return link + Markup(' <span class="tag">waited last time</span>') if row.person.waited else link


def _role(row: PersonRow) -> str:
    person = row.person
    several = person.role is Role.MENTOR and person.capacity > 1
    return f"{person.role}, {person.capacity} places" if several else str(person.role)


def _state(row: PersonRow) -> str:
    state = row.person.state
    return Markup('<span class="tag tag-{}">{}</span>').format(state, STATES[state])


def _since(row: PersonRow) -> str:
    shown = moment(row.since, row.zone)
    return Markup('<time datetime="{}">{}</time>').format(row.since.isoformat(), shown)


def _training(row: PersonRow) -> str:
    if row.person.trained:
        return Markup('<span aria-hidden="true">✓</span> read')
    return "not yet" if row.person.state is EnrolmentState.CONFIRMED else "–"


# The first one heads its row.
COLUMNS = (
    Column(name="name", heading="Name", cell=_name, sort_key=lambda row: plain(row.person.name)),
    Column(
        name="role", heading="Role", cell=_role, sort_key=lambda row: (row.person.role, row.person.capacity)
    ),
    Column(name="state", heading="State", cell=_state, sort_key=lambda row: STATES[row.person.state]),
    Column(name="since", heading="Since", cell=_since, sort_key=lambda row: row.since),
    Column(name="training", heading="Training", cell=_training, sort_key=_training),
)
