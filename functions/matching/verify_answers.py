"""What the answers of two people say of their pairing, worked out in plain Python, one pair at a time.

Written from the specification and not from `score`, with which it shares no code: whole numbers and
decimals instead of arrays. An answer is read once however many criteria look at it.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from functions.matching.people import Person, Value
from functions.matching.policy import (
    Columns,
    Counts,
    Criterion,
    CriterionKind,
    Points,
    Policy,
    Rule,
    RuleKind,
)

_MILLION = 1_000_000
_MOST_KEPT = (
    20_000  # answers remembered as they were read; then all are forgotten, so that memory stays small
)
_PAUSED = frozenset({"yes", "true", "1", "paused", "y"})


class Answers:
    """The answers of both sides, as a policy means them."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.mentees, self.mentors = _Side(policy.mentees), _Side(policy.mentors)
        self._parts: dict[str, list[int]] = {}
        self._names = {_plain(criterion.name) for criterion in policy.criteria}

    def against(self, mentee: Person, mentor: Person) -> list[str]:
        """Return the names of the rules that refuse the pairing."""
        names = [rule.name for rule in self.policy.rules if _REFUSES[rule.kind](self, rule, mentee, mentor)]
        return [*names, "never oneself"] if mentee.id == mentor.id else names

    def score(self, mentee: Person, mentor: Person) -> int:
        """Return the pairing's score, −1 where a rule refuses it."""
        if mentee.id == mentor.id:
            return -1
        if any(_REFUSES[rule.kind](self, rule, mentee, mentor) for rule in self.policy.rules):
            return -1
        return sum(earned for _, earned in self.points(mentee, mentor))

    def points(self, mentee: Person, mentor: Person) -> list[tuple[str, int]]:
        """Return each criterion's points: its share of its part of the whole, half a point rounded up."""
        earned = []
        as_they_are = self.policy.points is Points.AS_THEY_ARE
        most = self.policy.matters_most
        parts = self._parts_by(self.mentees.text(mentee, most.column) if most else "")
        for criterion, part in zip(self.policy.criteria, parts, strict=True):
            share = _SHARES[criterion.kind](self, criterion, mentee, mentor)
            if share is None:
                share = 0 if as_they_are else criterion.neutral
            earned.append((criterion.name, (2 * part * share + _MILLION) // (2 * _MILLION)))
        return earned

    def most(self) -> int:
        """Return a score that no pairing can exceed."""
        return max(sum(self._parts_by(chosen)) for chosen in ("", *self._names))

    def _parts_by(self, chosen: str) -> list[int]:
        """Return the points that each criterion can give to a mentee who chose what matters most."""
        chosen = chosen if chosen in self._names and self.policy.matters_most else ""
        if chosen not in self._parts:
            self._parts[chosen] = _parts(self.policy, chosen)
        return self._parts[chosen]


class _Side:
    """Reads the answers of one side."""

    def __init__(self, columns: Columns) -> None:
        self._separator = columns.separator
        self._identity = columns.identity
        self._texts: dict[str, str] = {}
        self._entries: dict[str | tuple[str, ...], tuple[str, ...]] = {}

    def text(self, person: Person, column: str) -> str:
        """Return the answer as one text, the first of several; empty when there is none."""
        value: Value = person.answers.get(column) if column else None
        if isinstance(value, tuple):
            value = value[0] if value else None
        if value is None:
            return ""
        return self._text(value if isinstance(value, str) else str(value))

    def _text(self, value: str) -> str:
        text = self._texts.get(value)
        if text is None:
            _forget_if_many(self._texts)
            text = self._texts[value] = _plain(value)
        return text

    def entries(self, person: Person, column: str) -> tuple[str, ...]:
        """Return the answer as several, each once, in their order."""
        value: Value = person.answers.get(column) if column else None
        if value is None:
            return ()
        key = value if isinstance(value, str | tuple) else str(value)
        entries = self._entries.get(key)
        if entries is None:
            _forget_if_many(self._entries)
            entries = self._entries[key] = self._cut(key)
        return entries

    def _cut(self, value: str | tuple[str, ...]) -> tuple[str, ...]:
        entries: list[str] = []
        for part in value if isinstance(value, tuple) else self._separator.split(value):
            plain = _plain(part)
            if plain and plain not in entries:
                entries.append(plain)
        return tuple(entries)

    def named_in(self, person: Person, column: str) -> set[str]:
        """Return the names that the answer holds: its entries, and the whole of it."""
        return {*self.entries(person, column), self.text(person, column)} - {""}

    def names_of(self, person: Person) -> set[str]:
        """Return the names by which others may mean that person."""
        return {self._text(person.id), *(self.text(person, column) for column in self._identity)}


def _forget_if_many(kept: dict[str, str] | dict[str | tuple[str, ...], tuple[str, ...]]) -> None:
    if len(kept) >= _MOST_KEPT:
        kept.clear()


def _plain(text: str) -> str:
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).strip().casefold()


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


def _called(told: Answers, of: Rule | Criterion, mentee: Person, mentor: Person) -> bool:
    """Say whether the mentee's column names the mentor."""
    named = told.mentees.named_in(mentee, of.mentee) if of.mentee else None
    return bool(named) and not told.mentors.names_of(mentor).isdisjoint(named or ())


def _called_back(told: Answers, of: Rule | Criterion, mentee: Person, mentor: Person) -> bool:
    """Say whether the mentor's column names the mentee."""
    named = told.mentors.named_in(mentor, of.mentor) if of.mentor else None
    return bool(named) and not told.mentees.names_of(mentee).isdisjoint(named or ())


def _steps(told: Answers, of: Rule | Criterion, mentee: Person, mentor: Person) -> int | None:
    """Return how far the mentor is ahead: in places on the ladder, in thousandths for numbers."""
    mine, theirs = told.mentees.text(mentee, of.mentee), told.mentors.text(mentor, of.mentor)
    if not mine or not theirs:
        return None
    ladder = of.ladder
    if ladder is not None and ladder.mentee is not None and ladder.mentor is not None:
        return ladder.mentor[theirs] - ladder.mentee[mine]
    return round(Decimal(theirs) * 1000) - round(Decimal(mine) * 1000)


# Rules: whether each refuses the pairing.


def _is_supervised(told: Answers, rule: Rule, mentee: Person, mentor: Person) -> bool:
    return _called(told, rule, mentee, mentor)


def _is_named(told: Answers, rule: Rule, mentee: Person, mentor: Person) -> bool:
    return _called(told, rule, mentee, mentor) or _called_back(told, rule, mentee, mentor)


def _is_paused(told: Answers, rule: Rule, mentee: Person, mentor: Person) -> bool:
    return (
        told.mentees.text(mentee, rule.mentee) in _PAUSED or told.mentors.text(mentor, rule.mentor) in _PAUSED
    )


def _is_at_a_wrong_distance(told: Answers, rule: Rule, mentee: Person, mentor: Person) -> bool:
    steps = _steps(told, rule, mentee, mentor)
    if steps is None:
        return rule.missing_refuses
    too_little = rule.at_least is not None and steps < rule.at_least
    return too_little or (rule.at_most is not None and steps > rule.at_most)


def _differs_or_not(told: Answers, rule: Rule, mentee: Person, mentor: Person) -> bool:
    mine, theirs = told.mentees.text(mentee, rule.mentee), told.mentors.text(mentor, rule.mentor)
    if not mine or not theirs:
        return rule.missing_refuses
    if mine in rule.wildcards or theirs in rule.wildcards:
        return False
    return (mine != theirs) if rule.kind is RuleKind.DIFFERENT else (mine == theirs)


def _has_too_few(told: Answers, rule: Rule, mentee: Person, mentor: Person) -> bool:
    mine, theirs = told.mentees.entries(mentee, rule.mentee), told.mentors.entries(mentor, rule.mentor)
    if not mine or not theirs:
        return rule.missing_refuses
    return sum(entry in theirs for entry in mine) < (rule.at_least or 1)


def _lacks(told: Answers, rule: Rule, mentee: Person, mentor: Person) -> bool:
    asked, having = told.mentees.entries(mentee, rule.mentee), told.mentors.entries(mentor, rule.mentor)
    if not asked:
        return False
    return not all(entry in having for entry in asked) if having else rule.missing_refuses


_REFUSES: Mapping[RuleKind, Callable[[Answers, Rule, Person, Person], bool]] = {
    RuleKind.SAME: _differs_or_not,
    RuleKind.DIFFERENT: _differs_or_not,
    RuleKind.ONESELF: _differs_or_not,
    RuleKind.SUPERVISES: _is_supervised,
    RuleKind.AVOIDED: _is_named,
    RuleKind.PREVIOUS: _is_named,
    RuleKind.TOO_FEW: _has_too_few,
    RuleKind.DISTANCE: _is_at_a_wrong_distance,
    RuleKind.MUST_HAVE: _lacks,
    RuleKind.PAUSED: _is_paused,
}


# Criteria: the share of its part that each earns, in millionths; None where an answer is missing.


def _share_of_texts(told: Answers, criterion: Criterion, mentee: Person, mentor: Person) -> int | None:
    mine, theirs = told.mentees.text(mentee, criterion.mentee), told.mentors.text(mentor, criterion.mentor)
    if not mine or not theirs:
        return None
    agrees = mine == theirs or mine in criterion.wildcards or theirs in criterion.wildcards
    return _MILLION if agrees == (criterion.kind is CriterionKind.SAME) else 0


def _covered(wanted: Sequence[str], offered: Sequence[str]) -> int | None:
    if not wanted or not offered:
        return None
    return sum(entry in offered for entry in wanted) * _MILLION // len(wanted)


def _forth(told: Answers, criterion: Criterion, mentee: Person, mentor: Person) -> int | None:
    return _covered(
        told.mentees.entries(mentee, criterion.mentee), told.mentors.entries(mentor, criterion.mentor)
    )


def _share_of_any(told: Answers, criterion: Criterion, mentee: Person, mentor: Person) -> int | None:
    covered = _forth(told, criterion, mentee, mentor)
    return _MILLION if covered else covered


def _share_both_ways(told: Answers, criterion: Criterion, mentee: Person, mentor: Person) -> int | None:
    ways = [_forth(told, criterion, mentee, mentor)]
    if criterion.mentor_wants:
        wanted = told.mentors.entries(mentor, criterion.mentor_wants)
        ways.append(_covered(wanted, told.mentees.entries(mentee, criterion.mentee_offers)))
    known = [share for share in ways if share is not None]
    return sum(known) // len(known) if known else None


def _share_in_common(told: Answers, criterion: Criterion, mentee: Person, mentor: Person) -> int | None:
    mine = told.mentees.entries(mentee, criterion.mentee)
    theirs = told.mentors.entries(mentor, criterion.mentor)
    if not mine or not theirs:
        return None
    common = sum(entry in theirs for entry in mine)
    return min(common, criterion.enough) * _MILLION // criterion.enough


def _share_of_ranks(told: Answers, criterion: Criterion, mentee: Person, mentor: Person) -> int | None:
    wanted = told.mentees.entries(mentee, criterion.mentee)[: len(criterion.ranks)]
    offered = told.mentors.entries(mentor, criterion.mentor)
    if not wanted or not offered:
        return None
    met = [worth for entry, worth in zip(wanted, criterion.ranks, strict=False) if entry in offered]
    if criterion.counts is Counts.BEST:
        return max(met, default=0)
    return sum(met) * _MILLION // sum(criterion.ranks[: len(wanted)])


def _share_of_distance(told: Answers, criterion: Criterion, mentee: Person, mentor: Person) -> int | None:
    steps = _steps(told, criterion, mentee, mentor)
    if steps is None:
        return None
    if criterion.worth:
        return criterion.worth.get(steps, 0)
    off = max(criterion.at_least - steps, steps - criterion.at_most, 0)
    return max(_MILLION - off * _MILLION // criterion.reach, 0)


def _share_of_closeness(told: Answers, criterion: Criterion, mentee: Person, mentor: Person) -> int | None:
    steps = _steps(told, criterion, mentee, mentor)
    return None if steps is None else max(_MILLION - abs(steps) * _MILLION // criterion.reach, 0)


def _share_of_wishes(told: Answers, criterion: Criterion, mentee: Person, mentor: Person) -> int | None:
    anybody = told.mentees.entries(mentee, criterion.mentee) or told.mentors.entries(mentor, criterion.mentor)
    if not anybody:
        return None
    wished = _called(told, criterion, mentee, mentor) or _called_back(told, criterion, mentee, mentor)
    return _MILLION if wished else 0


_SHARES: Mapping[CriterionKind, Callable[[Answers, Criterion, Person, Person], int | None]] = {
    CriterionKind.SAME: _share_of_texts,
    CriterionKind.DIFFERENT: _share_of_texts,
    CriterionKind.SHARES_ANY: _share_of_any,
    CriterionKind.OVERLAP: _forth,
    CriterionKind.IN_COMMON: _share_in_common,
    CriterionKind.COMPLEMENTARY: _share_both_ways,
    CriterionKind.RANKED: _share_of_ranks,
    CriterionKind.DISTANCE: _share_of_distance,
    CriterionKind.CLOSENESS: _share_of_closeness,
    CriterionKind.WISH: _share_of_wishes,
}
