"""What people's cells mean under a policy: which stand for no answer, and where several answers are cut.

Cells are cut by what truly separates the answers of their column, unless the policy says the separator.
Columns of names are not cut here: who is meant is decided elsewhere.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from functions.matching import AnswerSource, Criterion, Person, Policy, Role, Rule, RuleKind, canonical
from functions.spreadsheets.list_columns import Separator, answers_in, separator_of
from functions.spreadsheets.no_answer import is_no_answer

_OF_LISTS = frozenset({"overlap", "ranked choice", "shares any", "times in common", "complementary"})
_OF_WORDS = frozenset({"same", "different"})
_RULES_OF_LISTS = (RuleKind.TOO_FEW, RuleKind.MUST_HAVE)
_AS_IT_STANDS = AnswerSource()
_STRONG = (Separator.SEMICOLON, Separator.BAR, Separator.LINE_BREAK)

Column = tuple[Role, str]
Read = str | int | bool | tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnReading:
    """How the answers of one column were read.

    `separator` is None where the column holds no lists or the policy says itself how they are cut.
    `no_answers` counts the cells, as written, that were taken for no answer; `options` are the answers as
    somebody wrote them, by their canonical form.
    """

    role: Role
    column: str
    separator: Separator | None = None
    no_answers: Mapping[str, int] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two columns that a criterion compares entry by entry, or word by word."""

    criterion: str
    mentee: str
    mentor: str
    lists: bool

    @property
    def columns(self) -> tuple[Column, Column]:
        """Return both, the mentees' first."""
        return (Role.MENTEE, self.mentee), (Role.MENTOR, self.mentor)


def comparisons_of(policy: Policy) -> list[Comparison]:
    """Return the columns whose answers must meet for anybody to have points."""
    found = []
    for one in policy.criteria:
        if one.kind in _OF_LISTS | _OF_WORDS and one.zones is None:
            lists = one.kind in _OF_LISTS
            sides = [(one.mentee, one.mentor or one.mentee)]
            sides += [(one.mentee_offers, one.mentor_wants)] if one.mentee_offers and one.mentor_wants else []
            found += [Comparison(criterion=one.label, mentee=a, mentor=b, lists=lists) for a, b in sides]
    return found


class AnswerReader:
    """Reads the cells of both sides under a policy."""

    def __init__(self, people: Mapping[Role, Sequence[Person]], policy: Policy) -> None:
        self._people, self._policy = people, policy
        self._names = {role: set(_names(people.get(role, ()), policy, role)) for role in Role}
        self._no_answers: dict[Column, Counter[str]] = {}
        columns = dict.fromkeys(_answering(policy))
        self._cells = {
            column: [self._cell(column, person) for person in people[column[0]]] for column in columns
        }
        lists = {column: None for column in _lists(policy) if column in self._cells}
        for column in lists:
            if separator := self._source(column).separator:
                self._cells[column] = [_cut_at(cell, separator) for cell in self._cells[column]]
        self._separators = {
            column: separator_of(cell for cell in self._cells[column] if isinstance(cell, str))
            for column in lists
            if not _separator_given(policy, column[0]) and not self._source(column).separator
        }
        for column, separator in self._separators.items():
            known = self._known(column) if separator is Separator.COMMA else frozenset[str]()
            self._cells[column] = [_cut(cell, separator, known) for cell in self._cells[column]]

    def people(self) -> dict[Role, list[Person]]:
        """Return everybody with their answers as they were read."""
        return {role: self._side(role) for role in self._people}

    def readings(self) -> list[ColumnReading]:
        """Return how each column of answers was read."""
        return [
            ColumnReading(
                role=column[0],
                column=column[1],
                separator=self._separators.get(column),
                no_answers=dict(self._no_answers.get(column, {})),
                options=self._options(column),
            )
            for column in self._cells
        ]

    def _side(self, role: Role) -> list[Person]:
        columns = [column for column in self._cells if column[0] is role]
        return [
            replace(
                person,
                answers={**person.answers, **{name: self._cells[role, name][place] for _, name in columns}},
            )
            for place, person in enumerate(self._people[role])
        ]

    def _cell(self, column: Column, person: Person) -> Read:
        value = person.answers.get(column[1])
        if not isinstance(value, str) or not is_no_answer(value):
            return value
        if canonical(value) in _vocabulary(self._policy, column) or self._is_a_name(column, value):
            return value
        self._no_answers.setdefault(column, Counter())[value] += 1
        return None

    def _is_a_name(self, column: Column, value: str) -> bool:
        return any(canonical(value) in names for role, names in self._names.items() if role is not column[0])

    def _known(self, column: Column) -> frozenset[str]:
        """Return answers that are surely whole: the policy's, and those of a column with clear separators."""
        known = {
            *self._policy.columns(column[0]).allowed.get(column[1], ()),
            *self._source(column).whole,
        }
        for pair in comparisons_of(self._policy):
            for own, other in (pair.columns, pair.columns[::-1]):
                if own == column and self._separators.get(other) in _STRONG:
                    texts = (cell for cell in self._cells[other] if cell is not None)
                    known.update(
                        _entry for cell in texts for _entry in _entries(cell, self._separators[other])
                    )
        return frozenset(" ".join(entry.split()).casefold() for entry in known)

    def _source(self, column: Column) -> AnswerSource:
        return self._policy.columns(column[0]).sources.get(column[1], _AS_IT_STANDS)

    def _options(self, column: Column) -> dict[str, str]:
        found: dict[str, str] = {}
        separator = self._policy.columns(column[0]).separator
        cut = column in self._separators or column not in set(_lists(self._policy))
        for cell in self._cells[column]:
            if cell is None:
                continue
            entries = cell if isinstance(cell, tuple) else (str(cell),) if cut else separator.split(str(cell))
            for entry in entries:
                found.setdefault(canonical(entry), entry.strip())
        found.pop("", None)
        return found


