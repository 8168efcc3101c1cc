"""Nothing that participants read has been forgotten when a page is said in another language.

The other language here is made up: it says every sentence between two brackets, ⟦like this⟧. So whatever
stands outside brackets was never given to a catalogue, or belongs to the programme and its people.
"""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask
from jinja2 import Environment, nodes

from functions.app import create_app
from functions.i18n import languages
from functions.messages.kinds import MessageKind
from functions.programme.links import Purpose
from functions.questionnaires import definitions
from functions.web import assets
from infra.build.site import Offer, application
from tests.harness import MENTEE, MENTOR, CohortHarness
from tests.i18n.test_languages import in_the_sources
from tests.web.conftest import Site

MADE_UP = "qps"
ADA, GRACE = str(MENTEE["email"]), str(MENTOR["email"])
FOR_PEOPLE = [
    path
    for path in sorted((assets.SITE / "templates").rglob("*.html"))
    if path.parent.name != "console" and path.name != "charts.html"
]
WORDS = re.compile(r"[^\W\d_]{2,}")
READ_ALOUD = ("alt", "aria-label", "placeholder", "title")
# What stands in the code of a page without being said: the kinds of things that macros and filters name.
THEIRS = {
    "ticks",
    "week",
}  # the reasons, which are in the cohort's language; a week in a questionnaire's words
EMPTY = {
    "area",
    "base",
    "br",
    "col",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "path",
    "rect",
    "circle",
    "ellipse",
}


@pytest.fixture
def made_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A language that says every sentence between brackets."""
    catalogue = Catalog(locale="en")
    for message in in_the_sources():
        forms = (message,) if isinstance(message, str) else message
        bracketed = tuple(f"⟦{form}⟧" for form in forms)
        catalogue.add(message, bracketed if len(forms) > 1 else bracketed[0])
    binary = BytesIO()
    write_mo(binary, catalogue)
    (tmp_path / f"{MADE_UP}.mo").write_bytes(binary.getvalue())
    monkeypatch.setattr(languages, "FOLDER", tmp_path)


class Reader(HTMLParser):
    """Reads a page as people do, and keeps what is said outside brackets."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.depth = 0
        self.outside: list[str] = []
        self._open: list[bool] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        theirs = THEIRS & set((known.get("class") or "").split())
        foreign = known.get("lang") not in (None, MADE_UP) or bool(theirs)
        skip = foreign or tag in ("script", "style")
        described = ("content",) if known.get("name") == "description" else ()
        for name in (*READ_ALOUD, *described) if not foreign else ():
            self._say(known.get(name) or "", aside=True)
        if tag not in EMPTY:
            self._open.append(skip)

    def handle_endtag(self, tag: str) -> None:
        if tag in EMPTY:
            return
        if self._open:
            self._open.pop()
        else:
            self.outside.append(f"</{tag}> without a beginning")

    def handle_data(self, data: str) -> None:
        self._say(data)

    def _say(self, text: str, *, aside: bool = False) -> None:
        if any(self._open):
            return
        depth = 0 if aside else self.depth
        outside = ""
        for letter in text:
            depth += {"⟦": 1, "⟧": -1}.get(letter, 0)
            outside += letter if depth == 0 and letter != "⟧" else ""
        self.depth = self.depth if aside else depth
        if WORDS.search(outside):
            self.outside.append(" ".join(outside.split()))


def texts_in(thing: object) -> Iterator[str]:
    """Yield every text within a value: what a programme's files and its people say."""
    if isinstance(thing, str):
        yield from filter(None, (" ".join(thing.split()), *thing.split("\n")))
    elif is_dataclass(thing):
        for each in fields(thing):
            yield from texts_in(getattr(thing, each.name))
    elif isinstance(thing, dict):
        yield from texts_in(list(thing.items()))
    elif isinstance(thing, list | tuple | set | frozenset):
        for one in thing:
            yield from texts_in(one)


def forgotten(page: str, known: set[str]) -> list[str]:
    """Return what the page says outside brackets that nobody of the programme wrote."""
    left = []
    for text in Reader(page).outside:
        rest = text
        for piece in sorted(known, key=len, reverse=True):
            rest = rest.replace(piece, " ")
        if WORDS.search(rest):
            left.append(text)
    return left


@pytest.mark.usefixtures("made_up")
def test_no_public_page_says_a_sentence_that_no_catalogue_has() -> None:
    programme = replace(definitions.programme("first-year"), languages=("en", MADE_UP))
    offer = Offer(programme=programme, questionnaires=definitions.questionnaires_of(programme))
    cohort = programme.cohort(programme.calendar.opens_on)
    app = application(offer, cohort)
    known = {*texts_in(programme), *texts_in(offer.questionnaires), *texts_in(cohort), MADE_UP}
    paths = ["/", "/enrol/mentee/", "/enrol/mentor/", "/enrol/sent/", "/404.html", "/faq/", "/agreement/"]

    found = {path: forgotten(app.test_client().get(f"/{MADE_UP}{path}").text, known) for path in paths}

    assert {path: said for path, said in found.items() if said} == {}


