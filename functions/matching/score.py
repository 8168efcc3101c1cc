"""People and a policy into scores: how good each eligible pairing is, in whole points.

A score is an int32, 1,000,000 for a perfect pairing (with `points = "as they are"`, the plain sum of
the weights earned), and −1 where a rule refuses the pairing. The points of the criteria add up to the
score exactly, because the score is their sum: each is rounded by itself, and the weights are
shared out so that a perfect pairing earns the whole million.

Arrays are mentees × mentors, rows in blocks, so that memory stays that of the answer.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from functions.matching.people import CannotMatch, Person, Role, Value, canonical, number, one, several
from functions.matching.policy import (
    WHOLE,
    Columns,
    Counts,
    Criterion,
    CriterionKind,
    Ladder,
    MattersMost,
    Points,
    Policy,
    Rule,
    RuleKind,
)

Ints = npt.NDArray[np.int64]
Scores = npt.NDArray[np.int32]
Truths = npt.NDArray[np.bool_]

MISSING = -1
NOT_ELIGIBLE = -1
ROWS_IN_A_BLOCK = 128
_Kept = TypeVar("_Kept", np.int64, np.bool_)
NOWHERE = np.iinfo(np.int64).min  # the place of an answer that is missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """The pairs to look at: every row with every column, or (`paired`) row and column one by one."""

    rows: Ints
    columns: Ints
    paired: bool = False

    def of_mentees(self, values: npt.NDArray[_Kept]) -> npt.NDArray[_Kept]:
        """Return each mentee's value, shaped to meet the mentors'."""
        return values[self.rows] if self.paired else values[self.rows][:, None]

    def of_mentors(self, values: npt.NDArray[_Kept]) -> npt.NDArray[_Kept]:
        """Return each mentor's value, shaped to meet the mentees'."""
        return values[self.columns] if self.paired else values[self.columns][None, :]

    def products(self, mentees: npt.NDArray[np.float32], mentors: npt.NDArray[np.float32]) -> Ints:
        """Return the inner product of each pair's vectors: whole numbers below 2^24, so float32 is exact."""
        left, right = mentees[self.rows], mentors[self.columns]
        product = np.einsum("ij,ij->i", left, right) if self.paired else left @ right.T
        return product.astype(np.int64)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of an answer about these pairs."""
        return (len(self.rows),) if self.paired else (len(self.rows), len(self.columns))


Measure = Callable[[Cells], Ints]  # shares in millionths; MISSING where an answer is missing
Refusal = Callable[[Cells], Truths]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """People (sorted by id) and a policy, ready to be compared.

    `allotted` are the points that each criterion can give to each mentee; every row adds up to the
    same sum. The last refusal is not a rule of the policy: nobody is their own mentor.
    """

    mentors: tuple[Person, ...]
    mentees: tuple[Person, ...]
    policy: Policy
    measures: tuple[Measure, ...]
    refusals: tuple[Refusal, ...]
    allotted: Ints


def prepare(mentors: Iterable[Person], mentees: Iterable[Person], policy: Policy) -> Prepared:
    """Read everybody's answers as the policy means them.

    Raises CannotMatch when two people of one side share an id, or an answer can't be read: a value
    that the policy doesn't know, or a text where a number is needed.
    """
    sides = _Sides(
        mentors=_in_order(mentors, Role.MENTOR), mentees=_in_order(mentees, Role.MENTEE), policy=policy
    )
    for role in Role:
        _check_allowed(sides.of(role), policy.columns(role), role)
    return Prepared(
        mentors=sides.mentors,
        mentees=sides.mentees,
        policy=policy,
        measures=tuple(_MEASURES[criterion.kind](sides, criterion) for criterion in policy.criteria),
        refusals=(*(_REFUSALS[rule.kind](sides, rule) for rule in policy.rules), _same_id(sides)),
        allotted=_allotted(sides.mentees, policy),
    )


def scores(prepared: Prepared, *, progress: Callable[[int], None] = lambda _percent: None) -> Scores:
    """Return the whole matrix of scores, mentees × mentors, −1 where not eligible."""
    rows, columns = len(prepared.mentees), len(prepared.mentors)
    matrix = np.empty((rows, columns), dtype=np.int32)
    every_column = np.arange(columns)
    for start in range(0, rows, ROWS_IN_A_BLOCK):
        cells = Cells(rows=np.arange(start, min(start + ROWS_IN_A_BLOCK, rows)), columns=every_column)
        block = np.zeros(cells.shape, dtype=np.int64)
        for which in range(len(prepared.measures)):
            block += _earned(prepared, which, cells)
        for refuses in prepared.refusals:
            block[refuses(cells)] = NOT_ELIGIBLE
        matrix[start : start + ROWS_IN_A_BLOCK] = block
        progress(100 * min(start + ROWS_IN_A_BLOCK, rows) // rows)
    return matrix


def points(prepared: Prepared, rows: Sequence[int], columns: Sequence[int]) -> Ints:
    """Return the points of each criterion (second axis) for the pairs (rows[k], columns[k])."""
    cells = Cells(
        rows=np.asarray(rows, dtype=np.int64), columns=np.asarray(columns, dtype=np.int64), paired=True
    )
    earned = [_earned(prepared, which, cells) for which in range(len(prepared.measures))]
    return np.stack(earned, axis=1) if len(rows) else np.zeros((0, len(earned)), dtype=np.int64)


def refused(prepared: Prepared, rows: Sequence[int], columns: Sequence[int]) -> Truths:
    """Return for each refusal (first axis) whether it stands against each pair of rows × columns."""
    cells = Cells(rows=np.asarray(rows, dtype=np.int64), columns=np.asarray(columns, dtype=np.int64))
    return np.stack([refuses(cells) for refuses in prepared.refusals])


def _earned(prepared: Prepared, which: int, cells: Cells) -> Ints:
    share = prepared.measures[which](cells)
    as_they_are = prepared.policy.points is Points.AS_THEY_ARE
    share = np.where(share == MISSING, 0 if as_they_are else prepared.policy.criteria[which].neutral, share)
    allotted = cells.of_mentees(prepared.allotted[:, which])
    earned: Ints = (allotted * share + WHOLE // 2) // WHOLE
    return earned


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sides:
    mentors: tuple[Person, ...]
    mentees: tuple[Person, ...]
    policy: Policy
    read: dict[tuple[Role, str], list[tuple[str, ...]]] = field(default_factory=dict)

    def of(self, role: Role) -> tuple[Person, ...]:
        return self.mentees if role is Role.MENTEE else self.mentors

    def ones(self, role: Role, column: str) -> list[str]:
        return [one(person.answers.get(column)) for person in self.of(role)]

    def lists(self, role: Role, column: str) -> list[tuple[str, ...]]:
        """Return everybody's entries of a column, cut once however many criteria and rules read it."""
        if (role, column) not in self.read:
            separator = self.policy.columns(role).separator
            entries = [several(person.answers.get(column), separator) for person in self.of(role)]
            self.read[role, column] = entries
        return self.read[role, column]


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
                    raise _unknown(person, role, column, value, allowed)


