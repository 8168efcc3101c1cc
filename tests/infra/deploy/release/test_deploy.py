"""Deploying, broken off at each step and in the middle of steps, ends as if nothing had happened.

Zappa, CloudFormation and all the rest are the real ones, on the emulator; only the functions are small.
"""

import json
import os
import re
import stat
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra.deploy.aws import functions
from infra.deploy.aws.cloud import Cloud
from infra.deploy.checks import status
from infra.deploy.deployment import Deployment
from infra.deploy.environment import STAGES
from infra.deploy.errors import OperatorError
from infra.deploy.release import destroy, releases, steps
from infra.deploy.release.steps import Step
from infra.local.emulator import REGION, Emulator
from tests.infra.deploy.conftest import ALL_BUT_LOOKING, built
from tests.infra.deploy.deployed_env import TRIAL

pytestmark = [pytest.mark.deployment, pytest.mark.emulator, pytest.mark.xdist_group("deploy")]

# Where somebody presses Ctrl-C within each step: after how many answers to which call.
WITHIN: Mapping[int, Sequence[tuple[str, str, int]]] = {
    1: (("cloudformation", "CreateChangeSet", 1), ("cloudformation", "ExecuteChangeSet", 1)),
    2: (("ssm", "PutParameter", 1),),
    3: (("cloudformation", "CreateChangeSet", 2), ("cloudformation", "ExecuteChangeSet", 1)),
    4: (("s3", "HeadObject", 3),),
    5: (("lambda", "GetFunctionConfiguration", 3),),
    6: (("cloudformation", "ExecuteChangeSet", 1),),
    8: (("dynamodb", "TransactWriteItems", 1),),
    9: (("s3", "PutObject", 2), ("cloudfront", "CreateInvalidation", 1)),
}


COMPARED = ("CodeSha256", "Handler", "Runtime", "MemorySize", "Timeout", "Role", "Architectures")
# What CloudFront names by chance.
BY_CHANCE = re.compile(r'"(CallerReference|OriginAccessControlId|ResponseHeadersPolicyId)": "[^"]*"')


