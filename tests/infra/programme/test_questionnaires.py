"""An XLSForm becomes a questionnaire, or its author learns in which row what is wrong and what to do."""

import csv
import re
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from pyxform.xls2json_backends import md_table_to_workbook

from functions.programme.questionnaire import Kind, Layout, Use
from infra.programme.questionnaires import QuestionnaireError, canonical, compile_file, sources
from infra.programme.xlsform import LARGEST_FILE, MOST_ROWS

SURVEY = """\
| survey |
| | type | name | label::English (en) | hint::English (en) | required | constraint | relevant | appearance | parameters | kith::use |
| | begin_group | you | About you | Come in. | | | | | | |
| | text | name | Your name | Who sees it. | yes | string-length(.) <= 80 | | | | contact |
| | text | email | Your address | | yes | | | email | | contact |
| | integer | places | How many | | yes | . >= 1 and . < 4 | | | | matching |
| | select_one colours | colour | A colour | | yes | | | minimal | | matching |
| | select_multiple colours | liked | Colours | | no | count-selected(.) <= 2 | | | | matching |
| | end_group | | | | | | | | | |

Words between the tables are for those who edit the file.

| | begin_group | more | More | | | | | | | |
| | rank colours | best | The best | | yes | | selected(${liked}, 'red') | | | matching |
| | text | story | A story | | | | ${colour} = "blue" | multiline | | contact |
| | range | mood | A mood | | | | | | start=1 end=5 step=1 tick_interval=1 tick_labelset=moods | evaluation |
| | acknowledge | agreed | I agree | | true() | | | | | contact |
| | end_group | | | | | | | | | |
"""  # noqa: E501  # a table is read across
CHOICES = """
| choices |
| | list_name | name | label::English (en) |
| | colours | red | Red |
| | colours | green | Green |
| | colours | blue | Blue |
| | moods | 1 | Low |
| | moods | 5 | High |
"""
SETTINGS = """
| settings |
| | form_title | form_id | default_language |
| | A trial | trial | English (en) |
"""
TRIAL = f"# A trial\n\n{SURVEY}{CHOICES}{SETTINGS}"


def written(folder: Path, text: str, name: str = "trial.md") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def faults(path: Path) -> list[str]:
    with pytest.raises(QuestionnaireError) as refused:
        compile_file(path)
    return [str(fault) for fault in refused.value.faults]


def row_of(text: str, words: str) -> int:
    return next(number for number, line in enumerate(text.split("\n"), start=1) if words in line)


@pytest.mark.parametrize("source", sources(), ids=lambda source: source.name)
def test_the_committed_json_is_what_its_source_says(source: Path) -> None:
    assert source.with_suffix(".json").read_text(encoding="utf-8") == canonical(compile_file(source))


def test_every_kind_of_question_is_read(tmp_path: Path) -> None:
    asked = {question.name: question for question in compile_file(written(tmp_path, TRIAL)).questions}

    assert {name: (q.kind, q.required, q.minimum, q.maximum) for name, q in asked.items()} == {
        "name": (Kind.TEXT, True, 1, 80),
        "email": (Kind.EMAIL, True, None, 254),
        "places": (Kind.INTEGER, True, 1, 3),
        "colour": (Kind.ONE, True, None, None),
        "liked": (Kind.MANY, False, None, 2),
        "best": (Kind.RANK, True, 1, 3),
        "story": (Kind.LONG_TEXT, False, None, 2000),
        "mood": (Kind.SCALE, False, 1, 5),
        "agreed": (Kind.CONSENT, True, None, None),
    }
    assert asked["colour"].layout is Layout.LIST
    assert asked["best"].shown_if == ("liked", "red")
    assert asked["story"].shown_if == ("colour", "blue")
    assert [choice.name for choice in asked["mood"].choices] == ["1", "5"]
    assert asked["mood"].use is Use.EVALUATION
    assert asked["name"].hints == {"en": "Who sees it."}


def test_steps_keep_their_words_and_their_questions(tmp_path: Path) -> None:
    questionnaire = compile_file(written(tmp_path, TRIAL))

    assert [(step.name, step.labels, step.hints, len(step.questions)) for step in questionnaire.steps] == [
        ("you", {"en": "About you"}, {"en": "Come in."}, 5),
        ("more", {"en": "More"}, {}, 4),
    ]
    assert (questionnaire.name, questionnaire.titles, questionnaire.languages) == (
        "trial",
        {"en": "A trial"},
        ("en",),
    )


