"""Is the result what it says it is? Checked again from the answers, by code that shares nothing.

Rules and points are worked out pair by pair in plain Python, not with the arrays of `score`; the proof
of the best is recomputed from its prices, not with the network of `solve`. A fault means that the
result must not be stored.

How the proof is read: give every place a price (a vector, one number a level). What anybody would pay
above price, added up, is an upper bound on every assignment, compared lexicographically. When the
bound is equal to what the assignment reaches, none is better.
"""

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from functions.matching.outcome import Certificate, Pair, Prices, Vector
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

Couple = tuple[str, str]  # a mentee's id, a mentor's id
Ints = npt.NDArray[np.int64]

_MILLION = 1_000_000
_SAMPLED_CELLS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A result and what it was made from. `scores` is mentees × mentors, both in the order of their ids."""

    mentors: Sequence[Person]
    mentees: Sequence[Person]
    policy: Policy
    scores: npt.NDArray[np.integer]
    pairs: Sequence[Pair]
    certificate: Certificate
    seed: int = 0
    locked: Sequence[Couple] = ()
    forbidden: Sequence[Couple] = ()
    previous: Sequence[Couple] | None = None


def faults_in(claim: Claim) -> list[str]:
    """Return every fault found, in words; an empty list means that the result holds."""
    faults = [*_faults_of_people(claim)]
    if faults:
        return faults  # nothing else can be said of pairs between people who aren't there
    faults += [*_faults_of_capacity(claim), *_faults_of_terms(claim)]
    faults += [*_faults_of_rules(claim), *_faults_of_points(claim), *_faults_of_scores(claim)]
    return faults or [*_faults_of_proof(claim)]


def _faults_of_people(claim: Claim) -> Iterator[str]:
    mentors, mentees = {person.id for person in claim.mentors}, {person.id for person in claim.mentees}
    if claim.scores.shape != (len(mentees), len(mentors)):
        yield "the scores are not those of these people"
    for pair in claim.pairs:
        if pair.mentee not in mentees or pair.mentor not in mentors:
            yield f"{_named(pair)} is a pairing of somebody who is not there"
    for (mentee, mentor), times in Counter((pair.mentee, pair.mentor) for pair in claim.pairs).items():
        if times > 1:
            yield f"{mentee} and {mentor} are paired {times} times"


def _faults_of_capacity(claim: Claim) -> Iterator[str]:
    for people, side, taken in (
        (claim.mentors, claim.policy.mentors, Counter(pair.mentor for pair in claim.pairs)),
        (claim.mentees, claim.policy.mentees, Counter(pair.mentee for pair in claim.pairs)),
    ):
        for person in people:
            places = _places_of(person, side)
            if taken[person.id] > places:
                yield f"{person.id} has {taken[person.id]} pairings and a capacity of {places}"


def _places_of(person: Person, side: Columns) -> int:
    return person.capacity if isinstance(side.capacity, str) else min(side.capacity, person.capacity)


def _faults_of_terms(claim: Claim) -> Iterator[str]:
    made = {(pair.mentee, pair.mentor) for pair in claim.pairs}
    for couple in claim.locked:
        if tuple(couple) not in made:
            yield f"{couple[0]} and {couple[1]} are locked and not paired"
    for couple in claim.forbidden:
        if tuple(couple) in made:
            yield f"{couple[0]} and {couple[1]} are forbidden and paired"


def _faults_of_rules(claim: Claim) -> Iterator[str]:
    for pair, mentee, mentor in _people_of(claim):
        for name in _against(claim.policy, mentee, mentor):
            yield f"{_named(pair)} is paired against the rule “{name}”"


def _faults_of_points(claim: Claim) -> Iterator[str]:
    for pair, mentee, mentor in _people_of(claim):
        expected = _points(claim.policy, mentee, mentor)
        told = [(reason.criterion, reason.points) for reason in pair.reasons]
        if told != expected:
            yield f"{_named(pair)} has other points than its answers give"
        if sum(reason.points for reason in pair.reasons) != pair.score:
            yield f"{_named(pair)} has points that do not add up to its score"


def _faults_of_scores(claim: Claim) -> Iterator[str]:
    """Compare the scores of the pairs, and of cells spread over the whole matrix, with the answers."""
    rows = {person.id: row for row, person in enumerate(_by_id(claim.mentees))}
    columns = {person.id: column for column, person in enumerate(_by_id(claim.mentors))}
    for pair in claim.pairs:
        if int(claim.scores[rows[pair.mentee], columns[pair.mentor]]) != pair.score:
            yield f"{_named(pair)} has another score than the matrix"
    mentees, mentors = _by_id(claim.mentees), _by_id(claim.mentors)
    for cell in _spread(claim.scores.size):
        row, column = divmod(cell, len(mentors))
        mentee, mentor = mentees[row], mentors[column]
        against = _against(claim.policy, mentee, mentor)
        score = -1 if against else sum(earned for _, earned in _points(claim.policy, mentee, mentor))
        if int(claim.scores[row, column]) != score:
            yield f"the score of {mentee.id} with {mentor.id} is not what their answers give"


def _spread(cells: int) -> Iterable[int]:
    """Return every cell of a small matrix; of a large one a sample, spread by an odd constant’s multiples."""
    if cells <= _SAMPLED_CELLS:
        return range(cells)
    return sorted({place * 0x9E3779B1 % cells for place in range(_SAMPLED_CELLS)})


def _people_of(claim: Claim) -> Iterator[tuple[Pair, Person, Person]]:
    mentors = {person.id: person for person in claim.mentors}
    mentees = {person.id: person for person in claim.mentees}
    for pair in claim.pairs:
        yield pair, mentees[pair.mentee], mentors[pair.mentor]


def _named(pair: Pair) -> str:
    return f"{pair.mentee} with {pair.mentor}"


def _by_id(people: Sequence[Person]) -> list[Person]:
    return sorted(people, key=lambda person: person.id)


# The answers of one pair, read in plain Python.


def _plain(text: object) -> str:
    told = str(text)
    return (told if told.isascii() else unicodedata.normalize("NFKC", told)).strip().casefold()


def _text(person: Person, column: str) -> str:
    value: Value = person.answers.get(column) if column else None
    if isinstance(value, tuple):
        value = next(iter(value), None)
    return "" if value is None else _plain(value)


def _entries(person: Person, column: str, side: Columns) -> list[str]:
    value: Value = person.answers.get(column) if column else None
    if value is None:
        return []
    parts = value if isinstance(value, tuple) else side.separator.split(str(value))
    entries: list[str] = []
    for part in parts:
        plain = _plain(part)
        if plain and plain not in entries:
            entries.append(plain)
    return entries


def _calls(caller: Person, column: str, callers: Columns, called: Person, side: Columns) -> bool:
    """Say whether one person's column names the other."""
    said = {*_entries(caller, column, callers), _text(caller, column)} - {""}
    return bool(said & {_plain(called.id), *(_text(called, name) for name in side.identity)})


