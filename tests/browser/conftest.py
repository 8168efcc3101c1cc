import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from functions.programme.links import Purpose
from infra.local.stack import LocalStack
from infra.site import build
from schemas import definitions
from tests.browser.life import ENROLLING, Clock, Life

# What axe checks: the guidelines up to 2.2 AA, and what its makers hold for good practice.
RULES: dict[str, Any] = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}


@pytest.fixture(scope="session")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    """Three cohorts on a local stack with the real site before it."""
    out = tmp_path_factory.mktemp("site") / "site"
    programme = definitions.programme("first-year")
    questionnaires = definitions.questionnaires_of(programme)
    build(out, programme=programme, questionnaires=questionnaires, cohort=programme.cohort(ENROLLING))
    clock = Clock()
    with LocalStack(site=out, programme=programme.id, background=False, clock=clock) as stack:
        life = Life(stack, clock, mentors=6, mentees=9)
        life.live()
        yield life


@dataclass
class Visit:
    """A person at a browser."""

    page: Page
    life: Life

    def to(self, path: str) -> Page:
        self.page.goto(self.life.stack.origin + path)
        return self.page

    def violations(self) -> list[str]:
        """Return what axe holds against the page as it stands."""
        found = Axe().run(self.page, options=RULES).response["violations"]
        return [
            f"{each['id']}: {node['html'][:150]} {node['failureSummary'][:200]}"
            for each in found
            for node in each["nodes"]
        ]

    @property
    def too_wide(self) -> bool:
        return bool(
            self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        )


def context_of(browser: Browser, life: Life, **options: Any) -> BrowserContext:
    context = browser.new_context(reduced_motion="reduce", **options)
    context.set_default_timeout(10_000)
    context.add_cookies(
        [
            {
                "name": "kith",
                "value": life.session,
                "url": life.stack.origin,
                "httpOnly": True,
                "sameSite": "Strict",
            }
        ]
    )
    return context


def visit_to(context: BrowserContext, life: Life) -> Iterator[Visit]:
    """Visit, and fail the test for whatever the browser complains of: an error, a breach of the policy."""
    complaints: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda said: (
            complaints.append(said.text)
            if said.type == "error" and not re.search(r"status of 4\d\d", said.text)
            else None
        ),
    )
    yield Visit(page, life)
    context.close()
    assert not complaints


@pytest.fixture
def visit(browser: Browser, life: Life) -> Iterator[Visit]:
    yield from visit_to(context_of(browser, life, viewport={"width": 1280, "height": 900}), life)


@pytest.fixture
def plain_visit(browser: Browser, life: Life) -> Iterator[Visit]:
    """A visit without JavaScript, on a small telephone."""
    options = {"viewport": {"width": 320, "height": 640}, "java_script_enabled": False}
    yield from visit_to(context_of(browser, life, **options), life)


@pytest.fixture(scope="session")
def paths(life: Life) -> dict[str, str]:
    """Where each kind of page is."""
    console = "/console/cohorts/"
    return {
        "home": "/",
        "about": "/about/",
        "for mentees": "/for-mentees/",
        "for mentors": "/for-mentors/",
        "how matching works": "/how-matching-works/",
        "first meeting": "/first-meeting/",
        "privacy": "/privacy/",
        "accessibility": "/accessibility/",
        "mentee": "/enrol/mentee/",
        "mentor": "/enrol/mentor/",
        "sent": "/enrol/sent/",
        "not here": "/no-such-page/",
        "match": life.page(Purpose.MATCH, life.running),
        "check-in": life.page(Purpose.CHECKIN, life.running),
        "survey": life.page(Purpose.SURVEY, life.ending),
        "stop": life.page(Purpose.STOP, life.running),
        "confirm": life.page(Purpose.CONFIRM, life.enrolling),
        "cohorts": "/console/",
        "overview, enrolling": console + life.enrolling.id,
        "overview, active": console + life.running.id,
        "run": f"{console}{life.enrolling.id}/runs/{life.proposal().id}",
        "pairs": f"{console}{life.running.id}/pairs",
        "survey results": f"{console}{life.ending.id}/survey",
        "report": f"{console}{life.ending.id}/report",
    }
