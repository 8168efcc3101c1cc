"""People and a policy into scores: how good each eligible pairing is, in whole points.

A score is an int32, 1,000,000 for a perfect pairing (with `points = "as they are"`, the plain sum of
the weights earned), and −1 where a rule refuses the pairing. The points of the criteria add up to the
score exactly, because the score is their sum: each is rounded by itself, and the weights are
shared out so that a perfect pairing earns the whole million.

Arrays are mentees × mentors. Answers are encoded once (`encoding`), weighted (here) and added up strip by
strip (`blocked`); a block of any rows and columns is the same as that part of the whole.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import product

import numpy as np
import numpy.typing as npt

from functions.matching.people import Person, Role, canonical, one
from functions.matching.policy.model import WHOLE, Criterion, Points, Policy
from functions.matching.scoring import ineligibility
from functions.matching.scoring.blocked import (
    NOT_ELIGIBLE,
    Layout,
    Strip,
    WeightedComparison,
    WeightedWish,
    build_layout,
    dense_bytes,
    strips,
)
from functions.matching.scoring.comparison import EncodedCriterion
from functions.matching.scoring.encoding import EncodedPeople, encode_further, encode_people, signatures
from functions.matching.scoring.people_encoder import unknown_answer

__all__ = [
    "NOT_ELIGIBLE",
    "Computed",
    "Prepared",
    "points_of_pairs",
    "prepare",
    "refused",
    "refused_pairs",
    "reweighed",
    "score_all",
    "score_block",
]

Ints = npt.NDArray[np.int64]
Scores = npt.NDArray[np.int32]
Truths = npt.NDArray[np.bool_]

THREADS = 2
_WORTH_A_THREAD = 2_000_000  # pairs; fewer are scored before a second thread has begun
_CELLS_AT_ONCE = 2**20
_KEPT_BYTES = 256 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """People (sorted by id) and a policy, ready to be compared; plain data that can be sent elsewhere.

    `allotted` are the points that each criterion can give to each mentee. `earned` and `layout` follow
    from it, also with `replace`. The last refusal is not a rule of the policy: nobody is their own mentor.
    """

    policy: Policy
    people: EncodedPeople
    allotted: Ints
    earned: tuple[tuple[WeightedComparison, WeightedWish | None], ...] = field(init=False)
    refusals: tuple[EncodedCriterion, ...] = field(init=False)
    layout: Layout = field(init=False)

    def __post_init__(self) -> None:
        parts, policy = self.people.encoded, self.policy
        criteria, rules = ([parts[key] for key in keys] for keys in signatures(policy))
        earned = tuple(
            _weighted(part, self.allotted[:, place], _neutral(criterion, policy))
            for place, (part, criterion) in enumerate(zip(criteria, policy.criteria, strict=True))
        )
        refusals = (*rules, EncodedCriterion(relations=(self.people.same_id,)))
        nothing = np.zeros(len(self.allotted), dtype=np.int64)
        refusing = [
            WeightedComparison.of(comparison, nothing) for part in refusals for comparison in part.comparisons
        ]
        layout = build_layout(
            [*(weighted for weighted, _ in earned), *refusing],
            [wish for _, wish in earned if wish is not None],
            [relation for part in refusals for relation in part.relations],
            len(self.allotted),
        )
        for name, value in (("earned", earned), ("refusals", refusals), ("layout", layout)):
            object.__setattr__(self, name, value)

    @property
    def mentors(self) -> tuple[Person, ...]:
        """The mentors, by id: the columns."""
        return self.people.mentors

    @property
    def mentees(self) -> tuple[Person, ...]:
        """The mentees, by id: the rows."""
        return self.people.mentees


def prepare(mentors: Iterable[Person], mentees: Iterable[Person], policy: Policy) -> Prepared:
    """EncodedPeople everybody's answers as the policy means them.

    Raises CannotMatch when two people of one side share an id, or an answer can't be read: a value
    that the policy doesn't know, a text where a number is needed, or a zone that is none.
    """
    return _prepared(encode_people(mentors, mentees, policy), policy)


def reweighed(prepared: Prepared, policy: Policy) -> Prepared:
    """Return the same people under another policy; what it reads as the first one did is not read again."""
    before = prepared.policy
    same = all(before.columns(role) == policy.columns(role) for role in Role)
    if not same:
        return prepare(prepared.mentors, prepared.mentees, policy)
    return _prepared(encode_further(prepared.people, policy), policy)


def score_all(
    prepared: Prepared, *, threads: int = THREADS, progress: Callable[[int], None] = lambda _percent: None
) -> Scores:
    """Return the whole matrix of scores; `progress` takes per cent, and may raise to stop the work."""
    rows, columns = range(len(prepared.mentees)), range(len(prepared.mentors))
    return _filled(strips(prepared.layout, rows, columns), rows, columns, threads, progress)


def score_block(prepared: Prepared, rows: range, columns: range) -> Scores:
    """Return the scores of a range of mentees with a range of mentors, in one thread, on any machine."""
    return _filled(strips(prepared.layout, rows, columns), rows, columns, 1)


@dataclass(frozen=True, slots=True)
class Computed:
    """A grid whose scores are worked out when they are asked for, and never kept."""

    prepared: Prepared
    threads: int = THREADS
    _strips: list[Strip] = field(default_factory=list, init=False, repr=False, compare=False)

    @property
    def shape(self) -> tuple[int, int]:
        """How many mentees and mentors there are."""
        return len(self.prepared.mentees), len(self.prepared.mentors)

    def rows(self, start: int, stop: int) -> Scores:
        """Return the scores of those mentees with every mentor."""
        rows, columns = range(start, stop), range(self.shape[1])
        return _filled(self._strips_of(rows, columns), rows, columns, self.threads)

    def _strips_of(self, rows: range, columns: range) -> Iterable[Strip]:
        """Return the strips, made once for all mentees unless that takes too much memory."""
        layout, everybody = self.prepared.layout, range(self.shape[0])
        if dense_bytes(layout, everybody, len(columns)) > _KEPT_BYTES:
            return strips(layout, rows, columns)
        if not self._strips:
            self._strips[:] = strips(layout, everybody, columns)
        return [
            strip for strip in self._strips if strip.rows.start < rows.stop and rows.start < strip.rows.stop
        ]


def points_of_pairs(prepared: Prepared, rows: Sequence[int], columns: Sequence[int]) -> Ints:
    """Return the points of each criterion (second axis) for the pairs (rows[k], columns[k])."""
    mentees, mentors = np.asarray(rows, dtype=np.int64), np.asarray(columns, dtype=np.int64)
    if not len(mentees):
        return np.zeros((0, len(prepared.earned)), dtype=np.int64)
    return np.stack([_earned(*given, mentees, mentors) for given in prepared.earned], axis=1)


def refused(prepared: Prepared, rows: Sequence[int], columns: Sequence[int]) -> Truths:
    """Return for each refusal (first axis) whether it stands against each pair of rows × columns."""
    mentees, mentors = np.asarray(rows, dtype=np.int64), np.asarray(columns, dtype=np.int64)
    against = np.zeros((len(prepared.refusals), len(mentees), len(mentors)), dtype=np.bool_)
    step = max(1, _CELLS_AT_ONCE // max(len(mentors), 1))
    for start, (which, part) in product(range(0, len(mentees), step), enumerate(prepared.refusals)):
        against[which, start : start + step] = ineligibility.against(
            part, mentees[start : start + step], mentors
        )
    return against


def refused_pairs(prepared: Prepared, rows: Sequence[int], columns: Sequence[int]) -> Truths:
    """Return for each refusal (first axis) whether it stands against each pair (rows[k], columns[k])."""
    mentees, mentors = np.asarray(rows, dtype=np.int64), np.asarray(columns, dtype=np.int64)
    return np.stack([ineligibility.against_pairs(part, mentees, mentors) for part in prepared.refusals])


def _filled(
    found: Iterable[Strip],
    rows: range,
    columns: range,
    threads: int,
    progress: Callable[[int], None] = lambda _percent: None,
) -> Scores:
    """Return the scores of those rows and columns, strip by strip."""
    matrix = np.empty((len(rows), len(columns)), dtype=np.int32)
    threads = threads if matrix.size >= _WORTH_A_THREAD else 1
    pieces = ((strip, piece) for strip in found for piece in _pieces(strip, rows, threads))
    done = 0
    with _workers(threads) as work:
        for filled in work(partial(_fill, rows, columns, matrix), pieces):
            done += filled
            progress(100 * done // matrix.size)
    return matrix


def _pieces(strip: Strip, rows: range, threads: int) -> Iterator[range]:
    """Yield the mentees of the strip in pieces, at least one for each thread."""
    rows = range(max(rows.start, strip.rows.start), min(rows.stop, strip.rows.stop))
    tall = -(-len(rows) // threads) or 1
    for start in range(rows.start, rows.stop, tall):
        yield from strip.pieces(range(start, min(start + tall, rows.stop)))


def _fill(rows: range, columns: range, matrix: Scores, part: tuple[Strip, range]) -> int:
    """Fill one piece's part of the matrix; return how many pairs it has."""
    strip, piece = part
    left, right = strip.columns.start - columns.start, strip.columns.stop - columns.start
    scores = matrix[piece.start - rows.start : piece.stop - rows.start, left:right]
    strip.fill(piece, scores)
    return scores.size


