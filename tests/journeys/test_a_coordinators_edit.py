"""A coordinator adds a question to the workbook: page, schema and score follow, and no code changes.

The ready-made questionnaires become workbooks, gain a second language and one question each, and go the
whole way: `./kith check --write`, the page in both languages, answers, a cohort's run and `./kith match`.
"""

import csv
import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import render_template_string
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from pyxform.xls2json_backends import md_table_to_workbook
from werkzeug.datastructures import MultiDict

from functions.programme.people import Answer
from functions.programme.questionnaire import Kind, Questionnaire
from functions.questionnaires import definitions
from functions.usecases.runs.read_run import read_run
from functions.web.languages import CHOSEN
from functions.web.questions import fields_of, steps_of
from infra.build.site import Offer, application
from infra.cli import main
from infra.programme.check import Check
from schemas.answers import load
from tests.harness import MENTEE, MENTOR, CohortHarness

ROOT = Path(__file__).resolve().parents[2]
# The ready-made questionnaires are in the first and the third; the coordinator adds the second.
LANGUAGES = FIRST, SECOND, THIRD = "English (en)", "Cymraeg (cy)", "Arabic (ar)"
SPORTS = {
    "climbing": ("Climbing", "Dringo", "التسلق"),
    "rowing": ("Rowing", "Rhwyfo", "التجديف"),
    "chess": ("Chess", "Gwyddbwyll", "الشطرنج"),
}
ASKED: Mapping[str, str | int] = {
    "type": "select_multiple sports",
    "name": "sports",
    f"label::{FIRST}": "Which sports would you like to share?",
    f"label::{SECOND}": "Pa chwaraeon hoffech chi eu rhannu?",
    f"label::{THIRD}": "أي الرياضات تودون أن تتشاركوا فيها؟",
    "required": "no",
    "relevant": "selected(${goals}, 'stay-well')",
    "constraint": "count-selected(.) <= 2",
    "kith::use": "matching",
    "match::compares": "overlap",
    "match::with": "sports_offered",
    "match::weight": 40,
    f"match::label::{FIRST}": "Sport",
    f"match::label::{SECOND}": "Chwaraeon",
    f"match::label::{THIRD}": "الرياضة",
}
OFFERED: Mapping[str, str | int] = {
    "type": "select_multiple sports",
    "name": "sports_offered",
    f"label::{FIRST}": "Which sports do you do?",
    f"label::{SECOND}": "Pa chwaraeon ydych chi'n eu gwneud?",
    f"label::{THIRD}": "أي الرياضات تمارسون؟",
    "required": "no",
    "kith::use": "matching",
}
ADA: Mapping[str, Answer] = {**MENTEE, "goals": ("stay-well",), "sports": ("rowing", "climbing")}
GRACE: Mapping[str, Answer] = {**MENTOR, "sports_offered": ("rowing",)}


def columns_of(sheet: Worksheet) -> dict[str, int]:
    return {str(cell.value): cell.column for cell in sheet[1] if cell.value}


def add_row(sheet: Worksheet, at: int, cells: Mapping[str, str | int]) -> None:
    """Write a row at that place, below which everything moves down, with new columns at the end."""
    if at <= sheet.max_row:
        sheet.insert_rows(at)
    for column, value in cells.items():
        known = columns_of(sheet)
        place = known.get(column) or max(known.values()) + 1
        sheet.cell(1, place).value = column
        sheet.cell(at, place).value = value


def translate(sheet: Worksheet) -> None:
    """Add a column in the second language beside every column of words in the first."""
    for header, column in columns_of(sheet).items():
        if header.endswith(f"::{FIRST}"):
            added = max(columns_of(sheet).values()) + 1
            sheet.cell(1, added).value = header.replace(FIRST, SECOND)
            for row in range(2, sheet.max_row + 1):
                words = sheet.cell(row, column).value
                sheet.cell(row, added).value = f"[{words}]" if words else None


