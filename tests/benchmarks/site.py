"""`./kith bench site`: what a first visit to a questionnaire costs on a slow line, and what a build takes.

Chromium is slowed down to 50 KB/s with 400 ms to each answer; the site comes from loopback as it is deployed,
compressed. Shaking hands (TCP, TLS) takes nothing here and two or three times the latency out there, for this
page as for any other.
"""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import click
from playwright.sync_api import Browser, CDPSession, Page

from functions.programme.people import Role
from functions.questionnaires import definitions
from infra.programme.selection import PROGRAMME
from tests.audit import browser, origin, pages, rounds
from tests.benchmarks.goals import aligned
from tests.benchmarks.match import described, machine

KILOBYTE = 1024
SPEED, LATENCY = 50 * KILOBYTE, 400
TIMES = 5
MOST_SECONDS, MOST_BYTES, MOST_REQUESTS = 1.5, 16 * KILOBYTE, 5
PAGES, BUILD_SECONDS = 60, 2.0
# When somebody sees something, and when all scripts that the page begins with have run.
MOMENTS = """() => [
    performance.getEntriesByName("first-contentful-paint")[0].startTime,
    performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd,
]"""
PAINTED = "() => performance.getEntriesByName('first-contentful-paint').length > 0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One first visit: seconds until something is seen and until it can be used; bytes and requests.

    `transferred` are the bodies, `on_the_line` the headers as well.
    """

    seen: float
    usable: float
    transferred: int
    on_the_line: int
    requests: int


@click.command(
    help=f"A first visit to the questionnaires at {SPEED // KILOBYTE} KB/s with {LATENCY} ms to each answer, "
    f"the middle of {TIMES}; the site's build, the best of {TIMES}."
)
@PROGRAMME
def command(*, programme: str) -> int:
    for line in described(machine()):
        print(line)
    chosen = definitions.programme(programme)
    with tempfile.TemporaryDirectory(prefix="kith-bench-") as folder:
        site = Path(folder) / "site"
        builds = sorted(_seconds(lambda: rounds.built_for(site, chosen)) for _ in range(TIMES))
        count = len(pages.built(site))
        rows = [
            ("site build, warm, a page", f"≤ {BUILD_SECONDS / PAGES:.3f} s", f"{builds[0] / count:.3f} s")
        ]
        rows += [("the whole of it", f"{count} pages", f"{builds[0]:.2f} s")]
        with browser.opened() as chromium, origin.serving(site) as address:
            for role in Role:
                visits = [first_visit(chromium, f"{address}/enrol/{role}/") for _ in range(TIMES)]
                rows += _told(role, visits)
    print()
    for line in aligned(("what", "goal", "measured"), rows):
        print(line)
    return 0


def first_visit(chromium: Browser, address: str) -> Visit:
    """Open a page on a slow line with nothing kept from before."""
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    inspector = context.new_cdp_session(page)
    counted = {"bytes": 0, "on the line": 0, "requests": 0}
    _slow_down(inspector, counted)
    page.goto(address, wait_until="networkidle")
    page.wait_for_function(PAINTED)
    seen, usable = _moments(page)
    context.close()
    return Visit(
        seen=seen,
        usable=max(seen, usable),
        transferred=counted["bytes"],
        on_the_line=counted["on the line"],
        requests=counted["requests"],
    )


def _slow_down(inspector: CDPSession, counted: dict[str, int]) -> None:
    def answered(event: dict[str, Any]) -> None:
        headers = {name.lower(): value for name, value in event["response"]["headers"].items()}
        counted["requests"] += 1
        counted["bytes"] += int(headers["content-length"])

    def arrived(event: dict[str, Any]) -> None:
        counted["on the line"] += int(event["encodedDataLength"])

    inspector.on("Network.responseReceived", answered)
    inspector.on("Network.loadingFinished", arrived)
    inspector.send("Network.enable")
    inspector.send("Network.setCacheDisabled", {"cacheDisabled": True})
    inspector.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": LATENCY, "downloadThroughput": SPEED, "uploadThroughput": SPEED},
    )


def _moments(page: Page) -> tuple[float, float]:
    seen, usable = page.evaluate(MOMENTS)
    return seen / 1000, usable / 1000


def _told(role: Role, visits: Sequence[Visit]) -> Iterator[tuple[str, str, str]]:
    middle = len(visits) // 2
    seen = sorted(visit.seen for visit in visits)[middle]
    usable = sorted(visit.usable for visit in visits)[middle]
    first = visits[0]
    yield f"{role}: something is seen", f"≤ {MOST_SECONDS} s", f"{seen:.2f} s"
    yield f"{role}: it can be used", f"≤ {MOST_SECONDS} s", f"{usable:.2f} s"
    yield f"{role}: bytes, gzipped", f"≤ {MOST_BYTES:,}", f"{first.transferred:,}"
    yield f"{role}: the same with headers", "", f"{first.on_the_line:,}"
    yield f"{role}: requests", f"≤ {MOST_REQUESTS}", str(first.requests)


def _seconds(task: Any) -> float:
    began = perf_counter()
    task()
    return perf_counter() - began
