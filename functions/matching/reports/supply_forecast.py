"""What is short while people still enrol: what mentors offer too little of, and for whom there is no place.

Two views of the same answers. *Demand* counts, entry by entry: who wants statistics, how many places there
are with mentors who offer it. It is easy to read and proves nothing: a mentee may do with something else.
*Bottlenecks* are the proof: mentees who, all together, may only be paired with mentors who have fewer
places than they are. However the match is made, the rest of them have nobody (P. Hall 1935; found as the
smallest minimum cut of the network of who may be paired with whom, Ford & Fulkerson 1956).

Nobody is named, what a policy keeps private is left out, and counts of fewer than five are not shown
(`aggregates`): places alone are counted, since one mentor may have many.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from ortools.graph.python import max_flow

from functions.matching.cohort import Cohort
from functions.matching.criteria import DEFINITIONS
from functions.matching.criteria.definition import Wanted
from functions.matching.people import Person, Role, canonical, several
from functions.matching.policy.model import Criterion, Rule, RuleKind
from functions.matching.reports.aggregates import SMALLEST, Count, hidden_counts, shown_count
from functions.matching.reports.aggregates import count_in_words as counted
from functions.matching.score_matrix import blocks
from functions.matching.scoring.scores import refused

Ints = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]
Words = Mapping[str, Mapping[str, str]]

_MOST_TOLD = 12
_NEARLY_ALL, _FAR_MORE = 80, 20  # percent; points of a percentage


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """One entry of one question: how many mentees want it, against the places of mentors who have it.

    `wanted` is five or more; `places` is None for one to four places with fewer than five mentors.
    """

    label: str
    entry: str
    how: Wanted
    wanted: int
    places: Count

    @property
    def short(self) -> int:
        """How many more mentees than places there are, at least."""
        return _beyond(self.wanted, self.places)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bottleneck:
    """Five mentees or more who can reach fewer places between them than they are.

    `because` are the rules that part them from other mentors, the one that refuses them most first;
    `alike` says what answers they have in common and others have not. `everywhere` is true when they
    reach every place that there is: then places are short, and no rule.
    """

    mentees: int
    places: Count
    because: tuple[str, ...]
    alike: tuple[str, ...]
    everywhere: bool

    @property
    def short(self) -> int:
        """How many of them will have nobody, at least."""
        return _beyond(self.mentees, self.places)


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyForecast:
    """How many mentees could have a mentor now, what is short, and which answers are wanted.

    `served_at_most` is exact: some assignment serves that number, and none more. `elsewhere` are the mentees
    in bottlenecks of fewer than five, told together (None: fewer than five of them).
    """

    mentees: int
    mentors: int
    places: int
    served_at_most: int
    bottlenecks: tuple[Bottleneck, ...]
    elsewhere: Count
    demand: tuple[Demand, ...]


def _beyond(people: int, places: Count) -> int:
    return max(people - (SMALLEST - 1 if places is None else places), 0)


def forecast_supply(cohort: Cohort, *, words: Words | None = None) -> SupplyForecast:
    """Return what is short among the people so far, under the cohort's policy.

    `words` say answers, by column and answer (casefolded). Holds twelve bytes for each eligible pair:
    for cohorts of up to some ten thousand people.
    """
    wordy = _Wordy(words=words or {})
    graph = _Graph.of(cohort)
    groups = sorted(graph.bottlenecks(), key=lambda group: (-group.short, group.rows[0]))
    small = sum(len(group.rows) for group in groups if len(group.rows) < SMALLEST)
    return SupplyForecast(
        mentees=len(cohort.mentees.ids),
        mentors=len(cohort.mentors.ids),
        places=sum(cohort.mentors.capacity),
        served_at_most=graph.served,
        bottlenecks=tuple(
            _described(cohort, group, wordy) for group in groups if len(group.rows) >= SMALLEST
        ),
        elsewhere=shown_count(small),
        demand=tuple(sorted(_demand(cohort, wordy), key=lambda entry: (-entry.short, -entry.wanted))),
    )


def describe_forecast(forecast: SupplyForecast) -> tuple[str, ...]:
    """Return the forecast in plain lines: what is short, the worst first."""
    everybody = forecast.served_at_most == forecast.mentees
    short = [entry for entry in forecast.demand if entry.short]
    who = (
        f"All {forecast.mentees:,}"
        if everybody
        else f"At most {forecast.served_at_most:,} of {forecast.mentees:,}"
    )
    supply = f"{forecast.mentors:,} mentors, {forecast.places:,} places"
    lines = [f"{who} mentees could have a mentor now ({supply})."]
    for group in forecast.bottlenecks:
        lines += _describe_bottleneck(group)
    if forecast.elsewhere is None or forecast.elsewhere:
        lines.append(f"In smaller groups, {counted(forecast.elsewhere)} mentees can reach too few places.")
    lines += [
        f"{entry.wanted:,} mentees want “{entry.entry}” ({entry.label}) {entry.how}; "
        f"mentors with it offer {counted(entry.places)} places."
        for entry in short[:_MOST_TOLD]
    ]
    return tuple(lines)


def _describe_bottleneck(group: Bottleneck) -> Iterator[str]:
    if group.everywhere:
        yield f"{group.mentees:,} mentees share {counted(group.places)} places; that is all there are."
        return
    reach = f"only {counted(group.places)} places" if group.places != 0 else "no place at all"
    least = "at least " if group.places is None else ""
    nobody = f"{least}{group.short:,} will have nobody"
    yield f"{group.mentees:,} mentees can reach {reach} between them, so {nobody}."
    for text in (*group.alike, *group.because):
        yield f"  {text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wordy:
    words: Words

    def entries(self, cohort: Cohort, role: Role, column: str) -> list[dict[str, str]]:
        """Return everybody's entries of a column, canonical form to shown form."""
        people = cohort.prepared.mentees if role is Role.MENTEE else cohort.prepared.mentors
        separator = cohort.policy.columns(role).separator

        def of(person: Person) -> dict[str, str]:
            value = person.answers.get(column)
            if value is None:
                return {}
            raw = value if isinstance(value, tuple) else separator.split(str(value))
            spelt = {canonical(part): " ".join(part.split()) for part in raw}
            return {entry: spelt[entry] for entry in several(value, separator)}

        return [of(person) for person in people]

    def shown(self, column: str, entry: str, spellings: Iterable[str]) -> str:
        return self.words.get(column, {}).get(entry) or min(spellings)


