"""A whole environment, deployed by the very steps into an emulator of its own, once for each test process.

Its functions are as small as can be and say which release they are of: what is tested is what deploys them.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from moto import mock_aws

from infra.build import zips
from infra.deploy.aws.cloud import Cloud
from infra.deploy.deployment import Deployment
from infra.deploy.release import steps
from infra.deploy.release.releases import Release
from infra.local.emulator import REGION, Emulator
from tests.infra.deploy import deployed_env

# All but what needs the real functions.
ALL_BUT_LOOKING = [step for step in steps.STEPS if step.name != "look at it"]
SAYS = "def handler(event, context):\n    print(event.get('say', ''))\n    return {text!r}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """The environment, the releases that were deployed into it, first to last, and where they were built."""

    deployment: Deployment
    releases: tuple[Release, Release]
    folder: Path


@pytest.fixture(scope="session")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    """Two releases deployed one after the other; the second has another mail function and other pages."""
    folder = tmp_path_factory.mktemp("trial")
    with Emulator() as emulator:
        deployment = Deployment(environment=deployed_env.TRIAL, cloud=Cloud(REGION, emulator.endpoint))
        first = deploy(deployment, built(folder / "first", number=1))
        second = deploy(deployment, built(folder / "second", number=2))
        yield Trial(deployment=deployment, releases=(first, second), folder=folder)


@pytest.fixture(params=["moto", pytest.param("emulator", marks=pytest.mark.emulator)])
def deployment(request: pytest.FixtureRequest) -> Iterator[deployed_env.DeployedEnv]:
    """A deployment with its buckets alone, in moto and in the emulator."""
    if request.param == "moto":
        with mock_aws():
            yield deployed_env.with_buckets(Cloud(REGION))
        return
    emulator: Emulator = request.getfixturevalue("emulator")
    emulator.reset()
    yield deployed_env.with_buckets(Cloud(REGION, emulator.endpoint))


def deploy(deployment: Deployment, folder: Path) -> Release:
    wanted = steps.Wanted(platform="host", built=folder)
    return steps.deploy(deployment, wanted, tell=lambda _: None, steps=ALL_BUT_LOOKING).release


def built(folder: Path, *, number: int) -> Path:
    """Write what a build leaves behind; only the mail function tells one release from another."""
    deployed_env.pages(
        folder / "site",
        {"index.html": f"Release {number}", "faq/index.html": "?", f"assets/{number}/kith.css": "h1 {}"},
    )
    (folder / "zips").mkdir()
    for name in zips.FUNCTIONS:
        with zipfile.ZipFile(folder / "zips" / f"{name}.zip", "w") as packed:
            says = SAYS.format(text=f"{name} {number if name == 'mail' else 1}")
            packed.writestr(zipfile.ZipInfo("functions/entry.py", zips.EARLIEST), says)
    return folder
