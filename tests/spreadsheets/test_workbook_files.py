"""Excel and OpenDocument workbooks: what they hide, what they could not compute, what their numbers show."""

# ruff: noqa: E501, DTZ001 - parts of a workbook read best on one line; a sheet has no time zones

from datetime import date, datetime, time
from typing import Any, Literal

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from functions.spreadsheets import BadInput, CellFault, Row, WhyLeftOut, read_content, read_sheets
from functions.spreadsheets.description import describe, surprises
from tests.spreadsheets.workbooks import (
    HEADER,
    PEOPLE,
    RITA,
    TOM,
    Rows,
    cells,
    changed,
    ods,
    ods_cell,
    ods_table,
    parts_of,
    saved,
    table_in,
    workbook,
    zipped,
)

SHEET = "xl/worksheets/sheet1.xml"
EMPTY = "<v />"  # how openpyxl writes the value of a formula that it did not compute
HIDE_TABLE = '<style:style style:name="hid" style:family="table"><style:table-properties table:display="false"/></style:style>'


def people(rows: Rows = PEOPLE) -> tuple[Workbook, Worksheet]:
    made = workbook(People=rows)
    return made, made["People"]


@pytest.mark.parametrize(
    "content", [saved(workbook(People=PEOPLE)), ods(ods_table(PEOPLE))], ids=["xlsx", "ods"]
)
def test_a_workbook_is_read_whatever_its_name_says(content: bytes) -> None:
    table = table_in(content, "people.csv")

    assert cells(table) == [RITA, TOM]
    assert list(describe(table)) == ["people.csv: 2 rows, sheet “People”, header in row 1."]


# What is hidden


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_not_read_and_told(state: Literal["hidden", "veryHidden"]) -> None:
    made = workbook(Before=[HEADER, ("Ulf Gone", "Statistics", None)], People=PEOPLE)
    made["Before"].sheet_state = state
    made.active = 1

    table = table_in(saved(made))

    assert cells(table) == [RITA, TOM]
    assert surprises(table) == ["Sheet “Before”: hidden in the workbook, so not read."]


def test_a_hidden_sheet_of_an_open_document_is_not_read() -> None:
    before = ods_table([HEADER, ("Ulf Gone", "Statistics", None)], name="Before", style="hid")

    table = table_in(ods(before + ods_table(PEOPLE), HIDE_TABLE), "people.ods")

    assert cells(table) == [RITA, TOM]
    assert [(sheet.name, sheet.hidden) for sheet in table.read.other_sheets] == [("Before", True)]


def test_the_first_sheet_that_holds_the_columns_is_read_and_the_others_told() -> None:
    made = workbook(Notes=[["How to use this"]], People=PEOPLE, Later=PEOPLE)

    table = table_in(saved(made))

    assert table.read.sheet == "People"
    assert surprises(table) == ["Sheets “Notes”, “Later”: not read."]


def test_a_sheet_may_be_named_and_a_wrong_name_is_told_with_those_there_are() -> None:
    content = saved(workbook(One=PEOPLE, Two=[HEADER, RITA]))

    assert cells(table_in(content, sheet="two")) == [RITA]
    with pytest.raises(BadInput, match=r"there is no sheet “Three”\. Name one of these: “One”, “Two”"):
        table_in(content, sheet="Three")


def test_rows_that_a_filter_or_a_hand_hides_are_not_read_and_told() -> None:
    made, sheet = people([*PEOPLE, ("Uma Lind", "Law", None), ("Ulf Gone", "Law", None)])
    sheet.auto_filter.ref = "A1:C5"
    for row in (3, 5):
        sheet.row_dimensions[row].hidden = True

    table = table_in(saved(made))

    assert [row[0] for row in cells(table)] == ["Rita Sand", "Uma Lind"]
    assert surprises(table) == ["Rows 3, 5 left out: hidden in the workbook."]


@pytest.mark.parametrize("visibility", ["collapse", "filter"])
def test_hidden_rows_of_an_open_document_are_not_read(visibility: str) -> None:
    hidden = f'<table:table-row table:visibility="{visibility}">{ods_cell("Ulf Gone")}</table:table-row></table:table>'

    table = table_in(ods(ods_table(PEOPLE).replace("</table:table>", hidden)), "people.ods")

    assert cells(table) == [RITA, TOM]
    assert [left.why for left in table.read.left_out] == [WhyLeftOut.HIDDEN]


