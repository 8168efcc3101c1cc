"""Small inputs that went wrong for somebody (`tests/data/cases`), with the right answer of each README.

Those about whom a name means are held beside the tests of names; here is what the file itself decides.
"""

# ruff: noqa: E501 - a case and what is said of it read best on one line

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest

from infra.cli import main
from infra.programme.questionnaires import QuestionnaireError, compile_file

CASES = Path(__file__).resolve().parents[2] / "data" / "cases"


@dataclass
class Ran:
    """What came of a match: its exit status, what was printed, and its pairs by mentee."""

    status: int
    out: str
    err: str
    pairs: dict[str, str]
    scores: dict[str, str]


def run(case: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> Ran:
    files = {path.stem: path for path in (CASES / case).iterdir()}
    out = folder / "pairs.csv"
    sides = ["--mentors", str(files["mentors"]), "--mentees", str(files["mentees"])]
    status = main(["match", *sides, "--policy", str(files["policy"]), "--out", str(out)])
    said = capsys.readouterr()
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines())) if out.exists() else []
    return Ran(
        status=status,
        out=" ".join(said.out.split()),
        err=said.err.strip(),
        pairs={row["mentee"]: row["mentor"] for row in rows},
        scores={row["mentee"]: row["score"] for row in rows},
    )


BOTH = {"Rita Sand": "Oona Falk", "Tom Ebo": "Paul Idris"}
READ = {
    "a-question-on-two-lines": "header in row 1, UTF-8, cells between semicolons",
    "excels-line-sep": "Row 1 left out: says the delimiter",
    "last-years-people-on-a-hidden-sheet": "Sheet “Mentees 2025”: hidden in the workbook, so not read.",
    "qualtrics-three-headers": "Row 2 left out: holds the questions, as a second header. Row 3 left out: holds the ids",
}