def _against(policy: Policy, mentee: Person, mentor: Person) -> list[str]:
    names = [rule.name for rule in policy.rules if _refuses(policy, rule, mentee, mentor)]
    return [*names, "never oneself"] if mentee.id == mentor.id else names


def _refuses(policy: Policy, rule: Rule, mentee: Person, mentor: Person) -> bool:
    if rule.kind in (RuleKind.SUPERVISES, RuleKind.AVOIDED, RuleKind.PREVIOUS):
        forth = _calls(mentee, rule.mentee, policy.mentees, mentor, policy.mentors)
        back = rule.kind is not RuleKind.SUPERVISES and _calls(
            mentor, rule.mentor, policy.mentors, mentee, policy.mentees
        )
        return forth or back
    if rule.kind is RuleKind.PAUSED:
        words = {"yes", "true", "1", "paused", "y"}
        return _text(mentee, rule.mentee) in words or _text(mentor, rule.mentor) in words
    if rule.kind in (RuleKind.TOO_FEW, RuleKind.MUST_HAVE):
        return _refuses_lists(policy, rule, mentee, mentor)
    if rule.kind is RuleKind.DISTANCE:
        steps = _steps(rule, mentee, mentor)
        if steps is None:
            return rule.missing_refuses
        too_little = rule.at_least is not None and steps < rule.at_least
        return too_little or (rule.at_most is not None and steps > rule.at_most)
    return _refuses_texts(rule, _text(mentee, rule.mentee), _text(mentor, rule.mentor))


