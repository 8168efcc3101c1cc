"""Why somebody has no partner, and what would help.

What a person reads must never let them infer who avoids whom. So a private rule (and a pairing that
the coordinator forbade) gives the very same facts as a place that somebody else got, and what is found of
an unmatched person depends on the other rules alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from functions.matching.outcome import Unmatched
from functions.matching.people import Person, Role
from functions.matching.reasons import CannotMatch, Cause, Change, Problem, Remedy, WhyUnmatched
from functions.matching.score_matrix import Sparse
from functions.matching.scoring.ineligibility import Patterns, patterns, patterns_turned
from functions.matching.scoring.scores import Prepared

Ints = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]
Couple = tuple[int, int]  # mentee's row, mentor's column

_CELLS_AT_ONCE = 4_000_000
_SEARCHED_AT_MOST = 200_000_000  # pairs that are looked at to say that no exception is enough
_NO_RULE = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A solved run by rows and columns (people in the order of their ids), as far as explaining needs it.

    Who could move is first looked for among the `candidates`: eligible pairs, forbidden ones perhaps too.
    """

    pairs: tuple[Couple, ...]
    locked: tuple[Couple, ...] = ()
    forbidden: tuple[Couple, ...] = ()
    candidates: Sparse | None = None


def unmatched_in(prepared: Prepared, result: Result) -> tuple[Unmatched, ...]:
    """Return everybody without a partner, mentees first, with reasons and the smallest change that helps.

    Each may be told to the person whom it concerns.
    """
    views = (_View(prepared=prepared, result=result, role=role) for role in (Role.MENTEE, Role.MENTOR))
    return tuple(person for view in views for person in _without_partner(view))


def nobody_eligible(prepared: Prepared) -> CannotMatch:
    """Return that the rules leave no eligible pairing at all, and how many each of them refuses."""
    rows, columns = np.arange(len(prepared.mentees)), np.arange(len(prepared.mentors))
    view = _View(prepared=prepared, result=Result(pairs=()), role=Role.MENTEE)
    nobody = np.zeros(len(columns), dtype=np.bool_)
    counts = np.zeros(len(prepared.policy.rules) + 2, dtype=np.int64)
    for _, against in view.against(rows, columns):
        counts += against.counted(nobody)[:, :, 0].sum(axis=0) @ against.refusals
    return refused_by(prepared, counts.tolist(), len(rows) * len(columns))


