"""“Send me my data”: everything that is held about one person, as a page, for machines, and as a sheet."""

import json
from http import HTTPStatus

from flask import Response, request
from flask.typing import ResponseReturnValue

from functions.i18n.answer_summary import summarize_answers
from functions.programme.links import Purpose
from functions.usecases.people.export_person import PersonalData, as_data, everything_about, who_asks
from functions.web.console.csv_export import Row, csv_of
from functions.web.guards import Guard, Guarded, link, not_found
from functions.web.rendering import current_services, language, page

routes = Guarded("exporting", guard=Guard.LINK, purpose=Purpose.EXPORT, url_prefix="/my/export")


@routes.get("/<string(maxlength=64):token>")
def ask() -> ResponseReturnValue:
    """Show the buttons, and nothing of the data: a scanner that opens the link learns nothing."""
    return not_found() if who_asks(current_services(), link()) is None else page("my/export.html")


@routes.post("/<string(maxlength=64):token>")
def give() -> ResponseReturnValue:
    """Give everything out, in the form that was asked for; the audit trail keeps that it was."""
    held = everything_about(current_services(), link(), language())
    if held is None:
        return not_found()
    form = request.form.get("as", "")
    if form == "json":
        text = json.dumps(as_data(held), ensure_ascii=False, indent=2)
        return _file(text, "application/json", "my-data.json")
    if form == "csv":
        return _file(csv_of(_rows(held)), "text/csv", "my-answers.csv")
    return page("my/exported.html", held=held, answers=_answers(held))


def _answers(held: PersonalData) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return summarize_answers(held.questionnaire, held.me.answers, language())


def _rows(held: PersonalData) -> list[Row]:
    return [("question", "answer"), *((question, "; ".join(words)) for question, words in _answers(held))]


def _file(text: str, kind: str, name: str) -> Response:
    response = Response(text, HTTPStatus.OK, mimetype=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
