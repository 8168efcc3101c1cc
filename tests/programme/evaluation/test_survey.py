from collections.abc import Mapping

import pytest

from functions.programme.evaluation.survey import results_of
from functions.programme.people import Answer
from functions.programme.questionnaire import Kind, Questionnaire
from functions.questionnaires.definitions import questionnaire
from tests.programme.test_questionnaire import choices, page_of, question


@pytest.fixture
def end() -> Questionnaire:
    return questionnaire("end")


def test_results_stay_hidden_until_five_have_answered(end: Questionnaire) -> None:
    scale = next(question for question in end.questions if question.kind is Kind.SCALE)
    four: list[Mapping[str, Answer]] = [{scale.name: 5}] * 4
    hidden, shown = results_of(end, 10, four), results_of(end, 10, [*four, {scale.name: 1}])
    assert (hidden.hidden, hidden.questions, hidden.answered) == (True, (), 4)
    assert (shown.hidden, len(shown.questions)) == (False, len(end.questions))


def test_a_scale_counts_every_point_and_gives_the_mean(end: Questionnaire) -> None:
    scale = next(question for question in end.questions if question.kind is Kind.SCALE)
    results = results_of(end, 5, [{scale.name: point} for point in (5, 5, 4, 1, 5)])
    result = next(result for result in results.questions if result.question.name == scale.name)
    assert result.counts == (("1", 1), ("2", 0), ("3", 0), ("4", 1), ("5", 3))
    assert result.mean == 4.0


def test_several_choices_of_one_person_count_once_each_and_words_come_in_no_telling_order(
    end: Questionnaire,
) -> None:
    many = next(question for question in end.questions if question.kind is Kind.MANY)
    words = next(question for question in end.questions if question.kind is Kind.LONG_TEXT)
    first, second = many.choices[0].name, many.choices[1].name
    answers: list[Mapping[str, Answer]] = [
        {many.name: (first, second), words.name: "z"},
        {many.name: (first,), words.name: "a"},
        {},
        {},
        {},
    ]
    results = {result.question.name: result for result in results_of(end, 5, answers).questions}
    assert dict(results[many.name].counts)[first] == 2
    assert dict(results[many.name].counts)[second] == 1
    assert (results[many.name].answered, results[words.name].words) == (2, ("a", "z"))


def test_a_question_with_bounds_that_is_no_number_counts_its_choices() -> None:
    page = page_of(question("goals", Kind.MANY, choices=choices("a", "b"), bounds=(0, 2)))

    (result,) = results_of(page, 5, [{"goals": ("b",)}] * 5).questions

    assert result.counts == (("a", 0), ("b", 5))
    assert (result.mean, result.words) == (None, ())


def test_a_number_counts_every_value_between_its_bounds_and_never_what_is_no_number() -> None:
    page = page_of(question("hours", Kind.INTEGER, bounds=(1, 3)))

    (result,) = results_of(page, 7, [{"hours": hours} for hours in (1, 3, 3, 1, 3)]).questions

    assert result.counts == (("1", 2), ("2", 0), ("3", 3))
    assert result.mean == 2.2


def test_what_has_neither_bounds_nor_choices_counts_what_was_answered_in_a_fixed_order() -> None:
    page = page_of(question("day", Kind.DATE))
    days = ("2027-01-03", "2027-01-01", "2027-01-03", "2027-01-02", "2027-01-03")

    (result,) = results_of(page, 5, [{"day": day} for day in days]).questions

    assert result.counts == (("2027-01-01", 1), ("2027-01-02", 1), ("2027-01-03", 3))


def test_words_are_kept_as_words_and_not_counted() -> None:
    page = page_of(question("story", Kind.TEXT))

    (result,) = results_of(page, 6, [{"story": word} for word in "ecabd"]).questions

    assert (result.counts, result.words, result.mean) == ((), ("a", "b", "c", "d", "e"), None)


def test_a_consent_has_no_mean() -> None:
    page = page_of(question("agreed", Kind.CONSENT))

    (result,) = results_of(page, 5, [{"agreed": True}] * 5).questions

    assert (result.answered, result.mean) == (5, None)
