"""A copy of somebody's answers, in the words of the questionnaire: for the mail that they keep."""

from collections.abc import Mapping
from datetime import date

from functions.i18n import writing
from functions.i18n.languages import translations
from functions.programme.people import Answer
from functions.programme.questionnaire import Kind, Question, Questionnaire

Copy = tuple[tuple[str, tuple[str, ...]], ...]


def summarize_answers(questionnaire: Questionnaire, answers: Mapping[str, Answer], language: str) -> Copy:
    """Return each question that was answered, with the answer's words, in the order of the page.

    Answers to questions that the questionnaire no longer has are left out: nobody knows their words.
    """
    return tuple(
        (_in(question.labels, language), _words(question, answers[question.name], language))
        for question in questionnaire.questions
        if question.name in answers
    )


def _words(question: Question, answer: Answer, language: str) -> tuple[str, ...]:
    if question.kind is Kind.CONSENT:
        return (translations(language).gettext("Yes"),)
    if question.kind is Kind.DATE:
        return (writing.day(date.fromisoformat(str(answer)), language),)
    lines = (line for word in question.in_words(answer, language) for line in word.splitlines())
    return tuple(line.strip() for line in lines if line.strip())


def _in(words: Mapping[str, str], language: str) -> str:
    return words.get(language) or next(iter(words.values()), "")
