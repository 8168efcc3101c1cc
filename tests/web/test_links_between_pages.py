"""From page to page of the frozen site, in each language: near, alive, and without losing one's language."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import urldefrag

import pytest
from werkzeug.exceptions import HTTPException

from functions.app import create_app
from functions.questionnaires import definitions
from infra.build.site import build
from tests.audit.pages import NOT_THERE, Addresses, built
from tests.audit.scenario import ENROLLING
from tests.harness import CohortHarness

MOST_CLICKS = 3
ELSEWHERE = ("mailto:",)
# Nobody clicks their way to these: they answer a wrong address, and a form that was sent.
REACHED_OTHERWISE = (NOT_THERE, "/enrol/sent/")
PROGRAMME = replace(
    definitions.programme(definitions.names_of("programmes", ".toml")[0]), languages=("en", "ar")
)
READ_FROM_THE_RIGHT = ("ar",)
FIRST, *OTHERS = PROGRAMME.languages


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out: Path = tmp_path_factory.mktemp("links") / "site"
    build(
        out,
        programme=PROGRAMME,
        questionnaires=definitions.questionnaires_of(PROGRAMME),
        cohort=PROGRAMME.cohort(ENROLLING),
    )
    return out


@pytest.fixture(scope="module")
def pages(out: Path) -> Mapping[str, Addresses]:
    return {path: Addresses(file.read_text(encoding="utf-8")) for path, file in built(out).items()}


def language_of(path: str) -> str:
    """Return the language that an address is in."""
    beginning = path.split("/")[1]
    return beginning if beginning in OTHERS else FIRST


def plain(path: str) -> str:
    """Return an address without its language."""
    return path if language_of(path) == FIRST else "/" + path.split("/", 2)[2]


def links_of(page: Addresses) -> list[tuple[str, str, str]]:
    """Return address, anchor and announced language of each link that stays with us."""
    return [(*urldefrag(link), announced) for link, announced in page.links if not link.startswith(ELSEWHERE)]


def test_every_page_is_at_most_three_clicks_from_the_home_page_of_its_language(
    pages: Mapping[str, Addresses],
) -> None:
    for language in PROGRAMME.languages:
        home = "/" if language == FIRST else f"/{language}/"
        mine = {path for path in pages if language_of(path) == language}
        reached = edge = {home}
        for _ in range(MOST_CLICKS):
            edge = {link for path in edge for link, _, _ in links_of(pages[path]) if link in mine} - reached
            reached = reached | edge

        assert {path for path in mine - reached if plain(path) not in REACHED_OTHERWISE} == set()


def test_no_link_is_dead_and_none_leads_to_another_site(
    pages: Mapping[str, Addresses], out: Path, harness: CohortHarness
) -> None:
    routes = create_app(harness.services).url_map.bind("localhost")
    dead = []
    for path, page in pages.items():
        for link in {link for link, _, _ in links_of(page) if link}:
            assert link.startswith("/"), (path, link)
            if link in pages or (out / link[1:]).is_file():
                continue
            try:
                routes.match(plain(link))
            except HTTPException:
                dead.append((path, link))
    assert dead == []


def test_no_anchor_is_dead(pages: Mapping[str, Addresses]) -> None:
    dead = [
        (path, f"{link}#{anchor}")
        for path, page in pages.items()
        for link, anchor, _ in links_of(page)
        if anchor and anchor not in pages[link or path].ids
    ]
    assert dead == []


def test_no_page_names_two_things_alike(pages: Mapping[str, Addresses]) -> None:
    twice = [
        (path, name) for path, page in pages.items() for name in set(page.ids) if page.ids.count(name) > 1
    ]
    assert twice == []


def test_every_page_says_which_language_it_is_in_and_which_way_it_is_read(
    pages: Mapping[str, Addresses],
) -> None:
    for path, page in pages.items():
        assert re.fullmatch(rf"{language_of(path)}(-\w+)*", page.language), path
        assert (page.direction == "rtl") is (language_of(path) in READ_FROM_THE_RIGHT), path


def test_a_link_changes_the_language_only_where_it_says_so(pages: Mapping[str, Addresses]) -> None:
    surprises = [
        (path, link, announced)
        for path, page in pages.items()
        for link, _, announced in links_of(page)
        if link and language_of(link) != (announced or language_of(path))
    ]
    assert surprises == []


def test_every_page_leads_to_itself_in_every_other_language(pages: Mapping[str, Addresses]) -> None:
    for path, page in pages.items():
        if plain(path) == NOT_THERE:
            continue
        others = set(PROGRAMME.languages) - {language_of(path)}
        led_to = {language_of(link) for link, _, _ in links_of(page) if link and plain(link) == plain(path)}
        assert others <= led_to, path