def test_a_sheet_whose_every_row_is_hidden_is_refused() -> None:
    made, sheet = people()
    for row in (1, 2, 3):
        sheet.row_dimensions[row].hidden = True

    with pytest.raises(
        BadInput, match=r"every row of the sheet is hidden\. Show its rows, or clear its filter"
    ):
        table_in(saved(made))


@pytest.mark.parametrize("look", ['hidden="1"', 'width="0"', 'hidden="true" width="9"'])
def test_a_hidden_column_is_not_read_and_told(look: str) -> None:
    columns = f'<cols><col min="3" max="3" {look}/></cols><sheetData>'

    table = table_in(changed(saved(workbook(People=PEOPLE)), SHEET, ("<sheetData>", columns)))

    assert table.columns == ("name", "wants")
    assert surprises(table) == ["Hidden in the workbook, so not read: column “avoid”."]


def test_a_workbook_of_hidden_sheets_alone_is_refused() -> None:
    content = changed(
        saved(workbook(People=PEOPLE)), "xl/workbook.xml", ('state="visible"', 'state="hidden"')
    )

    with pytest.raises(BadInput, match="every sheet of the workbook is hidden"):
        table_in(content)


# What could not be computed


def test_a_formula_that_was_never_computed_is_told_with_its_cell() -> None:
    made, sheet = people()
    sheet["C2"] = '="Paul "&"Idris"'

    table = table_in(saved(made))

    assert table.rows[0].cells["avoid"] is None
    [cell] = table.read.unreadable
    assert (cell.row, cell.column, cell.fault) == (2, "avoid", CellFault.FORMULA_WITHOUT_VALUE)


def test_the_0_that_a_library_writes_for_a_formula_is_no_value() -> None:
    made, sheet = people()
    sheet["C2"] = '="Paul "&"Idris"'

    table = table_in(changed(saved(made), SHEET, (EMPTY, "<v>0</v>")))

    assert [cell.fault for cell in table.read.unreadable] == [CellFault.FORMULA_WITHOUT_VALUE]


@pytest.mark.parametrize(("stored", "value"), [("Paul Idris", "Paul Idris"), ("", None)])
def test_a_computed_formula_is_its_value_and_may_be_empty(stored: str, value: str | None) -> None:
    made, sheet = people()
    sheet["C2"] = '="Paul "&"Idris"'
    content = changed(saved(made), SHEET, (EMPTY, f"<v>{stored}</v>"), ('<c r="C2"', '<c r="C2" t="str"'))

    table = table_in(content)

    assert table.rows[0].cells["avoid"] == value
    assert table.read.unreadable == ()


def test_a_formula_of_an_open_document_without_a_value_is_told() -> None:
    bare = '<table:table-cell table:formula="of:=1"/>'
    rows = ods_table([HEADER]).replace(
        "</table:table>", f"<table:table-row>{ods_cell('Rita')}{bare}</table:table-row></table:table>"
    )

    [cell] = table_in(ods(rows), "people.ods").read.unreadable

    assert (cell.row, cell.column, cell.fault) == (2, "wants", CellFault.FORMULA_WITHOUT_VALUE)


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#VALUE!"])
def test_an_error_in_a_cell_is_no_answer_and_told(error: str) -> None:
    made, sheet = people()
    sheet["B2"] = error
    sheet["B2"].data_type = "e"
    sheet["C3"] = error
    sheet["C3"].data_type = "s"  # copied as a text

    table = table_in(saved(made))

    assert [(cell.row, cell.column, cell.text) for cell in table.read.unreadable] == [
        (2, "wants", error),
        (3, "avoid", error),
    ]
    assert (table.rows[0].cells["wants"], table.rows[1].cells["avoid"]) == (None, None)


def test_an_error_of_libre_office_is_no_answer() -> None:
    error = '<table:table-cell table:formula="of:=NA()" office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>'
    rows = ods_table([HEADER]).replace(
        "</table:table>", f"<table:table-row>{ods_cell('Rita')}{error}</table:table-row></table:table>"
    )

    [cell] = table_in(ods(rows), "people.ods").read.unreadable

    assert (cell.fault, cell.text) == (CellFault.ERROR_VALUE, "#N/A")


# What a number shows


