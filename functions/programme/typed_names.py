"""Finds whom people named: those who are certain become ids in the answers, the others forbidden pairs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from functions.matching import Person, Policy, Role, RuleKind, canonical
from functions.programme.names import Likeness, Meaning, NameIndex

_NAMING_RULES = (RuleKind.AVOIDED, RuleKind.SUPERVISES, RuleKind.PREVIOUS)
_WISH = "wish"
Couple = tuple[str, str]  # a mentee's id, a mentor's id


@dataclass(frozen=True, slots=True, kw_only=True)
class UnclearName:
    """A typed name that is not for certain one person of the other side.

    `typist` (an id) stands on the side `role`, and typed it in what the rule or criterion `asked_by` reads;
    with `forbids` every pair that it may mean is kept apart. `nearest` are the ids of those whom it may mean.
    """

    typist: str
    role: Role
    asked_by: str
    forbids: bool
    typed: str
    nearest: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPeople:
    """The people of a match once it is known whom they named.

    `forbidden` are the pairs that unclear names may mean, and `oneself` those of people who stand on both
    sides under the same or a near name, or the same address.
    """

    mentors: list[Person]
    mentees: list[Person]
    unclear: tuple[UnclearName, ...]
    forbidden: tuple[Couple, ...]
    oneself: tuple[Couple, ...]

    @property
    def apart(self) -> tuple[Couple, ...]:
        """Return every pair that must not be, in order."""
        return tuple(sorted({*self.forbidden, *self.oneself}))


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of one side in which people of the other side are named."""

    role: Role
    name: str
    asked_by: str
    forbids: bool


def find_named_people(mentors: Sequence[Person], mentees: Sequence[Person], policy: Policy) -> NamedPeople:
    """Return the same people, with the ids of whom they named for certain, and what is unclear."""
    sides = {Role.MENTOR: list(mentors), Role.MENTEE: list(mentees)}
    indexes = {role: name_index(sides[role], policy, role) for role in Role}
    unclear: list[UnclearName] = []
    for column in _columns(policy):
        index = indexes[_other(column.role)]
        sides[column.role] = [
            _with_ids(person, column, policy, index, unclear) for person in sides[column.role]
        ]
    return NamedPeople(
        mentors=sides[Role.MENTOR],
        mentees=sides[Role.MENTEE],
        unclear=tuple(unclear),
        forbidden=tuple(sorted({couple for name in unclear if name.forbids for couple in _couples(name)})),
        oneself=tuple(sorted(set(_on_both_sides(mentees, policy, indexes[Role.MENTOR])))),
    )


def name_index(people: Iterable[Person], policy: Policy, role: Role) -> NameIndex:
    """Return what finds the people of one side by what others may call them."""
    return NameIndex({person.id: _called(person, policy, role) for person in people})


def _columns(policy: Policy) -> Iterator[_Column]:
    for rule in policy.rules:
        if rule.kind in _NAMING_RULES:
            yield from _of_both(rule.mentee, rule.mentor, rule.name, forbids=True, kind=rule.kind)
    for criterion in policy.criteria:
        if criterion.kind == _WISH:
            yield from _of_both(criterion.mentee, criterion.mentor, criterion.name, forbids=False)


def _of_both(
    mentee: str, mentor: str, asked_by: str, *, forbids: bool, kind: RuleKind | None = None
) -> Iterator[_Column]:
    if mentee:
        yield _Column(Role.MENTEE, mentee, asked_by, forbids)
    if mentor and kind is not RuleKind.SUPERVISES:
        yield _Column(Role.MENTOR, mentor, asked_by, forbids)


def _with_ids(
    person: Person, column: _Column, policy: Policy, index: NameIndex, unclear: list[UnclearName]
) -> Person:
    """Return the person with the ids of whom they meant for certain beside what they typed."""
    answer = person.answers.get(column.name)
    typed = answer if isinstance(answer, tuple) else (() if answer is None else (str(answer),))
    meanings = [meaning for text in typed for meaning in index.meanings(text)]
    unclear += [_unclear(person, column, each) for each in meanings if each.likeness is not Likeness.SAME]
    written = _entries(answer, typed, policy, column.role)
    # An unclear wish counts for nothing, also where it is just what several people are called.
    dropped = set() if column.forbids else {canonical(each.typed) for each in meanings if _is_near(each)}
    entries = tuple(entry for entry in written if canonical(entry) not in dropped)
    sure = {id_ for each in meanings if each.likeness is Likeness.SAME for id_ in each.people}
    missing = sorted(id_ for id_ in sure if canonical(id_) not in set(map(canonical, entries)))
    if entries == written and not missing:
        return person
    return replace(person, answers={**person.answers, column.name: (*entries, *missing)})


def _is_near(meaning: Meaning) -> bool:
    return meaning.likeness is Likeness.NEAR


def _entries(answer: object, typed: Iterable[str], policy: Policy, role: Role) -> tuple[str, ...]:
    """Return the answer as entries: as they are, or cut where the policy says that a text is a list."""
    if isinstance(answer, tuple):
        return tuple(typed)
    separator = policy.columns(role).separator
    return tuple(part.strip() for text in typed for part in separator.split(text) if part.strip())


def _unclear(person: Person, column: _Column, meaning: Meaning) -> UnclearName:
    return UnclearName(
        typist=person.id,
        role=column.role,
        asked_by=column.asked_by,
        forbids=column.forbids,
        typed=meaning.typed,
        nearest=tuple(sorted(meaning.people)),
    )


def _couples(name: UnclearName) -> Iterator[Couple]:
    for id_ in name.nearest:
        yield (name.typist, id_) if name.role is Role.MENTEE else (id_, name.typist)


def _on_both_sides(mentees: Iterable[Person], policy: Policy, mentors: NameIndex) -> Iterator[Couple]:
    for mentee in mentees:
        for text in _called(mentee, policy, Role.MENTEE):
            for id_ in mentors.near(text) | mentors.by_address(text):
                yield mentee.id, id_


def _called(person: Person, policy: Policy, role: Role) -> list[str]:
    """Return what others may call a person: the id, and every answer of the identity columns."""
    values = [person.answers.get(column) for column in policy.columns(role).identity]
    texts = [text for value in values for text in (value if isinstance(value, tuple) else (value,))]
    return list(dict.fromkeys([person.id, *(str(text) for text in texts if text is not None)]))


def _other(role: Role) -> Role:
    return Role.MENTOR if role is Role.MENTEE else Role.MENTEE
