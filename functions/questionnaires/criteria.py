"""Criteria that questions bring along: the columns `match::…` of a questionnaire, added to a policy.

A coordinator who adds a question to the workbook says in the same row how its answers are compared, and
the next run scores it. A policy that reads the question already has the last word: then nothing is added.
What is added is text, as if somebody had written it at the end of the policy, so a run freezes it with
everything else and can be done again to the same bytes.

| column            | says                                              | such as         |
|-------------------|---------------------------------------------------|-----------------|
| match::compares   | the kind of criterion (`functions/matching/`)     | shares any      |
| match::with       | the other side's question, unless it is called so | sports_offered  |
| match::weight     | how much it counts, 10 unless said                | 15              |
| match::label::…   | what reasons call it, in each language            | Sport           |
| match::any, order | answers, with commas between them                 | either          |
| match::enough, reach, at_least, at_most, fades_over, counts | as in a policy       | 2               |
| match::week       | a day of the week whose clocks count, for zones   | 2027-01-11      |
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping

from functions.matching import Criterion, Pairing, Policy, PolicyError, parse_policy
from functions.programme.questionnaire import Kind, Layout, Question, Questionnaire

LABEL = "label::"
USUAL_WEIGHT = "10"
NUMBER = re.compile(r"-?\d{1,6}(?:\.\d{1,3})?", re.ASCII)
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def _text(said: str) -> str:
    return json.dumps(said, ensure_ascii=False)


def _list(said: str) -> str:
    return json.dumps([part.strip() for part in said.split(",") if part.strip()], ensure_ascii=False)


def _number(said: str) -> str:
    return said if NUMBER.fullmatch(said) else _text(said)


def _day(said: str) -> str:
    return said if DAY.fullmatch(said) else _text(said)


# How each column is written in a policy; `compares` and `with` become `kind` and the other side's column.
COLUMNS: Mapping[str, Callable[[str], str]] = {
    "compares": _text,
    "with": _text,
    "weight": _number,
    "any": _list,
    "order": _list,
    "enough": _number,
    "reach": _number,
    "at_least": _number,
    "at_most": _number,
    "fades_over": _number,
    "counts": _text,
    "week": _day,
}
_OPTIONS = tuple(column for column in COLUMNS if column not in ("compares", "with", "weight"))


def completed(text: str, *, mentees: Questionnaire, mentors: Questionnaire) -> str:
    """Return a policy's text with a criterion for every question that brings one and that it doesn't read.

    A policy that can't be read is returned as it is: parsing it says what is wrong. For peers the
    questionnaire of mentees is that of everybody.
    """
    try:
        policy = parse_policy(text, file="")
    except PolicyError:
        return text
    if policy.pairing is Pairing.PEERS:
        mentors = mentees
    added: list[str] = []
    known = {(criterion.mentee, criterion.mentor) for criterion in policy.criteria}
    names = {criterion.name for criterion in policy.criteria}
    for question, columns in _brought(mentees, mentors):
        if columns not in known and not _reads(policy, columns):
            known.add(columns)
            names.add(name := _named(question, names))
            zones = _zones_of(question, mentees, mentors)
            added.append(_criterion(name, _in_order(question), columns, zones))
    return "\n\n".join([text.rstrip("\n"), *added]) + "\n" if added else text


def mistakes(name: str, match: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield (column, cause, remedy) for what a question says of its matching and no policy could say."""
    if match and "compares" not in match:
        from functions.matching import CRITERION_KINDS  # noqa: PLC0415 - few requests need it

        kinds = ", ".join(CRITERION_KINDS)
        yield "compares", "It doesn't say how answers are compared.", f"Write one of these: {kinds}."
        return
    if not match:
        return
    zones = ("a", "b") if "week" in match else None
    sides = '[mentees]\nid = "id"\n\n[mentors]\nid = "id"\n\n'
    try:
        parse_policy(f'name = "one"\n\n{sides}{_criterion("one", match, (name, name), zones)}', file="")
    except PolicyError as error:
        key = error.where.rpartition(", ")[2].partition(".")[0]
        column = key if key in COLUMNS else "compares"
        yield column, f"{error.cause[:1].upper()}{error.cause[1:]}.", f"{error.remedy}."


def _brought(mentees: Questionnaire, mentors: Questionnaire) -> Iterator[tuple[Question, tuple[str, str]]]:
    """Yield every question that says how it is compared, with the questions of both sides."""
    for question in mentees.questions:
        if question.match:
            yield question, (question.name, question.match.get("with", question.name))
    for question in mentors.questions if mentors is not mentees else ():
        if question.match:
            yield question, (question.match.get("with", question.name), question.name)


def _reads(policy: Policy, columns: tuple[str, str]) -> bool:
    """Say whether a criterion of the policy compares one of the two questions already."""

    def compares(criterion: Criterion) -> bool:
        return criterion.mentee == columns[0] or criterion.mentor == columns[1]

    return any(map(compares, policy.criteria))


def _in_order(question: Question) -> dict[str, str]:
    """Return what the question says of its matching, its labels in the order of its languages."""
    plain = {key: words for key, words in question.match.items() if not key.startswith(LABEL)}
    labels = (f"{LABEL}{code}" for code in question.labels)
    return plain | {key: question.match[key] for key in labels if key in question.match}


def _named(question: Question, taken: set[str]) -> str:
    name = question.name.replace("_", " ")
    return name if name not in taken else f"{name} (from the questionnaire)"


def _zones_of(question: Question, mentees: Questionnaire, mentors: Questionnaire) -> tuple[str, str] | None:
    """Return the questions for both sides' time zones, where half-hours are compared across them."""
    if question.kind is not Kind.HOURS:
        return None
    asked = [
        next((other.name for other in side.questions if other.layout is Layout.ZONE), "")
        for side in (mentees, mentors)
    ]
    return (asked[0], asked[1]) if all(asked) and "week" in question.match else None


def _criterion(
    name: str, match: Mapping[str, str], columns: tuple[str, str], zones: tuple[str, str] | None
) -> str:
    """Return the criterion as a policy says it."""
    lines = ["[[criterion]]", f"name = {_text(name)}", f"kind = {_text(match['compares'])}"]
    lines += [f"mentee = {_text(columns[0])}", f"mentor = {_text(columns[1])}"]
    lines.append(f"weight = {_number(match.get('weight', USUAL_WEIGHT))}")
    labels = {key.removeprefix(LABEL): words for key, words in match.items() if key.startswith(LABEL)}
    if labels:
        inner = ", ".join(f"{_text(code)} = {_text(words)}" for code, words in labels.items())
        lines.append(f"label = {{ {inner} }}")
    if zones:
        lines += [f"mentee_zone = {_text(zones[0])}", f"mentor_zone = {_text(zones[1])}"]
    said = {column: match[column] for column in _OPTIONS if column in match}
    if not zones:
        said.pop("week", None)
    lines += [f"{column} = {COLUMNS[column](words)}" for column, words in said.items()]
    return "\n".join(lines)


__all__ = ["COLUMNS", "completed", "mistakes"]
