"""How a run treats the groups of one column: who is served, and how well. It only looks, it never decides.

A group of fewer than five people is never shown alone, nor can it be had by subtraction: small groups
are told together (`aggregates`), and a median only where five people or more have a score.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import comb
from statistics import median_low

from functions.matching.outcome import Pair
from functions.matching.people import Person, Role, Value, canonical
from functions.matching.policy.model import Policy
from functions.matching.reports.aggregates import SMALLEST, hidden_counts

NO_ANSWER, SEVERAL = "no answer", "more than one answer"
_LARGEST_FOR_LOTS = 5_000  # people; beyond that the exact chance takes seconds
_DRAWS, _RARE = 1_000, 50


@dataclass(frozen=True, slots=True, kw_only=True)
class FairnessGroup:
    """People with the same answer; `median` is that of their best scores, None below five served.

    `together` marks the group of all who stand in groups that are too small to be shown.
    """

    name: str
    people: int
    served: int
    median: int | None
    together: bool = False

    @property
    def percent(self) -> int:
        """The share that is served, rounded down."""
        return 100 * self.served // self.people


@dataclass(frozen=True, slots=True, kw_only=True)
class Fairness:
    """What one column shows. `whole` is everybody; `groups` is empty when none may be shown.

    `lots` says, for the group that is served least: in at most how many of 1,000 draws would pure chance
    leave some group at least as far behind? None where nobody is left out or nothing is shown. `decides`
    is the place of the policy that reads this column, empty when none does.
    """

    role: Role
    column: str
    whole: FairnessGroup
    groups: tuple[FairnessGroup, ...]
    lots: int | None
    decides: str


def compare_groups(
    people: Sequence[Person], role: Role, column: str, pairs: Iterable[Pair], policy: Policy
) -> Fairness:
    """Compare the groups of one column of one side. Several answers at once make a group of their own.

    `people` are everybody on that side, `pairs` what the run proposed. The order of people changes nothing.
    """
    best = _best_scores(pairs, role)
    members: dict[str, list[Person]] = {}
    spelt: dict[str, str] = {}
    for person in people:
        name = _shown(person.answers.get(column))
        members.setdefault(canonical(name), []).append(person)
        spelt[canonical(name)] = min(name, spelt.get(canonical(name), name))
    small = hidden_counts({key: len(found) for key, found in members.items()})
    groups = [_group(spelt[key], found, best) for key, found in sorted(members.items()) if key not in small]
    if small:
        merged = [person for key in small for person in members[key]]
        groups += [_group("smaller groups together", merged, best, together=True)]
    whole = _group(f"all {role}s", people, best)
    if len(groups) < 2:  # noqa: PLR2004 - one group is everybody
        groups = []
    return Fairness(
        role=role,
        column=column,
        whole=whole,
        groups=tuple(groups),
        lots=_chance_by_lottery(whole, groups),
        decides=policy.mentions(role).get(column, ""),
    )


def describe_fairness(fairness: Fairness) -> tuple[str, ...]:
    """Return the report in plain lines."""
    whole, groups, role = fairness.whole, fairness.groups, fairness.role
    if not groups:
        return (
            f"“{fairness.column}” makes no two groups of {SMALLEST} {role}s or more, so nothing is shown.",
        )
    widest = max(len(group.name) for group in groups)
    other = "mentor" if role is Role.MENTEE else "mentee"
    served = f"{whole.served:,} of {whole.people:,} {role}s have a {other} ({whole.percent} %)"
    return (
        f"{served}{_median(whole)}. By “{fairness.column}”:",
        *(
            f"  {group.name:<{widest}}  {group.served:,} of {group.people:,} "
            f"({group.percent} %){_median(group)}"
            for group in groups
        ),
        _verdict(fairness),
        f"The policy reads this column ({fairness.decides}), so groups may differ by its rules."
        if fairness.decides
        else "Nothing in the policy reads this column.",
    )


def _verdict(fairness: Fairness) -> str:
    least = min(fairness.groups, key=_behind)
    if fairness.lots is None:
        scored = [group for group in fairness.groups if group.median is not None]
        if not scored:
            return "No group is large enough to compare scores."
        low, high = (pick(scored, key=lambda group: group.median or 0) for pick in (min, max))
        if low.median == high.median:
            return "No group is behind another."
        return f"Median scores lie between {low.median:,} (“{low.name}”) and {high.median:,} (“{high.name}”)."
    if fairness.lots > _RARE:
        return f"Served least: “{least.name}”, no further behind than drawing lots might leave a group."
    return (
        f"Served least: “{least.name}”. Drawing lots would leave a group so far behind in at most "
        f"{fairness.lots:,} of {_DRAWS:,} draws: worth a look at what parts them from others."
    )


def _behind(group: FairnessGroup) -> tuple[int, int, str]:
    return (group.served * 10**9 // group.people, -group.people, group.name)


def _median(group: FairnessGroup) -> str:
    return "" if group.median is None else f", median score {group.median:,}"


def _best_scores(pairs: Iterable[Pair], role: Role) -> dict[str, int]:
    best: dict[str, int] = {}
    for pair in pairs:
        name = pair.mentee if role is Role.MENTEE else pair.mentor
        best[name] = max(pair.score, best.get(name, pair.score))
    return best


def _group(
    name: str, people: Sequence[Person], best: Mapping[str, int], *, together: bool = False
) -> FairnessGroup:
    scores = [best[person.id] for person in people if person.id in best]
    return FairnessGroup(
        name=name,
        people=len(people),
        served=len(scores),
        median=median_low(scores) if len(scores) >= SMALLEST else None,
        together=together,
    )


def _shown(value: Value) -> str:
    if isinstance(value, tuple):
        if len(value) > 1:
            return SEVERAL
        value = value[0] if value else None
    return " ".join(str(value).split()) if value is not None and str(value).strip() else NO_ANSWER


def _chance_by_lottery(whole: FairnessGroup, groups: Sequence[FairnessGroup]) -> int | None:
    """Bound the chance of the worst group by lots: its hypergeometric tail, times the number of groups."""
    out = whole.people - whole.served
    if not groups or not out or whole.people > _LARGEST_FOR_LOTS:
        return None
    least = min(groups, key=_behind)
    missing = least.people - least.served
    ways = sum(
        comb(least.people, here) * comb(whole.people - least.people, out - here)
        for here in range(missing, min(out, least.people) + 1)
    )
    return min(_DRAWS, -(-_DRAWS * len(groups) * ways // comb(whole.people, out)))
