import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from functions.programme.links import SELF_SERVICE_PURPOSES, Purpose
from functions.programme.programme import Programme
from functions.questionnaires import definitions
from functions.storage import roll
from functions.usecases.enrolment.update_supply_forecast import update_supply_forecast
from infra.build.site import build
from infra.local.stack import LocalStack
from tests.audit import pages
from tests.audit.scenario import ENROLLING, Clock, Scenario

# What axe checks: the guidelines up to 2.2 AA, and what its makers hold for good practice.
EVERYTHING: dict[str, Any] = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
    "preload": False,
}
# What of it depends on how a page is drawn: looked at again in other colours and widths.
SEEN: dict[str, Any] = {
    **EVERYTHING,
    "runOnly": {"type": "rule", "values": ["color-contrast", "target-size", "link-in-text-block"]},
}


@pytest.fixture(scope="session")
def programme() -> Programme:
    """The ready-made programme, which also speaks a language that is written from the right."""
    return replace(definitions.programme("first-year"), languages=("en", "ar"))


@pytest.fixture(scope="session")
def out(programme: Programme, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real site."""
    out = tmp_path_factory.mktemp("site") / "site"
    asked = definitions.questionnaires_of(programme)
    build(out, programme=programme, questionnaires=asked, cohort=programme.cohort(ENROLLING))
    return out


@pytest.fixture(scope="session")
def scenario(programme: Programme, out: Path) -> Iterator[Scenario]:
    """Three cohorts on a local stack with the site before it."""
    clock = Clock()
    stack = LocalStack(site=out, programme=programme.id, background=False, clock=clock)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(definitions, "programme", lambda _: programme)
        stack.start()
    played = Scenario(stack, clock, mentors=6, mentees=9)
    played.play()
    yield played
    stack.stop()


@pytest.fixture(scope="session")
def public_paths(out: Path) -> list[str]:
    """Where every public page in the first language is."""
    return [path for path in pages.public(out) if not path.startswith("/ar/")]


@dataclass
class Visit:
    """A person at a browser."""

    page: Page
    scenario: Scenario

    def to(self, path: str) -> Page:
        answer = self.page.goto(self.scenario.stack.origin + path)
        assert answer is None or answer.status < 500, path
        return self.page

    def violations(self, rules: dict[str, Any] = EVERYTHING) -> list[str]:
        """Return what axe holds against the page as it stands."""
        found = Axe().run(self.page, options=rules).response["violations"]
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


def context_of(browser: Browser, scenario: Scenario, **options: Any) -> BrowserContext:
    context = browser.new_context(reduced_motion="reduce", **options)
    context.set_default_timeout(10_000)
    context.add_cookies(
        [
            {
                "name": "kith",
                "value": scenario.session,
                "url": scenario.stack.origin,
                "httpOnly": True,
                "sameSite": "Strict",
            }
        ]
    )
    return context


def visit_to(context: BrowserContext, scenario: Scenario) -> Iterator[Visit]:
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
    yield Visit(page, scenario)
    context.close()
    assert not complaints


@pytest.fixture
def visit(browser: Browser, scenario: Scenario) -> Iterator[Visit]:
    yield from visit_to(context_of(browser, scenario, viewport={"width": 1280, "height": 900}), scenario)


@pytest.fixture
def plain_visit(browser: Browser, scenario: Scenario) -> Iterator[Visit]:
    """A visit without JavaScript, on a small telephone."""
    options = {"viewport": {"width": 320, "height": 640}, "java_script_enabled": False}
    yield from visit_to(context_of(browser, scenario, **options), scenario)


@pytest.fixture(scope="session")
def paths(scenario: Scenario) -> dict[str, str]:
    """Where each kind of page is."""
    console = "/console/cohorts/"
    somebody = next(roll.people_in(scenario.stack.services.table, scenario.enrolling.id))
    update_supply_forecast(scenario.stack.services, scenario.enrolling.id)
    return {
        "home": "/",
        "about": "/about/",
        "for mentees": "/for-mentees/",
        "for mentors": "/for-mentors/",
        "how matching works": "/how-matching-works/",
        "first meeting": "/first-meeting/",
        "agreement": "/agreement/",
        "privacy": "/privacy/",
        "accessibility": "/accessibility/",
        "mentee": "/enrol/mentee/",
        "mentor": "/enrol/mentor/",
        "sent": "/enrol/sent/",
        "not here": "/no-such-page/",
        "match": scenario.page(Purpose.MATCH, scenario.running),
        "check-in": scenario.page(Purpose.CHECKIN, scenario.running),
        "survey": scenario.page(Purpose.SURVEY, scenario.ending),
        "stop": scenario.page(Purpose.STOP, scenario.running),
        "confirm": scenario.page(Purpose.CONFIRM, scenario.enrolling),
        "place": "/my/place/",
        **{
            str(purpose): scenario.page(purpose, scenario.enrolling)
            for purpose in (*SELF_SERVICE_PURPOSES, Purpose.TRAINING)
        },
        "cohorts": "/console/",
        "overview, enrolling": console + scenario.enrolling.id,
        "overview, active": console + scenario.running.id,
        "run": f"{console}{scenario.enrolling.id}/runs/{scenario.proposal().id}",
        "people": f"{console}{scenario.enrolling.id}/people",
        "one person": f"{console}{scenario.enrolling.id}/people/{somebody.id}",
        "what is short": f"{console}{scenario.enrolling.id}/forecast",
        "pairs": f"{console}{scenario.running.id}/pairs",
        "survey results": f"{console}{scenario.ending.id}/survey",
        "report": f"{console}{scenario.ending.id}/report",
    }
