"""CSV and TSV as people have them: delimiters, quotes, line ends, encodings, rows that don't fit."""

import pytest

from functions.spreadsheets import BadInput, WhyLeftOut, read_content
from functions.spreadsheets.description import surprises
from functions.spreadsheets.moments import UnknownMomentError, moments_of
from tests.spreadsheets.workbooks import HEADER, cells, table_in

READ = [("Rita Sand", "Statistics", "Paul Idris"), ("Tom Ebo", "Writing", None)]
PLAIN = "name,wants,avoid\nRita Sand,Statistics,Paul Idris\nTom Ebo,Writing,\n"


def text(content: str | bytes) -> list[tuple[object, ...]]:
    return cells(table_in(content.encode() if isinstance(content, str) else content, "people.csv"))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_delimiter_and_line_end_is_read(delimiter: str, end: str) -> None:
    assert text(PLAIN.replace(",", delimiter).replace("\n", end)) == READ


@pytest.mark.parametrize(
    "header",
    [
        '"Your year\n(first, second …)";name;wants;avoid',
        '"Name, or\r\nwhat we call you, please";name;wants;avoid',
        '"a,b,c,d,e\n\nf";name;wants;avoid',
        '"Which of these, if any?";name;wants;avoid',
    ],
)
def test_commas_and_line_breaks_in_a_question_are_no_delimiters(header: str) -> None:
    rows = "x;Rita Sand;Statistics;Paul Idris\ny;Tom Ebo;Writing;\n"

    assert [row[1:] for row in text(f"{header}\n{rows}")] == READ


@pytest.mark.parametrize("answers", ["a;b;c", "a;b", "a;b;c;d"])
def test_semicolons_inside_answers_of_a_comma_file_are_no_delimiters(answers: str) -> None:
    assert text(f"name,wants,avoid\nRita,{answers},\nTom,a;b,\n")[0] == ("Rita", answers, None)


@pytest.mark.parametrize("between", [", ", ",  ", ",   "])
def test_quotation_marks_after_spaces_do_not_stay(between: str) -> None:
    rows = [("name", "wants", "avoid"), ("Rita Sand", "Statistics", "Paul Idris"), ("Tom Ebo", "Writing", "")]
    lines = [between.join(f'"{cell}"' for cell in row) for row in rows]

    assert text("\n".join(lines)) == READ


@pytest.mark.parametrize(
    "written", ['"Rita Sand" ,Statistics,', '"Rita" Sand,Statistics,', 'Rita,\u00a0"Statistics",']
)
def test_quotation_marks_that_would_stay_are_refused_with_their_row(written: str) -> None:
    with pytest.raises(BadInput, match="row 2"):
        text(f"name,wants,avoid\n{written}\n")


@pytest.mark.parametrize(
    "content",
    [
        "sep=;\n" + PLAIN.replace(",", ";"),
        "SEP=;\r\n" + PLAIN.replace(",", ";"),
        '"sep=,"\n' + PLAIN,
        "\ufeffsep=\t\n" + PLAIN.replace(",", "\t"),
        "sep=|\n" + PLAIN.replace(",", "|"),
        "sep=^\n" + PLAIN.replace(",", "^"),
    ],
)
def test_the_line_that_says_the_delimiter_is_followed_and_told(content: str) -> None:
    table = table_in(content.encode(), "people.csv")

    assert cells(table) == READ
    assert table.rows[0].number == 3
    assert [(left.number, left.why) for left in table.read.left_out] == [(1, WhyLeftOut.SEPARATOR_LINE)]


@pytest.mark.parametrize(
    "row",
    [
        "Sand, Rita,Statistics,",
        "Sand, Rita,Statistics,x",
        "Rita Sand,Statistics,,",
        "Rita Sand,Statistics,,,,",
        "Rita Sand",
    ],
)
def test_a_row_with_another_number_of_cells_is_refused_even_if_its_last_is_empty(row: str) -> None:
    with pytest.raises(BadInput, match=r"row 2: this row has \d cells and the header 3"):
        text(f"name,wants,avoid\n{row}\nTom Ebo,Writing,\n")


def test_a_delimiter_at_the_end_of_every_row_means_nothing() -> None:
    assert text("name,wants,avoid,\nRita Sand,Statistics,Paul Idris,\nTom Ebo,Writing,,\n") == READ


