"""`./kith deploy`: everything from nothing to a working address; repeated, it brings up what differs.

It can be broken off at any moment. It says then what is done and what is perhaps half-done, and repeated it
ends as if nothing had happened.
"""

import fcntl
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click

from infra.build.zips import TARGETS
from infra.deploy import environment as environments
from infra.deploy.aws import parameters
from infra.deploy.aws.cloud import cloud_for
from infra.deploy.checks import preflight
from infra.deploy.deployment import Deployment
from infra.deploy.environment import STAGES
from infra.deploy.errors import REFUSED, OperatorError, confirmed, explain_errors
from infra.deploy.release import steps
from infra.programme import selection

DONE = 0
BROKEN_OFF = 130


@click.command(
    epilog="AWS_PROFILE chooses who is signed in. With AWS_ENDPOINT_URL it all goes to an emulator."
)
@click.argument(
    "target",
    metavar="TARGET",
    help="an environment (`trial`, described in infra/environments/trial.toml), or one function of it "
    "(`web-trial`)",
)
@click.option("--yes", is_flag=True, help="do not ask whether the plan is right")
@click.option(
    "--platform",
    type=click.Choice(sorted(TARGETS)),
    default="arm64",
    show_default=True,
    help="the processor of the functions; host is for an emulator on this machine",
)
@click.option(
    "--sandbox",
    is_flag=True,
    help="accept that mail goes to proved addresses alone, as it does until AWS allows more",
)
@explain_errors("deploying")
def command(*, target: str, yes: bool, platform: str, sandbox: bool) -> int:
    """Deploy a programme into an AWS account: from nothing, or bring up what differs."""
    stages, name = split_target(target)
    if not (environments.ENVIRONMENTS / f"{name}.toml").is_file():
        return _draft(name)
    environment = environments.read(name)
    deployment = Deployment(environment=environment, cloud=cloud_for(environment))
    began = time.monotonic()
    print(f"Looking whether {name} can be deployed")
    notes = preflight.check(deployment, sandbox=sandbox)
    wanted = steps.Wanted(platform=platform, stages=stages)
    _show(deployment, wanted, notes)
    if not yes and not confirmed("Do that?"):
        print("Nothing was made or changed.")
        return DONE
    try:
        with interruptible(), alone(name):
            steps.deploy(deployment, wanted)
    except KeyboardInterrupt:
        return BROKEN_OFF
    _tell_the_end(deployment, time.monotonic() - began)
    return DONE


def split_target(text: str) -> tuple[tuple[str, ...], str]:
    """Return which stages a target means and in which environment: `trial`, or `web-trial` for one."""
    stage, dash, name = text.rpartition("-")
    if not dash:
        return STAGES, text
    if stage not in STAGES:
        raise OperatorError(
            step="reading what to deploy",
            cause=f"`{text}` is neither an environment nor one function of an environment.",
            remedy=f"Write ENVIRONMENT, or one of {', '.join(f'{stage}-ENVIRONMENT' for stage in STAGES)}.",
        )
    return (stage,), name


@contextmanager
def interruptible() -> Iterator[None]:
    """Let a request to end be what Ctrl-C is, for as long as it takes."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def alone(name: str, folder: Path = steps.BUILT) -> Iterator[None]:
    """Let nobody else here deploy the environment meanwhile: two would build in the same folder.

    The lock ends with the process that has it, however that ends.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise OperatorError(
                step="deploying",
                cause=f"Another ./kith deploy of {name} is under way here.",
                remedy="Wait for its end. Then repeat the command if there is still something to deploy.",
                partial_state="Nothing was made or changed by this one.",
            ) from taken
        yield


def _draft(name: str) -> int:
    if fault := environments.fault_in_name(name):
        raise OperatorError(
            step="reading what to deploy", cause=fault, remedy="Choose another, such as `production`."
        )
    if near := environments.near(name, environments.ENVIRONMENTS):
        raise OperatorError(
            step="reading what to deploy",
            cause=f"There is no environment `{name}`.",
            remedy=f"Did you mean `{near}`? For a new one, copy {near}.toml in infra/environments.",
        )
    file = environments.draft(name, selection.usual())
    print(
        f"There was no environment `{name}` yet. A draft of it is in {environments.shown(file)}: fill it in, "
        "then repeat the command.",
        file=sys.stderr,
    )
    return REFUSED


def _show(deployment: Deployment, wanted: steps.Wanted, notes: Sequence[str]) -> None:
    environment, cloud = deployment.environment, deployment.cloud
    where = cloud.endpoint_url or f"the account {cloud.account}"
    print(f"\n{environment.name}: the programme {environment.programme}, in {cloud.region} of {where}")
    if wanted.whole:
        for line in preflight.plan(deployment):
            print(f"  {line}")
    else:
        deployment.outputs()  # one function alone goes where the others are
        names = ", ".join(environment.function(stage) for stage in wanted.stages)
        print(f"  bring up   {names} alone, to what is built here")
    for note in notes:
        print(f"\n{note}")
    print()


def _unconfirmed(deployment: Deployment, topic: str) -> bool:
    """Whether somebody has yet to open the link that lets alarms reach them."""
    told = deployment.cloud.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    return any(one["SubscriptionArn"] == "PendingConfirmation" for one in told)


def _tell_the_end(deployment: Deployment, seconds: float) -> None:
    outputs, environment = deployment.outputs(), deployment.environment
    print(f"\nDeployed in {seconds:.0f} s: {deployment.origin()}/")
    if environment.domain and not environment.hosted_zone:
        print(f"Make {environment.domain} a CNAME of {outputs['DistributionDomain']} where its DNS is kept.")
    identity = parameters.identity(deployment)
    if identity and not parameters.proved(deployment, identity):
        print(preflight.dns_records(deployment, identity))
    if _unconfirmed(deployment, outputs["AlarmsTopicArn"]):
        print(f"AWS mails {environment.alarms_to} a link: open it, or no alarm reaches anybody.")
    print(f"Sign in to the console: ./kith invite {environment.name} NAME")
