"""`./kith workbook NAME`: a questionnaire as a workbook, for whoever edits it in a spreadsheet program."""

import io
import sys
from collections.abc import Mapping
from pathlib import Path

import click
import xlsxwriter

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
        content = _workbook(xlsform.read(source))
        with out.open("xb") as fresh:
            fresh.write(content)
    except xlsform.QuestionnaireError as problem:
        return str(problem)
    except FileExistsError:
        return f"{out} is there already, and nothing was changed. Name another file."
    except OSError as problem:
        return f"{out} can’t be written: {problem.strerror}."
    return None


def _workbook(sheets: Mapping[str, xlsform.Sheet]) -> bytes:
    """Return the workbook: names stay in sight, words have room, and nothing is taken for a formula."""
    content = io.BytesIO()
    workbook = xlsxwriter.Workbook(content, {"in_memory": True})
    bold = workbook.add_format({"bold": True})
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
    for name, sheet in sheets.items():
        page = workbook.add_worksheet(name)
        page.freeze_panes(1, 2)
        for place, column in enumerate(sheet.columns):
            page.set_column(place, place, WIDE if "::" in column else NARROW)
            page.write_string(0, place, column, bold)
            for number, row in enumerate(sheet.rows, start=1):
                if row[column]:
                    page.write_string(number, place, row[column], wrapped)
    workbook.close()
    return content.getvalue()
