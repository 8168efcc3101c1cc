"""A questionnaire as its page needs it: each question with its words, its fields and its limits.

Every answer is text under the question's name; a ranked choice has one field for each place,
`topics.1` the best. What the page's script must know of a question to check it as the server does stands
in the question's `data-` attributes, and what it says of any question in `SCRIPT_MESSAGES`.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import takewhile
from typing import Self

from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from functions.i18n.languages import marked
from functions.programme.people import Answer
from functions.programme.questionnaire import Choice, Kind, Layout, Question, Questionnaire
from functions.questionnaires import answer_messages, plain_text
from functions.web.rendering import day, gettext, label, language

PLACES = (
    marked("First choice"),
    marked("Second choice"),
    marked("Third choice"),
    marked("Fourth choice"),
    marked("Fifth choice"),
)
MACROS = {
    Kind.ONE: "one_of",
    Kind.SCALE: "one_of",
    Kind.MANY: "many_of",
    Kind.CONSENT: "many_of",
    Kind.RANK: "grouped",
    Kind.HOURS: "grouped",
}
# What is said of any question, by the name under which the page's script finds it.
SCRIPT_MESSAGES = {
    "text": plain_text.SAY_WRITE_TEXT,
    "again": plain_text.SAY_TYPE_IT_AGAIN,
    "name": plain_text.SAY_NAME_ONLY,
    "shorter": plain_text.SAY_A_SHORTER_NAME,
    "address": plain_text.SAY_AN_ADDRESS,
    "plain": plain_text.SAY_A_PLAIN_ADDRESS,
    "one": answer_messages.SAY_ONE_CHOICE,
    "offered": answer_messages.SAY_OFFERED_CHOICES,
    "once": answer_messages.SAY_EACH_ONCE,
}
NOT_BOUNDED = (Kind.ONE, Kind.EMAIL)
CHANGED = marked(
    "We have changed the questions since you opened this page. Your answers are all here: please look "
    "through them and send them again."
)
VERSION_FIELD = "_version"
REQUEST_FIELD = "_request"
LONGEST_REQUEST_KEY = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmittedForm:
    """What came in: the answers alone, the version of the questions, and the key of this sending.

    Without script there is no key, and one follows from all that was sent: the same again is the same.
    """

    fields: MultiDict[str, str]
    version: str
    request_key: str

    @classmethod
    def of(cls, form: MultiDict[str, str]) -> Self:
        """Take a form apart; raises BadRequest for one that no page sends."""
        if not all(isinstance(name, str) for name in form):
            raise BadRequest  # a part of a form that has no name comes from no page
        fields = form.copy()
        version = fields.pop(VERSION_FIELD, "")
        key = fields.pop(REQUEST_FIELD, "")
        if not 0 < len(key) <= LONGEST_REQUEST_KEY:
            key = hashlib.sha256(repr(sorted(fields.items(multi=True))).encode(errors="replace")).hexdigest()
        return cls(fields=fields, version=version, request_key=key)


@dataclass(frozen=True, kw_only=True)
class QuestionField:
    """One question on a page. `earlier` is the question that its being asked depends on.

    Its words are those of the language in which it is first shown, and are worked out once.
    """

    question: Question
    earlier: Question | None

    @cached_property
    def label(self) -> str:
        """What is asked."""
        return label(self.question.labels)

    @cached_property
    def hint(self) -> str:
        """What helps to answer."""
        return label(self.question.hints)

    @cached_property
    def only_if(self) -> str:
        """When it is to be answered, for a page without script, which shows it always."""
        if self.earlier is None or self.question.shown_if is None:
            return ""
        chosen = next(c for c in self.earlier.choices if c.name == self.question.shown_if[1])
        return gettext(
            "Only if you answered “%(answer)s” to “%(question)s”.",
            answer=label(chosen.labels),
            question=label(self.earlier.labels),
        )

    @cached_property
    def layout(self) -> str:
        """The name of the macro that draws it."""
        if self.question.layout is Layout.WEEK:
            return "grouped"
        if self.question.layout in (Layout.LIST, Layout.ZONE):
            return "line"
        return MACROS.get(self.question.kind, "line")

    @cached_property
    def items(self) -> list[tuple[str, str]]:
        """Return each thing that can be ticked: its value and its words."""
        question = self.question
        words = {choice.name: label(choice.labels) for choice in question.choices}
        if question.kind is Kind.CONSENT:
            return [(answer_messages.GIVEN, gettext("Yes, I agree"))]
        if question.kind is Kind.SCALE:
            numbers = [str(number) for number in range(question.minimum or 0, (question.maximum or 0) + 1)]
            return [
                (number, f"{number} – {words[number]}" if number in words else number) for number in numbers
            ]
        return list(words.items())

    @cached_property
    def listed(self) -> list[tuple[str, str]]:
        """Return the same as options of a drop-down list, which begins with none chosen."""
        return [("", gettext("Choose one")), *self.items]

    @cached_property
    def week(self) -> dict[str, dict[str, Choice]]:
        """Return the choices of a week by day and part of the day, `mon` and `morning`."""
        rows: dict[str, dict[str, Choice]] = {}
        for choice in self.question.choices:
            day_name, _, part = choice.name.partition("-")
            rows.setdefault(day_name, {})[part] = choice
        return rows

    @cached_property
    def days(self) -> list[tuple[str, list[Choice | None]]]:
        """Return the rows of a week: each day's words, and a choice, or none, below each of the parts."""
        parts = dict.fromkeys(part for row in self.week.values() for part in row)
        return [(_shared(row.values()), [row.get(part) for part in parts]) for row in self.week.values()]

    @cached_property
    def parts(self) -> list[str]:
        """Return the words above the columns of a week: what a label says beside its day."""
        words: dict[str, str] = {}
        for row in self.week.values():
            day_words = _shared(row.values())
            for part, choice in row.items():
                words_here = label(choice.labels)
                beside = words_here.removeprefix(day_words).removesuffix(day_words).strip()
                words.setdefault(part, beside[:1].upper() + beside[1:] or words_here)
        return list(words.values())

    @cached_property
    def clocks(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return the rows of half-hours: when each begins, and for each day its name and its words."""
        rows: dict[str, list[tuple[str, str]]] = {}
        for cell, words in self.question.words(language()).items():
            rows.setdefault(f"{cell[-4:-2]}:{cell[-2:]}", []).append((cell, words))
        return list(rows.items())

    @cached_property
    def first_and_last_day(self) -> tuple[str, str]:
        """Return the bounds of a date as ISO text."""
        bounds = (f"{number or 0:08}" for number in (self.question.minimum, self.question.maximum))
        first, last = (f"{day[:4]}-{day[4:6]}-{day[6:]}" for day in bounds)
        return first, last

    @cached_property
    def attributes(self) -> Markup:
        """Return what the script on the page needs to know to say what the server would say."""
        question = self.question
        bounded = question.kind not in NOT_BOUNDED
        known = {
            "question": question.name,
            "kind": question.kind,
            "required": "" if question.required else None,
            "zone": "" if question.layout is Layout.ZONE else None,
            "shown-if": " ".join(question.shown_if) if question.shown_if else None,
            "minimum": question.minimum if bounded else None,
            "maximum": question.maximum if bounded else None,
            "missing": answer_messages.words_if_missing(question, language()) if question.required else None,
            "refused": answer_messages.words_if_refused(question, language()) if bounded else None,
            "alone": question.alone or None,
            "not-alone": answer_messages.words_if_not_alone(question, language()) if question.alone else None,
        }
        return _data(known)

    def field(self, place: int = 0) -> str:
        """Return the name of its field, or of the field for one place of a ranked choice."""
        return f"{self.question.name}.{place}" if place else self.question.name

    def place(self, number: int) -> str:
        """Return what stands above one place of a ranked choice."""
        if number <= len(PLACES):
            words = gettext(PLACES[number - 1])
        else:
            words = gettext("Choice %(number)s", number=number)
        needed = number <= (self.question.minimum or (1 if self.question.required else 0))
        return words if needed else gettext("%(choice)s (optional)", choice=words)


def _shared(choices: Iterable[Choice]) -> str:
    """Return the words that all labels begin with, or end with: “Monday” of its morning and evening."""
    labels = [label(choice.labels).split() for choice in choices]
    if len(labels) == 1:
        return labels[0][0] if labels[0] else ""
    first = list(takewhile(lambda words: len(set(words)) == 1, zip(*labels, strict=False)))
    backwards = zip(*(reversed(words) for words in labels), strict=False)
    last = list(takewhile(lambda words: len(set(words)) == 1, backwards))
    return " ".join(words[0] for words in first or reversed(last))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadForm:
    """What was sent, read: the answers, or what to do about each fault, and about the whole."""

    answers: Mapping[str, Answer]
    faults: Mapping[str, str]
    general: tuple[str, ...]

    @property
    def faulty(self) -> bool:
        """Whether it has to go back."""
        return bool(self.faults or self.general)


def read(questionnaire: Questionnaire, sent: SubmittedForm) -> ReadForm:
    """Read the answers that a page sent."""
    # A page that only shows its questions waits for no schemas.
    from schemas.answers import load  # noqa: PLC0415

    taken = load(questionnaire, sent.fields, language())
    faults = dict(taken.errors)
    whole = faults.pop("_schema", None)
    outdated = gettext(CHANGED) if sent.version != questionnaire.version and not faults else None
    general = whole or outdated
    return ReadForm(answers=taken.answers, faults=faults, general=(general,) if general else ())


@dataclass(frozen=True, kw_only=True)
class QuestionStep:
    """Questions that stand together, with what is said before them."""

    name: str
    title: str
    hint: str
    questions: tuple[QuestionField, ...]

    @cached_property
    def script_messages(self) -> Markup:
        """Return, as `data-` attributes, what the script says of any answer in the language of the page."""
        messages = {name: gettext(words) for name, words in SCRIPT_MESSAGES.items()}
        return _data(messages | {"next": gettext("Continue"), "unanswered": gettext("Not answered")})


# By language and by the very object, which is kept beside its steps: two of one version may differ in words.
_STEPS: dict[tuple[str, int], tuple[Questionnaire, tuple[QuestionStep, ...]]] = {}


def steps_of(questionnaire: Questionnaire) -> tuple[QuestionStep, ...]:
    """Return the steps of a questionnaire in the language of the page, worked out once for all pages."""
    place = language(), id(questionnaire)
    if place not in _STEPS:
        _STEPS[place] = questionnaire, tuple(_steps(questionnaire))
    return _STEPS[place][1]


def _steps(questionnaire: Questionnaire) -> Iterator[QuestionStep]:
    by_name = {question.name: question for question in questionnaire.questions}
    for step in questionnaire.steps:
        yield QuestionStep(
            name=step.name,
            title=label(step.labels),
            hint=label(step.hints),
            questions=tuple(
                QuestionField(
                    question=question, earlier=by_name[question.shown_if[0]] if question.shown_if else None
                )
                for question in step.questions
            ),
        )


def words_of(question: Question, answer: Answer) -> list[str]:
    """Return an answer in the words of the page, one for each thing chosen."""
    if question.kind is Kind.DATE:
        return [day(date.fromisoformat(str(answer)))]
    return question.in_words(answer, language())


def _data(known: Mapping[str, object]) -> Markup:
    return Markup("").join(
        Markup(' data-{}="{}"').format(name, value) for name, value in known.items() if value is not None
    )


def fields_of(questionnaire: Questionnaire, answers: Mapping[str, Answer]) -> MultiDict[str, str]:
    """Return given answers as the page would have sent them, to show them again."""
    fields: MultiDict[str, str] = MultiDict()
    for question in questionnaire.questions:
        answer = answers.get(question.name)
        if isinstance(answer, tuple):
            for place, name in enumerate(answer, start=1):
                fields.add(f"{question.name}.{place}" if question.kind is Kind.RANK else question.name, name)
        elif answer is True:
            fields.add(question.name, answer_messages.GIVEN)
        elif answer is not None:
            fields.add(question.name, str(answer))
    return fields