def refused_by(prepared: Prepared, counts: Sequence[int], total: int) -> CannotMatch:
    """Return that nobody is eligible; `counts` are the pairings that each rule refuses, of `total`."""
    refusals = tuple(
        (rule.name, count)
        for rule, count in zip(prepared.policy.rules, counts, strict=False)
        if not rule.private and count
    )
    return CannotMatch(Problem.NOBODY_ELIGIBLE, refusals=refusals, numbers={"total": total})


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """One side's view: the people of `role` against everybody on the other side."""

    prepared: Prepared
    result: Result
    role: Role

    @property
    def people(self) -> tuple[Person, ...]:
        return self.prepared.mentees if self.role is Role.MENTEE else self.prepared.mentors

    @property
    def others(self) -> tuple[Person, ...]:
        return self.prepared.mentors if self.role is Role.MENTEE else self.prepared.mentees

    def turned(self, couples: Sequence[Couple]) -> Ints:
        """Return couples as (this side's place, the other's)."""
        pairs = np.array(couples, dtype=np.int64).reshape(-1, 2)
        return pairs if self.role is Role.MENTEE else pairs[:, ::-1]

    def alone(self) -> Ints:
        """Return who has no partner."""
        return np.setdiff1d(np.arange(len(self.people)), self.turned(self.result.pairs)[:, 0])

    def against(self, people: Ints, others: Ints) -> Iterator[tuple[Ints, Patterns]]:
        """Yield some of the people at a time, and what stands against them with each of the others.

        The last refusal is the coordinator's: the pairing is forbidden.
        """
        step = max(1, _CELLS_AT_ONCE // max(len(others), 1))
        forbidden, refusals = self.turned(self.result.forbidden), self.prepared.refusals
        for start in range(0, len(people), step):
            some = people[start : start + step]
            by_hand = np.zeros((len(some), len(others)), dtype=np.bool_)
            by_hand[_cells(forbidden, some, others)] = True
            if self.role is Role.MENTEE:
                yield some, patterns(refusals, some, others, by_hand)
            else:
                yield some, patterns_turned(refusals, others, some, by_hand)


def _cells(couples: Ints, rows: Ints, columns: Ints) -> tuple[Ints, Ints]:
    """Return where the couples stand among those rows (sorted) and columns (sorted)."""
    inside = couples[np.isin(couples[:, 0], rows) & np.isin(couples[:, 1], columns)]
    return np.searchsorted(rows, inside[:, 0]), np.searchsorted(columns, inside[:, 1])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What stands against one person: how many each refusal, and what one exception would open."""

    place: int
    counts: tuple[int, ...]
    allowed: bool  # the rules that may be named leave somebody
    near: bool  # somebody is ruled out by one of these rules alone
    rule: int  # an exception from it opens most, _NO_RULE where none opens anything


def _without_partner(view: _View) -> Iterator[Unmatched]:
    alone = view.alone()
    if not len(alone):
        return
    moves = _Moves.of(view)
    room = moves.room()
    found = list(_found(view, alone, room))
    unsure = [each.place for each in found if not each.allowed and each.near and each.rule == _NO_RULE]
    further = moves.all_room(room) if unsure else room
    searched = further is not None
    if further is not None:
        again = {each.place: each for each in _found(view, np.array(unsure, dtype=np.int64), further)}
        found = [again.get(each.place, each) for each in found]
    for each in found:
        taken = WhyUnmatched(cause=_TAKEN[view.role], total=len(view.others))
        yield Unmatched(
            id=view.people[each.place].id,
            role=view.role,
            why=(*_refusing(view, each.counts), *([taken] if each.allowed else [])),
            change=_change(view, each, searched=searched or not each.near),
        )


_TAKEN = {Role.MENTEE: Cause.PLACES_TAKEN, Role.MENTOR: Cause.MENTEES_TAKEN}
_ONE_MORE = {Role.MENTEE: Remedy.MENTOR, Role.MENTOR: Remedy.MENTEE}


def _found(view: _View, people: Ints, room: Truths) -> Iterator[_Found]:
    rules = view.prepared.policy.rules
    named = np.array([not rule.private for rule in rules], dtype=np.bool_)
    public = np.concatenate([named, [True, False]])
    for some, against in view.against(people, np.arange(len(view.others))):
        counted = against.counted(room)
        either = counted.sum(axis=2)
        counts = either @ against.refusals
        allowed = (either[:, ~against.refusals[:, public].any(axis=1)] > 0).any(axis=1)
        alone = against.refusals[:, : len(rules)] & (against.refusals.sum(axis=1) == 1)[:, None] & named
        opened = counted[:, :, 1] @ alone
        near = (either @ alone).any(axis=1)
        for line, place in enumerate(some.tolist()):
            yield _Found(
                place=place,
                counts=tuple(counts[line].tolist()),
                allowed=bool(allowed[line]),
                near=bool(near[line]),
                rule=int(opened[line].argmax()) if opened[line].any() else _NO_RULE,
            )


def _refusing(view: _View, counts: Sequence[int]) -> Iterator[WhyUnmatched]:
    """Yield how many each rule refuses, the one that refuses most first."""
    rules = view.prepared.policy.rules
    refusing = sorted(
        (-counts[which], which) for which, rule in enumerate(rules) if not rule.private and counts[which]
    )
    for count, which in refusing:
        yield WhyUnmatched(cause=Cause.RULE, rule=rules[which].name, count=-count, total=len(view.others))


def _change(view: _View, found: _Found, *, searched: bool) -> Change:
    """Return what would help. Whether anybody is allowed follows from the rules that may be named alone.

    That no exception is enough is known only where everything was `searched`.
    """
    rule = view.prepared.policy.rules[found.rule].name if found.rule != _NO_RULE else ""
    if found.allowed:
        return Change(remedy=Remedy.PLACE if view.role is Role.MENTEE else Remedy.MENTEE, rule=rule)
    if rule:
        return Change(remedy=Remedy.EXCEPTION, rule=rule)
    return Change(remedy=_ONE_MORE[view.role], no_exception_helps=searched)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moves:
    """Who has whom, and who of them could have somebody else instead. What is locked stays."""

    view: _View
    pairs: Ints
    movable: Ints

    @classmethod
    def of(cls, view: _View) -> "_Moves":
        locked = set(view.result.locked)
        return cls(
            view=view,
            pairs=view.turned(view.result.pairs),
            movable=view.turned([pair for pair in view.result.pairs if pair not in locked]),
        )

    def room(self) -> Truths:
        """Say who of the others could take one more partner without anybody being left alone.

        They have a free place; or a partner of theirs has somebody else too; or a partner could move,
        along one of the candidates, to somebody who has room in this sense.
        """
        capacity = np.array([person.capacity for person in self.view.others], dtype=np.int64)
        room: Truths = np.bincount(self.pairs[:, 1], minlength=len(capacity)) < capacity
        partners = np.bincount(self.pairs[:, 0], minlength=len(self.view.people))
        room[self.movable[partners[self.movable[:, 0]] > 1, 1]] = True
        person, other = self._candidates()
        before = -1
        while len(person) and before != (before := int(np.count_nonzero(room))):
            self._leave(person[room[other]], room)
        return room

    def all_room(self, room: Truths) -> Truths | None:
        """Say the same when partners move along any eligible pairing; None where that takes too long."""
        room = room.copy()
        waiting, new, searched = (
            np.unique(self.movable[~room[self.movable[:, 1]], 0]),
            np.flatnonzero(room),
            0,
        )
        while len(waiting) and len(new):
            searched += len(waiting) * len(new)
            if searched > _SEARCHED_AT_MOST:
                return None
            moved, before = self._who_may_join(waiting, new), room.copy()
            self._leave(moved, room)
            waiting, new = np.setdiff1d(waiting, moved), np.flatnonzero(room & ~before)
        return room

    def _leave(self, people: Ints, room: Truths) -> None:
        """Note that whom those people have now would have room."""
        moving = np.zeros(len(self.view.people), dtype=np.bool_)
        moving[people] = True
        room[self.movable[moving[self.movable[:, 0]], 1]] = True

    def _candidates(self) -> tuple[Ints, Ints]:
        """Return the candidates by this side's places and the other's, without what is made or forbidden."""
        candidates = self.view.result.candidates
        if candidates is None:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        columns = len(self.view.prepared.mentors)
        row = np.repeat(np.arange(len(candidates.starts) - 1), np.diff(candidates.starts))
        out = np.array([*self.view.result.pairs, *self.view.result.forbidden], dtype=np.int64).reshape(-1, 2)
        kept = ~np.isin(row * columns + candidates.columns, out[:, 0] * columns + out[:, 1])
        kept &= candidates.values >= 0
        mentee, mentor = row[kept], candidates.columns[kept].astype(np.int64)
        return (mentee, mentor) if self.view.role is Role.MENTEE else (mentor, mentee)

    def _who_may_join(self, people: Ints, others: Ints) -> Ints:
        """Return who of these people may be paired with one of the others, beside those they have."""
        found = [np.zeros(0, dtype=np.int64)]
        for some, against in self.view.against(people, others):
            free = ~np.asarray(against.refusals.any(axis=1), dtype=np.bool_)
            eligible = free[against.of]
            eligible[_cells(self.pairs, some, others)] = False
            found.append(some[eligible.any(axis=1)])
        return np.concatenate(found)
