"""Both sides' answers, read as the policy means them, into the numbers that criteria and rules compare."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np

from functions.matching.answers.codes import ANY, MISSING, NOT_ASKED, NOWHERE
from functions.matching.answers.text_similarity import letter_runs
from functions.matching.answers.timetable import half_hours
from functions.matching.people import Person, Role, Value, canonical, number, one, several
from functions.matching.policy.model import Criterion, Ladder, Policy, Rule, Zones
from functions.matching.reasons import CannotMatch, Problem
from functions.matching.scoring.comparison import (
    Comparison,
    EncodedCriterion,
    Formula,
    Ints,
    Relation,
    Truths,
)
from functions.matching.scoring.set_overlap import OverlapTerm, RaggedArray, TextSimilarityTerm

_T = TypeVar("_T")

_BITS = 6  # entries of a list whose every combination has a number of its own
_FEW_TEXTS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleEncoder:
    """Everybody's answers, in the order of their ids, and what has been made of them so far.

    `counted_entries` says by lists (`lists_key`) how many common entries anything asks for: beyond that no
    count need go. Arrays that are returned hold one number for each person of the side.
    """

    mentors: tuple[Person, ...]
    mentees: tuple[Person, ...]
    policy: Policy
    counted_entries: Mapping[str, int]
    _cache: dict[object, Any] = field(default_factory=dict, init=False, repr=False)

    # Answers.

    def side(self, role: Role) -> tuple[Person, ...]:
        """Return the people of that side."""
        return self.mentees if role is Role.MENTEE else self.mentors

    def single_answers(self, role: Role, column: str) -> list[str]:
        """Return everybody's single answer; empty where it is missing."""
        return self._cached(
            ("one", role, column), lambda: [one(person.answers.get(column)) for person in self.side(role)]
        )

    def lists(self, role: Role, column: str) -> list[tuple[str, ...]]:
        """Return everybody's entries of a column, cut once however many criteria and rules read it."""
        separator = self.policy.columns(role).separator
        return self._cached(
            ("list", role, column),
            lambda: [several(person.answers.get(column), separator) for person in self.side(role)],
        )

    def list_lengths(self, role: Role, column: str) -> Ints:
        """Return how many entries everybody has."""
        return _lengths(self.lists(role, column))

    def has_entries(self, role: Role, column: str) -> Ints:
        """Return 1 for everybody with an entry, 0 for the others; 0 for all without a column."""
        if not column:
            return np.zeros(len(self.side(role)), dtype=np.int64)
        return (self.list_lengths(role, column) > 0).astype(np.int64)

    def answers_among(self, role: Role, column: str, words: Collection[str]) -> Ints:
        """Return 1 for everybody whose single answer is one of the words, 0 for the others."""
        answers = self.single_answers(role, column)
        return np.array([bool(column) and answer in words for answer in answers]).astype(np.int64)

    def answer_codes(
        self, of: Criterion | Rule, *, only_for: Sequence[bool] | None = None
    ) -> tuple[Ints, Ints]:
        """Number both columns' single answers alike; MISSING where there is none, ANY for what fits all.

        With `only_for` the other mentees get NOT_ASKED, as does everybody whom a rule does not speak of.
        """
        columns = self.single_answers(Role.MENTEE, of.mentee), self.single_answers(Role.MENTOR, of.mentor)
        known = {text: code for code, text in enumerate(sorted(set().union(*columns)))}
        known.update({text: ANY for text in of.wildcards if text in known})
        known[""] = MISSING
        mentee, mentor = (np.array([known[text] for text in column], dtype=np.int64) for column in columns)
        if only_for is not None:
            mentee = np.where(np.array(only_for, dtype=np.bool_), mentee, NOT_ASKED)
        only_if = of.only_if if isinstance(of, Rule) else None
        if only_if is not None:
            mentee = np.where(
                self.answer_only(Role.MENTEE, only_if.mentee, only_if.answers), mentee, NOT_ASKED
            )
            mentor = np.where(
                self.answer_only(Role.MENTOR, only_if.mentor, only_if.answers), mentor, NOT_ASKED
            )
        return mentee, mentor

    def answer_only(self, role: Role, column: str, words: Collection[str]) -> Truths:
        """Say of everybody whether they answered, with none but these words; a text may be one of them."""
        whole = [_text(person.answers.get(column)) for person in self.side(role)]
        only = [
            text in words or (bool(named) and all(entry in words for entry in named))
            for text, named in zip(whole, self.lists(role, column), strict=True)
        ]
        return np.array(only, dtype=np.bool_)

    def places(self, of: Criterion | Rule) -> tuple[Ints, Ints]:
        """Return both columns' places on the ladder, or numbers in thousandths; NOWHERE where missing.

        Raises CannotMatch for an answer that is neither on the ladder nor a number.
        """
        ladder = of.ladder or Ladder(mentee=None, mentor=None)
        return (
            self._places(Role.MENTEE, of.mentee, ladder.mentee),
            self._places(Role.MENTOR, of.mentor, ladder.mentor),
        )

    def _places(self, role: Role, column: str, ladder: Mapping[str, int] | None) -> Ints:
        return np.array([_place(person, role, column, ladder) for person in self.side(role)], dtype=np.int64)

    # Lists against lists.

    def met_entries(self, mentee: str, mentor: str, cap: int = 0) -> tuple[int, OverlapTerm]:
        """Return which of the mentee's entries the mentor has: how many bits the term has, and the term.

        With 0 bits the term counts the entries, up to `cap` unless that is 0. The term's last number says
        that the mentor has no entry at all.
        """
        longest = int(self.list_lengths(Role.MENTEE, mentee).max(initial=1))
        if longest <= _BITS:
            return longest, self._met_bits(mentee, mentor, 0, longest)
        key = f"count {mentee!r} {mentor!r} {cap}"
        wants, offers = self.lists(Role.MENTEE, mentee), self.lists(Role.MENTOR, mentor)
        return 0, self._cached(key, lambda: _count(key, wants, offers, cap))

    def met_choices(
        self, mentee: str, mentor: str, needed: int
    ) -> tuple[tuple[int, ...], tuple[OverlapTerm, ...]]:
        """Return which of the mentee's first entries the mentor has: each term's bits, and the terms.

        Of long lists only the `needed` first entries are looked at.
        """
        longest = int(self.list_lengths(Role.MENTEE, mentee).max(initial=1))
        counted = longest if longest <= _BITS else min(longest, needed)
        widths = tuple(min(_BITS, counted - first) for first in range(0, counted, _BITS))
        terms = tuple(
            self._met_bits(mentee, mentor, place * _BITS, width) for place, width in enumerate(widths)
        )
        return widths, terms

    def _met_bits(self, mentee: str, mentor: str, first: int, width: int) -> OverlapTerm:
        """Return the term that says which of the entries from `first` are met, a bit for each."""

        def make() -> OverlapTerm:
            wants, offers = self.lists(Role.MENTEE, mentee), self.lists(Role.MENTOR, mentor)
            mine, theirs, size = _numbered(wants, offers)
            entries, steps = _stepped(mine, lambda place: 2**place, first, first + width)
            nothing = 0 if first else 2**width
            return OverlapTerm(
                key=f"bits {mentee!r} {mentor!r} {first} {width}",
                entries=entries,
                steps=steps,
                holders=_holders(theirs, size),
                base=np.where(_lengths(offers) == 0, nothing, 0),
                cap=0,
                size=2**width + (not first),
            )

        return self._cached(("bits", mentee, mentor, first, width), make)

    def met_wants_of_mentors(self, mentee_offers: str, mentor_wants: str) -> tuple[Ints, OverlapTerm]:
        """Return how many entries mentors may want, and how many of a mentor's the mentee offers.

        The term's number is the place of how many the mentor wants among those, times the size of a count,
        and the count.
        """
        wants, offers = self.lists(Role.MENTOR, mentor_wants), self.lists(Role.MENTEE, mentee_offers)
        count = _count(f"back {mentee_offers!r} {mentor_wants!r}", offers, wants)
        wanted, of_mentor = np.unique(_lengths(wants), return_inverse=True)
        term = replace(count, base=of_mentor * count.size, size=len(wanted) * count.size)
        return wanted, term

    def required_things(
        self, mentee: str, mentor: str, *, besides: frozenset[str]
    ) -> tuple[Ints, OverlapTerm]:
        """Return how many entries, other than `besides`, each mentee has, and how many the mentor holds."""
        things = [
            tuple(entry for entry in entries if entry not in besides)
            for entries in self.lists(Role.MENTEE, mentee)
        ]
        key = f"has {mentee!r} {mentor!r} {sorted(besides)!r}"
        return _lengths(things), _count(key, things, self.lists(Role.MENTOR, mentor))

    def common_times(self, of: Criterion | Rule) -> tuple[Ints, OverlapTerm]:
        """Return 1 for each mentee with an entry (0 for the others), and how many entries are in common.

        Entries are half-hours of the week in UTC where zones are given. Raises CannotMatch for one that can't
        be read.
        """
        mine = self._times(Role.MENTEE, of.mentee, of.zones)
        theirs = self._times(Role.MENTOR, of.mentor, of.zones)
        key = lists_key(of)
        term = self._cached(
            ("common", key), lambda: _count(f"common {key}", mine, theirs, self.counted_entries[key])
        )
        return (_lengths(mine) > 0).astype(np.int64), term

    def _times(self, role: Role, column: str, zones: Zones | None) -> Sequence[Sequence[str | int]]:
        lists = self.lists(role, column)
        if zones is None:
            return lists
        return self._cached(
            ("times", role, column, zones_key(zones)),
            lambda: [
                half_hours(person, role, entries, (column, zones))
                for person, entries in zip(self.side(role), lists, strict=True)
            ],
        )

    def similar_texts(self, mentee: str, mentor: str) -> tuple[Ints, TextSimilarityTerm]:
        """Return 1 for each mentee who wrote something (0 for the others), and how alike the texts are."""
        mine, theirs = self._letter_runs(Role.MENTEE, mentee), self._letter_runs(Role.MENTOR, mentor)
        numbers, held, size = _numbered(mine, theirs)
        entries, _ = _stepped(numbers, lambda _place: 1)
        term = TextSimilarityTerm(
            key=f"alike {mentee!r} {mentor!r}",
            entries=entries,
            holders=_holders(held, size),
            mentee_lengths=_lengths(mine),
            mentor_lengths=_lengths(theirs),
        )
        return (term.mentee_lengths > 0).astype(np.int64), term

    def _letter_runs(self, role: Role, column: str) -> list[frozenset[str]]:
        return self._cached(
            ("text", role, column),
            lambda: [letter_runs(person.answers.get(column)) for person in self.side(role)],
        )

    # Pairs that names make.

    def naming(self, mentee: str, mentor: str) -> Relation:
        """Return who names whom: the mentee's column the mentor, or the mentor's column the mentee."""
        mine: list[set[str]] = [set() for _ in self.mentees]
        theirs: list[set[str]] = [set() for _ in self.mentors]
        for role, column in ((Role.MENTEE, mentee), (Role.MENTOR, mentor)):
            if not column:
                continue
            callers, called = (mine, theirs) if role is Role.MENTEE else (theirs, mine)
            other = Role.MENTOR if role is Role.MENTEE else Role.MENTEE
            for own, names in (
                *zip(callers, self._names_given(role, column), strict=True),
                *zip(called, self._names_of(other), strict=True),
            ):
                own.update(f"{role} {name}" for name in names)
        return sharing(mine, theirs)

    def _names_of(self, role: Role) -> list[set[str]]:
        """Return what each person of a side may be called; an id always counts as a name."""
        identity = self.policy.columns(role).identity
        return self._cached(
            ("names", role),
            lambda: [
                {canonical(person.id), *(one(person.answers.get(column)) for column in identity)} - {""}
                for person in self.side(role)
            ],
        )

    def _names_given(self, role: Role, column: str) -> list[set[str]]:
        """Return everything that each person of a side may have meant as a name in that column."""
        answers = self.single_answers(role, column)
        return [
            {*entries, answer} - {""}
            for entries, answer in zip(self.lists(role, column), answers, strict=True)
        ]

    def are_often_equal(self, mentee: Ints, mentor: Ints) -> bool:
        """Say whether answers (by their codes) are few, or the pairs that share one too many to list."""
        if len(np.unique(mentee)) <= _FEW_TEXTS:
            return True
        size = int(max(mentee.max(initial=0), mentor.max(initial=0))) + 1
        left, right = (np.bincount(side[side >= 0], minlength=size) for side in (mentee, mentor))
        return int(left @ right) > 4 * (len(mentee) + len(mentor))

    def equal_answers(self, rule: Rule, mentee: Ints, mentor: Ints) -> EncodedCriterion:
        """Return what refuses the pairs that share a single answer (by its codes), listed one by one."""
        answers = self.single_answers(Role.MENTEE, rule.mentee), self.single_answers(Role.MENTOR, rule.mentor)
        known = [[{answer} - rule.wildcards - {""} for answer in side] for side in answers]
        related = self.related(sharing(*known))
        if not rule.missing_refuses:
            return related
        missing = ((codes == MISSING).astype(np.int64) for codes in (mentee, mentor))
        return related.joined([self.compare_values(_either, *missing)])

    # What is compared.

    def compare_values(
        self, formula: Formula, mentee: Ints, mentor: Ints, *relations: Relation
    ) -> EncodedCriterion:
        """Compare one number of each person."""
        rows, of_row = np.unique(mentee, return_inverse=True)
        columns, of_column = np.unique(mentor, return_inverse=True)
        comparison = Comparison(
            formula=formula, rows=rows, of_row=of_row, columns=columns, of_column=of_column
        )
        return EncodedCriterion(comparisons=(comparison,), relations=relations)

    def compare_lists(
        self, formula: Formula, mentee: Ints, *terms: OverlapTerm | TextSimilarityTerm
    ) -> EncodedCriterion:
        """Compare one number of each mentee with the numbers that the terms give each pair."""
        rows, of_row = np.unique(mentee, return_inverse=True)
        nothing = np.zeros(0, dtype=np.int64)
        comparison = Comparison(
            formula=formula, rows=rows, of_row=of_row, columns=nothing, of_column=nothing, terms=terms
        )
        return EncodedCriterion(comparisons=(comparison,))

    def related(self, relation: Relation) -> EncodedCriterion:
        """Return the related pairs alone."""
        return EncodedCriterion(relations=(relation,))

    def _cached(self, key: object, make: Callable[[], _T]) -> _T:
        """Return what was made before under that key, or make it now."""
        if key not in self._cache:
            self._cache[key] = make()
        found: _T = self._cache[key]
        return found


