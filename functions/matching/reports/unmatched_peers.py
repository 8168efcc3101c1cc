"""Why somebody of one pool has no partner, and what would help.

Each may be told to the person whom it concerns, so it keeps to what `unmatched` promises: a private rule, a
pair that the coordinator forbade and a partner whom somebody else got give the same facts. What a rule
says in either direction stands against the pair.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from functions.matching.outcome import Unmatched
from functions.matching.people import Role
from functions.matching.reasons import CannotMatch, Cause, Change, Remedy, WhyUnmatched
from functions.matching.reports.unmatched import refused_by
from functions.matching.scoring.scores import Prepared, refused

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


def unmatched_in(prepared: Prepared, paired: Paired) -> tuple[Unmatched, ...]:
    """Return everybody in no pair, in the order of ids, with reasons and the smallest change that helps."""
    pool = np.arange(len(prepared.mentees))
    alone = np.setdiff1d(pool, np.array(paired.pairs, dtype=np.int64).reshape(-1))
    instead_of = _who_could_be_free(paired, alone)
    found = []
    for some, against in _against(prepared, alone, paired.forbidden):
        for row, place in enumerate(some.tolist()):
            free = (instead_of != _NOBODY) & (instead_of != place)
            found.append(_found(prepared, place, against[:, row], free))
    return tuple(found)


def _found(prepared: Prepared, place: int, against: Truths, free: Truths) -> Unmatched:
    rules = prepared.policy.rules
    public = [which for which, rule in enumerate(rules) if not rule.private]
    allowed = int(against[public].any(axis=0).sum()) < against.shape[1] - 1
    helped = free & (against.sum(axis=0) == 1)
    opened = [(int((against[which] & helped).sum()), -which) for which in public]
    most, best = max(opened, default=(0, 0))
    return Unmatched(
        id=prepared.mentees[place].id,
        role=Role.MENTEE,
        why=tuple(_why(prepared, against.sum(axis=1).tolist(), allowed=allowed)),
        change=_change(rules[-best].name if most else "", allowed=allowed),
    )


def nobody_eligible(prepared: Prepared) -> CannotMatch:
    """Return that the rules leave no pair of the pool at all, and how many each of them refuses."""
    pool = np.arange(len(prepared.mentees))
    counts = np.zeros(len(prepared.policy.rules) + 2, dtype=np.int64)
    for _, against in _against(prepared, pool, ()):
        counts += against.sum(axis=(1, 2))
    return refused_by(prepared, (counts // 2).tolist(), len(pool) * (len(pool) - 1) // 2)


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


def _why(prepared: Prepared, counts: Sequence[int], *, allowed: bool) -> Iterator[WhyUnmatched]:
    """Yield how many each rule refuses, the one that refuses most first, and that the others are taken."""
    rules, total = prepared.policy.rules, len(prepared.mentees) - 1
    refusing = sorted(
        (-count, which)
        for which, (rule, count) in enumerate(zip(rules, counts, strict=False))
        if not rule.private and count
    )
    for count, which in refusing:
        yield WhyUnmatched(cause=Cause.RULE, rule=rules[which].name, count=-count, total=total)
    if allowed:
        yield WhyUnmatched(cause=Cause.PEERS_TAKEN, total=total)
        if total % 2 == 0:
            yield WhyUnmatched(cause=Cause.ODD_POOL)


def _change(rule: str, *, allowed: bool) -> Change:
    if allowed:
        return Change(remedy=Remedy.PEER, rule=rule)
    if rule:
        return Change(remedy=Remedy.EXCEPTION, rule=rule)
    return Change(remedy=Remedy.PEER, no_exception_helps=True)
