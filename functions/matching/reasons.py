"""Why a pair, why nobody, and why nothing at all: what the engine found, as facts and never as a sentence.

`functions/i18n/reasons.py` says them, in the reader's language and from the reader's side. Everything here is
plain data that goes to JSON and back (`to_data`, `from_data`). Of a criterion or a rule that is private no
answer and no name stands here, unless the class says that coordinators alone may read it.

Of two peers the one whose id comes first stands where the mentee stands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, NamedTuple, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from functions.matching.people import Role


class Finding(StrEnum):
    """What a criterion found about the answers of two people."""

    NOT_ANSWERED = "not answered"  # `who` left it empty; it counts `percent` of a hundred
    COMPARED = "compared"  # something private, of which nothing is told
    BOTH_SAID = "both said"
    EITHER_WORKS = "either works"  # `who` is content with anything; the other's answer, if they gave one
    ANSWERS_DIFFER = "answers differ"
    IN_COMMON = "in common"
    NOTHING_IN_COMMON = "nothing in common"
    FREE_TOGETHER = "free together"  # the times that both named, or `half_hours` of a week in their `zones`
    NEVER_FREE_TOGETHER = "never free together"
    ALL_WANTED = "all wanted"  # `who` offers all that the other wants
    SOME_WANTED = "some wanted"
    NONE_WANTED = "none wanted"
    FIRST_CHOICE = "first choice"  # `who` offers it; each answer with the rank that the other gave it
    LATER_CHOICE = "later choice"
    NO_CHOICE = "no choice"
    BOTH_WAYS = "both ways"  # two findings, one for each direction
    SAME_STEP = "same step"
    STEPS_APART = "steps apart"  # `who` is `number` steps ahead
    SAME_NUMBER = "same number"
    NUMBERS_APART = "numbers apart"  # `who` said `number` thousandths more
    TEXTS_ALIKE = "texts alike"
    ASKED_FOR = "asked for"  # `who` named the other: for coordinators alone
    NOT_ASKED_FOR = "not asked for"  # somebody was named, but neither of the two by the other


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedTime:
    """A time of the week at which both are free, as each of the two has it on their own clock.

    `mentee` and `mentor` are the half-hours of their weeks with which it begins (0 begins on Monday).
    """

    mentee: int
    mentor: int
    half_hours: int


class Facts(NamedTuple):
    """What a finding rests on; what does not belong to it is empty.

    `answers` are written as the people wrote them (of a choice, its name), in the order of whoever wants
    them; `common` is how many they are, which may be told where they may not. `ranks` belong to the answers,
    from 1. `wanted` is how many were wanted in all. `times` are the longest of the `half_hours` in common,
    and `zones` those of the mentee and of the mentor.

    It is a tuple, as `Reason` is: a large run makes millions of both.
    """

    answers: tuple[str, ...] = ()
    common: int = 0
    wanted: int = 0
    ranks: tuple[int, ...] = ()
    number: int = 0
    half_hours: int = 0
    times: tuple[SharedTime, ...] = ()
    zones: tuple[str, ...] = ()
    percent: int = 0
    who: tuple[Role, ...] = ()
    ways: tuple["Way", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """What was found in one direction."""

    finding: Finding
    facts: Facts


NO_FACTS = Facts()


class Reason(NamedTuple):
    """What one criterion adds to a pairing's score, and what it found. The points add up to the score.

    What is `private` is never told to the two themselves; `most_to` are those who said that this criterion
    matters most to them, which the other is not told either.
    """

    criterion: str
    finding: Finding
    facts: Facts
    points: int
    private: bool = False
    most_to: tuple[Role, ...] = ()


class Cause(StrEnum):
    """Why somebody has no partner."""

    RULE = "rule"  # it refuses `count` of the `total` people on the other side
    PLACES_TAKEN = "places taken"
    MENTEES_TAKEN = "mentees taken"
    PEERS_TAKEN = "peers taken"
    ODD_POOL = "odd pool"
    GROUP_PLACES_TAKEN = "group places taken"
    TAKES_TOO_FEW = "takes too few"  # `count` mentees, and a group has `smallest` or more
    TOO_FEW_LEFT = "too few left"


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyUnmatched:
    """One cause, and what belongs to it. Nothing of it follows from a private rule (decision 23)."""

    cause: Cause
    rule: str = ""
    count: int = 0
    total: int = 0
    smallest: int = 0


class Remedy(StrEnum):
    """The smallest single change that would give somebody a partner."""

    PLACE = "place"  # one more, with a mentor whom the rules allow
    MENTOR = "mentor"
    MENTEE = "mentee"
    PEER = "peer"
    EXCEPTION = "exception"  # one, from the rule
    TAKES_MORE = "takes more"  # the mentor takes `smallest` mentees
    MENTEES = "mentees"  # several: a group has `smallest` or more


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What would help. Beside a person or a place, one exception from `rule` would do too, where it is named.

    With `no_exception_helps` it is known that none is enough.
    """

    remedy: Remedy
    rule: str = ""
    smallest: int = 0
    no_exception_helps: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FurtherPlace:
    """What a mentor's further place brings: the same match again with it serves exactly these people more.

    `leaves` are served no longer then. For coordinators alone.
    """

    mentor: str
    serves: tuple[str, ...]
    leaves: tuple[str, ...] = ()