# What is wanted, entry by entry.


def _demand(cohort: Cohort, wordy: _Wordy) -> Iterator[Demand]:
    seen = set()
    for label, mentee, mentor, how in _questions(cohort):
        if (mentee, mentor) not in seen:
            seen.add((mentee, mentor))
            yield from _of_question(cohort, wordy, (label, mentee, mentor), how)


def _questions(cohort: Cohort) -> Iterator[tuple[str, str, str, Wanted]]:
    """Yield label, mentees' column, mentors' column, and how it is wanted, needs before wishes."""
    needs = {RuleKind.TOO_FEW: Wanted.ONLY, RuleKind.MUST_HAVE: Wanted.ANY, RuleKind.DIFFERENT: Wanted.ONLY}
    ruled: Sequence[Rule | Criterion] = (*cohort.policy.rules, *cohort.policy.criteria)
    for what in ruled:
        how = needs.get(what.kind) if isinstance(what, Rule) else DEFINITIONS[what.kind].wanted
        of_some = isinstance(what, Rule) and what.only_if is not None
        if how is not None and not what.private and not of_some:
            yield what.name if isinstance(what, Rule) else what.label, what.mentee, what.mentor, how


def _of_question(
    cohort: Cohort, wordy: _Wordy, question: tuple[str, str, str], how: Wanted
) -> Iterator[Demand]:
    label, mentee, mentor = question
    spellings: dict[str, set[str]] = {}
    wanted: dict[str, int] = {}
    for entries in wordy.entries(cohort, Role.MENTEE, mentee):
        for entry in _wanted_by(entries, how):
            wanted[entry] = wanted.get(entry, 0) + 1
            spellings.setdefault(entry, set()).add(entries[entry])
    mentors: dict[str, int] = {}
    places: dict[str, int] = {}
    offers = wordy.entries(cohort, Role.MENTOR, mentor)
    for entries, capacity in zip(offers, cohort.mentors.capacity, strict=True):
        for entry in entries:
            mentors[entry] = mentors.get(entry, 0) + 1
            places[entry] = places.get(entry, 0) + capacity
    small = hidden_counts(wanted)
    for entry in sorted(wanted.keys() - small):
        few = mentors.get(entry, 0) < SMALLEST  # one mentor may have many places
        yield Demand(
            label=label,
            entry=wordy.shown(mentee, entry, spellings[entry]),
            how=how,
            wanted=wanted[entry],
            places=shown_count(places.get(entry, 0)) if few else places[entry],
        )


