"""Small groups around a mentor: none below the smallest size, none above the largest.

Which mentors' groups run is a choice that no flow makes (with a smallest size it is as hard as covering
sets), so it is searched, and what it may have missed is bounded:

1. without the smallest size, the flow of `assignment` gives the best of all: a bound, with its own proof;
2. groups that come out too small are closed one by one, the smallest first, and the rest is solved again;
3. for the mentors that are left, the best groups are found exactly: the places up to the smallest size are
   filled first, which costs nobody a place (Mendelsohn and Dulmage 1958), then level by level as ever;
4. then opening one, closing one or exchanging two is tried, in a fixed order, as long as anything helps.

The gap is what the bound has more at the first level where the groups fall short of it. Where there is
none, the groups are proven the best.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from functions.matching.people import Role
from functions.matching.policy.model import Groups
from functions.matching.reasons import CannotMatch, Note, Noted, Problem
from functions.matching.solving import assignment, flow_network, lexicographic, tie_break
from functions.matching.terms import Objective, Side, Terms

Ints = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]
Couple = tuple[int, int]  # mentee's row, mentor's column
Worth = tuple[tuple[int, ...], ...]  # one tuple of numbers for each level, more is better
Running = frozenset[int]  # the mentors whose groups run

_ANY_SIZE = 2**31 - 1
MOST_TRIED = 400  # other choices of groups that are tried at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Where the groups fall short of the bound: what they reach at that level, and what none can pass.

    `served` is told as a number of people; where the two are equal, a higher priority is served less.
    """

    level: str
    reached: int
    bound: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """The groups found. `relaxed` is the best without a smallest size, whose certificate proves the bound.

    `gap` is None when the groups are proven the best. `tried` says how many choices of groups were
    solved, `finished` whether no single step was left that helps.
    """

    pairs: tuple[Couple, ...]
    running: tuple[int, ...]
    served: int
    worst: int | None
    total: int
    relaxed: assignment.Assignment
    gap: Gap | None
    tried: int
    finished: bool


def form_groups(  # noqa: PLR0913 - the terms of an assignment, as `assignment.assign` has them, and the sizes
    scores: npt.NDArray[np.integer],
    mentors: Side,
    mentees: Side,
    sizes: Groups,
    *,
    terms: Terms = Terms(),  # noqa: B008 - frozen
    objective: Objective = Objective(),  # noqa: B008 - frozen
    seed: int = 0,
    progress: Callable[[int], None] = lambda _percent: None,
) -> Grouping:
    """Return good groups with what is proven of them. People stand in the order of their ids.

    Nobody is in two groups. Raises CannotMatch when no group can run, or when locked mentees can't have a
    group of the smallest size.
    """
    case = _GroupProblem.of(scores, mentors, mentees, sizes, terms=terms, objective=objective, seed=seed)
    case.check()
    relaxed = assignment.assign(
        np.where(case.viable[None, :], scores, -1),
        replace(mentors, capacity=tuple(case.room.tolist())),
        mentees,
        terms=terms,
        objective=objective,
        seed=seed,
    )
    progress(30)
    search = _GroupSearch(case=case, bound=case.worth(relaxed.pairs), best=_start(case))
    search.run(progress)
    return _grouping(search, relaxed)


@dataclass(frozen=True, slots=True, kw_only=True)
class _TriedGroups:
    """The best groups for one choice of mentors."""

    running: Running
    pairs: tuple[Couple, ...]
    worth: Worth


