"""What a run says to its coordinator: every code in three languages, and what is shared said once."""

import re
from collections.abc import Mapping, Sequence

import pytest

from functions.i18n.languages import translations
from functions.i18n.phrasebook import Phrasebook
from functions.i18n.run_reasons import RunRenderer
from functions.matching import (
    Against,
    CannotMatch,
    Cause,
    Change,
    FurtherPlace,
    Note,
    Noted,
    Problem,
    Remedy,
    Role,
    Unmatched,
    WhyNot,
    WhyUnmatched,
    parse_policy,
)
from tests.i18n.invented import Invented, word

ISOLATED = re.compile("\u2068[^\u2068\u2069]*\u2069")
LANGUAGES = ("en", "ar", "he")
POLICY = (
    'name = "x"\n[mentees]\nid = "email"\n[mentors]\nid = "email"\n[[criterion]]\nname = "topics"\n'
    'kind = "overlap"\nmentee = "topics"\nmentor = "topics"\nweight = 1\n'
)
PEOPLE = {"ada": "Ada Quist", "bo": "Bo Yxart", "cy": "Cy Zorn", "mo": "Mo Vance"}
WHYS: Mapping[Cause, WhyUnmatched] = {
    Cause.RULE: WhyUnmatched(cause=Cause.RULE, rule="speech", count=2, total=5),
    **{
        cause: WhyUnmatched(cause=cause, total=5)
        for cause in (
            Cause.PLACES_TAKEN,
            Cause.MENTEES_TAKEN,
            Cause.PEERS_TAKEN,
            Cause.ODD_POOL,
            Cause.GROUP_PLACES_TAKEN,
        )
    },
    Cause.TAKES_TOO_FEW: WhyUnmatched(cause=Cause.TAKES_TOO_FEW, count=2, smallest=4),
    Cause.TOO_FEW_LEFT: WhyUnmatched(cause=Cause.TOO_FEW_LEFT, smallest=4),
}
CHANGES: Mapping[Remedy, Sequence[tuple[Change, Role]]] = {
    Remedy.PLACE: [
        (Change(remedy=Remedy.PLACE), Role.MENTEE),
        (Change(remedy=Remedy.PLACE, rule="speech"), Role.MENTEE),
    ],
    Remedy.MENTOR: [
        (Change(remedy=Remedy.MENTOR), Role.MENTEE),
        (Change(remedy=Remedy.MENTOR, no_exception_helps=True), Role.MENTEE),
    ],
    Remedy.MENTEE: [
        (Change(remedy=Remedy.MENTEE), Role.MENTOR),
        (Change(remedy=Remedy.MENTEE, rule="speech"), Role.MENTOR),
        (Change(remedy=Remedy.MENTEE, no_exception_helps=True), Role.MENTOR),
    ],
    Remedy.PEER: [
        (Change(remedy=Remedy.PEER), Role.MENTEE),
        (Change(remedy=Remedy.PEER, rule="speech"), Role.MENTEE),
        (Change(remedy=Remedy.PEER, no_exception_helps=True), Role.MENTEE),
    ],
    Remedy.EXCEPTION: [(Change(remedy=Remedy.EXCEPTION, rule="speech"), role) for role in Role],
    Remedy.TAKES_MORE: [(Change(remedy=Remedy.TAKES_MORE, smallest=4), Role.MENTOR)],
    Remedy.MENTEES: [(Change(remedy=Remedy.MENTEES, smallest=4), Role.MENTOR)],
}
NUMBERS = {
    "candidates": 16,
    "checked": 500,
    "mentees": 9000,
    "mentors": 8000,
    "fewer": 3,
    "at_least": 0,
    "groups": 4,
    "served": 17,
    "reached": 5,
    "bound": 9,
    "smallest": 4,
    "count": 200_001,
    "most": 150_000,
    "capacity": 0,
    "locked": 3,
    "total": 12,
    "tried": 8,
}
LEVELS = ("served", "floor", "total", "load", "least change")
NOTES = [
    *(Note(noted=noted, numbers=NUMBERS) for noted in Noted if noted is not Noted.GROUPS_WITHIN),
    *(Note(noted=Noted.GROUPS_WITHIN, numbers=NUMBERS, level=level) for level in LEVELS),
    Note(noted=Noted.STABLE, numbers={**NUMBERS, "at_least": 1}),
    Note(noted=Noted.STABLE, numbers={**NUMBERS, "fewer": 0}),
    Note(noted=Noted.FURTHER_PLACES, numbers={"tried": 0, "mentors": 8000}),
]
NAMING = {
    Problem.NOT_IN_RUN: ("ada",),
    Problem.SAME_ID: ("ada",),
    Problem.NO_CAPACITY: ("ada",),
    Problem.NO_NUMBER: ("ada",),
    Problem.UNKNOWN_ANSWER: ("ada",),
    Problem.NO_TIME_ZONE: ("ada",),
    Problem.NO_HALF_HOUR: ("ada",),
    Problem.LOCKED_TWICE: ("ada", "mo"),
    Problem.LOCKED_AND_FORBIDDEN: ("ada", "mo"),
    Problem.LOCKED_AGAINST_RULE: ("ada", "mo"),
    Problem.LOCKED_BEYOND_CAPACITY: ("ada",),
    Problem.LOCKED_WITH_TWO_PEERS: ("ada", "bo", "cy"),
    Problem.LOCKED_GROUP_TOO_SMALL: ("mo",),
    Problem.LOCKED_GROUPS_TOO_SMALL: ("mo", "bo"),
}


