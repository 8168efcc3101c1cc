"""The result as a workbook for people: pairs, points, who is without a match, a summary and what was read.

The same result gives the same bytes. Nothing in it is a formula: a text that a spreadsheet program would take
for one is marked as text there (quotePrefix), and stays as it was written.
"""

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from functions.i18n.run_reasons import RunRenderer
from functions.matching import Role
from functions.spreadsheets.formula_escapes import escape
from infra.match.reading import TITLE, lines_of
from infra.match.results.result import Result
from infra.match.results.shown_points import shown_part, shown_score, unit
from infra.match.results.summary import ranges_of, summary_facts

SHEETS = ("Pairs", "Points", "Without a match", "Summary", TITLE)
REASONS = 3
_ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)
_LONGEST_CELL = 32_767
_WIDTHS = {"reason": 60, "why": 70, "help": 70, "line": 110}

Cell = str | int | float | None


def workbook_of(result: Result) -> bytes:
    """Return the bytes of the workbook."""
    content = io.BytesIO()
    workbook = xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_urls": False})
    workbook.set_properties({"created": _ALWAYS.replace(tzinfo=None), "title": "Kith: a match"})
    writer = _SheetWriter(workbook)
    writer.write("Pairs", *_pairs(result))
    writer.write("Points", *_points(result))
    writer.write("Without a match", *_without(result))
    _write_summary(workbook, writer, result)
    writer.write(TITLE, ["line"], [[line] for line in lines_of(result.reading)])
    workbook.close()
    return content.getvalue()


class _SheetWriter:
    """Writes sheets alike: a bold header that stays in sight, columns as wide as their words."""

    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        self._workbook = workbook
        self._bold = workbook.add_format({"bold": True, "valign": "top"})
        self._plain = workbook.add_format({"text_wrap": True, "valign": "top"})
        self._quoted = workbook.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})

    def write(self, name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Worksheet:
        """Write a sheet and return it."""
        sheet = self._workbook.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        self.write_row(sheet, 0, header, self._bold)
        widths = [len(column) + 2 for column in header]
        for number, row in enumerate(rows, start=1):
            self.write_row(sheet, number, row, self._plain)
            for place, cell in enumerate(row):
                widths[place] = max(widths[place], min(len(str(cell)) + 2, 40))
        for place, column in enumerate(header):
            width = next((width for word, width in _WIDTHS.items() if word in column), widths[place])
            sheet.set_column(place, place, width)
        return sheet

    def write_row(self, sheet: Worksheet, number: int, row: Sequence[Cell], look: Format) -> None:
        """Write the cells of a row, texts as texts."""
        for place, cell in enumerate(row):
            if isinstance(cell, str):
                safe = escape(cell) == cell
                sheet.write_string(number, place, cell[:_LONGEST_CELL], look if safe else self._quoted)
            elif cell is not None:
                sheet.write_number(number, place, cell, look)


def _pairs(result: Result) -> tuple[list[str], list[list[Cell]]]:
    header = [*result.name_columns, "score", *(f"reason {n}" for n in range(1, REASONS + 1))]
    header += result.id_columns
    rows: list[list[Cell]] = []
    for pair in result.outcome.pairs:
        reasons = list(result.strongest(pair))[:REASONS]
        row: list[Cell] = [*result.names_of(pair), shown_score(pair.score, result.policy)]
        row += [*reasons, *[None] * (REASONS - len(reasons))]
        rows.append([*row, *result.ids_of(pair)])
    return header, rows


def _points(result: Result) -> tuple[list[str], list[list[Cell]]]:
    criteria = [criterion.name for criterion in result.policy.criteria]
    labels = [result.words.label(name) for name in criteria]
    rows: list[list[Cell]] = []
    for pair in result.outcome.pairs:
        parts = dict.fromkeys(criteria, 0)
        for reason in pair.reasons:
            parts[reason.criterion] = parts.get(reason.criterion, 0) + reason.points
        row: list[Cell] = [*result.names_of(pair), shown_score(pair.score, result.policy)]
        rows.append([*row, *(shown_part(parts[name], result.policy) for name in criteria)])
    return ["mentee", "mentor", "score", *map(str, labels)], rows


def _without(result: Result) -> tuple[list[str], list[list[Cell]]]:
    outcome = result.outcome
    says = RunRenderer(result.words, result.name_of)
    rows: list[list[Cell]] = []
    for side in says.left_over(outcome.unmatched, outcome.further_places):
        for person in side.people:
            why = " ".join((*side.shared, *person.reasons)) or _UNSAID[side.role]
            help_ = person.would_help or side.would_help
            rows.append([result.names[side.role].get(person.id, person.id), str(side.role), why, help_])
    return ["name", "side", "why", "what would help"], rows


_UNSAID = {
    Role.MENTEE: "Other pairings were better for everybody together.",
    Role.MENTOR: "There were more places than mentees for them.",
}


def _write_summary(workbook: xlsxwriter.Workbook, writer: _SheetWriter, result: Result) -> None:
    """Write the facts, then how many pairs have how many points, as a table and as a chart beside it."""
    facts = [[line] for line in summary_facts(result)]
    sheet = writer.write("Summary", ["line"], facts)
    first = len(facts) + 2
    counted = ranges_of([shown_score(pair.score, result.policy) for pair in result.outcome.pairs])
    bold = workbook.add_format({"bold": True})
    writer.write_row(sheet, first, [unit(result.policy), "pairs"], bold)
    for place, (name, count) in enumerate(counted, start=first + 1):
        writer.write_row(sheet, place, [name, count], workbook.add_format())
    if not counted:
        return
    chart = workbook.add_chart({"type": "column"})
    last = first + len(counted)
    chart.add_series(
        {
            "name": "pairs",
            "categories": ["Summary", first + 1, 0, last, 0],
            "values": ["Summary", first + 1, 1, last, 1],
            "gap": 30,
        }
    )
    chart.set_title({"name": f"Pairs by points ({unit(result.policy)})"})
    chart.set_legend({"none": True})
    chart.set_y_axis({"major_gridlines": {"visible": True}, "num_format": "0"})
    sheet.insert_chart(first, 3, chart)