def _cut_at(cell: Read, separator: str) -> Read:
    if not isinstance(cell, str):
        return cell
    return tuple(filter(None, (answer.strip() for answer in cell.split(separator)))) or None


def _cut(cell: Read, separator: Separator, known: Collection[str]) -> Read:
    if not isinstance(cell, str):
        return cell
    return answers_in(cell, separator, known) or None


def _entries(cell: Read, separator: Separator) -> tuple[str, ...]:
    return cell if isinstance(cell, tuple) else answers_in(str(cell), separator)


def _answering(policy: Policy) -> Iterator[Column]:
    """Yield the columns that hold answers, and not who somebody is or how many they take."""
    for role in (Role.MENTEE, Role.MENTOR):
        side = policy.columns(role)
        other = {side.id, side.capacity, side.priority, side.time, *side.identity}
        yield from ((role, column) for column in policy.mentions(role) if column not in other)


def _lists(policy: Policy) -> Iterator[Column]:
    """Yield the columns that are compared entry by entry, and nowhere as a whole."""
    words = {column for pair in comparisons_of(policy) if not pair.lists for column in pair.columns}
    for pair in comparisons_of(policy):
        yield from (column for column in pair.columns if pair.lists and column not in words)
    for rule in policy.rules:
        if rule.kind in _RULES_OF_LISTS:
            columns = ((Role.MENTEE, rule.mentee), (Role.MENTOR, rule.mentor or rule.mentee))
            yield from (column for column in columns if column[1] and column not in words)


def _separator_given(policy: Policy, role: Role) -> bool:
    content = json.loads(policy.canonical)
    side = content.get("people") or content.get("mentees" if role is Role.MENTEE else "mentors") or {}
    return "separator" in side


def _vocabulary(policy: Policy, column: Column) -> set[str]:
    """Return the answers that the policy knows in a column: they are answers even if they say “none”."""
    role, name = column
    words = set(policy.columns(role).allowed.get(name, ()))
    both: tuple[Criterion | Rule, ...] = (*policy.criteria, *policy.rules)
    for one in both:
        if name == (one.mentee if role is Role.MENTEE else one.mentor):
            ladder = one.ladder and (one.ladder.mentee if role is Role.MENTEE else one.ladder.mentor)
            words |= {*one.wildcards, *(ladder or ())}
    return words


def _names(people: Sequence[Person], policy: Policy, role: Role) -> Iterator[str]:
    side = policy.columns(role)
    for person in people:
        yield canonical(person.id)
        yield from (canonical(str(person.answers.get(column) or "")) for column in side.identity)