def renderer(language: str) -> RunRenderer:
    labels = {"en": "Language", "ar": "اللغة", "he": word("language")}
    because = {"en": "they share none", "ar": "لا لغة مشتركة", "he": word("they share none")}
    book = Phrasebook(
        language=language,
        policy=parse_policy(POLICY, file="x.toml"),
        rule_labels={"speech": labels[language]},
        because={"speech": because[language]},
        translations=Invented() if language == "he" else translations(language),
    )
    return RunRenderer(book, PEOPLE.__getitem__)


def assert_spoken(sentence: str, language: str, *shown: str) -> None:
    """Assert that it is a whole sentence in that language, Latin names isolated, with what must be shown."""
    assert sentence.endswith(".")
    assert "{" not in sentence
    for each in shown:
        assert each in sentence
    if language != "en":
        assert not re.search("[A-Za-z]", ISOLATED.sub("", sentence)), sentence


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("cause", Cause)
def test_every_cause_is_said(cause: Cause, role: Role, language: str) -> None:
    says = renderer(language)
    alone, after_a_rule = (
        says.reasons(Unmatched(id="ada", role=role, why=whys))
        for whys in ((WHYS[cause],), (WHYS[Cause.RULE], WHYS[cause]))
    )

    for sentence in (*alone, *after_a_rule):
        assert_spoken(sentence, language)
    assert len(after_a_rule) == 2


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("remedy", Remedy)
def test_every_remedy_is_said_and_each_in_its_own_words(remedy: Remedy, language: str) -> None:
    said = [renderer(language).change(change, role) for change, role in CHANGES[remedy]]

    for sentence in said:
        assert_spoken(sentence, language)
    assert len(set(said)) == len(said)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("against", Against)
def test_everything_against_a_wish_is_said(against: Against, language: str) -> None:
    why = WhyNot(against=against, rule="speech", count=3, points=314_000, most=1_000_000)
    shown = {
        Against.UNSERVED: ("3",),
        Against.NOT_WORKED_OUT: ("3",),
        Against.FLOOR: ("31.4", "100"),
        Against.TOO_WEAK: ("31.4", "100"),
        Against.TOTAL: ("31.4", "100", "3"),
    }

    assert_spoken(renderer(language).why_not([why]), language, *shown.get(against, ()))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("note", NOTES, ids=lambda note: f"{note.noted} {note.level}")
def test_every_note_is_said(note: Note, language: str) -> None:
    assert_spoken(renderer(language).note(note), language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("problem", Problem)
def test_every_problem_is_said_with_the_people_it_is_about(
    problem: Problem, role: Role, language: str
) -> None:
    people = NAMING.get(problem, ())
    why = CannotMatch(
        problem,
        *people,
        role=role,
        column="Höhe",
        answer="Ωmega",
        known=("Ωne",),
        numbers=NUMBERS,
        refusals=(("speech", 7),),
    ).why

    sentence = renderer(language).problem(why)

    assert_spoken(sentence, language, *(PEOPLE[person] for person in people))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_further_place_names_the_mentor_whom_it_serves_and_who_would_lose(language: str) -> None:
    gain, swap = (
        renderer(language).further_place(FurtherPlace(mentor="mo", serves=("ada", "bo"), leaves=leaves))
        for leaves in ((), ("cy",))
    )

    assert_spoken(gain, language, "Mo Vance", "Ada Quist", "Bo Yxart")
    assert_spoken(swap, language, "Mo Vance", "Ada Quist", "Bo Yxart", "Cy Zorn")
    assert "Cy Zorn" not in gain


def left(name: str, *whys: WhyUnmatched, rule: str = "") -> Unmatched:
    return Unmatched(id=name, role=Role.MENTEE, why=whys, change=Change(remedy=Remedy.PLACE, rule=rule))


def test_what_everybody_left_over_shares_is_said_once() -> None:
    taken = WHYS[Cause.PLACES_TAKEN]
    (side,) = renderer("en").left_over(
        [left("ada", taken), left("bo", WHYS[Cause.RULE], taken), left("cy", taken)]
    )

    assert side.would_help == "One more place with a mentor whom the rules allow."
    assert [person.would_help for person in side.people] == ["", "", ""]
    assert side.shared == ()  # “With the others” is said to Bo alone
    (alike,) = renderer("en").left_over([left("ada", taken), left("cy", taken)])
    assert alike.shared == ("No place was left.",)
    assert [person.reasons for person in alike.people] == [(), ()]


def test_one_person_alone_shares_nothing() -> None:
    (side,) = renderer("en").left_over([left("ada", WHYS[Cause.PLACES_TAKEN])])

    assert (side.shared, side.would_help) == ((), "")
    assert side.people[0].reasons == ("No place was left.",)
    assert side.people[0].would_help == "One more place with a mentor whom the rules allow."


def test_whom_a_further_place_serves_reads_which_mentors() -> None:
    taken = WHYS[Cause.PLACES_TAKEN]
    places = [FurtherPlace(mentor="mo", serves=("bo",))]

    (side,) = renderer("en").left_over([left("ada", taken), left("bo", taken)], places)

    ada, bo = side.people
    assert ada.would_help == "One more place with a mentor whom the rules allow."
    assert bo.would_help == (
        "With one more place for Mo Vance, Bo Yxart would have a mentor, and nobody would lose one."
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_was_kept_out_is_counted_by_side(language: str) -> None:
    mentees, mentors = renderer(language).kept_out(7, 12)

    assert_spoken(mentees, language, "7")
    assert_spoken(mentors, language, "12")
    assert renderer(language).kept_out(0, 0) == ()