def test_markdown_csv_and_workbook_give_the_same_bytes(tmp_path: Path) -> None:
    markdown = written(tmp_path, TRIAL)
    md_table_to_workbook(TRIAL).save(tmp_path / "trial.xlsx")
    with (tmp_path / "trial.csv").open("w", encoding="utf-8", newline="") as file:
        for sheet in _sheets():
            csv.writer(file).writerows(sheet)

    expected = canonical(compile_file(markdown))

    assert canonical(compile_file(tmp_path / "trial.csv")) == expected
    (tmp_path / "trial.csv").write_bytes(b"\xef\xbb\xbf" + (tmp_path / "trial.csv").read_bytes())
    assert canonical(compile_file(tmp_path / "trial.csv")) == expected
    assert canonical(compile_file(tmp_path / "trial.xlsx")) == expected


def _sheets() -> list[list[list[str]]]:
    """Return the tables as CSV has them: the sheet's name alone in a first row, then indented rows."""
    sheets = []
    for table in (SURVEY, CHOICES, SETTINGS):
        rows = [line.strip().strip("|").split("|") for line in table.split("\n") if line.startswith("|")]
        rows = [[cell.strip() for cell in row] for row in rows]
        sheets.append([[rows[0][0]], *rows[1:]])
    return sheets


def test_a_language_more_is_a_column_more(tmp_path: Path) -> None:
    text = """\
| survey |
| | type | name | label::English (en) | label::Cymraeg (cy) | required | kith::use |
| | begin_group | you | You | Chi | | |
| | text | name | Your name | Eich enw | yes | contact |
| | end_group | | | | | |
| settings |
| | form_title | form_id | default_language | kith::title::English (en) | kith::title::Cymraeg (cy) |
| | A trial | trial | English (en) | A trial | Prawf |
"""

    questionnaire = compile_file(written(tmp_path, text))

    assert questionnaire.languages == ("en", "cy")
    assert questionnaire.titles == {"en": "A trial", "cy": "Prawf"}
    assert questionnaire.questions[0].labels == {"en": "Your name", "cy": "Eich enw"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("| Who sees it. |", "| Nobody else sees it. |"),
        ("| About you |", "| You |"),
        ("| minimal |", "| |"),
        ("| A trial | trial |", "| Another title | trial |"),
    ],
)
def test_better_hints_and_looks_keep_the_version(tmp_path: Path, old: str, new: str) -> None:
    before = compile_file(written(tmp_path, TRIAL))

    after = compile_file(written(tmp_path, TRIAL.replace(old, new)))

    assert after != before
    assert after.version == before.version


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("| Your name |", "| Your first name |"),
        ("| Green |", "| Lime |"),
        ("| colours | green | Green |", "| colours | lime | Green |"),
        (". < 4", ". < 5"),
        ("| liked | Colours | | no |", "| liked | Colours | | yes |"),
        ('${colour} = "blue"', '${colour} = "red"'),
    ],
)
def test_what_changes_the_meaning_of_an_answer_changes_the_version(
    tmp_path: Path, old: str, new: str
) -> None:
    before = compile_file(written(tmp_path, TRIAL))

    after = compile_file(written(tmp_path, TRIAL.replace(old, new)))

    assert after.version != before.version
    assert len(after.version) == 16


