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
from functions.matching.phrases import Telling
from functions.matching.policy import Rule
from functions.matching.score import Prepared, refused
from functions.matching.speech import Speech, Translations, Words

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

_CELLS_AT_ONCE = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A solved run by rows and columns (people in the order of their ids), as far as explaining needs it."""

    pairs: tuple[Couple, ...]
    locked: tuple[Couple, ...] = ()
    forbidden: tuple[Couple, ...] = ()
    eligible: Truths | None = None  # not read: eligibility is asked for where it matters


def reasons_for(speech: Speech, mentee: Person, mentor: Person, points: Sequence[int]) -> tuple[Reason, ...]:
    """Return one reason for each criterion, with its points; they add up to the pair's score.

    Both of the pair may read them.
    """
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
    counts = np.zeros(len(prepared.policy.rules) + 2, dtype=np.int64)
    for _, against in view.against(rows, columns):
        counts += np.count_nonzero(against, axis=(1, 2))
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

    def against(self, people: Ints, others: Ints) -> Iterator[tuple[Ints, Truths]]:
        """Yield some of the people at a time, and refusals × those people × the others.

        The last refusal is the coordinator's: the pairing is forbidden.
        """
        step = max(1, _CELLS_AT_ONCE // max(len(others), 1))
        forbidden = self.turned(self.result.forbidden)
        for start in range(0, len(people), step):
            some = people[start : start + step]
            if self.role is Role.MENTEE:
                refusals = refused(self.prepared, some.tolist(), others.tolist())
            else:
                refusals = refused(self.prepared, others.tolist(), some.tolist()).transpose(0, 2, 1)
            by_hand = np.zeros((1, len(some), len(others)), dtype=np.bool_)
            by_hand[0][_cells(forbidden, some, others)] = True
            yield some, np.concatenate([refusals, by_hand])


def _cells(couples: Ints, rows: Ints, columns: Ints) -> tuple[Ints, Ints]:
    """Return where the couples stand among those rows (sorted) and columns (sorted)."""
    inside = couples[np.isin(couples[:, 0], rows) & np.isin(couples[:, 1], columns)]
    return np.searchsorted(rows, inside[:, 0]), np.searchsorted(columns, inside[:, 1])


def _without_partner(view: _Explained) -> Iterator[Unmatched]:
    rules = view.prepared.policy.rules
    public = np.array([not rule.private for rule in rules] + [True, False])
    others = np.arange(len(view.others))
    room: Truths | None = None
    for some, against in view.against(view.alone(), others):
        counts = np.count_nonzero(against, axis=2).T
        ruled_out = against[public].any(axis=0).all(axis=1)
        single = against.sum(axis=0, dtype=np.uint8) == 1
        if room is None and single.any():
            room = _with_room(view)
        opened = np.zeros((len(some), len(rules)), dtype=np.int64)
        for which, rule in enumerate(rules):
            if not rule.private and room is not None:
                opened[:, which] = np.count_nonzero(against[which] & single & room, axis=1)
        for place, of_person, all_refused, helped in zip(
            some.tolist(), counts, ruled_out, opened, strict=True
        ):
            reasons = _rules_told(view, of_person.tolist())
            yield Unmatched(
                id=view.people[place].id,
                role=view.role,
                reasons=tuple(reasons if all_refused else [*reasons, _others_taken(view, bool(reasons))]),
                smallest_change=_change(
                    view, rules[int(helped.argmax())] if helped.any() else None, allowed=not all_refused
                ),
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


def _nobody_left(speech: Speech) -> str:
    return speech.translations.gettext("Everybody else whom the rules allow has found a partner.")


def _rules_of_pool(view: _Explained, counts: Sequence[int]) -> list[str]:
    ngettext, total = view.speech.translations.ngettext, len(view.others) - 1
    of_all = ngettext(
        "With the only other person: {because}.", "With each of the {total} others: {because}.", total
    )
    of_some = ngettext(
        "With {count} of {total} other: {because}.", "With {count} of {total} others: {because}.", total
    )
    refusing = [
        (-count, which)
        for which, (rule, count) in enumerate(zip(view.prepared.policy.rules, counts, strict=False))
        if not rule.private and count
    ]
    return [
        view.speech.say(
            of_all if -count == total else of_some,
            count=f"{-count:,}",
            total=f"{total:,}",
            because=view.speech.because(view.prepared.policy.rules[which]),
        )
        for count, which in sorted(refusing)
    ]


def _others_taken(view: _Explained, after_rules: bool) -> str:  # noqa: FBT001 - said of one thing
    gettext = view.speech.translations.gettext
    if view.role is Role.MENTEE:
        return (
            gettext("With the others, no place was left.") if after_rules else gettext("No place was left.")
        )
    return gettext("With the others, no mentee was left.") if after_rules else gettext("No mentee was left.")


def _change(view: _Explained, rule: Rule | None, *, allowed: bool) -> str:
    """Say what would help. Whether anybody is `allowed` follows from the rules that may be named alone."""
    by_role = _for_mentee if view.role is Role.MENTEE else _for_mentor
    label = rule.label if rule else ""
    return view.speech.remembered(
        ("change", view.role, label, rule is None, allowed),
        lambda: str(
            view.speech.say(by_role(view.speech, allowed=allowed, named=rule is not None), rule=label)
        ),
    )


def _for_mentee(speech: Speech, *, allowed: bool, named: bool) -> str:
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
    return gettext(
        "One more mentor whom the rules allow. With those there are, no single exception is enough."
    )


def _for_mentor(speech: Speech, *, allowed: bool, named: bool) -> str:
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
    return gettext(
        "One more mentee whom the rules allow. With those there are, no single exception is enough."
    )


def _with_room(view: _Explained) -> Truths:
    """Say who of the others could take one more partner without anybody being left alone.

    They have a free place; or a partner of theirs has somebody else too; or a partner could move,
    along an eligible pairing, to somebody who has room in this sense. What is locked stays.
    """
    pairs = view.turned(view.result.pairs)
    partners = np.bincount(pairs[:, 0], minlength=len(view.people))
    capacity = np.array([person.capacity for person in view.others], dtype=np.int64)
    room: Truths = np.bincount(pairs[:, 1], minlength=len(capacity)) < capacity
    locked = set(view.result.locked)
    movable = view.turned([pair for pair in view.result.pairs if pair not in locked])
    room[movable[partners[movable[:, 0]] > 1, 1]] = True
    waiting, new = np.unique(movable[:, 0]), np.flatnonzero(room)
    while len(waiting) and len(new):
        moved = _who_may_join(view, waiting, new)
        waiting = np.setdiff1d(waiting, moved)
        reached = movable[np.isin(movable[:, 0], moved), 1]
        new = np.unique(reached[~room[reached]])
        room[new] = True
    return room


def _who_may_join(view: _Explained, people: Ints, others: Ints) -> Ints:
    """Return who of these people may be paired with one of the others, beside those they have."""
    pairs = view.turned(view.result.pairs)
    found = [np.zeros(0, dtype=np.int64)]
    for some, against in view.against(people, others):
        eligible: Truths = np.logical_not(against.any(axis=0))
        eligible[_cells(pairs, some, others)] = False
        found.append(some[eligible.any(axis=1)])
    return np.concatenate(found)
