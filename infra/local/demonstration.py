"""Made-up people for the demonstration cohort.

Everything follows from a seed: the same seed makes the same people, on any machine. They answer the
ready-made questionnaires of `schemas/questionnaires/` with what goes together in life: a first-year asks
about settling in and a doctoral researcher about the thesis, people who work have evenings, and there
are fewer mentors for statistics than the mentees would like. Every address ends in `.example`, which
never leads anywhere (RFC 2606).
"""

import random
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from functions.programme.people import Answer, Role
from functions.questionnaires import definitions

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PARTS = ("morning", "afternoon", "evening")
WEEK = tuple(f"{day}-{part}" for day in DAYS for part in PARTS)

DATA: Mapping[str, Any] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
NAMES = tuple(
    (names["given"].split(), names["family"].split(), tuple(names["languages"])) for names in DATA["names"]
)
FIELDS, STAGES, CAREERS, HABITS = DATA["fields"], DATA["stages"], DATA["careers"], DATA["habits"]


def _offered(questionnaire: str, name: str) -> tuple[str, ...]:
    """Return the names of the choices that a ready-made questionnaire offers, in its order."""
    asked = definitions.questionnaire(questionnaire).questions
    return next(
        tuple(choice.name for choice in question.choices) for question in asked if question.name == name
    )