MISTAKES = [
    # what stands there, what stands there instead, column, cause, remedy
    (
        "| text | name |",
        "| dateTime | name |",
        "type",
        "Kith can't ask a question of the type `dateTime`.",
        "Use one of these: text, integer, select_one, select_multiple, rank, range, date, acknowledge.",
    ),
    (
        "| text | name |",
        "| note | name |",
        "type",
        "Kith can't ask a question of the type `note`.",
        "Use one of these",
    ),
    (
        "| text | name |",
        "| text | Your Name |",
        "name",
        "`Your Name` can't name a question.",
        "Use small letters",
    ),
    ("| text | email |", "| text | name |", "name", "`name` is there twice.", "Give each question"),
    (
        "| yes | string-length(.) <= 80 |",
        "| perhaps | string-length(.) <= 80 |",
        "required",
        "`perhaps` is neither yes nor no.",
        "Write `yes` or `no`.",
    ),
    (
        "string-length(.) <= 80",
        "regex(., '^[a-z]+$')",
        "constraint",
        "Kith does not understand `regex(., '^[a-z]+$')` here.",
        "Write it like `string-length(.) >= 1 and string-length(.) <= 3`.",
    ),
    (
        ". >= 1 and . < 4",
        ". > today()",
        "constraint",
        "Kith does not understand `. > today()` here.",
        "Write it like `. >= 1 and . <= 3`.",
    ),
    (". >= 1 and . < 4", "", "constraint", "A whole number needs a least and a most.", "Write both"),
    (
        ". >= 1 and . < 4",
        ". >= 4 and . <= 1",
        "constraint",
        "No answer can keep these bounds.",
        "Write the smaller number first.",
    ),
    (
        "count-selected(.) <= 2",
        "count-selected(.) <= 9",
        "constraint",
        "It asks for more choices than there are.",
        "The list has 3 choices: ask for no more.",
    ),
    (
        "| email | | contact |",
        "| email | | |",
        "kith::use",
        "It doesn't say what the answer is for.",
        "Write one of these: matching, contact, monitoring, evaluation.",
    ),
    (
        "| yes | | | minimal | | matching |",
        "| yes | | | minimal | | monitoring |",
        "required",
        "A monitoring question is never required.",
        "Write `no`",
    ),
    (
        "| minimal |",
        "| likert |",
        "appearance",
        "Kith has no such look for `select_one`.",
        "Leave it empty, or use one of these: 'minimal', 'zone'.",
    ),
    (
        "| no | count-selected(.) <= 2 | | |",
        "| no | count-selected(.) <= 2 | | week |",
        "appearance",
        "These choices are no timetable.",
        "Name every choice for its day",
    ),
    ("select_one colours", "select_one shades", "type", "There is no list `shades`.", "Add its choices"),
    (
        "start=1 end=5 step=1",
        "start=1 end=100 step=1",
        "parameters",
        "The scale is not clear.",
        "Write it like",
    ),
    (
        "selected(${liked}, 'red')",
        "${places} > 2",
        "relevant",
        "Kith does not understand this condition.",
        "Ask for one choice",
    ),
    (
        "selected(${liked}, 'red')",
        "selected(${mood}, '1')",
        "relevant",
        "`mood` has no choice to ask for here.",
        "Name a question with choices that stands above this one.",
    ),
    (
        "selected(${liked}, 'red')",
        "selected(${liked}, 'pink')",
        "relevant",
        "`liked` offers no choice `pink`.",
        "Its choices are: red, green, blue.",
    ),
    (
        "selected(${liked}, 'red')",
        "${liked} = 'red'",
        "relevant",
        "`liked` takes several choices, so it equals none.",
        "Write `selected(${liked}, 'red')`.",
    ),
    (
        "| colours | green | Green |",
        "| colours | red | Green |",
        "name",
        "`red` is in this list already.",
        "Give each choice of a list its own name.",
    ),
    (
        "| colours | green | Green |",
        "| colours | grass green | Green |",
        "name",
        "`grass green` can't name a choice.",
        "Use small letters, digits and hyphens",
    ),
    (
        "| colours | green | Green |",
        "| | green | Green |",
        "list_name",
        "The choice belongs to no list.",
        "Write the name of its list.",
    ),
    (
        "| colours | green | Green |",
        "| colours | green | |",
        "label::English (en)",
        "The words for `en` are missing.",
        "Fill in this cell.",
    ),
    (
        "| A trial | trial |",
        "| A trial | other |",
        "form_id",
        "It differs from the file's name.",
        "Write `trial`.",
    ),
    ("| A trial | trial |", "| | trial |", "form_title", "There is no title.", "Write what people call this"),
    (
        "| trial | English (en) |",
        "| trial | Welsh (cy) |",
        "default_language",
        "It is not the language of the first label column.",
        "Write `English (en)`, or put",
    ),
    (
        "| | begin_group | more | More |",
        "| | text | more | More |",
        "type",
        "The question stands in no step.",
        "Put it between begin_group and end_group.",
    ),
]


