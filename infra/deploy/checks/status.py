"""`./kith status`: what is deployed, how it does, and whether anything needs attention (exit status 1)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from infra.deploy.aws import functions, parameters, stacks
from infra.deploy.deployment import Deployment, deployment_of
from infra.deploy.environment import ENVIRONMENT, STAGES
from infra.deploy.errors import explain_errors
from infra.deploy.release import releases

WELL, AMISS = 0, 1
DAY = timedelta(days=1)
QUEUES = ("Runs", "Mail", "Feedback", "DeadLetters")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing looked at: how it is, and what to do where it needs attention."""

    about: str
    how: str
    do: str = ""


@click.command()
@ENVIRONMENT
@explain_errors("reading the status")
def command(*, environment: str) -> int:
    """Say what is deployed and how it does. Exit status 1: something needs attention."""
    lines = status(deployment_of(environment))
    for line in lines:
        print(f"{'!' if line.do else ' '} {line.about:<24}{line.how}")
        if line.do:
            print(f"  {'':<24}→ {line.do}")
    amiss = [line for line in lines if line.do]
    print(f"\n{len(amiss)} need attention." if amiss else "\nAll is well.")
    return AMISS if amiss else WELL


def status(deployment: Deployment) -> list[Line]:
    """Return what there is to say; raises `OperatorError` where nothing is deployed."""
    deployment.outputs()
    return [line for look in LOOKS for line in look(deployment)]


def _release(deployment: Deployment) -> Iterator[Line]:
    yield Line(about="address", how=f"{deployment.origin()}/")
    told, name = releases.history(deployment), deployment.environment.name
    if told:
        yield Line(
            about="release", how=f"{told[0].id}, live since {told[0].live_at[:16].replace('T', ' ')} UTC"
        )
    else:
        yield Line(about="release", how="none is live yet", do=f"Deploy it whole: ./kith deploy {name}")


def _stacks(deployment: Deployment) -> Iterator[Line]:
    for part in parameters.parts(deployment):
        name = deployment.environment.stack(part)
        how = stacks.Stack(cloud=deployment.cloud, name=name).status()
        good = how in stacks.GOOD or how == "UPDATE_ROLLBACK_COMPLETE"
        yield Line(
            about=f"stack {part}",
            how=how.lower().replace("_", " ") or "not made",
            do="" if good else f"Repeat ./kith deploy {deployment.environment.name}",
        )


def _functions(deployment: Deployment) -> Iterator[Line]:
    live, name = releases.current(deployment), deployment.environment.name
    for stage in STAGES:
        standing = functions.found(deployment, stage)
        if standing is None:
            yield Line(about=f"function {stage}", how="not there", do=f"Repeat ./kith deploy {name}")
            continue
        errors = _errors(deployment, standing["FunctionName"])
        same = live is not None and standing["CodeSha256"] == functions.digest_of(live, stage)
        how = f"{'the release' if same else 'not the release'}; {errors or 'no'} errors in a day"
        do = f"See ./kith logs {name}" if errors else ""
        yield Line(about=f"function {stage}", how=how, do=do if same else f"Repeat ./kith deploy {name}")
        if _at_rest(deployment, standing["FunctionName"]):
            yield Line(
                about=f"function {stage}", how="it rests and answers nothing", do=f"Why: ./kith doctor {name}"
            )


def _at_rest(deployment: Deployment, function: str) -> bool:
    """Whether nothing may run it, as while a copy is brought back."""
    held = deployment.cloud.client("lambda").get_function_concurrency(FunctionName=function)
    return bool(held.get("ReservedConcurrentExecutions") == 0)


def _errors(deployment: Deployment, function: str) -> int:
    now = datetime.now(UTC)
    points = deployment.cloud.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions=[{"Name": "FunctionName", "Value": function}],
        StartTime=now - DAY,
        EndTime=now,
        Period=int(DAY.total_seconds()),
        Statistics=["Sum"],
    )["Datapoints"]
    return int(sum(point["Sum"] for point in points))


def _queues(deployment: Deployment) -> Iterator[Line]:
    outputs, queues = deployment.outputs(), deployment.cloud.client("sqs")
    for name in QUEUES:
        waiting = int(
            queues.get_queue_attributes(
                QueueUrl=outputs[f"{name}Url" if name == "DeadLetters" else f"{name}QueueUrl"],
                AttributeNames=["ApproximateNumberOfMessages"],
            )["Attributes"]["ApproximateNumberOfMessages"]
        )
        amiss = name == "DeadLetters" and waiting
        yield Line(
            about="failed for good" if name == "DeadLetters" else f"queue {name.lower()}",
            how=f"{waiting or 'nothing'} waiting",
            do=f"Why: ./kith logs {deployment.environment.name}" if amiss else "",
        )


def _alarms(deployment: Deployment) -> Iterator[Line]:
    prefix = f"{deployment.environment.prefix}-"
    told = deployment.cloud.client("cloudwatch").describe_alarms(AlarmNamePrefix=prefix)["MetricAlarms"]
    ringing = [alarm for alarm in told if alarm["StateValue"] == "ALARM"]
    yield Line(about="alarms", how=f"{len(told)} set, {len(ringing) or 'none'} ringing")
    for alarm in ringing:
        yield Line(
            about=alarm["AlarmName"].removeprefix(prefix),
            how=alarm.get("AlarmDescription", ""),
            do=f"See ./kith logs {deployment.environment.name}",
        )


def _schedules(deployment: Deployment) -> Iterator[Line]:
    prefix = deployment.environment.prefix
    told: list[dict[str, Any]] = deployment.cloud.client("scheduler").list_schedules(GroupName=prefix)[
        "Schedules"
    ]
    on = sorted(
        schedule["Name"].removeprefix(f"{prefix}-") for schedule in told if schedule["State"] == "ENABLED"
    )
    off = len(told) - len(on)
    yield Line(
        about="schedules",
        how=", ".join(on) or "none",
        do=f"{off or 'All'} are off. Repeat ./kith deploy {deployment.environment.name}"
        if off or not on
        else "",
    )


def _cohort(deployment: Deployment) -> Iterator[Line]:
    cohort, opened = deployment.next_cohort()
    today = cohort.today(datetime.now(UTC))
    if not opened:
        how = "planned, not opened"
    elif today < cohort.opens_on:
        how = f"enrolment opens on {cohort.opens_on:%d %B %Y}"
    elif today <= cohort.closes_on:
        how = f"enrolment closes on {cohort.closes_on:%d %B %Y}"
    elif today <= cohort.ends_on:
        how = f"matched or about to be; it ends on {cohort.ends_on:%d %B %Y}"
    else:
        how = f"ended on {cohort.ends_on:%d %B %Y}"
    yield Line(
        about="cohort",
        how=f"{cohort.name}: {how}",
        do="" if opened else f"./kith open {deployment.environment.name}",
    )


LOOKS: tuple[Callable[[Deployment], Iterator[Line]], ...] = (
    _release,
    _stacks,
    _functions,
    _queues,
    _alarms,
    _schedules,
    _cohort,
)
