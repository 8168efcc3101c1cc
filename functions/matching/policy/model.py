"""A policy: the named set of criteria, weights, rules and objective that a run uses, read from TOML.

Every number is exact: weights are read as decimals and kept as whole thousandths, shares as whole
millionths, so no machine rounds them differently. A mistake is answered with the file, the line, the
cause and what to do; the first one found is the one told.
"""

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeVar

from functions.matching.people import Role, canonical

WHOLE = 1_000_000  # a share of one, in millionths; also the perfect score
SEPARATORS = r"[;,|\n\u060c\u061b]"  # the last two are the Arabic comma and semicolon
LARGEST_CAPACITY = 1_000
LARGEST_WEIGHT = 1_000_000
LARGEST_STEP = 10_000
LARGEST_TOTAL = 100_000_000  # points of one pairing: well inside 32 bits, beside what a refusal takes away


class PolicyError(ValueError):
    """A policy can't be used; the message says where, why and what to do."""

    def __init__(self, *, file: str, line: int, where: str, cause: str, remedy: str) -> None:
        place = f"{file}, line {line}" if line else file
        super().__init__(f"{place}{f', {where}' if where else ''}: {cause}. {remedy}.")
        self.file = file
        self.line = line
        self.where = where
        self.cause = cause
        self.remedy = remedy


class Pairing(StrEnum):
    """Who is paired with whom."""

    SIDES = "mentors and mentees"
    PEERS = "peers"  # two and two from one pool
    GROUPS = "groups"  # several mentees around a mentor, or none at all


class Points(StrEnum):
    """What a score is made of."""

    SHARES = "shares"  # of 1,000,000, whatever the weights add up to
    AS_THEY_ARE = "as they are"  # the weights are the points; a missing answer earns none


class CriterionKind(StrEnum):
    """What a criterion compares."""

    SAME = "same"
    DIFFERENT = "different"
    SHARES_ANY = "shares any"
    OVERLAP = "overlap"
    RANKED = "ranked choice"
    DISTANCE = "ordered distance"
    CLOSENESS = "closeness"
    IN_COMMON = "times in common"
    COMPLEMENTARY = "complementary"
    WISH = "wish"
    ALIKE = "text similarity"


class RuleKind(StrEnum):
    """What a rule refuses."""

    SAME = "same"
    DIFFERENT = "different"
    SUPERVISES = "supervises"
    AVOIDED = "avoided"
    PREVIOUS = "previous pair"
    TOO_FEW = "too few in common"
    DISTANCE = "ordered distance"
    MUST_HAVE = "must have"
    ONESELF = "oneself"
    PAUSED = "paused"


