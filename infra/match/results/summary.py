"""What a match says at its end: how many, how good, who was left out and why, in a screenful."""

import textwrap
from collections.abc import Iterator, Sequence

from functions.i18n.run_reasons import LeftOver, RunRenderer
from functions.matching import Outcome, Pairing, Points, Role
from infra.match.reading import TITLE, lines_of
from infra.match.results.result import Result
from infra.match.results.shown_points import shown_score, unit

_BARS = 10
_WIDEST = 40
_PEOPLE_TOLD = 5
_VERIFIED = {
    Pairing.SIDES: (
        "Verified: no rule broken, no capacity exceeded, and no other assignment better under this policy."
    ),
    Pairing.PEERS: "Verified: no rule broken, nobody in two pairs, and no others better under this policy.",
    Pairing.GROUPS: "Verified: no rule broken, no capacity exceeded, every group of a size that may run.",
}
_STABLE = (
    "Verified: no rule broken, no capacity exceeded, and no two people who would both rather have each other."
)
_WITHOUT = {
    Pairing.SIDES: ("Mentees without a mentor", "Mentors without a mentee"),
    Pairing.PEERS: ("People without a peer", ""),
    Pairing.GROUPS: ("Mentees without a group", "Mentors without a group"),
}


def lines(result: Result, *, width: int = 100) -> Iterator[str]:
    """Yield what was read, the lines of the summary and what is told besides, none wider than `width`."""
    for line in _lines(result):
        indent = len(line) - len(line.lstrip())
        yield from textwrap.wrap(line, width, subsequent_indent=" " * (indent + 2)) or [""]


def _lines(result: Result) -> Iterator[str]:
    outcome = result.outcome
    says = RunRenderer(result.words, result.name_of)
    yield TITLE
    yield from (f"  {line}" for line in lines_of(result.reading))
    yield ""
    yield from summary_facts(result)
    yield ""
    yield f"Pairings by score ({unit(result.policy)})"
    yield from histogram([shown_score(pair.score, result.policy) for pair in outcome.pairs])
    yield from _left_out(result, says)
    yield from _unmet(result, says)
    for one in result.sections:
        yield ""
        yield one.title
        yield from (f"  {line}" for line in one.lines)
    yield ""
    yield "Seconds: " + ", ".join(f"{stage} {taken:.2f}" for stage, taken in outcome.seconds.items())


def summary_facts(result: Result) -> Iterator[str]:
    """Yield how many are matched, how good it is, and that it was verified."""
    outcome, policy = result.outcome, result.policy
    yield _matched(outcome, policy.pairing)
    yield _quality(result)
    yield _STABLE if outcome.certificate is None else _VERIFIED[policy.pairing]
    yield from map(RunRenderer(result.words, result.name_of).note, outcome.notes)


def _matched(outcome: Outcome, pairing: Pairing) -> str:
    mentors = len({pair.mentor for pair in outcome.pairs})
    if pairing is Pairing.GROUPS:
        return (
            f"{outcome.served:,} of {outcome.mentees:,} mentees are in a group, "
            f"{mentors:,} of {outcome.mentors:,} mentors have one."
        )
    if pairing is Pairing.SIDES:
        return (
            f"{outcome.served:,} of {outcome.mentees:,} mentees have a mentor, "
            f"{mentors:,} of {outcome.mentors:,} mentors have a mentee: "
            f"{len(outcome.pairs):,} pairings for {outcome.capacity:,} places."
        )
    pairs = "1 pair" if len(outcome.pairs) == 1 else f"{len(outcome.pairs):,} pairs"
    return f"{outcome.served:,} of {outcome.mentees:,} people have a peer: {pairs}."


