"""`./kith match`: from files to pairings, or to one message and nothing written."""

# ruff: noqa: E501 - bad input and what is said of it read best on one line

import csv
import io
import json
import re
from pathlib import Path

import openpyxl
import pytest

from functions.spreadsheets.reader import LARGEST_FILE
from infra.cli import main

ROOT = Path(__file__).resolve().parents[3]
DATA = ROOT / "tests" / "data" / "mentor-match"

POLICY = """
name = "small"
[mentees]
id = "E-mail"
priority = "Waiting since"
[mentors]
id = "E-mail"
capacity = "Places"
[[criterion]]
name = "field"
label = "Field"
kind = "same"
mentee = "Field"
mentor = "Field"
weight = 3
[[criterion]]
name = "year"
label = "Year"
kind = "ordered distance"
mentee = "Year"
mentor = "Year"
order = ["first", "second", "third"]
at_least = 1
at_most = 1
weight = 1
"""
MENTORS = "E-mail,Places,Field,Year\nmo@x.org,2,Law,third\nmia@x.org,1,Art,second\n"
MENTEES = "E-mail,Waiting since,Field,Year\nada@x.org,,Law,second\nben@x.org,3,Art,first\ncleo@x.org,,Law,\n"


class Desk:
    """A folder with the three files of a match, and what came of the last one."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys
        self.write("mentors.csv", MENTORS)
        self.write("mentees.csv", MENTEES)
        self.write("policy.toml", POLICY)
        self.out, self.err = "", ""

    def write(self, name: str, content: str | bytes) -> Path:
        """Write one file of the folder."""
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def workbook(self, name: str, lines: list[list[object]]) -> None:
        """Write one file of the folder as a workbook."""
        book = openpyxl.Workbook()
        for line in lines:
            book.worksheets[0].append(line)
        book.save(self.folder / name)

    def match(self, *more: str, out: str = "pairs.csv", **files: str) -> int:
        """Run the command, with both outputs, any other files of the folder, and what else is asked."""
        named = {
            "mentors": "mentors.csv",
            "mentees": "mentees.csv",
            "policy": "policy.toml",
            "report": "r.json",
        }
        argv = [
            part
            for name, file in {**named, **files}.items()
            for part in (f"--{name}", str(self.folder / file))
        ]
        status = main(["match", *argv, "--out", str(self.folder / out), *more])
        self.out, self.err = self.capsys.readouterr()
        return status

    def names(self) -> set[str]:
        """Return the names of all files in the folder."""
        return {path.name for path in self.folder.iterdir()}


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, capsys)


def test_a_match_writes_pairs_and_report_and_says_how_it_went(desk: Desk) -> None:
    status = desk.match()

    report = json.loads((desk.folder / "r.json").read_text(encoding="utf-8"))
    pairs = list(csv.DictReader(io.StringIO((desk.folder / "pairs.csv").read_text(encoding="utf-8"))))
    assert status == 0
    assert "3 of 3 mentees have a mentor, 2 of 2 mentors have a mentee" in desk.out
    assert "#" in desk.out
    assert [(pair["mentee"], pair["mentor"], pair["score"]) for pair in pairs] == [
        ("ada@x.org", "mo@x.org", "100"),
        ("ben@x.org", "mia@x.org", "100"),
        ("cleo@x.org", "mo@x.org", "88"),
    ]
    assert pairs[0]["reasons"] == "Both said Law for “Field”. mo@x.org is one step ahead of ada@x.org."
    assert list(report["seconds"]) == ["read", "score", "solve", "verify", "explain"]
    assert (report["matched"], report["unmatched"], report["total_score"]) == (3, 0, 2_875_000)


def test_the_command_of_the_example_gives_every_mentee_a_mentor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (ROOT / "examples" / "two-spreadsheets" / "README.md").read_text("utf-8")
    command = re.search(r"^ {4}\./kith match (.+?)\n\n", page, re.MULTILINE | re.DOTALL)
    assert command is not None
    for folder in ("examples", "schemas"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    monkeypatch.chdir(tmp_path)

    assert main(["match", *command[1].replace("\\\n", " ").split()]) == 0
    assert "12 of 12 mentees have a mentor" in capsys.readouterr().out
    assert (tmp_path / "pairs.csv").read_text("utf-8").count("\n") == 13


def test_short_work_is_done_without_a_word_on_stderr(desk: Desk) -> None:
    desk.match()

    assert desk.err == ""


def test_the_same_files_give_the_same_pairs_to_the_byte(desk: Desk) -> None:
    desk.match()
    first = (desk.folder / "pairs.csv").read_bytes()
    desk.write("mentees.csv", "\n".join([MENTEES.splitlines()[0], *reversed(MENTEES.splitlines()[1:])]))

    desk.match()

    assert (desk.folder / "pairs.csv").read_bytes() == first


def test_workbooks_are_read_and_written_like_csv(desk: Desk) -> None:
    desk.workbook(
        "mentors.xlsx",
        [
            ["E-mail", "Places", "Field", "Year", None],
            ["mo@x.org", 2, "Law", "third"],
            ["mia@x.org", 1.0, "Art", "second"],
        ],
    )

    status = desk.match(mentors="mentors.xlsx", out="pairs.xlsx")

    sheet = openpyxl.load_workbook(desk.folder / "pairs.xlsx").worksheets[0]
    lines = list(sheet.iter_rows(values_only=True))
    assert status == 0
    assert [line[:3] for line in lines] == [
        ("mentee", "mentor", "score"),
        ("ada@x.org", "mo@x.org", 100),
        ("ben@x.org", "mia@x.org", 100),
        ("cleo@x.org", "mo@x.org", 88),
    ]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_byte_order_marks_and_line_ends_are_understood(desk: Desk, delimiter: str) -> None:
    desk.write(
        "mentors.csv", b"\xef\xbb\xbf" + MENTORS.replace(",", delimiter).replace("\n", "\r\n").encode()
    )

    assert desk.match() == 0


def test_a_formula_in_a_name_stays_text_in_what_is_written(desk: Desk) -> None:
    desk.write(
        "mentees.csv",
        MENTEES.replace("ada@x.org", '"=HYPERLINK(""x"")"').replace("ben@x.org", "\u200b\uff1d1+1"),
    )

    assert desk.match() == 0

    pairs = list(csv.DictReader(io.StringIO((desk.folder / "pairs.csv").read_text(encoding="utf-8"))))
    report = json.loads((desk.folder / "r.json").read_text(encoding="utf-8"))
    assert {'\'=HYPERLINK("x")', "'\u200b\uff1d1+1"} < {pair["mentee"] for pair in pairs}
    assert '=HYPERLINK("x")' in {pair["mentee"] for pair in report["pairs"]}


BAD: dict[str, tuple[str, str | bytes, str]] = {
    "a missing column": ("mentees", MENTEES.replace("Field", "Feild"), "mentees.csv: the column “Field” is missing, which criterion “field” in the policy reads for each mentee. Add the column or change the policy; did you mean “Feild”?"),
    "an unknown value": ("mentees", MENTEES.replace("first", "fist"), "mentees.csv, row 3: ben@x.org has “fist” in “Year”, which the policy doesn’t know."),
    "a mentor with capacity 0": ("mentors", MENTORS.replace(",2,", ",0,"), "mentors.csv, row 2, column “Places”: the capacity is 0. Write a whole number from 1 to 1000, or take the row out."),
    "a capacity in words": ("mentors", MENTORS.replace(",2,", ",two,"), "row 2, column “Places”: “two” is not a whole number"),
    "an empty capacity": ("mentors", MENTORS.replace(",2,", ",,"), "row 2, column “Places”: this cell is empty"),
    "a priority in words": ("mentees", MENTEES.replace(",3,", ",long,"), "row 3, column “Waiting since”: “long” is not a whole number"),
    "two people with one address": ("mentees", MENTEES.replace("ben@", "ADA@"), "mentees.csv, row 3, column “E-mail”: ADA@x.org stands in row 2 already"),
    "an empty address": ("mentees", MENTEES.replace("ben@x.org", ""), "row 3, column “E-mail”: this cell is empty"),
    "an address with a line break": ("mentees", MENTEES.replace("ben@x.org", '"ben\n@x.org"'), "row 3, column “E-mail”: this cell holds a line break"),
    "an empty file": ("mentees", "", "mentees.csv: the file is empty"),
    "a file of blank lines": ("mentees", "\n \n,,\n", "mentees.csv: the file is empty"),
    "nobody on one side": ("mentees", MENTEES.splitlines()[0], "mentees.csv: there is a header and nobody below it"),
    "an encoding that no letter tells": ("mentees", MENTEES.replace("Law,second", "Право,second").encode("cp1251"), "mentees.csv, row 2: the file is not in UTF-8, and its letters don’t tell what it is in"),
    "two encodings in one file": ("mentees", MENTEES.replace("Law", "Café").encode().replace("Café".encode(), "Café".encode("latin-1"), 1), "mentees.csv, row 2: some of the file is in UTF-8 and some is not (byte 0xe9)"),
    "NUL characters": ("mentees", MENTEES.replace("Art", "A\0t"), "mentees.csv, row 3: the file holds NUL characters"),
    "a row that is too short": ("mentees", MENTEES.replace(",,Law,second", ",Law"), "mentees.csv, row 2: this row has 2 cells and the header 4"),
    "a row that is too long": ("mentees", MENTEES.replace("Law,second", "Law,second,x"), "mentees.csv, row 2: this row has 5 cells and the header 4"),
    "a header twice": ("mentees", MENTEES.replace("Year", "Field"), "mentees.csv, row 1: two columns are called “Field”"),
    "an open quotation mark": ("mentees", MENTEES.replace("Art", '"Art'), "this row is not CSV"),
    "an old workbook": ("mentees", b"\xd0\xcf\x11\xe0 old", "this is an old Excel file (.xls)"),
    "a broken workbook": ("mentees", b"PK\x03\x04 broken", "this workbook can’t be opened"),
    "broken TOML": ("policy", POLICY.replace("[mentees]", "[mentees"), "policy.toml, line 3, column 9: this is not TOML"),
    "a policy in the wrong encoding": ("policy", POLICY.replace("small", "Café").encode("latin-1"), "policy.toml: the file is not in UTF-8; it looks like Windows-1252"),
    "a mistake in the policy": ("policy", POLICY.replace("weight = 3", "weight = -3"), "policy.toml, line 15, criterion “field”, weight: “-3” is out of range"),
    "rules that leave nobody": ("policy", POLICY + '[[rule]]\nname = "never"\nkind = "different"\nmentee = "E-mail"\nmentor = "E-mail"\n', "“never” refuses 6 of 6"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_bad_input_gets_one_message_and_nothing_is_written(desk: Desk, what: str) -> None:
    side, content, said = BAD[what]
    desk.write(f"{side}.{'toml' if side == 'policy' else 'csv'}", content)
    before = desk.names()

    status = desk.match()

    assert status == 2
    assert said in desk.err
    assert desk.err.count("\n") == 1
    assert desk.out == ""
    assert desk.names() == before


def test_a_file_of_two_hundred_megabytes_is_refused_before_it_is_read(desk: Desk) -> None:
    with (desk.folder / "mentees.csv").open("wb") as file:
        file.truncate(2 * LARGEST_FILE)  # sparse: it takes no room on disk

    status = desk.match()

    assert status == 2
    assert "mentees.csv: the file has 200 MB, more than the 100 MB that Kith reads" in desk.err


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"mentors": "nobody.csv"}, "nobody.csv: there is no such file. Check the name and the folder."),
        ({"mentors": "folder"}, "folder: this is a folder. Name the file inside it."),
        ({"policy": "folder"}, "folder: this is a folder"),
        ({"out": "pairs.pdf"}, "pairs.pdf: the pairs can be written as .csv or .xlsx"),
        ({"out": "nowhere/pairs.csv"}, "pairs.csv: its folder does not exist"),
        ({"out": "mentors.csv"}, "mentors.csv: this file is named twice"),
        ({"report": "folder"}, "folder: this is a folder. Add the file’s name."),
        ({"out": "r.csv", "report": "r.csv"}, "r.csv: this file is named twice"),
    ],
)
def test_a_path_that_cannot_be_used_is_told(desk: Desk, files: dict[str, str], said: str) -> None:
    (desk.folder / "folder").mkdir()
    before = desk.names()

    status = desk.match(**files)

    assert status == 2
    assert said in desk.err
    assert desk.names() == before


def test_when_the_second_file_cannot_be_written_the_first_is_not_either(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int, _mode: str) -> None:
        raise OSError(28, "No space left on device")

    before = desk.names()
    monkeypatch.setattr("infra.match.results.outputs.os.fdopen", full)

    status = desk.match()

    assert status == 2
    assert "it can’t be written (No space left on device)" in desk.err
    assert desk.names() == before


def test_work_that_is_stopped_writes_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_people: object, **_terms: object) -> None:
        raise KeyboardInterrupt

    before = desk.names()
    monkeypatch.setattr("infra.match.run.match", stopped)

    status = desk.match()

    assert (status, desk.err) == (130, "Stopped; nothing was written.\n")
    assert desk.names() == before


def test_a_result_that_does_not_verify_is_not_written(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = desk.names()
    monkeypatch.setattr(
        "functions.matching.pairings.best.faults_in", lambda _claim, **_more: ["ada is paired twice"]
    )

    status = desk.match()

    assert status == 1
    assert "Nothing was written: the result is not sound: ada is paired twice" in desk.err
    assert desk.names() == before


def test_long_work_says_on_stderr_what_it_does(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.match.job.LONG_WORK", 1)

    assert desk.match() == 0

    told = [line.split("%  ")[1] for line in desk.err.splitlines()]
    assert list(dict.fromkeys(told)) == [
        "Scoring every pair …",
        "Finding the best pairings …",
        "Writing down the reasons …",
        "Checking the result again, independently …",
    ]
    assert desk.err.splitlines()[-1].startswith("100 %")


@pytest.mark.parametrize(
    "argv", [[], ["--mentors", "x.csv"], ["--mentors", "a", "--mentees", "b", "--polcy", "c"]]
)
def test_a_wrong_command_line_is_explained_with_status_2(argv: list[str]) -> None:
    assert main(["match", *argv]) == 2


def test_mentor_match_files_give_50_served_105_pairs_and_2025_points(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(
        [
            "match",
            *("--mentors", str(DATA / "mentors.csv")),
            *("--mentees", str(DATA / "mentees.csv")),
            *("--policy", str(ROOT / "examples" / "mentor-match" / "policy.toml")),
            *("--report", str(tmp_path / "report.json")),
        ]
    )

    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert status == 0
    assert (report["matched"], len(report["pairs"]), report["total_score"]) == (50, 105, 2025)
    assert all(
        pair["score"] == sum(reason["points"] for reason in pair["reasons"]) for pair in report["pairs"]
    )
    assert "50 of 50 mentees have a mentor" in capsys.readouterr().out