class Counts(StrEnum):
    """What of a ranked list counts."""

    BEST = "best"  # the best-ranked entry that is met
    ALL = "all"  # every entry that is met, the better-ranked ones more


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What the columns of one side's file mean.

    `capacity` is the most that anybody takes, or the name of the column in which each says it; empty
    when the policy leaves it open. `identity` are the columns by which others name a person (address,
    name).
    """

    id: str
    capacity: int | str
    priority: str
    identity: tuple[str, ...]
    separator: re.Pattern[str]
    allowed: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """Where the answers of each side stand on one ladder; None where the answer itself is a number."""

    mentee: Mapping[str, int] | None
    mentor: Mapping[str, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Zones:
    """What moves a weekly timetable to UTC: the columns of people's zones, and whose week's offsets count.

    `monday` begins that week; `hours` say which hours the parts of a day stand for.
    """

    mentee: str
    mentor: str
    monday: date
    hours: Mapping[str, tuple[int, int]]

    def column(self, role: Role) -> str:
        """Return the column that holds that side's zones."""
        return self.mentee if role is Role.MENTEE else self.mentor


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One thing that makes an eligible pairing better.

    `weight` is in thousandths; `neutral` and every worth are shares in millionths; steps and `reach`
    count in thousandths when the answers are numbers, in places on the ladder otherwise. `private`
    keeps the answers themselves out of every text. `enough` counts entries, half-hours where `zones` are
    given, and per cent of similarity between texts.
    """

    name: str
    label: str
    kind: CriterionKind
    weight: int
    neutral: int
    private: bool
    mentee: str
    mentor: str
    mentor_wants: str = ""
    mentee_offers: str = ""
    wildcards: frozenset[str] = frozenset()
    ladder: Ladder | None = None
    worth: Mapping[int, int] = field(default_factory=dict)
    ranks: tuple[int, ...] = ()
    counts: Counts = Counts.BEST
    at_least: int = 0
    at_most: int = 0
    reach: int = 1
    enough: int = 1
    zones: Zones | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing that makes a pairing impossible. `because` says it in words that can be read out.

    `label` is what people call the rule, its name unless the policy says otherwise.

    A `private` rule is never counted or named in a reason: who avoids whom stays between them and
    the coordinator who reads the answers. `same` are conditions that a mentee may ask for: by entry, the
    two columns that must then say the same.
    """

    name: str
    label: str
    kind: RuleKind
    because: str
    private: bool
    missing_refuses: bool
    mentee: str
    mentor: str
    wildcards: frozenset[str] = frozenset()
    ladder: Ladder | None = None
    at_least: int | None = None
    at_most: int | None = None
    zones: Zones | None = None
    same: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MattersMost:
    """The mentee's own word: the criterion that their answer names counts `times` as much (thousandths)."""

    column: str
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """Which levels of the objective count; each only decides what those before it leave open.

    `stable` asks for something else instead: that no two people would both rather have each other. Then no
    level counts.
    """

    served: bool = True
    floor: bool = True
    total: bool = True
    load: bool = True
    least_change: bool = True
    stable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """How many mentees a group may have; `largest` is None where the mentor's own number decides alone."""

    smallest: int
    largest: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A whole policy. `canonical` is its content as sorted JSON: two files that mean the same share it.

    With peers, `mentees` and `mentors` are the same columns: those of the one pool. `groups` is None but
    when groups are made.
    """

    name: str
    title: str
    points: Points
    mentees: Columns
    mentors: Columns
    objective: Objective
    criteria: tuple[Criterion, ...]
    rules: tuple[Rule, ...]
    matters_most: MattersMost | None
    canonical: str
    pairing: Pairing = Pairing.SIDES
    groups: Groups | None = None

    def columns(self, role: Role) -> Columns:
        """Return what the columns of that side mean."""
        return self.mentees if role is Role.MENTEE else self.mentors

    def mentions(self, role: Role) -> Mapping[str, str]:
        """Return every column that the policy reads on that side, with the first place that names it."""
        side = self.columns(role)
        named: list[tuple[str, str]] = [(side.id, "id")]
        named += [(side.capacity, "capacity")] if isinstance(side.capacity, str) else []
        named += [(side.priority, "priority"), *((column, "identity") for column in side.identity)]
        if role is Role.MENTEE and self.matters_most:
            named.append((self.matters_most.column, "matters_most"))
        for criterion in self.criteria:
            extra = criterion.mentee_offers if role is Role.MENTEE else criterion.mentor_wants
            place = f"criterion “{criterion.name}”"
            named += [(criterion.mentee if role is Role.MENTEE else criterion.mentor, place), (extra, place)]
            named += [(criterion.zones.column(role), place)] if criterion.zones else []
        for rule in self.rules:
            place = f"rule “{rule.name}”"
            named.append((rule.mentee if role is Role.MENTEE else rule.mentor, place))
            named += [(pair[role is Role.MENTOR], place) for pair in rule.same.values()]
            named += [(rule.zones.column(role), place)] if rule.zones else []
        first: dict[str, str] = {}
        for column, place in named:
            if column:
                first.setdefault(column, place)
        return first


def parse(text: str, *, file: str, language: str = "") -> Policy:
    """Return the policy that the TOML text says. Raises PolicyError, naming `file`, for every mistake.

    A label, a title or a reason may be one text, or a table of texts by language: then that of
    `language` is taken, or the first in the file where there is none.
    """
    try:
        content = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise _broken(error, file) from error
    except ValueError as error:  # Python reads no number of thousands of digits
        raise PolicyError(
            file=file,
            line=0,
            where="",
            cause="a number in it is longer than any that is needed",
            remedy="Write at most six digits",
        ) from error
    except RecursionError as error:
        raise PolicyError(
            file=file,
            line=0,
            where="",
            cause="it is nested too deeply",
            remedy="Write it flat, as the examples are",
        ) from error
    top = _Table(content, _Source(file=file, lines=text.splitlines(), language=language))
    points = top.choice("points", Points, default=Points.SHARES)
    criteria = tuple(_criterion(table, points) for table in top.tables("criterion"))
    pairing = top.choice("pairing", Pairing, default=Pairing.SIDES)
    mentees, mentors = _people(top) if pairing is Pairing.PEERS else _sides(top, pairing)
    policy = Policy(
        name=top.text("name"),
        title=top.said("title", default=""),
        points=points,
        mentees=mentees,
        mentors=mentors,
        objective=_objective(top.table("objective", required=False), pairing),
        criteria=criteria,
        rules=tuple(_rule(table, (mentees.id, mentors.id)) for table in top.tables("rule")),
        matters_most=_matters_most(top),
        canonical=json.dumps(content, sort_keys=True, ensure_ascii=False, default=str),
        pairing=pairing,
        groups=_groups(top, pairing, mentors),
    )
    top.finish()
    _check_whole(policy, top)
    return policy


def _broken(error: tomllib.TOMLDecodeError, file: str) -> PolicyError:
    found = re.search(r"\(at (?:line (\d+), column (\d+)|end of document)\)", str(error))
    line = int(found[1]) if found and found[1] else 0
    what = re.sub(r"\s*\(at .*\)$", "", str(error)).rstrip(".")
    where = f"column {found[2]}" if found and found[2] else "at its end"
    return PolicyError(
        file=file,
        line=line,
        where=where,
        cause=f"this is not TOML ({what})",
        remedy="Correct that place; text stands in straight double quotes and lists in square brackets",
    )


def _check_total(policy: Policy, top: "_Table") -> None:
    """Refuse weights that, taken as points, can add up to more than a score can hold."""
    weights = [criterion.weight // 1000 for criterion in policy.criteria]
    times = policy.matters_most.times if policy.matters_most else 1000
    largest = sum(weights) + max(weights, default=0) * (times - 1000) // 1000
    if policy.points is Points.AS_THEY_ARE and largest > LARGEST_TOTAL:
        raise top.mistake(
            "criterion",
            f"the points of one pairing can add up to {largest:,}, above {LARGEST_TOTAL:,}",
            'Write smaller weights, or leave out points = "as they are"',
        )


def _check_whole(policy: Policy, top: "_Table") -> None:
    objective = policy.objective
    _check_total(policy, top)
    if not policy.criteria:
        raise top.mistake(
            "criterion", "no criterion is given", "Add at least one [[criterion]] with a weight"
        )
    if not any(criterion.weight for criterion in policy.criteria):
        raise top.mistake("criterion", "every weight is 0", "Give at least one criterion a weight above 0")
    if not (objective.served or objective.total or objective.stable):
        raise top.mistake(
            "objective",
            "“served” and “total” are both off, so nobody would be paired",
            "Switch one of them on",
        )
    if objective.floor and not objective.served:
        raise top.mistake(
            "objective", "“floor” is on and “served” is off", "Switch “served” on, or write floor = false"
        )
    for what, names in (
        ("criterion", [criterion.name for criterion in policy.criteria]),
        ("rule", [rule.name for rule in policy.rules]),
    ):
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise top.mistake(what, f"two are called “{twice}”", "Give each its own name")


def _people(top: "_Table") -> tuple[Columns, Columns]:
    """Return the columns of the one pool, as those of both sides."""
    for key in ("mentees", "mentors"):
        if top.has(key):
            raise top.mistake(
                key, "peers come from one pool, without sides", "Write one table [people] instead"
            )
    table = top.table("people")
    people = _one_place(table, _columns(table), "everybody has one peer")
    return people, people


def _sides(top: "_Table", pairing: Pairing) -> tuple[Columns, Columns]:
    if top.has("people"):
        raise top.mistake(
            "people",
            "one pool is for peers",
            'Write pairing = "peers" at the top, or [mentees] and [mentors] instead of [people]',
        )
    mentees_table = top.table("mentees")
    mentees, mentors = _columns(mentees_table), _columns(top.table("mentors"))
    if pairing is Pairing.GROUPS:
        mentees = _one_place(mentees_table, mentees, "a mentee is in one group")
    return mentees, mentors


def _one_place(table: "_Table", columns: Columns, why: str) -> Columns:
    if columns.capacity not in ("", 1):
        raise table.mistake("capacity", f"it is not 1, and {why}", "Write capacity = 1, or leave it out")
    return replace(columns, capacity=1)


def _groups(top: "_Table", pairing: Pairing, mentors: Columns) -> Groups | None:
    if pairing is not Pairing.GROUPS:
        if top.has("groups"):
            raise top.mistake(
                "groups",
                "this policy makes no groups",
                'Write pairing = "groups" at the top, or drop [groups]',
            )
        return None
    table = top.table("groups", required=False)
    smallest = table.whole("smallest", default=2, smallest=2)
    largest = table.whole("largest", smallest=2) if table.has("largest") else None
    table.finish()
    most = mentors.capacity if isinstance(mentors.capacity, int) else None
    for which, limit, said in (
        (table, largest, "the largest group"),
        (top, most, "any mentor’s capacity"),
    ):
        if limit is not None and limit < smallest:
            raise which.mistake(
                "smallest" if which is table else "mentors",
                f"the smallest group ({smallest}) is larger than {said} ({limit}), so none could run",
                "Make the one smaller or the other larger",
            )
    return Groups(smallest=smallest, largest=largest)


def _columns(table: "_Table") -> Columns:
    id_column = table.text("id")
    columns = Columns(
        id=id_column,
        capacity=_capacity(table),
        priority=table.text("priority", default=""),
        identity=table.texts("identity", default=(id_column,)),
        separator=_separator(table),
        allowed=_allowed(table),
    )
    table.finish()
    return columns


def _capacity(table: "_Table") -> int | str:
    if not table.has("capacity"):
        return ""
    value = table.take("capacity")
    if isinstance(value, str) and value.strip():
        return value.strip()
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LARGEST_CAPACITY:
        raise table.mistake(
            "capacity",
            f"{_shown(value)} is neither a whole number from 1 to {LARGEST_CAPACITY} nor a column’s name",
            'Write capacity = 1, or capacity = "the column that holds it"',
        )
    return value


def _separator(table: "_Table") -> re.Pattern[str]:
    text = table.take("separator", default=None)
    if text is None:
        return re.compile(SEPARATORS)
    if not isinstance(text, str) or not text:
        raise table.mistake(
            "separator", "it is not a text", 'Write what stands between two answers, such as ";"'
        )
    return re.compile(re.escape(text))


def _allowed(table: "_Table") -> dict[str, tuple[str, ...]]:
    inner = table.table("allowed", required=False)
    return {column: tuple(map(canonical, inner.texts(column))) for column in inner.rest()}


_LEVELS = ("served", "floor", "total", "load", "least_change")


def _objective(table: "_Table", pairing: Pairing) -> Objective:
    if table.truth("stable", default=False):
        return _stable(table, pairing)
    objective = Objective(
        served=table.truth("served", default=True),
        floor=table.truth("floor", default=True),
        total=table.truth("total", default=True),
        load=table.truth("load", default=True),
        least_change=table.truth("least_change", default=True),
    )
    table.finish()
    return objective


def _stable(table: "_Table", pairing: Pairing) -> Objective:
    """Return the objective of a policy that wants stability, which stands alone."""
    if pairing is not Pairing.SIDES:
        raise table.mistake(
            "stable",
            f"a stable match is one of {Pairing.SIDES}, and this policy is for {pairing}",
            "Drop this line",
        )
    beside = next((level for level in _LEVELS if table.has(level)), None)
    if beside is not None:
        raise table.mistake(
            beside,
            "a stable match is not the best at any level, so none can be chosen beside stable = true",
            f"Drop either “{beside}” or “stable”",
        )
    table.finish()
    return Objective(**dict.fromkeys(_LEVELS, False), stable=True)


def _matters_most(top: "_Table") -> MattersMost | None:
    if not top.has("matters_most"):
        return None
    table = top.table("matters_most")
    column, times = table.text("column"), table.decimal("times", default=Decimal(2), largest=100)
    if times < 1:
        raise table.mistake(
            "times", f"{times} is below 1", "Write a number from 1: what matters most can’t count less"
        )
    table.finish()
    return MattersMost(column=column, times=_thousandths(table, "times", times))


_COMMON = ("name", "label", "kind", "weight", "neutral", "private", "mentee", "mentor", "both")
_ZONES = ("mentee_zone", "mentor_zone", "week", "hours")
_OPTIONS: Mapping[CriterionKind, tuple[str, ...]] = {
    CriterionKind.SAME: ("any",),
    CriterionKind.DIFFERENT: ("any",),
    CriterionKind.RANKED: ("worth", "counts"),
    CriterionKind.DISTANCE: (
        "order",
        "mentee_places",
        "mentor_places",
        "worth",
        "at_least",
        "at_most",
        "fades_over",
    ),
    CriterionKind.CLOSENESS: ("reach",),
    CriterionKind.IN_COMMON: ("enough", *_ZONES),
    CriterionKind.ALIKE: ("enough",),
    CriterionKind.COMPLEMENTARY: ("mentor_wants", "mentee_offers"),
}


def _criterion(table: "_Table", points: Points) -> Criterion:
    table = table.without_both()
    kind = table.choice("kind", CriterionKind)
    table.allow((*_COMMON, *_OPTIONS.get(kind, ())), f"a criterion of kind “{kind}”")
    name = table.text("name")
    ladder = _ladder(table) if kind is CriterionKind.DISTANCE else None
    scale = _scale(ladder)
    by_distance = kind is CriterionKind.DISTANCE
    worth = _worth_by_distance(table, scale) if by_distance else {}
    criterion = Criterion(
        name=name,
        label=table.said("label", default=_said(name)),
        kind=kind,
        weight=_weight(table, points),
        neutral=_share(table, "neutral", table.decimal("neutral", default=Decimal("0.5"), largest=1)),
        private=table.truth("private", default=False),
        mentee=table.text("mentee"),
        mentor=table.text("mentor", default="" if kind is CriterionKind.WISH else None),
        mentor_wants=_pair_of_columns(table)[0],
        mentee_offers=_pair_of_columns(table)[1],
        wildcards=frozenset(map(canonical, table.texts("any", default=()))),
        ladder=ladder,
        worth=worth,
        ranks=_ranks(table) if kind is CriterionKind.RANKED else (),
        counts=table.choice("counts", Counts, default=Counts.BEST),
        at_least=table.whole("at_least", default=0, smallest=-LARGEST_STEP) * scale if by_distance else 0,
        at_most=table.whole("at_most", default=0, smallest=-LARGEST_STEP) * scale if by_distance else 0,
        reach=_reach(table, kind, scale),
        enough=_enough(table, kind),
        zones=_zones(table),
    )
    if criterion.at_least > criterion.at_most:
        raise table.mistake("at_least", "it is more than at_most", "Write the smaller number in at_least")
    if by_distance and not worth and not (table.has("at_least") or table.has("at_most")):
        raise table.mistake(
            "kind",
            "it doesn’t say which distance is wanted",
            "Add at_least and at_most (steps that the mentor is ahead), or worth = { 1 = 0.75, 2 = 1 }",
        )
    table.finish()
    return criterion


def _pair_of_columns(table: "_Table") -> tuple[str, str]:
    pair = (table.text("mentor_wants", default=""), table.text("mentee_offers", default=""))
    if bool(pair[0]) != bool(pair[1]):
        raise table.mistake(
            "mentor_wants" if pair[0] else "mentee_offers",
            "one direction is half said",
            "Give mentor_wants and mentee_offers together, or neither",
        )
    return pair


def _enough(table: "_Table", kind: CriterionKind) -> int:
    if kind is not CriterionKind.ALIKE:
        return table.whole("enough", default=1, smallest=1)
    percent = table.whole("enough", default=50, smallest=1)
    if percent > 100:  # noqa: PLR2004 - per cent
        raise table.mistake(
            "enough", f"{percent} is above 100", "Write the per cent from which a text earns everything"
        )
    return percent


_PARTS_OF_A_DAY = {"morning": (8, 12), "afternoon": (12, 18), "evening": (18, 22)}


def _zones(table: "_Table") -> Zones | None:
    columns = {key: table.text(key, default="") for key in ("mentee_zone", "mentor_zone")}
    week = table.take("week", default=None)
    hours = _hours(table.table("hours", required=False))
    if not any(table.has(key) for key in _ZONES):
        return None
    missing = next((key for key, column in columns.items() if not column), None)
    if missing is not None:
        raise table.mistake(missing, "zones are half said", "Give mentee_zone, mentor_zone and week together")
    if not isinstance(week, date) or isinstance(week, datetime):
        raise table.mistake(
            "week",
            "it is not a date" if week is not None else "it is missing",
            "Write a day of the week whose offsets count, such as week = 2027-01-11",
        )
    monday = week - timedelta(days=week.weekday())
    return Zones(mentee=columns["mentee_zone"], mentor=columns["mentor_zone"], monday=monday, hours=hours)


def _hours(table: "_Table") -> dict[str, tuple[int, int]]:
    hours: dict[str, tuple[int, int]] = {}
    for part in table.rest():
        value = table.take(part)
        whole = isinstance(value, list) and all(type(hour) is int for hour in value)
        if not whole or len(value) != 2 or not 0 <= value[0] < value[1] <= 24:  # noqa: PLR2004 - of a day
            raise table.mistake(
                part, f"{_shown(value)} is not two hours of a day", "Write hours = { morning = [8, 12] }"
            )
        hours[canonical(part)] = (value[0], value[1])
    return hours or _PARTS_OF_A_DAY


def _scale(ladder: Ladder | None) -> int:
    return 1000 if ladder is not None and ladder.mentee is None else 1


def _weight(table: "_Table", points: Points) -> int:
    weight = table.decimal("weight", largest=LARGEST_WEIGHT)
    if points is Points.AS_THEY_ARE and weight != weight.to_integral_value():
        raise table.mistake(
            "weight",
            f"{weight} is not a whole number, and this policy takes points as they are",
            'Write whole points, or leave out points = "as they are"',
        )
    return _thousandths(table, "weight", weight)


def _reach(table: "_Table", kind: CriterionKind, scale: int) -> int:
    if kind is CriterionKind.CLOSENESS:
        reach = _thousandths(table, "reach", table.decimal("reach", largest=LARGEST_WEIGHT))
        if not reach:
            raise table.mistake(
                "reach", "it is 0", "Write the difference at which nothing is earned, such as reach = 5"
            )
        return reach
    return table.whole("fades_over", default=1, smallest=1) * scale if kind is CriterionKind.DISTANCE else 1


def _worth_by_distance(table: "_Table", scale: int) -> dict[int, int]:
    inner = table.table("worth", required=False)
    worth: dict[int, int] = {}
    for key in inner.rest():
        if not re.fullmatch(r"-?\d{1,4}", key):
            raise inner.mistake(key, "it is not a whole number of steps", "Write worth = { 1 = 0.75, 2 = 1 }")
        worth[int(key) * scale] = _share(inner, key, inner.decimal(key, largest=1))
    return worth


def _ranks(table: "_Table") -> tuple[int, ...]:
    value = table.take("worth", default=[Decimal(1), Decimal("0.6"), Decimal("0.3")])
    if not isinstance(value, list) or not value:
        raise table.mistake(
            "worth", "it is not a list", "Write worth = [1, 0.6, 0.3], for the first choice first"
        )
    ranks = tuple(_share(table, "worth", _decimal(table, "worth", share, largest=1)) for share in value)
    if list(ranks) != sorted(ranks, reverse=True) or not ranks[0]:
        raise table.mistake(
            "worth", "a later choice counts more than an earlier one", "Write the largest share first"
        )
    return ranks


def _ladder(table: "_Table") -> Ladder:
    order = tuple(map(canonical, table.texts("order", default=())))
    mentee, mentor = _places(table, "mentee_places"), _places(table, "mentor_places")
    if order and (mentee or mentor):
        raise table.mistake("order", "both an order and places are given", "Keep one of the two")
    if bool(mentee) != bool(mentor):
        raise table.mistake(
            "mentee_places" if mentee else "mentor_places",
            "only one side has its places",
            "Give mentee_places and mentor_places, or one order for both",
        )
    if len(set(order)) != len(order):
        raise table.mistake("order", "a value stands in it twice", "Name each value once, the lowest first")
    if order:
        places = {value: place for place, value in enumerate(order)}
        return Ladder(mentee=places, mentor=places)
    return Ladder(mentee=mentee or None, mentor=mentor or None)


def _places(table: "_Table", key: str) -> dict[str, int]:
    inner = table.table(key, required=False)
    return {canonical(value): inner.whole(value, smallest=-LARGEST_STEP) for value in inner.rest()}


_RULE_COMMON = ("name", "label", "kind", "because", "private", "missing", "mentee", "mentor", "both")
_RULE_OPTIONS: Mapping[RuleKind, tuple[str, ...]] = {
    RuleKind.SAME: ("any",),
    RuleKind.DIFFERENT: ("any",),
    RuleKind.TOO_FEW: ("at_least", *_ZONES),
    RuleKind.MUST_HAVE: ("same",),
    RuleKind.DISTANCE: ("order", "mentee_places", "mentor_places", "at_least", "at_most"),
}
# What a rule says when the policy doesn't say it better; `{mentee}` and `{mentor}` are its columns.
BECAUSE: Mapping[RuleKind, str] = {
    RuleKind.SAME: "both have the same {mentee}",
    RuleKind.DIFFERENT: "{mentee} is not the same",
    RuleKind.SUPERVISES: "the mentor supervises the mentee",
    RuleKind.AVOIDED: "this pairing is not possible",
    RuleKind.PREVIOUS: "they have been paired before",
    RuleKind.TOO_FEW: "too little in common in {mentee}",
    RuleKind.DISTANCE: "the mentor is not at the right distance in {mentor}",
    RuleKind.MUST_HAVE: "the mentor does not have the {mentor} that the mentee asks for",
    RuleKind.ONESELF: "they are the same person",
    RuleKind.PAUSED: "one of the two is paused",
}
_EITHER_SIDE = frozenset({RuleKind.AVOIDED, RuleKind.PREVIOUS, RuleKind.PAUSED})


def _rule(table: "_Table", ids: tuple[str, str]) -> Rule:
    table = table.without_both()
    kind = table.choice("kind", RuleKind)
    table.allow((*_RULE_COMMON, *_RULE_OPTIONS.get(kind, ())), f"a rule of kind “{kind}”")
    name = table.text("name")
    ladder = _ladder(table) if kind is RuleKind.DISTANCE else None
    mentee, mentor = _rule_columns(table, kind, ids)
    at_least, at_most = _bounds(table, kind, _scale(ladder))
    missing = table.choice("missing", _Missing, default=_missing_by(kind))
    rule = Rule(
        name=name,
        label=table.said("label", default=_said(name)),
        kind=kind,
        because=table.said("because", default=because_of(kind, mentee, mentor)),
        private=table.truth("private", default=kind is RuleKind.AVOIDED),
        missing_refuses=missing is _Missing.REFUSES,
        mentee=mentee,
        mentor=mentor,
        wildcards=frozenset(map(canonical, table.texts("any", default=()))),
        ladder=ladder,
        at_least=at_least,
        at_most=at_most,
        zones=_zones(table),
        same=_same_columns(table.table("same", required=False)),
    )
    table.finish()
    return rule


def _same_columns(table: "_Table") -> dict[str, tuple[str, str]]:
    """Return the conditions that a mentee may ask for, with the two columns that must then agree."""
    conditions: dict[str, tuple[str, str]] = {}
    for entry in table.rest():
        columns = table.texts(entry)
        if len(columns) != 2:  # noqa: PLR2004 - one of each side
            raise table.mistake(
                entry,
                "it does not name two columns",
                'Write same = { same-faculty = ["the mentee’s column", "the mentor’s"] }',
            )
        conditions[canonical(entry)] = (columns[0], columns[1])
    return conditions


class _Missing(StrEnum):
    PASSES = "passes"
    REFUSES = "refuses"


def _missing_by(kind: RuleKind) -> _Missing:
    return _Missing.REFUSES if kind is RuleKind.MUST_HAVE else _Missing.PASSES


def _rule_columns(table: "_Table", kind: RuleKind, ids: tuple[str, str]) -> tuple[str, str]:
    if kind is RuleKind.ONESELF:
        return table.text("mentee", default=ids[0]), table.text("mentor", default=ids[1])
    either = kind in _EITHER_SIDE
    mentee = table.text("mentee", default="" if either else None)
    mentor = table.text("mentor", default="" if either or kind is RuleKind.SUPERVISES else None)
    if not (mentee or mentor):
        raise table.mistake(
            "kind", "no column is named", 'Add mentee = "a column", mentor = "a column" or both'
        )
    return mentee, mentor


def _bounds(table: "_Table", kind: RuleKind, scale: int) -> tuple[int | None, int | None]:
    if kind is RuleKind.TOO_FEW:
        return table.whole("at_least", default=1, smallest=1), None
    if kind is not RuleKind.DISTANCE:
        return None, None
    bounds = [
        table.whole(key, smallest=-LARGEST_STEP) * scale if table.has(key) else None
        for key in ("at_least", "at_most")
    ]
    if bounds == [None, None]:
        raise table.mistake(
            "kind", "it refuses nothing", "Add at_least or at_most: how many steps the mentor must be ahead"
        )
    if None not in bounds and (bounds[0] or 0) > (bounds[1] or 0):
        raise table.mistake("at_least", "it is more than at_most", "Write the smaller number in at_least")
    return bounds[0], bounds[1]


def because_of(kind: RuleKind, mentee: str, mentor: str) -> str:
    """Return what a rule of that kind says by itself of these columns."""
    return BECAUSE[kind].format(**columns_said(mentee, mentor))


def columns_said(mentee: str, mentor: str) -> dict[str, str]:
    """Return how a reason names its columns; where one side has none, it is the other's."""
    return {"mentee": _said(mentee or mentor), "mentor": _said(mentor or mentee)}