@pytest.mark.parametrize(("old", "new", "column", "cause", "remedy"), MISTAKES)
def test_a_mistake_is_told_with_row_column_cause_and_remedy(
    tmp_path: Path, old: str, new: str, column: str, cause: str, remedy: str
) -> None:
    assert TRIAL.count(old) == 1
    text = TRIAL.replace(old, new)

    told = faults(written(tmp_path, text))

    place = f"trial.md, row {row_of(TRIAL, old)}, column {column}: "
    assert any(fault.startswith(f"{place}{cause} {remedy}") for fault in told), told


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "| hint::English (en) |",
            "| guidance |",
            "row 4, column guidance: Kith does not use this column. Remove it. The sheet",
        ),
        (
            "| hint::English (en) |",
            "| hint |",
            "row 4, column hint: This column of words has no language. Name its language, like `hint::",
        ),
        (
            "| hint::English (en) |",
            "| hint::Cymraeg (cy) |",
            "row 4, column hint::Cymraeg (cy): The questions are not written in `cy`. Add their labels in",
        ),
        (
            "| hint::English (en) |",
            "| label::British (en) |",
            "row 4, column label::British (en): Another column is in `en`, too. Give each language a code of",
        ),
        (
            "| Your address |",
            "| Your address, ${name} |",
            "row 7, column label::English (en): Kith does not put answers into words. Write words that fit",
        ),
        (
            "| settings |",
            "| other |",
            "trial.md: There is no sheet `settings`. Add it. Write one row",
        ),
        ("| survey |", "| other |", "trial.md: It asks nothing. Add questions to the sheet `survey`"),
    ],
)
def test_a_wrong_column_or_sheet_is_told(tmp_path: Path, old: str, new: str, said: str) -> None:
    told = faults(written(tmp_path, TRIAL.replace(old, new, 1)))

    assert any(said in fault for fault in told), told


def test_a_cell_without_a_column_is_never_dropped_in_silence(tmp_path: Path) -> None:
    text = TRIAL.replace("| Green |", "| Green | or lime |")

    [told] = faults(written(tmp_path, text))

    assert told.startswith(f"trial.md, row {row_of(text, 'lime')}: The row has more cells than there are")
    assert told.endswith("Remove what is too much; a | inside words is written \\|.")


def test_a_bar_inside_words_is_escaped(tmp_path: Path) -> None:
    text = TRIAL.replace("| Green |", "| Green \\| lime |")

    asked = {question.name: question for question in compile_file(written(tmp_path, text)).questions}

    assert asked["colour"].choices[1].labels == {"en": "Green | lime"}


def test_two_columns_of_one_name_are_told(tmp_path: Path) -> None:
    text = TRIAL.replace("| name | label::English (en) |", "| list_name | label::English (en) |")

    assert any(
        "column list_name: Two columns have this name." in told for told in faults(written(tmp_path, text))
    )


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_typed_into_a_cell_is_compiled_or_told(tmp_path: Path, data: st.DataObject) -> None:
    cells = re.split(r"(?<=\|)", TRIAL)
    at = data.draw(st.integers(0, len(cells) - 1))
    cells[at] = (
        data.draw(st.text(max_size=12) | st.sampled_from(["| ", "\n", "${name}", "begin_repeat", "'", "=1"]))
        + "|"
    )

    try:
        questionnaire = compile_file(written(tmp_path, "".join(cells)))
    except QuestionnaireError as error:
        said = [str(fault) for fault in error.faults]
    else:
        said = [canonical(questionnaire)]

    assert all(said)


def test_every_mistake_is_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = TRIAL.replace("string-length(.) <= 80", "once(.)").replace("| range |", "| geopoint |")

    told = faults(written(tmp_path, text))

    assert [fault.split(":")[0] for fault in told] == [
        f"trial.md, row {row_of(text, 'once(.)')}, column constraint",
        f"trial.md, row {row_of(text, 'geopoint')}, column type",
    ]


def test_a_step_that_does_not_end_is_told(tmp_path: Path) -> None:
    text = TRIAL.replace("| | end_group | | | | | | | | | |\n", "", 1)

    told = faults(written(tmp_path, text))

    row = row_of(text, "| more |")
    assert told == [
        f"trial.md, row {row}, column type: A step stands inside a step. End the one before it first."
    ]


