"""The answers to a questionnaire: from what a page or a programme sends to canonical values.

A page sends a form: anything with `getlist`, as Flask's `request.form` is. Each question is a field of
its own name, except that **a ranked question is one field for each place**, `topics_wanted.1`,
`topics_wanted.2` …, up to its maximum: three drop-down lists on a page without script. Empty places are
passed over. A given consent is `yes`; several choices are one field sent several times, half-hours of a
week too. Fields whose name begins with `_` belong to the page (its version, its request key) and are not
read here.

A programme sends a JSON object with the canonical values themselves: text, whole numbers, `true` for a
consent, a list of choices (best first, where the question ranks), `2027-01-11` for a day.

Every answer is refused in the words of `words_if_missing` or `words_if_refused`, which the page's script
uses too, or in one of the few sentences below; all of them say what to do, in the language that was asked
for. `_schema` stands for the whole. `site/scripts/answers.js` refuses the same in the same words.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol, cast, runtime_checkable

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, pre_load

from functions.i18n.languages import translations
from functions.programme.people import Answer
from functions.programme.questionnaire import Kind, Question, Questionnaire
from functions.questionnaires.answer_messages import (
    GIVEN,
    SAY_AN_OBJECT,
    SAY_EACH_ONCE,
    SAY_LEAVE_OUT,
    SAY_LOAD_AGAIN,
    SAY_OFFERED_CHOICES,
    SAY_ONE_CHOICE,
    SAY_UNKNOWN,
    field_names,
    words_if_missing,
    words_if_not_alone,
    words_if_refused,
)
from functions.questionnaires.plain_text import TextError, address_of, line_of, name_of, text_of

# The question whose answer stands in mails to others.
NAME = "name"
# Typed in any digits that mean the plain ones.
NUMBERS = (Kind.INTEGER, Kind.SCALE, Kind.DATE)
WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,9}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@runtime_checkable
class Form(Protocol):
    """What a browser sends: names, each with one or several values."""

    def getlist(self, key: str, /) -> Sequence[str]:
        """Return every value of a field, in the order sent."""

    def keys(self) -> Iterable[str]:
        """Return the names of the fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedAnswers:
    """What came of the answers: all of them in canonical values, or what to do about each fault.

    With any fault there are no answers. A fault that concerns the whole stands under `_schema`.
    """

    answers: Mapping[str, Answer]
    errors: Mapping[str, str]


class Unasked:
    """Stands in the place of an answer to a question that was not asked."""


def load(
    questionnaire: Questionnaire, sent: Form | Mapping[str, object], language: str = "en"
) -> LoadedAnswers:
    """Take the answers that a page or a programme sent."""
    try:
        return LoadedAnswers(
            answers=answers_schema(questionnaire, language).load(cast("Any", sent)), errors={}
        )
    except ValidationError as error:
        return LoadedAnswers(answers={}, errors={name: said[0] for name, said in error.messages_dict.items()})


def answers_schema(questionnaire: Questionnaire, language: str = "en") -> Schema:
    """Return a schema whose `load` takes a form or a mapping and returns the canonical answers by question.

    What was not asked or not answered is absent. `language` is that of the messages that the questionnaire
    words itself.
    """
    answered: dict[str, Any] = {
        question.name: AnswerField(question, language) for question in questionnaire.questions
    }
    schema = _AnswersSchema.from_dict(answered, name="AnswersSchema")()
    assert isinstance(schema, _AnswersSchema)  # noqa: S101  # from_dict makes a subclass of what it is called on
    schema.questionnaire, schema.say = questionnaire, translations(language).gettext
    schema.error_messages = {**schema.error_messages, "unknown": schema.say(SAY_UNKNOWN)}
    return schema


class AnswerField(fields.Field[Answer]):
    """The answer to one question."""

    def __init__(self, question: Question, language: str) -> None:
        super().__init__(error_messages={"null": words_if_missing(question, language)})
        self.question = question
        self.refused = words_if_refused(question, language)
        self.not_alone = words_if_not_alone(question, language)
        self.say = translations(language).gettext
        self.offered = dict.fromkeys(question.offered)  # in their order

    def refuse_out_of_bounds(self, size: int) -> None:
        """Raise ValidationError for a number, a length or a count that the question doesn't allow."""
        least, most = self.question.minimum, self.question.maximum
        if (least is not None and size < least) or (most is not None and size > most):
            raise ValidationError(self.refused)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kw: Any) -> Answer:
        del attr, data, kw
        if isinstance(value, Unasked):
            asked_after = self.question.shown_if[0] if self.question.shown_if else ""
            raise ValidationError(self.say(SAY_LEAVE_OUT).format(question=asked_after))
        try:
            return READERS[self.question.kind](self, value)
        except TextError as error:
            raise ValidationError(self.say(str(error))) from error
        except ValidationError as error:
            raise ValidationError([self.say(str(message)) for message in error.messages]) from error


