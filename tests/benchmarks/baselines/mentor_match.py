"""mentor-match's package, through its own entry `process_data`: on given scores, and by its own rules.

It adds up what its rules say of a pair, so given scores are one rule that looks them up. Its own service
gives each round a bonus for people without a partner; the rules and the bonus are those of that service.
"""

import csv
import json
import operator
from pathlib import Path
from typing import Any

from matching import process
from matching.match import Match
from matching.mentee import Mentee
from matching.mentor import Mentor
from matching.rules.rule import Disqualify, Equivalent, Generic, Grade, UnmatchedBonus

from tests.benchmarks.children import answer, timed

GRADES = ("AA", "AO", "EO", "HEO", "SEO", "Grade 7", "Grade 6", "SCS1", "SCS2", "SCS3", "SCS4")
ROUNDS = 3
BONUS = 6


class GivenScore:
    """A rule that knows every pair's score; below 0 it is not allowed."""

    def __init__(self, scores: list[list[int]]) -> None:
        self._scores = scores

    def apply(self, match: Match) -> int:
        """Return the points of this pair, and disallow it where it is not eligible."""
        score = self.evaluate(match)
        match.disallowed = score < 0
        return max(score, 0)

    def evaluate(self, match: Match) -> int:
        """Return the score."""
        score: int = self._scores[match.mentee.place][match.mentor.place]
        return score


def on_scores(*, scores: str) -> dict[str, Any]:
    """Match one to one on a matrix of scores (JSON, mentees × mentors), in one round."""
    matrix = json.loads(Path(scores).read_text("ascii"))
    mentees = [_placed(Mentee, place) for place in range(len(matrix))]
    mentors = [_placed(Mentor, place) for place in range(len(matrix[0]))]
    with timed() as taken:
        process.process_data(mentors, mentees, [[GivenScore(matrix)]])
    pairs = [(mentee.place, mentor.place) for mentee in mentees for mentor in mentee.mentors]
    return taken.of(served=len(pairs), total=sum(matrix[row][column] for row, column in pairs))


def _placed(kind: type, place: int) -> Any:
    person = kind(grade=0, email=f"{kind.__name__}-{place}")
    person.place = place
    return person


def on_people(*, mentors: str, mentees: str) -> dict[str, Any]:
    """Match two files of its own format by its own rules, up to three partners each."""
    sides = [_people(Mentor, mentors), _people(Mentee, mentees)]
    with timed() as taken:
        process.process_data(*sides, [_rules() for _ in range(ROUNDS)])
    pairs = [(mentee, mentor) for mentee in sides[1] for mentor in mentee.mentors]
    return taken.of(
        served=sum(bool(mentee.mentors) for mentee in sides[1]),
        pairs=len(pairs),
        total=sum(_points(*pair) for pair in pairs),
    )


def _people(kind: type, file: str) -> list[Any]:
    with Path(file).open(encoding="utf-8", newline="") as content:
        return [_person(kind, row) for row in csv.DictReader(content)]


def _person(kind: type, row: dict[str, str]) -> Any:
    person = kind(**{**row, "grade": GRADES.index(row["grade"]), "email": row["email address"]})
    person.identity = row.get("identity to match", "")
    person.characteristics = row.get("characteristics", "").split(", ")
    return person


def _alike(match: Match) -> bool:
    return bool(match.mentee.identity) and match.mentee.identity in match.mentor.characteristics


def _rules() -> list[Any]:
    return [
        Disqualify(lambda match: match.mentee.organisation == match.mentor.organisation),
        Disqualify(Grade(2, operator.gt).evaluate),
        Disqualify(Grade(0, operator.le).evaluate),
        Grade(2, operator.eq, {True: 12, False: 0}),
        Grade(1, operator.eq, {True: 9, False: 0}),
        Equivalent("profession", {True: 10, False: 0}),
        Generic({True: 6, False: 0}, _alike),
        UnmatchedBonus(BONUS),
    ]


def _points(mentee: Any, mentor: Any) -> int:
    steps = mentor.grade - mentee.grade
    alike = bool(mentee.identity) and mentee.identity in mentor.characteristics
    same = bool(mentee.profession == mentor.profession)
    return (12 if steps == 2 else 9) + 10 * same + 6 * alike


if __name__ == "__main__":
    answer({"on_scores": on_scores, "on_people": on_people})