def test_a_cell_below_no_name_is_refused_as_a_row_that_was_cut() -> None:
    with pytest.raises(BadInput, match="row 2: the cell in column D stands below no name"):
        text("name,wants,avoid,\nSand, Rita,Statistics,Paul\nTom Ebo,Writing,,\n")


def test_a_count_of_rows_without_a_name_is_told_and_not_read() -> None:
    table = table_in(b",name,wants,avoid\n0,Rita Sand,Statistics,Paul Idris\n1,Tom Ebo,Writing,\n", "p.csv")

    assert cells(table) == READ
    assert table.read.unnamed_columns == ("A",)
    assert "Without a name in the header, so not read: column A." in surprises(table)


@pytest.mark.parametrize(
    ("codec", "told"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("utf-32", "UTF-32"),
        ("cp1252", "Windows-1252"),
    ],
)
def test_encodings_are_read_and_said(codec: str, told: str) -> None:
    table = table_in(PLAIN.replace("Rita", "René").encode(codec), "people.csv")

    assert table.rows[0].cells["name"] == "René Sand"
    assert table.read.encoding == told
    assert table.read.guessed_words == (("René",) if told == "Windows-1252" else ())


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("Анна", "cp1251"),
        ("Ελένη", "cp1253"),
        ("אברהם", "cp1255"),
        ("محمد", "cp1256"),
        ("赵敏敏", "gb18030"),
        ("田中さん", "shift_jis"),
    ],
)
def test_an_encoding_of_other_letters_is_refused_and_not_guessed(name: str, codec: str) -> None:
    with pytest.raises(BadInput, match=r"row 2: the file is not in UTF-8.*CSV UTF-8"):
        text(PLAIN.replace("Rita Sand", name).encode(codec))


def test_two_encodings_in_one_file_are_refused_with_the_row() -> None:
    with pytest.raises(BadInput, match="row 3: some of the file is in UTF-8 and some is not"):
        text("name,wants,avoid\nRené,x,\n".encode() + "Zoé,y,\n".encode("cp1252"))


@pytest.mark.parametrize(
    "above",
    [
        "Mentees 2027\n",
        "Mentees 2027,,\n\n",
        "Mentees of the programme,as of,2027-01-31\nExported by Ann,,\n\n",
        "1,2,3\n",
    ],
)
def test_titles_above_the_header_are_left_out_and_told(above: str) -> None:
    table = table_in((above + PLAIN).encode(), "people.csv")

    assert cells(table) == READ
    assert {left.why for left in table.read.left_out} == {WhyLeftOut.ABOVE_HEADER}
    assert table.read.header_row == above.count("\n") + 1


def test_titles_above_a_header_of_unknown_columns_are_left_out() -> None:
    table = read_content(b"Mentees 2027,,\n\nWho,What,Whom\nRita,a,b\nTom,c,d\n", name="people.csv")

    assert table.columns == ("Who", "What", "Whom")


QUESTIONS = "What is your full name?,What would you like?,Whom should we avoid?\n"
IDS = '"{""ImportId"":""QID4_TEXT""}","{""ImportId"":""QID7""}","{""ImportId"":""QID9_TEXT""}"\n'


@pytest.mark.parametrize(
    ("further", "why"),
    [
        (QUESTIONS + IDS, [WhyLeftOut.QUESTIONS, WhyLeftOut.IMPORT_IDS]),
        ("Name,Wishes,Avoid them\n" + IDS, [WhyLeftOut.QUESTIONS, WhyLeftOut.IMPORT_IDS]),
        (IDS, [WhyLeftOut.IMPORT_IDS]),
        (IDS.replace(":", ": "), [WhyLeftOut.IMPORT_IDS]),
        (QUESTIONS, [WhyLeftOut.QUESTIONS]),
        ("Response,Open-Ended Response,Response\n", [WhyLeftOut.QUESTIONS]),
        ("name,wants,avoid\n", [WhyLeftOut.REPEATS_HEADER]),
        ("NAME,Wants ,avoid\n", [WhyLeftOut.REPEATS_HEADER]),
    ],
)
def test_further_headers_are_nobody(further: str, why: list[WhyLeftOut]) -> None:
    head, rest = PLAIN.split("\n", 1)
    table = table_in(f"{head}\n{further}{rest}".encode(), "people.csv")

    assert cells(table) == READ
    assert [left.why for left in table.read.left_out] == why


