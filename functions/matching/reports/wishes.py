"""Why not this one: what stands against a pairing that was not made, or what it would have cost.

What the coordinator is told names every rule, private ones too, and the cost. What the two people may be
told names public rules alone; a private rule, a pairing that the coordinator forbade and a place that
somebody else got are one and the same: nothing. That somebody wished at all is for the coordinator alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from functions.matching.criteria import DEFINITIONS
from functions.matching.criteria.findings import Sides
from functions.matching.criteria.wish import names_in, names_of
from functions.matching.outcome import Wish
from functions.matching.people import Role
from functions.matching.policy.model import Criterion, Policy
from functions.matching.reasons import Against, WhyNot
from functions.matching.scoring.scores import Prepared, points_of_pairs, refused, refused_pairs
from functions.matching.solving.pair_cost import Cost, PairCosts, SolvedProblem

Couple = tuple[int, int]  # mentee's row, mentor's column

WORKED_OUT_AT_MOST = 200  # costs of wishes in one run; each is a search through everybody


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Why a pairing was not made. `cost` is None where it is not possible, or was not worked out."""

    against: tuple[WhyNot, ...]
    cost: Cost | None

    def for_both(self, policy: Policy) -> tuple[WhyNot, ...]:
        """Return what the two people may be told, if they asked about this pairing themselves.

        It is empty where nothing but the good of everybody together may be named.
        """
        public = {rule.name for rule in policy.rules if not rule.private}
        return tuple(
            each for each in self.against if each.against is Against.SAME_PERSON or each.rule in public
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """Answers why not, pair by pair, for one solved run (people in the order of their ids)."""

    prepared: Prepared
    solved: SolvedProblem
    _read: list[PairCosts] = field(default_factory=list, init=False, repr=False)

    @property
    def pair_costs(self) -> PairCosts:
        """The costs of pairings; the solved problem is read once, when a cost is first needed."""
        if not self._read:
            self._read.append(PairCosts(self.solved))
        return self._read[0]

    def why_not(self, row: int, column: int) -> Answer:
        """Return why this mentee and this mentor were not paired. Raises ValueError if they were."""
        against = refused(self.prepared, [row], [column])[:, 0, 0].tolist()
        points = int(points_of_pairs(self.prepared, [row], [column]).sum())
        return self._settled((row, column), against) or self._dearer((row, column), points)

    def each(self, couples: Sequence[Couple]) -> Iterator[Answer]:
        """Yield the same for many pairings; of very many, only the first costs are worked out."""
        rows, columns = [row for row, _ in couples], [column for _, column in couples]
        against = refused_pairs(self.prepared, rows, columns).T.tolist()
        points = points_of_pairs(self.prepared, rows, columns).sum(axis=1).tolist()
        worked_out = 0
        for couple, refusals, earned in zip(couples, against, points, strict=True):
            answer = self._settled(couple, refusals)
            if answer is None:
                worked_out += 1
                answer = self._dearer(couple, earned) if worked_out <= WORKED_OUT_AT_MOST else _unknown()
            yield answer

    def _settled(self, couple: Couple, refusals: Sequence[bool]) -> Answer | None:
        """Return what stands against a pairing at any cost, None when nothing does.

        A stable match weighs nothing for everybody: a pairing that may be is not in it because one of the
        two has others who suit as well.
        """
        against = [
            WhyNot(against=Against.RULE, rule=rule.name)
            for which, rule in enumerate(self.prepared.policy.rules)
            if refusals[which]
        ]
        if refusals[-1]:
            against.append(WhyNot(against=Against.SAME_PERSON))
        if couple in self.solved.terms.forbidden:
            against.append(WhyNot(against=Against.FORBIDDEN))
        if not against and self.solved.objective.stable:
            against.append(WhyNot(against=Against.STABILITY))
        return Answer(against=tuple(against), cost=None) if against else None

    def _dearer(self, couple: Couple, points: int) -> Answer:
        cost = self.pair_costs.cost(*couple, points)
        return Answer(against=(self._losing(cost),), cost=cost)

    def _losing(self, cost: Cost | None) -> WhyNot:
        """Return what a pairing would have cost everybody, by the first level that loses."""
        if cost is None:
            return WhyNot(against=Against.LOCKS)
        if cost.unserved > 0:
            return WhyNot(against=Against.UNSERVED, count=cost.unserved)
        if cost.priority:
            return WhyNot(against=Against.PRIORITY)
        return self._losing_points(cost)

    def _losing_points(self, cost: Cost) -> WhyNot:
        most = int(self.prepared.allotted.sum(axis=1).max())
        if cost.floor:
            return WhyNot(against=Against.FLOOR, points=cost.floor, most=most)
        if not cost.total:
            return WhyNot(against=Against.NOTHING)
        if cost.total < 0:
            return WhyNot(against=Against.TOO_WEAK, points=-cost.total, most=most)
        return WhyNot(against=Against.TOTAL, points=cost.total, count=cost.changed, most=most)


def _unknown() -> Answer:
    return Answer(against=(WhyNot(against=Against.NOT_WORKED_OUT, count=WORKED_OUT_AT_MOST),), cost=None)


def unmet_wishes(answering: Answering) -> tuple[Wish, ...]:
    """Return every wish for a named person in this run that was not met, for the coordinator.

    A name that may mean several people is one wish for each, unless one of them is the partner.
    """
    prepared = answering.prepared
    asked: dict[Couple, set[Role]] = {}
    for criterion in prepared.policy.criteria:
        if DEFINITIONS[criterion.kind].names_people:
            for role, couple in (
                *_unmet(answering, criterion, Role.MENTEE),
                *_unmet(answering, criterion, Role.MENTOR),
            ):
                asked.setdefault(couple, set()).add(role)
    couples = sorted(asked)
    return tuple(
        _wish(answering, couple, asked[couple], answer)
        for couple, answer in zip(couples, answering.each(couples), strict=True)
    )


def _unmet(answering: Answering, criterion: Criterion, role: Role) -> Iterator[tuple[Role, Couple]]:
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
    sides = Sides.of(criterion, prepared.policy)
    entries = sides.mentee if role is Role.MENTEE else sides.mentor
    for place, person in enumerate(askers):
        for name in sorted(names_in(entries, person)):
            meant = [(place, of) if role is Role.MENTEE else (of, place) for of in known.get(name, ())]
            if not made.intersection(meant):
                yield from ((role, couple) for couple in meant)


def _wish(answering: Answering, couple: Couple, asked_by: set[Role], answer: Answer) -> Wish:
    row, column = couple
    return Wish(
        mentee=answering.prepared.mentees[row].id,
        mentor=answering.prepared.mentors[column].id,
        asked_by=tuple(role for role in (Role.MENTEE, Role.MENTOR) if role in asked_by),
        unserved=answer.cost.unserved if answer.cost else None,
        floor=answer.cost.floor if answer.cost else None,
        total=answer.cost.total if answer.cost else None,
        against=answer.against,
    )