class _AnswersSchema(Schema):
    questionnaire: Questionnaire
    say: Callable[[str], str]

    class Meta:
        unknown = RAISE

    @pre_load
    def gather(self, data: object, **_: object) -> dict[str, object]:
        """Return one value for each answer; None for one that is missing and required."""
        questions = self.questionnaire.questions
        if isinstance(data, Form):
            if _unknown_to(questions, data):
                raise ValidationError(self.say(SAY_LOAD_AGAIN))
            given = {question.name: _from_form(data, question) for question in questions}
            return _given_answers(questions, given, drop=True)
        if not isinstance(data, Mapping):
            raise ValidationError(self.say(SAY_AN_OBJECT))
        return _given_answers(questions, data, drop=False)

    @post_load
    def in_order(self, data: Mapping[str, Answer], **_: object) -> dict[str, Answer]:
        """Return the answers in the order of the questions, not in that of the form."""
        questions = self.questionnaire.questions
        return {question.name: data[question.name] for question in questions if question.name in data}


# From what was sent to one value for each question


def _unknown_to(questions: Iterable[Question], form: Form) -> set[str]:
    """Return the fields of a form that are neither an answer nor the page's own."""
    known = {name for question in questions for name in field_names(question)}
    return {name for name in form.keys() if name not in known and not name.startswith("_")}  # noqa: SIM118


def _from_form(form: Form, question: Question) -> object:
    values = [value for name in field_names(question) for value in form.getlist(name)]
    if question.kind in (Kind.MANY, Kind.RANK, Kind.HOURS):
        return [value for value in values if value]
    if len(values) != 1:
        return values
    if question.kind is Kind.CONSENT:
        return True if values[0] == GIVEN else values[0]
    if question.kind in NUMBERS:
        digits = unicodedata.normalize("NFKC", values[0]).strip()
        if question.kind is Kind.DATE:
            return digits
        return int(digits) if WHOLE_NUMBER.fullmatch(digits) else values[0]
    return values[0]


def _given_answers(
    questions: Iterable[Question], given: Mapping[str, object], *, drop: bool
) -> dict[str, object]:
    """Return what was given, without the empty answers, and with None where a required one is missing.

    An answer to a question that was not asked is dropped (a page hides it and sends it all the same) or
    marked as not asked.
    """
    asked = dict(given)
    for question in questions:
        value = asked.pop(question.name, None)
        empty = _empty(value)
        if _shown(question, asked):
            if not empty or question.required:
                asked[question.name] = None if empty else value
        elif not empty and not drop:
            asked[question.name] = Unasked()
    return asked


def _shown(question: Question, asked: Mapping[str, object]) -> bool:
    if question.shown_if is None:
        return True
    earlier, choice = question.shown_if
    value = asked.get(earlier)
    return choice in value if isinstance(value, list | tuple) else value == choice


def _empty(value: object) -> bool:
    """Whether nothing was answered: absent, null, blank, no choice, a box left empty."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or value is False or value in ([], ())


# One reader for each kind of question


def _read_line(field: AnswerField, value: object) -> str:
    line = name_of(value) if field.question.name == NAME else line_of(value)
    field.refuse_out_of_bounds(len(line))
    return line


def _read_long_text(field: AnswerField, value: object) -> str:
    text = text_of(value)
    field.refuse_out_of_bounds(len(text))
    return text


def _read_address(field: AnswerField, value: object) -> str:
    address = address_of(value)
    field.refuse_out_of_bounds(len(address))
    return address


def _read_number(field: AnswerField, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValidationError(field.refused)
    field.refuse_out_of_bounds(value)
    return value


def _read_one(field: AnswerField, value: object) -> str:
    if not isinstance(value, str) or value not in field.offered:
        raise ValidationError(SAY_ONE_CHOICE)
    return value


def _read_several(field: AnswerField, value: object) -> tuple[str, ...]:
    chosen = set(_choices_in(field, value))
    if field.question.alone in chosen and len(chosen) > 1:
        raise ValidationError(field.not_alone)
    field.refuse_out_of_bounds(len(chosen))
    return tuple(name for name in field.offered if name in chosen)


def _read_ranked(field: AnswerField, value: object) -> tuple[str, ...]:
    chosen = _choices_in(field, value)
    if len(set(chosen)) < len(chosen):
        raise ValidationError(SAY_EACH_ONCE)
    field.refuse_out_of_bounds(len(chosen))
    return chosen


def _choices_in(field: AnswerField, value: object) -> tuple[str, ...]:
    offered = field.offered
    if isinstance(value, list | tuple) and all(isinstance(name, str) and name in offered for name in value):
        return tuple(value)
    raise ValidationError(SAY_OFFERED_CHOICES)


def _read_day(field: AnswerField, value: object) -> str:
    if not isinstance(value, str) or not DAY.fullmatch(value):
        raise ValidationError(field.refused)
    try:
        read = date.fromisoformat(value)
    except ValueError as error:
        raise ValidationError(field.refused) from error
    field.refuse_out_of_bounds(read.year * 10_000 + read.month * 100 + read.day)
    return value


def _read_consent(field: AnswerField, value: object) -> bool:
    if value is not True:
        raise ValidationError(field.refused)
    return True


READERS: dict[Kind, Callable[[AnswerField, object], Answer]] = {
    Kind.TEXT: _read_line,
    Kind.LONG_TEXT: _read_long_text,
    Kind.EMAIL: _read_address,
    Kind.INTEGER: _read_number,
    Kind.SCALE: _read_number,
    Kind.ONE: _read_one,
    Kind.MANY: _read_several,
    Kind.RANK: _read_ranked,
    Kind.CONSENT: _read_consent,
    Kind.DATE: _read_day,
    Kind.HOURS: _read_several,
}