def unknown_answer(person: Person, role: Role, column: str, value: str, known: Iterable[str]) -> CannotMatch:
    """Return the error for an answer that the policy doesn't know."""
    return CannotMatch(
        Problem.UNKNOWN_ANSWER, person.id, role=role, column=column, answer=value, known=tuple(known)
    )


def zones_key(zones: Zones | None) -> object:
    """Return everything that half-hours depend on beside the answers."""
    return zones and (zones.mentee, zones.mentor, zones.monday.isoformat(), *sorted(zones.hours.items()))


def lists_key(of: Criterion | Rule) -> str:
    """Return what says whether two criteria or rules compare the same lists."""
    return repr((of.mentee, of.mentor, zones_key(of.zones)))


def sharing(mine: Sequence[Iterable[str]], theirs: Sequence[Iterable[str]]) -> Relation:
    """Return the pairs that have a text in common."""
    numbers, held, size = _numbered(mine, theirs)
    entries, _ = _stepped(numbers, lambda _place: 1)
    return Relation(entries=entries, holders=_holders(held, size), width=len(theirs))


def _text(value: Value) -> str:
    """Return an answer that is one text in canonical form; empty where it is a list."""
    return "" if isinstance(value, tuple) else one(value)


def _either(mentee: Ints, mentor: Ints) -> Truths:
    refused: Truths = (mentee | mentor) != 0
    return refused


