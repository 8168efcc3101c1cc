"""A questionnaire or survey: one definition from which page, schema and browser checks are made.

It is written as an XLSForm, compiled once on the operator's machine (`infra/questionnaires.py`) into
the canonical JSON beside it, and read here from that JSON. Nothing after the compiler guesses.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a question takes as its answer."""

    TEXT = "text"  # one line
    LONG_TEXT = "long_text"
    EMAIL = "email"
    INTEGER = "integer"
    ONE = "one"  # one choice's name
    MANY = "many"  # several choices' names, in the order of the choices
    RANK = "rank"  # several choices' names, best first
    SCALE = "scale"  # a whole number between minimum and maximum; `choices` label some of them
    CONSENT = "consent"  # True


class Layout(StrEnum):
    """How the page lays a question out; it never changes what an answer means."""

    PLAIN = ""
    LIST = "minimal"  # one choice from a drop-down list, for long lists
    WEEK = "week"  # a table of days and parts of a day; choices are named `mon-morning`


class Use(StrEnum):
    """What an answer is for; said beside the question on the page."""

    MATCHING = "matching"
    CONTACT = "contact"
    MONITORING = "monitoring"  # never used for matching
    EVALUATION = "evaluation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One answer that a choice question offers; labels by language code."""

    name: str
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question. `minimum` and `maximum` bound a number, a text's length or a count of choices.

    Every question has a maximum except a choice of one and a consent, which have neither bound.

    `shown_if` is (question, choice): the question is asked only when that earlier answer is, or
    contains, that choice; it is None for a question that is always asked.

    `if_missing` and `if_refused` are the questionnaire's own words, by language, for an answer that is
    missing or out of bounds; where there are none, `schemas/answers.py` has general ones.
    """

    name: str
    kind: Kind
    use: Use
    labels: Mapping[str, str]
    hints: Mapping[str, str]
    required: bool
    minimum: int | None
    maximum: int | None
    choices: tuple[Choice, ...]
    shown_if: tuple[str, str] | None
    layout: Layout = Layout.PLAIN
    if_missing: Mapping[str, str] = field(default_factory=dict)
    if_refused: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Questions that stand together on one step of the page; `hints` introduce them, where they are given."""

    name: str
    labels: Mapping[str, str]
    questions: tuple[Question, ...]
    hints: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """A whole questionnaire. `version` is a digest of everything that changes what an answer means.

    `languages` are codes (`en`, `ar`), the first one the language that it was written in.
    """

    name: str
    version: str
    titles: Mapping[str, str]
    languages: tuple[str, ...]
    steps: tuple[Step, ...]

    def words(self, language: str) -> dict[str, dict[str, str]]:
        """Return the label of each choice, by question and choice; in its first language where it must."""
        return {
            question.name: {
                choice.name: choice.labels.get(language) or next(iter(choice.labels.values()))
                for choice in question.choices
            }
            for question in self.questions
            if question.choices
        }

    @property
    def questions(self) -> tuple[Question, ...]:
        """Every question, in the order of the page."""
        return tuple(question for step in self.steps for question in step.questions)
