"""How made-up pairs behave in `./kith play`, and what they answer. Everything follows from a seed."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from functions.programme.pairing import CheckinAnswer
from functions.programme.people import Answer, Role
from functions.programme.questionnaire import Kind, Question, Questionnaire
from infra.local.demonstration import chance_for, in_order


class Pace(StrEnum):
    """How a pair gets going."""

    FAST = "fast"
    SLOW = "slow"
    SILENT = "silent"
    HELP = "help"


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """What a pair does. Days are counted from its introduction; None is never.

    `answering` are those of the two who answer check-ins at all; from `help_day` on, the mentee asks for
    help.
    """

    pace: Pace
    contact_day: int | None
    meeting_day: int | None
    help_day: int | None
    answering: frozenset[Role]

    def reply(self, role: Role, day: int) -> CheckinAnswer | None:
        """Return what one of the two answers to a check-in asked on that day; None is silence."""
        if role not in self.answering:
            return None
        if role is Role.MENTEE and self.help_day is not None and day >= self.help_day:
            return CheckinAnswer.NEED_HELP
        if self.meeting_day is not None and day >= self.meeting_day:
            return CheckinAnswer.MET
        if self.contact_day is not None and day >= self.contact_day:
            return CheckinAnswer.IN_CONTACT
        return CheckinAnswer.NOT_YET


def behaviour(seed: int, pairing_id: str) -> Behaviour:
    """Return how that pair behaves: two in three get off to a fast start, one in twelve is never heard of."""
    chance = chance_for(seed, "pair", pairing_id)
    pace = chance.choices(tuple(Pace), weights=(66, 19, 8, 7))[0]
    contact = {Pace.FAST: (0, 5), Pace.SLOW: (8, 20), Pace.HELP: (2, 12)}.get(pace)
    contact_day = chance.randint(*contact) if contact else None
    meeting_day = None
    if contact_day is not None and pace is not Pace.HELP:
        meeting_day = contact_day + (chance.randint(3, 14) if pace is Pace.FAST else chance.randint(12, 30))
    silent = chance.choices((None, Role.MENTOR, Role.MENTEE), weights=(72, 16, 12))[0]
    if pace is Pace.HELP:
        silent = Role.MENTOR
    return Behaviour(
        pace=pace,
        contact_day=contact_day,
        meeting_day=meeting_day,
        help_day=chance.choice((14, 21, 30)) if pace is Pace.HELP else None,
        answering=frozenset() if pace is Pace.SILENT else frozenset(Role) - {silent},
    )


def survey_answers(seed: int, pairing_id: str, role: Role) -> dict[str, Answer] | None:
    """Return what one of a pair answers to the end survey; None is silence, of about one in three."""
    pace = behaviour(seed, pairing_id).pace
    chance = chance_for(seed, "survey", f"{pairing_id} {role}")
    if chance.random() > {Pace.FAST: 0.75, Pace.SLOW: 0.6, Pace.SILENT: 0.2, Pace.HELP: 0.5}[pace]:
        return None
    high = {Pace.FAST: (4, 5), Pace.SLOW: (3, 5), Pace.SILENT: (1, 2), Pace.HELP: (2, 4)}[pace]
    contact = {Pace.FAST: "regularly", Pace.SLOW: "sometimes", Pace.SILENT: "no", Pace.HELP: "no"}[pace]
    answers: dict[str, Answer] = {
        name: chance.randint(*high) for name in ("satisfaction", "goals_reached", "would_recommend")
    }
    answers["still_in_contact"] = contact
    if contact == "no" and chance.random() < 0.5:  # half of them say why
        answers["what_got_in_the_way"] = chance.choice(
            (
                "We never found a time.",
                "Our hopes were too different.",
                "Exams came, and then it felt too late.",
            )
        )
    helped = ("the-match", "first-meeting-script", "goals", "regular-meetings", "check-ins", "guides")
    chosen = in_order(helped, chance.sample(helped, k=chance.randint(0, 3)))
    if chosen and pace is not Pace.SILENT:
        answers["what_helped"] = chosen
    answers["mentor_next_time"] = chance.choices(("yes", "maybe", "not-now"), weights=(high[1] - 1, 3, 2))[0]
    return answers


def answers_to(seed: int, survey: Questionnaire, who: str) -> dict[str, Answer] | None:
    """Return what somebody answers to any survey, mostly content; None is silence, of about one in three.

    Nothing is known of its questions but their kinds, so nobody writes a word of their own.
    """
    chance = chance_for(seed, survey.name, who)
    if chance.random() < 1 / 3:
        return None
    answers: dict[str, Answer] = {}
    for question in survey.questions:
        if question.shown_if is not None and not _answered_with(answers, *question.shown_if):
            continue
        answer = _some_answer(chance, question)
        if answer is not None and (question.required or chance.random() < 0.7):
            answers[question.name] = answer
    return answers


def _answered_with(answers: Mapping[str, Answer], question: str, choice: str) -> bool:
    given = answers.get(question, ())
    return choice in given if isinstance(given, tuple) else choice == given


def _some_answer(chance: random.Random, question: Question) -> Answer | None:
    least, most = question.minimum or 0, question.maximum or 0
    if question.kind is Kind.SCALE:
        return chance.choice(range((least + most) // 2, most + 1))
    if question.kind is Kind.INTEGER:
        return chance.randint(least, min(most, least + 5))
    if question.kind is Kind.ONE:
        # The first choices of our surveys are the happier ones.
        return chance.choice(question.offered[:2])
    if question.kind is Kind.MANY:
        return in_order(question.offered, chance.sample(question.offered, k=max(least, 1)))
    return None
