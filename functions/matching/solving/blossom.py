"""The best pairs within one pool, with the prices that prove it: Edmonds' algorithm, warm-started.

A pool has no sides, so a flow alone does not pair it: three people may each want the other two, and a
flow gives each of them half of both. Prices of single people leave exactly such odd sets open. Here every
odd set that stands in the way gets a price as well (Edmonds 1965), and then what anybody would pay above
price is nothing: the prices bound every pairing, and the bound is reached.

The search starts from prices that are nearly right, and grows one tree from each person who is alone and
should not be. Prices count halves, so that all of them are whole numbers; they are Python's own, of any size.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum

from functions.matching.outcome import PoolPrices

NOBODY = -1


class _Label(Enum):
    """How a person, or an odd set, stands in the tree: as far from its root as a pair is long, or not."""

    OUTER = "outer"  # may give up its partner
    INNER = "inner"


@dataclass(slots=True, kw_only=True)
class Blossom:
    """A ring of people or smaller odd sets; link k leads from child k to the next. Child 0 has the base.

    The links at odd places are pairs; the base is paired outside, or with nobody.
    """

    children: list[int]
    links: list[tuple[int, int]]
    price: int = 0

    def way(self, child: int) -> list[tuple[int, tuple[int, int]]]:
        """Return the children from that one (left out) to the base, each with the link that leads to it.

        Their number is even: the first link is a pair, the second is not, and so on.
        """
        at, size = self.children.index(child), len(self.children)
        if at % 2:
            return [(self.children[(place + 1) % size], self.links[place]) for place in range(at, size)]
        return [(self.children[place], self.links[place][::-1]) for place in range(at - 1, -1, -1)]


@dataclass(slots=True, kw_only=True)
class BlossomMatcher:
    """Pairs and prices, made better person by person.

    `near` are each person's pairs, as (other, twice the weight). `prices` must be at least 0 and cover
    every pair; `mates` must be pairs that pay their price exactly.
    Children and holders number people from 0, odd sets after them.
    """

    near: Sequence[Sequence[tuple[int, int]]]
    prices: list[int]
    mates: list[int]
    sets: dict[int, Blossom] = field(default_factory=dict)
    _top: list[int] = field(default_factory=list)  # of each person, the outermost set that holds them
    _holder: dict[int, int] = field(default_factory=dict)
    _label: dict[int, _Label] = field(default_factory=dict)
    _entry: dict[int, tuple[int, int] | None] = field(default_factory=dict)  # (person before, person in it)
    _fresh: int = 0
    _open: list[int] = field(default_factory=list)  # outer people whose pairs are still to be looked at

    def run(self, progress: Callable[[int], None] = lambda _percent: None) -> PoolPrices:
        """Bring everybody who is alone, and has a price, into a pair or down to the price 0."""
        self._top = list(range(len(self.near)))
        self._fresh = len(self.near)
        for root in range(len(self.near)):
            if self.mates[root] == NOBODY and self.prices[root]:
                self._settle(root)
            progress(100 * (root + 1) // len(self.near))
        sets = [(self._people_of(number), ring.price) for number, ring in self.sets.items() if ring.price]
        return PoolPrices(
            people=tuple(self.prices),
            sets=tuple(sorted((tuple(sorted(members)), price) for members, price in sets)),
        )

    def _people_of(self, top: int) -> list[int]:
        found, waiting = [], [top]
        while waiting:
            child = waiting.pop()
            if child in self.sets:
                waiting += self.sets[child].children
            else:
                found.append(child)
        return found

    def _base(self, top: int) -> int:
        while top in self.sets:
            top = self.sets[top].children[0]
        return top

    def _settle(self, root: int) -> None:
        """Grow a tree from somebody alone until they are paired, or somebody can be alone for nothing."""
        self._label.clear()
        self._entry.clear()
        self._open = []
        self._enter(self._top[root], _Label.OUTER, None)
        while not (self._grown() or self._repriced()):
            pass

    def _enter(self, top: int, label: _Label, entry: tuple[int, int] | None) -> None:
        self._label[top], self._entry[top] = label, entry
        if label is _Label.OUTER:
            self._open += self._people_of(top)

    def _grown(self) -> bool:
        """Follow the pairs that pay their price; say whether they led to somebody who is alone."""
        while self._open:
            person = self._open.pop()
            for other, weight in self.near[person]:
                if self.prices[person] + self.prices[other] == weight and self._followed(person, other):
                    return True
        return False

    def _followed(self, person: int, other: int) -> bool:
        here, there = self._top[person], self._top[other]
        if here == there or self._label.get(there) is _Label.INNER:
            return False
        if there in self._label:
            self._close(person, other)
            return False
        base = self._base(there)
        if self.mates[base] == NOBODY:
            self._turn(there, other)
            self.mates[other] = person
            self._pair_up(person, other)
            return True
        self._enter(there, _Label.INNER, (person, other))
        mate = self.mates[base]
        self._enter(self._top[mate], _Label.OUTER, (base, mate))
        return False

    def _pair_up(self, person: int, partner: int) -> None:
        """Give an outer person that partner (or nobody), and everybody back to the root a new one."""
        while True:
            top = self._top[person]
            self._turn(top, person)
            self.mates[person] = partner
            entry = self._entry[top]
            if entry is None:
                return
            inner = self._top[entry[0]]
            before = self._entry[inner]
            assert before is not None  # noqa: S101 - only the root has no entry, and it is outer
            person, partner = before
            self._turn(inner, partner)
            self.mates[partner] = person

    def _turn(self, top: int, base: int) -> None:
        """Pair the people of an odd set anew, so that this one of them is left for a partner outside."""
        waiting = [(top, base)]
        while waiting:
            number, person = waiting.pop()
            if number not in self.sets:
                continue
            ring = self.sets[number]
            first = self._child_of(number, person)
            waiting.append((first, person))
            way = ring.way(first)
            for (before, _), (child, (one, other)) in zip(way[::2], way[1::2], strict=True):
                waiting += [(before, one), (child, other)]
                self.mates[one], self.mates[other] = other, one
            at = ring.children.index(first)
            ring.children = ring.children[at:] + ring.children[:at]
            ring.links = ring.links[at:] + ring.links[:at]

    def _child_of(self, number: int, person: int) -> int:
        child = person
        while self._holder[child] != number:
            child = self._holder[child]
        return child

    def _way_up(self, top: int) -> list[int]:
        """Return the sets and people from there to the root of the tree."""
        way = [top]
        while (entry := self._entry[way[-1]]) is not None:
            way.append(self._top[entry[0]])
        return way

    def _close(self, person: int, other: int) -> None:
        """Make one odd set of the ring that a pair between two outer people closes."""
        mine, theirs = self._way_up(self._top[person]), self._way_up(self._top[other])
        while len(mine) > 1 and len(theirs) > 1 and mine[-2] == theirs[-2]:
            mine.pop()
            theirs.pop()
        base = mine.pop()
        theirs.pop()
        down = mine[::-1]
        links = [self._link(child) for child in down]
        links.append((person, other))
        links += [self._link(child)[::-1] for child in theirs]
        number = self._fresh = self._fresh + 1
        self.sets[number] = Blossom(children=[base, *down, *theirs], links=links)
        entry = self._entry[base]
        for child in self.sets[number].children:
            self._holder[child] = number
            if self._label.pop(child) is _Label.INNER:
                self._open += self._people_of(child)
        for member in self._people_of(number):
            self._top[member] = number
        self._label[number], self._entry[number] = _Label.OUTER, entry

    def _link(self, top: int) -> tuple[int, int]:
        entry = self._entry[top]
        assert entry is not None  # noqa: S101 - only the root has none, and it is the base of its ring
        return entry

    def _repriced(self) -> bool:
        """Move prices until something more can be followed; say whether an outer person may now be alone."""
        outer = [person for top in self._outer() for person in self._people_of(top)]
        inner = [top for top, label in self._label.items() if label is _Label.INNER]
        poorest = min(outer, key=self.prices.__getitem__)
        steps = [self.prices[poorest], *self._steps_to_tight(outer)]
        steps += [self.sets[top].price // 2 for top in inner if top in self.sets]
        step = min(steps)
        for person in outer:
            self.prices[person] -= step
        for top in self._outer():
            if top in self.sets:
                self.sets[top].price += 2 * step
        for top in inner:
            self._lower(top, step)
        if not self.prices[poorest]:
            self._pair_up(poorest, NOBODY)
            return True
        self._open = [person for top in self._outer() for person in self._people_of(top)]
        return False

    def _outer(self) -> list[int]:
        return [top for top, label in self._label.items() if label is _Label.OUTER]

    def _steps_to_tight(self, outer: Sequence[int]) -> Iterator[int]:
        """Yield how far prices may move before each pair of an outer person pays its price exactly."""
        for person in outer:
            here, price = self._top[person], self.prices[person]
            for other, weight in self.near[person]:
                there = self._top[other]
                label = self._label.get(there)
                if there == here or label is _Label.INNER:
                    continue
                above = price + self.prices[other] - weight
                yield above if label is None else above // 2

    def _lower(self, top: int, step: int) -> None:
        """Raise the prices of inner people and lower their set's; a set without a price falls apart."""
        for person in self._people_of(top):
            self.prices[person] += step
        if top in self.sets:
            self.sets[top].price -= 2 * step
            if not self.sets[top].price:
                self._fall_apart(top)

    def _fall_apart(self, number: int) -> None:
        """Take an inner odd set apart; the children between its entry and its base stay in the tree."""
        entry = self._link(number)
        child = self._child_of(number, entry[1])
        ring = self.sets.pop(number)
        del self._label[number], self._entry[number]
        for part in ring.children:
            del self._holder[part]
            for member in self._people_of(part):
                self._top[member] = part
        self._enter(child, _Label.INNER, entry)
        label = _Label.OUTER
        for part, link in ring.way(child):
            self._enter(part, label, link)
            label = _Label.INNER if label is _Label.OUTER else _Label.OUTER
