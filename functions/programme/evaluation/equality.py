"""Questions about equality: counted and never kept, shown only where nobody can be found in the numbers.

Nobody's answers stand together anywhere: each answer adds one to a number, and that is all that is left
of it. So nothing leads from a person to what they answered, nor from one answer to another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from functions.programme.people import Answer
from functions.programme.questionnaire import Kind, Question, Questionnaire

# A number below this is not shown, nor are any while fewer than this many have answered.
FEWEST_SHOWN = 5
# What can be counted: an answer in somebody's own words might tell who they are.
COUNTED = (Kind.ONE, Kind.MANY, Kind.SCALE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How often each option of a question was chosen, in the order of the page; None is held back."""

    question: Question
    counts: tuple[tuple[str, int | None], ...]


def not_counted(questionnaire: Questionnaire) -> tuple[str, ...]:
    """Return the names of the questions whose answers can't be counted, and so must not be asked here."""
    return tuple(question.name for question in questionnaire.questions if question.kind not in COUNTED)


def marks_of(questionnaire: Questionnaire, answers: Mapping[str, Answer]) -> tuple[str, ...]:
    """Return what is counted of one person's answers: a mark for each option chosen."""
    return tuple(
        _mark(question, str(option))
        for question in questionnaire.questions
        if question.kind in COUNTED and question.name in answers
        for option in _options_in(answers[question.name])
    )


def tallies(questionnaire: Questionnaire, answered: int, counts: Mapping[str, int]) -> tuple[Tally, ...]:
    """Return how often each option was chosen; none while too few have answered.

    `answered` is how many people did, and `counts` how often each mark was made.
    """
    if answered < FEWEST_SHOWN:
        return ()
    found = []
    for question in questionnaire.questions:
        options = _options_of(question)
        numbers = shown([counts.get(_mark(question, option), 0) for option in options])
        found.append(Tally(question=question, counts=tuple(zip(options, numbers, strict=True))))
    return tuple(found)


def shown(counts: Sequence[int]) -> list[int | None]:
    """Return the numbers that may be shown, None for those held back.

    Below five, none is. Whoever knows the sum could work them out where they come to less than five
    together, or to so many that each must be nearly five: four and four are the only two that make eight.
    Then the next smallest is held back as well.
    """
    held_back = {place for place, count in enumerate(counts) if count < FEWEST_SHOWN}
    rising = sorted(set(range(len(counts))) - held_back, key=lambda place: counts[place])
    together = sum(counts[place] for place in held_back)
    most = (FEWEST_SHOWN - 1) * (len(held_back) - 1)  # with one of them nobody
    if together and not FEWEST_SHOWN <= together <= most and rising:
        held_back.add(rising[0])
    return [None if place in held_back else count for place, count in enumerate(counts)]


def _mark(question: Question, option: str) -> str:
    return f"{question.name}={option}"


def _options_in(answer: Answer) -> Sequence[Answer]:
    return answer if isinstance(answer, tuple) else (answer,)


def _options_of(question: Question) -> tuple[str, ...]:
    if question.kind is Kind.SCALE and question.minimum is not None and question.maximum is not None:
        return tuple(str(number) for number in range(question.minimum, question.maximum + 1))
    return tuple(choice.name for choice in question.choices)