def _wanted_by(entries: Mapping[str, str], how: Wanted) -> list[str]:
    if how is Wanted.ONLY:
        return list(entries) if len(entries) == 1 else []
    return list(entries)[:1] if how is Wanted.FIRST else list(entries)


# For whom there is no place, whatever is done.


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    rows: Ints
    columns: Ints
    places: int

    @property
    def short(self) -> int:
        return len(self.rows) - self.places


@dataclass(frozen=True, slots=True, kw_only=True)
class _Graph:
    """Who may be paired with whom, one line for each eligible pair, and what the largest flow says of it."""

    row: Ints
    column: Ints
    capacity: Ints
    served: int
    beyond: Truths  # mentees in the smallest minimum cut: those who compete for too few places

    @classmethod
    def of(cls, cohort: Cohort) -> "_Graph":
        found = [(np.add(np.nonzero(block >= 0), [[start], [0]])) for start, block in blocks(cohort.grid())]
        row, column = np.concatenate(found, axis=1).astype(np.int64)
        capacity = np.array(cohort.mentors.capacity, dtype=np.int64)
        rows, columns = len(cohort.mentees.ids), len(capacity)
        source, sink = rows + columns, rows + columns + 1
        flow = max_flow.SimpleMaxFlow()
        mentees, mentors = np.arange(rows), rows + np.arange(columns)
        ones = np.ones(rows, dtype=np.int64)
        # Two on each pair: its arc is never full, so no cut goes through it.
        for tail, head, limit in (
            (np.full(rows, source), mentees, ones),
            (row, rows + column, np.full(len(row), 2)),
            (mentors, np.full(columns, sink), capacity),
        ):
            flow.add_arcs_with_capacity(tail.astype(np.int32), head.astype(np.int32), limit)
        if flow.solve(source, sink) != flow.OPTIMAL:
            raise ArithmeticError("the flow solver found no largest flow")
        beyond = np.zeros(rows + columns + 2, dtype=np.bool_)
        beyond[flow.get_source_side_min_cut()] = True
        return cls(
            row=row, column=column, capacity=capacity, served=flow.optimal_flow(), beyond=beyond[:rows]
        )

    def bottlenecks(self) -> Iterator[_Group]:
        """Yield the groups of mentees who compete, apart from each other; those without any place are one."""
        competing = self.beyond[self.row]
        row, column = self.row[competing], self.column[competing]
        rows, columns = len(self.beyond), len(self.capacity)
        name = np.arange(rows + columns)
        while True:  # everybody takes the smallest name among those whom they may be paired with
            before = name.copy()
            least = np.minimum(name[row], name[rows + column])
            np.minimum.at(name, row, least)
            np.minimum.at(name, rows + column, least)
            name = name[name]
            if (name == before).all():
                break
        nobody = self.beyond & (np.bincount(self.row, minlength=rows) == 0)
        if nobody.any():
            yield _Group(rows=np.flatnonzero(nobody), columns=np.zeros(0, dtype=np.int64), places=0)
        for which in np.unique(name[:rows][self.beyond & ~nobody]):
            mentors = np.flatnonzero(name[rows:] == which)
            yield _Group(
                rows=np.flatnonzero(self.beyond & (name[:rows] == which)),
                columns=mentors,
                places=int(self.capacity[mentors].sum()),
            )