def _refuses_texts(rule: Rule, mine: str, theirs: str) -> bool:
    if not mine or not theirs:
        return rule.missing_refuses
    if mine in rule.wildcards or theirs in rule.wildcards:
        return False
    return (mine != theirs) if rule.kind is RuleKind.DIFFERENT else (mine == theirs)


def _refuses_lists(policy: Policy, rule: Rule, mentee: Person, mentor: Person) -> bool:
    mine, theirs = (
        set(_entries(mentee, rule.mentee, policy.mentees)),
        set(_entries(mentor, rule.mentor, policy.mentors)),
    )
    if rule.kind is RuleKind.MUST_HAVE:
        return bool(mine) and (rule.missing_refuses if not theirs else not mine <= theirs)
    return rule.missing_refuses if not mine or not theirs else len(mine & theirs) < (rule.at_least or 1)


def _steps(of: Rule | Criterion, mentee: Person, mentor: Person) -> int | None:
    """Return how far the mentor is ahead: in places on the ladder, in thousandths for numbers."""
    mine, theirs = _text(mentee, of.mentee), _text(mentor, of.mentor)
    if not mine or not theirs:
        return None
    ladder = of.ladder
    if ladder is not None and ladder.mentee is not None and ladder.mentor is not None:
        return ladder.mentor[theirs] - ladder.mentee[mine]
    return round(Decimal(theirs) * 1000) - round(Decimal(mine) * 1000)