def edit(source: Path, below: str, question: Mapping[str, str | int]) -> None:
    """Make a workbook of a ready-made questionnaire, translate it and add the question below another."""
    workbook_file = source.with_suffix(".xlsx")
    md_table_to_workbook(source.read_text(encoding="utf-8")).save(workbook_file)
    source.unlink()
    workbook = load_workbook(workbook_file)
    settings = workbook["settings"]
    if f"kith::title::{FIRST}" not in columns_of(settings):
        add_title = max(columns_of(settings).values()) + 1
        settings.cell(1, add_title).value = f"kith::title::{FIRST}"
        settings.cell(2, add_title).value = settings.cell(2, columns_of(settings)["form_title"]).value
    for name in ("survey", "choices", "settings"):
        translate(workbook[name])
    survey, choices = workbook["survey"], workbook["choices"]
    names = [survey.cell(row, columns_of(survey)["name"]).value for row in range(1, survey.max_row + 1)]
    add_row(survey, names.index(below) + 2, question)
    for name, words in SPORTS.items():
        said = {f"label::{language}": word for language, word in zip(LANGUAGES, words, strict=True)}
        add_row(choices, choices.max_row + 1, {"list_name": "sports", "name": name, **said})
    workbook.save(workbook_file)


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a tree whose workbooks were edited and went through `./kith check --write`."""
    tree = tmp_path_factory.mktemp("edited")
    shutil.copytree(ROOT / "schemas", tree / "schemas", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    (tree / "site" / "content").mkdir(parents=True)
    folder = tree / "schemas" / "questionnaires"
    edit(folder / "mentee.md", "goals", ASKED)
    edit(folder / "mentor.md", "topics_offered", OFFERED)
    check = Check(root=tree)
    check.everything(write=True)
    assert check.faults == []
    return folder


@pytest.fixture(scope="module")
def questionnaires(edited: Path) -> dict[str, Questionnaire]:
    return {
        name: definitions.questionnaire_from(
            json.loads((edited / f"{name}.json").read_text(encoding="utf-8"))
        )
        for name in ("mentee", "mentor")
    }


def page_of(questionnaires: Mapping[str, Questionnaire], language: str) -> str:
    programme = replace(definitions.programme("first-year"), languages=("en", "cy"))
    app = application(
        Offer(programme=programme, questionnaires=questionnaires), programme.cohort(date(2027, 1, 11))
    )
    with app.test_request_context("/", environ_overrides={} if language == "en" else {CHOSEN: language}):
        return render_template_string(
            '{% import "questions.html" as questions %}{{ questions.steps(steps, given, {}) }}',
            steps=steps_of(questionnaires["mentee"]),
            given=MultiDict(),
        )


def test_the_question_stands_on_the_page_in_both_languages(
    questionnaires: Mapping[str, Questionnaire],
) -> None:
    english, welsh = page_of(questionnaires, "en"), page_of(questionnaires, "cy")

    assert "Which sports would you like to share?" in english
    assert "Pa chwaraeon hoffech chi eu rhannu?" in welsh
    assert "Dringo" in welsh
    assert "Climbing" not in welsh
    for page in (english, welsh):
        assert 'data-question="sports" data-kind="many" data-shown-if="goals stay-well"' in page


def test_the_schema_takes_it_where_it_is_asked_and_says_what_is_wrong(
    questionnaires: Mapping[str, Questionnaire],
) -> None:
    asked = questionnaires["mentee"]
    everything = fields_of(asked, {**ADA, "sports": ("rowing", "climbing", "chess")})
    elsewhere = fields_of(asked, {**ADA, "goals": ("do-well",)})

    assert load(asked, fields_of(asked, ADA)).answers["sports"] == ("climbing", "rowing")
    assert load(asked, everything).errors == {"sports": "Choose up to 2"}
    assert "sports" not in load(asked, elsewhere).answers
    assert next(question.kind for question in asked.questions if question.name == "sports") is Kind.MANY


@pytest.fixture
def services(harness: CohortHarness, questionnaires: Mapping[str, Questionnaire]) -> CohortHarness:
    harness.services = replace(
        harness.services, questionnaires={**harness.services.questionnaires, **questionnaires}
    )
    return harness


def test_a_cohorts_run_scores_it_and_says_so_in_its_reasons(services: CohortHarness) -> None:
    services.confirmed(ADA)
    services.confirmed(GRACE)

    run_id = services.matched()

    view = read_run(services.services, services.cohort.id, run_id, language="en")
    assert view is not None
    [pair] = view.pairs
    [sport] = [reason for reason in pair.reasons if reason.criterion == "sports"]
    assert 0 < sport.points < 250_000
    assert sport.text == "Grace Example can help with 1 of 2 that Ada Example is looking for: rowing."


def test_a_match_of_files_scores_it_too(edited: Path, tmp_path: Path) -> None:
    for name, people in (("mentees", [ADA]), ("mentors", [GRACE])):
        with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            rows = [{k: _cell(v) for k, v in person.items()} for person in people]
            everybody = definitions.questionnaire(name.removesuffix("s")).questions
            columns = dict.fromkeys([*(question.name for question in everybody), *rows[0]])
            writer = csv.DictWriter(file, list(columns), restval="")
            writer.writeheader()
            writer.writerows(rows)
    report = tmp_path / "report.json"

    status = main(
        [
            "match",
            *("--mentors", str(tmp_path / "mentors.csv"), "--mentees", str(tmp_path / "mentees.csv")),
            *("--policy", str(ROOT / "schemas" / "policies" / "one-to-one.toml"), "--report", str(report)),
            *("--mentee-questions", str(edited / "mentee.xlsx")),
            *("--mentor-questions", str(edited / "mentor.json")),
        ]
    )

    assert status == 0
    [reason] = [
        reason
        for reason in json.loads(report.read_text(encoding="utf-8"))["pairs"][0]["reasons"]
        if reason["criterion"] == "sports"
    ]
    assert "can help with 1 of 2" in reason["text"]
    assert reason["points"] > 0


def _cell(answer: Answer) -> str:
    return ";".join(answer) if isinstance(answer, tuple) else str(answer)