def test_rows_of_a_workbook_are_its_own(tmp_path: Path) -> None:
    workbook: Workbook = md_table_to_workbook(TRIAL.replace("| integer | places |", "| integer | Places |"))
    workbook.save(tmp_path / "trial.xlsx")

    assert any(
        fault.startswith("trial.xlsx, sheet survey, row 5, column name: `Places`")
        for fault in faults(tmp_path / "trial.xlsx")
    )


def test_empty_rows_of_a_workbook_are_passed_over_and_counted(tmp_path: Path) -> None:
    workbook: Workbook = openpyxl_of(TRIAL.replace("tick_labelset=moods", "tick_labelset=nothing"), tmp_path)
    workbook["survey"].insert_rows(4)
    workbook["choices"].insert_rows(4)
    workbook.save(tmp_path / "trial.xlsx")

    [told] = faults(tmp_path / "trial.xlsx")

    assert told.startswith("trial.xlsx, sheet survey, row 13: ")
    assert "tick_labelset" in told


def openpyxl_of(text: str, folder: Path) -> Workbook:
    md_table_to_workbook(text).save(folder / "made.xlsx")
    return load_workbook(folder / "made.xlsx")


def test_rows_of_a_csv_are_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "trial.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        for sheet in _sheets():
            csv.writer(file).writerows([[cell.replace("dependent", "") for cell in row] for row in sheet])
    path.write_text(
        path.read_text(encoding="utf-8").replace("integer,places", "integer,Places"), encoding="utf-8"
    )

    assert any(fault.startswith("trial.csv, row 6, column name: `Places`") for fault in faults(path))