def _place(person: Person, role: Role, column: str, ladder: Mapping[str, int] | None) -> int:
    value: Value = person.answers.get(column)
    text = one(value)
    if not text:
        return NOWHERE
    if ladder is not None:
        if text not in ladder:
            raise unknown_answer(person, role, column, text, ladder)
        return ladder[text]
    try:
        thousandths = number(value)
    except ValueError as error:
        raise CannotMatch(Problem.NO_NUMBER, person.id, role=role, column=column, answer=text) from error
    return NOWHERE if thousandths is None else thousandths


def _lengths(lists: Sequence[Collection[object]]) -> Ints:
    return np.array([len(entries) for entries in lists], dtype=np.int64)


def _numbered(
    mine: Sequence[Iterable[_T]], theirs: Sequence[Iterable[_T]]
) -> tuple[list[list[int]], list[list[int]], int]:
    """Number the entries that both sides name somewhere; return both sides' numbers, and how many there are.

    An entry that the other side never names has no number, and keeps its place in the list as −1.
    """
    shared = {entry for entries in mine for entry in entries} & {
        entry for entries in theirs for entry in entries
    }
    known = {entry: place for place, entry in enumerate(shared)}  # in any order: only who holds it counts
    numbered = [[[known.get(entry, -1) for entry in entries] for entries in side] for side in (mine, theirs)]
    return numbered[0], numbered[1], len(known)


