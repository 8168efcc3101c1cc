"""Why not this one: what stands against a pairing that was not made, or what it would have cost.

There are two texts. What the coordinator reads names every rule, private ones too, and says the cost.
What the two people may read names public rules alone; a private rule, a pairing that the coordinator
forbade and a place that somebody else got are one and the same sentence. That somebody wished at all
is for the coordinator alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from functions.matching.outcome import Wish
from functions.matching.people import Role
from functions.matching.policy.model import Criterion, CriterionKind, Points, Rule
from functions.matching.reports.phrases import names_in, names_of
from functions.matching.reports.speech import Speech
from functions.matching.scoring import scores
from functions.matching.scoring.scores import Prepared
from functions.matching.solving.pair_cost import Cost, Forcing, Solved

Couple = tuple[int, int]  # mentee's row, mentor's column

POINTS_IN_A_TENTH = 1_000
WORKED_OUT_AT_MOST = 200  # costs of wishes in one run; each is a search through everybody


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot:
    """Why a pairing was not made. `cost` is None where it is not possible, or was not worked out.

    `for_coordinator` may reveal who avoids whom: nobody else may read it. `for_them` may be read by
    the two people, but only to somebody who asked about this pairing themselves.
    """

    for_coordinator: str
    for_them: str
    cost: Cost | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """Answers why not, pair by pair, for one solved run (people in the order of their ids)."""

    speech: Speech
    prepared: Prepared
    solved: Solved
    _read: list[Forcing] = field(default_factory=list, init=False, repr=False)

    @property
    def forcing(self) -> Forcing:
        """What tells costs: reads the solved problem when it is first asked for, once."""
        if not self._read:
            self._read.append(Forcing(self.solved))
        return self._read[0]

    def why_not(self, row: int, column: int) -> WhyNot:
        """Return why this mentee and this mentor were not paired. Raises ValueError if they were."""
        against = scores.refused(self.prepared, [row], [column])[:, 0, 0].tolist()
        points = int(scores.points(self.prepared, [row], [column]).sum())
        told = self._refused((row, column), against)
        if told is None and self.solved.objective.stable:
            told = self._unstable()
        return told or self._dearer((row, column), points)

    def each(self, couples: Sequence[Couple]) -> Iterator[WhyNot]:
        """Yield the same for many pairings; of very many, only the first costs are worked out."""
        rows, columns = [row for row, _ in couples], [column for _, column in couples]
        against = scores.refused_pairs(self.prepared, rows, columns).T.tolist()
        points = scores.points(self.prepared, rows, columns).sum(axis=1).tolist()
        worked_out = 0
        for couple, refusals, earned in zip(couples, against, points, strict=True):
            told = self._refused(couple, refusals)
            if told is None and self.solved.objective.stable:
                told = self._unstable()
            if told is None:
                worked_out += 1
                told = self._dearer(couple, earned) if worked_out <= WORKED_OUT_AT_MOST else self._unknown()
            yield told

    def _unstable(self) -> WhyNot:
        """Say why a pairing that may be is not in a stable match, which weighs nothing for everybody."""
        message = self.speech.translations.gettext(
            "One of the two has every place taken by people who fit as well or better, or who are locked."
        )
        return WhyNot(for_coordinator=message, for_them=self._for_them([], same=False), cost=None)

    def _refused(self, couple: Couple, against: Sequence[bool]) -> WhyNot | None:
        """Return what stands against a pairing, None when nothing does."""
        rules = [rule for which, rule in enumerate(self.prepared.policy.rules) if against[which]]
        same, forbidden = against[-1], couple in self.solved.terms.forbidden
        if not (rules or same or forbidden):
            return None
        told = [*self._against(rules), *self._by_nature(same=same, forbidden=forbidden)]
        return WhyNot(
            for_coordinator=" ".join(told),
            for_them=self._for_them([rule for rule in rules if not rule.private], same=same),
            cost=None,
        )

    def _dearer(self, couple: Couple, points: int) -> WhyNot:
        cost = self.forcing.cost(*couple, points)
        return WhyNot(for_coordinator=self.costs(cost), for_them=self._for_them([], same=False), cost=cost)

    def _unknown(self) -> WhyNot:
        message = self.speech.translations.gettext(
            "The rules allow it, but other pairings were made. What it would have cost is worked out "
            "for the first {count} wishes alone."
        )
        told = self.speech.say(message, count=f"{WORKED_OUT_AT_MOST:,}")
        return WhyNot(for_coordinator=told, for_them=self._for_them([], same=False), cost=None)

    def _against(self, rules: list[Rule]) -> Iterator[str]:
        message = self.speech.translations.gettext("The rule “{rule}” refuses it: {because}.")
        for rule in rules:
            yield self.speech.say(message, rule=rule.label, because=self.speech.because(rule))

    def _by_nature(self, *, same: bool, forbidden: bool) -> Iterator[str]:
        gettext = self.speech.translations.gettext
        if same:
            yield gettext("They are the same person.")
        if forbidden:
            yield gettext("You have forbidden this pairing.")

    def _for_them(self, public: list[Rule], *, same: bool) -> str:
        gettext = self.speech.translations.gettext
        told = [*self._against(public), *self._by_nature(same=same, forbidden=False)]
        return " ".join(told) or gettext("Other pairings were made, for the good of everybody together.")

    def costs(self, cost: Cost | None) -> str:
        """Say in a sentence what a pairing would have cost everybody, by the first level that loses."""
        gettext, ngettext = self.speech.translations.gettext, self.speech.translations.ngettext
        if cost is None:
            return gettext("It is not possible beside the locked pairings.")
        if cost.unserved > 0:
            message = ngettext(
                "It would have left one more mentee without a mentor.",
                "It would have left {count} more mentees without a mentor.",
                cost.unserved,
            )
            return self.speech.say(message, count=cost.unserved)
        if cost.priority:
            return gettext("It would have taken the mentor from a mentee who is to be served before others.")
        if cost.floor:
            message = gettext(
                "The weakest of the other pairings would have lost {points} (a perfect one has {most})."
            )
            return self._in_points(message, cost.floor)
        return self._cost_in_points(cost)

    def _cost_in_points(self, cost: Cost) -> str:
        gettext, ngettext = self.speech.translations.gettext, self.speech.translations.ngettext
        if not cost.total:
            return gettext("It would have cost nothing: other pairings were as good for everybody together.")
        if cost.total < 0:
            message = gettext(
                "All pairings together would have gained {points} (a perfect one has {most}), "
                "but this one is weaker than any may be."
            )
            return self._in_points(message, -cost.total)
        if not cost.changed:
            message = gettext("All pairings together would have lost {points} (a perfect one has {most}).")
            return self._in_points(message, cost.total)
        message = ngettext(
            "All pairings together would have lost {points} (a perfect one has {most}), "
            "and one other mentee would have had another mentor.",
            "All pairings together would have lost {points} (a perfect one has {most}), "
            "and {count} other mentees would have had other mentors.",
            cost.changed,
        )
        return self._in_points(message, cost.total, count=cost.changed)

    def _in_points(self, message: str, points: int, **places: object) -> str:
        """Say points of a hundred, rounded up to a tenth, or as they are where the policy has its own."""
        if self.prepared.policy.points is Points.AS_THEY_ARE:
            most = int(self.prepared.allotted.sum(axis=1).max())
            return self.speech.say(message, points=f"{points:,}", most=f"{most:,}", **places)
        tenths = -(-points // POINTS_IN_A_TENTH)
        return self.speech.say(message, points=f"{tenths // 10:,}.{tenths % 10}", most=100, **places)


def unmet_wishes(answering: Answering) -> tuple[Wish, ...]:
    """Return every wish for a named person in this run that was not met, for the coordinator.

    A name that may mean several people is one wish for each, unless one of them is the partner.
    """
    prepared = answering.prepared
    asked: dict[Couple, set[Role]] = {}
    for criterion in prepared.policy.criteria:
        if criterion.kind is CriterionKind.WISH:
            for role, couple in (
                *_asked(answering, criterion, Role.MENTEE),
                *_asked(answering, criterion, Role.MENTOR),
            ):
                asked.setdefault(couple, set()).add(role)
    couples = sorted(asked)
    return tuple(
        _wish(answering, couple, asked[couple], told)
        for couple, told in zip(couples, answering.each(couples), strict=True)
    )


def _asked(answering: Answering, criterion: Criterion, role: Role) -> Iterator[tuple[Role, Couple]]:
    """Yield the couples that one side asked for and that were not made."""
    prepared, made = answering.prepared, set(answering.solved.assignment.pairs)
    askers, others = prepared.mentees, prepared.mentors
    column, other = criterion.mentee, Role.MENTOR
    if role is Role.MENTOR:
        askers, others, column, other = others, askers, criterion.mentor, Role.MENTEE
    if not column:
        return
    known: dict[str, list[int]] = {}
    for place, person in enumerate(others):
        for name in names_of(prepared.policy, other, person):
            known.setdefault(name, []).append(place)
    reader = answering.speech.reader(role, column)
    for place, person in enumerate(askers):
        for name in sorted(names_in(reader, person)):
            meant = [(place, of) if role is Role.MENTEE else (of, place) for of in known.get(name, ())]
            if not made.intersection(meant):
                yield from ((role, couple) for couple in meant)


def _wish(answering: Answering, couple: Couple, asked_by: set[Role], answer: WhyNot) -> Wish:
    row, column = couple
    return Wish(
        mentee=answering.prepared.mentees[row].id,
        mentor=answering.prepared.mentors[column].id,
        asked_by=tuple(role for role in (Role.MENTEE, Role.MENTOR) if role in asked_by),
        unserved=answer.cost.unserved if answer.cost else None,
        floor=answer.cost.floor if answer.cost else None,
        total=answer.cost.total if answer.cost else None,
        text=answer.for_coordinator,
    )