class Against(StrEnum):
    """Why a pairing that somebody wished for was not made."""

    RULE = "rule"
    SAME_PERSON = "same person"
    FORBIDDEN = "forbidden"
    LOCKS = "locks"  # it is not possible beside them
    STABILITY = "stability"
    NOT_WORKED_OUT = "not worked out"  # its cost: only those of the first `count` wishes are
    UNSERVED = "unserved"  # it leaves `count` more mentees without a mentor
    PRIORITY = "priority"
    FLOOR = "floor"  # the weakest of the others loses `points`
    NOTHING = "nothing"
    TOO_WEAK = "too weak"  # all together gain `points`, but it is weaker than any may be
    TOTAL = "total"  # all together lose `points`, and `count` other mentees get other mentors


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot:
    """One thing that stands against a pairing; it names private rules too, so it is for coordinators alone.

    `most` are the points of a perfect pairing.
    """

    against: Against
    rule: str = ""
    count: int = 0
    points: int = 0
    most: int = 0


class Noted(StrEnum):
    """What is to be known of a result as a whole."""

    PROVEN_ON_SAMPLE = "proven on a sample"
    STABLE = "stable"
    PRIORITY_ONLY_PREFERRED = "priority only preferred"  # where scores are equal
    GROUPS_PROVEN = "groups proven"
    GROUPS_PRIORITY_OPEN = "groups, priority open"
    GROUPS_WITHIN = "groups within"
    FURTHER_PLACES = "further places"  # one more was tried for `tried` of the `mentors` whom it may help


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One thing to be known of a result as a whole, with its numbers by name."""

    noted: Noted
    numbers: Mapping[str, int] | None = None
    level: str = ""


class Problem(StrEnum):
    """Why people can't be matched as given."""

    NOT_IN_RUN = "not in run"
    EMPTY_SIDE = "empty side"
    SIDE_TOO_LARGE = "side too large"
    NOBODY = "nobody"
    POOL_OF_ONE = "pool of one"
    POOL_TOO_LARGE = "pool too large"
    NO_GROUPS_IN_POLICY = "no groups in policy"
    SAME_ID = "same id"
    NO_CAPACITY = "no capacity"
    NO_NUMBER = "no number"
    UNKNOWN_ANSWER = "unknown answer"  # the policy knows others
    NO_TIME_ZONE = "no time zone"
    NO_HALF_HOUR = "no half-hour"
    LOCKED_TWICE = "locked twice"
    LOCKED_AND_FORBIDDEN = "locked and forbidden"
    LOCKED_AGAINST_RULE = "locked against rule"
    LOCKED_BEYOND_CAPACITY = "locked beyond capacity"
    LOCKED_WITH_TWO_PEERS = "locked with two peers"
    LOCKED_GROUP_TOO_SMALL = "locked group too small"
    LOCKED_GROUPS_TOO_SMALL = "locked groups too small"
    TOO_FEW_FOR_A_GROUP = "too few for a group"
    NO_GROUP_CAN_RUN = "no group can run"
    NOBODY_ELIGIBLE = "nobody eligible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Impossibility:
    """A problem with what belongs to it: an answer and its column, the values known there, numbers by name.

    `refusals` are rules that may be named, with how many pairings each refuses.
    """

    problem: Problem
    people: tuple[str, ...] = ()
    role: Role | None = None
    column: str = ""
    answer: str = ""
    known: tuple[str, ...] = ()
    numbers: Mapping[str, int] | None = None
    refusals: tuple[tuple[str, int], ...] = ()


class CannotMatch(ValueError):  # noqa: N818 - it states what happened, as the field would say it
    """The people, or what the coordinator asked about them, can't be matched as given.

    `why` says what is wrong, about whom and where: its reader gets it in words of their own. The message is
    for a log and names nobody.
    """

    def __init__(self, problem: Problem, *people: str, **facts: Any) -> None:
        super().__init__(f"the people can't be matched: {problem}")
        self.why = Impossibility(problem=problem, people=people, **facts)


T = TypeVar("T")


def to_data(fact: Any) -> dict[str, Any]:
    """Return a fact as plain data for JSON; what has its usual value is left out."""
    kind: Any = type(fact)
    usual = _usual(kind)
    values = ((name, getattr(fact, name)) for name in _kinds(kind))
    return {name: _plain(value) for name, value in values if name not in usual or value != usual[name]}


def from_data(kind: type[T], data: Mapping[str, Any]) -> T:
    """Return the fact that the data stand for. Raises TypeError, ValueError or KeyError for any others."""
    kinds = _kinds(cast("Any", kind))
    return kind(**{name: _read(kinds[name], value) for name, value in data.items()})


def _plain(value: Any) -> Any:
    if _is_fact(type(value)):
        return to_data(value)
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return dict(value)
    return str(value) if isinstance(value, StrEnum) else value


def _is_fact(kind: Any) -> bool:
    return is_dataclass(kind) or hasattr(kind, "_field_defaults")


@cache
def _usual(kind: Any) -> Mapping[str, Any]:
    """Return the values that fields have unless they are given."""
    if is_dataclass(kind):
        return {each.name: each.default for each in fields(kind) if each.default is not MISSING}
    return dict(kind._field_defaults)


@cache
def _kinds(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _read(kind: Any, value: Any) -> Any:
    if get_origin(kind) in (Union, UnionType):
        (kind,) = (each for each in get_args(kind) if each is not NoneType)
    if get_origin(kind) is tuple:
        inner = get_args(kind)
        each = inner if Ellipsis not in inner else (inner[0],) * len(cast("Sequence[Any]", value))
        return tuple(map(_read, each, value))
    if _is_fact(kind):
        return from_data(cast("type[Any]", kind), value)
    return kind(value) if isinstance(kind, type) and issubclass(kind, StrEnum) else value