def _holders(theirs: Sequence[Sequence[int]], size: int) -> RaggedArray:
    return RaggedArray.of([[entry for entry in entries if entry >= 0] for entries in theirs]).transposed(size)


def _stepped(
    mine: Sequence[Sequence[int]], step_of: Callable[[int], int], first: int = 0, last: int | None = None
) -> tuple[RaggedArray, Ints]:
    """Return the entries from `first` to before `last` that have a number, and the step of each."""
    kept = [
        [(entry, step_of(place)) for place, entry in enumerate(entries[first:last]) if entry >= 0]
        for entries in mine
    ]
    steps = np.array([step for entries in kept for _, step in entries], dtype=np.int64)
    return RaggedArray.of([[entry for entry, _ in entries] for entries in kept]), steps


def _count(
    key: str, mine: Sequence[Iterable[_T]], theirs: Sequence[Sequence[_T]], cap: int = 0
) -> OverlapTerm:
    """Return the term that counts what both hold, up to `cap` unless 0; its last number says “none”."""
    numbers, held, size = _numbered(mine, theirs)
    entries, steps = _stepped(numbers, lambda _place: 1)
    longest = min(int(_lengths(side).max(initial=0)) for side in (numbers, held))
    cap = cap if cap < longest else 0
    none = (cap or longest) + 1
    return OverlapTerm(
        key=f"{key} {cap}",
        entries=entries,
        steps=steps,
        holders=_holders(held, size),
        base=np.where(_lengths(theirs) == 0, none, 0),
        cap=cap,
        size=none + 1,
    )
