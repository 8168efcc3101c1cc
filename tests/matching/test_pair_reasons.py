"""What each kind of criterion finds of a pair: facts, and of a private one nothing that anybody said."""

from typing import Any

import pytest

from functions.matching.engine import match
from functions.matching.people import Person, Role
from functions.matching.reasons import Facts, Finding, Reason, SharedTime, Way
from tests.matching.cohorts import a_policy, every_kind, mentee, mentor

COMPARED = 'mentee = "mine"\nmentor = "theirs"\n'
MENTEE, MENTOR = (Role.MENTEE,), (Role.MENTOR,)
BOTH = (Role.MENTEE, Role.MENTOR)


def the_reason(kind: str, mine: Any, theirs: Any, *options: str, top: str = "", **more: Any) -> Reason:
    """Return the reason of one pair under one criterion."""
    criterion = f'[[criterion]]\nname = "it"\nkind = "{kind}"\n{COMPARED}weight = 1\n' + "\n".join(options)
    ada, mo = mentee("a", mine=mine, **more.pop("mentee", {})), mentor("m", theirs=theirs, **more)
    (pair,) = match([mo], [ada], a_policy(criteria=criterion + "\n", top=top)).pairs
    return pair.reasons[0]


@pytest.mark.parametrize(
    ("kind", "mine", "theirs", "options", "finding", "facts"),
    [
        ("same", "Law", "law ", [], Finding.BOTH_SAID, Facts(answers=("Law",), common=1)),
        ("same", "law", "art", [], Finding.ANSWERS_DIFFER, Facts()),
        (
            "same",
            "online",
            "either",
            ['any = ["either"]'],
            Finding.EITHER_WORKS,
            Facts(answers=("online",), common=1, who=MENTOR),
        ),
        ("different", "law", "art", [], Finding.ANSWERS_DIFFER, Facts()),
        ("shares any", "a; b", "B; c", [], Finding.IN_COMMON, Facts(answers=("b",), common=1)),
        ("shares any", "a", "c", [], Finding.NOTHING_IN_COMMON, Facts()),
        (
            "overlap",
            "a; b",
            "a",
            [],
            Finding.SOME_WANTED,
            Facts(answers=("a",), common=1, wanted=2, who=MENTOR),
        ),
        (
            "overlap",
            "a",
            "a; b",
            [],
            Finding.ALL_WANTED,
            Facts(answers=("a",), common=1, wanted=1, who=MENTOR),
        ),
        ("overlap", "a", "b", [], Finding.NONE_WANTED, Facts(wanted=1, who=MENTOR)),
        (
            "ranked choice",
            "c; b; a",
            "a; c",
            [],
            Finding.FIRST_CHOICE,
            Facts(answers=("c", "a"), common=2, ranks=(1, 3), wanted=3, who=MENTOR),
        ),
        (
            "ranked choice",
            "c; b",
            "b",
            [],
            Finding.LATER_CHOICE,
            Facts(answers=("b",), common=1, ranks=(2,), wanted=2, who=MENTOR),
        ),
        ("ranked choice", "c", "b", [], Finding.NO_CHOICE, Facts(wanted=1, who=MENTOR)),
        (
            "ranked choice",
            "c; b",
            "b",
            ["worth = [1]"],
            Finding.NO_CHOICE,
            Facts(wanted=2, who=MENTOR),
        ),
        ("times in common", "mon; tue", "tue", [], Finding.FREE_TOGETHER, Facts(answers=("tue",), common=1)),
        ("times in common", "mon", "tue", [], Finding.NEVER_FREE_TOGETHER, Facts()),
        (
            "ordered distance",
            "first",
            "third",
            ['order = ["first", "second", "third"]', "at_most = 3"],
            Finding.STEPS_APART,
            Facts(number=2, who=MENTOR),
        ),
        (
            "ordered distance",
            "third",
            "first",
            ['order = ["first", "second", "third"]', "at_most = 3"],
            Finding.STEPS_APART,
            Facts(number=2, who=MENTEE),
        ),
        (
            "ordered distance",
            "first",
            "first",
            ['order = ["first", "second"]', "at_most = 3"],
            Finding.SAME_STEP,
            Facts(),
        ),
        ("closeness", 20, "27.5", ["reach = 9"], Finding.NUMBERS_APART, Facts(number=7500, who=MENTOR)),
        ("closeness", 20, 20, ["reach = 9"], Finding.SAME_NUMBER, Facts()),
        ("text similarity", "I grow roses", "I grow roses", [], Finding.TEXTS_ALIKE, Facts(percent=100)),
        ("wish", "m", "", [], Finding.ASKED_FOR, Facts(who=MENTEE)),
        ("wish", "", "a", [], Finding.ASKED_FOR, Facts(who=MENTOR)),
        ("wish", "m", "a", [], Finding.ASKED_FOR, Facts(who=BOTH)),
        ("wish", "somebody", "", [], Finding.NOT_ASKED_FOR, Facts()),
        ("wish", "", "", [], Finding.NOT_ANSWERED, Facts(who=BOTH, percent=50)),
        ("same", "law", "", [], Finding.NOT_ANSWERED, Facts(who=MENTOR, percent=50)),
        ("overlap", "", "a", ["neutral = 0.25"], Finding.NOT_ANSWERED, Facts(who=MENTEE, percent=25)),
    ],
)
def test_each_kind_finds_what_two_people_said(
    kind: str, mine: Any, theirs: Any, options: list[str], finding: Finding, facts: Facts
) -> None:
    reason = the_reason(kind, mine, theirs, *options)

    assert (reason.criterion, reason.finding, reason.facts) == ("it", finding, facts)


