"""A policy: the named set of criteria, weights, rules and objective that a run uses.

Every number is exact: weights are whole thousandths and shares whole millionths, so no machine rounds them
differently.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from functions.matching.people import Role
from functions.matching.terms import Objective

WHOLE = 1_000_000  # a share of one, in millionths; also the perfect score
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
class AnswerSource:
    """How a column's answers are found in the file where a cell does not simply hold them.

    Either the column is made of others: of `options`, columns of the file that stand for one option each, or
    of `parts`, whose texts stand one after the other. Or it stands in the file, `separator` is between its
    answers, those in `whole` hold a separator of their own, and `numbers` says which number an answer means.
    """

    separator: str = ""
    whole: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    parts: tuple[str, ...] = ()
    numbers: Mapping[str, int] = field(default_factory=dict)

    @property
    def made_of(self) -> tuple[str, ...]:
        """Return the columns of the file that it is made of; none where it stands there itself."""
        return (*self.options, *self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What the columns of one side's file mean.

    `capacity` is the most that anybody takes, or the name of the column in which each says it; empty
    when the policy leaves it open. `identity` are the columns by which others name a person (address,
    name). `time` is the column that says when a row was answered: of several rows of one person the latest
    counts; empty where each person has one row. `sources` say of some columns how a file holds their answers.
    """

    id: str
    capacity: int | str
    priority: str
    identity: tuple[str, ...]
    separator: re.Pattern[str]
    allowed: Mapping[str, tuple[str, ...]]
    time: str = ""
    sources: Mapping[str, AnswerSource] = field(default_factory=dict)

    def in_file(self, column: str) -> tuple[str, ...]:
        """Return the columns of the file that hold that column's answers."""
        source = self.sources.get(column)
        return (source.made_of if source else ()) or (column,)


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
    """One thing that makes an eligible pairing better; `kind` is one of `criteria.DEFINITIONS`.

    `weight` is in thousandths; `neutral` and every worth are shares in millionths; steps and `reach`
    count in thousandths when the answers are numbers, in places on the ladder otherwise. `private`
    keeps the answers themselves out of every text. `enough` counts entries, half-hours where `zones` are
    given, and per cent of similarity between texts.
    """

    name: str
    label: str
    kind: str
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
class OnlyIf:
    """A condition of a rule: both people gave an answer to these columns, and none but `answers`."""

    mentee: str
    mentor: str
    answers: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing that makes a pairing impossible. `because` says it in words that can be read out.

    `label` is what people call the rule, its name unless the policy says otherwise.

    A `private` rule is never counted or named in a reason: who avoids whom stays between them and
    the coordinator who reads the answers. `same` are conditions that a mentee may ask for: by entry, the
    two columns that must then say the same. `only_if` says of whom alone the rule speaks; None of everybody.
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
    only_if: OnlyIf | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MattersMost:
    """The mentee's own word: the criterion that their answer names counts `times` as much (thousandths)."""

    column: str
    times: int


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
        named += [(side.priority, "priority"), (side.time, "time")]
        named += [(column, "identity") for column in side.identity]
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
            if rule.only_if:
                named.append((rule.only_if.mentee if role is Role.MENTEE else rule.only_if.mentor, place))
        first: dict[str, str] = {}
        for column, place in named:
            if column:
                first.setdefault(column, place)
        return first

    def columns_in_file(self, role: Role) -> Mapping[str, str]:
        """Return every column that a file of that side must have, with the first place that needs it."""
        side, first = self.columns(role), dict[str, str]()
        for column, place in self.mentions(role).items():
            for needed in side.in_file(column):
                first.setdefault(needed, place)
        return first
