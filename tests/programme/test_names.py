"""Who is meant: each row of docs/names.md, and the small cases that went wrong for somebody."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.matching import Person, parse_policy
from functions.programme.name_forms import fold, name_form
from functions.programme.names import Likeness, NameIndex
from functions.programme.typed_names import find_named_people
from infra.cli import main

CASES = Path(__file__).resolve().parents[1] / "data" / "cases"
ROLL = {
    "1": ["Síle O'Hara", "sile@people.university.example", "000417"],
    "2": ["Ana-Lena Voß", "ana@people.university.example"],
    "3": ["محمد علي"],
    "4": ["王小明"],
    "5": ["Rajan Kumar Narain"],
    "6": ["Jörg Müller"],
    "7": ["Jon Smith", "jon@people.university.example"],
    "8": ["Jan Smith", "jan@people.university.example"],
}
SAME = {
    "another apostrophe": ("Síle O\u2019Hara", "1"),
    "capitals and white space": ("  SÍLE\u00a0 O'HARA ", "1"),
    "marks that show nothing": ("S\u200bíle O'\u00adHara", "1"),
    "decomposed": ("Si\u0301le O'Hara", "1"),
    "a hyphen that does not break": ("Ana\u2011Lena Voß", "2"),
    "capital sharp s": ("ANA-LENA VOSS", "2"),
    "title and order": ("Voß, Dr. Ana-Lena", "2"),
    "another yeh": ("محمد علی", "3"),
    "a space within Han": ("王 小明", "4"),
    "full width": ("\uff2a\uff4f\uff4e Smith", "7"),
    "mailbox": ("jon", "7"),
    "address": ("Jon <JON@people.university.example>", "7"),
    "zeros before a number": ("417", "1"),
}
NEAR = {
    "diacritics dropped": ("Jorg Muller", {"6"}),
    "diacritics spelt out": ("Joerg Mueller", {"6"}),
    "initials": ("R.K.Narain", {"5"}),
    "middle name left out": ("Rajan Narain", {"5"}),
    "one letter off": ("Síle O'Harra", {"1"}),
    "a last name that two have": ("Smith", {"7", "8"}),
}


@pytest.mark.parametrize(("typed", "person"), SAME.values(), ids=SAME)
def test_a_spelling_that_differs_in_writing_alone_is_the_same_person(typed: str, person: str) -> None:
    [meaning] = NameIndex(ROLL).meanings(typed)

    assert (meaning.likeness, meaning.people) == (Likeness.SAME, frozenset({person}))


@pytest.mark.parametrize(("typed", "people"), NEAR.values(), ids=NEAR)
def test_a_spelling_that_may_be_a_mistake_is_near(typed: str, people: set[str]) -> None:
    [meaning] = NameIndex(ROLL).meanings(typed)

    assert (meaning.likeness, meaning.people) == (Likeness.NEAR, frozenset(people))


@pytest.mark.parametrize("typed", ["Xaver Quirin Zobel", "10_417", "zed@elsewhere.example"])
def test_who_fits_nobody_is_told_as_nobody(typed: str) -> None:
    [meaning] = NameIndex(ROLL).meanings(typed)

    assert meaning.likeness is Likeness.NOBODY


@pytest.mark.parametrize("typed", ["", "-", "n/a", "nobody", "keiner", "никто"])
def test_who_names_nobody_means_nobody(typed: str) -> None:
    assert NameIndex(ROLL).meanings(typed) == []


def test_several_names_in_one_cell_are_several_people() -> None:
    found = NameIndex(ROLL).meanings("Jon Smith、王小明 and Síle O’Hara")

    assert [sorted(meaning.people) for meaning in found] == [["7"], ["4"], ["1"]]


@given(st.text(max_size=40))
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert name_form(text).words == tuple(sorted(name_form(text).words))


@given(st.lists(st.text(max_size=20), min_size=1, max_size=6), st.text(max_size=20))
def test_any_text_means_people_of_the_roll_alone(names: list[str], typed: str) -> None:
    roll = {str(place): [name] for place, name in enumerate(names)}

    for meaning in NameIndex(roll).meanings(typed):
        assert meaning.people <= roll.keys()
        assert (meaning.likeness is Likeness.NOBODY) is (not meaning.people)


RIGHT = {
    "avoid-typed-on-a-phone": {"Rita Sand": "Paul Idris"},
    "avoid-two-spaces-and-a-hyphen-that-does-not-break": {"Rita Sand": "Ana-Lena Voß", "Tom Ebo": "Hugo Paz"},
    "avoid-that-fits-nobody": {"Rita Sand": "Paul Idris"},
    "ideographic-commas-between-names": {"Tom Ebo": "王芳"},
}


@pytest.mark.parametrize("case", RIGHT)
def test_a_small_case_that_went_wrong_for_somebody_is_right(
    case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [f"--{name}={CASES / case / name}.csv" for name in ("mentors", "mentees")]
    policy, out = CASES / case / "policy.toml", tmp_path / "pairs.csv"

    assert main(["match", *files, f"--policy={policy}", f"--out={out}"]) == 0

    rows = csv.DictReader(out.read_text("utf-8").splitlines())
    assert {row["mentee"]: row["mentor"] for row in rows} == RIGHT[case]
    told = " ".join(capsys.readouterr().out.split())
    assert ("did you mean Ida Falk?" in told) is (case == "avoid-that-fits-nobody")


def test_last_years_pairs_are_found_however_their_names_are_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = CASES / "previous-pairs-with-another-apostrophe"
    files = [f"--{name}={case / name}.csv" for name in ("mentors", "mentees")]
    settings = [f"--policy={case / 'policy.toml'}", f"--previous={case / 'before.csv'}"]

    assert main(["match", *files, *settings, f"--out={tmp_path / 'pairs.csv'}"]) == 0

    assert "Of 2 previous pairings 2 stand" in " ".join(capsys.readouterr().out.split())


WISHES = """
name = "wishes"
title = "Wishes"
[mentees]
id = "id"
identity = ["name"]
[mentors]
id = "id"
identity = ["name"]
[[criterion]]
name = "wish"
label = "Wish"
kind = "wish"
mentee = "wish"
weight = 1
"""


@pytest.mark.parametrize(
    ("wish", "counted"),
    [
        ("Ida Falk", ("Ida Falk", "m1")),
        ("FALK, Ida", ("FALK", "Ida", "m1")),
        ("Ida Fallk", ()),
        ("Ben Ode", ()),
    ],
    ids=["as it is written", "for certain", "one letter off", "what two are called"],
)
def test_a_wish_counts_only_where_it_is_certain_whom_it_means(wish: str, counted: tuple[str, ...]) -> None:
    mentors = [
        Person(id=id_, capacity=1, answers={"name": name})
        for id_, name in (("m1", "Ida Falk"), ("m2", "Ben Ode"), ("m3", "Ben Ode"))
    ]
    mentee = Person(id="e1", capacity=1, answers={"name": "Rita Sand", "wish": wish})

    named = find_named_people(mentors, [mentee], parse_policy(WISHES, file="wishes.toml"))

    assert named.mentees[0].answers["wish"] == counted
    assert [name.typed for name in named.unclear] == ([] if counted else [wish])
    assert named.apart == ()
