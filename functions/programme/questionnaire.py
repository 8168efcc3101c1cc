"""A questionnaire or survey: one definition from which page, schema and browser checks are made.

It is written as an XLSForm, compiled once on the operator's machine
(`infra/programme/questionnaires.py`) into the canonical JSON beside it, and read here from that JSON. Nothing
after the compiler guesses.
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
    DATE = "date"  # a day as ISO text, 2027-01-11
    HOURS = "hours"  # half-hours of a week, `mon-0900`, in their order; `choices` are the days


class Layout(StrEnum):
    """How the page lays a question out; it never changes what an answer means."""

    PLAIN = ""
    LIST = "minimal"  # one choice from a drop-down list, for long lists
    WEEK = "week"  # a table of days and parts of a day; choices are named `mon-morning`
    ZONE = "zone"  # a drop-down list of time zones; choices are named `Europe/London`


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

    Every question has a maximum except a choice of one and a consent, which have neither bound. A date is
    bounded by days written as one number, 20270111. `hours` are the hours of a day between which a
    question of half-hours asks, (8, 20). `alone` is a choice that goes with no other, where there is one.

    `shown_if` is (question, choice): the question is asked only when that earlier answer is, or
    contains, that choice; it is None for a question that is always asked.

    `if_missing` and `if_refused` are the questionnaire's own words, by language, for an answer that is
    missing or out of bounds; where there are none, `schemas/answers.py` has general ones.

    `match` are the columns `match::…` of its row, without that prefix: how answers are compared when a
    policy says nothing of this question (`functions/questionnaires/criteria.py`).
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
    alone: str = ""
    hours: tuple[int, int] | None = None
    match: Mapping[str, str] = field(default_factory=dict)

    @property
    def offered(self) -> tuple[str, ...]:
        """The names of everything that may be chosen, in their order."""
        names = tuple(choice.name for choice in self.choices)
        if self.hours is None:
            return names
        first, end = self.hours
        clocks = [f"{half // 2:02}{half % 2 * 30:02}" for half in range(2 * first, 2 * end)]
        return tuple(f"{day}-{clock}" for day in names for clock in clocks)

    def words(self, language: str) -> dict[str, str]:
        """Return how each thing that may be chosen is called; in the first language where it must."""
        labels = {
            choice.name: choice.labels.get(language) or next(iter(choice.labels.values()))
            for choice in self.choices
        }
        if self.hours is None:
            return labels
        return {cell: f"{labels[cell[:-5]]} {cell[-4:-2]}:{cell[-2:]}" for cell in self.offered}

    def in_words(self, answer: object, language: str) -> list[str]:
        """Return an answer in the words of the questionnaire, one for each thing chosen.

        Half-hours that follow each other become one time: “Monday 09:00–11:00”.
        """
        words = self.words(language)
        if self.hours is not None and isinstance(answer, tuple):
            return [f"{words[first]}–{_end_of(last)}" for first, last in _stretches(answer)]
        each = [str(one) for one in answer] if isinstance(answer, tuple) else [str(answer)]
        return [words.get(one, one) for one in each]


def _stretches(cells: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the first and the last of each stretch of half-hours without a gap."""
    stretches: list[tuple[str, str]] = []
    for cell in cells:
        day, last = cell[:-5], stretches[-1][1] if stretches else ""
        if last[:-5] == day and cell == f"{day}-{_end_of(last).replace(':', '')}":
            stretches[-1] = (stretches[-1][0], cell)
        else:
            stretches.append((cell, cell))
    return stretches


def _end_of(cell: str) -> str:
    """Return when a half-hour ends, `09:30` for `mon-0900`."""
    half = 2 * int(cell[-4:-2]) + (cell[-2:] == "30") + 1
    return f"{half // 2:02}:{half % 2 * 30:02}"


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
        """Return the words of each thing that may be chosen, by question and name."""
        return {question.name: question.words(language) for question in self.questions if question.choices}

    @property
    def questions(self) -> tuple[Question, ...]:
        """Every question, in the order of the page."""
        return tuple(question for step in self.steps for question in step.questions)
