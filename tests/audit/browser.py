"""Every page and state in Chromium: barriers (axe), breaches of the policy, errors in the console."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright

from infra.build.audit_record import AuditError, Finding
from infra.local import chromium as browsers

FLAGS = (
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
# The guidelines up to 2.2 AA, and what axe's makers hold for good practice.
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# What of it depends on how a page is drawn: looked at again in the dark on a small telephone.
DRAWN = ("color-contrast", "target-size", "link-in-text-block", "scrollable-region-focusable")
# How each page is shown: in words, the width, the scheme, and what axe looks at.
SHOWN: tuple[tuple[str, int, Literal["light", "dark"], dict[str, Any]], ...] = (
    ("by day, 1280 pixels wide", 1280, "light", {"runOnly": list(RULES)}),
    ("by night, 320 pixels wide", 320, "dark", {"runOnly": {"type": "rule", "values": list(DRAWN)}}),
)
HEIGHT = 800
SECONDS = 15
# A page that answers 404 or 422 is told in the console as well; that is what it is meant to answer.
MEANT = re.compile(r"status of 4\d\d")


def chromium() -> str:
    """Return where Chromium is; raises AuditError when there is none."""
    path = browsers.installed()
    if path is None:
        raise AuditError(
            "The audit looks at the site with Chromium, and there is none on this machine. "
            + browsers.HOW_TO_INSTALL
        )
    return path


@contextmanager
def opened() -> Iterator[Browser]:
    """Run a Chromium while the block runs."""
    where = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=where, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Looker:
    """Looks at pages one after the other; keeps what is wrong with them, and tells it at once."""

    context: BrowserContext
    origin: str
    tell: Callable[[str], None]
    findings: list[Finding] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)
    axe: str = ""
    pages: int = 0
    states: int = 0

    def look(self, path: str, name: str, *, press: bool) -> None:
        """Look at a page; with `press`, also at what its form gives when it is sent with no answers."""
        page = self.context.new_page()
        page.set_default_timeout(SECONDS * 1000)
        self._listen(page, name)
        answer = page.goto(self.origin + path)
        if answer is not None and "html" in (answer.header_value("content-type") or ""):
            self.sources[name] = answer.text()
            self.pages += 1
            self._examine(page, name)
            if press:
                self._press(page, name)
        page.close()

    def _press(self, page: Page, name: str) -> None:
        """Send the page's form as it is: first to the script, if there is one, and then past it."""
        if page.locator("[data-send]").count():
            page.locator("[data-send]").click()
            self._state(page, f"{name}, errors shown by the script")
        if page.locator("main form[method=post]").count():
            with page.expect_navigation() as answered:
                page.evaluate("HTMLFormElement.prototype.submit.call(document.querySelector('main form'))")
            self._state(page, f"{name}, sent with nothing filled in", answered.value)

    def _state(self, page: Page, name: str, answer: Response | None = None) -> None:
        self.sources[name] = answer.text() if answer else page.content()
        self.states += 1
        self._examine(page, name)

    def _examine(self, page: Page, name: str) -> None:
        for details in page.locator("main details:not([open]) > summary").all()[:3]:
            if details.is_visible():
                details.click()
        for shown, width, scheme, rules in SHOWN:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            response = Axe().run(page, options=rules).response
            self.axe = response["testEngine"]["version"]
            for each in response["violations"]:
                for node in each["nodes"]:
                    self._note("axe", name, f"{each['id']}, {shown}: {node['html'][:200]}")
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                self._note("browser", name, f"scrolls sideways, {shown}")

    def _listen(self, page: Page, name: str) -> None:
        page.on("pageerror", lambda error: self._note("console", name, str(error)))
        page.on(
            "console",
            lambda said: (
                self._note("console", name, said.text)
                if said.type == "error" and not MEANT.search(said.text)
                else None
            ),
        )
        inspector = self.context.new_cdp_session(page)
        inspector.on("Audits.issueAdded", lambda event: self._issue(name, event["issue"]))
        inspector.send("Audits.enable")

    def _issue(self, name: str, issue: dict[str, Any]) -> None:
        if issue["code"] == "ContentSecurityPolicyIssue":
            about = issue["details"]["contentSecurityPolicyIssueDetails"]
            self._note("policy", name, f"{about['violatedDirective']}: {about.get('blockedURL', 'inline')}")

    def _note(self, tool: str, page: str, what: str) -> None:
        finding = Finding(tool=tool, page=page, what=" ".join(what.split()))
        if finding not in self.findings:
            self.findings.append(finding)
            self.tell(f"  {tool}: {page}: {finding.what}")