@pytest.fixture
def abroad(harness: CohortHarness) -> Iterator[Site]:
    """A harness whose programme speaks the made-up language as well."""
    programme = replace(harness.services.programme, languages=("en", MADE_UP))
    harness.services = replace(harness.services, programme=programme)
    app: Flask = create_app(harness.services)
    app.testing = True
    with app.test_client() as client:
        client.environ_base["wsgi.url_scheme"] = "https"
        yield Site(harness, client)


@pytest.mark.usefixtures("made_up")
def test_no_live_page_says_a_sentence_that_no_catalogue_has(abroad: Site) -> None:
    pages = dict(visited(abroad))
    services = abroad.harness.services
    known = {
        *texts_in(services.programme),
        *texts_in(dict(services.questionnaires)),
        *texts_in([dict(MENTEE), dict(MENTOR), abroad.harness.people()]),
        *(*MessageKind, "enrol", "read-training", "ask-export"),  # what was done, as our records name it
        MADE_UP,
    }

    found = {name: forgotten(page, known) for name, page in pages.items()}

    assert [f"{name}: {said}" for name, said in found.items() if said] == []


def visited(site: Site) -> Iterator[tuple[str, str]]:
    """Yield every page that mentors and mentees meet, and its text, from enrolling to the survey."""
    harness, client = site.harness, site.client
    begun = f"/{MADE_UP}/c/{harness.cohort.id}/mentee"
    yield "questionnaire with errors", client.post(begun, data={"email": "x"}).text
    yield "closed", client.post(f"/{MADE_UP}/c/nowhere/mentee", data={}).text
    harness.apply(MENTEE)
    harness.send()
    yield from both(site, "confirm", Purpose.CONFIRM)
    harness.send()
    yield from both(site, "training", Purpose.TRAINING)
    yield from asked_for(site, Purpose.EXPORT)
    yield from asked_for(site, Purpose.CHANGE)
    harness.confirmed(MENTOR)
    harness.introduced()
    yield "match", site.page(abroad_path(site, ADA, Purpose.MATCH))
    yield "match, mentor", site.page(abroad_path(site, GRACE, Purpose.MATCH))
    site.a_week_later()
    yield "check-in", site.page(abroad_path(site, ADA, Purpose.CHECKIN))
    yield from both(site, "check-in with an error", Purpose.CHECKIN)
    for answer in ("not-yet", "in-contact", "met", "need-help"):
        sent = client.post(abroad_path(site, ADA, Purpose.CHECKIN), data={"answer": answer})
        yield f"check-in, {answer}", sent.text
    yield from both(site, "stop", Purpose.STOP, GRACE)
    site.at_the_end()
    yield from both(site, "survey", Purpose.SURVEY)
    yield from asked_for(site, Purpose.WITHDRAW)
    yield from asked_for(site, Purpose.ERASE)
    yield "gone", client.get(f"/{MADE_UP}/my/match/nothing").text


def asked_for(site: Site, purpose: Purpose) -> Iterator[tuple[str, str]]:
    """Yield the pages on which somebody asks for a link, and those that the link leads to."""
    place = f"/{MADE_UP}/my/place/"
    yield "place", site.page(place)
    yield "place, with errors", site.client.post(place, data={}).text
    sent = site.client.post(place, data={"do": purpose, "role": "mentee", "email": ADA})
    yield "place, sent", sent.text
    site.harness.send()
    yield from both(site, str(purpose), purpose)


def both(site: Site, name: str, purpose: Purpose, address: str = ADA) -> Iterator[tuple[str, str]]:
    """Yield the page behind a link, and the one that its form leads to when it is sent as it is."""
    path = abroad_path(site, address, purpose)
    yield name, site.page(path)
    sent = site.client.post(path, data={})
    if sent.mimetype == "text/html":  # what is kept of somebody comes as a file
        yield f"{name}, sent", sent.text


def abroad_path(site: Site, address: str, purpose: Purpose) -> str:
    return f"/{MADE_UP}{site.mailed(address, purpose)}"


@pytest.mark.parametrize("path", FOR_PEOPLE, ids=lambda path: path.name)
def test_no_template_for_participants_holds_words_outside_gettext(path: Path) -> None:
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    source = re.sub(r"(?<==\")\{#.*?#\}", "", path.read_text(encoding="utf-8"))

    written = "".join(data.data for data in environment.parse(source).find_all(nodes.TemplateData))
    aloud = " ".join(re.findall(rf' (?:{"|".join(READ_ALOUD)})="([^"]*)"', written))

    assert WORDS.findall(re.sub(r"<[^>]*>", " ", written)) == []
    assert WORDS.findall(aloud) == []
