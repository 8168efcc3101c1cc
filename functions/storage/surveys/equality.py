"""Answers about equality as counts, and who has given some: two kinds of fact that nothing joins.

The claim says that a person has answered, and holds no answer and no time. The counts hold numbers alone.
Both are written in one transaction whose idempotency key is random. The claim does not keep that key,
so nothing leads from it to the place of the answer in the audit trail, and to about when it was.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from functions.programme.links import id_from
from functions.storage import keys
from functions.storage.table import Change, Table, amendment
from functions.storage.table import creation as creation_at

_ANSWERED = "answered"
_MARK = "mark "


def participation(cohort_id: str, person_id: str) -> Change:
    """Return the change that says that a person has answered; refused the second time."""
    return replace(
        creation_at(keys.equality_participation(cohort_id, _digest(person_id)), {}), unattributed=True
    )


def has_participated(table: Table, cohort_id: str, person_id: str) -> bool:
    """Return whether this person has answered."""
    return table.read(keys.equality_participation(cohort_id, _digest(person_id))) is not None


def addition(cohort_id: str, version: str, marks: Iterable[str]) -> Change:
    """Return the change that adds one person's marks, made on this version of the questions."""
    adds = {f"{_MARK}{mark}": times for mark, times in Counter(marks).items()}
    return amendment(
        keys.equality_counts(cohort_id, version), {}, condition=None, adds={**adds, _ANSWERED: 1}
    )


def counts(table: Table, cohort_id: str) -> tuple[int, Mapping[str, int]]:
    """Return how many people have answered, and how often each mark was made, over every version."""
    found: Counter[str] = Counter()
    for item in table.query(keys.equality(cohort_id), "COUNTS#"):
        found.update({name: value for name, value in item.items() if isinstance(value, int)})
    answered = found.pop(_ANSWERED, 0)
    return answered, {name.removeprefix(_MARK): times for name, times in found.items()}


def _digest(person_id: str) -> str:
    return id_from("has answered about equality", person_id)
