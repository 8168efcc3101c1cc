"""What the answers of two people say of their pairing, worked out in plain Python, one pair at a time.

Written from the specification and not from `score`, with which it shares no code: whole numbers,
decimals and sets instead of arrays. Each person's answers are read once, as each rule and criterion
takes them; a pair then compares what was read.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import cache
from math import isqrt
from typing import Any
from zoneinfo import ZoneInfo

from functions.matching.people import Person, Value
from functions.matching.policy.model import (
    Columns,
    Counts,
    Criterion,
    CriterionKind,
    Ladder,
    Points,
    Policy,
    Rule,
    RuleKind,
    Zones,
)

Read = Callable[[Person], Any]  # one person's answers, as one rule or criterion takes them
Refuses = Callable[[Any, Any], bool]  # what was read of the mentee and of the mentor
Share = Callable[
    [Any, Any], int | None
]  # in millionths of the criterion's part; None where an answer is missing

_MILLION = 1_000_000
_MOST_KEPT = (
    1_000  # people, and answers to a question, remembered as they were read, so that memory stays small
)
_PAUSED = frozenset({"yes", "true", "1", "paused", "y"})
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HALF_HOURS = 7 * 48
_GRAM = 4


class Answers:
    """The answers of both sides, as a policy means them."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        mentees, mentors = _Side(policy.mentees), _Side(policy.mentors)
        rules = [_RULES[rule.kind](rule, mentees, mentors) for rule in policy.rules]
        criteria = [_CRITERIA[criterion.kind](criterion, mentees, mentors) for criterion in policy.criteria]
        self._rules = [(rule.name, refuses) for rule, (*_, refuses) in zip(policy.rules, rules, strict=True)]
        self._shares = [share for *_, share in criteria]
        self._for_rules = _Kept([read for read, _, _ in rules]), _Kept([read for _, read, _ in rules])
        self._for_criteria = _Kept([read for read, *_ in criteria]), _Kept([read for _, read, _ in criteria])
        self._chosen = mentees.text(policy.matters_most.column if policy.matters_most else "")
        self._parts: dict[str, list[int]] = {}
        self._names = {_plain(criterion.name) for criterion in policy.criteria}

    def against(self, mentee: Person, mentor: Person) -> list[str]:
        """Return the names of the rules that refuse the pairing."""
        names = [*self._refusing(mentee, mentor)]
        return [*names, "never oneself"] if mentee.id == mentor.id else names

    def _refusing(self, mentee: Person, mentor: Person) -> Iterator[str]:
        mine, theirs = self._for_rules[0].of(mentee), self._for_rules[1].of(mentor)
        for (name, refuses), left, right in zip(self._rules, mine, theirs, strict=True):
            if refuses(left, right):
                yield name

    def score(self, mentee: Person, mentor: Person) -> int:
        """Return the pairing's score, −1 where a rule refuses it."""
        if mentee.id == mentor.id or next(self._refusing(mentee, mentor), None) is not None:
            return -1
        return sum(earned for _, earned in self.points(mentee, mentor))

    def points(self, mentee: Person, mentor: Person) -> list[tuple[str, int]]:
        """Return each criterion's points: its share of its part of the whole, half a point rounded up."""
        return self.points_of_parts(mentee, mentor, self.parts(mentee))

    def points_of_parts(self, mentee: Person, mentor: Person, parts: Sequence[int]) -> list[tuple[str, int]]:
        """Return each criterion's points when it can give so many."""
        earned = []
        mine, theirs = self._for_criteria[0].of(mentee), self._for_criteria[1].of(mentor)
        as_they_are = self._policy.points is Points.AS_THEY_ARE
        for criterion, of, part, left, right in zip(
            self._policy.criteria, self._shares, parts, mine, theirs, strict=True
        ):
            share = of(left, right)
            if share is None:
                share = 0 if as_they_are else criterion.neutral
            earned.append((criterion.name, (2 * part * share + _MILLION) // (2 * _MILLION)))
        return earned

    def most(self) -> int:
        """Return a score that no pairing can exceed."""
        return max(sum(self._parts_by(chosen)) for chosen in ("", *self._names))

    def parts(self, mentee: Person) -> list[int]:
        """Return the points that each criterion can give to that mentee."""
        return self._parts_by(self._chosen(mentee))

    def _parts_by(self, chosen: str) -> list[int]:
        chosen = chosen if chosen in self._names and self._policy.matters_most else ""
        if chosen not in self._parts:
            self._parts[chosen] = _parts(self._policy, chosen)
        return self._parts[chosen]


class _Kept:
    """Reads people, and remembers some of them."""

    def __init__(self, reads: Sequence[Read]) -> None:
        self._reads = reads
        self._known: dict[str, list[Any]] = {}

    def of(self, person: Person) -> list[Any]:
        known = self._known.get(person.id)
        if known is None:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            known = self._known[person.id] = [read(person) for read in self._reads]
        return known


def _parts(policy: Policy, chosen: str) -> list[int]:
    most = policy.matters_most
    weights = [
        criterion.weight * (most.times if most and chosen and _plain(criterion.name) == chosen else 1000)
        for criterion in policy.criteria
    ]
    if policy.points is Points.AS_THEY_ARE:
        return [weight // 1_000_000 for weight in weights]
    total = sum(weights)
    parts = [weight * _MILLION // total for weight in weights]
    largest_rest_first = sorted(
        range(len(weights)), key=lambda k: (-(weights[k] * _MILLION - parts[k] * total), k)
    )
    for place in largest_rest_first[: _MILLION - sum(parts)]:
        parts[place] += 1
    return parts


# How one person's answers are read.


class _Side:
    """Makes what reads the columns of one side."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._reads: dict[tuple[str, str], Read] = {}
        self._plain: dict[str, str] = {}
        self._called = [self.text(column) for column in columns.identity]
        self._names: dict[str, frozenset[str]] = {}

    def _read(self, what: str, column: str, read: Callable[[Value], Any]) -> Read:
        """Return what reads that column so; the same for all who ask, since it remembers answers."""
        known = self._reads.get((what, column))
        if known is None:
            known = self._reads[what, column] = _of_column(column, read)
        return known

    def text(self, column: str) -> Read:
        """Read a text, the first of several; empty when there is none."""
        return self._read("text", column, lambda value: _plain(_first(value)))

    def raw(self, column: str) -> Read:
        """Read a text as it was typed, without outer space."""
        return self._read("raw", column, lambda value: unicodedata.normalize("NFKC", _first(value)).strip())

    def entries(self, column: str) -> Read:
        """Read several texts, each once, in their order."""
        return self._read("entries", column, self._cut)

    def entry_set(self, column: str) -> Read:
        """Read several texts, whatever their order."""
        return self._read("set", column, lambda value: frozenset(self._cut(value)))

    def height(self, column: str, ladder: Mapping[str, int] | None) -> Read:
        """Read a place on the ladder, or a number in thousandths; None when it is missing."""

        def read(value: Value) -> int | None:
            answer = _plain(_first(value))
            if not answer:
                return None
            return round(Decimal(answer) * 1000) if ladder is None else ladder[answer]

        return _of_column(column, read)

    def _cut(self, value: Value) -> tuple[str, ...]:
        if value is None:
            return ()
        parts = value if isinstance(value, tuple) else self._columns.separator.split(str(value))
        if len(self._plain) >= _MOST_KEPT:
            self._plain.clear()
        entries: dict[str, None] = {}
        for part in parts:
            plain = self._plain.get(part)
            if plain is None:
                plain = self._plain[part] = _plain(part)
            if plain:
                entries[plain] = None
        return tuple(entries)

    def named(self, column: str) -> Read:
        """Read the names that an answer holds (its entries and the whole of it), and whether there is any."""

        def read(value: Value) -> tuple[frozenset[str], bool]:
            entries = self._cut(value)
            return frozenset({*entries, _plain(_first(value))} - {""}), bool(entries)

        return self._read("named", column, read)

    def names(self, person: Person) -> frozenset[str]:
        """Read the names by which others may mean the person."""
        names = self._names.get(person.id)
        if names is None:
            if len(self._names) >= _MOST_KEPT:
                self._names.clear()
            called = (name(person) for name in self._called)
            names = self._names[person.id] = frozenset({_plain(person.id), *called} - {""})
        return names


def _of_column(column: str, read: Callable[[Value], Any]) -> Read:
    """Read one column; equal answers are read once."""
    kept: dict[Value, Any] = {}
    nothing = read(None)

    def of(person: Person) -> Any:
        value = person.answers.get(column)
        if value is None:
            return nothing
        if value.__class__ is not str and not isinstance(value, tuple):  # True and 1 would be kept as one
            return read(value)
        found = kept.get(value, kept)
        if found is kept:
            if len(kept) >= _MOST_KEPT:
                kept.clear()
            found = kept[value] = read(value)
        return found

    return of if column else lambda _person: nothing


def _both(first: Read, second: Read) -> Read:
    return lambda person: (first(person), second(person))


def _first(value: Value) -> str:
    if isinstance(value, tuple):
        value = value[0] if value else None
    return "" if value is None else str(value)


def _plain(text: str) -> str:
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).strip().casefold()


# Hours of the week, moved to UTC.


def _hours(side: _Side, column: str, zone_column: str, zones: Zones) -> Read:
    """Read the half-hours of a week in UTC, numbered from Monday; none without a zone."""
    entries, zone = side.entries(column), side.raw(zone_column)
    kept: dict[tuple[tuple[str, ...], str], frozenset[int]] = {}

    def of(person: Person) -> frozenset[int]:
        times, where = entries(person), zone(person)
        if not where:
            return frozenset()
        if (times, where) not in kept:
            if len(kept) >= _MOST_KEPT:
                kept.clear()
            kept[times, where] = frozenset(
                hour for entry in times for hour in _half_hours(entry, where, zones)
            )
        return kept[times, where]

    return of


def _half_hours(entry: str, where: str, zones: Zones) -> Iterator[int]:
    day, _, rest = entry.partition("-")
    if rest in zones.hours:
        first, last = (60 * hour for hour in zones.hours[rest])
    else:
        first = 60 * int(rest[:2]) + int(rest[-2:])
        last = first + 30
    monday = datetime(zones.monday.year, zones.monday.month, zones.monday.day, tzinfo=UTC)
    date = zones.monday + timedelta(days=_DAYS.index(day))
    for minutes in range(first, last, 30):
        start = datetime(date.year, date.month, date.day, minutes // 60, minutes % 60, tzinfo=_zone(where))
        yield (start - monday) // timedelta(minutes=30) % _HALF_HOURS


@cache
def _zone(where: str) -> tzinfo:
    fixed = re.fullmatch(
        r"(?:utc|gmt|z)?(?:([+−-])(\d{1,2})(?::?([0-5]\d))?)?", where, re.ASCII | re.IGNORECASE
    )
    if fixed is None:
        return ZoneInfo(where)
    ahead = timedelta(hours=int(fixed[2] or 0), minutes=int(fixed[3] or 0))
    return timezone(ahead if fixed[1] == "+" else -ahead)


# Texts, cut into runs of four characters (McNamee and Mayfield 2004).


def _grams(column: str) -> Read:
    def of(person: Person) -> frozenset[str]:
        value = person.answers.get(column)
        whole = " ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
        spelt = unicodedata.normalize("NFKD", whole).casefold()
        bare = [c for c in spelt if unicodedata.category(c) != "Mn" and c != "\u0640"]
        words = "".join(c if c.isalnum() else " " for c in bare).split(" ")
        return frozenset(gram for word in words if word for gram in _cut_word(f" {word} "))

    return of


def _cut_word(padded: str) -> Iterator[str]:
    for start in range(max(len(padded) - _GRAM, 0) + 1):
        yield padded[start : start + _GRAM]


# Rules: how each reads both people, and whether it refuses them.


def _by_texts(rule: Rule, mentees: _Side, mentors: _Side) -> tuple[Read, Read, Refuses]:
    def refuses(mine: str, theirs: str) -> bool:
        if not mine or not theirs:
            return rule.missing_refuses
        if mine in rule.wildcards or theirs in rule.wildcards:
            return False
        return (mine != theirs) if rule.kind is RuleKind.DIFFERENT else (mine == theirs)

    return mentees.text(rule.mentee), mentors.text(rule.mentor), refuses


def _by_supervisor(rule: Rule, mentees: _Side, mentors: _Side) -> tuple[Read, Read, Refuses]:
    return (
        mentees.named(rule.mentee),
        mentors.names,
        lambda named, names: bool(named[0]) and not names.isdisjoint(named[0]),
    )


def _by_names(of: Rule | Criterion, mentees: _Side, mentors: _Side) -> tuple[Read, Read, Refuses]:
    def call(mine: tuple[Any, Any], theirs: tuple[Any, Any]) -> bool:
        (mine_named, _), my_names = mine
        (theirs_named, _), their_names = theirs
        return bool(mine_named and not their_names.isdisjoint(mine_named)) or bool(
            theirs_named and not my_names.isdisjoint(theirs_named)
        )

    mine, theirs = mentees.named(of.mentee), mentors.named(of.mentor)
    return _both(mine, mentees.names), _both(theirs, mentors.names), call


def _by_pause(rule: Rule, mentees: _Side, mentors: _Side) -> tuple[Read, Read, Refuses]:
    mine, theirs = mentees.text(rule.mentee), mentors.text(rule.mentor)
    return mine, theirs, lambda one, other: one in _PAUSED or other in _PAUSED


def _by_steps(rule: Rule, mentees: _Side, mentors: _Side) -> tuple[Read, Read, Refuses]:
    def refuses(mine: int | None, theirs: int | None) -> bool:
        if mine is None or theirs is None:
            return rule.missing_refuses
        too_little = rule.at_least is not None and theirs - mine < rule.at_least
        return too_little or (rule.at_most is not None and theirs - mine > rule.at_most)

    return *_heights(rule, rule.ladder, mentees, mentors), refuses


def _heights(
    of: Rule | Criterion, ladder: Ladder | None, mentees: _Side, mentors: _Side
) -> tuple[Read, Read]:
    return (
        mentees.height(of.mentee, ladder.mentee if ladder else None),
        mentors.height(of.mentor, ladder.mentor if ladder else None),
    )


def _by_common(rule: Rule, mentees: _Side, mentors: _Side) -> tuple[Read, Read, Refuses]:
    def refuses(mine: frozenset[Any], theirs: frozenset[Any]) -> bool:
        if not mine or not theirs:
            return rule.missing_refuses
        return len(mine & theirs) < (rule.at_least or 1)

    return *_lists(rule, mentees, mentors), refuses


def _lists(of: Rule | Criterion, mentees: _Side, mentors: _Side) -> tuple[Read, Read]:
    """Read both people's lists as sets: of hours where zones are given, of entries otherwise."""
    if of.zones is not None:
        return (
            _hours(mentees, of.mentee, of.zones.mentee, of.zones),
            _hours(mentors, of.mentor, of.zones.mentor, of.zones),
        )
    return mentees.entry_set(of.mentee), mentors.entry_set(of.mentor)


def _by_demands(rule: Rule, mentees: _Side, mentors: _Side) -> tuple[Read, Read, Refuses]:
    asks, has = mentees.entries(rule.mentee), mentors.entry_set(rule.mentor)
    mine = {name: mentees.text(column) for name, (column, _) in rule.same.items()}
    theirs = {name: mentors.text(column) for name, (_, column) in rule.same.items()}

    def asked(mentee: Person) -> tuple[frozenset[str], dict[str, str]]:
        entries = asks(mentee)
        conditions = {entry: mine[entry](mentee) for entry in entries if entry in mine}
        return frozenset(entries) - conditions.keys(), conditions

    def offered(mentor: Person) -> tuple[frozenset[str], dict[str, str]]:
        return has(mentor), {name: text(mentor) for name, text in theirs.items()}

    def unmet(own: str, other: str) -> bool:
        return own != other if own and other else rule.missing_refuses

    def refuses(
        wanted: tuple[frozenset[str], dict[str, str]], having: tuple[frozenset[str], dict[str, str]]
    ) -> bool:
        if any(unmet(own, having[1][name]) for name, own in wanted[1].items()):
            return True
        if not wanted[0]:
            return False
        return not wanted[0] <= having[0] if having[0] else rule.missing_refuses

    return asked, offered, refuses


_RULES: Mapping[RuleKind, Callable[[Rule, _Side, _Side], tuple[Read, Read, Refuses]]] = {
    RuleKind.SAME: _by_texts,
    RuleKind.DIFFERENT: _by_texts,
    RuleKind.ONESELF: _by_texts,
    RuleKind.SUPERVISES: _by_supervisor,
    RuleKind.AVOIDED: _by_names,
    RuleKind.PREVIOUS: _by_names,
    RuleKind.TOO_FEW: _by_common,
    RuleKind.DISTANCE: _by_steps,
    RuleKind.MUST_HAVE: _by_demands,
    RuleKind.PAUSED: _by_pause,
}


# Criteria: how each reads both people, and the share of its part that they earn.


def _for_texts(criterion: Criterion, mentees: _Side, mentors: _Side) -> tuple[Read, Read, Share]:
    wild = criterion.wildcards

    def share(mine: str, theirs: str) -> int | None:
        if not mine or not theirs:
            return None
        agrees = mine == theirs or mine in wild or theirs in wild
        return _MILLION if agrees == (criterion.kind is CriterionKind.SAME) else 0

    return mentees.text(criterion.mentee), mentors.text(criterion.mentor), share


def _covered(wanted: frozenset[str], offered: frozenset[str]) -> int | None:
    if not wanted or not offered:
        return None
    return len(wanted & offered) * _MILLION // len(wanted)


def _for_coverage(criterion: Criterion, mentees: _Side, mentors: _Side) -> tuple[Read, Read, Share]:
    return *_lists(criterion, mentees, mentors), _covered


def _for_any(criterion: Criterion, mentees: _Side, mentors: _Side) -> tuple[Read, Read, Share]:
    def share(wanted: frozenset[str], offered: frozenset[str]) -> int | None:
        return _MILLION if wanted & offered else 0 if wanted and offered else None

    return *_lists(criterion, mentees, mentors), share


def _for_both_ways(criterion: Criterion, mentees: _Side, mentors: _Side) -> tuple[Read, Read, Share]:
    forth = _lists(criterion, mentees, mentors)
    offers, wants = mentees.entry_set(criterion.mentee_offers), mentors.entry_set(criterion.mentor_wants)

    def share(mine: tuple[Any, Any], theirs: tuple[Any, Any]) -> int | None:
        ways = _covered(mine[0], theirs[0]), _covered(theirs[1], mine[1])
        known = [way for way in ways if way is not None]
        return sum(known) // len(known) if known else None

    return _both(forth[0], offers), _both(forth[1], wants), share


def _for_common(criterion: Criterion, mentees: _Side, mentors: _Side) -> tuple[Read, Read, Share]:
    def share(mine: frozenset[Any], theirs: frozenset[Any]) -> int | None:
        if not mine or not theirs:
            return None
        return min(len(mine & theirs), criterion.enough) * _MILLION // criterion.enough

    return *_lists(criterion, mentees, mentors), share


def _for_ranks(criterion: Criterion, mentees: _Side, mentors: _Side) -> tuple[Read, Read, Share]:
    ranks = criterion.ranks

    def share(wanted: tuple[str, ...], offered: tuple[str, ...]) -> int | None:
        if not wanted or not offered:
            return None
        met = [worth for entry, worth in zip(wanted, ranks, strict=False) if entry in offered]
        if criterion.counts is Counts.BEST:
            return max(met, default=0)
        return sum(met) * _MILLION // sum(ranks[: len(wanted)])

    return mentees.entries(criterion.mentee), mentors.entries(criterion.mentor), share


def _for_distance(criterion: Criterion, mentees: _Side, mentors: _Side) -> tuple[Read, Read, Share]:
    def share(mine: int | None, theirs: int | None) -> int | None:
        if mine is None or theirs is None:
            return None
        steps = theirs - mine
        if criterion.worth:
            return criterion.worth.get(steps, 0)
        off = max(criterion.at_least - steps, steps - criterion.at_most, 0)
        return max(_MILLION - off * _MILLION // criterion.reach, 0)

    return *_heights(criterion, criterion.ladder, mentees, mentors), share


def _for_closeness(criterion: Criterion, mentees: _Side, mentors: _Side) -> tuple[Read, Read, Share]:
    def share(mine: int | None, theirs: int | None) -> int | None:
        if mine is None or theirs is None:
            return None
        return max(_MILLION - abs(theirs - mine) * _MILLION // criterion.reach, 0)

    return *_heights(criterion, None, mentees, mentors), share


def _for_wishes(criterion: Criterion, mentees: _Side, mentors: _Side) -> tuple[Read, Read, Share]:
    mine, theirs, call = _by_names(criterion, mentees, mentors)

    def share(wishing: tuple[Any, Any], wished: tuple[Any, Any]) -> int | None:
        if not wishing[0][1] and not wished[0][1]:
            return None
        return _MILLION if call(wishing, wished) else 0

    return mine, theirs, share


def _for_likeness(criterion: Criterion, _mentees: _Side, _mentors: _Side) -> tuple[Read, Read, Share]:
    def share(mine: frozenset[str], theirs: frozenset[str]) -> int | None:
        if not mine or not theirs:
            return None
        common = len(mine & theirs)
        percent = isqrt(10_000 * common * common // (len(mine) * len(theirs)))
        return min(percent, criterion.enough) * _MILLION // criterion.enough

    return _grams(criterion.mentee), _grams(criterion.mentor), share


_CRITERIA: Mapping[CriterionKind, Callable[[Criterion, _Side, _Side], tuple[Read, Read, Share]]] = {
    CriterionKind.SAME: _for_texts,
    CriterionKind.DIFFERENT: _for_texts,
    CriterionKind.SHARES_ANY: _for_any,
    CriterionKind.OVERLAP: _for_coverage,
    CriterionKind.IN_COMMON: _for_common,
    CriterionKind.COMPLEMENTARY: _for_both_ways,
    CriterionKind.RANKED: _for_ranks,
    CriterionKind.DISTANCE: _for_distance,
    CriterionKind.CLOSENESS: _for_closeness,
    CriterionKind.WISH: _for_wishes,
    CriterionKind.ALIKE: _for_likeness,
}
