"""How templates become pages: where they are, what every one of them knows, how days are written."""

from collections.abc import Mapping
from datetime import date, datetime
from gettext import ngettext
from http import HTTPStatus
from typing import Any, cast
from zoneinfo import ZoneInfo

from flask import Flask, Response, current_app, make_response, render_template
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader

from functions.office import Office
from functions.web import assets

LANGUAGE = "en"


def office_of() -> Office:
    """Return the office that this application works for."""
    return cast("Office", current_app.extensions["kith"])


def install(app: Flask) -> None:
    """Teach the application our templates and what they may call."""
    app.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader(assets.SITE / "templates"),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(day=day, moment=moment, label=label, grouped=grouped, counted=counted)
    app.context_processor(_known_everywhere)


def page(template: str, status: HTTPStatus = HTTPStatus.OK, **known: object) -> Response:
    """Return a page made from a template."""
    return make_response(render_template(template, **known), status)


def day(value: date) -> str:
    """Return a day as people write it: Monday 6 September 2027."""
    return f"{value:%A} {value.day} {value:%B %Y}"


def moment(value: datetime, zone: str) -> str:
    """Return an instant in a zone, which is named: 6 September 2027, 14:05 (Europe/London)."""
    local = value.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%B %Y, %H:%M} ({zone})"


def grouped(number: int) -> str:
    """Return a whole number as people read it: 381,482."""
    return f"{number:,}"


def counted(number: int, one: str, many: str) -> str:
    """Return a number with its noun, `%d mentee` or `%d mentees`, as the language counts."""
    return ngettext(one, many, number) % number


def label(words: Mapping[str, str]) -> str:
    """Return the words in the language of the page, else in the one that they were written in."""
    return words.get(LANGUAGE) or next(iter(words.values()), "")


def _known_everywhere() -> dict[str, Any]:
    programme = office_of().programme
    return {"programme": programme, "assets": f"/{assets.folder(programme.accent)}", "language": LANGUAGE}