class Pressed(KeyboardInterrupt):
    """Somebody pressed Ctrl-C."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("built") / "first", number=1)


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture(scope="module")
def deployed(emulator: Emulator, folder: Path) -> Deployment:
    """A deployment that nobody disturbed."""
    deployment = reached(emulator, "quiet")
    go(deployment, folder)
    return deployment


@pytest.fixture(scope="module")
def disturbed(emulator: Emulator, folder: Path) -> Deployment:
    """One that was broken off before each step, and within it, and repeated each time."""
    for number in range(len(ALL_BUT_LOOKING)):
        with pytest.raises(Pressed):
            go(reached(emulator, "broken"), folder, upto=number)
        for where in WITHIN.get(number, ()):
            with pytest.raises(Pressed):
                go(reached(emulator, "broken", pressing(*where)), folder)
    deployment = reached(emulator, "broken")
    go(deployment, folder)
    return deployment


def reached(emulator: Emulator, name: str, session: boto3.session.Session | None = None) -> Deployment:
    environment = replace(TRIAL, name=name, sender=f"mentoring@{name}.example")
    return Deployment(environment=environment, cloud=Cloud(REGION, emulator.endpoint, session))


def go(deployment: Deployment, folder: Path, upto: int | None = None) -> steps.Deploying:
    wanted = steps.Wanted(platform="host", built=folder)
    chosen: Sequence[Step] = ALL_BUT_LOOKING
    if upto is not None:
        chosen = [*ALL_BUT_LOOKING[:upto], Step(name="somebody presses Ctrl-C", do=_press)]
    return steps.deploy(deployment, wanted, lambda _: None, chosen)


def _press(_: steps.Deploying) -> None:
    raise Pressed


def pressing(service: str, call: str, answers: int) -> boto3.session.Session:
    """Return a session in which Ctrl-C is pressed just after so many answers to that call."""
    session = boto3.session.Session("test", "test", region_name=REGION)
    left = [answers]

    def press(**_: object) -> None:
        left[0] -= 1
        if not left[0]:
            raise Pressed

    session.events.register(f"after-call.{service}.{call}", press)
    return session


def state_of(deployment: Deployment) -> Mapping[str, Any]:
    """Return everything that a deployment leaves in the account, without what chance or time named."""
    cloud, prefix, name = deployment.cloud, deployment.environment.prefix, deployment.environment.name
    outputs = deployment.outputs()
    store = cloud.client("s3")
    found = {
        "outputs": sorted(outputs),
        "stacks": [
            resource["LogicalResourceId"]
            for part in ("data", "edge", "events")
            for resource in cloud.client("cloudformation").describe_stack_resources(
                StackName=deployment.environment.stack(part)
            )["StackResources"]
        ],
        "functions": [
            {
                key: value
                for key, value in (functions.found(deployment, stage) or {}).items()
                if key
                in ("CodeSha256", "Handler", "Runtime", "MemorySize", "Timeout", "Role", "Architectures")
            }
            for stage in STAGES
        ],
        "site": {
            item["Key"]: item["ETag"]
            for item in store.list_objects_v2(Bucket=outputs["SiteBucket"])["Contents"]
        },
        "releases": sorted(
            item["Key"] for item in store.list_objects_v2(Bucket=outputs["ReleasesBucket"])["Contents"]
        ),
        "live": [entry.id for entry in releases.history(deployment)],
        "mappings": sorted(
            (mapping["EventSourceArn"], mapping["FunctionArn"], mapping["State"])
            for mapping in cloud.client("lambda").list_event_source_mappings()["EventSourceMappings"]
            if mapping["FunctionArn"].endswith(name)
        ),
        "schedules": sorted(
            schedule["Name"]
            for schedule in cloud.client("scheduler").list_schedules(GroupName=prefix)["Schedules"]
        ),
        "distribution": cloud.client("cloudfront").get_distribution_config(Id=outputs["DistributionId"])[
            "DistributionConfig"
        ],
        "cohort": [
            event["id"]
            for event in cloud.client("dynamodb").scan(TableName=prefix)["Items"]
            if "opens_on" in event
        ],
        "secrets": sorted(
            parameter["Name"]
            for parameter in cloud.client("ssm").describe_parameters()["Parameters"]
            if f"/{name}/" in parameter["Name"]
        ),
    }
    named = json.dumps(found, default=str, sort_keys=True).replace(name, "ENVIRONMENT")
    for value in (outputs["ApiId"], outputs["DistributionId"]):
        named = named.replace(value, "ID")
    # An edge key and the ids that CloudFront gives are each environment's own.
    named = re.sub(r'"HeaderValue": "[0-9a-f]+"', '"HeaderValue": "…"', named)
    named = BY_CHANCE.sub(r'"\1": "…"', named)
    anonymous: Mapping[str, Any] = json.loads(named)
    return anonymous


def test_broken_off_before_and_within_every_step_and_repeated_it_ends_in_the_same_state(
    deployed: Deployment, disturbed: Deployment
) -> None:
    assert state_of(disturbed) == state_of(deployed)


def test_repeating_changes_nothing(deployed: Deployment, folder: Path) -> None:
    before = state_of(deployed)
    variables = deployed.variables()

    go(deployed, folder)

    assert state_of(deployed) == before
    assert deployed.variables() == variables


def test_each_function_is_told_what_it_needs_and_the_edge_key_is_the_web_function_s_alone(
    deployed: Deployment,
) -> None:
    told = {stage: (functions.found(deployed, stage) or {})["Environment"]["Variables"] for stage in STAGES}

    assert told["web"]["KITH_EDGE_KEYS"] == deployed.variables()["KITH_EDGE_KEYS"]
    assert all("KITH_EDGE_KEYS" not in told[stage] for stage in STAGES if stage != "web")
    assert {variables["KITH_TABLE"] for variables in told.values()} == {"kith-quiet"}


def test_a_variable_that_nobody_sets_any_more_is_gone_after_the_next_deployment(
    deployed: Deployment, folder: Path
) -> None:
    client = deployed.cloud.client("lambda")
    kept = client.get_function_configuration(FunctionName="kith-mail-quiet")["Environment"]["Variables"]
    client.update_function_configuration(
        FunctionName="kith-mail-quiet", MemorySize=128, Environment={"Variables": {**kept, "KITH_OLD": "1"}}
    )

    go(deployed, folder)

    found = client.get_function_configuration(FunctionName="kith-mail-quiet")
    assert found["Environment"]["Variables"] == kept
    assert found["MemorySize"] == 512


def test_where_it_was_broken_off_is_told_with_what_is_done_and_what_not_begun(
    deployed: Deployment, folder: Path
) -> None:
    said: list[str] = []
    chosen = [ALL_BUT_LOOKING[1], Step(name="secrets", do=_press), ALL_BUT_LOOKING[3]]

    with pytest.raises(Pressed):
        steps.deploy(deployed, steps.Wanted(built=folder), said.append, chosen)

    told = "\n".join(said)
    assert "done: the data: table and queues" in told
    assert "perhaps half-done: secrets" in told
    assert "not begun: the edge" in told
    assert "Repeat the command" in told


def test_a_step_that_fails_tells_the_same_beside_its_cause(deployed: Deployment, folder: Path) -> None:
    def fail(_: steps.Deploying) -> None:
        raise OperatorError(step="secrets", cause="c", remedy="w", partial_state="Half a secret.")

    with pytest.raises(OperatorError) as told:
        steps.deploy(deployed, steps.Wanted(built=folder), lambda _: None, [Step(name="secrets", do=fail)])

    assert told.value.partial_state.startswith("Half a secret.\ndone: nothing\nperhaps half-done: secrets")


def test_what_zappa_did_not_do_is_not_believed(deployed: Deployment) -> None:
    release = replace(releases.every(deployed)[0], id="0" * 12)

    with pytest.raises(OperatorError) as told:
        functions.bring(
            deployed,
            replace(release, digests={**release.digests, "mail.zip": "00" * 32}),
            ["mail"],
            lambda _: None,
        )

    assert told.value.step == "the function kith-mail-quiet"
    assert "CodeSha256" in told.value.cause
    assert all(secret not in str(told.value) for secret in (deployed.variables()["KITH_LINK_KEY"],))


def test_settings_with_secrets_are_readable_by_nobody_else_and_gone_afterwards(
    deployed: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(functions, "ZAPPA", ("/bin/sleep", "60", ";"))
    settings = {"aws_environment_variables": {"KITH_LINK_KEY": "a secret"}}

    child = functions.Zappa(deployed, "deploy", "web", settings)

    file = Path(child._folder.name, "zappa_settings.json")  # noqa: SLF001 - where nobody else looks
    rights = stat.S_IMODE(os.stat(file).st_mode), stat.S_IMODE(file.parent.stat().st_mode)  # noqa: PTH116
    child.end()
    assert rights == (0o600, 0o700)
    assert not file.parent.exists()


def test_settings_of_whoever_was_killed_are_gone_with_the_next_deployment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    over = subprocess.Popen(["true"])
    over.wait()
    killed, running = (tmp_path / f"{functions.FOLDER}{pid}-a1b2" for pid in (over.pid, os.getpid()))
    for folder in (killed, running):
        folder.mkdir()
        (folder / "zappa_settings.json").write_text("a secret", "utf-8")

    functions.remove_leftover_settings()

    assert list(tmp_path.iterdir()) == [running]


def test_the_status_finds_nothing_amiss_and_then_what_is(deployed: Deployment) -> None:
    well = [line for line in status.status(deployed) if line.do]
    deployed.cloud.client("sqs").send_message(
        QueueUrl=deployed.outputs()["DeadLettersUrl"], MessageBody="failed"
    )

    amiss = [line.about for line in status.status(deployed) if line.do]

    assert well == []
    assert amiss == ["failed for good"]


def test_destroying_keeps_what_people_entrusted_to_it_and_deploying_takes_it_up_again(
    disturbed: Deployment, folder: Path
) -> None:
    # Once proved, the sender is nobody's to prove again.
    before = without(state_of(disturbed), "SenderProved")
    keys = disturbed.variables()["KITH_LINK_KEY"]

    for _ in range(2):
        destroy.destroy(disturbed, tell=lambda _: None)
    with pytest.raises(OperatorError, match="is not deployed"):
        disturbed.outputs()
    go(disturbed, folder)

    assert state_of(disturbed) == before
    assert disturbed.variables()["KITH_LINK_KEY"] == keys


def without(state: Mapping[str, Any], resource: str) -> Mapping[str, Any]:
    return {**state, "stacks": [name for name in state["stacks"] if name != resource]}


def test_destroying_with_the_data_leaves_nothing(disturbed: Deployment) -> None:
    for _ in range(2):
        destroy.destroy(disturbed, data=True, tell=lambda _: None)

    cloud = disturbed.cloud
    left = json.dumps(
        [
            cloud.client("s3").list_buckets()["Buckets"],
            cloud.client("dynamodb").list_tables()["TableNames"],
            cloud.client("sqs").list_queues().get("QueueUrls", []),
            cloud.client("lambda").list_functions()["Functions"],
            cloud.client("ssm").describe_parameters()["Parameters"],
            cloud.client("iam").list_roles()["Roles"],
            cloud.client("logs").describe_log_groups()["logGroups"],
        ],
        default=str,
    )
    assert "broken" not in left
    assert "kith-quiet" in left