GOALS = _offered("mentee", "goals")
TOPICS = _offered("mentor", "topics_offered")
LANGUAGES = _offered("mentee", "languages")
PATH_NAMES = _offered("mentee", "path")
EXPERIENCES = _offered("mentee", "experience")
TOUCH = _offered("mentee", "keeping_in_touch")
STYLES = ("listening", "advice", "questions", "doing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """One made-up person: the canonical answers that they send, and what they do then.

    `confirms` says whether they confirm their address, `trained` whether they say that they read the
    training, and `undecided` whether their application still awaits the coordinator.
    """

    role: Role
    answers: Mapping[str, Answer]
    confirms: bool
    trained: bool = False
    undecided: bool = False


def people(seed: int, mentors: int = 80, mentees: int = 120) -> list[Applicant]:
    """Return the people of a cohort, mentors first; no two share an address.

    One in thirty never confirms, one in seven does not get round to the training, and one application in
    twenty-five is not decided yet. With up to a few hundred people, no two share a name either.
    """
    chance = random.Random(seed)  # noqa: S311  # made-up people, not secrets
    taken: set[str] = set()
    offered = [_mentor(chance, taken) for _ in range(mentors)]
    asking = [_mentee(chance, taken, offered) for _ in range(mentees)]
    everybody = [_with_more(seed, applicant, offered) for applicant in offered + asking]
    return [_afterwards(seed, applicant) for applicant in everybody]


def _with_more(seed: int, applicant: Applicant, mentors: Sequence[Applicant]) -> Applicant:
    """Return the person with their answers to the questions that may be left empty."""
    given = applicant.answers
    chance = chance_for(seed, "more", str(given["email"]))
    mentor = applicant.role is Role.MENTOR
    studying = mentor and given["career_stage"] == "student"
    more: dict[str, Answer] = {
        "path": in_order(
            PATH_NAMES, _some(chance, FIELDS[str(given["field"])]["paths"], 0 if studying else 2)
        ),
        "experience": in_order(EXPERIENCES, _some(chance, EXPERIENCES, 3 if mentor else 1)),
        "keeping_in_touch": in_order(TOUCH, _some(chance, TOUCH, 3)),
    }
    if mentor:
        more["goals"] = in_order(GOALS, _some(chance, CAREERS[str(given["career_stage"])]["helps_with"], 3))
    elif mentors and chance.random() < 0.05:  # noqa: PLR2004  # somebody whom they have heard of
        more["wish"] = str(chance.choice(mentors).answers["name"])
    return replace(applicant, answers={**given, **{name: answer for name, answer in more.items() if answer}})


def _some(chance: random.Random, offered: Sequence[str], most: int) -> list[str]:
    return chance.sample(offered, k=chance.randint(0, min(most, len(offered))))


def _afterwards(seed: int, applicant: Applicant) -> Applicant:
    """Return the person with what becomes of their application; the answers of nobody depend on it."""
    chance = chance_for(seed, "afterwards", str(applicant.answers["email"]))
    undecided = chance.random() < 1 / 25
    return replace(applicant, undecided=undecided, trained=not undecided and chance.random() > 1 / 7)


def _mentor(chance: random.Random, taken: set[str]) -> Applicant:
    name, languages = _name(chance, taken)
    career = _weighted(chance, CAREERS)
    field = _weighted(chance, FIELDS)
    topics = _some_topics(
        chance, (*CAREERS[career]["topics"], *FIELDS[field]["topics"]), chance.randint(3, 7)
    )
    # Statistics is asked for by many and offered by few: a shortage worth seeing.
    topics = [topic for topic in topics if topic != "statistics" or chance.random() < 0.4] or ["balance"]  # noqa: PLR2004
    answers: dict[str, Answer] = {
        "name": name,
        "email": _address(name, taken, "students" if career == "student" else "people"),
        "career_stage": career,
        "field": field,
        "topics_offered": in_order(TOPICS, topics),
        "style": chance.choices(STYLES, weights=(4, 3, 4, 3))[0],
        "capacity": chance.choices((1, 2, 3), weights=(66, 26, 8))[0],
        **_meeting(chance, languages, CAREERS[career]["habit"]),
    }
    return _applicant(chance, Role.MENTOR, answers, (*DATA["about"]["mentors"], *CAREERS[career]["about"]))


def _mentee(chance: random.Random, taken: set[str], mentors: Sequence[Applicant]) -> Applicant:
    name, languages = _name(chance, taken)
    stage = _weighted(chance, STAGES)
    field = _weighted(chance, FIELDS)
    likely = (*STAGES[stage]["topics"], *STAGES[stage]["topics"], *FIELDS[field]["topics"])
    topics = _some_topics(chance, likely, chance.choice((1, 2, 3, 3, 3)))
    goals = {*chance.sample(STAGES[stage]["goals"], k=chance.randint(1, 3)), chance.choice(GOALS)}
    answers: dict[str, Answer] = {
        "name": name,
        "email": _address(name, taken, "students"),
        "stage_of_study": stage,
        "field": field,
        "goals": in_order(GOALS, goals),
        "topics_wanted": tuple(topics),
        "style": chance.choices(STYLES, weights=(3, 4, 3, 4))[0],
        "matters_most": chance.choices(
            ("topics", "field", "availability", "style"), weights=(45, 25, 20, 10)
        )[0],
        **_meeting(chance, languages, "working" if stage == "working" else "student"),
    }
    if stage in ("masters", "doctoral") and chance.random() < 0.8:  # noqa: PLR2004
        answers["supervisor"] = _supervisor(chance, field, mentors)
    return _applicant(chance, Role.MENTEE, answers, DATA["about"]["mentees"])


def _applicant(
    chance: random.Random, role: Role, answers: dict[str, Answer], about: Sequence[str]
) -> Applicant:
    if chance.random() < 0.04:  # noqa: PLR2004
        answers["avoid"] = _name(chance, set())[0]
    if chance.random() < 0.55:  # noqa: PLR2004
        answers["about"] = chance.choice(about)
    answers["code_of_conduct"] = True
    return Applicant(role=role, answers=answers, confirms=chance.random() > 1 / 30)


def _meeting(chance: random.Random, languages: Sequence[str], habit: str) -> dict[str, Answer]:
    spoken = {language for language in languages if chance.random() < 0.7}  # noqa: PLR2004
    spoken |= {"en"} if chance.random() < 0.97 or not spoken else set()  # noqa: PLR2004
    return {
        "languages": in_order(LANGUAGES, spoken),
        "meeting_mode": chance.choices(("in-person", "online", "either"), weights=(28, 22, 50))[0],
        "availability": _free_time(chance, habit),
    }


def _free_time(chance: random.Random, habit: str) -> tuple[str, ...]:
    """Return when somebody with that habit is free: at least two parts of the week."""
    weekday, weekend = HABITS[habit]["weekday"], HABITS[habit]["weekend"]
    # Free time comes in days: whoever is free on a Tuesday morning often has the afternoon too.
    days = {day: chance.choice((0.5, 1.0, 1.4)) for day in DAYS}
    free = [
        f"{day}-{part}"
        for day in DAYS
        for part, likely in zip(PARTS, weekend if day in ("sat", "sun") else weekday, strict=True)
        if chance.random() < likely * days[day]
    ]
    usual = [part for part in WEEK if part.endswith("evening" if habit == "working" else "afternoon")][:5]
    return in_order(WEEK, {*free, *(chance.sample(usual, k=2) if len(free) < 2 else ())})  # noqa: PLR2004


def _supervisor(chance: random.Random, field: str, mentors: Sequence[Applicant]) -> str:
    """Return a supervisor's name: one time in three a mentor of the same field, so that the rule bites."""
    known = [
        str(mentor.answers["name"])
        for mentor in mentors
        if mentor.answers["field"] == field and mentor.answers["career_stage"] in ("mid-career", "senior")
    ]
    return chance.choice(known) if known and chance.random() < 1 / 3 else _name(chance, set())[0]


def _name(chance: random.Random, taken: set[str]) -> tuple[str, tuple[str, ...]]:
    """Return a name that is not taken yet, as long as there are enough, and the languages spoken with it."""
    for _ in range(20):
        given, family, languages = chance.choice(NAMES)
        name = f"{chance.choice(given)} {chance.choice(family)}"
        if name not in taken:
            break
    taken.add(name)
    return name, languages


def _address(name: str, taken: set[str], who: str) -> str:
    plain = unicodedata.normalize("NFKD", name.replace("ł", "l").replace("Ł", "L"))
    mailbox = ".".join(plain.encode("ascii", "ignore").decode().lower().split())
    number = 1
    while (address := f"{mailbox}{number if number > 1 else ''}@{who}.university.example") in taken:
        number += 1
    taken.add(address)
    return address


def _some_topics(chance: random.Random, likely: Sequence[str], count: int) -> list[str]:
    """Return that many different topics, mostly likely ones, in an order of chance."""
    topics: dict[str, None] = {}
    while len(topics) < count:
        topics[chance.choice(likely) if chance.random() < 0.85 else chance.choice(TOPICS)] = None  # noqa: PLR2004
    return list(topics)


def _weighted(chance: random.Random, table: Mapping[str, Mapping[str, Any]]) -> str:
    return chance.choices(tuple(table), weights=[row["share"] for row in table.values()])[0]


def in_order(order: Sequence[str], chosen: Sequence[str] | set[str]) -> tuple[str, ...]:
    """Return the chosen names in that order."""
    return tuple(name for name in order if name in chosen)


def chance_for(seed: int, what: str, which: str) -> random.Random:
    """Return the chance by which one thing of one person or pair is decided: the same for the same seed."""
    return random.Random(f"{seed} {what} {which}")  # noqa: S311  # made-up people, not secrets