def test_headers_in_the_middle_are_nobody() -> None:
    head, rest = PLAIN.split("\n", 1)
    whole = f"{head}\n{QUESTIONS}{IDS}"

    table = table_in(f"{whole}{rest}{whole}Uma Lind,Law,\n".encode(), "people.csv")

    assert [row[0] for row in cells(table)] == ["Rita Sand", "Tom Ebo", "Uma Lind"]


def test_a_policy_may_name_the_questions_of_the_second_header() -> None:
    wanted = ("What is your full name?", "What would you like?")
    head, rest = PLAIN.split("\n", 1)

    table = read_content(f"{head}\n{QUESTIONS}{IDS}{rest}".encode(), name="people.csv", columns=wanted)

    assert table.read.header_row == 2
    assert len(table.rows) == 2


def test_somebody_who_answers_with_questions_stays() -> None:
    rows = "Rita?,Statistics?,Who knows?\nTom?,Writing?,You?\n"

    assert len(text(f"name,wants,avoid\n{rows}")) == 2


ERRORS = (
    "#N/A",
    "#REF!",
    "#VALUE!",
    "#DIV/0!",
    "#NAME?",
    "#NUM!",
    "#NULL!",
    "#NV",
    "#WERT!",
    "#BEZUG!",
    "#VALEUR!",
    "#NOM?",
    "#¡VALOR!",
    "#¿NOMBRE?",
    "#SPILL!",
    "#DIVISION/0!",
    "#ССЫЛКА!",
    "#\u041d/\u0414",
    "Err:502",
    "########",
)


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_value_is_no_answer_and_told(error: str) -> None:
    table = table_in(f"name,wants,avoid\nRita Sand,{error},\n".encode(), "people.csv")

    assert table.rows[0].cells["wants"] is None
    assert [(cell.row, cell.column, cell.text) for cell in table.read.unreadable] == [(2, "wants", error)]


@pytest.mark.parametrize("answer", ["#1", "# heading", "#metoo", "#yes!", "Error: none", "#", "C#"])
def test_what_only_begins_like_an_error_is_an_answer(answer: str) -> None:
    assert text(f"name,wants,avoid\nRita Sand,{answer},\n")[0][1] == answer


def test_of_two_columns_with_one_name_a_wanted_one_is_refused_and_another_renamed() -> None:
    with pytest.raises(BadInput, match="row 1: two columns are called “wants”"):
        text("name,wants,wants,avoid\nRita,a,b,\n")

    table = table_in(b"name,wants,avoid,note,note\nRita,a,,b,c\n", "people.csv")

    assert table.columns == (*HEADER, "note", "note (2)")
    assert table.read.renamed_columns == ("note (2)",)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("2027-01-31 09:05", "2027-01-31 10:00:01"),
        ("2027-01-31T09:05:00Z", "2027-01-31T09:05:00-01:00"),
        ("31/01/2027 9:05:00", "01/02/2027 8:00:00"),
        ("1/31/2027 9:05:00", "2/1/2027 8:00:00"),
        ("31.1.2027 9:05", "1.2.2027 8:00"),
        ("1/31/27 11:59 AM", "1/31/27 12:01 PM"),
        ("2027/01/31 9:05:00 AM GMT+1", "2027/01/31 9:05:00 AM GMT"),
        ("2027/01/31 9:05:00 am GMT+5:30", "2027/01/31 5:05:00 am GMT+1"),
    ],
)
def test_moments_of_every_form_stand_in_their_order(earlier: str, later: str) -> None:
    first, second = moments_of([earlier, later])

    assert first < second


@pytest.mark.parametrize(
    ("cells_", "place"),
    [
        (["1/2/2027", "3/4/2027"], 0),
        (["13/1/2027", "1/13/2027"], 0),
        (["2027-01-31", "soon"], 1),
        (["2027-13-45"], 0),
        ([None], 0),
    ],
)
def test_a_moment_that_nothing_tells_is_refused(cells_: list[str | None], place: int) -> None:
    with pytest.raises(UnknownMomentError) as refused:
        moments_of(cells_)

    assert refused.value.place == place


def test_what_looks_wrong_and_is_read_is_told() -> None:
    table = table_in("name,\u200bwants,avoid\nRenÃ© Sand,x,\nTotal: 1,,\n\x1a".encode(), "people.csv")

    assert table.columns == HEADER
    assert surprises(table) == [
        "These words look as if they had been saved in a wrong encoding before: RenÃ©.",
        "Row 3: one cell alone is filled, and it is read as a person. Is it one?",
    ]
