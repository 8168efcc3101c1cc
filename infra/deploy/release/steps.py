"""What deploying is made of, in order: each step may be done again, and broken off at any moment.

    build ─► data ───► secrets ─► edge ─────────► release ─► functions ─► events ──► cohort ─► site ─► look
             table,    in the     buckets,        the zips   by Zappa     queues,    opened    pages
             queues    parameter  address,        are kept                schedules
                       store      roles                                   call them

Nothing calls a function before it is there, and no page leads to a cohort that isn't open yet.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from infra import ROOT
from infra.build import command, zips
from infra.build import site as static_site
from infra.deploy.aws import functions, parameters, secrets, stacks
from infra.deploy.deployment import Deployment
from infra.deploy.environment import STAGES
from infra.deploy.errors import AGAIN, OperatorError, during
from infra.deploy.operate.open_cohort import opened
from infra.deploy.release import pages, releases

BUILT = ROOT / "build" / "deployed"
LOOK_SECONDS = 90

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be deployed: zips and site as built in a folder, or None to build them here.

    `platform` is one of `zips.TARGETS`, `stages` whose functions are brought up to date.
    """

    platform: str = "arm64"
    built: Path | None = None
    stages: Sequence[str] = STAGES

    @property
    def whole(self) -> bool:
        """Whether all functions are meant, and with them the site."""
        return set(self.stages) == set(STAGES)


