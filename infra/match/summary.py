"""What a match says at its end: how many, how good, who was left out and why, in a screenful."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from functions.i18n.phrasebook import Phrasebook
from functions.i18n.run_reasons import LeftOver, RunRenderer
from functions.matching import Outcome, Pairing, Role
from infra.match.report_section import ReportSection

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


def lines(
    outcome: Outcome, words: Phrasebook, sections: Iterable[ReportSection] = (), *, width: int = 100
) -> Iterator[str]:
    """Yield the lines of the summary, and what is told besides, none wider than `width`."""
    pairing = words.policy.pairing if words.policy else Pairing.SIDES
    for line in _lines(outcome, sections, pairing, RunRenderer(words)):
        indent = len(line) - len(line.lstrip())
        yield from textwrap.wrap(line, width, subsequent_indent=" " * (indent + 2)) or [""]


def _lines(
    outcome: Outcome, sections: Iterable[ReportSection], pairing: Pairing, says: RunRenderer
) -> Iterator[str]:
    mentors = len({pair.mentor for pair in outcome.pairs})
    if pairing is Pairing.GROUPS:
        yield (
            f"{outcome.served:,} of {outcome.mentees:,} mentees are in a group, "
            f"{mentors:,} of {outcome.mentors:,} mentors have one."
        )
    elif pairing is Pairing.SIDES:
        yield (
            f"{outcome.served:,} of {outcome.mentees:,} mentees have a mentor, "
            f"{mentors:,} of {outcome.mentors:,} mentors have a mentee: "
            f"{len(outcome.pairs):,} pairings for {outcome.capacity:,} places."
        )
    else:
        pairs = "1 pair" if len(outcome.pairs) == 1 else f"{len(outcome.pairs):,} pairs"
        yield f"{outcome.served:,} of {outcome.mentees:,} people have a peer: {pairs}."
    yield f"Total score {outcome.total:,}; nobody’s best pairing scores below {_score_text(outcome.worst)}."
    yield _STABLE if outcome.certificate is None else _VERIFIED[pairing]
    yield from map(says.note, outcome.notes)
    yield ""
    yield "Pairings by score"
    yield from histogram([pair.score for pair in outcome.pairs])
    yield from _left_out(outcome, pairing, says)
    yield from _unmet(outcome, says)
    for one in sections:
        yield ""
        yield one.title
        yield from (f"  {line}" for line in one.lines)
    yield ""
    yield "Seconds: " + ", ".join(f"{stage} {taken:.2f}" for stage, taken in outcome.seconds.items())


def histogram(scores: Sequence[int]) -> Iterator[str]:
    """Yield one bar for each score, or for each of ten equal ranges when there are more scores than that."""
    if not scores:
        return
    ranges = _ranges(sorted(set(scores)))
    counts = [sum(low <= score <= high for score in scores) for low, high in ranges]
    names = [f"{low:,}" if low == high else f"{low:,} to {high:,}" for low, high in ranges]
    widest = max(map(len, names))
    for name, count in zip(names, counts, strict=True):
        bar = "#" * -(-count * _WIDEST // max(counts))
        yield f"  {name:>{widest}} | {bar}{' ' if bar else ''}{count:,}"


def _ranges(distinct: Sequence[int]) -> list[tuple[int, int]]:
    if len(distinct) <= _BARS:
        return [(score, score) for score in distinct]
    low, width = distinct[0], -(-(distinct[-1] - distinct[0] + 1) // _BARS)
    return [
        (low + place * width, min(low + (place + 1) * width - 1, distinct[-1]))
        for place in range(_BARS)
        if low + place * width <= distinct[-1]
    ]


def _left_out(outcome: Outcome, pairing: Pairing, says: RunRenderer) -> Iterator[str]:
    """Say which mentees have nobody, and why; of mentors only how many, for places may well be left over."""
    sides = {side.role: side for side in says.left_over(outcome.unmatched, outcome.further_places)}
    mentees = sides.get(Role.MENTEE)
    idle = len(sides[Role.MENTOR].people) if Role.MENTOR in sides else 0
    if mentees:
        yield ""
        yield f"{_WITHOUT[pairing][0]}: {len(mentees.people):,}"
        yield from _of_all(mentees)
        for person in mentees.people[:_PEOPLE_TOLD]:
            yield f"  {person.id}{': ' if person.reasons else ''}{' '.join(person.reasons)}"
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


def _unmet(outcome: Outcome, says: RunRenderer) -> Iterator[str]:
    """Say which wishes for a person were not met and what they would have cost, for the coordinator alone."""
    if not outcome.wishes:
        return
    yield ""
    yield f"Wishes for a person that were not met: {len(outcome.wishes):,} (for you alone)"
    for wish in outcome.wishes[:_PEOPLE_TOLD]:
        yield f"  {wish.mentee} with {wish.mentor}: {says.why_not(wish.against)}"
    if len(outcome.wishes) > _PEOPLE_TOLD:
        yield f"  … and {len(outcome.wishes) - _PEOPLE_TOLD:,} more; --report REPORT.json has them all."


def _score_text(score: int | None) -> str:
    return "none" if score is None else f"{score:,}"
