"""What a survey's answers say together, and nothing that one answer says alone.

Results stay hidden while there are fewer than five answers: with four, a coordinator who knows three of
them knows the fourth.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from functions.programme.people import Answer
from functions.programme.questionnaire import Kind, Question, Questionnaire

FEWEST_SHOWN = 5
FREE_TEXT = (Kind.TEXT, Kind.LONG_TEXT)
NUMBERS = (Kind.SCALE, Kind.INTEGER)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionResult:
    """One question's answers: how many, how often each, their mean (numbers only), the words written.

    `counts` runs over every choice or every point of a scale, in the order of the page, zeros included.
    """

    question: Question
    answered: int
    counts: tuple[tuple[str, int], ...]
    mean: float | None
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyResults:
    """A survey's results; `questions` is empty while there are too few answers to show."""

    asked: int
    answered: int
    questions: tuple[QuestionResult, ...]

    @property
    def hidden(self) -> bool:
        """Whether there are too few answers to show any."""
        return self.answered < FEWEST_SHOWN


def results_of(survey: Questionnaire, asked: int, answers: Sequence[Mapping[str, Answer]]) -> SurveyResults:
    """Return the results of a survey that `asked` people got; each answer is one person's."""
    shown = survey.questions if len(answers) >= FEWEST_SHOWN else ()
    return SurveyResults(
        asked=asked,
        answered=len(answers),
        questions=tuple(_result(question, answers) for question in shown),
    )


def _result(question: Question, answers: Sequence[Mapping[str, Answer]]) -> QuestionResult:
    given = [answer[question.name] for answer in answers if question.name in answer]
    numbers = [value for value in given if isinstance(value, int)] if question.kind in NUMBERS else []
    # Sorted, so that the order of the words does not tell who wrote last.
    words = tuple(sorted(str(value) for value in given)) if question.kind in FREE_TEXT else ()
    return QuestionResult(
        question=question,
        answered=len(given),
        counts=_counts(question, given),
        mean=sum(numbers) / len(numbers) if numbers else None,
        words=words,
    )


def _counts(question: Question, given: Sequence[Answer]) -> tuple[tuple[str, int], ...]:
    if question.kind in FREE_TEXT:
        return ()
    counted: Counter[str] = Counter()
    for value in given:
        counted.update(value if isinstance(value, tuple) else [str(value)])
    if question.kind in NUMBERS and question.minimum is not None and question.maximum is not None:
        options = [str(number) for number in range(question.minimum, question.maximum + 1)]
    else:
        options = [choice.name for choice in question.choices] or sorted(counted)
    return tuple((option, counted[option]) for option in options)
