"""Whom people named in the files, and what the coordinator is told of names that fit nobody for certain."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from functions.matching import Pairing, Person, Policy, Role
from functions.programme.typed_names import NamedPeople, UnclearName, find_named_people
from infra.match.display_names import Names
from infra.match.results.report_section import ReportSection

_SHOWN = 20
_NEAREST_SHOWN = 5


def named_people(people: Mapping[Role, list[Person]], policy: Policy) -> NamedPeople:
    """Return the people with the ids of whom they named; in one pool nobody stands on two sides."""
    named = find_named_people(people[Role.MENTOR], people[Role.MENTEE], policy)
    if policy.pairing is not Pairing.PEERS:
        return named
    others = tuple(couple for couple in named.forbidden if couple[0] != couple[1])
    return replace(named, mentors=named.mentees, forbidden=others, oneself=())


def section_of_names(named: NamedPeople, names: Names) -> ReportSection | None:
    """Return what is said of unclear names and of people on both sides; None where all is clear."""
    if not named.unclear and not named.oneself:
        return None
    return ReportSection(
        key="typed_names",
        title="Names",
        lines=(*_lines_of_unclear(named.unclear, names), *_lines_of_oneself(named, names)),
        content={
            "unclear": [_content(name) for name in named.unclear],
            "on_both_sides": [{"mentee": mentee, "mentor": mentor} for mentee, mentor in named.oneself],
        },
    )


def _lines_of_unclear(unclear: Sequence[UnclearName], names: Names) -> Iterator[str]:
    if not unclear:
        return
    yield (
        f"{len(unclear)} typed name{'s' if len(unclear) > 1 else ''} can't be told for certain. Where a rule "
        "forbids, every pair that may be meant is kept apart; a wish counts for nothing. Put right what was "
        "typed, or use ids, and match again:"
    )
    for name in unclear[:_SHOWN]:
        typist = names[name.role].get(name.typist, name.typist)
        yield f"  “{name.typed}”, typed by {typist} ({name.asked_by}): {_nearest(name, names)}"
    if len(unclear) > _SHOWN:
        yield f"  … and {len(unclear) - _SHOWN} more, which --report lists."


def _nearest(name: UnclearName, names: Names) -> str:
    other = Role.MENTOR if name.role is Role.MENTEE else Role.MENTEE
    if not name.nearest:
        return f"fits no {other}"
    shown = [names[other].get(id_, id_) for id_ in name.nearest[:_NEAREST_SHOWN]]
    if len(name.nearest) == 1:
        return f"did you mean {shown[0]}?"
    more = len(name.nearest) - len(shown)
    return f"may be {', '.join(shown)}{f' or {more} others' if more else ''}"


def _lines_of_oneself(named: NamedPeople, names: Names) -> Iterator[str]:
    for mentee, mentor in named.oneself[:_SHOWN]:
        yield (
            f"The mentee {names[Role.MENTEE].get(mentee, mentee)} and the mentor "
            f"{names[Role.MENTOR].get(mentor, mentor)} may be one person: they are not paired."
        )
    if len(named.oneself) > _SHOWN:
        yield f"… and {len(named.oneself) - _SHOWN} more, which --report lists."


def _content(name: UnclearName) -> dict[str, object]:
    return {
        "typist": name.typist,
        "side": str(name.role),
        "asked_by": name.asked_by,
        "forbids": name.forbids,
        "typed": name.typed,
        "nearest": list(name.nearest),
    }