def _points(policy: Policy, mentee: Person, mentor: Person) -> list[tuple[str, int]]:
    """Return each criterion's points: its share of its part of the whole, half a point rounded up."""
    earned = []
    for criterion, part in zip(policy.criteria, _parts(policy, mentee), strict=True):
        share = _SHARES[criterion.kind](policy, criterion, mentee, mentor)
        if share is None:
            share = 0 if policy.points is Points.AS_THEY_ARE else criterion.neutral
        earned.append((criterion.name, (2 * part * share + _MILLION) // (2 * _MILLION)))
    return earned


def _parts(policy: Policy, mentee: Person) -> list[int]:
    """Return the points that each criterion can give to this mentee."""
    most = policy.matters_most
    chosen = _text(mentee, most.column) if most else ""
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


Share = Callable[[Policy, Criterion, Person, Person], int | None]


def _share_of_texts(_policy: Policy, criterion: Criterion, mentee: Person, mentor: Person) -> int | None:
    mine, theirs = _text(mentee, criterion.mentee), _text(mentor, criterion.mentor)
    if not mine or not theirs:
        return None
    agrees = mine == theirs or mine in criterion.wildcards or theirs in criterion.wildcards
    return _MILLION if agrees == (criterion.kind is CriterionKind.SAME) else 0


def _covered(wanted: Sequence[str], offered: Sequence[str]) -> int | None:
    if not wanted or not offered:
        return None
    return sum(entry in offered for entry in wanted) * _MILLION // len(wanted)


def _share_of_lists(policy: Policy, criterion: Criterion, mentee: Person, mentor: Person) -> int | None:
    wanted = _entries(mentee, criterion.mentee, policy.mentees)
    offered = _entries(mentor, criterion.mentor, policy.mentors)
    covered = _covered(wanted, offered)
    if criterion.kind is CriterionKind.SHARES_ANY and covered:
        return _MILLION
    if criterion.kind is CriterionKind.IN_COMMON and covered is not None:
        common = len(set(wanted) & set(offered))
        return min(common, criterion.enough) * _MILLION // criterion.enough
    if criterion.kind is CriterionKind.COMPLEMENTARY and criterion.mentor_wants:
        back = _covered(
            _entries(mentor, criterion.mentor_wants, policy.mentors),
            _entries(mentee, criterion.mentee_offers, policy.mentees),
        )
        known = [share for share in (covered, back) if share is not None]
        return sum(known) // len(known) if known else None
    return covered


def _share_of_ranks(policy: Policy, criterion: Criterion, mentee: Person, mentor: Person) -> int | None:
    wanted = _entries(mentee, criterion.mentee, policy.mentees)[: len(criterion.ranks)]
    offered = _entries(mentor, criterion.mentor, policy.mentors)
    if not wanted or not offered:
        return None
    met = [worth for entry, worth in zip(wanted, criterion.ranks, strict=False) if entry in offered]
    if criterion.counts is Counts.BEST:
        return max(met, default=0)
    return sum(met) * _MILLION // sum(criterion.ranks[: len(wanted)])


def _share_of_distance(_policy: Policy, criterion: Criterion, mentee: Person, mentor: Person) -> int | None:
    steps = _steps(criterion, mentee, mentor)
    if steps is None:
        return None
    if criterion.kind is CriterionKind.CLOSENESS:
        return max(_MILLION - abs(steps) * _MILLION // criterion.reach, 0)
    if criterion.worth:
        return criterion.worth.get(steps, 0)
    off = max(criterion.at_least - steps, steps - criterion.at_most, 0)
    return max(_MILLION - off * _MILLION // criterion.reach, 0)


def _share_of_wishes(policy: Policy, criterion: Criterion, mentee: Person, mentor: Person) -> int | None:
    if not _entries(mentee, criterion.mentee, policy.mentees) and not _entries(
        mentor, criterion.mentor, policy.mentors
    ):
        return None
    wished = _calls(mentee, criterion.mentee, policy.mentees, mentor, policy.mentors)
    return (
        _MILLION if wished or _calls(mentor, criterion.mentor, policy.mentors, mentee, policy.mentees) else 0
    )


_SHARES: Mapping[CriterionKind, Share] = {
    CriterionKind.SAME: _share_of_texts,
    CriterionKind.DIFFERENT: _share_of_texts,
    CriterionKind.SHARES_ANY: _share_of_lists,
    CriterionKind.OVERLAP: _share_of_lists,
    CriterionKind.IN_COMMON: _share_of_lists,
    CriterionKind.COMPLEMENTARY: _share_of_lists,
    CriterionKind.RANKED: _share_of_ranks,
    CriterionKind.DISTANCE: _share_of_distance,
    CriterionKind.CLOSENESS: _share_of_distance,
    CriterionKind.WISH: _share_of_wishes,
}


# The proof of the best.


def _faults_of_proof(claim: Claim) -> Iterator[str]:
    try:
        case = _Case.of(claim)
        yield from _faults_of_levels(claim, case)
    except (OverflowError, ValueError, IndexError, TypeError):
        yield "the certificate can’t be read"


def _faults_of_levels(claim: Claim, case: "_Case") -> Iterator[str]:
    objective, proof = claim.policy.objective, claim.certificate
    if proof.levels != case.levels:
        yield "the certificate is for other levels than the policy’s"
        return
    reached = case.reached()
    everything = np.ones_like(case.free)
    if objective.served:
        served = (reached[0],)
        if proof.served is None or case.bound(proof.served, everything, ("served",)) != served:
            yield "the certificate does not prove that nobody else can be served"
        if objective.floor and reached[0]:
            yield from _faults_of_floor(case, proof, served)
    if reached != proof.value:
        yield "the certificate is for another value than the pairs have"
    if case.bound(proof.whole, case.scores >= proof.floor, proof.levels) != reached:
        yield "the certificate does not prove that no other assignment is better"


def _faults_of_floor(case: "_Case", proof: Certificate, served: Vector) -> Iterator[str]:
    best = np.where(case.made, case.scores, -1).max(axis=1, initial=-1)
    chosen_by_us = (case.locked_of_mentees == 0) & (best >= 0)
    if (best[chosen_by_us] < proof.floor).any():
        yield "somebody’s first pairing is below the floor"
    above = case.scores > proof.floor
    if proof.above_floor is None or not case.bound(proof.above_floor, above, ("served",)) < served:
        yield "the certificate does not prove that the floor can’t be higher"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """The claim as arrays, mentees × mentors in the order of ids."""

    scores: Ints
    free: npt.NDArray[np.bool_]  # eligible, neither locked nor forbidden
    made: npt.NDArray[np.bool_]  # paired
    locked: npt.NDArray[np.bool_]
    kept: npt.NDArray[np.bool_]
    lots: Ints
    rank: Ints  # of each mentee's priority, from 1
    mentee_places: Ints
    mentor_places: Ints
    levels: tuple[str, ...]

    @classmethod
    def of(cls, claim: Claim) -> "_Case":
        mentees, mentors = _by_id(claim.mentees), _by_id(claim.mentors)
        rows = {person.id: row for row, person in enumerate(mentees)}
        columns = {person.id: column for column, person in enumerate(mentors)}

        def marked(couples: Iterable[Couple]) -> npt.NDArray[np.bool_]:
            marks = np.zeros(claim.scores.shape, dtype=np.bool_)
            for mentee, mentor in couples:
                if mentee in rows and mentor in columns:
                    marks[rows[mentee], columns[mentor]] = True
            return marks

        locked = marked(claim.locked)
        groups = sorted({person.priority for person in mentees})
        return cls(
            scores=claim.scores.astype(np.int64),
            free=(claim.scores >= 0) & ~locked & ~marked(claim.forbidden),
            made=marked((pair.mentee, pair.mentor) for pair in claim.pairs),
            locked=locked,
            kept=marked(claim.previous or ()),
            lots=_lots(mentees, mentors, claim.seed),
            rank=np.array([groups.index(person.priority) + 1 for person in mentees], dtype=np.int64),
            mentee_places=_places(mentees, claim.policy.mentees) - locked.sum(axis=1),
            mentor_places=_places(mentors, claim.policy.mentors) - locked.sum(axis=0),
            levels=_levels_of(claim),
        )

    @property
    def locked_of_mentees(self) -> Ints:
        locked: Ints = self.locked.sum(axis=1, dtype=np.int64)
        return locked

    def reached(self) -> Vector:
        """Return what the pairs that were chosen (not locked) bring at each level."""
        chosen = self.made & ~self.locked
        served = chosen.any(axis=1) & (self.locked_of_mentees == 0)
        locked, taken = self.locked.sum(axis=0, dtype=np.int64), self.made.sum(axis=0, dtype=np.int64)
        values = {
            "served": int(self.rank[served].sum()),
            "total": int(self.scores[chosen].sum()),
            "load": -int((taken**2 - locked**2).sum()),
            "least change": int(np.where(self.kept, 1, -1)[chosen].sum()),
            "tie-break": -sum(self.lots[chosen].tolist()),
        }
        return tuple(values[level] for level in self.levels)

    def bound(self, prices: Prices, first: npt.NDArray[np.bool_], levels: tuple[str, ...]) -> Vector:
        """Return the upper bound that the prices give when only `first` pairs may serve somebody.

        For the levels of the whole, other pairs may stand beside a first one; for "served" alone they
        don't count.
        """
        at_first, at_further, at_mentor = (_vectors(side, len(levels)) for side in _sides_of(prices))
        one = (self.locked_of_mentees == 0) & (self.mentee_places > 0)
        more = self.mentee_places - one
        alone = levels == ("served",)
        usable = self.free & first if alone else self.free
        room = np.minimum(self.mentor_places, usable.sum(axis=0, dtype=np.int64))
        sums = [
            _above(at_first + _at(levels, "served", self.rank), one.astype(np.int64)),
            _above(at_further, more),
            _above(at_first - at_further, more),
            self._above_of_mentors(at_mentor, room, levels),
        ]
        for row in range(len(self.rank)):
            high = np.flatnonzero(usable[row] & first[row])
            sums.append(_above(self._gains(row, high, levels) + at_mentor[high] - at_first[row], 1))
            low = np.flatnonzero(usable[row] & ~first[row]) if more[row] else high[:0]
            sums.append(_above(self._gains(row, low, levels) + at_mentor[low] - at_further[row], 1))
        return tuple(sum(column) for column in zip(*sums, strict=True))

    def _gains(self, row: int, columns: Ints, levels: tuple[str, ...]) -> Ints:
        changed = np.where(self.kept[row, columns], 1, -1)
        return (
            _at(levels, "total", self.scores[row, columns])
            + _at(levels, "least change", changed)
            + _at(levels, "tie-break", -self.lots[row, columns])
        )

    def _above_of_mentors(self, prices: Ints, room: Ints, levels: tuple[str, ...]) -> list[int]:
        if "load" not in levels:
            return _above(-prices, room)
        mentor = np.repeat(np.arange(len(room)), room)
        nth = np.concatenate([np.arange(places) for places in room]) if len(room) else mentor
        already = self.locked.sum(axis=0, dtype=np.int64)[mentor]
        return _above(_at(levels, "load", -(2 * (already + nth) + 1)) - prices[mentor], 1)


def _places(people: Sequence[Person], side: Columns) -> Ints:
    return np.array([_places_of(person, side) for person in people], dtype=np.int64)


def _levels_of(claim: Claim) -> tuple[str, ...]:
    objective = claim.policy.objective
    wanted = {
        "served": objective.served,
        "total": objective.total,
        "load": objective.load,
        "least change": objective.least_change and claim.previous is not None,
        "tie-break": True,
    }
    return tuple(level for level, counts in wanted.items() if counts)


def _sides_of(prices: Prices) -> tuple[Sequence[Vector], ...]:
    return prices.first, prices.further, prices.mentor


def _vectors(vectors: Sequence[Vector], levels: int) -> Ints:
    return np.array(vectors, dtype=np.int64).reshape(len(vectors), levels)


def _at(levels: tuple[str, ...], level: str, values: Ints) -> Ints:
    """Return vectors that are 0 but at one level (all 0 when it is off)."""
    vectors = np.zeros((len(values), len(levels)), dtype=np.int64)
    if level in levels:
        vectors[:, levels.index(level)] = values
    return vectors


def _above(paid: Ints, places: Ints | int) -> list[int]:
    """Add up what is paid above price (lexicographically more than nothing), for so many places."""
    sign = np.zeros(len(paid), dtype=np.int64)
    for level in range(paid.shape[1]):
        sign = np.where(sign == 0, np.sign(paid[:, level]), sign)
    above = sign > 0
    times = np.broadcast_to(places, sign.shape)[above]
    return [sum((paid[above, level] * times).tolist()) for level in range(paid.shape[1])]


def _lots(mentees: Sequence[Person], mentors: Sequence[Person], seed: int) -> Ints:
    """Draw every pair's lot again: SplitMix64's finaliser over both people's digests."""
    bits = max(8, min(40, 58 - 2 * (1 + 2 * len(mentees) + len(mentors)).bit_length()))
    mentor = [_spread_bits(_digest(seed, "mentor", person.id)) for person in mentors]
    lots = np.zeros((len(mentees), len(mentors)), dtype=np.uint64)
    for row, person in enumerate(mentees):
        lots[row] = np.uint64(_digest(seed, "mentee", person.id))
    lots += np.array(mentor, dtype=np.uint64)[None, :]
    with np.errstate(over="ignore"):
        lots += np.uint64(0x9E3779B97F4A7C15)
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            lots ^= lots >> np.uint64(shift)
            lots *= np.uint64(factor)
        lots ^= lots >> np.uint64(31)
    return (lots >> np.uint64(64 - bits)).astype(np.int64) + 1


def _digest(seed: int, role: str, name: str) -> int:
    return int(hashlib.sha256(f"{seed}\0{role}\0{name}".encode()).hexdigest()[:16], 16)


def _spread_bits(bits: int) -> int:
    word = 2**64
    bits = (bits + 0x9E3779B97F4A7C15) % word
    bits = (bits ^ bits >> 30) * 0xBF58476D1CE4E5B9 % word
    bits = (bits ^ bits >> 27) * 0x94D049BB133111EB % word
    return bits ^ bits >> 31
