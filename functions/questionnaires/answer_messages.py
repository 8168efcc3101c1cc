"""What to say of an answer that can't be taken: the sentences that the page's script and the server share.

`site/scripts/answers.js` refuses the same as `schemas/answers.py`, in the same words, which reach it in the
page's `data-` attributes.
"""

from collections.abc import Mapping
from datetime import date

from functions.i18n.languages import marked, translations
from functions.i18n.writing import day
from functions.programme.questionnaire import Kind, Question
from functions.questionnaires.plain_text import SAY_AN_ADDRESS

# What a given consent is sent as.
GIVEN = "yes"
SAY_ANSWER = marked("Answer “{label}”")
SAY_SHORTER = marked("Shorten this to {maximum} characters or fewer")
SAY_LENGTH = marked("Write {minimum} to {maximum} characters")
SAY_A_NUMBER = marked("Enter a whole number from {minimum} to {maximum}")
SAY_ON_THE_SCALE = marked("Choose a number from {minimum} to {maximum}")
SAY_A_DAY = marked("Enter a date from {minimum} to {maximum}")
SAY_UP_TO = marked("Choose up to {maximum}")
SAY_FROM_TO = marked("Choose {minimum} to {maximum}")
SAY_UP_TO_HALF_HOURS = marked("Choose up to {maximum} half-hours")
SAY_HALF_HOURS = marked("Choose {minimum} to {maximum} half-hours")
SAY_ALONE = marked("Choose “{label}” alone, or the others without it")
SAY_ONE_CHOICE = marked("Choose one of the answers offered")
SAY_OFFERED_CHOICES = marked("Choose from the answers offered")
SAY_EACH_ONCE = marked("Choose each one only once")
SAY_TICK = marked("Tick the box, or leave it empty")
SAY_LEAVE_OUT = marked("Leave this out: it is not asked after that answer to `{question}`")
SAY_UNKNOWN = marked("Remove this: the questionnaire asks nothing of that name")
SAY_AN_OBJECT = marked("Send the answers as one object, with the names of the questions")
SAY_LOAD_AGAIN = marked(
    "This page is not the current one. Load it again, check your answers and send them once more"
)

OUT_OF_BOUNDS = {
    Kind.TEXT: SAY_SHORTER,
    Kind.LONG_TEXT: SAY_SHORTER,
    Kind.EMAIL: SAY_AN_ADDRESS,
    Kind.INTEGER: SAY_A_NUMBER,
    Kind.ONE: SAY_ONE_CHOICE,
    Kind.MANY: SAY_UP_TO,
    Kind.RANK: SAY_UP_TO,
    Kind.SCALE: SAY_ON_THE_SCALE,
    Kind.CONSENT: SAY_TICK,
    Kind.DATE: SAY_A_DAY,
    Kind.HOURS: SAY_UP_TO_HALF_HOURS,
}
# With a least number above one, the sentence names both ends.
OUT_OF_BOTH_BOUNDS = {
    Kind.TEXT: SAY_LENGTH,
    Kind.LONG_TEXT: SAY_LENGTH,
    Kind.MANY: SAY_FROM_TO,
    Kind.RANK: SAY_FROM_TO,
    Kind.HOURS: SAY_HALF_HOURS,
}


def words_if_missing(question: Question, language: str) -> str:
    """Return what to say when a required answer is missing."""
    general = translations(language).gettext(SAY_ANSWER).format(label=_in(question.labels, language))
    return _in(question.if_missing, language) or general


def words_if_refused(question: Question, language: str) -> str:
    """Return what to say when an answer is out of its bounds: too long, too many, not on the scale."""
    message = OUT_OF_BOUNDS[question.kind]
    if (question.minimum or 0) > 1:
        message = OUT_OF_BOTH_BOUNDS.get(question.kind, message)
    least, most = question.minimum, question.maximum
    bounds = {"minimum": str(least), "maximum": str(most)}
    if question.kind is Kind.DATE:
        bounds = {"minimum": _day_in_words(least, language), "maximum": _day_in_words(most, language)}
    general = translations(language).gettext(message).format(**bounds)
    return _in(question.if_refused, language) or general


def words_if_not_alone(question: Question, language: str) -> str:
    """Return what to say when a choice that goes with no other was chosen beside others."""
    label = question.words(language).get(question.alone, "")
    return translations(language).gettext(SAY_ALONE).format(label=label)


def _day_in_words(number: int | None, language: str) -> str:
    number = number or 0
    return day(date(number // 10_000, number // 100 % 100, number % 100), language)


def field_names(question: Question) -> tuple[str, ...]:
    """Return the names of the form fields in which a page sends the answer."""
    if question.kind is Kind.RANK:
        return tuple(f"{question.name}.{place}" for place in range(1, (question.maximum or 0) + 1))
    return (question.name,)


def _in(words: Mapping[str, str], language: str) -> str:
    """Return the words in that language, else in the questionnaire's first; empty when there are none."""
    return words.get(language) or next(iter(words.values()), "")