def test_what_each_gives_the_other_is_found_both_ways() -> None:
    reason = the_reason(
        "complementary",
        "R; Welsh",
        "R",
        'mentor_wants = "wants"',
        'mentee_offers = "offers"',
        mentee={"offers": "Polish"},
        wants="Polish",
    )

    assert reason.finding is Finding.BOTH_WAYS
    assert reason.facts.ways == (
        Way(finding=Finding.SOME_WANTED, facts=Facts(answers=("R",), common=1, wanted=2, who=MENTOR)),
        Way(finding=Finding.ALL_WANTED, facts=Facts(answers=("Polish",), common=1, wanted=1, who=MENTEE)),
    )


def test_hours_in_common_are_those_of_both_ones_own_clocks() -> None:
    reason = the_reason(
        "times in common",
        ("mon-10:00", "mon-10:30", "mon-11:00"),
        ("mon-09:00", "mon-09:30", "mon-10:00", "mon-12:00"),
        'mentee_zone = "zone"\nmentor_zone = "zone"\nweek = 2026-11-16',
        mentee={"zone": "+01:00"},
        zone="+00:00",
    )

    assert reason.finding is Finding.FREE_TOGETHER
    assert reason.facts == Facts(
        half_hours=3,
        times=(SharedTime(mentee=20, mentor=18, half_hours=3),),
        zones=("+01:00", "+00:00"),
    )


def test_of_many_hours_in_common_the_three_longest_times_are_named_and_a_week_is_a_circle() -> None:
    free = (
        "sun-23:30",
        "mon-00:00",
        "mon-00:30",
        "tue-09:00",
        "tue-09:30",
        "wed-09:00",
        "thu-09:00",
        "fri-09:00",
    )
    reason = the_reason(
        "times in common",
        free,
        free,
        'mentee_zone = "zone"\nmentor_zone = "zone"\nweek = 2026-11-16',
        mentee={"zone": "UTC"},
        zone="UTC",
    )

    assert reason.facts.half_hours == 8
    assert [(time.mentee, time.half_hours) for time in reason.facts.times] == [(335, 3), (66, 2), (114, 1)]


def test_of_a_private_timetable_only_the_hours_are_told() -> None:
    reason = the_reason(
        "times in common",
        ("mon-10:00",),
        ("mon-10:00",),
        'private = true\nmentee_zone = "zone"\nmentor_zone = "zone"\nweek = 2026-11-16',
        mentee={"zone": "UTC"},
        zone="UTC",
    )

    assert reason.facts == Facts(half_hours=1)


@pytest.mark.parametrize(
    ("kind", "answer", "options"),
    [
        ("same", "secret", []),
        ("shares any", "secret", []),
        ("overlap", "secret", []),
        ("ranked choice", "secret", []),
        ("times in common", "secret", []),
        ("ordered distance", "secret", ['order = ["secret"]', "at_most = 1"]),
    ],
)
def test_of_a_private_criterion_no_answer_is_found(kind: str, answer: str, options: list[str]) -> None:
    reason = the_reason(kind, answer, answer, "private = true", *options)

    assert reason.private
    assert "secret" not in repr(reason)


def test_a_wish_is_private_whatever_the_policy_says() -> None:
    assert the_reason("wish", "m", "").private


def test_where_points_are_taken_as_they_are_a_missing_answer_counts_nothing() -> None:
    reason = the_reason("same", "law", "", top='points = "as they are"')

    assert (reason.finding, reason.facts, reason.points) == (
        Finding.NOT_ANSWERED,
        Facts(who=MENTOR, percent=0),
        0,
    )


def test_the_criterion_that_matters_most_to_the_mentee_is_marked() -> None:
    top = '[matters_most]\ncolumn = "most"\n'

    marked, plain = (
        the_reason("same", "law", "law", top=top, mentee={"most": most}) for most in ("It", None)
    )

    assert (marked.most_to, plain.most_to) == (MENTEE, ())


def person(name: str, **answers: Any) -> Person:
    return Person(id=name, capacity=1, answers=answers)


def test_the_points_of_all_reasons_add_up_to_the_score() -> None:
    ada = person("a", field="law", topics=("x", "y"), stage="first", age=20, times="mon; tue", most="field")
    mo = person("m", field="law", offers=("x",), stage="third", age=27, times="tue", languages="de")
    ada = person("a", **{**ada.answers, "languages": "de"})

    (pair,) = match([mo], [ada], every_kind()).pairs

    assert sum(reason.points for reason in pair.reasons) == pair.score
