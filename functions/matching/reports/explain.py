"""Why this pair, why nobody, and what would help: the reasons, in words.

What a person reads must never let them infer who avoids whom. So a private rule (and a pairing that
the coordinator forbade) is told in exactly the same words as a place that somebody else got, and what
is said of an unmatched person depends on the other rules alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from functions.matching.outcome import Reason, Unmatched
from functions.matching.people import Person, Role
from functions.matching.policy.model import Pairing, Rule
from functions.matching.reports.phrases import Telling
from functions.matching.reports.phrases_of_peers import PeersTelling
from functions.matching.reports.speech import Speech, Translations, Words
from functions.matching.score_matrix import Sparse
from functions.matching.scoring.ineligibility import Patterns, patterns, patterns_turned
from functions.matching.scoring.scores import Prepared

__all__ = [
    "Result",
    "Speech",
    "Translations",
    "Words",
    "nobody_eligible",
    "reasons_for",
    "unmatched_in",
]

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


def reasons_for(speech: Speech, mentee: Person, mentor: Person, points: Sequence[int]) -> tuple[Reason, ...]:
    """Return one reason for each criterion, with its points; they add up to the pair's score.

    Both of the pair may read them.
    """
    if speech.policy.pairing is Pairing.PEERS:
        of_peers = speech.remembered(PeersTelling, lambda: PeersTelling.of(speech))
        return of_peers.reasons_for(mentee, mentor, points)
    telling = speech.remembered(Telling, lambda: Telling.of(speech))
    return telling.reasons_for(mentee, mentor, points)


def unmatched_in(prepared: Prepared, result: Result, speech: Speech | None = None) -> tuple[Unmatched, ...]:
    """Return everybody without a partner, mentees first, with reasons and the smallest change that helps.

    Each text may be read by the person it concerns.
    """
    speech = speech or Speech(policy=prepared.policy)
    views = (
        _Explained(prepared=prepared, result=result, speech=speech, role=role)
        for role in (Role.MENTEE, Role.MENTOR)
    )
    return tuple(person for view in views for person in _without_partner(view))


def nobody_eligible(prepared: Prepared, speech: Speech | None = None) -> str:
    """Say which rules leave no eligible pairing at all, for the coordinator."""
    speech = speech or Speech(policy=prepared.policy)
    gettext, ngettext = speech.translations.gettext, speech.translations.ngettext
    rows, columns = np.arange(len(prepared.mentees)), np.arange(len(prepared.mentors))
    view = _Explained(prepared=prepared, result=Result(pairs=()), speech=speech, role=Role.MENTEE)
    nobody = np.zeros(len(columns), dtype=np.bool_)
    counts = np.zeros(len(prepared.policy.rules) + 2, dtype=np.int64)
    for _, against in view.against(rows, columns):
        counts += against.counted(nobody)[:, :, 0].sum(axis=0) @ against.refusals
    total = len(rows) * len(columns)
    told = [
        speech.say(
            ngettext(
                "“{rule}” refuses the only pairing.",
                "“{rule}” refuses {count} of {total} pairings.",
                total,
            ),
            rule=rule.label,
            count=f"{counts[which]:,}",
            total=f"{total:,}",
        )
        for which, rule in enumerate(prepared.policy.rules)
        if not rule.private and counts[which]
    ]
    sentences: list[str] = [gettext("The rules leave no pairing at all.")]
    sentences += told or [gettext("No rule that may be named refuses one.")]
    advice = gettext("Loosen the rule that refuses most, or check that the columns hold what it expects.")
    return " ".join([*sentences, advice])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Explained:
    """One side's view: the people of `role` against everybody on the other side."""

    prepared: Prepared
    result: Result
    speech: Speech
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


def _without_partner(view: _Explained) -> Iterator[Unmatched]:
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
        reasons = _rules_told(view, each.counts)
        yield Unmatched(
            id=view.people[each.place].id,
            role=view.role,
            reasons=tuple([*reasons, _others_taken(view, bool(reasons))] if each.allowed else reasons),
            smallest_change=_change(view, each, searched=searched or not each.near),
        )


