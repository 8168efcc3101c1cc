"""Why this pair, why nobody, and what would help: the reasons, in words.

What a person reads must never let them infer who avoids whom. So a private rule (and a pairing that
the coordinator forbade) is told in exactly the same words as a place that somebody else got, and what
is said of an unmatched person depends on the other rules alone.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from functions.matching.outcome import Reason, Unmatched
from functions.matching.people import Person, Role, canonical, number, one, several
from functions.matching.policy import Criterion, CriterionKind, Points, Policy
from functions.matching.score import Prepared, refused

Truths = npt.NDArray[np.bool_]
Couple = tuple[int, int]  # mentee's row, mentor's column
Words = Mapping[str, Mapping[str, str]]

_ORDINALS = ("first", "second", "third", "fourth", "fifth")
_NAMED_AT_MOST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A solved run, by rows and columns, as far as explaining needs it. `eligible` is mentees × mentors."""

    eligible: Truths
    pairs: tuple[Couple, ...]
    locked: tuple[Couple, ...] = ()
    forbidden: tuple[Couple, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """What reasons are said with. `words` are labels by column and answer; without one the answer shows."""

    policy: Policy
    words: Words

    def shown(self, column: str, answer: object) -> str:
        """Return an answer as it reads best."""
        return self.words.get(column, {}).get(canonical(str(answer))) or _shown(answer)


def reasons_for(speech: Speech, mentee: Person, mentor: Person, points: Sequence[int]) -> tuple[Reason, ...]:
    """Return one reason for each criterion, with its points; they add up to the pair's score."""
    policy = speech.policy
    most = policy.matters_most
    chosen = one(mentee.answers.get(most.column)) if most else ""
    reasons = []
    for criterion, earned in zip(policy.criteria, points, strict=True):
        told = _TEXTS[criterion.kind](speech, criterion, mentee, mentor)
        if told is None:
            told = (
                "not answered, so no points"
                if policy.points is Points.AS_THEY_ARE
                else "not answered, so neutral"
            )
        mattered = " (what matters most to the mentee)" if canonical(criterion.name) == chosen else ""
        text = f"{criterion.label}{mattered}: {told}"
        reasons.append(Reason(criterion=criterion.name, points=int(earned), text=text))
    return tuple(reasons)


def unmatched_in(prepared: Prepared, result: Result) -> tuple[Unmatched, ...]:
    """Return everybody without a partner, mentees first, with reasons and the smallest change that helps."""
    views = (_Explained(prepared=prepared, result=result, role=role) for role in (Role.MENTEE, Role.MENTOR))
    return tuple(person for view in views for person in _without_partner(view))


def nobody_eligible(prepared: Prepared) -> str:
    """Say which rules leave no eligible pairing at all."""
    rows, columns = range(len(prepared.mentees)), range(len(prepared.mentors))
    against = refused(prepared, rows, columns)
    cells = len(rows) * len(columns)
    told = [
        f"“{rule.name}” refuses {int(against[which].sum()):,} of {cells:,}"
        for which, rule in enumerate(prepared.policy.rules)
        if not rule.private and against[which].any()
    ]
    return (
        "The rules leave no pairing at all: "
        + "; ".join(told or ["no rule that may be named refuses one"])
        + ". Loosen the rule that refuses most, or check that the columns hold what it expects."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Explained:
    """One side's view: the people of `role` against everybody on the other side."""

    prepared: Prepared
    result: Result
    role: Role

    @property
    def people(self) -> tuple[Person, ...]:
        return self.prepared.mentees if self.role is Role.MENTEE else self.prepared.mentors

    @property
    def others(self) -> tuple[Person, ...]:
        return self.prepared.mentors if self.role is Role.MENTEE else self.prepared.mentees

    def alone(self) -> list[int]:
        side = 0 if self.role is Role.MENTEE else 1
        paired = {pair[side] for pair in self.result.pairs}
        return [place for place in range(len(self.people)) if place not in paired]

    def against(self, place: int) -> Truths:
        """Return refusals (first axis) × the other side's people."""
        if self.role is Role.MENTEE:
            return refused(self.prepared, [place], range(len(self.others)))[:, 0, :]
        return refused(self.prepared, range(len(self.others)), [place])[:, :, 0]

    def forbidden(self, place: int) -> list[int]:
        side = 0 if self.role is Role.MENTEE else 1
        return [pair[1 - side] for pair in self.result.forbidden if pair[side] == place]

    def has_room(self) -> Truths:
        """Say who of the other side could take one more without leaving anybody alone."""
        return _mentors_with_room(self) if self.role is Role.MENTEE else _mentees_with_room(self)


def _without_partner(view: _Explained) -> Iterator[Unmatched]:
    alone = view.alone()
    room = view.has_room() if alone else None
    public = np.array([not rule.private for rule in view.prepared.policy.rules] + [True])
    for place in alone:
        against = view.against(place)
        told = against[public].any(axis=0)
        reasons = [*_rules_told(view, against), *([] if told.all() else [_OTHERS_TAKEN[view.role]])]
        assert room is not None  # noqa: S101 - somebody is alone
        change = _ONE_MORE_PLACE[view.role] if not told.all() else _exception(view, place, against, room)
        yield Unmatched(
            id=view.people[place].id, role=view.role, reasons=tuple(reasons), smallest_change=change
        )


_OTHERS_TAKEN = {
    Role.MENTEE: "No place was left for this mentee with the other mentors.",
    Role.MENTOR: "No mentee was left for this mentor among the others.",
}
_ONE_MORE_PLACE = {
    Role.MENTEE: "One more place with a mentor whom the rules allow for this mentee.",
    Role.MENTOR: "One more mentee whom the rules allow for this mentor.",
}


def _rules_told(view: _Explained, against: Truths) -> list[str]:
    """Say how many each rule refuses, the one that refuses most first."""
    total = len(view.others)
    other = "mentor" if view.role is Role.MENTEE else "mentee"
    counted = [
        (int(against[which].sum()), which, rule.because)
        for which, rule in enumerate(view.prepared.policy.rules)
        if not rule.private and against[which].any()
    ]
    return [
        f"With {_of(count, total, other)}: {because}."
        for count, _, because in sorted(counted, key=lambda found: (-found[0], found[1]))
    ]


def _of(count: int, total: int, other: str) -> str:
    return f"all {total} {other}s" if count == total and total > 1 else f"{count} of {total} {other}s"


def _exception(view: _Explained, place: int, against: Truths, room: Truths) -> str:
    """Name the one rule from which one exception would give this person a place, if there is one."""
    single = (against.sum(axis=0) == 1) & room
    single[view.forbidden(place)] = False
    opened = [
        (-int((against[which] & single).sum()), which)
        for which, rule in enumerate(view.prepared.policy.rules)
        if not rule.private and (against[which] & single).any()
    ]
    if not opened:
        return _ONE_MORE_PLACE[view.role]
    rule = view.prepared.policy.rules[min(opened)[1]]
    other = "mentor" if view.role is Role.MENTEE else "mentee"
    return f"One exception from the rule “{rule.name}”, with a {other} who has room."


def _mentors_with_room(view: _Explained) -> Truths:
    """Say which mentors have a free place, or would have one if others moved along eligible pairings."""
    result = view.result
    mentors = np.array([mentor for _, mentor in result.pairs], dtype=np.int64)
    taken = np.bincount(mentors, minlength=len(view.others))
    room: Truths = taken < np.array([person.capacity for person in view.others], dtype=np.int64)
    locked = set(result.locked)
    movable = np.array([pair for pair in result.pairs if pair not in locked], dtype=np.int64).reshape(-1, 2)
    open_pairs = result.eligible.copy()
    if result.pairs:
        open_pairs[tuple(np.array(result.pairs).T)] = False
    while True:
        can_move: Truths = np.array(open_pairs[:, room].any(axis=1), dtype=np.bool_)[movable[:, 0]]
        reached = room.copy()
        reached[movable[can_move, 1]] = True
        if (reached == room).all():
            return room
        room = reached


def _mentees_with_room(view: _Explained) -> Truths:
    """Say which mentees may have one more mentor, or have one who would keep another mentee."""
    mentors = [0] * len(view.others)
    mentees_of: dict[int, int] = {}
    for mentee, mentor in view.result.pairs:
        mentors[mentee] += 1
        mentees_of[mentor] = mentees_of.get(mentor, 0) + 1
    room = np.array(
        [count < person.capacity for count, person in zip(mentors, view.others, strict=True)], dtype=np.bool_
    )
    locked = set(view.result.locked)
    for mentee, mentor in view.result.pairs:
        room[mentee] |= mentees_of[mentor] > 1 and (mentee, mentor) not in locked
    return room


# What one criterion says of one pair; None when an answer is missing.

Told = Callable[[Speech, Criterion, Person, Person], str | None]


def _shown(text: object) -> str:
    """Return an answer as it reads best: the name of a choice without its hyphens."""
    plain = str(text)
    if not plain.isprintable():
        plain = "".join(letter if letter.isprintable() else " " for letter in plain)
    plain = " ".join(plain.split())
    if re.fullmatch(r"[a-z0-9]+([-_][a-z0-9]+)+", plain):
        plain = re.sub("[-_]", " ", plain)
    return plain


def _parts(speech: Speech, role: Role, person: Person, column: str) -> dict[str, str]:
    """Return a person's entries, canonical form to shown form, in their order."""
    value = person.answers.get(column) if column else None
    separator = speech.policy.columns(role).separator
    raw = value if isinstance(value, tuple) else separator.split(str(value)) if value is not None else ()
    shown = {canonical(part): speech.shown(column, part) for part in raw}
    return {entry: shown[entry] for entry in several(value, separator)}


def _listed(criterion: Criterion, entries: Sequence[str]) -> str:
    """Return the entries in brackets, unless the criterion keeps answers private."""
    if criterion.private or not entries:
        return ""
    rest = len(entries) - _NAMED_AT_MOST
    return f" ({', '.join(entries[:_NAMED_AT_MOST])}{f' and {rest} more' if rest > 0 else ''})"


def _tell_texts(speech: Speech, criterion: Criterion, mentee: Person, mentor: Person) -> str | None:
    mine, theirs = one(mentee.answers.get(criterion.mentee)), one(mentor.answers.get(criterion.mentor))
    if not mine or not theirs:
        return None
    if mine == theirs:
        answer = speech.shown(criterion.mentee, mentee.answers[criterion.mentee])
        return f"the same{_listed(criterion, [answer])}"
    return "fits both" if mine in criterion.wildcards or theirs in criterion.wildcards else "different"


def _tell_lists(speech: Speech, criterion: Criterion, mentee: Person, mentor: Person) -> str | None:
    mine = _parts(speech, Role.MENTEE, mentee, criterion.mentee)
    theirs = _parts(speech, Role.MENTOR, mentor, criterion.mentor)
    if not mine or not theirs:
        return None
    common = [shown for entry, shown in mine.items() if entry in theirs]
    if not common:
        return "nothing in common"
    of = "in common" if criterion.kind is CriterionKind.IN_COMMON else f"of {len(mine)} wanted"
    return f"{len(common)} {of}{_listed(criterion, common)}"


def _tell_complementary(speech: Speech, criterion: Criterion, mentee: Person, mentor: Person) -> str | None:
    told = []
    for giver, wants, offers in (
        ("mentor", (Role.MENTEE, mentee, criterion.mentee), (Role.MENTOR, mentor, criterion.mentor)),
        (
            "mentee",
            (Role.MENTOR, mentor, criterion.mentor_wants),
            (Role.MENTEE, mentee, criterion.mentee_offers),
        ),
    ):
        wanted, offered = _parts(speech, *wants), _parts(speech, *offers)
        met = [shown for entry, shown in wanted.items() if entry in offered]
        if wanted and offered:
            told.append(f"the {giver} offers {len(met)} of {len(wanted)} wanted{_listed(criterion, met)}")
    return "; ".join(told) or None


def _tell_ranks(speech: Speech, criterion: Criterion, mentee: Person, mentor: Person) -> str | None:
    mine = _parts(speech, Role.MENTEE, mentee, criterion.mentee)
    theirs = _parts(speech, Role.MENTOR, mentor, criterion.mentor)
    if not mine or not theirs:
        return None
    ranked = [(rank, shown) for rank, (entry, shown) in enumerate(mine.items()) if entry in theirs]
    ranked = [(rank, shown) for rank, shown in ranked if rank < len(criterion.ranks)]
    if not ranked:
        return "none of the choices"
    names = [_ORDINALS[rank] if rank < len(_ORDINALS) else f"{rank + 1}th" for rank, _ in ranked]
    joined = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    return f"{joined} choice{_listed(criterion, [shown for _, shown in ranked])}"


def _tell_distance(_speech: Speech, criterion: Criterion, mentee: Person, mentor: Person) -> str | None:
    mine, theirs = mentee.answers.get(criterion.mentee), mentor.answers.get(criterion.mentor)
    if not one(mine) or not one(theirs):
        return None
    if criterion.private:
        return "compared"
    ladder = criterion.ladder
    if ladder is not None and ladder.mentee is not None and ladder.mentor is not None:
        steps = ladder.mentor[one(theirs)] - ladder.mentee[one(mine)]
        return (
            f"the mentor is {_counted(abs(steps), 'step')} {'ahead' if steps > 0 else 'behind'}"
            if steps
            else "level"
        )
    difference = (number(theirs) or 0) - (number(mine) or 0)
    return f"{abs(difference) / 1000:g} {'more' if difference > 0 else 'fewer'}" if difference else "equal"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _tell_wish(speech: Speech, criterion: Criterion, mentee: Person, mentor: Person) -> str | None:
    """Say whether they were asked for by name; whether somebody else was asked for is nobody's business."""
    for asking, column, asked in (
        ((Role.MENTEE, mentee), criterion.mentee, (Role.MENTOR, mentor)),
        ((Role.MENTOR, mentor), criterion.mentor, (Role.MENTEE, mentee)),
    ):
        identity = speech.policy.columns(asked[0]).identity
        names = {canonical(asked[1].id), *(one(asked[1].answers.get(name)) for name in identity)} - {""}
        if column and names & {*_parts(speech, *asking, column), one(asking[1].answers.get(column))}:
            return "asked for by name"
    return "no wish met"


_TEXTS: Mapping[CriterionKind, Told] = {
    CriterionKind.SAME: _tell_texts,
    CriterionKind.DIFFERENT: _tell_texts,
    CriterionKind.SHARES_ANY: _tell_lists,
    CriterionKind.OVERLAP: _tell_lists,
    CriterionKind.IN_COMMON: _tell_lists,
    CriterionKind.COMPLEMENTARY: _tell_complementary,
    CriterionKind.RANKED: _tell_ranks,
    CriterionKind.DISTANCE: _tell_distance,
    CriterionKind.CLOSENESS: _tell_distance,
    CriterionKind.WISH: _tell_wish,
}
