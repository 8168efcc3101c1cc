"""What is right where two people have one name, and where one person stands on both sides."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from functions.matching import Role
from tests.typed_names.people import LANGUAGES, Named
from tests.typed_names.question import Question, ask

ENGLISH = LANGUAGES[0]


def roll(*names: str) -> Sequence[Named]:
    """Return people of those names, each with an address and a number of their own."""
    return [
        Named(
            key=f"p{place}",
            language=ENGLISH,
            given=name.partition(" ")[0],
            family=name.partition(" ")[2],
            email=f"member{place}@people.university.example",
            number=str(10_417 + 31 * place),
        )
        for place, name in enumerate((*names, "Ben Meyer"))
    ]


def apart(
    people: Sequence[Named], typed: str, folder: Path, typist: Role, own: str = ""
) -> tuple[set[str], bool]:
    """Return the keys of those with whom somebody is not paired who typed that, and whether it is told."""
    questions = [Question(typed=typed, favourite=person.key, name=own) for person in people]
    answers = ask(people, questions, folder, typist)
    return {answer.question.favourite for answer in answers if not answer.paired}, any(
        answer.told for answer in answers
    )


TWINS = [
    ("Anna Schmidt", "Anna Schmidt"),
    ("Anna Schmidt", "ANNA  SCHMIDT"),
    ("Anna Schmidt", "Dr. Anna Schmidt"),
    ("محمد علي", "محمد علی"),
    ("Sinéad O'Hara", "Sinéad O\N{RIGHT SINGLE QUOTATION MARK}Hara"),
]


@pytest.mark.parametrize("typist", Role)
@pytest.mark.parametrize("names", TWINS, ids=ascii)
def test_a_name_that_two_people_have_keeps_both_apart_and_is_told(
    names: tuple[str, str], typist: Role, tmp_path: Path
) -> None:
    assert apart(roll(*names), names[0], tmp_path, typist) == ({"p0", "p1"}, True)


@pytest.mark.parametrize("typist", Role)
@pytest.mark.parametrize("names", TWINS, ids=ascii)
def test_of_two_people_with_one_name_the_address_means_one(
    names: tuple[str, str], typist: Role, tmp_path: Path
) -> None:
    people = roll(*names)

    assert apart(people, people[1].email, tmp_path, typist) == ({"p1"}, False)


@pytest.mark.parametrize("typist", Role)
def test_of_two_people_whose_names_are_each_other_s_turned_round_the_one_typed_is_apart(
    typist: Role, tmp_path: Path
) -> None:
    kept, _ = apart(roll("Thomas Martin", "Martin Thomas"), "Martin Thomas", tmp_path, typist)

    assert "p1" in kept
    assert "p2" not in kept


@pytest.mark.parametrize("typist", Role)
@pytest.mark.parametrize(
    "own",
    ["Anna Schmidt", "ANNA SCHMIDT", "Dr. Anna Schmidt", "Schmidt, Anna", "Anna  Schmidt", "A. Schmidt"],
)
def test_whoever_stands_on_both_sides_under_two_addresses_is_not_paired_with_themself(
    own: str, typist: Role, tmp_path: Path
) -> None:
    kept, _ = apart(roll("Anna Schmidt"), "", tmp_path, typist, own=own)

    assert kept == {"p0"}
