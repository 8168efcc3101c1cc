"""What a coordinator may get wrong, and the words that the answer must hold: who, and what to change."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from functions.i18n.phrasebook import Phrasebook
from functions.i18n.run_reasons import RunRenderer
from functions.matching import engine
from functions.matching.people import Person, Role
from functions.matching.policy.model import Policy, PolicyError
from functions.matching.policy.parse import parse_policy
from functions.matching.reasons import CannotMatch
from functions.spreadsheets import BadInput, Row, Table, WhatWasRead
from infra.match.people import people_in
from tests.benchmarks import people
from tests.benchmarks.children import timed

Call = Callable[[], object]
ON_ONE_SIDE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One mistake; every one of `names` must stand in what is said about it."""

    what: str
    names: tuple[str, ...]
    ask: Call


def said() -> dict[str, Any]:
    """Return what is said about each mistake, and which of the needed words are missing."""
    with timed() as taken:
        answers = [(case, _answer(case.ask)) for case in _cases()]
    told = [
        {"what": case.what, "said": answer, "missing": [name for name in case.names if name not in answer]}
        for case, answer in answers
    ]
    return taken.of(cases=told)


def _answer(ask: Call) -> str:
    try:
        ask()
    except CannotMatch as error:
        return RunRenderer(Phrasebook(language="en")).problem(error.why)
    except (BadInput, PolicyError) as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - anything else is what this looks for
        return f"not in words: {error!r}"
    return "nothing: it went on"


def _cases() -> Sequence[Case]:
    rules = people.policy()
    mentors = [replace(person, capacity=2) for person in _few(Role.MENTOR)]
    mentees = _few(Role.MENTEE)
    pairs = engine.match(mentors, mentees, rules).pairs
    pair, free = pairs[0], next(person for person in mentees if person.id != pairs[0].mentee)
    couple = (pair.mentee, pair.mentor)

    def ask(**more: Any) -> Call:
        given = {"mentors": mentors, "mentees": mentees, "policy": rules, **more}
        return lambda: engine.match(**given)

    many = [mentees[0]] * ON_ONE_SIDE  # the size is to be refused before anybody is looked at
    return (
        Case(
            what="a lock that is forbidden, too",
            names=(*couple, "locked", "forbidden"),
            ask=ask(locked=[couple], forbidden=[couple]),
        ),
        Case(what="a pair locked twice", names=(*couple, "twice"), ask=ask(locked=[couple, couple])),
        Case(
            what="a capacity below the locks",
            names=(pair.mentor, "capacity"),
            ask=ask(policy=_open_to_all(), locked=[couple, (free.id, pair.mentor)]),
        ),
        Case(
            what="rules that leave nobody eligible",
            names=("“department”",),
            ask=ask(
                mentors=[_with(person, department="one") for person in mentors],
                mentees=[_with(person, department="one") for person in mentees],
            ),
        ),
        *(
            Case(what=f"a weight of {weight}", names=("weight", "line"), ask=_weighing(weight))
            for weight in ("-1", "nan", "inf")
        ),
        Case(what="weights that are all 0", names=("weight",), ask=_weighing("0", everywhere=True)),
        Case(what="a key that no policy has", names=("wieght", "weight"), ask=_mistyped),
        Case(
            what="a column that the file has not",
            names=("mentees.csv", "“topics”"),
            ask=lambda: people_in(_without_topics(), rules, Role.MENTEE),
        ),
        Case(
            what="an id that two mentees have",
            names=(mentees[0].id,),
            ask=ask(mentees=[*mentees, mentees[0]]),
        ),
        Case(what="nobody on one side", names=("mentor",), ask=ask(mentors=[])),
        Case(
            what=f"{ON_ONE_SIDE:,} people on one side",
            names=(f"{ON_ONE_SIDE:,}", "smaller"),
            ask=ask(mentees=many),
        ),
        Case(
            what="a lock of somebody who is not there",
            names=("nobody-here",),
            ask=ask(locked=[("nobody-here", pair.mentor)]),
        ),
    )


def _without_topics() -> Table:
    cells = {name: cell for name, cell in people.rows(Role.MENTEE, 1, 1)[0].items() if name != "topics"}
    return Table(
        file="mentees.csv",
        columns=tuple(cells),
        rows=(Row(number=2, cells={**cells}),),
        read=WhatWasRead(header_row=1),
    )


def _few(role: Role) -> list[Person]:
    return people.people(role, 30, 1)


def _with(person: Person, **answers: str) -> Person:
    return replace(person, answers={**person.answers, **answers})


def _open_to_all() -> Policy:
    """Return a policy whose rules refuse nobody, and that gives each mentor one place."""
    return replace(people.policy(), rules=())


def _weighing(weight: str, *, everywhere: bool = False) -> Call:
    text = people.POLICY.read_text("utf-8")
    lines = [
        f"weight = {weight}" if line.startswith("weight") and (everywhere or line == "weight = 24") else line
        for line in text.splitlines()
    ]
    return lambda: parse_policy("\n".join(lines), file="policy.toml")


def _mistyped() -> object:
    text = people.POLICY.read_text("utf-8").replace("weight = 24", "wieght = 24")
    return parse_policy(text, file="policy.toml")