def _unknown(person: Person, role: Role, column: str, value: str, known: Iterable[str]) -> CannotMatch:
    return CannotMatch(
        f"The {role} {person.id} has “{value}” in “{column}”, which the policy doesn’t know. "
        f"Correct the answer, or add it to the policy; it knows: {', '.join(known)}.",
        person_id=person.id,
        role=role,
        column=column,
    )


def _allotted(mentees: Sequence[Person], policy: Policy) -> Ints:
    weights = [criterion.weight for criterion in policy.criteria]
    rows: dict[int, list[int]] = {}
    which = [_most_important(person, policy) for person in mentees]
    for index in {-1, *which}:
        times = policy.matters_most.times if policy.matters_most else 1000
        raised = [weight * (times if place == index else 1000) for place, weight in enumerate(weights)]
        rows[index] = [weight // 10**6 for weight in raised] if _plain(policy) else _shared_out(raised)
    return np.array([rows[index] for index in which], dtype=np.int64).reshape(len(which), len(weights))


def _plain(policy: Policy) -> bool:
    return policy.points is Points.AS_THEY_ARE


def _shared_out(weights: Sequence[int]) -> list[int]:
    """Share out the million by weight, by largest remainder: whole points that add up to it exactly."""
    total = sum(weights)
    shares = [weight * WHOLE // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: (-(weights[place] * WHOLE % total), place))
    for place in by_remainder[: WHOLE - sum(shares)]:
        shares[place] += 1
    return shares


def _most_important(person: Person, policy: Policy) -> int:
    most: MattersMost | None = policy.matters_most
    named = one(person.answers.get(most.column)) if most else ""
    if not named or most is None:
        return -1
    names = [canonical(criterion.name) for criterion in policy.criteria]
    if named not in names:
        raise _unknown(person, Role.MENTEE, most.column, named, names)
    place = names.index(named)
    return place if policy.criteria[place].weight else -1


def _codes(*columns: Sequence[str]) -> list[Ints]:
    """Number the texts of several columns alike; MISSING where there is none."""
    known = {
        text: code
        for code, text in enumerate(sorted({text for column in columns for text in column if text}))
    }
    return [np.array([known.get(text, MISSING) for text in column], dtype=np.int64) for column in columns]


def _sets(
    mentees: Sequence[Sequence[str]], mentors: Sequence[Sequence[str]]
) -> list[npt.NDArray[np.float32]]:
    """Return each side's lists as rows of 0 and 1 over the entries that both sides name somewhere."""
    shared = {entry for entries in mentees for entry in entries} & {
        entry for entries in mentors for entry in entries
    }
    known = {entry: place for place, entry in enumerate(sorted(shared))}
    return [_indicators(mentees, known), _indicators(mentors, known)]


def _indicators(lists: Sequence[Sequence[str]], known: Mapping[str, int]) -> npt.NDArray[np.float32]:
    matrix = np.zeros((len(lists), len(known)), dtype=np.float32)
    for row, entries in enumerate(lists):
        matrix[row, [known[entry] for entry in entries if entry in known]] = 1
    return matrix


def _lengths(lists: Sequence[Sequence[str]]) -> Ints:
    return np.array([len(entries) for entries in lists], dtype=np.int64)


def _same(sides: _Sides, criterion: Criterion) -> Measure:
    left, right = _codes(sides.ones(Role.MENTEE, criterion.mentee), sides.ones(Role.MENTOR, criterion.mentor))
    wild = [
        np.array([text in criterion.wildcards for text in sides.ones(role, column)], dtype=np.bool_)
        for role, column in ((Role.MENTEE, criterion.mentee), (Role.MENTOR, criterion.mentor))
    ]
    wanted = criterion.kind is CriterionKind.SAME

    def measure(cells: Cells) -> Ints:
        mine, theirs = cells.of_mentees(left), cells.of_mentors(right)
        agrees = (mine == theirs) | cells.of_mentees(wild[0]) | cells.of_mentors(wild[1])
        earns = agrees if wanted else ~agrees
        return np.where((mine == MISSING) | (theirs == MISSING), MISSING, earns * WHOLE)

    return measure


def _overlap(sides: _Sides, criterion: Criterion) -> Measure:
    wants, offers = sides.lists(Role.MENTEE, criterion.mentee), sides.lists(Role.MENTOR, criterion.mentor)
    return _coverage(wants, offers, criterion)


def _coverage(
    wants: Sequence[Sequence[str]], offers: Sequence[Sequence[str]], criterion: Criterion
) -> Measure:
    left, right = _sets(wants, offers)
    wanted, offered = _lengths(wants), _lengths(offers)
    at_once = criterion.kind is CriterionKind.SHARES_ANY

    def measure(cells: Cells) -> Ints:
        common = cells.products(left, right)
        asked = cells.of_mentees(wanted)
        share = (common > 0) * WHOLE if at_once else common * WHOLE // np.maximum(asked, 1)
        return np.where((asked == 0) | (cells.of_mentors(offered) == 0), MISSING, share)

    return measure


def _complementary(sides: _Sides, criterion: Criterion) -> Measure:
    forth = _overlap(sides, criterion)
    if not criterion.mentor_wants:
        return forth
    back = _coverage(
        sides.lists(Role.MENTOR, criterion.mentor_wants),
        sides.lists(Role.MENTEE, criterion.mentee_offers),
        criterion,
    )

    def measure(cells: Cells) -> Ints:
        there = forth(cells)
        turned = back(Cells(rows=cells.columns, columns=cells.rows, paired=cells.paired))
        here = turned if cells.paired else turned.T
        both = (there + here) // 2
        return np.where(there == MISSING, here, np.where(here == MISSING, there, both))

    return measure


def _ranked(sides: _Sides, criterion: Criterion) -> Measure:
    wants, offers = sides.lists(Role.MENTEE, criterion.mentee), sides.lists(Role.MENTOR, criterion.mentor)
    wants = [entries[: len(criterion.ranks)] for entries in wants]
    wanted, offered = _lengths(wants), _lengths(offers)
    shared = sorted({entry for entries in wants for entry in entries})
    known = {entry: place for place, entry in enumerate(shared)}
    offering = _indicators(offers, known)
    by_rank = [
        _indicators([entries[rank : rank + 1] for entries in wants], known)
        for rank in range(len(criterion.ranks))
    ]
    possible = np.array([sum(criterion.ranks[: len(entries)]) for entries in wants], dtype=np.int64)

    def measure(cells: Cells) -> Ints:
        share = np.zeros(cells.shape, dtype=np.int64)
        for rank, worth in zip(by_rank, criterion.ranks, strict=True):
            met = cells.products(rank, offering) * worth
            share = np.maximum(share, met) if criterion.counts is Counts.BEST else share + met
        if criterion.counts is Counts.ALL:
            share = share * WHOLE // np.maximum(cells.of_mentees(possible), 1)
        return np.where((cells.of_mentees(wanted) == 0) | (cells.of_mentors(offered) == 0), MISSING, share)

    return measure


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
            raise _unknown(person, role, column, text, known)
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


def _distances(
    sides: _Sides, mentee: str, mentor: str, ladder: Ladder | None
) -> Callable[[Cells], tuple[Ints, Truths]]:
    left, right = _places(sides, Role.MENTEE, mentee, ladder), _places(sides, Role.MENTOR, mentor, ladder)

    def ahead(cells: Cells) -> tuple[Ints, Truths]:
        mine, theirs = cells.of_mentees(left), cells.of_mentors(right)
        missing = (mine == NOWHERE) | (theirs == NOWHERE)
        return np.where(missing, 0, theirs - mine), missing

    return ahead


def _distance(sides: _Sides, criterion: Criterion) -> Measure:
    ahead = _distances(sides, criterion.mentee, criterion.mentor, criterion.ladder)

    def measure(cells: Cells) -> Ints:
        steps, missing = ahead(cells)
        if criterion.worth:
            share = np.zeros(steps.shape, dtype=np.int64)
            for step, worth in criterion.worth.items():
                share[steps == step] = worth
        else:
            off = np.maximum(np.maximum(criterion.at_least - steps, steps - criterion.at_most), 0)
            share = WHOLE - np.minimum(off * WHOLE // criterion.reach, WHOLE)
        return np.where(missing, MISSING, share)

    return measure


def _closeness(sides: _Sides, criterion: Criterion) -> Measure:
    ahead = _distances(sides, criterion.mentee, criterion.mentor, None)

    def measure(cells: Cells) -> Ints:
        steps, missing = ahead(cells)
        share = WHOLE - np.minimum(np.abs(steps) * WHOLE // criterion.reach, WHOLE)
        return np.where(missing, MISSING, share)

    return measure


def _in_common(sides: _Sides, criterion: Criterion) -> Measure:
    mentees, mentors = sides.lists(Role.MENTEE, criterion.mentee), sides.lists(Role.MENTOR, criterion.mentor)
    left, right = _sets(mentees, mentors)
    counts = _lengths(mentees), _lengths(mentors)

    def measure(cells: Cells) -> Ints:
        share = np.minimum(cells.products(left, right), criterion.enough) * WHOLE // criterion.enough
        return np.where(
            (cells.of_mentees(counts[0]) == 0) | (cells.of_mentors(counts[1]) == 0), MISSING, share
        )

    return measure


class _Relation:
    """Which pairs a list of names makes, kept sparse: few people name anybody."""

    def __init__(self, sides: _Sides, pairs: Iterable[tuple[int, int]]) -> None:
        self._width = max(len(sides.mentors), 1)
        self._height = len(sides.mentees)
        self._codes = np.unique(
            np.array([row * self._width + column for row, column in pairs], dtype=np.int64)
        )

    def __call__(self, cells: Cells) -> Truths:
        if cells.paired:
            return np.isin(cells.rows * self._width + cells.columns, self._codes)
        related = np.zeros(cells.shape, dtype=np.bool_)
        if len(self._codes):
            row_of, column_of = _positions(cells.rows, self._height), _positions(cells.columns, self._width)
            rows, columns = row_of[self._codes // self._width], column_of[self._codes % self._width]
            inside = (rows >= 0) & (columns >= 0)
            related[rows[inside], columns[inside]] = True
        return related


def _positions(chosen: Ints, size: int) -> Ints:
    positions = np.full(size, -1, dtype=np.int64)
    positions[chosen] = np.arange(len(chosen))
    return positions


def _names(sides: _Sides, role: Role) -> dict[str, list[int]]:
    """Return whom each name of that side may mean; an id always counts as a name."""
    found: dict[str, list[int]] = {}
    identity = sides.policy.columns(role).identity
    for place, person in enumerate(sides.of(role)):
        for name in {canonical(person.id), *(one(person.answers.get(column)) for column in identity)} - {""}:
            found.setdefault(name, []).append(place)
    return found


def _named(sides: _Sides, role: Role, column: str) -> Iterable[tuple[int, int]]:
    """Yield (mentee, mentor) for each person of the other side that this side's column names."""
    if not column:
        return
    other = Role.MENTOR if role is Role.MENTEE else Role.MENTEE
    known = _names(sides, other)
    wholes = sides.ones(role, column)
    for place, entries in enumerate(sides.lists(role, column)):
        for name in {*entries, wholes[place]}:
            for named in known.get(name, ()):
                yield (place, named) if role is Role.MENTEE else (named, place)


def _wish(sides: _Sides, criterion: Criterion) -> Measure:
    wished = _Relation(
        sides, (*_named(sides, Role.MENTEE, criterion.mentee), *_named(sides, Role.MENTOR, criterion.mentor))
    )
    told = _lengths(sides.lists(Role.MENTEE, criterion.mentee)) > 0
    by_mentor = criterion.mentor and sides.lists(Role.MENTOR, criterion.mentor)
    told_back = _lengths(by_mentor or [()] * len(sides.mentors)) > 0

    def measure(cells: Cells) -> Ints:
        anybody = cells.of_mentees(told) | cells.of_mentors(told_back)
        return np.where(anybody, wished(cells) * WHOLE, MISSING)

    return measure


def _refuse_same(sides: _Sides, rule: Rule) -> Refusal:
    columns = (sides.ones(Role.MENTEE, rule.mentee), sides.ones(Role.MENTOR, rule.mentor))
    left, right = _codes(*columns)
    wild = [np.array([text in rule.wildcards for text in column], dtype=np.bool_) for column in columns]
    refuses_same = rule.kind is not RuleKind.DIFFERENT

    def refuses(cells: Cells) -> Truths:
        mine, theirs = cells.of_mentees(left), cells.of_mentors(right)
        passes = cells.of_mentees(wild[0]) | cells.of_mentors(wild[1])
        against = ((mine == theirs) if refuses_same else (mine != theirs)) & ~passes
        missing = (mine == MISSING) | (theirs == MISSING)
        return np.where(missing, rule.missing_refuses, against)

    return refuses


def _refuse_named(sides: _Sides, rule: Rule) -> Refusal:
    return _Relation(
        sides, (*_named(sides, Role.MENTEE, rule.mentee), *_named(sides, Role.MENTOR, rule.mentor))
    )


def _refuse_supervisor(sides: _Sides, rule: Rule) -> Refusal:
    return _Relation(sides, _named(sides, Role.MENTEE, rule.mentee))


def _refuse_too_few(sides: _Sides, rule: Rule) -> Refusal:
    mentees, mentors = sides.lists(Role.MENTEE, rule.mentee), sides.lists(Role.MENTOR, rule.mentor)
    left, right = _sets(mentees, mentors)
    counts = _lengths(mentees), _lengths(mentors)

    def refuses(cells: Cells) -> Truths:
        missing = (cells.of_mentees(counts[0]) == 0) | (cells.of_mentors(counts[1]) == 0)
        return np.where(missing, rule.missing_refuses, cells.products(left, right) < (rule.at_least or 1))

    return refuses


def _refuse_distance(sides: _Sides, rule: Rule) -> Refusal:
    ahead = _distances(sides, rule.mentee, rule.mentor, rule.ladder)

    def refuses(cells: Cells) -> Truths:
        steps, missing = ahead(cells)
        against = np.zeros(steps.shape, dtype=np.bool_)
        if rule.at_least is not None:
            against |= steps < rule.at_least
        if rule.at_most is not None:
            against |= steps > rule.at_most
        return np.where(missing, rule.missing_refuses, against)

    return refuses


def _refuse_without(sides: _Sides, rule: Rule) -> Refusal:
    asked, having = sides.lists(Role.MENTEE, rule.mentee), sides.lists(Role.MENTOR, rule.mentor)
    left, right = _sets(asked, having)
    counts = _lengths(asked), _lengths(having)

    def refuses(cells: Cells) -> Truths:
        wanted = cells.of_mentees(counts[0])
        against = cells.products(left, right) < wanted
        missing = cells.of_mentors(counts[1]) == 0
        refused_so = np.where(missing, rule.missing_refuses, against)
        return np.where(wanted == 0, np.False_, refused_so)

    return refuses


_PAUSED_WORDS = frozenset({"yes", "true", "1", "paused", "y"})


def _refuse_paused(sides: _Sides, rule: Rule) -> Refusal:
    paused = [
        np.array(
            [bool(column) and text in _PAUSED_WORDS for text in sides.ones(role, column)], dtype=np.bool_
        )
        for role, column in ((Role.MENTEE, rule.mentee), (Role.MENTOR, rule.mentor))
    ]

    def refuses(cells: Cells) -> Truths:
        either: Truths = cells.of_mentees(paused[0]) | cells.of_mentors(paused[1])
        return either

    return refuses


def _same_id(sides: _Sides) -> Refusal:
    places = {person.id: place for place, person in enumerate(sides.mentors)}
    return _Relation(
        sides, ((row, places[person.id]) for row, person in enumerate(sides.mentees) if person.id in places)
    )


_MEASURES: Mapping[CriterionKind, Callable[[_Sides, Criterion], Measure]] = {
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
}
_REFUSALS: Mapping[RuleKind, Callable[[_Sides, Rule], Refusal]] = {
    RuleKind.SAME: _refuse_same,
    RuleKind.DIFFERENT: _refuse_same,
    RuleKind.ONESELF: _refuse_same,
    RuleKind.SUPERVISES: _refuse_supervisor,
    RuleKind.AVOIDED: _refuse_named,
    RuleKind.PREVIOUS: _refuse_named,
    RuleKind.TOO_FEW: _refuse_too_few,
    RuleKind.DISTANCE: _refuse_distance,
    RuleKind.MUST_HAVE: _refuse_without,
    RuleKind.PAUSED: _refuse_paused,
}