@pytest.mark.parametrize("case", READ)
def test_a_file_is_read_and_what_is_not_plain_is_told(
    case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = run(case, tmp_path, capsys)

    assert (ran.status, ran.pairs) == (0, BOTH)
    assert READ[case] in ran.out


REFUSED = {
    "a-comma-in-a-name": "mentees.csv, row 2: this row has 4 cells and the header 3.",
    "a-workbook-with-a-password": "mentees.xlsx: this workbook is protected by a password. Open it and save it without one",
    "an-avoided-name-made-by-a-formula": "mentees.xlsx, row 2, column “avoid”: this cell holds a formula without a stored value.",
    "an-html-table-called-xls": "mentees.xls: this is a web page, no spreadsheet. Open it in a spreadsheet program and save it as .xlsx",
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_cannot_be_read_rightly_is_refused_with_what_helps(
    case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = run(case, tmp_path, capsys)

    assert (ran.status, ran.pairs) == (2, {})
    assert REFUSED[case] in ran.err


def test_two_failed_lookups_share_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ran = run("a-lookup-that-failed-on-both-sides", tmp_path, capsys)

    assert ran.scores["Rita Sand"] == "50"
    assert ran.out.count("Read as not answered: error value in row 2") == 2


def test_quotation_marks_after_a_space_belong_to_no_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = run("a-space-before-each-quoted-cell", tmp_path, capsys)

    assert ran.pairs == BOTH
    assert set(ran.scores.values()) == {"100"}


def test_a_comma_inside_an_answer_cuts_nothing_where_semicolons_separate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = run("answers-with-commas-in-them", tmp_path, capsys)

    assert ran.scores == {"Rita Sand": "0"}
    assert "nobody can score in “Help”" in ran.out
    assert "Mentees: several answers in a cell, cut at each semicolon: “wants”." in ran.out


def test_an_id_is_read_as_the_sheet_shows_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ran = run("avoid-a-number-that-excel-shows-with-zeros", tmp_path, capsys)

    assert ran.pairs == {"Rita Sand": "000902", "Tom Ebo": "000417"}


def test_a_line_end_of_windows_belongs_to_no_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = run("lines-that-windows-ended", tmp_path, capsys)

    assert ran.scores == {"Rita Sand": "50"}


SURVEY = ("met", True), ("reasons", False), ("more", False)


@pytest.mark.parametrize(
    "form", ["form-ending-in-capitals/VISIT.XLSX", "form-headers-in-capitals/visit.xlsx", "form-space-after-the-colons/visit.xlsx"]
)  # fmt: skip
def test_a_form_is_read_whatever_its_capitals_and_spaces(form: str) -> None:
    questions = compile_file(CASES / form).questions

    assert tuple((question.name, question.required) for question in questions) == SURVEY


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("form-choice-with-a-space", "sheet choices, row 4, column name: `no time` can't name a choice."),
        ("form-note-in-a-column-without-a-name", "sheet choices, row 3: The row has more cells than there are column names."),
        ("form-sheet-called-Settings", "There is no sheet `settings`; there is `Settings1`. Call it `settings`."),
    ],
)  # fmt: skip
def test_a_form_is_refused_for_its_one_fault_alone(form: str, said: str) -> None:
    with pytest.raises(QuestionnaireError) as refused:
        compile_file(CASES / form / "visit.xlsx")

    [fault] = refused.value.faults
    assert said in str(fault)


# The same kinds once more, through the command.

POLICY = (CASES / "a-comma-in-a-name" / "policy.toml").read_text(encoding="utf-8")
MENTORS = "name,offers,places,avoid\nOona Falk,Statistics,1,\nPaul Idris,Writing,1,\n"
MENTEES = "name,wants,avoid\nRita Sand,Statistics,\nTom Ebo,Writing,\n"


class Files:
    """A folder with the files of a small match, some of them changed."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys
        self.out = ""

    def match(self, *more: str, mentors: str = MENTORS, mentees: str = MENTEES, policy: str = POLICY, out: str = "pairs.csv") -> int:  # fmt: skip
        for name, content in (("mentors.csv", mentors), ("mentees.csv", mentees), ("policy.toml", policy)):
            (self.folder / name).write_text(content, encoding="utf-8")
        sides = [f"--{side}={self.folder / side}.csv" for side in ("mentors", "mentees")]
        status = main(["match", *sides, f"--policy={self.folder / 'policy.toml'}", f"--out={self.folder / out}", *more])  # fmt: skip
        said = self.capsys.readouterr()
        self.out = " ".join((said.out + said.err).split())
        return status

    def pairs(self) -> list[dict[str, str]]:
        with (self.folder / "pairs.csv").open(encoding="utf-8") as file:
            return list(csv.DictReader(file))


@pytest.fixture
def files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Files:
    return Files(tmp_path, capsys)


@pytest.mark.parametrize(
    ("mentors", "mentees"),
    [
        (MENTORS.replace("Oona Falk", "#N/A"), MENTEES),
        (MENTORS, MENTEES.replace("Statistics,", "Statistics,#REF!")),
        (MENTORS.replace("Statistics,1", "Statistics,#VALUE!"), MENTEES),
    ],
)
def test_an_error_where_people_places_or_rules_stand_is_refused(
    files: Files, mentors: str, mentees: str
) -> None:
    assert files.match(mentors=mentors, mentees=mentees) == 2
    assert "row 2, column" in files.out
    assert "this cell holds the error #" in files.out


@pytest.mark.parametrize("written", ["n/a", "-", "None", "Prefer not to say", "—", "N.A.", "(none)"])
def test_a_cell_that_says_nothing_is_no_answer_and_told(files: Files, written: str) -> None:
    mentors = MENTORS.replace("Statistics", written)
    mentees = MENTEES.replace("Statistics", written)

    assert files.match(mentors=mentors, mentees=mentees) == 0
    assert f"Mentees, “wants”: read as no answer: {written} (1)." in files.out
    assert {pair["mentee"]: pair["score"] for pair in files.pairs()}["Rita Sand"] == "50"


def test_a_word_that_the_policy_knows_is_an_answer(files: Files) -> None:
    policy = (
        POLICY.replace("weight = 10", 'weight = 10\nanything = ["none"]') if "anything" in POLICY else POLICY
    )
    allowed = policy.replace(
        "capacity = 1", 'capacity = 1\n[mentees.allowed]\nwants = ["none", "Writing"]', 1
    )

    assert files.match(mentors=MENTORS.replace("Statistics", "Writing; Law"), mentees=MENTEES.replace("Statistics", "none"), policy=allowed) == 0  # fmt: skip
    assert "read as no answer" not in files.out


def test_options_that_nobody_on_the_other_side_has_are_told(files: Files) -> None:
    assert files.match(mentees=MENTEES.replace("Statistics", "Law; Writing")) == 0
    assert "“Help”: only mentees said Law; no mentor did." in files.out
    assert "“Help”: only mentors said Statistics; no mentee did." in files.out


def test_the_report_holds_what_was_read(files: Files, tmp_path: Path) -> None:
    assert files.match(f"--report={tmp_path / 'r.json'}", mentees="Mentees 2027,,\n" + MENTEES) == 0

    read = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["what_was_read"]
    assert read["files"][1]["header_row"] == 2
    assert read["files"][1]["left_out"] == [{"number": 1, "why": "above the header"}]


NAMED = """name = "small"
[mentees]
id = "E-mail"
identity = ["E-mail", "name"]
capacity = 1
[mentors]
id = "E-mail"
identity = ["E-mail", "name"]
capacity = "places"
[[criterion]]
name = "help"
label = "Help"
kind = "overlap"
mentee = "wants"
mentor = "offers"
weight = 10
"""
WITH_MAIL = {
    "mentors": "E-mail,name,offers,places\noona@x.org,Oona Falk,Statistics;Law,1\n=paul@x.org,Paul Idris,Writing,1\n",
    "mentees": "E-mail,name,wants\nrita@x.org,Rita Sand,Statistics;Law\ntom@x.org,Tom Ebo,Writing;Law;Art\n",
}


def test_a_csv_has_names_scores_of_100_and_sentences(files: Files) -> None:
    assert files.match(**WITH_MAIL, policy=NAMED) == 0

    first, second = files.pairs()
    assert (first["mentee name"], first["mentor name"], first["score"]) == ("Rita Sand", "Oona Falk", "100")
    assert first["reasons"].startswith("Oona Falk can help with all that Rita Sand is looking for")
    assert (second["mentor"], second["kith: escaped"], second["score"]) == ("'=paul@x.org", "mentor", "33")


def test_what_a_match_wrote_is_read_again_with_its_escapes_undone(files: Files, tmp_path: Path) -> None:
    assert files.match(**WITH_MAIL, policy=NAMED) == 0
    (tmp_path / "before.csv").write_bytes((tmp_path / "pairs.csv").read_bytes())

    assert files.match(f"--locked={tmp_path / 'before.csv'}", **WITH_MAIL, policy=NAMED) == 0


def test_a_workbook_has_five_sheets_for_people_and_the_same_bytes_again(files: Files, tmp_path: Path) -> None:
    more = {**WITH_MAIL, "mentees": WITH_MAIL["mentees"] + "uma@x.org,Uma Lind,Biology\n"}
    assert files.match(**more, policy=NAMED, out="pairs.xlsx") == 0
    first = (tmp_path / "pairs.xlsx").read_bytes()

    assert files.match(**more, policy=NAMED, out="pairs.xlsx") == 0

    assert (tmp_path / "pairs.xlsx").read_bytes() == first
    book = openpyxl.load_workbook(tmp_path / "pairs.xlsx")
    rows = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}
    assert list(rows) == ["Pairs", "Points", "Without a match", "Summary", "What was read"]
    assert rows["Pairs"][1][:3] == ("Rita Sand", "Oona Falk", 100)
    assert rows["Pairs"][2][-1] == "=paul@x.org"
    assert rows["Points"][:2] == [("mentee", "mentor", "score", "Help"), ("Rita Sand", "Oona Falk", 100, 100)]
    assert rows["Without a match"][1][:2] == ("Uma Lind", "mentee")
    assert all(rows["Without a match"][1])
    assert "xl/charts/chart1.xml" in ZipFile(tmp_path / "pairs.xlsx").namelist()
    assert any("header in row 1" in str(row[0]) for row in rows["What was read"])


def test_both_sides_may_stand_on_two_sheets_of_one_workbook(files: Files, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, text in (("Tutors", MENTORS), ("Students", MENTEES)):
        sheet = book.create_sheet(name)
        for line in text.splitlines():
            sheet.append([int(cell) if cell.isdecimal() else cell or None for cell in line.split(",")])
    book.save(tmp_path / "all.xlsx")
    both = str(tmp_path / "all.xlsx")

    status = files.match(f"--mentors={both}", f"--mentees={both}", "--mentee-sheet=Students")

    assert status == 0
    assert "sheet “Tutors”, header in row 1" in files.out
    assert {pair["mentee"]: pair["mentor"] for pair in files.pairs()} == BOTH


@pytest.mark.parametrize("places", ["1_0", "1e1", "0x1", "1.5", "one"])
def test_places_are_plain_whole_numbers(files: Files, places: str) -> None:
    assert files.match(mentors=MENTORS.replace("Statistics,1", f"Statistics,{places}")) == 2
    assert f"“{places}” is not a whole number" in files.out


LATEST = POLICY.replace("capacity = 1", 'capacity = 1\nkeep = "latest"\ntime = "when"', 1)
TWICE = (
    "when,name,wants,avoid\n{0},Rita Sand,Law,\n{1},rita sand,Statistics,\n1/31/2027 9:00,Tom Ebo,Writing,\n"
)


@pytest.mark.parametrize(
    ("first", "second", "left_out"), [("1/2/2027 8:00", "1/13/2027 9:00", 2), ("2/1/2027 8:00", "1/2/2027 9:00", 3)]
)  # fmt: skip
def test_of_two_rows_of_one_person_the_latest_counts_and_the_other_is_told(
    files: Files, first: str, second: str, left_out: int
) -> None:
    assert files.match(mentees=TWICE.format(first, second), policy=LATEST) == 0
    assert f"Row {left_out} left out: the same person answered again later." in files.out
    assert len(files.pairs()) == 2


def test_two_rows_of_one_person_are_told_where_the_policy_says_nothing(files: Files) -> None:
    assert files.match(mentees=MENTEES + "RITA SAND,Law,\n") == 2
    assert (
        "row 4, column “name”: RITA SAND stands in row 2 already. Keep one row for each mentee, or let"
        in files.out
    )


def test_a_time_that_cannot_be_read_is_refused_with_its_row(files: Files) -> None:
    assert files.match(mentees=TWICE.format("1/13/2027", "soon"), policy=LATEST) == 2
    assert "row 3, column “when”: “soon” is no date and time" in files.out


@pytest.mark.parametrize("keys", ['keep = "latest"', 'time = "when"', 'keep = "first"\ntime = "when"'])
def test_keeping_the_latest_needs_both_keys(files: Files, keys: str) -> None:
    assert files.match(policy=POLICY.replace("capacity = 1", f"capacity = 1\n{keys}", 1)) == 2
    assert "policy.toml, line" in files.out


def test_both_sides_are_never_the_same_rows(files: Files, tmp_path: Path) -> None:
    one = f"{tmp_path / 'mentors.csv'}"
    policy = POLICY.replace('mentee = "wants"', 'mentee = "offers"')

    assert files.match(f"--mentees={one}", policy=policy) == 2
    assert (
        "mentors and mentees would be the same rows. Name two files, or the sheet of each side" in files.out
    )