def test_what_other_tools_would_refuse_is_refused_in_their_words(tmp_path: Path) -> None:
    text = TRIAL.replace("tick_labelset=moods", "tick_labelset=nothing")

    told = faults(written(tmp_path, text))

    assert len(told) == 1
    assert "tick_labelset" in told[0]
    assert told[0].endswith("Change it as the XLSForm standard (xlsform.org) says.")
    assert f"row {row_of(text, '| range |')}" in told[0]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("trial.docx", b"", "Kith can't read `.docx`. Save it as .md, .csv or .xlsx."),
        ("trial.md", "| survey |\n| | né |".encode("latin-1"), "The text is not UTF-8. Save it again"),
        ("trial.md", b"", "This can't be read as an XLSForm. It needs a sheet `survey`"),
        ("trial.csv", b"a,b\n", "This can't be read as an XLSForm."),
        (
            "trial.csv",
            b"survey,,,,\n" + b"x" * 200_000,
            "This can't be read as an XLSForm: field larger than",
        ),
        ("trial.xlsx", b"not a workbook", "This is text, no workbook. Save the table as .xlsx"),
        (
            "trial.csv",
            b"survey,,,\n,type,name,label\n" + b",text,a,b\n" * (MOST_ROWS + 1),
            "It is too large for a questionnaire. Keep its three sheets alone.",
        ),
        (
            "trial.md",
            b" " * (LARGEST_FILE + 1),
            "It is too large for a questionnaire. Keep its three sheets alone.",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_told_so(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)

    [told] = faults(tmp_path / name)

    assert told.startswith(f"{name}: {said}")


def test_a_file_that_is_not_there_is_told_so(tmp_path: Path) -> None:
    assert faults(tmp_path / "gone.md") == ["gone.md: There is no such file. Check the name and the folder."]


def test_a_workbook_that_unpacks_without_end_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "trial.xlsx"
    with ZipFile(path, "w", ZIP_DEFLATED) as workbook:
        for number in range(5):
            workbook.writestr(
                "[Content_Types].xml" if number == 0 else f"xl/worksheets/sheet{number}.xml",
                b" " * 10_000_000,
            )

    assert faults(path) == ["trial.xlsx: It is too large for a questionnaire. Keep its three sheets alone."]


TIMES = """\
| survey |
| | type | name | label::English (en) | label::Cymraeg (cy) | required | constraint | appearance | kith::use | kith::hours | match::compares | match::with | match::weight | match::week | match::label::English (en) | match::label::Cymraeg (cy) |
| | begin_group | when | When | Pryd | | | | | | | | | | | |
| | select_one zones | zone | Your time zone | Eich parth amser | yes | | zone | matching | | | | | | | |
| | select_multiple days | free | When are you free? | Pryd ydych chi'n rhydd? | yes | count-selected(.) >= 2 | hours | matching | 08:00-20:00 | times in common | | 20 | 2027-01-11 | Times | Amseroedd |
| | date | begins | From when on? | O ba bryd? | no | . >= date('2027-01-11') and . < date("2027-07-01") | | matching | | | | | | | |
| | select_multiple needs | needs | What do you need? | Beth sydd ei angen arnoch? | no | count-selected(.) <= 2 and not(selected(., 'none') and count-selected(.) > 1) | | contact | | | | | | | |
| | end_group | | | | | | | | | | | | | | |
| choices |
| | list_name | name | label::English (en) | label::Cymraeg (cy) |
| | zones | Europe/London | London | Llundain |
| | zones | America/New_York | New York | Efrog Newydd |
| | days | mon | Mon | Llun |
| | days | wed | Wed | Mer |
| | needs | ramp | A ramp | Ramp |
| | needs | quiet | Quiet | Tawelwch |
| | needs | none | Nothing | Dim |
| settings |
| | form_title | form_id | default_language | kith::title::English (en) | kith::title::Cymraeg (cy) |
| | Times | times | English (en) | Times | Amseroedd |
"""  # noqa: E501  # a table is read across


def test_half_hours_zones_dates_and_choices_that_stand_alone_are_read(tmp_path: Path) -> None:
    asked = {q.name: q for q in compile_file(written(tmp_path, TIMES, "times.md")).questions}

    free, begins, needs = asked["free"], asked["begins"], asked["needs"]
    assert asked["zone"].layout is Layout.ZONE
    assert (free.kind, free.hours, free.minimum, free.maximum) == (Kind.HOURS, (8, 20), 2, 48)
    assert (free.offered[0], free.offered[-1]) == ("mon-0800", "wed-1930")
    assert free.words("cy")["wed-1930"] == "Mer 19:30"
    assert (begins.kind, begins.minimum, begins.maximum) == (Kind.DATE, 20270111, 20270630)
    assert (needs.alone, needs.maximum) == ("none", 2)
    assert free.match == {
        "compares": "times in common",
        "weight": "20",
        "week": "2027-01-11",
        "label::en": "Times",
        "label::cy": "Amseroedd",
    }


def test_half_hours_without_a_gap_are_said_as_one_time(tmp_path: Path) -> None:
    asked = {q.name: q for q in compile_file(written(tmp_path, TIMES, "times.md")).questions}

    cells = ("mon-0900", "mon-0930", "mon-1000", "mon-1130", "wed-0800")

    assert asked["free"].in_words(cells, "en") == ["Mon 09:00–10:30", "Mon 11:30–12:00", "Wed 08:00–08:30"]


@pytest.mark.parametrize(
    ("old", "new", "column", "said"),
    [
        ("| 08:00-20:00 |", "| |", "kith::hours", "It doesn't say between which hours of a day to ask."),
        ("| 08:00-20:00 |", "| 20:00-8:00 |", "kith::hours", "It doesn't say between which hours"),
        ("| 08:00-20:00 |", "| 8:15-20:00 |", "kith::hours", "It doesn't say between which hours"),
        (
            "| days | wed | Wed | Mer |",
            "| days | wednesday | Wed | Mer |",
            "type",
            "These choices are not the days",
        ),
        (
            "| zones | Europe/London |",
            "| zones | Europe/Londinium |",
            "name",
            "`Europe/Londinium` can't name a choice",
        ),
        (
            "| zones | Europe/London |",
            "| zones | london |",
            "appearance",
            "`london`: no time zone is called so.",
        ),
        ("| yes | | zone |", "| yes | | minimal |", "appearance", "These choices are time zones."),
        ("date('2027-01-11')", "today()", "constraint", "Kith does not understand `. >= today()` here."),
        ("date('2027-01-11')", "date('2027-02-30')", "constraint", "Kith does not understand"),
        ("date('2027-01-11')", "20270111", "constraint", "Kith does not understand `. >= 20270111` here."),
        ("selected(., 'none')", "selected(., 'all')", "constraint", "It has no choice `all` to stand alone."),
        ("| times in common |", "| times |", "match::compares", "“times” is not known."),
        ("| times in common |", "| |", "match::compares", "It doesn't say how answers are compared."),
        ("| | 20 | 2027-01-11", "| | much | 2027-01-11", "match::weight", "“much” is not a number."),
        ("| | 20 | 2027-01-11", "| | 20 | Monday", "match::week", "It is not a date."),
        (
            "| hours | matching |",
            "| hours | contact |",
            "kith::use",
            "What is compared is used for matching.",
        ),
    ],
)
def test_a_mistake_in_what_is_new_is_told_too(
    tmp_path: Path, old: str, new: str, column: str, said: str
) -> None:
    assert TIMES.count(old) == 1

    told = faults(written(tmp_path, TIMES.replace(old, new), "times.md"))

    assert any(f"column {column}: {said}" in fault for fault in told), told


def test_a_table_of_half_hours_stays_shorter_than_a_page(tmp_path: Path) -> None:
    days = "".join(f"| | days | {day} | {day} | {day} |\n" for day in ("thu", "fri", "sat", "sun"))
    text = TIMES.replace("08:00-20:00", "00:00-24:00").replace("| | needs | ramp", f"{days}| | needs | ramp")

    assert "The table is too long for a page." in faults(written(tmp_path, text, "times.md"))[0]


def workbook_with(folder: Path, *changes: tuple[str, str]) -> Workbook:
    text = TRIAL
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return openpyxl_of(text, folder)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("| required |", "| REQUIRED |"),
        ("| list_name |", "| List Name |"),
        ("| kith::use |", "| Kith::Use |"),
        ("label::English (en)", "Label :: English (en)"),
        ("label::English (en)", "LABEL::English  (en)"),
        ("| default_language |", "| Default Language |"),
        ("| A trial | trial | English (en) |", "| A trial | trial | english (EN) |"),
        ("| survey |", "| Survey |"),
        ("| choices |", "| CHOICES |"),
    ],
)
def test_capitals_and_spaces_of_names_change_nothing(tmp_path: Path, before: str, after: str) -> None:
    path = written(tmp_path, TRIAL.replace(before, after))

    assert canonical(compile_file(path)) == canonical(compile_file(written(tmp_path, TRIAL)))


