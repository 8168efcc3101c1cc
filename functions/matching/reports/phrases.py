"""What each criterion says of one pair, in words a student understands.

Both of the pair read them, so they tell no more of an answer than what the two have in common.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from functions.matching.outcome import Reason
from functions.matching.people import Person, Role, Value, canonical, number, one
from functions.matching.policy.model import Criterion, CriterionKind, Points, Policy
from functions.matching.reports.speech import Reader, Said, Speech
from functions.matching.scoring.text_similarity import percent_alike
from functions.matching.scoring.timetable import half_hours

_FINDINGS_REMEMBERED_AT_MOST = 20_000
_ABOUT_SINGLE_ANSWERS = frozenset(
    {CriterionKind.SAME, CriterionKind.DIFFERENT, CriterionKind.DISTANCE, CriterionKind.CLOSENESS}
)
_AS_A_FRACTION = 100  # a number whose plural is that of a fraction, in every language that we know
_ANSWERS = Said("\0")  # where the answers go, when the rest of a message is said once for all


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Says the reasons of a run's pairs; made once, since it remembers what it found."""

    speech: Speech
    tellers: tuple["_Teller", ...]

    @classmethod
    def of(cls, speech: Speech) -> "Telling":
        """Prepare what each criterion says."""
        return cls(speech=speech, tellers=tuple(_teller(speech, each) for each in speech.policy.criteria))

    def reasons_for(self, mentee: Person, mentor: Person, points: Sequence[int]) -> tuple[Reason, ...]:
        """Return one reason for each criterion, with its points; they add up to the pair's score."""
        most = self.speech.policy.matters_most
        chosen = one(mentee.answers.get(most.column)) if most else ""
        return tuple(
            Reason(criterion=teller.name, points=int(earned), text=teller.text(mentee, mentor, chosen))
            for teller, earned in zip(self.tellers, points, strict=True)
        )


