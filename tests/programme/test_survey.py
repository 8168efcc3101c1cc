from collections.abc import Mapping

import pytest

from functions.programme.people import Answer
from functions.programme.questionnaire import Kind, Questionnaire
from functions.programme.survey import results_of
from schemas.definitions import questionnaire


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
