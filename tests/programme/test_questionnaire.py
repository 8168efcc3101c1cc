"""What a question offers, and its answers in the questionnaire's own words."""

import pytest

from functions.programme.questionnaire import Choice, Kind, Question, Questionnaire, Step, Use


def choices(*names: str) -> tuple[Choice, ...]:
    """Return choices that are called by their names in English, and not at all in other languages."""
    return tuple(Choice(name=name, labels={"en": name.capitalize()}) for name in names)


def question(
    name: str,
    kind: Kind,
    *,
    choices: tuple[Choice, ...] = (),
    bounds: tuple[int | None, int | None] = (None, None),
    hours: tuple[int, int] | None = None,
    use: Use = Use.MATCHING,
) -> Question:
    return Question(
        name=name,
        kind=kind,
        use=use,
        labels={"en": name},
        hints={},
        required=False,
        minimum=bounds[0],
        maximum=bounds[1],
        choices=choices,
        shown_if=None,
        hours=hours,
    )


def page_of(*questions: Question) -> Questionnaire:
    """Return a questionnaire that asks each of the questions on a step of its own."""
    steps = tuple(Step(name=each.name, labels={}, questions=(each,)) for each in questions)
    return Questionnaire(name="page", version="1", titles={}, languages=("en", "ar"), steps=steps)


GOALS = question(
    "goals",
    Kind.MANY,
    choices=(
        Choice(name="statistics", labels={"en": "Statistics", "ar": "الإحصاء"}),
        Choice(name="writing", labels={"en": "Writing"}),
    ),
)
DAYS = (
    Choice(name="mon", labels={"en": "Monday", "de": "Montag"}),
    Choice(name="tue", labels={"en": "Tuesday", "de": "Dienstag"}),
)


def free(first: int, end: int) -> Question:
    return question("free", Kind.HOURS, choices=DAYS, hours=(first, end))


def test_a_choice_question_offers_its_choices_in_their_order() -> None:
    assert GOALS.offered == ("statistics", "writing")


def test_a_week_offers_each_half_hour_of_each_day_between_its_hours() -> None:
    assert free(9, 11).offered == (
        *("mon-0900", "mon-0930", "mon-1000", "mon-1030"),
        *("tue-0900", "tue-0930", "tue-1000", "tue-1030"),
    )


def test_a_choice_without_a_label_in_the_readers_language_is_said_in_the_first_one() -> None:
    assert GOALS.words("ar") == {"statistics": "الإحصاء", "writing": "Writing"}


def test_a_half_hour_is_said_as_its_day_and_the_time_it_begins() -> None:
    assert free(9, 10).words("de") == {
        "mon-0900": "Montag 09:00",
        "mon-0930": "Montag 09:30",
        "tue-0900": "Dienstag 09:00",
        "tue-0930": "Dienstag 09:30",
    }


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (("writing", "statistics"), ["Writing", "الإحصاء"]),
        ("statistics", ["الإحصاء"]),
        (("no-longer-offered",), ["no-longer-offered"]),
        (3, ["3"]),
    ],
)
def test_an_answer_is_said_in_the_words_of_the_questionnaire(answer: object, words: list[str]) -> None:
    assert GOALS.in_words(answer, "ar") == words


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (("mon-0900",), ["Monday 09:00–09:30"]),
        (("mon-0930",), ["Monday 09:30–10:00"]),
        (("mon-0900", "mon-0930", "mon-1000"), ["Monday 09:00–10:30"]),
        (("mon-0900", "mon-1000"), ["Monday 09:00–09:30", "Monday 10:00–10:30"]),
        (("mon-0900", "tue-0930"), ["Monday 09:00–09:30", "Tuesday 09:30–10:00"]),
        (("mon-2330", "tue-0000"), ["Monday 23:30–24:00", "Tuesday 00:00–00:30"]),
        (("mon-0000", "mon-0030", "mon-2330"), ["Monday 00:00–01:00", "Monday 23:30–24:00"]),
    ],
)
def test_half_hours_that_follow_each_other_on_one_day_are_said_as_one_time(
    answer: tuple[str, ...], words: list[str]
) -> None:
    assert free(0, 24).in_words(answer, "en") == words


def test_a_day_may_have_a_name_of_any_length() -> None:
    weekend = question(
        "free", Kind.HOURS, choices=(Choice(name="weekend", labels={"en": "Weekend"}),), hours=(9, 10)
    )

    assert weekend.words("en") == {"weekend-0900": "Weekend 09:00", "weekend-0930": "Weekend 09:30"}
    assert weekend.in_words(("weekend-0900", "weekend-0930"), "en") == ["Weekend 09:00–10:00"]


def test_a_questionnaire_has_the_questions_of_all_its_steps_in_the_order_of_the_page() -> None:
    name = question("name", Kind.TEXT)

    assert page_of(name, GOALS).questions == (name, GOALS)


def test_a_questionnaire_has_words_for_the_questions_that_offer_something_to_choose() -> None:
    page = page_of(question("name", Kind.TEXT), GOALS)

    assert page.words("ar") == {"goals": {"statistics": "الإحصاء", "writing": "Writing"}}