@dataclass(slots=True, kw_only=True)
class Deploying:
    """One deploying under way: what its steps hand on to each other, and which are done."""

    deployment: Deployment
    wanted: Wanted
    tell: Tell
    built: Path = field(init=False)
    release: releases.Release = field(init=False)
    done: list[str] = field(default_factory=list)

    def stack(self, part: str) -> None:
        """Bring one stack up to its template."""
        stacks.apply(
            self.deployment.cloud,
            self.deployment.environment.stack(part),
            parameters.file_of(part),
            parameters.of(self.deployment, part),
            self.tell,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: its name, and what it does. `only_whole` is left out where one function alone is meant."""

    name: str
    do: Callable[[Deploying], None]
    only_whole: bool = True


def deploy(
    deployment: Deployment,
    wanted: Wanted | None = None,
    tell: Tell = print,
    steps: Sequence[Step] | None = None,
) -> Deploying:
    """Do every step, and return what was deployed; raises `OperatorError` that says how far it came."""
    doing = Deploying(deployment=deployment, wanted=wanted or Wanted(), tell=tell)
    chosen = [
        step for step in (STEPS if steps is None else steps) if doing.wanted.whole or not step.only_whole
    ]
    for number, step in enumerate(chosen, 1):
        began = time.monotonic()
        tell(f"{number:>2}/{len(chosen)} {step.name}")
        with _saying_what_is_half_done(doing, step, chosen[number:]), during(step.name):
            step.do(doing)
        doing.done.append(step.name)
        tell(f"      {time.monotonic() - began:.1f} s")
    return doing


@contextmanager
def _saying_what_is_half_done(doing: Deploying, step: Step, to_come: Sequence[Step]) -> Iterator[None]:
    left = "\n".join(
        (
            f"done: {', '.join(doing.done) or 'nothing'}",
            f"perhaps half-done: {step.name}",
            f"not begun: {', '.join(other.name for other in to_come) or 'nothing'}",
        )
    )
    try:
        yield
    except OperatorError as error:
        error.partial_state = "\n".join(filter(None, (error.partial_state, left)))
        raise
    except BaseException:
        doing.tell(f"\nBroken off.\n{left}\n{AGAIN.removeprefix('Then ').capitalize()}")
        raise


def _build(doing: Deploying) -> None:
    if doing.wanted.built is not None:
        doing.built = doing.wanted.built
        return
    environment = doing.deployment.environment
    doing.built = BUILT / environment.name
    cohort, _ = doing.deployment.next_cohort()
    try:
        command.site(doing.built / "site", environment.programme, cohort, doing.tell)
        command.functions(doing.built / "zips", doing.wanted.platform, doing.tell)
    except (static_site.SiteError, zips.BuildError, LookupError) as problem:
        raise OperatorError(step="building", cause=str(problem), remedy=AGAIN) from problem


def _data(doing: Deploying) -> None:
    doing.stack("data")


def _secrets(doing: Deploying) -> None:
    secrets.ensured(doing.deployment.cloud, doing.deployment.environment)


def _edge(doing: Deploying) -> None:
    doing.stack("edge")


def _release(doing: Deploying) -> None:
    doing.release = releases.keep(doing.deployment, doing.built, doing.tell)


def _functions(doing: Deploying) -> None:
    functions.bring(doing.deployment, doing.release, doing.wanted.stages, doing.tell)


def _events(doing: Deploying) -> None:
    doing.stack("events")


def _budget(doing: Deploying) -> None:
    if "budget" in parameters.parts(doing.deployment):
        doing.stack("budget")


def _cohort(doing: Deploying) -> None:
    cohort, _ = doing.deployment.next_cohort()
    standing, _ = opened(doing.deployment.services(), cohort.opens_on)
    doing.tell(
        f"  {standing.name}: enrolment from {standing.opens_on:%d %B %Y} to {standing.closes_on:%d %B %Y}"
    )


def _site(doing: Deploying) -> None:
    pages.put(
        doing.deployment,
        doing.built / "site",
        still_open=releases.still_open(doing.deployment, doing.release),
        tell=doing.tell,
    )
    releases.put_live(doing.deployment, doing.release)


def _look(doing: Deploying) -> None:
    look(doing.deployment, doing.release, doing.tell)


def look(deployment: Deployment, release: releases.Release, tell: Tell = print) -> None:
    """Look at the address as anybody would: a page, what it refers to, and an answer of the functions."""
    origin = deployment.cloud.origin_of(deployment.outputs()["DistributionDomain"])
    asset = next((name for name in release.assets if name.endswith(".css")), release.assets[0])
    for path, status, kind in (
        ("/", 200, "text/html"),
        (f"/{asset}", 200, "text/css"),
        ("/api/v1/cohorts/none", 404, "application/problem+json"),
    ):
        _expect(deployment, f"{origin}{path}", (status, kind))
    tell(f"  {origin} answers: a page, its styles, the API")


def _expect(deployment: Deployment, address: str, wanted: tuple[int, str]) -> None:
    until = time.monotonic() + LOOK_SECONDS
    while True:
        found = _answer(deployment, address)
        if found == wanted:
            return
        if time.monotonic() > until:
            raise OperatorError(
                step="looking at what was deployed",
                cause=f"{address} answers {found[0]} {found[1]}, not {wanted[0]} {wanted[1]}.",
                remedy=f"See what the function says: ./kith logs {deployment.environment.name}. {AGAIN}",
            )
        time.sleep(0.2 if deployment.cloud.emulated else 3.0)


def _answer(deployment: Deployment, address: str) -> tuple[int, str]:
    try:
        status, headers, _ = deployment.cloud.get(address)
    except OSError as fault:  # a new name takes a while to be known everywhere
        return 0, str(fault)
    return status, headers.get("content-type", "").partition(";")[0]


STEPS = (
    Step(name="build zips and site", do=_build, only_whole=False),
    Step(name="the data: table and queues", do=_data),
    Step(name="secrets", do=_secrets),
    Step(name="the edge: buckets, address, roles", do=_edge),
    Step(name="keep the release", do=_release, only_whole=False),
    Step(name="functions", do=_functions, only_whole=False),
    Step(name="set them to work: queues, schedules, alarms", do=_events),
    Step(name="the budget", do=_budget),
    Step(name="open the next cohort", do=_cohort),
    Step(name="the site", do=_site),
    Step(name="look at it", do=_look, only_whole=False),
)
