"""The rounds that an audit makes: build the site, look at all pages and states, measure the main ones."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser

from functions.programme.people import Role
from functions.programme.programme import Programme
from functions.questionnaires import definitions
from functions.web.guards import cookie_name
from infra.build.audit_record import Finding, Scores
from infra.build.site import build
from infra.local.stack import LocalStack
from tests.audit import browser, lighthouse, origin, pages
from tests.audit.browser import Looker
from tests.audit.scenario import ENROLLING, Clock, Scenario

Tell = Callable[[str], None]
MENTORS, MENTEES = 6, 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was looked at, with which browser, and what was wrong. `sources` is the HTML by name."""

    public: int
    live: int
    states: int
    sources: Mapping[str, str]
    findings: Sequence[Finding]
    axe: str
    chromium: str


def built_for(out: Path, programme: Programme) -> Path:
    """Build the site for the cohort that the audit's scenario is enrolling; return the folder."""
    build(
        out,
        programme=programme,
        questionnaires=definitions.questionnaires_of(programme),
        cohort=programme.cohort(ENROLLING),
    )
    return out


def pages_and_states(site: Path, programme: Programme, *, tell: Tell) -> Seen:
    """Look at every page and state, public and live, on a stack with three cohorts."""
    clock = Clock()
    with LocalStack(site=site, programme=programme.id, background=False, clock=clock) as stack:
        tell("Three cohorts, each at another stage")
        scenario = Scenario(stack, clock, mentors=MENTORS, mentees=MENTEES)
        scenario.play()
        live = [*pages.open_to_all(scenario), *pages.mailed(scenario), *pages.of_the_console(scenario)]
        with browser.opened() as chromium:
            return _looked_at(chromium, scenario, pages.public(site), live, tell=tell)


def _looked_at(
    chromium: Browser,
    scenario: Scenario,
    public: Sequence[str],
    live: Sequence[tuple[str, str]],
    *,
    tell: Tell,
) -> Seen:
    context = chromium.new_context(reduced_motion="reduce")
    session = {
        "name": cookie_name(scenario.stack.services),
        "value": scenario.session,
        "url": scenario.stack.origin,
    }
    context.add_cookies([{**session, "httpOnly": True, "sameSite": "Strict"}])  # type: ignore[typeddict-item]
    looker = Looker(context, scenario.stack.origin, tell)
    tell(f"{len(public)} public pages and their states")
    for path in public:
        looker.look(path, path, press="/enrol/" in path)
    tell(f"{len(live)} live pages and their states")
    # What acts comes last: a page whose link it uses up has been seen by then.
    for name, path in sorted(live, key=lambda each: "/my/" in each[1]):
        looker.look(path, name, press="/my/" in path)
    return Seen(
        public=len(public),
        live=looker.pages - len(public),
        states=looker.states,
        sources=looker.sources,
        findings=looker.findings,
        axe=looker.axe,
        chromium=chromium.version,
    )


def lighthouse_scores(site: Path, programme: Programme, *, tell: Tell) -> tuple[list[Scores], list[Finding]]:
    """Measure home and both questionnaires in every language, on a telephone and on a desk."""
    first, *others = programme.languages
    prefixes = ["" if code == first else f"/{code}" for code in (first, *others)]
    paths = [
        f"{prefix}{path}" for prefix in prefixes for path in ("/", *(f"/enrol/{role}/" for role in Role))
    ]
    scores, findings = [], []
    with origin.serving(site) as address:
        for path in paths:
            for device in lighthouse.DEVICES:
                tell(f"Lighthouse: {path}, {device}")
                measured, low = lighthouse.measured(address, path, device)
                scores.append(measured)
                findings += low
    return scores, findings