@pytest.mark.parametrize(
    ("number", "look", "shown"),
    [
        (417, "000000", "000417"),
        (1, "00", "01"),
        (1_234_567, "0000", "1234567"),
        (421, '"S"00000', "S00421"),
        (421, '00000"-x"', "00421-x"),
        (12345, "000\\-000", "012-345"),
        (421, "00000;-00000", "00421"),
        (417, "0", 417),
        (417, "General", 417),
        (1417, "#,##0", 1417),
        (0.5, "0%", "0.5"),
        (2.50, "0.00", "2.5"),
        (0.1 + 0.2, "General", "0.3"),
        (7, "0.00", 7),
        (True, "General", "TRUE"),
        (False, "General", "FALSE"),
        (date(2027, 1, 31), "yyyy-mm-dd", "2027-01-31"),
        (datetime(2027, 1, 31, 14, 30), "dd/mm/yyyy hh:mm", "2027-01-31 14:30:00"),
        (datetime(1900, 1, 5), "d mmm yy", "1900-01-05"),
        (time(9, 15), "h:mm", "09:15:00"),
        (date(2027, 1, 31), "[$-809]d mmmm yyyy;@", "2027-01-31"),
        (3, '"day "0', "day 3"),
    ],
)  # fmt: skip
def test_a_cell_is_read_as_the_sheet_shows_it(number: Any, look: str, shown: object) -> None:
    made, sheet = people()
    sheet["B2"] = number
    sheet["B2"].number_format = look

    assert table_in(saved(made)).rows[0].cells["wants"] == shown


def test_days_are_counted_from_1904_where_the_workbook_says_so() -> None:
    made, sheet = people()
    sheet["B2"] = 44_956
    sheet["B2"].number_format = "yyyy-mm-dd"

    table = table_in(
        changed(saved(made), "xl/workbook.xml", ("<workbookPr />", '<workbookPr date1904="1" />'))
    )

    assert table.rows[0].cells["wants"] == "2027-01-31"


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ('office:value-type="float" office:value="417"><text:p>000417</text:p>', "000417"),
        ('office:value-type="float" office:value="1417"><text:p>1,417</text:p>', 1417),
        ('office:value-type="date" office:date-value="2027-01-31"><text:p>31.1.</text:p>', "2027-01-31"),
        (
            'office:value-type="date" office:date-value="2027-01-31T14:30:00"><text:p>x</text:p>',
            "2027-01-31 14:30:00",
        ),
        ('office:value-type="boolean" office:boolean-value="true"><text:p>WAHR</text:p>', "TRUE"),
        ('office:value-type="string"><text:p>a<text:s text:c="2"/>b</text:p><text:p>c</text:p>', "a  b\nc"),
        (
            'office:value-type="string"><office:annotation><text:p>no!</text:p></office:annotation><text:p>a</text:p>',
            "a",
        ),
    ],
)
def test_a_cell_of_an_open_document_is_read_as_it_is_shown(cell: str, shown: object) -> None:
    row = f"<table:table-row>{ods_cell('Rita')}<table:table-cell {cell}</table:table-cell></table:table-row></table:table>"

    table = table_in(ods(ods_table([HEADER]).replace("</table:table>", row)), "people.ods")

    assert table.rows[0].cells["wants"] == shown


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("Statistics_x000D_\nWriting_x000d_", "Statistics\nWriting"),
        ("Statistics_x000A_Writing", "Statistics\nWriting"),
        ("a_x0009_b", "a\tb"),
        ("_x005F_x000D_ stays", "_x000D_ stays"),
        ("_x00E9_t_x00E9_", "été"),
        ("_xD83D__xDE00_", "😀"),
        ("snake_x_case", "snake_x_case"),
        ("_x00G0_", "_x00G0_"),
    ],
)
def test_characters_that_a_workbook_spells_out_are_read(stored: str, shown: str) -> None:
    made, sheet = people()
    sheet["B2"] = "PLACE"
    content = saved(made)
    part = next(name for name, part in parts_of(content).items() if b"PLACE" in part)

    table = table_in(changed(content, part, ("PLACE", stored)))

    assert table.rows[0].cells["wants"] == shown


# Merged cells


def test_a_cell_merged_over_several_rows_is_read_for_each_and_told() -> None:
    made, sheet = people([HEADER, ("Rita", "Law", None), ("Tom", None, None), ("Uma", None, None)])
    sheet.merge_cells("B2:B3")

    table = table_in(saved(made))

    assert [row[1] for row in cells(table)] == ["Law", "Law", None]
    assert table.read.merged == ("B2:B3",)


def test_a_cell_merged_over_several_columns_of_one_person_is_refused() -> None:
    made, sheet = people()
    sheet.merge_cells("B2:C2")

    with pytest.raises(BadInput, match="row 2: the cells B2:C2 are merged over several columns"):
        table_in(saved(made))