_Part = tuple[Strip, range]
_Work = Callable[[Callable[[_Part], int], Iterable[_Part]], Iterable[int]]


@contextmanager
def _workers(threads: int) -> Iterator[_Work]:
    """Give what does the work piece by piece; when its caller stops, no piece is begun any more."""
    if threads <= 1:
        yield map
        return
    pool = ThreadPoolExecutor(threads)

    def work(fill: Callable[[_Part], int], parts: Iterable[_Part]) -> Iterator[int]:
        # Only so many at a time: each strip takes memory from when it is made until it is filled.
        waiting: deque[Future[int]] = deque()
        for part in parts:
            waiting.append(pool.submit(fill, part))
            if len(waiting) > 2 * threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    try:
        yield work
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _earned(weighted: WeightedComparison, wish: WeightedWish | None, rows: Ints, columns: Ints) -> Ints:
    earned = weighted.of_pairs(rows, columns)
    if wish is None:
        return earned
    met = wish.relation.of_pairs(rows, columns) & ((wish.named[0][rows] | wish.named[1][columns]) != 0)
    return np.where(met, wish.allotted[rows], earned)


def _prepared(people: EncodedPeople, policy: Policy) -> Prepared:
    return Prepared(policy=policy, people=people, allotted=_allotted(people.mentees, policy))