def _quality(result: Result) -> str:
    outcome, policy = result.outcome, result.policy
    worst = "none" if outcome.worst is None else f"{shown_score(outcome.worst, policy):,}"
    if policy.points is Points.AS_THEY_ARE:
        return f"Total score {outcome.total:,}; nobody’s best pairing scores below {worst}."
    mean = shown_score(outcome.total // max(len(outcome.pairs), 1), policy)
    return f"A pairing has {mean} of 100 on average; nobody’s best pairing has less than {worst}."


def histogram(scores: Sequence[int]) -> Iterator[str]:
    """Yield one bar for each score, or for each of ten equal ranges when there are more scores than that."""
    counted = ranges_of(scores)
    widest = max((len(name) for name, _ in counted), default=0)
    most = max((count for _, count in counted), default=1)
    for name, count in counted:
        bar = "#" * -(-count * _WIDEST // most)
        yield f"  {name:>{widest}} | {bar}{' ' if bar else ''}{count:,}"


def ranges_of(scores: Sequence[int]) -> list[tuple[str, int]]:
    """Return each score, or each of ten equal ranges, as it is called and with how many there are."""
    ranges = _ranges(sorted(set(scores))) if scores else []
    return [
        (f"{low:,}" if low == high else f"{low:,} to {high:,}", sum(low <= score <= high for score in scores))
        for low, high in ranges
    ]


def _ranges(distinct: Sequence[int]) -> list[tuple[int, int]]:
    if len(distinct) <= _BARS:
        return [(score, score) for score in distinct]
    low, width = distinct[0], -(-(distinct[-1] - distinct[0] + 1) // _BARS)
    return [
        (low + place * width, min(low + (place + 1) * width - 1, distinct[-1]))
        for place in range(_BARS)
        if low + place * width <= distinct[-1]
    ]


def _left_out(result: Result, says: RunRenderer) -> Iterator[str]:
    """Say which mentees have nobody, and why; of mentors only how many, for places may well be left over."""
    outcome, pairing = result.outcome, result.policy.pairing
    sides = {side.role: side for side in says.left_over(outcome.unmatched, outcome.further_places)}
    mentees = sides.get(Role.MENTEE)
    idle = len(sides[Role.MENTOR].people) if Role.MENTOR in sides else 0
    if mentees:
        yield ""
        yield f"{_WITHOUT[pairing][0]}: {len(mentees.people):,}"
        yield from _of_all(mentees)
        for person in mentees.people[:_PEOPLE_TOLD]:
            yield f"  {result.name_of(person.id)}{': ' if person.reasons else ''}{' '.join(person.reasons)}"
            if person.would_help:
                yield f"    Would help: {person.would_help}"
        if len(mentees.people) > _PEOPLE_TOLD:
            more = len(mentees.people) - _PEOPLE_TOLD
            yield f"  … and {more:,} more; --report REPORT.json has everybody’s reasons."
    if outcome.further_places:
        yield f"  Would help most: {says.further_place(outcome.further_places[0])}"
    if idle:
        yield ""
        yield f"{_WITHOUT[pairing][1]}: {idle:,}; --report REPORT.json has everybody’s reasons."


def _of_all(side: LeftOver) -> Iterator[str]:
    """Say once what everybody left over shares."""
    if side.shared:
        yield f"  All of them: {' '.join(side.shared)}"
    if side.would_help:
        yield f"    Would help: {side.would_help}"


def _unmet(result: Result, says: RunRenderer) -> Iterator[str]:
    """Say which wishes for a person were not met and what they would have cost, for the coordinator alone."""
    outcome = result.outcome
    if not outcome.wishes:
        return
    yield ""
    yield f"Wishes for a person that were not met: {len(outcome.wishes):,} (for you alone)"
    for wish in outcome.wishes[:_PEOPLE_TOLD]:
        mentee, mentor = map(result.name_of, (wish.mentee, wish.mentor))
        yield f"  {mentee} with {mentor}: {says.why_not(wish.against)}"
    if len(outcome.wishes) > _PEOPLE_TOLD:
        yield f"  … and {len(outcome.wishes) - _PEOPLE_TOLD:,} more; --report REPORT.json has them all."