def test_a_merged_title_above_the_header_is_left_out() -> None:
    made, sheet = people([["Mentees 2027"], [], *PEOPLE])
    sheet.merge_cells("A1:C1")

    table = table_in(saved(made))

    assert cells(table) == [RITA, TOM]
    assert table.read.header_row == 3


def test_notes_beside_the_table_are_told_and_not_read() -> None:
    table = table_in(saved(workbook(People=[HEADER, RITA, (*TOM, None, "ask again in June")])))

    assert cells(table) == [RITA, TOM]
    assert table.read.unnamed_columns == ("E",)


# Other shapes of workbooks


STRICT = (
    (
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
    ),
    (
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "http://purl.oclc.org/ooxml/officeDocument/relationships",
    ),
)


def test_a_strict_workbook_is_read() -> None:
    parts = parts_of(saved(workbook(People=PEOPLE)))
    for name in list(parts):
        for before, after in STRICT:
            parts[name] = parts[name].replace(before.encode(), after.encode())

    assert cells(table_in(zipped(parts))) == [RITA, TOM]


def test_rich_text_is_read_without_how_it_is_pronounced() -> None:
    content = saved(workbook(People=PEOPLE))
    part = next(name for name, text in parts_of(content).items() if b"<t>Statistics</t>" in text)
    rich = "<r><t>Stat</t></r><r><rPr><b/></rPr><t>istics</t></r><rPh sb='0' eb='1'><t>no</t></rPh>"

    assert cells(table_in(changed(content, part, ("<t>Statistics</t>", rich)))) == [RITA, TOM]


def test_repeated_rows_and_cells_of_an_open_document_are_read_and_empty_ones_passed_over() -> None:
    head = ods_table([("a", "b", "c")]).removesuffix("</table:table>")
    twice = '<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="3" office:value-type="float" office:value="1"><text:p>1</text:p></table:table-cell><table:table-cell table:number-columns-repeated="16381"/></table:table-row>'
    rest = '<table:table-row table:number-rows-repeated="1048573"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>'

    table = read_content(ods(head + twice + rest), name="people.ods")

    assert table.rows == tuple(Row(number=number, cells={"a": 1, "b": 1, "c": 1}) for number in (2, 3))


# What can't be read is named


def ole(*names: str) -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(500)
        + b"".join(name.encode("utf-16-le") + bytes(8) for name in names)
    )


