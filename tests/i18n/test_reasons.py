"""Every finding, to every reader, in three languages: whole, true to its facts, nothing private."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations

import pytest

from functions.i18n.languages import translations
from functions.i18n.phrasebook import Phrasebook
from functions.i18n.reasons import Reader, ReasonRenderer, speaks_for
from functions.matching import Facts, Finding, Policy, Reason, Role, SharedTime, Way, parse_policy
from tests.i18n.invented import Invented, word

SUCH_AS = "You are both free for 2.5 hours a week, such as on "
CITIES = ("London", "Kolkata")
ZONES = ("Europe/London", "Asia/Kolkata")
NAMES = {Role.MENTEE: "Zoë Quist", Role.MENTOR: "Diego Yxart"}
ANSWERS = ("statistics", "writing", "thesis")
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {"statistics": "Statistics", "writing": "Academic writing", "thesis": "Writing a thesis"},
    "ar": {"statistics": "الإحصاء", "writing": "الكتابة الأكاديمية", "thesis": "كتابة الرسالة"},
    "he": {name: word(name) for name in ANSWERS},
}
LABEL = {"en": "Topics", "ar": "الموضوعات", "he": word("topics")}
BOTH = (Role.MENTEE, Role.MENTOR)
ISOLATED = re.compile("\u2068[^\u2068\u2069]*\u2069")
ENGLISH = re.compile("[A-Za-z]")


def some(count: int, **facts: object) -> Facts:
    return Facts(answers=ANSWERS[:count], common=count, **facts)  # type: ignore[arg-type]


def by_each(**facts: object) -> Iterator[Facts]:
    for role in Role:
        yield Facts(who=(role,), **facts)  # type: ignore[arg-type]


WANTED = [
    *(some(2, wanted=3, who=(role,)) for role in Role),
    *(Facts(common=2, wanted=3, who=(role,)) for role in Role),
]
CASES: Mapping[Finding, Sequence[Facts]] = {
    Finding.NOT_ANSWERED: [
        *(facts for percent in (0, 50, 30) for facts in by_each(percent=percent)),
        *(Facts(who=BOTH, percent=percent) for percent in (0, 50, 30)),
    ],
    Finding.COMPARED: [Facts()],
    Finding.BOTH_SAID: [some(1), Facts(common=1)],
    Finding.EITHER_WORKS: [
        *(some(1, who=(role,)) for role in Role),
        *(Facts(common=1, who=(role,)) for role in Role),
    ],
    Finding.ANSWERS_DIFFER: [Facts()],
    Finding.IN_COMMON: [some(1), some(2), some(3), *(Facts(common=count) for count in (1, 2, 3, 11))],
    Finding.NOTHING_IN_COMMON: [Facts()],
    Finding.FREE_TOGETHER: [
        some(1),
        some(3),
        Facts(common=2),
        *(Facts(half_hours=n) for n in (1, 2, 4, 7, 22)),
        Facts(half_hours=3, times=(SharedTime(mentee=18, mentor=29, half_hours=3),), zones=ZONES),
        *(
            Facts(half_hours=n, times=(SharedTime(mentee=0, mentor=330, half_hours=1),) * 3, zones=ZONES)
            for n in (4, 6, 7, 22)
        ),
    ],
    Finding.NEVER_FREE_TOGETHER: [Facts()],
    Finding.ALL_WANTED: WANTED,
    Finding.SOME_WANTED: WANTED,
    Finding.NONE_WANTED: list(by_each(wanted=2)),
    Finding.FIRST_CHOICE: [
        *(some(1, ranks=(1,), wanted=3, who=(role,)) for role in Role),
        *(some(2, ranks=(1, 2), wanted=3, who=(role,)) for role in Role),
        *(some(3, ranks=(1, 2, 3), wanted=3, who=(role,)) for role in Role),
        *by_each(common=2, ranks=(1, 2), wanted=3),
    ],
    Finding.LATER_CHOICE: [
        *(some(1, ranks=(rank,), wanted=5, who=(role,)) for rank in (2, 3, 4) for role in Role),
        *(some(2, ranks=(2, 3), wanted=3, who=(role,)) for role in Role),
    ],
    Finding.NO_CHOICE: list(by_each(wanted=2)),
    Finding.BOTH_WAYS: [
        Facts(
            ways=(
                Way(finding=Finding.ALL_WANTED, facts=some(1, wanted=1, who=(Role.MENTOR,))),
                Way(finding=Finding.SOME_WANTED, facts=some(2, wanted=3, who=(Role.MENTEE,))),
            )
        )
    ],
    Finding.SAME_STEP: [Facts()],
    Finding.STEPS_APART: [
        *(
            Facts(number=steps, who=who)
            for steps in (1, 2, 3, 11)
            for who in ((), *((role,) for role in Role))
        )
    ],
    Finding.SAME_NUMBER: [Facts()],
    Finding.NUMBERS_APART: [Facts(number=1500), *by_each(number=7000)],
    Finding.TEXTS_ALIKE: [Facts(percent=64)],
    Finding.ASKED_FOR: [*by_each(), Facts(who=BOTH)],
    Finding.NOT_ASKED_FOR: [Facts()],
}
# What does not speak for a pair, or is for coordinators alone.
NEVER_TOLD = {
    Finding.NOT_ANSWERED,
    Finding.COMPARED,
    Finding.NOTHING_IN_COMMON,
    Finding.NEVER_FREE_TOGETHER,
    Finding.NONE_WANTED,
    Finding.NO_CHOICE,
    Finding.ASKED_FOR,
    Finding.NOT_ASKED_FOR,
}
EVERY = [(finding, facts) for finding, cases in CASES.items() for facts in cases]
LANGUAGES = ("en", "ar", "he")


def policy() -> Policy:
    text = (
        'name = "x"\n[mentees]\nid = "email"\n[mentors]\nid = "email"\n[[criterion]]\nname = "topics"\n'
        'kind = "overlap"\nmentee = "topics"\nmentor = "topics"\nweight = 1\n'
    )
    return parse_policy(text, file="x.toml")


def book(language: str) -> Phrasebook:
    return Phrasebook(
        language=language,
        policy=policy(),
        words={"topics": WORDS[language]},
        labels={"topics": LABEL[language]},
        translations=Invented() if language == "he" else translations(language),
    )


def told(reason: Reason, reader: Reader, language: str) -> str:
    return ReasonRenderer(book(language), reader, NAMES).sentence(reason)


def a_reason(finding: Finding, facts: Facts, **more: object) -> Reason:
    return Reason(criterion="topics", finding=finding, facts=facts, points=9, **more)  # type: ignore[arg-type]


def answers_in(facts: Facts) -> tuple[str, ...]:
    return (*facts.answers, *(answer for way in facts.ways for answer in way.facts.answers))


def without_marks(sentence: str) -> str:
    return sentence.replace("\u2068", "").replace("\u2069", "")


def test_there_is_a_case_of_every_finding() -> None:
    assert CASES.keys() == set(Finding)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("finding", "facts"), EVERY)
def test_a_coordinator_reads_every_finding_with_its_facts(
    finding: Finding, facts: Facts, language: str
) -> None:
    sentence = told(a_reason(finding, facts), Reader.COORDINATOR, language)

    assert sentence.endswith(".")
    for answer in answers_in(facts):
        assert WORDS[language][answer].casefold() in sentence.casefold()
    for role in facts.who if len(facts.who) == 1 and finding is not Finding.EITHER_WORKS else ():
        assert NAMES[role] in sentence
    if finding is Finding.NOT_ANSWERED and facts.percent not in (0, 50):
        assert str(facts.percent) in sentence
    if facts.number and finding is Finding.NUMBERS_APART:
        assert f"{facts.number / 1000:g}" in sentence
    if finding is Finding.TEXTS_ALIKE:
        assert str(facts.percent) in sentence


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reader", [Reader.MENTEE, Reader.MENTOR])
@pytest.mark.parametrize(("finding", "facts"), EVERY)
def test_one_of_the_two_reads_what_speaks_for_the_pair_and_nothing_else(
    finding: Finding, facts: Facts, reader: Reader, language: str
) -> None:
    sentence = told(a_reason(finding, facts), reader, language)

    if finding in NEVER_TOLD:
        assert sentence == ""
        return
    # A number without what it counts is of something private.
    numbers_alone = (facts.common and not facts.answers) or (facts.half_hours and not facts.times)
    assert sentence == "" if numbers_alone else sentence.endswith(".")
    for answer in answers_in(facts):
        assert WORDS[language][answer].casefold() in sentence.casefold()
    assert NAMES[Role(reader)] not in sentence
    assert not re.search(r"\bmentees?\b|\bmentors?\b", sentence)


@pytest.mark.parametrize("language", ["ar", "he"])
@pytest.mark.parametrize("reader", Reader)
@pytest.mark.parametrize(("finding", "facts"), EVERY)
def test_no_english_word_is_left_and_latin_letters_are_isolated(
    finding: Finding, facts: Facts, reader: Reader, language: str
) -> None:
    sentence = told(a_reason(finding, facts, most_to=(Role.MENTEE,)), reader, language)

    assert not ENGLISH.search(ISOLATED.sub("", sentence)), sentence
    left = without_marks(sentence)
    for name in (*NAMES.values(), *CITIES):
        left = left.replace(name, "")
    assert not ENGLISH.search(left), sentence


@pytest.mark.parametrize("reader", [Reader.MENTEE, Reader.MENTOR])
@pytest.mark.parametrize(("finding", "facts"), EVERY)
def test_nothing_private_is_told_to_either(finding: Finding, facts: Facts, reader: Reader) -> None:
    assert told(a_reason(finding, facts, private=True), reader, "en") == ""


@pytest.mark.parametrize(("finding", "facts"), EVERY)
@pytest.mark.parametrize("reader", [Reader.MENTEE, Reader.MENTOR])
def test_neither_reads_what_matters_most_to_somebody(finding: Finding, facts: Facts, reader: Reader) -> None:
    plain = a_reason(finding, facts)

    assert told(plain._replace(most_to=BOTH), reader, "en") == told(plain, reader, "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mentor_can_not_tell_how_the_mentee_ranked(language: str) -> None:
    said = {
        told(
            a_reason(
                Finding.FIRST_CHOICE,
                Facts(answers=order, common=2, ranks=ranks, wanted=3, who=(Role.MENTOR,)),
            ),
            Reader.MENTOR,
            language,
        )
        for order in permutations(ANSWERS[:2])
        for ranks in ((1, 2), (1, 3), (2, 3))
    }

    assert len(said) == 1


def test_a_mentor_can_not_tell_how_many_wishes_were_not_met() -> None:
    said = {
        told(a_reason(finding, some(2, wanted=wanted, who=(Role.MENTOR,))), Reader.MENTOR, "en")
        for finding, wanted in ((Finding.ALL_WANTED, 2), (Finding.SOME_WANTED, 3), (Finding.SOME_WANTED, 9))
    }

    assert len(said) == 1


FIRST_AND_SECOND = (
    "Diego Yxart can help with statistics, your first choice, and with academic writing, your second."
)


@pytest.mark.parametrize(
    ("finding", "facts", "to_mentee", "to_mentor"),
    [
        (
            Finding.FIRST_CHOICE,
            some(1, ranks=(1,), wanted=3, who=(Role.MENTOR,)),
            "Diego Yxart can help with statistics, your first choice.",
            "You can help Zoë Quist with statistics.",
        ),
        (
            Finding.FIRST_CHOICE,
            some(2, ranks=(1, 2), wanted=3, who=(Role.MENTOR,)),
            FIRST_AND_SECOND,
            "You can help Zoë Quist with academic writing and statistics.",
        ),
        (
            Finding.STEPS_APART,
            Facts(number=2, who=(Role.MENTOR,)),
            "Diego Yxart is 2 steps ahead of you.",
            "You are 2 steps ahead of Zoë Quist.",
        ),
        (
            Finding.FREE_TOGETHER,
            Facts(half_hours=3, times=(SharedTime(mentee=18, mentor=29, half_hours=3),), zones=ZONES),
            "You are both free on Monday 9:00 to 10:30 in London (14:30 to 16:00 in Kolkata).",
            "You are both free on Monday 14:30 to 16:00 in Kolkata (9:00 to 10:30 in London).",
        ),
        (
            Finding.FREE_TOGETHER,
            Facts(half_hours=5, times=(SharedTime(mentee=40, mentor=51, half_hours=4),), zones=ZONES),
            f"{SUCH_AS}Monday 20:00 to 22:00 in London (Tuesday 1:30 to 3:30 in Kolkata).",
            f"{SUCH_AS}Tuesday 1:30 to 3:30 in Kolkata (Monday 20:00 to 22:00 in London).",
        ),
        (
            Finding.FREE_TOGETHER,
            Facts(
                half_hours=4,
                times=(
                    SharedTime(mentee=46, mentor=46, half_hours=3),
                    SharedTime(mentee=335, mentor=335, half_hours=1),
                ),
                zones=("Europe/London", "Europe/London"),
            ),
            "You are both free on Monday 23:00 to 0:30 and Sunday 23:30 to 0:00.",
            "You are both free on Monday 23:00 to 0:30 and Sunday 23:30 to 0:00.",
        ),
        (
            Finding.FREE_TOGETHER,
            Facts(
                half_hours=1,
                times=(SharedTime(mentee=20, mentor=14, half_hours=1),),
                zones=("+05:30", "America/New_York"),
            ),
            "You are both free on Monday 10:00 to 10:30 in UTC+05:30 (7:00 to 7:30 in New York).",
            "You are both free on Monday 7:00 to 7:30 in New York (10:00 to 10:30 in UTC+05:30).",
        ),
        (
            Finding.EITHER_WORKS,
            some(1, who=(Role.MENTOR,)),
            "For “Topics”, statistics suits you both.",
            "For “Topics”, statistics suits you both.",
        ),
    ],
)
def test_each_reads_it_from_their_own_side(
    finding: Finding, facts: Facts, to_mentee: str, to_mentor: str
) -> None:
    reason = a_reason(finding, facts)

    assert told(reason, Reader.MENTEE, "en") == to_mentee
    assert told(reason, Reader.MENTOR, "en") == to_mentor


def test_a_missing_answer_says_what_its_points_say() -> None:
    half, nothing = (
        Reason(
            criterion="topics",
            finding=Finding.NOT_ANSWERED,
            facts=Facts(who=(Role.MENTOR,), percent=percent),
            points=points,
        )
        for percent, points in ((50, 27_000), (0, 0))
    )

    assert told(half, Reader.COORDINATOR, "en") == "Diego Yxart did not answer “Topics”, so it counts half."
    assert told(nothing, Reader.COORDINATOR, "en") == (
        "Diego Yxart did not answer “Topics”, so it earns nothing."
    )


def test_a_coordinator_reads_whom_a_criterion_matters_most() -> None:
    reason = a_reason(Finding.BOTH_SAID, some(1), most_to=(Role.MENTEE,))

    assert told(reason, Reader.COORDINATOR, "en") == (
        "Both said statistics for “Topics”. It is what matters most to Zoë Quist."
    )


def test_the_strongest_three_are_those_with_most_points_that_say_something() -> None:
    reasons = [
        Reason(criterion="topics", finding=Finding.NOT_ANSWERED, facts=Facts(percent=50), points=99),
        Reason(criterion="topics", finding=Finding.BOTH_SAID, facts=some(1), points=98, private=True),
        Reason(criterion="topics", finding=Finding.ANSWERS_DIFFER, facts=Facts(), points=0),
        *(
            Reason(criterion="topics", finding=Finding.STEPS_APART, facts=Facts(number=n), points=n)
            for n in (1, 5, 3, 4)
        ),
    ]
    renderer = ReasonRenderer(book("en"), Reader.MENTEE, NAMES)

    assert renderer.strongest(reasons) == tuple(
        f"You and Diego Yxart are {n} steps apart in “Topics”." for n in (5, 4, 3)
    )


@pytest.mark.parametrize("points", [0, -3])
def test_what_earned_nothing_does_not_speak_for_a_pair(points: int) -> None:
    assert not speaks_for(a_reason(Finding.BOTH_SAID, some(1))._replace(points=points))


@pytest.mark.parametrize("finding", sorted(NEVER_TOLD - {Finding.ASKED_FOR}))
def test_what_says_nothing_does_not_speak_for_a_pair_whatever_it_earned(finding: Finding) -> None:
    assert not speaks_for(a_reason(finding, Facts()))


def test_an_arabic_answer_in_an_english_sentence_is_isolated_too() -> None:
    law = "قانون"
    reason = a_reason(Finding.BOTH_SAID, Facts(answers=(law,), common=1))

    assert told(reason, Reader.COORDINATOR, "en") == f"Both said \u2068{law}\u2069 for “Topics”."
