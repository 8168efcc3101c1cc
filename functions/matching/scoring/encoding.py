"""Everybody's answers, read once as the policy means them, into what each criterion and rule compares.

What is read depends on columns and kinds alone, not on weights: another policy over the same questions
reads nothing again (`Read.parts`, by what was read).
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from functions.matching.people import CannotMatch, Person, Role, Value, canonical, number, one, several
from functions.matching.policy.model import (
    Columns,
    Counts,
    Criterion,
    CriterionKind,
    Ladder,
    Policy,
    Rule,
    RuleKind,
    Zones,
)
from functions.matching.scoring.formulas import (
    ANY,
    MISSING,
    NOT_ASKED,
    NOWHERE,
    BothWays,
    Common,
    Covered,
    Either,
    Formula,
    Ranked,
    RefuseFew,
    RefuseSteps,
    RefuseText,
    RefuseWithout,
    SameText,
    Steps,
    Told,
    Unmet,
)
from functions.matching.scoring.set_overlap import Likeness, Many, Term
from functions.matching.scoring.text_similarity import grams
from functions.matching.scoring.timetable import half_hours

Ints = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]
_Kept = TypeVar("_Kept")

_BITS = 6  # entries of a list whose every combination has a number of its own
_FEW_TEXTS = 64
_LONGEST = 254  # a count that fits one byte, beside the number for nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """One comparison: the formula of the mentee's value, and the mentor's value or the terms' numbers.

    People with the same value are one class; `of_row` and `of_column` say whose class is which.
    """

    formula: Formula
    rows: Ints
    of_row: Ints
    columns: Ints
    of_column: Ints
    terms: tuple[Term | Likeness, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """Pairs that names make, kept sparse: a mentee's tokens, and the mentors who hold each."""

    entries: Many
    holders: Many
    width: int

    def cells(self, rows: Ints, columns: Ints) -> Ints:
        """Return the related pairs of rows × columns: their places in that block, in order, each once."""
        owner, places = self.entries.places(rows)
        which, found = self.holders.places(self.entries.items[places])
        place_of = np.full(self.width, -1, dtype=np.int64)
        place_of[columns] = np.arange(len(columns))
        column = place_of[self.holders.items[found]]
        return np.unique((owner[which] * len(columns) + column)[column >= 0])

    def of_pairs(self, rows: Ints, columns: Ints) -> Truths:
        """Say of each pair (rows[k], columns[k]) whether it is related."""
        chosen = np.unique(rows)
        every = np.arange(self.width)
        codes = self.cells(chosen, every)
        return np.isin(np.searchsorted(chosen, rows) * self.width + columns, codes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one criterion or rule compares: its only facet, or every facet that can refuse, and names."""

    facets: tuple[Facet, ...] = ()
    relations: tuple[Relation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """Both sides, sorted by id, and what has been read of them so far."""

    mentors: tuple[Person, ...]
    mentees: tuple[Person, ...]
    parts: Mapping[str, Part]
    same_id: Relation


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sides:
    mentors: tuple[Person, ...]
    mentees: tuple[Person, ...]
    policy: Policy
    caps: Mapping[str, int]
    kept: dict[object, Any] = field(default_factory=dict)

    def of(self, role: Role) -> tuple[Person, ...]:
        return self.mentees if role is Role.MENTEE else self.mentors

    def keep(self, key: object, make: Callable[[], _Kept]) -> _Kept:
        """Return what was made before under that key, or make it now."""
        if key not in self.kept:
            self.kept[key] = make()
        found: _Kept = self.kept[key]
        return found

    def ones(self, role: Role, column: str) -> list[str]:
        return self.keep(
            ("one", role, column), lambda: [one(person.answers.get(column)) for person in self.of(role)]
        )

    def lists(self, role: Role, column: str) -> list[tuple[str, ...]]:
        """Return everybody's entries of a column, cut once however many criteria and rules read it."""
        separator = self.policy.columns(role).separator
        return self.keep(
            ("list", role, column),
            lambda: [several(person.answers.get(column), separator) for person in self.of(role)],
        )

    def texts(self, role: Role, column: str) -> list[frozenset[str]]:
        return self.keep(
            ("text", role, column), lambda: [grams(person.answers.get(column)) for person in self.of(role)]
        )

    def times(self, role: Role, column: str, zones: Zones | None) -> Sequence[Sequence[str | int]]:
        """Return everybody's entries, as half-hours of the world's week where zones are given."""
        lists = self.lists(role, column)
        if zones is None:
            return lists
        return self.keep(
            ("times", role, column, _zoned(zones)),
            lambda: [
                half_hours(person, role, entries, (column, zones))
                for person, entries in zip(self.of(role), lists, strict=True)
            ],
        )


def read(mentors: Iterable[Person], mentees: Iterable[Person], policy: Policy) -> Read:
    """Read everybody's answers as the policy means them."""
    ordered = {Role.MENTOR: _in_order(mentors, Role.MENTOR), Role.MENTEE: _in_order(mentees, Role.MENTEE)}
    for role, people in ordered.items():
        _check_allowed(people, policy.columns(role), role)
    ids = ([(person.id,) for person in ordered[role]] for role in (Role.MENTEE, Role.MENTOR))
    known = Read(mentors=ordered[Role.MENTOR], mentees=ordered[Role.MENTEE], parts={}, same_id=_related(*ids))
    return read_more(known, policy)


def read_more(known: Read, policy: Policy) -> Read:
    """Return what the policy reads of the same people; what is known already is not read again."""
    sides = _Sides(mentors=known.mentors, mentees=known.mentees, policy=policy, caps=_caps(policy))
    found = dict(known.parts)
    criteria, rules = signatures(policy)
    for key, criterion in zip(criteria, policy.criteria, strict=True):
        if key not in found:
            found[key] = _PARTS[criterion.kind](sides, criterion)
    for key, rule in zip(rules, policy.rules, strict=True):
        if key not in found:
            found[key] = _REFUSALS[rule.kind](sides, rule)
    return replace(known, parts=found)


def signatures(policy: Policy) -> tuple[list[str], list[str]]:
    """Return for each criterion and each rule everything that its part depends on, beside the people."""
    caps = _caps(policy)
    return (
        [_signature(criterion, caps) for criterion in policy.criteria],
        [_signature(rule, caps) for rule in policy.rules],
    )


def _signature(of: Criterion | Rule, caps: Mapping[str, int]) -> str:
    shared = (
        of.kind,
        of.mentee,
        of.mentor,
        sorted(of.wildcards),
        _steps_of(of.ladder),
        of.at_least,
        of.at_most,
        _zoned(of.zones),
        caps.get(_listed(of), 0),
    )
    if isinstance(of, Rule):
        return repr(("rule", *shared, of.missing_refuses, sorted(of.same.items())))
    ranks = (of.ranks, of.counts, of.reach, of.enough, sorted(of.worth.items()))
    return repr((*shared, *ranks, of.mentor_wants, of.mentee_offers))


def _steps_of(ladder: Ladder | None) -> object:
    if ladder is None:
        return None
    return [None if side is None else sorted(side.items()) for side in (ladder.mentee, ladder.mentor)]


def _zoned(zones: Zones | None) -> object:
    return zones and (zones.mentee, zones.mentor, zones.monday.isoformat(), *sorted(zones.hours.items()))


def _listed(of: Criterion | Rule) -> str:
    return repr((of.mentee, of.mentor, _zoned(of.zones)))


def _caps(policy: Policy) -> dict[str, int]:
    """Return how many entries in common anything asks for: beyond that no count need go."""
    caps: dict[str, int] = {}
    for criterion in policy.criteria:
        if criterion.kind is CriterionKind.IN_COMMON:
            caps[_listed(criterion)] = max(caps.get(_listed(criterion), 0), criterion.enough)
    for rule in policy.rules:
        if rule.kind is RuleKind.TOO_FEW:
            caps[_listed(rule)] = max(caps.get(_listed(rule), 0), rule.at_least or 1)
    return caps


def _in_order(people: Iterable[Person], role: Role) -> tuple[Person, ...]:
    ordered = tuple(sorted(people, key=lambda person: person.id))
    for before, after in pairwise(ordered):
        if before.id == after.id:
            raise CannotMatch(
                f"Two {role}s have the same id, {after.id}. Give each {role} one place, with one id.",
                person_id=after.id,
                role=role,
            )
    for person in ordered:
        if person.capacity < 1:
            raise CannotMatch(
                f"The {role} {person.id} has a capacity of {person.capacity}. "
                "Give them at least 1, or leave them out of this run.",
                person_id=person.id,
                role=role,
            )
    return ordered


def _check_allowed(people: Iterable[Person], columns: Columns, role: Role) -> None:
    for person in people:
        for column, allowed in columns.allowed.items():
            for value in several(person.answers.get(column), columns.separator):
                if value not in allowed:
                    raise unknown(person, role, column, value, allowed)


def unknown(person: Person, role: Role, column: str, value: str, known: Iterable[str]) -> CannotMatch:
    """Return what is said of an answer that the policy doesn't know."""
    return CannotMatch(
        f"The {role} {person.id} has “{value}” in “{column}”, which the policy doesn’t know. "
        f"Correct the answer, or add it to the policy; it knows: {', '.join(known)}.",
        person_id=person.id,
        role=role,
        column=column,
    )


def _plain(formula: Formula, mine: Ints, theirs: Ints) -> Facet:
    rows, of_row = np.unique(mine, return_inverse=True)
    columns, of_column = np.unique(theirs, return_inverse=True)
    return Facet(formula=formula, rows=rows, of_row=of_row, columns=columns, of_column=of_column)


def _by_terms(formula: Formula, mine: Ints, *terms: Term | Likeness) -> Facet:
    rows, of_row = np.unique(mine, return_inverse=True)
    nothing = np.zeros(0, dtype=np.int64)
    return Facet(formula=formula, rows=rows, of_row=of_row, columns=nothing, of_column=nothing, terms=terms)


def _codes(sides: _Sides, of: Criterion | Rule) -> tuple[Ints, Ints]:
    """Number both columns' texts alike; MISSING where there is none, ANY for what fits all."""
    columns = sides.ones(Role.MENTEE, of.mentee), sides.ones(Role.MENTOR, of.mentor)
    known = {text: code for code, text in enumerate(sorted(set().union(*columns)))}
    known.update({text: ANY for text in of.wildcards if text in known})
    known[""] = MISSING
    mine, theirs = (np.array([known[text] for text in column], dtype=np.int64) for column in columns)
    return mine, theirs


def _same(sides: _Sides, criterion: Criterion) -> Part:
    mine, theirs = _codes(sides, criterion)
    return Part(facets=(_plain(SameText(criterion.kind is CriterionKind.SAME), mine, theirs),))


def _lengths(lists: Sequence[Collection[object]]) -> Ints:
    return np.array([len(entries) for entries in lists], dtype=np.int64)


def _numbered(
    mine: Sequence[Iterable[_Kept]], theirs: Sequence[Iterable[_Kept]]
) -> tuple[list[list[int]], list[list[int]], int]:
    """Number the entries that both sides name somewhere; return both sides' numbers, and how many there are.

    An entry that the other side never names has no number, and keeps its place in the list as −1.
    """
    shared = {entry for entries in mine for entry in entries} & {
        entry for entries in theirs for entry in entries
    }
    known = {entry: place for place, entry in enumerate(shared)}  # in any order: only who holds it counts
    numbered = [[[known.get(entry, -1) for entry in entries] for entries in side] for side in (mine, theirs)]
    return numbered[0], numbered[1], len(known)


def _held(theirs: Sequence[Sequence[int]], size: int) -> Many:
    return Many.of([[entry for entry in entries if entry >= 0] for entries in theirs]).turned(size)


def _stepped(
    mine: Sequence[Sequence[int]], step_of: Callable[[int], int], first: int = 0, last: int | None = None
) -> tuple[Many, Ints]:
    """Return the entries from `first` to before `last` that have a number, and the step of each."""
    kept = [
        [(entry, step_of(place)) for place, entry in enumerate(entries[first:last]) if entry >= 0]
        for entries in mine
    ]
    steps = np.array([step for entries in kept for _, step in entries], dtype=np.int64)
    return Many.of([[entry for entry, _ in entries] for entries in kept]), steps


def _bits(sides: _Sides, mentee: str, mentor: str, first: int, width: int) -> Term:
    """Return the term that says which of the entries from `first` are met, a bit for each."""

    def make() -> Term:
        wants, offers = sides.lists(Role.MENTEE, mentee), sides.lists(Role.MENTOR, mentor)
        mine, theirs, size = _numbered(wants, offers)
        entries, steps = _stepped(mine, lambda place: 2**place, first, first + width)
        nothing = 0 if first else 2**width
        return Term(
            key=f"bits {mentee!r} {mentor!r} {first} {width}",
            entries=entries,
            steps=steps,
            holders=_held(theirs, size),
            base=np.where(_lengths(offers) == 0, nothing, 0),
            cap=0,
            size=2**width + (not first),
        )

    return sides.keep(("bits", mentee, mentor, first, width), make)


def _count(
    key: str, mine: Sequence[Iterable[_Kept]], theirs: Sequence[Sequence[_Kept]], cap: int = 0
) -> Term:
    """Return the term that counts what both hold, up to `cap` unless 0; its last number says “none”."""
    numbers, held, size = _numbered(mine, theirs)
    entries, steps = _stepped(numbers, lambda _place: 1)
    longest = min(int(_lengths(side).max(initial=0)) for side in (numbers, held))
    cap = cap if cap < longest else 0
    none = (cap or longest) + 1
    return Term(
        key=f"{key} {cap}",
        entries=entries,
        steps=steps,
        holders=_held(held, size),
        base=np.where(_lengths(theirs) == 0, none, 0),
        cap=cap,
        size=none + 1,
    )


def _coverage(sides: _Sides, criterion: Criterion) -> tuple[Covered, Term]:
    wants = sides.lists(Role.MENTEE, criterion.mentee)
    longest = int(_lengths(wants).max(initial=1))
    at_once = criterion.kind is CriterionKind.SHARES_ANY
    if longest <= _BITS:
        term = _bits(sides, criterion.mentee, criterion.mentor, 0, longest)
        return Covered(longest, 2**longest, at_once), term
    cap = int(at_once)
    key = f"count {criterion.mentee!r} {criterion.mentor!r} {cap}"
    offers = sides.lists(Role.MENTOR, criterion.mentor)
    term = sides.keep(key, lambda: _count(key, wants, offers, cap))
    return Covered(0, term.size - 1, at_once), term


def _overlap(sides: _Sides, criterion: Criterion) -> Part:
    formula, term = _coverage(sides, criterion)
    wanted = _lengths(sides.lists(Role.MENTEE, criterion.mentee))
    return Part(facets=(_by_terms(formula, wanted, term),))


def _complementary(sides: _Sides, criterion: Criterion) -> Part:
    if not criterion.mentor_wants:
        return _overlap(sides, criterion)
    forth, term = _coverage(sides, criterion)
    wants = sides.lists(Role.MENTOR, criterion.mentor_wants)
    offers = sides.lists(Role.MENTEE, criterion.mentee_offers)
    key = f"back {criterion.mentee_offers!r} {criterion.mentor_wants!r}"
    counted = _count(key, offers, wants)
    counts = counted.size
    wanted, of_mentor = np.unique(_lengths(wants), return_inverse=True)
    back = replace(counted, base=of_mentor * counts, size=len(wanted) * counts)
    formula = BothWays(forth, tuple(wanted.tolist()), counts)
    mine = 2 * _lengths(sides.lists(Role.MENTEE, criterion.mentee)) + (_lengths(offers) > 0)
    return Part(facets=(_by_terms(formula, mine, term, back),))


def _ranked(sides: _Sides, criterion: Criterion) -> Part:
    wanted = _lengths(sides.lists(Role.MENTEE, criterion.mentee))
    longest = int(wanted.max(initial=1))
    counted = longest if longest <= _BITS else min(longest, len(criterion.ranks))
    widths = tuple(min(_BITS, counted - first) for first in range(0, counted, _BITS))
    terms = [
        _bits(sides, criterion.mentee, criterion.mentor, place * _BITS, width)
        for place, width in enumerate(widths)
    ]
    formula = Ranked(criterion.ranks, criterion.counts is Counts.BEST, widths, 2 ** widths[0])
    return Part(facets=(_by_terms(formula, wanted, *terms),))


def _places(sides: _Sides, role: Role, column: str, ladder: Ladder | None) -> Ints:
    known = None if ladder is None else ladder.mentee if role is Role.MENTEE else ladder.mentor
    return np.array([_place(person, role, column, known) for person in sides.of(role)], dtype=np.int64)


def _place(person: Person, role: Role, column: str, known: Mapping[str, int] | None) -> int:
    value: Value = person.answers.get(column)
    text = one(value)
    if not text:
        return NOWHERE
    if known is not None:
        if text not in known:
            raise unknown(person, role, column, text, known)
        return known[text]
    try:
        thousandths = number(value)
    except ValueError as error:
        raise CannotMatch(
            f"The {role} {person.id} has “{text}” in “{column}”, which is not a number. "
            "Write a plain number, such as 3.",
            person_id=person.id,
            role=role,
            column=column,
        ) from error
    return NOWHERE if thousandths is None else thousandths


def _both_places(sides: _Sides, of: Criterion | Rule) -> tuple[Ints, Ints]:
    return (
        _places(sides, Role.MENTEE, of.mentee, of.ladder),
        _places(sides, Role.MENTOR, of.mentor, of.ladder),
    )


def _distance(sides: _Sides, criterion: Criterion) -> Part:
    worth = tuple(sorted(criterion.worth.items()))
    formula = Steps(worth, criterion.at_least, criterion.at_most, criterion.reach)
    return Part(facets=(_plain(formula, *_both_places(sides, criterion)),))


def _closeness(sides: _Sides, criterion: Criterion) -> Part:
    return Part(facets=(_plain(Steps((), 0, 0, criterion.reach), *_both_places(sides, criterion)),))


def _common(sides: _Sides, of: Criterion | Rule) -> tuple[Ints, Term]:
    mine = sides.times(Role.MENTEE, of.mentee, of.zones)
    theirs = sides.times(Role.MENTOR, of.mentor, of.zones)
    key = _listed(of)
    term = sides.keep(("common", key), lambda: _count(f"common {key}", mine, theirs, sides.caps[key]))
    return (_lengths(mine) > 0).astype(np.int64), term


def _in_common(sides: _Sides, criterion: Criterion) -> Part:
    mine, term = _common(sides, criterion)
    return Part(facets=(_by_terms(Common(criterion.enough, term.size - 1), mine, term),))


def _alike(sides: _Sides, criterion: Criterion) -> Part:
    mine, theirs = sides.texts(Role.MENTEE, criterion.mentee), sides.texts(Role.MENTOR, criterion.mentor)
    numbers, held, size = _numbered(mine, theirs)
    entries, _ = _stepped(numbers, lambda _place: 1)
    term = Likeness(
        key=f"alike {criterion.mentee!r} {criterion.mentor!r}",
        entries=entries,
        holders=_held(held, size),
        mentee_lengths=_lengths(mine),
        mentor_lengths=_lengths(theirs),
    )
    told = (term.mentee_lengths > 0).astype(np.int64)
    return Part(facets=(_by_terms(Common(criterion.enough, term.size - 1), told, term),))


def _names(sides: _Sides, role: Role) -> list[set[str]]:
    """Return what each person of a side may be called; an id always counts as a name."""
    identity = sides.policy.columns(role).identity
    return sides.keep(
        ("names", role),
        lambda: [
            {canonical(person.id), *(one(person.answers.get(column)) for column in identity)} - {""}
            for person in sides.of(role)
        ],
    )


def _called(sides: _Sides, role: Role, column: str) -> list[set[str]]:
    """Return everything that each person of a side may have meant as a name in that column."""
    wholes = sides.ones(role, column)
    return [
        {*entries, whole} - {""} for entries, whole in zip(sides.lists(role, column), wholes, strict=True)
    ]


def _related(mine: Sequence[Iterable[str]], theirs: Sequence[Iterable[str]]) -> Relation:
    numbers, held, size = _numbered(mine, theirs)
    entries, _ = _stepped(numbers, lambda _place: 1)
    return Relation(entries=entries, holders=_held(held, size), width=len(theirs))


def _named(sides: _Sides, mentee: str, mentor: str) -> Relation:
    """Return who names whom: the mentee's column the mentor, or the mentor's column the mentee."""
    mine: list[set[str]] = [set() for _ in sides.mentees]
    theirs: list[set[str]] = [set() for _ in sides.mentors]
    for role, column in ((Role.MENTEE, mentee), (Role.MENTOR, mentor)):
        if not column:
            continue
        callers, called = (mine, theirs) if role is Role.MENTEE else (theirs, mine)
        other = Role.MENTOR if role is Role.MENTEE else Role.MENTEE
        for own, names in (
            *zip(callers, _called(sides, role, column), strict=True),
            *zip(called, _names(sides, other), strict=True),
        ):
            own.update(f"{role} {name}" for name in names)
    return _related(mine, theirs)


def _told(sides: _Sides, role: Role, column: str) -> Ints:
    if not column:
        return np.zeros(len(sides.of(role)), dtype=np.int64)
    return (_lengths(sides.lists(role, column)) > 0).astype(np.int64)


def _wish(sides: _Sides, criterion: Criterion) -> Part:
    mine, theirs = (
        _told(sides, Role.MENTEE, criterion.mentee),
        _told(sides, Role.MENTOR, criterion.mentor),
    )
    return Part(
        facets=(_plain(Told(), mine, theirs),),
        relations=(_named(sides, criterion.mentee, criterion.mentor),),
    )


def _refuse_same(sides: _Sides, rule: Rule) -> Part:
    mine, theirs = _codes(sides, rule)
    same = rule.kind is not RuleKind.DIFFERENT
    if not same or len(np.unique(mine)) <= _FEW_TEXTS or _often_equal(mine, theirs):
        return Part(facets=(_plain(RefuseText(same, rule.missing_refuses), mine, theirs),))
    texts = sides.ones(Role.MENTEE, rule.mentee), sides.ones(Role.MENTOR, rule.mentor)
    known = [[{text} - rule.wildcards - {""} for text in side] for side in texts]
    gone = (mine == MISSING).astype(np.int64), (theirs == MISSING).astype(np.int64)
    facets = (_plain(Either(), *gone),) if rule.missing_refuses else ()
    return Part(facets=facets, relations=(_related(*known),))


def _often_equal(mine: Ints, theirs: Ints) -> bool:
    """Say whether the pairs that share a text are too many to list."""
    size = int(max(mine.max(initial=0), theirs.max(initial=0))) + 1
    left, right = (np.bincount(side[side >= 0], minlength=size) for side in (mine, theirs))
    return int(left @ right) > 4 * (len(mine) + len(theirs))


def _refuse_named(sides: _Sides, rule: Rule) -> Part:
    mentor = "" if rule.kind is RuleKind.SUPERVISES else rule.mentor
    return Part(relations=(_named(sides, rule.mentee, mentor),))


def _refuse_too_few(sides: _Sides, rule: Rule) -> Part:
    mine, term = _common(sides, rule)
    formula = RefuseFew(rule.at_least or 1, term.size - 1, rule.missing_refuses)
    return Part(facets=(_by_terms(formula, mine, term),))


def _refuse_distance(sides: _Sides, rule: Rule) -> Part:
    formula = RefuseSteps(rule.at_least, rule.at_most, rule.missing_refuses)
    return Part(facets=(_plain(formula, *_both_places(sides, rule)),))


def _refuse_without(sides: _Sides, rule: Rule) -> Part:
    asked, having = sides.lists(Role.MENTEE, rule.mentee), sides.lists(Role.MENTOR, rule.mentor)
    things = [tuple(entry for entry in entries if entry not in rule.same) for entries in asked]
    term = _count(f"has {rule.mentee!r} {rule.mentor!r} {sorted(rule.same)!r}", things, having)
    formula = RefuseWithout(term.size - 1, rule.missing_refuses)
    conditions = (_condition(sides, rule, entry, asked) for entry in rule.same)
    return Part(facets=(_by_terms(formula, _lengths(things), term), *conditions))


def _condition(sides: _Sides, rule: Rule, entry: str, asked: Sequence[Sequence[str]]) -> Facet:
    """Return what refuses mentors with another answer, for the mentees who ask for the same."""
    mentee, mentor = rule.same[entry]
    mine, theirs = _codes(sides, replace(rule, mentee=mentee, mentor=mentor, wildcards=frozenset()))
    asks = np.array([entry in entries for entries in asked], dtype=np.bool_)
    return _plain(Unmet(rule.missing_refuses), np.where(asks, mine, NOT_ASKED), theirs)


_PAUSED_WORDS = frozenset({"yes", "true", "1", "paused", "y"})


def _refuse_paused(sides: _Sides, rule: Rule) -> Part:
    paused = [
        np.array([bool(column) and text in _PAUSED_WORDS for text in sides.ones(role, column)])
        for role, column in ((Role.MENTEE, rule.mentee), (Role.MENTOR, rule.mentor))
    ]
    return Part(facets=(_plain(Either(), paused[0].astype(np.int64), paused[1].astype(np.int64)),))


_PARTS: Mapping[CriterionKind, Callable[[_Sides, Criterion], Part]] = {
    CriterionKind.SAME: _same,
    CriterionKind.DIFFERENT: _same,
    CriterionKind.SHARES_ANY: _overlap,
    CriterionKind.OVERLAP: _overlap,
    CriterionKind.RANKED: _ranked,
    CriterionKind.DISTANCE: _distance,
    CriterionKind.CLOSENESS: _closeness,
    CriterionKind.IN_COMMON: _in_common,
    CriterionKind.COMPLEMENTARY: _complementary,
    CriterionKind.WISH: _wish,
    CriterionKind.ALIKE: _alike,
}
_REFUSALS: Mapping[RuleKind, Callable[[_Sides, Rule], Part]] = {
    RuleKind.SAME: _refuse_same,
    RuleKind.DIFFERENT: _refuse_same,
    RuleKind.ONESELF: _refuse_same,
    RuleKind.SUPERVISES: _refuse_named,
    RuleKind.AVOIDED: _refuse_named,
    RuleKind.PREVIOUS: _refuse_named,
    RuleKind.TOO_FEW: _refuse_too_few,
    RuleKind.DISTANCE: _refuse_distance,
    RuleKind.MUST_HAVE: _refuse_without,
    RuleKind.PAUSED: _refuse_paused,
}
