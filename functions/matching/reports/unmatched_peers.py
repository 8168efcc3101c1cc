"""Why somebody of one pool has no partner, and what would help, in words.

Each text may be read by the person it concerns, so it keeps to what `explain` promises: a private rule, a
pair that the coordinator forbade and a partner whom somebody else got are told in the same words. What
a rule says in either direction stands against the pair.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from functions.matching.outcome import Unmatched
from functions.matching.people import Role
from functions.matching.reports.speech import Speech
from functions.matching.scoring.scores import Prepared, refused

__all__ = ["Paired", "left_over", "nobody_eligible"]

Ints = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]
Couple = tuple[int, int]  # two places of the pool

_CELLS_AT_ONCE = 2_000_000
_NOBODY = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """What was made of a pool, by places: `eligible` is the same both ways, without the forbidden pairs."""

    pairs: Sequence[Couple]
    eligible: Truths
    locked: Sequence[Couple] = ()
    forbidden: Sequence[Couple] = ()

    @classmethod
    def of(
        cls,
        scores: npt.NDArray[np.integer],
        pairs: Sequence[Couple],
        locked: Sequence[Couple] = (),
        forbidden: Sequence[Couple] = (),
    ) -> "Paired":
        """Take the scores of people × people for what is eligible."""
        eligible = scores >= 0
        for one, other in forbidden:
            eligible[one, other] = eligible[other, one] = False
        return cls(pairs=pairs, eligible=eligible, locked=locked, forbidden=forbidden)


def left_over(prepared: Prepared, paired: Paired, speech: Speech) -> tuple[Unmatched, ...]:
    """Return everybody in no pair, in the order of ids, with reasons and the smallest change that helps."""
    pool = np.arange(len(prepared.mentees))
    alone = np.setdiff1d(pool, np.array(paired.pairs, dtype=np.int64).reshape(-1))
    instead_of = _who_could_be_free(paired, alone)
    told = []
    for some, against in _against(prepared, alone, paired.forbidden):
        for row, place in enumerate(some.tolist()):
            free = (instead_of != _NOBODY) & (instead_of != place)
            told.append(_told(prepared, speech, place, (against[:, row], free)))
    return tuple(told)


def _told(
    prepared: Prepared, speech: Speech, place: int, against_and_free: tuple[Truths, Truths]
) -> Unmatched:
    against, free = against_and_free
    rules = prepared.policy.rules
    public = [which for which, rule in enumerate(rules) if not rule.private]
    allowed = int(against[public].any(axis=0).sum()) < against.shape[1] - 1
    helped = free & (against.sum(axis=0) == 1)
    opened = [(int((against[which] & helped).sum()), -which) for which in public]
    most, best = max(opened, default=(0, 0))
    return Unmatched(
        id=prepared.mentees[place].id,
        role=Role.MENTEE,
        reasons=tuple(_reasons(prepared, speech, against.sum(axis=1).tolist(), allowed=allowed)),
        smallest_change=_change(speech, rules[-best].label if most else None, allowed=allowed),
    )


def nobody_eligible(prepared: Prepared, speech: Speech) -> str:
    """Say which rules leave no pair of the pool at all, for the coordinator."""
    gettext, ngettext = speech.translations.gettext, speech.translations.ngettext
    pool = np.arange(len(prepared.mentees))
    rules = prepared.policy.rules
    counts = np.zeros(len(rules) + 2, dtype=np.int64)
    for _, against in _against(prepared, pool, ()):
        counts += against.sum(axis=(1, 2))
    total = len(pool) * (len(pool) - 1) // 2
    told = [
        speech.say(
            ngettext(
                "“{rule}” refuses the only pairing.", "“{rule}” refuses {count} of {total} pairings.", total
            ),
            rule=rule.label,
            count=f"{count // 2:,}",
            total=f"{total:,}",
        )
        for rule, count in zip(rules, counts.tolist(), strict=False)
        if not rule.private and count
    ]
    sentences: list[str] = [gettext("The rules leave no pairing at all.")]
    sentences += told or [gettext("No rule that may be named refuses one.")]
    advice = gettext("Loosen the rule that refuses most, or check that the columns hold what it expects.")
    return " ".join([*sentences, advice])


def _against(prepared: Prepared, people: Ints, forbidden: Sequence[Couple]) -> Iterator[tuple[Ints, Truths]]:
    """Yield some of the people at a time, and what stands in their way: refusals × them × the pool.

    The last refusal is the coordinator's: the pair is forbidden. Of people with themselves nothing is said.
    """
    pool = range(len(prepared.mentees))
    barred = np.array(forbidden, dtype=np.int64).reshape(-1, 2)
    barred = np.concatenate([barred, barred[:, ::-1]])
    step = max(1, _CELLS_AT_ONCE // max(len(pool), 1))
    for start in range(0, len(people), step):
        some = people[start : start + step]
        there = refused(prepared, some.tolist(), pool)
        back = refused(prepared, pool, some.tolist()).transpose(0, 2, 1)
        by_hand = np.zeros((1, len(some), len(pool)), dtype=np.bool_)
        theirs = barred[np.isin(barred[:, 0], some)]
        by_hand[0, np.searchsorted(some, theirs[:, 0]), theirs[:, 1]] = True
        against = np.concatenate([there | back, by_hand])
        against[:, np.arange(len(some)), some] = False
        yield some, against


def _who_could_be_free(paired: Paired, alone: Ints) -> Ints:
    """Return for everybody who is left over if they are not: at first themselves, −1 for nobody.

    Somebody whose partner could be paired with one who is left over could be left over instead; and so on
    along partners. Locked pairs stay. Each pair is changed in one direction alone, so that no change
    takes anybody twice.
    """
    partner = np.full(len(paired.eligible), _NOBODY)
    locked = {frozenset(couple) for couple in paired.locked}
    for one, other in paired.pairs:
        if frozenset((one, other)) not in locked:
            partner[one], partner[other] = other, one
    instead_of = np.full(len(partner), _NOBODY)
    instead_of[alone] = alone
    waiting = alone.tolist()
    for free in waiting:
        unchanged = (partner != _NOBODY) & (instead_of == _NOBODY) & (instead_of[partner] == _NOBODY)
        for taken in np.flatnonzero(paired.eligible[free] & unchanged).tolist():
            mate = int(partner[taken])
            if instead_of[taken] == _NOBODY:  # not both of a pair
                instead_of[mate] = instead_of[free]
                waiting.append(mate)
    return instead_of


def _reasons(prepared: Prepared, speech: Speech, counts: Sequence[int], *, allowed: bool) -> list[str]:
    """Say how many each rule refuses, the one that refuses most first, and that the others are taken."""
    gettext, ngettext = speech.translations.gettext, speech.translations.ngettext
    total = len(prepared.mentees) - 1
    refusing = sorted(
        (-count, which)
        for which, (rule, count) in enumerate(zip(prepared.policy.rules, counts, strict=False))
        if not rule.private and count
    )
    of_all = ngettext(
        "With the only other person: {because}.", "With each of the {total} others: {because}.", total
    )
    of_some = ngettext(
        "With {count} of {total} other: {because}.", "With {count} of {total} others: {because}.", total
    )
    told: list[str] = [
        speech.say(
            of_all if -count == total else of_some,
            count=f"{-count:,}",
            total=f"{total:,}",
            because=speech.because(prepared.policy.rules[which]),
        )
        for count, which in refusing
    ]
    if not allowed:
        return told
    told.append(gettext("Everybody else whom the rules allow has found a partner."))
    if total % 2 == 0:
        told.append(
            gettext(
                "The pool has an odd number of people, so somebody has to wait; lots decide between equals."
            )
        )
    return told


def _change(speech: Speech, label: str | None, *, allowed: bool) -> str:
    gettext = speech.translations.gettext
    if allowed and label is None:
        return gettext("One more person whom the rules allow.")
    if allowed:
        message = gettext(
            "One more person whom the rules allow; "
            "or one exception from the rule “{rule}”, with somebody who is free."
        )
    elif label is not None:
        message = gettext("One exception from the rule “{rule}”, with somebody who is free.")
    else:
        return gettext(
            "One more person whom the rules allow. With those there are, no single exception is enough."
        )
    return speech.say(message, rule=label)
