"""Answers that a file holds in another way than one cell for each: over columns, between spaces, in words."""

import csv
from pathlib import Path

import pytest

from infra.cli import main

POLICY = """
name = "sources"

[mentees]
id = "mail"
identity = ["mail", "full name"]
columns."full name" = { parts = ["first", "last"] }
columns.wants.options = { "wants[a]" = "Academic writing", "wants[s]" = "Statistics" }
columns.free = { separator = " " }

[mentors]
id = "mail"
capacity = "How many?"
columns."How many?".numbers = { "Up to 2" = 2, "just one" = 1, "" = 1 }
columns.offers = { whole = ["Statistics, R and Python"] }

[[criterion]]
name = "help"
label = "Help"
kind = "overlap"
mentee = "wants"
mentor = "offers"
weight = 2

[[criterion]]
name = "time"
label = "Time"
kind = "times in common"
mentee = "free"
mentor = "free"
weight = 1

[[rule]]
name = "avoid"
kind = "avoided"
mentor = "avoid"

[[rule]]
name = "campus"
kind = "different"
mentee = "campus"
mentor = "campus"
only_if = { mentee = "how", mentor = "how", answers = ["In person"] }
because = "both meet in person, and are not on one campus"
"""
MENTEES = """mail,first,last,wants[a],wants[s],free,campus,how
a@x.example,Ana,Sand,Yes,No,mon_am tue_am,North,In person
b@x.example,Bo,Li,No,Yes,tue_am,South,In person
c@x.example,Cy,Ode,No,Yes,fri_am,South,Online
"""
MENTORS = """mail,How many?,offers,free,avoid,campus,how
m@x.example,Up to 2,"Academic writing, Statistics",tue_am,Ana Sand,South,In person
n@x.example,Just one,"Academic writing, Statistics",mon_am,,North,In person;Online
"""


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    for name, text in {"policy.toml": POLICY, "mentees.csv": MENTEES, "mentors.csv": MENTORS}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def match(desk: Path) -> int:
    sides = ["--mentors", str(desk / "mentors.csv"), "--mentees", str(desk / "mentees.csv")]
    return main(["match", *sides, "--policy", str(desk / "policy.toml"), "--out", str(desk / "pairs.csv")])


def pairs_in(desk: Path) -> dict[str, tuple[str, str]]:
    rows = csv.DictReader((desk / "pairs.csv").read_text(encoding="utf-8").splitlines())
    return {row["mentee name"]: (row["mentor"], row["score"]) for row in rows}


def test_answers_over_several_columns_between_spaces_and_in_words_are_compared(desk: Path) -> None:
    assert match(desk) == 0

    assert pairs_in(desk) == {
        "Ana Sand": ("n@x.example", "100"),
        "Bo Li": ("m@x.example", "100"),
        "Cy Ode": ("m@x.example", "67"),
    }


def test_an_answer_that_holds_a_comma_stays_whole_where_the_policy_knows_it(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mentors = MENTORS.replace("Academic writing, Statistics", "Academic writing, Statistics, R and Python")
    (desk / "mentors.csv").write_text(mentors, encoding="utf-8")

    assert match(desk) == 0

    assert "only mentors said Statistics, R and Python" in " ".join(capsys.readouterr().out.split())


def test_a_column_that_others_are_made_of_is_missed_by_its_own_name(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (desk / "mentees.csv").write_text(MENTEES.replace("wants[s]", "wants[z]"), encoding="utf-8")

    assert match(desk) == 2

    said = capsys.readouterr().err
    assert "the column “wants[s]” is missing, which criterion “help” in the policy reads" in said


def test_a_number_in_words_that_the_policy_does_not_know_is_refused(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (desk / "mentors.csv").write_text(MENTORS.replace("Just one", "as many as come"), encoding="utf-8")

    assert match(desk) == 2

    assert "row 3, column “How many?”: “as many as come” is not a whole number" in capsys.readouterr().err