@pytest.mark.parametrize("sheet", ["Survey", "SURVEY", "sUrVeY"])
def test_a_sheet_of_a_workbook_is_known_whatever_its_capitals(tmp_path: Path, sheet: str) -> None:
    book = workbook_with(tmp_path)
    book["survey"].title = f"x{sheet}"  # openpyxl numbers a name that differs by capitals alone
    book[f"x{sheet}"].title = sheet
    book.save(tmp_path / "trial.xlsx")

    assert canonical(compile_file(tmp_path / "trial.xlsx")) == canonical(
        compile_file(written(tmp_path, TRIAL))
    )


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            "| required |",
            "| requierd |",
            "column requierd: Kith does not use this column. Did you mean `required`",
        ),
        (
            "| hint::English (en) |",
            "| hint::English |",
            "Write a language and its code, like `hint::English (en)`.",
        ),
        ("| colours | green |", "| colours | dark green |", "column name: `dark green` can't name a choice."),
        ("| settings |", "| setings |", "there is `setings`. Call it `settings`."),
        ("| red | Red |", "| red | #N/A |", "column label::English (en): This cell holds an error value."),
    ],
)
def test_the_one_fault_is_told_alone_and_its_remedy_helps(
    tmp_path: Path, before: str, after: str, said: str
) -> None:
    [told] = faults(written(tmp_path, TRIAL.replace(before, after)))

    assert said in told


@pytest.mark.parametrize("what", ["row", "column", "sheet", "formula"])
def test_what_a_workbook_hides_or_never_computed_is_refused(tmp_path: Path, what: str) -> None:
    book = workbook_with(tmp_path)
    sheet = book["choices"]
    if what == "row":
        sheet.row_dimensions[3].hidden = True
    elif what == "column":
        sheet.column_dimensions["C"].hidden = True
    elif what == "sheet":
        sheet.sheet_state = "hidden"
    else:
        sheet["C3"] = '="G"&"reen"'
    book.save(tmp_path / "trial.xlsx")

    told = faults(tmp_path / "trial.xlsx")

    assert told[0].startswith("trial.xlsx, sheet choices")
    assert ("hidden" in told[0]) == (what != "formula")
