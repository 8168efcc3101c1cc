"""No barrier that a program can find: every page and state, by day and by night, wide and narrow, both ways.

Every page is looked at whole once; in other colours and directions what differs is the style of its parts, so
one page of each kind is enough there. `./kith audit` looks at all of them in all ways.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from functions.programme.links import SELF_SERVICE_PURPOSES, Purpose
from tests.audit.scenario import Scenario
from tests.browser.conftest import EVERYTHING, SEEN, Visit, context_of, visit_to

pytestmark = pytest.mark.browser

DAY = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"}
NIGHT = {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"}
# Where people's own colours rule, whatever the page would like.
FORCED = {"viewport": {"width": 390, "height": 844}, "forced_colors": "active"}
CONSOLE = (
    "cohorts",
    "overview, enrolling",
    "overview, active",
    "run",
    "people",
    "one person",
    "what is short",
    "pairs",
    "survey results",
    "report",
)
LIVE = ("match", "check-in", "survey", "stop", "confirm", "place", *SELF_SERVICE_PURPOSES, Purpose.TRAINING)
# One public page of each kind.
KINDS = ("home", "how matching works", "agreement", "first meeting", "about", "mentee", "sent", "not here")


@pytest.fixture(params=[DAY, NIGHT], ids=["day", "night-on-a-telephone"])
def visitor(request: pytest.FixtureRequest, browser: Browser, scenario: Scenario) -> Iterator[Visit]:
    yield from visit_to(context_of(browser, scenario, **request.param), scenario)


@pytest.fixture
def by_day(browser: Browser, scenario: Scenario) -> Iterator[Visit]:
    yield from visit_to(context_of(browser, scenario, **DAY), scenario)


@pytest.fixture
def by_night(browser: Browser, scenario: Scenario) -> Iterator[Visit]:
    yield from visit_to(context_of(browser, scenario, **NIGHT), scenario)


@pytest.fixture
def in_own_colours(browser: Browser, scenario: Scenario) -> Iterator[Visit]:
    yield from visit_to(context_of(browser, scenario, **FORCED), scenario)


def barriers(visit: Visit, paths: list[str], rules: dict[str, object]) -> dict[str, list[str]]:
    """Return what stands in the way on each of those pages, where something does."""
    found = {}
    for path in paths:
        page = visit.to(path)
        for details in page.locator("details").all()[:3]:
            details.locator("summary").first.click()
        wide = ["scrolls sideways"] if visit.too_wide else []
        found[path] = visit.violations(rules) + wide
    return {path: what for path, what in found.items() if what}


def test_no_public_page_has_a_barrier(by_day: Visit, public_paths: list[str]) -> None:
    assert barriers(by_day, public_paths, EVERYTHING) == {}


def test_no_public_page_scrolls_sideways_on_a_small_telephone(
    by_night: Visit, public_paths: list[str]
) -> None:
    wide = []
    for path in public_paths:
        by_night.to(path)
        wide += [path] if by_night.too_wide else []
    assert wide == []


def test_no_live_page_and_no_page_of_the_console_has_a_barrier(by_day: Visit, paths: dict[str, str]) -> None:
    assert barriers(by_day, [paths[name] for name in (*LIVE, *CONSOLE)], EVERYTHING) == {}


def test_every_kind_of_page_can_be_read_at_night(by_night: Visit, paths: dict[str, str]) -> None:
    assert barriers(by_night, [paths[name] for name in (*KINDS, *LIVE, *CONSOLE)], SEEN) == {}


def test_no_page_that_is_read_from_the_right_has_a_barrier(by_night: Visit, paths: dict[str, str]) -> None:
    assert barriers(by_night, [f"/ar{paths[name]}" for name in (*KINDS, *LIVE)], EVERYTHING) == {}

    page = by_night.to("/ar/for-mentees/")
    mark = page.locator(".home-link svg").bounding_box()
    name = page.locator(".home-link b").bounding_box()

    assert mark
    assert name
    assert mark["x"] > name["x"]


def test_in_peoples_own_colours_every_page_is_whole_and_every_button_has_an_edge(
    in_own_colours: Visit, paths: dict[str, str]
) -> None:
    assert barriers(in_own_colours, [paths[name] for name in (*KINDS, *LIVE)], SEEN) == {}

    for name in ("home", "check-in"):
        button = in_own_colours.to(paths[name]).locator("main .govuk-button").first
        assert button.evaluate("each => getComputedStyle(each).borderTopWidth") == "2px"


def test_no_step_and_no_error_of_the_questionnaire_has_a_barrier(
    visitor: Visit, paths: dict[str, str]
) -> None:
    page = visitor.to(paths["mentee"])
    found: list[str] = []
    for answers in STEPS:
        found += press_and_look(visitor, page)
        for field, value in answers.items():
            fill(page, field, value)
        page.click("[data-send]")
        found += visitor.violations(SEEN)

    assert found == []
    assert page.locator("h2:visible", has_text="Check your answers").count() == 1
    assert not visitor.too_wide


def test_what_comes_back_with_errors_has_no_barrier(visitor: Visit, paths: dict[str, str]) -> None:
    page = visitor.to(paths["mentee"])
    with page.expect_navigation():
        page.evaluate("document.querySelector('form').submit()")
    questionnaire = visitor.violations()
    visitor.to(paths["check-in"])
    page.click("text=We have met")
    page.fill("[name=met_on-day]", "99")
    page.click("main button")

    assert questionnaire == []
    assert visitor.violations() == []
    assert page.title().startswith("Error: ")


def press_and_look(visitor: Visit, page: Page) -> list[str]:
    page.click("[data-send]")
    page.wait_for_selector(".govuk-error-summary")  # what checks the answers comes when it is needed
    return visitor.violations()


def fill(page: Page, field: str, value: str) -> None:
    if value == "✓":
        page.check(field)
    elif page.locator(field).evaluate("field => field.tagName") == "SELECT":
        page.select_option(field, value)
    else:
        page.fill(field, value)


STEPS: tuple[dict[str, str], ...] = (
    {"#name": "Ada", "#email": "ada@someone.example", "#stage_of_study": "✓", "#field": "law"},
    {"#goals": "✓", "#topics_wanted": "research", "#style": "✓", "#matters_most": "✓"},
    {"#languages": "✓", "#meeting_mode": "✓", "#availability": "✓"},
    {"#code_of_conduct": "✓"},
)