@dataclass(frozen=True, slots=True, kw_only=True)
class _GroupProblem:
    """One cohort, its sizes and its terms. `viable` mentors may meet enough mentees for a group."""

    scores: Ints
    free: Truths
    kept: Truths | None
    tie_breaks: Ints
    rank: Ints
    room: Ints  # of each mentor, the largest group they may have
    viable: Truths
    smallest: int
    locked: tuple[Couple, ...]
    objective: Objective
    mentors: Side

    @classmethod
    def of(  # noqa: PLR0913 - see `assign`
        cls,
        scores: npt.NDArray[np.integer],
        mentors: Side,
        mentees: Side,
        sizes: Groups,
        *,
        terms: Terms,
        objective: Objective,
        seed: int,
    ) -> "_GroupProblem":
        rows, columns = scores.shape
        free = (scores >= 0) & ~_marked(scores.shape, terms.forbidden)
        free[[row for row, _ in terms.locked], :] = False
        possible = (free | _marked(scores.shape, terms.locked)).sum(axis=0)
        most = _ANY_SIZE if sizes.largest is None else sizes.largest
        room = np.minimum(np.array(mentors.capacity, dtype=np.int64), most)
        priority = np.array(mentees.priority or (0,) * rows, dtype=np.int64)
        keys = (
            tie_break.tie_break_keys(mentees.ids, "mentee", seed),
            tie_break.tie_break_keys(mentors.ids, "mentor", seed),
        )
        return cls(
            scores=scores.astype(np.int64),
            free=free,
            kept=None if terms.previous is None else _marked(scores.shape, terms.previous),
            tie_breaks=tie_break.tie_break_numbers(
                keys[0][:, None], keys[1][None, :], tie_break.tie_break_bits(1 + 2 * rows + columns)
            ),
            rank=np.unique(priority, return_inverse=True)[1].astype(np.int64) + 1,
            room=room,
            viable=np.minimum(room, possible) >= sizes.smallest,
            smallest=sizes.smallest,
            locked=terms.locked,
            objective=objective,
            mentors=mentors,
        )

    @property
    def locked_in(self) -> Ints:
        """How many mentees are locked into each mentor's group."""
        columns = np.array([column for _, column in self.locked], dtype=np.int64)
        return np.bincount(columns, minlength=len(self.room)).astype(np.int64)

    def check(self) -> None:
        """Refuse what can't become groups, with the people it is about."""
        mentees = len(self.rank)
        if mentees < self.smallest:
            numbers = {"smallest": self.smallest, "count": mentees}
            raise CannotMatch(Problem.TOO_FEW_FOR_A_GROUP, numbers=numbers)
        for column in np.flatnonzero((self.locked_in > 0) & ~self.viable).tolist():
            raise CannotMatch(
                Problem.LOCKED_GROUP_TOO_SMALL,
                self.mentors.ids[column],
                role=Role.MENTOR,
                numbers={"smallest": self.smallest},
            )
        if not self.viable.any():
            raise CannotMatch(Problem.NO_GROUP_CAN_RUN, numbers={"smallest": self.smallest})

    def solved(
        self, running: Running, floor: int, *, filled: bool, until: int = 9
    ) -> lexicographic.LexicographicOptimum:
        """Solve the levels for the mentors whose groups run, on pairs at or above the floor.

        With `filled` the places up to the smallest size come before everything. `until` says how many
        levels are wanted.
        """
        net, row, column = self._network(running, floor)
        return lexicographic.solve_lexicographically(
            net, self._gains(net, row, column, filled=filled)[:until]
        )

    def _pairs(self, running: Running, floor: int) -> tuple[Ints, Ints]:
        runs = np.zeros(len(self.room), dtype=np.bool_)
        runs[sorted(running)] = True
        row, column = np.nonzero(self.free & (self.scores >= floor) & runs[None, :])
        return row, column

    def _network(self, running: Running, floor: int) -> tuple[flow_network.Network, Ints, Ints]:
        row, column = self._pairs(running, floor)
        first = np.ones(len(self.rank), dtype=np.int64)
        first[[place for place, _ in self.locked]] = 0
        runs = np.isin(np.arange(len(self.room)), sorted(running))
        places = flow_network.Places(
            first=first, further=np.zeros_like(first), mentor=np.where(runs, self.room - self.locked_in, 0)
        )
        nothing = np.zeros(0, dtype=np.int64)
        net = flow_network.build_network(
            places, (np.arange(len(row)), row, column), (nothing, nothing, nothing), load=True
        )
        return net, row, column

    def _gains(self, net: flow_network.Network, row: Ints, column: Ints, *, filled: bool) -> list[Ints]:
        back = np.flatnonzero(net.head == flow_network.ROOT)
        mentor = net.tail[back] - 1 - 2 * net.mentees
        nth = self.locked_in[mentor] + np.arange(len(mentor)) - np.searchsorted(mentor, mentor)
        fill, even = np.zeros((2, len(net.tail)), dtype=np.int64)
        fill[back] = nth < self.smallest
        even[back] = -(2 * nth + 1)
        gains = [fill] if filled else []
        gains += [net.on_pairs(self.rank[row])] if self.objective.served else []
        gains += [net.on_pairs(self.scores[row, column])] if self.objective.total else []
        gains += [even] if self.objective.load else []
        if self.kept is not None and self.objective.least_change:
            gains.append(net.on_pairs(np.where(self.kept[row, column], 1, -1)))
        return [*gains, net.on_pairs(-self.tie_breaks[row, column])]

    def made(
        self, running: Running, floor: int, reached: lexicographic.LexicographicOptimum
    ) -> tuple[Couple, ...]:
        """Return the pairs of that flow, and the locked ones."""
        net, row, column = self._network(running, floor)
        chosen = reached.flow[net.pairs] > 0
        pairs = zip(row[chosen].tolist(), column[chosen].tolist(), strict=True)
        return tuple(sorted([*pairs, *self.locked]))

    def wanted(self, running: Running) -> int:
        """Return how many places must be filled so that each of those groups has the smallest size."""
        locked = self.locked_in
        return sum(max(self.smallest - int(locked[column]), 0) for column in running)

    def best_for(self, running: Running, beat: Worth | None) -> _TriedGroups | None:
        """Return the best groups of these mentors; None if they can't all run, or don't beat that."""
        first = self.solved(running, 0, filled=True, until=2)
        if first.values[0] < self.wanted(running):
            return None
        at_least = 0
        if beat and self.objective.served:
            served = self._worth_served(self.made(running, 0, first))
            if served < beat[0]:
                return None
            at_least = beat[1][0] if self.objective.floor and served == beat[0] else 0
        floor = self._floor(running, first.values, at_least) if self.objective.floor else 0
        if floor is None:
            return None
        found = self.solved(running, floor, filled=True)
        pairs = self.made(running, floor, found)
        worth = self.worth(pairs)
        return None if beat and worth <= beat else _TriedGroups(running=running, pairs=pairs, worth=worth)

    def _floor(self, running: Running, reached: tuple[int, ...], at_least: int) -> int | None:
        """Return the highest score under which none of them need go; None if that is too low."""

        def holds(floor: int) -> bool:
            return self.solved(running, floor, filled=True, until=2).values == reached

        row, column = self._pairs(running, at_least)
        candidates = np.unique(self.scores[row, column])
        if at_least and not holds(at_least):
            return None
        low, high = 0, len(candidates) - 1
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if holds(int(candidates[middle])) else (low, middle - 1)
        return int(candidates[low]) if len(candidates) else 0

    def _worth_served(self, pairs: Sequence[Couple]) -> tuple[int, ...]:
        """Return how many are served of each priority, the highest first."""
        counts = np.bincount(self.rank[[row for row, _ in pairs]], minlength=int(self.rank.max()) + 1)
        return tuple(counts[:0:-1].tolist())

    def names(self) -> list[str]:
        """Return the levels that count, in their order."""
        objective = self.objective
        counts = {
            "served": objective.served,
            "floor": objective.floor,
            "total": objective.total,
            "load": objective.load,
            "least change": objective.least_change and self.kept is not None,
            "tie-break": True,
        }
        return [name for name, on in counts.items() if on]

    def worth(self, pairs: Sequence[Couple]) -> Worth:
        """Return what those pairs reach at each level; locked ones don't lower the floor."""
        rows, columns = [row for row, _ in pairs], [column for _, column in pairs]
        chosen = [pair for pair in pairs if pair not in set(self.locked)]
        each = {
            "served": self._worth_served(pairs),
            "floor": (min((int(self.scores[pair]) for pair in chosen), default=0),),
            "total": (int(self.scores[rows, columns].sum()),),
            "load": (-int((np.bincount(columns, minlength=1) ** 2).sum()) if columns else 0,),
            "least change": (sum(1 if self.kept is not None and self.kept[pair] else -1 for pair in chosen),),
            "tie-break": (-sum(int(self.tie_breaks[pair]) for pair in chosen),),
        }
        return tuple(each[name] for name in self.names())


