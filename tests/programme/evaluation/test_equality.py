"""Counting answers about equality, and which numbers may be shown."""

from hypothesis import example, given
from hypothesis import strategies as st

from functions.programme.evaluation.equality import FEWEST_SHOWN, marks_of, not_counted, shown, tallies
from functions.programme.questionnaire import Kind
from functions.questionnaires import definitions
from tests.programme.test_questionnaire import choices, page_of, question

numbers = st.lists(st.integers(min_value=0, max_value=40), min_size=1, max_size=8)
ASKED = definitions.questionnaire("equality")


@given(numbers)
def test_no_number_below_five_is_ever_shown_and_no_other_is_changed(counts: list[int]) -> None:
    for count, seen in zip(counts, shown(counts), strict=True):
        assert seen in (None, count)
        assert seen is None or seen >= FEWEST_SHOWN


@given(numbers)
def test_whoever_knows_the_sum_can_not_work_out_a_small_number(counts: list[int]) -> None:
    held_back = [count for count, seen in zip(counts, shown(counts), strict=True) if seen is None]

    # Either everybody in the numbers held back is nobody, or there are five and more to be lost among.
    assert sum(held_back) in (0, *range(FEWEST_SHOWN, 1000)) or len(held_back) == len(counts)


@given(numbers)
@example([12, 4, 4, 30])
def test_small_numbers_held_back_are_never_so_few_and_full_that_the_sum_gives_them_away(
    counts: list[int],
) -> None:
    held_back = [count for count, seen in zip(counts, shown(counts), strict=True) if seen is None]

    if any(held_back) and max(held_back) < FEWEST_SHOWN and len(held_back) < len(counts):
        # Any one of them may be nobody, and the others still make up the sum.
        assert sum(held_back) <= (FEWEST_SHOWN - 1) * (len(held_back) - 1)


def test_what_is_large_enough_is_shown() -> None:
    assert shown([12, 7, 30]) == [12, 7, 30]
    assert shown([12, 0, 30]) == [12, None, 30]
    assert shown([12, 4, 4, 30]) == [None, None, None, 30]
    assert shown([12, 3, 1, 1, 30]) == [12, None, None, None, 30]
    assert shown([12, 3, 30]) == [None, None, 30]
    assert shown([5, 6]) == [5, 6]
    assert shown([30, 3, 3, 2]) == [30, None, None, None]
    assert shown([30, 12, 4, 4]) == [30, None, None, None]


def test_with_fewer_than_five_people_there_is_no_tally() -> None:
    counts = {"gender=woman": 4}

    assert tallies(ASKED, 4, counts) == ()
    assert tallies(ASKED, 5, counts)


def test_a_tally_has_every_option_in_the_order_of_the_page() -> None:
    asked = next(question for question in ASKED.questions if question.name == "gender")
    counts = {f"gender={choice.name}": 10 + place for place, choice in enumerate(asked.choices)}

    tally = next(tally for tally in tallies(ASKED, 60, counts) if tally.question is asked)

    assert tally.counts == tuple((choice.name, 10 + place) for place, choice in enumerate(asked.choices))


def test_each_option_chosen_is_one_mark_and_what_is_not_answered_is_none() -> None:
    assert marks_of(ASKED, {"gender": "woman", "carer": "no"}) == ("gender=woman", "carer=no")
    assert marks_of(ASKED, {}) == ()


def test_the_ready_made_questions_can_all_be_counted_and_a_line_of_text_can_not() -> None:
    assert not_counted(ASKED) == ()
    assert "name" in not_counted(definitions.questionnaire("mentee"))


def test_each_of_several_options_chosen_is_one_mark() -> None:
    page = page_of(question("languages", Kind.MANY, choices=choices("en", "ar", "cy"), bounds=(0, 3)))

    assert marks_of(page, {"languages": ("ar", "cy")}) == ("languages=ar", "languages=cy")


def test_an_answer_in_somebodys_own_words_is_never_counted() -> None:
    page = page_of(question("story", Kind.TEXT))

    assert marks_of(page, {"story": "I am the only one here from Nauru."}) == ()


def test_a_scale_has_a_number_for_each_of_its_points() -> None:
    page = page_of(question("welcome", Kind.SCALE, bounds=(2, 4), choices=choices("low", "high")))

    (tally,) = tallies(page, 40, {"welcome=2": 10, "welcome=4": 30})

    assert tally.counts == (("2", 10), ("3", None), ("4", 30))


def test_what_may_be_chosen_several_times_has_a_number_for_each_choice() -> None:
    page = page_of(question("languages", Kind.MANY, choices=choices("en", "ar"), bounds=(0, 2)))

    (tally,) = tallies(page, 12, {"languages=en": 12})

    # Whoever nobody chose is held back, and that gives nothing away: the other number is shown.
    assert tally.counts == (("en", 12), ("ar", None))