def _said(name: str) -> str:
    return name.replace("_", " ").replace("-", " ")


def _shown(value: object) -> str:
    text = str(value)
    return f"“{text[:60]}…”" if len(text) > 60 else f"“{text}”"  # noqa: PLR2004 - one line of a terminal


def _share(table: "_Table", key: str, value: Decimal) -> int:
    return _whole_parts(table, key, value, WHOLE)


def _thousandths(table: "_Table", key: str, value: Decimal) -> int:
    return _whole_parts(table, key, value, 1000)


def _whole_parts(table: "_Table", key: str, value: Decimal, parts: int) -> int:
    scaled = value * parts
    if scaled != scaled.to_integral_value():
        digits = len(str(parts)) - 1
        raise table.mistake(key, f"{value} has more than {digits} digits after the point", "Round it")
    return int(scaled)


def _decimal(table: "_Table", key: str, value: object, *, largest: int) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise table.mistake(key, f"{_shown(value)} is not a number", f"Write a number from 0 to {largest:,}")
    decimal = Decimal(value)
    if not decimal.is_finite() or not 0 <= decimal <= largest:
        raise table.mistake(key, f"{_shown(value)} is out of range", f"Write a number from 0 to {largest:,}")
    return decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """The file as it was written, to say on which line a key stands."""

    file: str
    lines: list[str]
    language: str

    def line_of(self, header: str, occurrence: int, key: str) -> int:
        """Return the line (from 1) of that key under the n-th such header, of the header, or 0."""
        start = self._header(header, occurrence)
        if start is None:
            return 0
        wanted = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*[=.]""")
        for number in range(start, len(self.lines)):
            if number >= start and re.match(r"\s*\[", self.lines[number]) and "=" not in self.lines[number]:
                break
            if wanted.match(self.lines[number]):
                return number + 1
        return start

    def _header(self, header: str, occurrence: int) -> int | None:
        if not header:
            return 0
        found = [
            number
            for number, line in enumerate(self.lines, start=1)
            if re.match(rf"\s*\[\[?\s*{re.escape(header)}\s*\]", line)
        ]
        return found[occurrence] if occurrence < len(found) else None


_Choice = TypeVar("_Choice", bound=StrEnum)
_REQUIRED = object()


class _Table:
    """One table of the file, whose keys are taken one by one; what is left at the end is a mistake."""

    def __init__(
        self,
        content: Mapping[str, Any],
        source: _Source,
        *,
        header: str = "",
        occurrence: int = 0,
        inside: str = "",
    ) -> None:
        self._content = content
        self._source = source
        self._header = header
        self._occurrence = occurrence
        self._inside = inside  # the inline table's key, when this is one
        self._taken: set[str] = set()

    def mistake(self, key: str, cause: str, remedy: str) -> PolicyError:
        """Return the error that says so of that key."""
        name = self._content.get("name")
        owner = f"{self._header} “{name}”" if self._header and isinstance(name, str) else self._header
        path = ".".join(part for part in (self._inside, key) if part)
        line = self._source.line_of(self._header, self._occurrence, self._inside or key)
        return PolicyError(
            file=self._source.file,
            line=line,
            where=f"{owner}, {path}" if owner and path else owner or path,
            cause=cause,
            remedy=remedy.rstrip("."),
        )

    def without_both(self) -> "_Table":
        """Return the same table with `both`, one column for either side, said as the two columns."""
        if "both" not in self._content:
            return self
        column = self.text("both")
        twice = next((key for key in ("mentee", "mentor") if key in self._content), None)
        if twice is not None:
            raise self.mistake(twice, "“both” names this column already", "Keep both, or mentee and mentor")
        content = {key: value for key, value in self._content.items() if key != "both"}
        content |= {"mentee": column, "mentor": column}
        return _Table(
            content, self._source, header=self._header, occurrence=self._occurrence, inside=self._inside
        )

    def has(self, key: str) -> bool:
        """Say whether the key is written at all."""
        self._taken.add(key)
        return key in self._content

    def take(self, key: str, *, default: object = _REQUIRED) -> Any:
        """Return the key's value as TOML has it, or the default."""
        self._taken.add(key)
        if key in self._content:
            return self._content[key]
        if default is _REQUIRED:
            raise self.mistake(key, "it is missing", f"Add {key} = …")
        return default

    def text(self, key: str, *, default: str | None = None) -> str:
        """Return one line of text that is not empty, or the default."""
        value = self.take(key, default=_REQUIRED if default is None else default)
        if not isinstance(value, str) or (key in self._content and not value.strip()):
            raise self.mistake(key, f"{_shown(value)} is not a text", f'Write {key} = "…" in double quotes')
        if any(ord(character) < 32 for character in value):  # noqa: PLR2004 - the control characters
            raise self.mistake(key, "it holds a control character", "Write it on one line, without tabs")
        return value.strip()

    def said(self, key: str, *, default: str) -> str:
        """Return a text that people read, in the language of this reading when it is given by language."""
        if not isinstance(self._content.get(key), dict):
            return self.text(key, default=default)
        by_language = self.table(key)
        texts = {language: by_language.text(language) for language in by_language.rest()}
        if not texts:
            raise self.mistake(key, "it is in no language", f'Write {key} = {{ en = "…" }}')
        return texts.get(self._source.language, next(iter(texts.values())))

    def texts(self, key: str, *, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Return a list of texts; one text alone stands for a list of one."""
        value = self.take(key, default=_REQUIRED if default is None else default)
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list | tuple) or not all(
            isinstance(item, str) and item.strip() for item in items
        ):
            raise self.mistake(key, f"{_shown(value)} is not a list of texts", f'Write {key} = ["…", "…"]')
        return tuple(item.strip() for item in items)

    def truth(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self.take(key, default=default)
        if not isinstance(value, bool):
            raise self.mistake(
                key, f"{_shown(value)} is neither true nor false", f"Write {key} = true or {key} = false"
            )
        return value

    def whole(self, key: str, *, default: int | None = None, smallest: int = 0) -> int:
        """Return a whole number of sensible size."""
        value = self.take(key, default=_REQUIRED if default is None else default)
        if isinstance(value, bool) or not isinstance(value, int) or not smallest <= value <= LARGEST_STEP:
            raise self.mistake(
                key,
                f"{_shown(value)} is not a whole number from {smallest} to {LARGEST_STEP}",
                "Write such a number",
            )
        return value

    def decimal(self, key: str, *, largest: int, default: Decimal | None = None) -> Decimal:
        """Return a number from 0 to `largest`, exactly as it is written."""
        value = self.take(key, default=_REQUIRED if default is None else default)
        return _decimal(self, key, value, largest=largest)

    def choice(self, key: str, kinds: type[_Choice], *, default: _Choice | None = None) -> _Choice:
        """Return one of the kinds, by its words."""
        value = self.take(key, default=_REQUIRED if default is None else default)
        words = [str(kind) for kind in kinds]
        if value not in words:
            near = get_close_matches(str(value), words, n=1)
            hint = f"Did you mean “{near[0]}”? " if near else ""
            raise self.mistake(key, f"{_shown(value)} is not known", f"{hint}It may be: {', '.join(words)}")
        return kinds(value)

    def table(self, key: str, *, required: bool = True) -> "_Table":
        """Return a table inside this one, empty when it is not required and missing."""
        value = self.take(key, default=_REQUIRED if required else {})
        if not isinstance(value, dict):
            raise self.mistake(key, f"{_shown(value)} is not a table", f"Write [{key}], then its keys below")
        if self._header:
            return _Table(value, self._source, header=self._header, occurrence=self._occurrence, inside=key)
        return _Table(value, self._source, header=key)

    def tables(self, key: str) -> "list[_Table]":
        """Return the tables of a list of tables, none when the key is missing."""
        value = self.take(key, default=[])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.mistake(
                key, "it is not a list of tables", f"Write [[{key}]], then its keys below, for each"
            )
        return [
            _Table(item, self._source, header=key, occurrence=number) for number, item in enumerate(value)
        ]

    def rest(self) -> list[str]:
        """Return the keys of a table whose keys are free."""
        return [key for key in self._content if key not in self._taken]

    def allow(self, keys: Iterable[str], what: str) -> None:
        """Refuse any key that does not belong to `what`."""
        known = list(keys)
        unknown = next((key for key in self._content if key not in known), None)
        if unknown is not None:
            near = get_close_matches(unknown, known, n=1)
            hint = f"Did you mean “{near[0]}”? " if near else ""
            raise self.mistake(
                unknown, f"{what} doesn’t know this key", f"{hint}It may have: {', '.join(known)}"
            )

    def finish(self) -> None:
        """Refuse any key that nothing asked for."""
        self.allow(sorted(self._taken), f"[{self._header}]" if self._header else "a policy")
