"""`./kith workbook NAME`: a questionnaire as a workbook, for whoever edits it in a spreadsheet program."""

import sys
from collections.abc import Mapping
from pathlib import Path

import click
import openpyxl
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from infra import ROOT
from infra.programme import xlsform
from infra.programme.questionnaires import sources

WIDE, NARROW = 44, 18
DONE = 0
REFUSED = 2


@click.command()
@click.argument("name", metavar="NAME", help="a questionnaire in schemas/questionnaires, like mentee")
@click.argument(
    "file",
    metavar="[FILE]",
    required=False,
    type=click.Path(path_type=Path),
    help="where to (NAME.xlsx here)",
)
def command(*, name: str, file: Path | None) -> int:
    """Write a questionnaire as a workbook (XLSForm), to be edited in a spreadsheet program."""
    known = {path.stem: path for path in sources(ROOT / "schemas" / "questionnaires")}
    out = file or Path(f"{name}.xlsx")
    refusal: str | None
    if name not in known:
        refusal = f"there is no questionnaire `{name}`. There are: {', '.join(known)}."
    elif out.suffix != ".xlsx":
        refusal = f"{out} is not the name of a workbook. End it with .xlsx."
    else:
        refusal = _written(known[name], out)
    if refusal is not None:
        print(f"kith: {refusal}", file=sys.stderr)
        return REFUSED
    print(
        f"Written: {out}\n\n"
        "Edit it in any spreadsheet program, then\n\n"
        f"  ./kith check {out}   names every mistake, by row and column\n\n"
        f"When all is well, put it into schemas/questionnaires in the place of {known[name].name};\n"
        "./kith check --write then makes what the programme reads."
    )
    return DONE


def _written(source: Path, out: Path) -> str | None:
    """Write the sheets of the source, or return why they can't be written; nothing is overwritten."""
    try:
        workbook = _format_sheet(xlsform.read(source))
        with out.open("xb") as fresh:
            workbook.save(fresh)
    except xlsform.QuestionnaireError as problem:
        return str(problem)
    except FileExistsError:
        return f"{out} is there already, and nothing was changed. Name another file."
    except OSError as problem:
        return f"{out} can’t be written: {problem.strerror}."
    return None


def _format_sheet(sheets: Mapping[str, xlsform.Sheet]) -> openpyxl.Workbook:
    """Return the workbook: names stay in sight, words have room, and nothing is taken for a formula."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, sheet in sheets.items():
        page = workbook.create_sheet(name)
        page.append(sheet.columns)
        for row in sheet.rows:
            page.append([row[column] for column in sheet.columns])
        for cells in page.iter_rows(min_row=2):
            for cell in cells:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
                cell.data_type = "s"
        for number, column in enumerate(sheet.columns, start=1):
            page.cell(1, number).font = Font(bold=True)
            page.column_dimensions[get_column_letter(number)].width = WIDE if "::" in column else NARROW
        page.freeze_panes = "C2"
    return workbook