LOCKED = ods(
    ods_table(PEOPLE),
    more={
        "META-INF/manifest.xml": b'<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'
    },
)
NAMED: dict[str, tuple[bytes, str]] = {
    "an xlsx with a password": (ole("EncryptionInfo", "EncryptedPackage"), "protected by a password. Open it and save it without one"),
    "an ods with a password": (LOCKED, "protected by a password"),
    "an old workbook": (ole("Workbook"), r"old Excel file \(.xls\). Open it in a spreadsheet program and save it as .xlsx"),
    "an older workbook": (ole("Book"), r"old Excel file \(.xls\)"),
    "a bare workbook of 1995": (b"\x09\x08\x10\x00\x00\x06\x05\x00" + bytes(90), "old Excel file"),
    "an old document": (ole("WordDocument"), "this is a Word document"),
    "a page": (b"<html><body><table>", "this is a web page, no spreadsheet. Open it in a spreadsheet program and save"),
    "a page with a doctype": (b"\xef\xbb\xbf\r\n<!DOCTYPE HTML PUBLIC>\n<HTML>", "this is a web page"),
    "a page after a comment": (b"<!-- export -->\n<table border=1>", "this is a web page"),
    "a page in UTF-16": ("\ufeff<html><table>".encode("utf-16-le"), "this is a web page"),
    "a page as mail": (b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n", "this is a web page"),
    "XML of 2003": (b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "XML Spreadsheet 2003”. Open it in Excel"),
    "a flat ods": (b'<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0">', "flat OpenDocument"),
    "other XML": (b'<?xml version="1.0"?><people/>', "this is XML"),
    "JSON": (b'[{"name": "Rita"}]', "this is JSON"),
    "a link to a sheet": (b'{"url": "https://docs.example/1", "doc_id": "1"}', "a link to a sheet, not the sheet. In Google Sheets choose"),
    "a PDF": (b"%PDF-1.7\n", "this is a PDF"),
    "a picture": (b"\x89PNG\r\n\x1a\n", "this is a picture"),
    "gzip": (b"\x1f\x8b\x08", "compressed file"),
    "a binary workbook": (zipped({"[Content_Types].xml": b"<T/>", "xl/workbook.bin": b"x"}), r"binary Excel workbook \(.xlsb\). Open it in Excel and save"),
    "Numbers": (zipped({"Index/Document.iwa": b"x", "Metadata/a.plist": b"x"}), "Numbers document. In Numbers choose File, Export To"),
    "older Numbers": (zipped({"Index.zip": b"x"}), "Numbers document"),
    "a Word document": (zipped({"[Content_Types].xml": b"<T/>", "word/document.xml": b"<d/>"}), "this is a Word document"),
    "a presentation": (zipped({"[Content_Types].xml": b"<T/>", "ppt/presentation.xml": b"<d/>"}), "this is a presentation"),
    "a text of OpenDocument": (zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<d/>"}), "no spreadsheet"),
    "a zip of a CSV": (zipped({"people.csv": b"name\nRita\n"}), "zip archive, no spreadsheet. Unpack it and name the file inside"),
    "a workbook cut off": (saved(workbook(People=PEOPLE))[:-200], "this workbook can’t be opened"),
    "a workbook of charts": (changed(saved(workbook(People=PEOPLE)), "xl/_rels/workbook.xml.rels", ('/worksheet"', '/chartsheet"')), "no sheet of cells"),
}  # fmt: skip


@pytest.mark.parametrize("what", NAMED)
def test_what_cannot_be_read_is_named_with_what_helps(what: str) -> None:
    content, said = NAMED[what]

    with pytest.raises(BadInput, match=said):
        read_content(content, name="people.xlsx")


# Bounds


def test_a_document_type_is_refused_before_anything_is_expanded() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet'
    content = changed(saved(workbook(People=PEOPLE)), SHEET, ("<worksheet", bomb))

    with pytest.raises(BadInput, match="declares a document type"):
        table_in(content)


def test_a_workbook_that_unpacks_to_more_than_is_read_is_refused() -> None:
    content = saved(workbook(People=PEOPLE))

    with pytest.raises(BadInput, match="the workbook unpacks to"):
        read_sheets(content, name="people.xlsx", largest_unpacked=1_000)


@pytest.mark.parametrize("reference", ["XFE2", "ZZZ2", "A99999999"])
def test_a_cell_beyond_any_sheet_breaks_the_workbook(reference: str) -> None:
    with pytest.raises(BadInput, match="can’t be opened"):
        table_in(changed(saved(workbook(People=PEOPLE)), SHEET, ('<c r="C2"', f'<c r="{reference}"')))


def test_a_row_repeated_to_the_end_of_the_sheet_is_refused() -> None:
    row = f'<table:table-row table:number-rows-repeated="99999999">{ods_cell("x")}</table:table-row></table:table>'

    with pytest.raises(BadInput, match="repeated to the end of the sheet"):
        table_in(ods(ods_table(PEOPLE).replace("</table:table>", row)), "people.ods")


def test_whoever_has_little_memory_says_how_much_is_unpacked() -> None:
    with pytest.raises(BadInput, match="the workbook unpacks to"):
        read_content(saved(workbook(People=PEOPLE)), name="people.xlsx", largest_unpacked=1_000)


def test_rows_and_cells_that_say_they_are_repeated_without_end_are_not_made() -> None:
    cell = '<table:table-cell table:number-columns-repeated="16000" office:value-type="string"><text:p>x</text:p></table:table-cell>'
    row = f'<table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row></table:table>'

    with pytest.raises(BadInput, match="a sheet has more than 20,000,000 cells"):
        table_in(ods(ods_table(PEOPLE).replace("</table:table>", row)), "people.ods")


@pytest.mark.parametrize("filler", ['<row r="1048577"/>', "<x/>" * 2_000])
def test_rows_beyond_the_sheet_and_elements_without_end_break_the_workbook(
    filler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.spreadsheets.xml_elements.MOST_ELEMENTS", 1_000)
    content = changed(saved(workbook(People=PEOPLE)), SHEET, ("</sheetData>", f"{filler}</sheetData>"))

    with pytest.raises(BadInput, match="can’t be opened"):
        table_in(content)


def test_one_cell_far_to_the_right_makes_no_row_wider() -> None:
    made, sheet = people([HEADER, *[(f"P{number}", "Law", None) for number in range(3_000)]])
    sheet["XFD2"] = "a stray note"

    table = table_in(saved(made))

    assert len(table.rows) == 3_000
    assert table.read.unnamed_columns == ("XFD",)