def _teller(speech: Speech, criterion: Criterion) -> "_Teller":
    gettext = speech.translations.gettext
    frames = (
        gettext("{criterion}: {finding}"),
        gettext("{criterion} (what matters most to the mentee): {finding}"),
    )
    plain, most = (
        speech.say(frame, criterion=criterion.label, finding=_ANSWERS).partition("\0")[::2]
        for frame in frames
    )
    missing = (
        gettext("not answered, so no points")
        if speech.policy.points is Points.AS_THEY_ARE
        else gettext("not answered, so it counts neither for nor against")
    )
    return _Teller(
        name=criterion.name,
        canonical_name=canonical(criterion.name),
        speech=speech,
        criterion=criterion,
        frames=(plain, most),
        missing=missing,
        finding=_FINDINGS[criterion.kind],
        mine=speech.reader(Role.MENTEE, criterion.mentee),
        theirs=speech.reader(Role.MENTOR, criterion.mentor),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Teller:
    """One criterion; each method finds what it says of a pair, None when an answer is missing."""

    name: str
    canonical_name: str
    speech: Speech
    criterion: Criterion
    frames: tuple[tuple[str, str], tuple[str, str]]
    missing: str
    finding: "Callable[[_Teller, Person, Person], str | None]"
    mine: Reader
    theirs: Reader
    _found: dict[Hashable, str] = field(init=False, repr=False, default_factory=dict)
    _around: dict[Hashable, tuple[str, str, str]] = field(init=False, repr=False, default_factory=dict)

    def text(self, mentee: Person, mentor: Person, chosen: str) -> str:
        """Return what it says; `chosen` is the criterion that matters most to the mentee."""
        before, after = self.frames[self.canonical_name == chosen]
        return before + self._remembered(mentee, mentor) + after

    def _remembered(self, mentee: Person, mentor: Person) -> str:
        if self.criterion.kind not in _ABOUT_SINGLE_ANSWERS:  # too many different ones to remember
            return self.finding(self, mentee, mentor) or self.missing
        key = (_key(mentee, self.criterion.mentee), _key(mentor, self.criterion.mentor))
        found = self._found.get(key)
        if found is None:
            found = self.finding(self, mentee, mentor) or self.missing
            if len(self._found) >= _FINDINGS_REMEMBERED_AT_MOST:
                self._found.clear()
            self._found[key] = found
        return found

    def _say(self, which: str, message: Callable[[], str], answers: Sequence[Said], total: int = 0) -> Said:
        """Say a message with answers, but for them remembered by how many they are."""
        around = self._around.get((which, len(answers), total))
        if around is None:
            said = self.speech.say(message(), answers=_ANSWERS, count=len(answers), total=total)
            around = self._around[which, len(answers), total] = said.partition("\0")
        before, place, after = around
        return Said(before + self.speech.listed(answers) + after) if place else Said(before)

    def of_texts(self, mentee: Person, mentor: Person) -> str | None:
        gettext, criterion = self.speech.translations.gettext, self.criterion
        mine, theirs = one(mentee.answers.get(criterion.mentee)), one(mentor.answers.get(criterion.mentor))
        if not mine or not theirs:
            return None
        if mine == theirs:
            _, answer = self.speech.shown(criterion.mentee, _first(mentee.answers[criterion.mentee]))
            return self._say("same", self._same, [answer])
        if mine in criterion.wildcards or theirs in criterion.wildcards:
            return gettext("works for both")
        return gettext("they said different things")

    def _same(self) -> str:
        gettext = self.speech.translations.gettext
        return gettext("both said the same") if self.criterion.private else gettext("both said {answers}")

    def _both(self, mentee: Person, mentor: Person) -> tuple[Mapping[str, Said], Mapping[str, Said]]:
        return self.mine.entries(mentee), self.theirs.entries(mentor)

    def of_times(self, mentee: Person, mentor: Person) -> str | None:
        """Say the hours of a week in which both are free, wherever they live; or the times they named."""
        zones = self.criterion.zones
        if zones is None:
            return self.of_shared(mentee, mentor)
        halves = [
            set(half_hours(person, role, tuple(reader.entries(person)), (reader.column, zones)))
            for role, person, reader in (
                (Role.MENTEE, mentee, self.mine),
                (Role.MENTOR, mentor, self.theirs),
            )
        ]
        if not all(halves):
            return None
        common = len(halves[0] & halves[1])
        if not common:
            return self.speech.translations.gettext("nothing in common")
        hours, half = divmod(common, 2)
        message = self.speech.translations.ngettext(
            "one hour a week in common",
            "{hours} hours a week in common",
            _AS_A_FRACTION if half else hours,
        )
        return self.speech.say(message, hours=f"{hours}.5" if half else hours)

    def of_texts_alike(self, mentee: Person, mentor: Person) -> str | None:
        mine, theirs = mentee.answers.get(self.criterion.mentee), mentor.answers.get(self.criterion.mentor)
        percent = percent_alike(mine, theirs)
        if percent is None:
            return None
        message = self.speech.translations.gettext("what both wrote is {percent}% alike")
        return self.speech.say(message, percent=percent)

    def of_shared(self, mentee: Person, mentor: Person) -> str | None:
        mine, theirs = self._both(mentee, mentor)
        if not mine or not theirs:
            return None
        common = [shown for entry, shown in mine.items() if entry in theirs]
        if not common:
            return self.speech.translations.gettext("nothing in common")
        return self._say("shared", lambda: self._in_common(len(common)), common)

    def _in_common(self, count: int) -> str:
        ngettext = self.speech.translations.ngettext
        if self.criterion.private:
            return ngettext("one thing in common", "{count} things in common", count)
        return ngettext("one thing in common ({answers})", "{count} things in common ({answers})", count)

    def of_wanted(self, mentee: Person, mentor: Person) -> str | None:
        return self._met("wanted", *self._both(mentee, mentor))

    def of_give_and_take(self, mentee: Person, mentor: Person) -> str | None:
        speech, criterion = self.speech, self.criterion
        given = self._met("mentor", *self._both(mentee, mentor))
        taken = self._met(
            "mentee",
            speech.reader(Role.MENTOR, criterion.mentor_wants).entries(mentor),
            speech.reader(Role.MENTEE, criterion.mentee_offers).entries(mentee),
        )
        if given is None or taken is None:
            return given or taken
        return speech.say(speech.translations.gettext("{given}; {taken}"), given=given, taken=taken)

    def _met(self, giver: str, wanted: Mapping[str, Said], offered: Mapping[str, Said]) -> Said | None:
        """Say how much of what one wants the giver offers."""
        if not wanted or not offered:
            return None
        met = [shown for entry, shown in wanted.items() if entry in offered]
        which = "nothing" if not met else "everything" if len(met) == len(wanted) else "some"
        if self.criterion.private:
            which += " privately"
        return self._say(f"{giver} {which}", lambda: self._given(giver)[which], met, len(wanted))

    def _given(self, giver: str) -> Mapping[str, str]:
        gettext = self.speech.translations.gettext
        if giver == "wanted":
            nothing = gettext("nothing of what is wanted")
            everything = gettext("everything wanted"), gettext("everything wanted ({answers})")
            some = gettext("{count} of {total} wanted"), gettext("{count} of {total} wanted ({answers})")
        elif giver == "mentor":
            nothing = gettext("the mentor offers nothing of what is wanted")
            everything = (
                gettext("the mentor offers everything wanted"),
                gettext("the mentor offers everything wanted ({answers})"),
            )
            some = (
                gettext("the mentor offers {count} of {total} wanted"),
                gettext("the mentor offers {count} of {total} wanted ({answers})"),
            )
        else:
            nothing = gettext("the mentee offers nothing of what is wanted")
            everything = (
                gettext("the mentee offers everything wanted"),
                gettext("the mentee offers everything wanted ({answers})"),
            )
            some = (
                gettext("the mentee offers {count} of {total} wanted"),
                gettext("the mentee offers {count} of {total} wanted ({answers})"),
            )
        names = (
            "nothing",
            "nothing privately",
            "everything privately",
            "everything",
            "some privately",
            "some",
        )
        return dict(zip(names, (nothing, nothing, *everything, *some), strict=True))

    def of_ranks(self, mentee: Person, mentor: Person) -> str | None:
        mine, theirs = self._both(mentee, mentor)
        if not mine or not theirs:
            return None
        ranked = [
            self._say(f"choice {rank}", partial(self._choice, rank + 1), [shown])
            for rank, (entry, shown) in enumerate(mine.items())
            if entry in theirs and rank < len(self.criterion.ranks)
        ]
        if not ranked:
            return self.speech.translations.gettext("none of the mentee’s choices")
        return self.speech.listed(ranked)

    def _choice(self, rank: int) -> str:
        gettext = self.speech.translations.gettext
        messages = {
            1: (gettext("first choice"), gettext("first choice ({answers})")),
            2: (gettext("second choice"), gettext("second choice ({answers})")),
            3: (gettext("third choice"), gettext("third choice ({answers})")),
        }
        later = (gettext("choice {rank}"), gettext("choice {rank} ({answers})"))
        message = messages.get(rank, later)[not self.criterion.private]
        return message.replace("{rank}", str(rank))

    def of_distance(self, mentee: Person, mentor: Person) -> str | None:
        gettext, criterion = self.speech.translations.gettext, self.criterion
        mine, theirs = mentee.answers.get(criterion.mentee), mentor.answers.get(criterion.mentor)
        if not one(mine) or not one(theirs):
            return None
        if criterion.private:
            return gettext("compared")
        ladder = criterion.ladder
        if ladder is not None and ladder.mentee is not None and ladder.mentor is not None:
            return self._steps(ladder.mentor[one(theirs)] - ladder.mentee[one(mine)])
        difference = (number(theirs) or 0) - (number(mine) or 0)
        if not difference:
            return gettext("the same for both")
        more, fewer = gettext("{number} more for the mentor"), gettext("{number} fewer for the mentor")
        return self.speech.say(more if difference > 0 else fewer, number=f"{abs(difference) / 1000:g}")

    def _steps(self, steps: int) -> str:
        ngettext, count = self.speech.translations.ngettext, abs(steps)
        if not steps:
            return self.speech.translations.gettext("both are on the same step")
        message = (
            ngettext("the mentor is one step ahead", "the mentor is {count} steps ahead", count)
            if steps > 0
            else ngettext("the mentor is one step behind", "the mentor is {count} steps behind", count)
        )
        return self.speech.say(message, count=count)

    def of_wishes(self, mentee: Person, mentor: Person) -> str:
        """Tell if either asked for the other; whether somebody else was asked for is nobody's business."""
        gettext = self.speech.translations.gettext
        policy = self.speech.policy
        asked = calls(self.mine, mentee, policy, Role.MENTOR, mentor) or calls(
            self.theirs, mentor, policy, Role.MENTEE, mentee
        )
        return gettext("asked for by name") if asked else gettext("not asked for by name")


def _key(person: Person, column: str) -> Value:
    """Return an answer as a key: True and 1 are not the same answer, but equal to each other."""
    value = person.answers.get(column)
    return str(value) if value.__class__ is bool else value


def _first(value: Value) -> Value:
    return value[0] if isinstance(value, tuple) else value


def calls(reader: Reader, asking: Person, policy: Policy, role: Role, asked: Person) -> bool:
    """Say whether one person's answer names another, who is on the side of `role`."""
    names = names_in(reader, asking)
    return bool(names) and not names.isdisjoint(names_of(policy, role, asked))


def names_in(reader: Reader, person: Person) -> frozenset[str]:
    """Return whom that answer may name: each of its entries, and the whole, in canonical form."""
    entries = reader.entries(person)
    return frozenset((*entries, one(person.answers.get(reader.column)))) if entries else frozenset()


def names_of(policy: Policy, role: Role, person: Person) -> frozenset[str]:
    """Return by which names others may mean a person, in canonical form."""
    identity = policy.columns(role).identity
    return frozenset((canonical(person.id), *(one(person.answers.get(name)) for name in identity))) - {""}


_FINDINGS: Mapping[CriterionKind, Callable[[_Teller, Person, Person], str | None]] = {
    CriterionKind.SAME: _Teller.of_texts,
    CriterionKind.DIFFERENT: _Teller.of_texts,
    CriterionKind.SHARES_ANY: _Teller.of_shared,
    CriterionKind.OVERLAP: _Teller.of_wanted,
    CriterionKind.IN_COMMON: _Teller.of_times,
    CriterionKind.COMPLEMENTARY: _Teller.of_give_and_take,
    CriterionKind.RANKED: _Teller.of_ranks,
    CriterionKind.DISTANCE: _Teller.of_distance,
    CriterionKind.CLOSENESS: _Teller.of_distance,
    CriterionKind.WISH: _Teller.of_wishes,
    CriterionKind.ALIKE: _Teller.of_texts_alike,
}
