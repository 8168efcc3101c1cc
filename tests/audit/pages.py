"""Which pages there are: those of the built site, those that mails and the console lead to."""

import re
from collections import deque
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

import urllib3
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from functions.app import create_app, create_console
from functions.programme.links import Purpose
from functions.web.guards import Guard, cookie_name, guard_of
from tests.audit.scenario import Scenario

INDEX = "index.html"
NOT_THERE = "/404.html"
NO_SUCH_PAGE = "/no-such-page/"
CONSOLE = "/console/"


class Addresses(HTMLParser):
    """What a page links to, loads and names, and the language that it says it is in."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []
        self.loaded: set[str] = set()
        self.ids: list[str] = []
        self.language = ""
        self.direction = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the tag says."""
        known = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language, self.direction = known.get("lang", ""), known.get("dir", "")
        elif tag == "a" and "href" in known:
            self.links.append((known["href"], known.get("hreflang", "")))
        elif tag == "link" and known.get("rel") in ("stylesheet", "icon", "modulepreload", "preload"):
            self.loaded.add(known.get("href", ""))
        self.loaded |= {known["src"]} if "src" in known else set()
        self.ids += [known["id"]] if known.get("id") else []


def built(site: Path) -> dict[str, Path]:
    """Return every page of a built site by its address, in order."""
    found = {}
    for file in sorted(site.rglob("*.html")):
        found[f"/{file.relative_to(site).as_posix()}".removesuffix(INDEX)] = file
    return found


def public(site: Path) -> list[str]:
    """Return the addresses of all public pages, as a browser asks for them."""
    return [NO_SUCH_PAGE if path == NOT_THERE else path for path in built(site)]


def mailed(scenario: Scenario) -> list[tuple[str, str]]:
    """Return, by name, the newest page of each kind that each cohort was mailed, in every language."""
    cohorts = {"enrolling": scenario.enrolling, "running": scenario.running, "ending": scenario.ending}
    found = []
    for purpose in Purpose:
        for stage, cohort in cohorts.items():
            tokens = scenario.tokens(purpose, cohort)
            found += [
                (f"{prefix}/my/{purpose}/… ({stage})", f"{prefix}/my/{purpose}/{token}")
                for prefix, token in zip(prefixes(scenario), reversed(tokens), strict=False)
            ]
    return found


def open_to_all(scenario: Scenario) -> list[tuple[str, str]]:
    """Return, by name, every live page that asks for no link and no session, in every language."""
    app = create_app(scenario.stack.services)
    paths = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if guard_of(app, rule.endpoint) is Guard.PUBLIC
        and "GET" in (rule.methods or ())
        and not rule.arguments
    ]
    return [(prefix + path, prefix + path) for prefix in prefixes(scenario) for path in sorted(paths)]


def prefixes(scenario: Scenario) -> list[str]:
    """Return what stands before the addresses of each language: nothing, for the first."""
    _, *others = scenario.stack.services.programme.languages
    return ["", *(f"/{code}" for code in others)]


def of_the_console(scenario: Scenario) -> list[tuple[str, str]]:
    """Return, by name, one page of each kind and cohort that the console leads to."""
    routes = create_console(scenario.stack.services).url_map.bind("localhost")
    http = urllib3.PoolManager(retries=False)
    cookie = {"Cookie": f"{cookie_name(scenario.stack.services)}={scenario.session}"}
    seen: dict[object, str] = {}
    waiting = deque([CONSOLE])
    while waiting:
        path = waiting.popleft()
        kind = _kind(routes, path)
        if kind is None or kind in seen:
            continue
        answer = http.request("GET", scenario.stack.origin + path, headers=cookie, redirect=False)
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        seen[kind] = path
        waiting.extend(_console_links(answer.data.decode()))
    return [(re.sub(r"[\w-]{24,}", "…", path), path) for path in seen.values()]


def _console_links(source: str) -> Iterator[str]:
    for link, _ in Addresses(source).links:
        path = urlsplit(urldefrag(link).url).path
        if path.startswith(CONSOLE):
            yield path


def _kind(routes: MapAdapter, path: str) -> object | None:
    try:
        endpoint, values = routes.match(path)
    except HTTPException:
        return None
    return endpoint, values.get("cohort_id")