def _neutral(criterion: Criterion, policy: Policy) -> int:
    return 0 if policy.points is Points.AS_THEY_ARE else criterion.neutral


def _weighted(
    part: EncodedCriterion, allotted: Ints, neutral: int
) -> tuple[WeightedComparison, WeightedWish | None]:
    comparison = part.comparisons[0]
    weighted = WeightedComparison.of(comparison, allotted, neutral)
    if not part.relations:
        return weighted, None
    named = comparison.rows[comparison.of_row], comparison.columns[comparison.of_column]
    return weighted, WeightedWish(relation=part.relations[0], allotted=allotted, named=named)


def _allotted(mentees: Sequence[Person], policy: Policy) -> Ints:
    """Return the points that each criterion can give to each mentee; every row adds up to the same sum."""
    weights = [criterion.weight for criterion in policy.criteria]
    which = _most_important(mentees, policy)
    kinds, of_mentee = np.unique(np.array(which, dtype=np.int64), return_inverse=True)
    times = policy.matters_most.times if policy.matters_most else 1000
    rows = []
    for index in kinds.tolist():
        raised = [weight * (times if place == index else 1000) for place, weight in enumerate(weights)]
        plain = policy.points is Points.AS_THEY_ARE
        rows.append([weight // 10**6 for weight in raised] if plain else _shared_out(raised))
    return np.array(rows, dtype=np.int64).reshape(len(rows), len(weights))[of_mentee]


def _shared_out(weights: Sequence[int]) -> list[int]:
    """Share out the million by weight, by largest remainder: whole points that add up to it exactly."""
    total = sum(weights)
    shares = [weight * WHOLE // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: (-(weights[place] * WHOLE % total), place))
    for place in by_remainder[: WHOLE - sum(shares)]:
        shares[place] += 1
    return shares


def _most_important(mentees: Sequence[Person], policy: Policy) -> list[int]:
    """Return for each mentee the place of the criterion that matters most to them, −1 for none."""
    most = policy.matters_most
    if most is None:
        return [-1] * len(mentees)
    names = [canonical(criterion.name) for criterion in policy.criteria]
    places = {name: place for place, name in reversed(list(enumerate(names)))}
    found = []
    for person in mentees:
        named = one(person.answers.get(most.column))
        if named and named not in places:
            raise unknown_answer(person, Role.MENTEE, most.column, named, names)
        place = places.get(named, -1)
        found.append(place if place >= 0 and policy.criteria[place].weight else -1)
    return found