def _described(cohort: Cohort, group: _Group, wordy: _Wordy) -> Bottleneck:
    everywhere = group.places == sum(cohort.mentors.capacity)
    return Bottleneck(
        mentees=len(group.rows),
        places=shown_count(group.places) if len(group.columns) < SMALLEST else group.places,
        because=() if everywhere else tuple(_because(cohort, group)),
        alike=() if everywhere else tuple(_alike(cohort, group, wordy)),
        everywhere=everywhere,
    )


def _because(cohort: Cohort, group: _Group) -> Iterator[str]:
    """Say which public rules refuse this group more than others, in percent of all mentors."""
    inside = np.zeros(len(cohort.mentees.ids), dtype=np.bool_)
    inside[group.rows] = True
    every_mentor = range(len(cohort.mentors.ids))
    against = np.array(
        [refused(cohort.prepared, [row], every_mentor).sum(axis=(1, 2)) for row in range(len(inside))]
    )
    all_cells = np.array([inside.sum(), (~inside).sum()]) * len(every_mentor)
    found = []
    for which, rule in enumerate(cohort.policy.rules):
        mine, others = (
            int(100 * against[chosen, which].sum() // max(cells, 1))
            for chosen, cells in zip((inside, ~inside), all_cells, strict=True)
        )
        if not rule.private and mine > others:
            found.append((-mine, which, others))
    for mine, which, others in sorted(found):
        rule = cohort.policy.rules[which]
        yield (
            f"“{rule.name}” refuses {-mine} % of all pairings with them "
            f"({others} % with other mentees): {rule.because}."
        )


def _alike(cohort: Cohort, group: _Group, wordy: _Wordy) -> Iterator[str]:
    """Say which answers nearly all of the group give and far fewer of the others, column by column."""
    chosen = set(group.rows.tolist())
    for column in dict.fromkeys(
        rule.mentee for rule in cohort.policy.rules if not rule.private and rule.kind in _TELLING
    ):
        answers = wordy.entries(cohort, Role.MENTEE, column)
        spellings: dict[str, set[str]] = {}
        for entries in answers:
            for entry, spelt in entries.items():
                spellings.setdefault(entry, set()).add(spelt)
        for entry in sorted(spellings):
            name = f"“{wordy.shown(column, entry, spellings[entry])}” in “{column}”"
            having = {row for row, entries in enumerate(answers) if entry in entries}
            alone = {row for row in having if len(answers[row]) == 1}
            if who := _far_more(having, chosen, len(answers)):
                yield f"{who} of them have {name}."
            elif who := _far_more(alone, chosen, len(answers)):
                yield f"{who} of them have nothing but {name}."


def _far_more(having: set[int], chosen: set[int], everybody: int) -> str:
    """Say how many of the chosen are meant when nearly all are, and far fewer of the others; or nothing."""
    mine, others = len(having & chosen), max(everybody - len(chosen), 1)
    share, theirs = 100 * mine // len(chosen), 100 * len(having - chosen) // others
    if mine < SMALLEST or share < _NEARLY_ALL or share - theirs < _FAR_MORE:
        return ""
    return "All" if mine == len(chosen) else "Nearly all"


_TELLING = frozenset(
    {RuleKind.SAME, RuleKind.DIFFERENT, RuleKind.TOO_FEW, RuleKind.MUST_HAVE, RuleKind.DISTANCE}
)
