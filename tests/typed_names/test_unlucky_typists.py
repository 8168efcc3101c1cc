"""What hostile and unlucky people type into the question whom to avoid, and what is right for each."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.typed_names.people import LANGUAGES, Named
from tests.typed_names.question import Answer, Question, ask

ENGLISH = LANGUAGES[0]
ROLL = tuple(
    Named(
        key=f"p{place}",
        language=ENGLISH,
        given=name.split(" ")[0],
        family=name.split(" ")[1],
        email=f"member{place}@people.university.example",
        number=str(10_417 + 31 * place),
    )
    for place, name in enumerate((
        "Anna Schmidt", "Ben Meyer", "Ann Lee", "Anna Leeson", "Peter Noone", "Jennifer Null", "John Smith",
        "Joan Smith", "Na Li", "Óscar Núñez",
    ))
)  # fmt: skip
EITHER = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is typed, who is certainly not paired, who may be or not, and whether a coordinator reads it."""

    typed: str
    forbidden: tuple[str, ...] = ()
    perhaps: tuple[str, ...] = ()
    told: bool | None = EITHER

    def __str__(self) -> str:
        return ascii(self.typed[:40])


NO_ANSWERS = (
    "", "   ", "\u200b\u200e", "-", "—", ".", "?", "n/a", "N/A", "n.a.", "nobody", "Nobody!", "No", "nope",
    "not applicable", "keiner", "niemand", "aucun", "personne", "ninguno", "нет", "никто", "لا أحد", "هیچکس",
    "无", "没有", "なし", "없음", "κανένας", "कोई नहीं", "yok", "không có", "żaden", "0", ";;;", ", ,",
    "\N{GRINNING FACE}", "\u0301\u0301\u0301", "\ufffd", "A" * 1_000, "ab " * 700, "=1+1", "../../etc/passwd",
    "<script>alert(1)</script>", "'; DROP TABLE people; --", "%s%s%n", "10417.5", "1e4",
)  # fmt: skip
OF_ONE = (
    Case(typed="none", perhaps=("Peter Noone",)),
    Case(typed="no one", perhaps=("Peter Noone",)),
    Case(typed="null", perhaps=("Jennifer Null",)),
    Case(typed="Peter Noone", forbidden=("Peter Noone",), told=False),
    Case(typed="Jennifer Null", forbidden=("Jennifer Null",), told=False),
    Case(typed="Na Li", forbidden=("Na Li",), told=False),
    Case(typed="Ann Lee", forbidden=("Ann Lee",), told=False),
    Case(typed="Anna Schmidt;;", forbidden=("Anna Schmidt",), told=False),
    Case(typed="Anna Schmidt;" * 300, forbidden=("Anna Schmidt",), told=False),
)
UNCLEAR = (
    Case(typed="Noone", forbidden=("Peter Noone",), told=True),
    Case(typed="Anna Lee", forbidden=("Ann Lee",), perhaps=("Anna Leeson",), told=True),
    Case(typed="Smith", forbidden=("John Smith", "Joan Smith"), told=True),
    Case(typed="J. Smith", forbidden=("John Smith", "Joan Smith"), told=True),
    Case(typed="Dr Smith", forbidden=("John Smith", "Joan Smith"), told=True),
    Case(typed="Jon Smith", forbidden=("John Smith",), perhaps=("Joan Smith",), told=True),
    Case(typed="my supervisor", told=True),
    Case(typed="the tall one from Physics", told=True),
    Case(typed="Xaver Quirin Zobel", told=True),
    Case(typed="zed@elsewhere.example", told=True),
    Case(typed="10418", perhaps=("Anna Schmidt",), told=True),
    Case(typed="10_417", perhaps=("Anna Schmidt",), told=True),
    Case(
        typed="I'd rather not be with my supervisor Dr Smith",
        forbidden=("John Smith", "Joan Smith"),
        told=True,
    ),
    Case(typed="Please not Anna Schmidt or Ben Meyer", forbidden=("Anna Schmidt", "Ben Meyer"), told=True),
    Case(typed="anyone but Anna Schmidt", perhaps=("Anna Schmidt",), told=True),
    Case(typed="Anna Schmidt Ben Meyer", forbidden=("Anna Schmidt", "Ben Meyer"), told=True),
    Case(typed="Anna Schmidt (not Ben Meyer)", forbidden=("Anna Schmidt",), perhaps=("Ben Meyer",)),
    Case(typed="Anna \N{GRINNING FACE} Schmidt", forbidden=("Anna Schmidt",)),
    Case(typed="=Anna Schmidt", forbidden=("Anna Schmidt",)),
    Case(typed="'Anna Schmidt", forbidden=("Anna Schmidt",)),
    Case(typed="ANNA SCHMIDT?!", forbidden=("Anna Schmidt",)),
    Case(typed="(Anna Schmidt)", forbidden=("Anna Schmidt",)),
    Case(typed="anna.schmidt", forbidden=("Anna Schmidt",)),
    Case(typed="Anna_Schmidt", forbidden=("Anna Schmidt",)),
    Case(typed="schmidt anna", forbidden=("Anna Schmidt",)),
    Case(typed="Oscar Nunez", forbidden=("Óscar Núñez",)),
)
NOBODY = tuple(Case(typed=typed) for typed in NO_ANSWERS)
CASES = (*NOBODY, *OF_ONE, *UNCLEAR)


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Answer]:
    """What one match answers to each typed text about each person of the roll."""
    questions = [Question(typed=case.typed, favourite=person.key) for case in CASES for person in ROLL]
    given = ask(ROLL, questions, tmp_path_factory.mktemp("typists"))
    return {(answer.question.typed, answer.question.favourite): answer for answer in given}


@pytest.mark.parametrize(
    "case",
    [
        *NOBODY,
        *OF_ONE,
        *UNCLEAR,
    ],
    ids=str,
)
def test_whoever_is_meant_is_not_paired_and_nobody_else_is_kept_apart(
    case: Case, answers: dict[tuple[str, str], Answer]
) -> None:
    given = {person.name: answers[case.typed, person.key] for person in ROLL}
    apart = {name for name, answer in given.items() if not answer.paired}

    assert set(case.forbidden) <= apart <= {*case.forbidden, *case.perhaps}
    assert case.told in {EITHER, any(answer.told for answer in given.values())}


def test_a_cell_of_30000_characters_does_not_stop_a_match(tmp_path: Path) -> None:
    answers = ask(ROLL, [Question(typed="Anna " * 6_000, favourite=person.key) for person in ROLL], tmp_path)

    assert len(answers) == len(ROLL)
    assert answers[1].paired
