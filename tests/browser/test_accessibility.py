"""No barrier that a program can find: on every page and state, by day and by night, wide and narrow."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Visit, context_of, visit_to
from tests.browser.life import Life

pytestmark = pytest.mark.browser

PAGES = (
    "home",
    "about",
    "for mentees",
    "for mentors",
    "how matching works",
    "first meeting",
    "privacy",
    "accessibility",
    "mentee",
    "mentor",
    "sent",
    "not here",
    "match",
    "check-in",
    "survey",
    "stop",
    "confirm",
    "cohorts",
    "overview, enrolling",
    "overview, active",
    "run",
    "pairs",
    "survey results",
    "report",
)


@pytest.fixture(params=[("light", 1280), ("dark", 320)], ids=["day", "night-on-a-telephone"])
def visitor(request: pytest.FixtureRequest, browser: Browser, life: Life) -> object:
    scheme, width = request.param
    context = context_of(browser, life, viewport={"width": width, "height": 800}, color_scheme=scheme)
    yield from visit_to(context, life)


@pytest.mark.parametrize("name", PAGES)
def test_no_page_has_a_barrier_or_scrolls_sideways(visitor: Visit, paths: dict[str, str], name: str) -> None:
    page = visitor.to(paths[name])
    for details in page.locator("details").all()[:3]:
        details.locator("summary").first.click()

    assert visitor.violations() == []
    assert not visitor.too_wide


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
        found += visitor.violations()

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
    page.click("button")

    assert questionnaire == []
    assert visitor.violations() == []
    assert page.title().startswith("Error: ")


def press_and_look(visitor: Visit, page: Page) -> list[str]:
    page.click("[data-send]")
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