def _marked(shape: tuple[int, ...], couples: Sequence[Couple]) -> Truths:
    marks = np.zeros(shape, dtype=np.bool_)
    for couple in couples:
        marks[couple] = True
    return marks


def _start(case: _GroupProblem) -> _TriedGroups:
    """Close groups that come out too small, one by one, and fill those that are left."""
    running = frozenset(np.flatnonzero(case.viable).tolist())
    locked = frozenset(np.flatnonzero(case.locked_in).tolist())
    while True:
        pairs = case.made(running, 0, case.solved(running, 0, filled=False, until=2))
        size = np.bincount([column for _, column in pairs] or [0], minlength=len(case.room))
        small = [column for column in running - locked if not pairs or size[column] < case.smallest]
        if not small:
            break
        running -= {min(small, key=lambda column: (size[column], column))}
    found = case.best_for(running, None)
    while found is None and running - locked:
        running -= {max(running - locked)}
        found = case.best_for(running, None)
    if found is None:
        names = (case.mentors.ids[column] for column in sorted(locked))
        numbers = {"smallest": case.smallest}
        raise CannotMatch(Problem.LOCKED_GROUPS_TOO_SMALL, *names, numbers=numbers)
    return found


@dataclass(slots=True, kw_only=True)
class _GroupSearch:
    """Tries other choices of mentors, one step away from the best so far, until none is better."""

    case: _GroupProblem
    bound: Worth
    best: _TriedGroups
    tried: int = 1
    finished: bool = False

    def run(self, progress: Callable[[int], None]) -> None:
        while self.best.worth < self.bound and self._improved(progress):
            pass
        self.finished = self.tried < MOST_TRIED

    def _improved(self, progress: Callable[[int], None]) -> bool:
        for running in _steps(self.case, self.best.running):
            if self.tried >= MOST_TRIED:
                return False
            self.tried += 1
            progress(30 + 70 * self.tried // MOST_TRIED)
            found = self.case.best_for(running, self.best.worth)
            if found:
                self.best = found
                return True
        return False


def _steps(case: _GroupProblem, running: Running) -> Iterator[Running]:
    """Yield the choices that open one group, close one, or exchange two, in the order of ids."""
    closed = [column for column in np.flatnonzero(case.viable).tolist() if column not in running]
    closable = [column for column in sorted(running) if not case.locked_in[column]]
    yield from (running | {column} for column in closed)
    yield from (running - {column} for column in closable)
    yield from ((running - {one}) | {other} for one in closable for other in closed)


def _grouping(search: _GroupSearch, relaxed: assignment.Assignment) -> Grouping:
    case, best = search.case, search.best
    worst = [int(case.scores[pair]) for pair in best.pairs]
    return Grouping(
        pairs=best.pairs,
        running=tuple(sorted({column for _, column in best.pairs})),
        served=len(best.pairs),
        worst=min(worst, default=None),
        total=sum(worst),
        relaxed=relaxed,
        gap=_gap(case.names(), best.worth, search.bound),
        tried=search.tried,
        finished=search.finished,
    )


def _gap(names: Sequence[str], reached: Worth, bound: Worth) -> Gap | None:
    for name, mine, most in zip(names, reached, bound, strict=True):
        if mine != most:
            return Gap(level=name, reached=sum(mine), bound=sum(most))
    return None


def note(found: Grouping) -> Note:
    """Return how many groups run, and what is proven of them."""
    numbers = {"groups": len(found.running), "served": found.served}
    if found.gap is None or found.gap.level == "tie-break":
        return Note(noted=Noted.GROUPS_PROVEN, numbers=numbers)
    gap = found.gap
    if gap.reached == gap.bound:
        return Note(noted=Noted.GROUPS_PRIORITY_OPEN, numbers=numbers)
    numbers |= {"reached": gap.reached, "bound": gap.bound}
    return Note(noted=Noted.GROUPS_WITHIN, numbers=numbers, level=gap.level)
