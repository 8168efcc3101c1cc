"""What each criterion says of two peers: of both at once, or of one way and of the other.

Peers have no roles, so what is said for two sides (`phrases`) is said here without any: where both
answered the same question, once; where one’s answer meets another question of the other, both ways.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import cast

from functions.matching.outcome import Reason
from functions.matching.people import Person, canonical, number, one
from functions.matching.policy.model import Criterion, CriterionKind
from functions.matching.reports.phrases import _FINDINGS, _Teller, _teller
from functions.matching.reports.speech import Said, Speech

Finding = Callable[[_Teller, Person, Person], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeersTelling:
    """Says the reasons of a pool's pairs; made once, since it remembers what it found."""

    speech: Speech
    tellers: tuple["_OfPeers", ...]

    @classmethod
    def of(cls, speech: Speech) -> "PeersTelling":
        """Prepare what each criterion says."""
        return cls(speech=speech, tellers=tuple(_of_peers(speech, each) for each in speech.policy.criteria))

    def reasons_for(self, one_peer: Person, other: Person, points: Sequence[int]) -> tuple[Reason, ...]:
        """Return one reason for each criterion, with its points; they add up to the pair's score."""
        most = self.speech.policy.matters_most
        chosen = [one(person.answers.get(most.column)) for person in (one_peer, other)] if most else []
        return tuple(
            Reason(criterion=teller.name, points=int(earned), text=teller.of_both(one_peer, other, chosen))
            for teller, earned in zip(self.tellers, points, strict=True)
        )


class _OfPeers(_Teller):
    """One criterion, said of two who have no roles."""

    __slots__ = ()

    def of_both(self, one_peer: Person, other: Person, chosen: Sequence[str]) -> str:
        """Return what it says; `chosen` is the criterion that matters most to either."""
        gettext = self.speech.translations.gettext
        frame = {
            0: gettext("{criterion}: {finding}"),
            1: gettext("{criterion} (what matters most to one of the two): {finding}"),
            2: gettext("{criterion} (what matters most to both): {finding}"),
        }[sum(name == self.canonical_name for name in chosen)]
        before, _, after = frame.partition("{finding}")
        label = self.speech.isolated(self.criterion.label)
        before, after = (part.replace("{criterion}", label) for part in (before, after))
        return before + self._between(one_peer, other) + after

    def _between(self, one_peer: Person, other: Person) -> str:
        there = self.finding(self, one_peer, other)
        if _is_of_both(self.criterion):
            return there or self.missing
        back = self.finding(self, other, one_peer)
        if there is None or back is None or there == back:
            return there or back or self.missing
        gettext = self.speech.translations.gettext
        if self.criterion.kind is CriterionKind.WISH:
            return gettext("asked for by name")
        message = gettext("one way: {there}; the other way: {back}")
        return self.speech.say(message, there=Said(there), back=Said(back))

    def of_choices(self, one_peer: Person, other: Person) -> str | None:
        gettext, found = self.speech.translations.gettext, self.of_ranks(one_peer, other)
        return gettext("none of the choices") if found == gettext("none of the mentee’s choices") else found

    def of_steps_apart(self, one_peer: Person, other: Person) -> str | None:
        translations, criterion = self.speech.translations, self.criterion
        mine, theirs = one_peer.answers.get(criterion.mentee), other.answers.get(criterion.mentor)
        if not one(mine) or not one(theirs):
            return None
        if criterion.private:
            return translations.gettext("compared")
        ladder = criterion.ladder
        if ladder is None or ladder.mentee is None or ladder.mentor is None:
            apart = abs((number(theirs) or 0) - (number(mine) or 0))
            message = translations.gettext("{number} apart")
            same = translations.gettext("the same for both")
            return self.speech.say(message, number=f"{apart / 1000:g}") if apart else same
        steps = abs(ladder.mentor[one(theirs)] - ladder.mentee[one(mine)])
        if not steps:
            return translations.gettext("both are on the same step")
        message = translations.ngettext("they are one step apart", "they are {count} steps apart", steps)
        return self.speech.say(message, count=steps)


def _of_peers(speech: Speech, criterion: Criterion) -> _OfPeers:
    plain = _teller(speech, criterion)
    told = {each.name: getattr(plain, each.name) for each in fields(plain) if each.init}
    return _OfPeers(**{**told, "finding": _finding(criterion), "canonical_name": canonical(criterion.name)})


def _finding(criterion: Criterion) -> Finding:
    """Return what says it of two peers; what one wants and the other wants too, they have in common."""
    if criterion.mentee == criterion.mentor and criterion.kind in _WANTED:
        return _FINDINGS[CriterionKind.SHARES_ANY]
    return _FINDINGS_OF_PEERS.get(criterion.kind, _FINDINGS[criterion.kind])


def _is_of_both(criterion: Criterion) -> bool:
    return criterion.mentee == criterion.mentor


_WANTED = frozenset({CriterionKind.OVERLAP, CriterionKind.RANKED, CriterionKind.COMPLEMENTARY})
_FINDINGS_OF_PEERS: Mapping[CriterionKind, Finding] = {
    CriterionKind.COMPLEMENTARY: _Teller.of_wanted,
    CriterionKind.RANKED: cast("Finding", _OfPeers.of_choices),
    CriterionKind.DISTANCE: cast("Finding", _OfPeers.of_steps_apart),
    CriterionKind.CLOSENESS: cast("Finding", _OfPeers.of_steps_apart),
}