def _found(view: _Explained, people: Ints, room: Truths) -> Iterator[_Found]:
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


def _rules_told(view: _Explained, counts: Sequence[int]) -> list[str]:
    """Say how many each rule refuses, the one that refuses most first."""
    refusing = [
        (-counts[which], which)
        for which, rule in enumerate(view.prepared.policy.rules)
        if not rule.private and counts[which]
    ]
    rules = view.prepared.policy.rules
    return [_rule_told(view, -count, rules[which]) for count, which in sorted(refusing)]


def _rule_told(view: _Explained, count: int, rule: Rule) -> str:
    total = len(view.others)

    def said() -> str:
        ngettext = view.speech.translations.ngettext
        of_all = {
            Role.MENTEE: ngettext(
                "With the only mentor: {because}.", "With each of the {total} mentors: {because}.", total
            ),
            Role.MENTOR: ngettext(
                "With the only mentee: {because}.", "With each of the {total} mentees: {because}.", total
            ),
        }
        of_some = {
            Role.MENTEE: ngettext(
                "With {count} of {total} mentor: {because}.",
                "With {count} of {total} mentors: {because}.",
                total,
            ),
            Role.MENTOR: ngettext(
                "With {count} of {total} mentee: {because}.",
                "With {count} of {total} mentees: {because}.",
                total,
            ),
        }
        message = (of_all if count == total else of_some)[view.role]
        because = view.speech.because(rule)
        return str(view.speech.say(message, count=f"{count:,}", total=f"{total:,}", because=because))

    return view.speech.remembered(("refused", view.role, rule.name, count), said)


def _others_taken(view: _Explained, after_rules: bool) -> str:  # noqa: FBT001 - said of one thing
    gettext = view.speech.translations.gettext
    if view.role is Role.MENTEE:
        return (
            gettext("With the others, no place was left.") if after_rules else gettext("No place was left.")
        )
    return gettext("With the others, no mentee was left.") if after_rules else gettext("No mentee was left.")


def _change(view: _Explained, found: _Found, *, searched: bool) -> str:
    """Say what would help. Whether anybody is allowed follows from the rules that may be named alone.

    That no exception is enough is said only where everything was `searched`.
    """
    by_role = _for_mentee if view.role is Role.MENTEE else _for_mentor
    named = found.rule != _NO_RULE
    label = view.prepared.policy.rules[found.rule].label if named else ""

    def said() -> str:
        message = by_role(view.speech, allowed=found.allowed, named=named, searched=searched)
        return str(view.speech.say(message, rule=label))

    return view.speech.remembered(("change", view.role, found.allowed, found.rule, searched), said)


def _for_mentee(speech: Speech, *, allowed: bool, named: bool, searched: bool) -> str:
    gettext = speech.translations.gettext
    if allowed and named:
        return gettext(
            "One more place with a mentor whom the rules allow; "
            "or one exception from the rule “{rule}”, with a mentor who has room."
        )
    if allowed:
        return gettext("One more place with a mentor whom the rules allow.")
    if named:
        return gettext("One exception from the rule “{rule}”, with a mentor who has room.")
    if not searched:
        return gettext("One more mentor whom the rules allow.")
    return gettext(
        "One more mentor whom the rules allow. With those there are, no single exception is enough."
    )


def _for_mentor(speech: Speech, *, allowed: bool, named: bool, searched: bool) -> str:
    gettext = speech.translations.gettext
    if allowed and named:
        return gettext(
            "One more mentee whom the rules allow; "
            "or one exception from the rule “{rule}”, with a mentee who is free."
        )
    if allowed:
        return gettext("One more mentee whom the rules allow.")
    if named:
        return gettext("One exception from the rule “{rule}”, with a mentee who is free.")
    if not searched:
        return gettext("One more mentee whom the rules allow.")
    return gettext(
        "One more mentee whom the rules allow. With those there are, no single exception is enough."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moves:
    """Who has whom, and who of them could have somebody else instead. What is locked stays."""

    view: _Explained
    pairs: Ints
    movable: Ints

    @classmethod
    def of(cls, view: _Explained) -> "_Moves":
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
