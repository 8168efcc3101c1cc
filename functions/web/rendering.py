"""How templates become pages: where they are, what every one of them knows, in which language they speak.

The language of a page is the one of its address (`functions.web.languages`), never of a cookie or a header:
an address shows everybody the same words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

from flask import (
    Flask,
    Response,
    current_app,
    has_request_context,
    make_response,
    render_template,
    request,
)
from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, ModuleLoader, PackageLoader, PrefixLoader

from functions.i18n import writing
from functions.i18n.languages import name_of, translations
from functions.services import Services
from functions.web import assets
from functions.web.languages import language_in_address

# What the texts in the code and in the templates are written in, and the whole console with them.
WRITTEN_IN = "en"
# Where the build of the zip leaves the templates that it has compiled (`infra/build/page_templates.py`).
COMPILED = assets.SITE.parent / "templates"
CONSOLE = "/console/"
# Where a request keeps the language that its page speaks just now.
LANGUAGE_IN_USE = "kith.language-in-use"
# What stands in a path as it is (RFC 3986). A backslash does not: browsers take `/\\` for another site.
SAFE_IN_A_PATH = "/:@!$&'()*+,;="


def current_services() -> Services:
    """Return the services that this application works for."""
    return cast("Services", current_app.extensions["kith"])


def install(app: Flask) -> None:
    """Teach the application our templates and what they may call."""
    app.jinja_env.loader = _templates()
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.policies["ext.i18n.trimmed"] = True  # a sentence may go over several lines of a template
    app.jinja_env.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals.update(at=at, use_language=use_language, language_links=language_links)
    app.jinja_env.filters.update(
        day=day, moment=moment, label=label, grouped=grouped, counted=counted, isolated=isolated
    )
    app.context_processor(_template_globals)


def _templates() -> BaseLoader:
    """Return where templates come from: compiled in the zip, from their sources anywhere else."""
    if COMPILED.is_dir():
        return ModuleLoader(COMPILED)
    return ChoiceLoader(
        [
            FileSystemLoader(assets.SITE / "templates"),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )


def page(template: str, status: HTTPStatus = HTTPStatus.OK, **known: object) -> Response:
    """Return a page made from a template."""
    return make_response(render_template(template, **known), status)


def language() -> str:
    """Return the code of this page's language: its address says it, and the console is English."""
    if not has_request_context():
        return current_services().programme.languages[0]
    # A page asks for it hundreds of times, so it is worked out once.
    environ = request.environ
    if LANGUAGE_IN_USE not in environ:
        environ[LANGUAGE_IN_USE] = _language_of_the_address()
    return cast("str", environ[LANGUAGE_IN_USE])


def _language_of_the_address() -> str:
    if request.path.startswith(CONSOLE):
        return WRITTEN_IN
    return language_in_address(request.environ) or current_services().programme.languages[0]


def use_language(code: str | None) -> str:
    """Speak another language from here on in this page, None: the one of its address; writes nothing itself.

    So a text that has not been translated stands in English in the middle of a page in another language.
    """
    request.environ[LANGUAGE_IN_USE] = code or _language_of_the_address()
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageLink:
    """The same page in one of the programme's languages. `name` is what the language calls itself."""

    code: str
    name: str
    direction: str
    address: str


def language_links(path: str | None = None) -> list[LanguageLink]:
    """Return this page (or the one at a path) in every language of the programme; none where it is alone.

    What was sent in stands at an address that can't be opened again, so no link leads away from it.
    """
    codes = current_services().programme.languages
    alone = request.method != "GET" or request.path.startswith(CONSOLE)
    if len(codes) == 1 or (path is None and alone):
        return []
    here = path or quote(request.path, safe=SAFE_IN_A_PATH)
    return [
        LanguageLink(
            code=code,
            name=name_of(code),
            direction=writing.direction(code),
            address=f"/{code}{here}" if code in codes[1:] else here,
        )
        for code in codes
    ]


def at(path: str) -> str:
    """Return the address of a page of ours (`/for-mentees/`) in the language of this page."""
    code = language_in_address(request.environ) if has_request_context() else None
    return f"/{code}{path}" if code else path


def gettext(text: str, **known: object) -> str:
    """Return the text in the language of this page, its `%(name)s` filled with what is known."""
    translated = _gettext(text)
    return translated % known if known else translated


def ngettext(one: str, many: str, number: int, **known: object) -> str:
    """Return the form for that number in the language of this page; `%(num)s` is the number."""
    return _ngettext(one, many, number) % {"num": number, **known}


def _gettext(text: str) -> str:
    return translations(language()).gettext(text)


def _ngettext(one: str, many: str, number: int) -> str:
    return translations(language()).ngettext(one, many, number)


def day(value: date) -> str:
    """Return a day as people write it: Monday 6 September 2027."""
    return writing.day(value, language())


def moment(value: datetime, zone: str) -> str:
    """Return an instant in a zone, which is named: 6 September 2027, 14:05 (Europe/London)."""
    return writing.moment(value, zone, language())


def isolated(text: str) -> str:
    """Return a name as it may stand in a sentence of this page, also one that is written the other way."""
    return writing.isolated(text, language())


def grouped(number: int) -> str:
    """Return a whole number as people read it: 381,482."""
    return f"{number:,}"


def counted(number: int, one: str, many: str) -> str:
    """Return a number with its noun, `%d mentee` or `%d mentees`, as the language counts."""
    return _ngettext(one, many, number) % number


def label(words: Mapping[str, str]) -> str:
    """Return the words in the language of the page, else in the one that they were written in."""
    return words.get(language()) or next(iter(words.values()), "")


def _template_globals() -> dict[str, Any]:
    programme = current_services().programme
    code = language()
    return {
        "programme": programme,
        "assets": f"/{assets.folder(programme.theme)}",
        "language": code,
        "direction": writing.direction(code),
    }
