"""Stacks on the emulator, which has CloudFormation's course of events: change sets, roll-backs, imports."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra.deploy.aws import templates
from infra.deploy.aws.cloud import Cloud
from infra.deploy.aws.stacks import TEMPLATES, Change, Stack
from infra.deploy.errors import OperatorError, during
from infra.local.emulator import REGION, Emulator

pytestmark = pytest.mark.emulator

QUEUE = """
Parameters: { Seconds: { Type: String, Default: "30" } }
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: { QueueName: kept-short, VisibilityTimeout: !Ref Seconds }
Outputs: { Url: { Value: !Ref Queue } }
"""
BUCKET = """
  Bucket:
    Type: AWS::S3::Bucket
    DependsOn: Queue
    Properties: { BucketName: !Sub "kith-taken-${Seconds}" }
"""
QUEUE_AND_BUCKET = QUEUE.replace("Outputs", f"{BUCKET}Outputs")


@pytest.fixture
def cloud(emulator: Emulator) -> Cloud:
    emulator.reset()
    return cloud_at(emulator)


def cloud_at(emulator: Emulator, session: boto3.session.Session | None = None) -> Cloud:
    return Cloud(REGION, emulator.endpoint, session)


@pytest.fixture
def template(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        file = tmp_path / "template.yaml"
        file.write_text(text, "utf-8")
        return file

    return write


def stack_in(cloud: Cloud) -> Stack:
    return Stack(cloud=cloud, name="kith-trial", tell=lambda _: None)


def events_of(stack: Stack) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stack.formation.describe_stack_events(StackName=stack.name)["StackEvents"]
    return found


class Interrupted(KeyboardInterrupt):
    """Somebody pressed Ctrl-C."""


def interrupted_after(emulator: Emulator, call: str) -> Cloud:
    """Return the same cloud, in which Ctrl-C is pressed just after that call was answered."""
    session = boto3.session.Session("test", "test", region_name=REGION)

    def press(**_: object) -> None:
        raise Interrupted

    session.events.register(f"after-call.cloudformation.{call}", press)
    return cloud_at(emulator, session)


def test_a_stack_is_made_from_nothing_and_says_what_it_is(
    cloud: Cloud, template: Callable[[str], Path]
) -> None:
    outputs = stack_in(cloud).apply(template(QUEUE), {})

    assert outputs["Url"].endswith("/kept-short")


def test_a_stack_that_is_right_is_left_alone(cloud: Cloud, template: Callable[[str], Path]) -> None:
    stack = stack_in(cloud)
    first = stack.apply(template(QUEUE), {})
    before = events_of(stack)

    again = stack.apply(template(QUEUE), {})

    assert again == first
    assert events_of(stack) == before


def test_what_would_change_is_told_beforehand_and_nothing_stays_of_asking(
    cloud: Cloud, template: Callable[[str], Path]
) -> None:
    stack = stack_in(cloud)
    stack.apply(template(QUEUE), {})

    changes = stack.changes(template(QUEUE), {"Seconds": "60"})

    assert changes == [Change(what="Modify", resource="Queue", kind="AWS::SQS::Queue")]
    assert str(changes[0]) == "change Queue (SQS Queue)"
    assert stack.formation.list_change_sets(StackName=stack.name)["Summaries"] == []


def test_a_failure_names_the_resource_and_its_own_reason_and_says_that_all_was_undone(
    cloud: Cloud, template: Callable[[str], Path]
) -> None:
    made_beforehand(cloud)

    with pytest.raises(OperatorError) as told:
        stack_in(cloud).apply(template(QUEUE_AND_BUCKET), {})

    assert told.value.step == "the stack kith-trial"
    assert "Bucket (S3 Bucket): " in told.value.cause
    assert "kith-taken-30 already exists" in told.value.cause
    assert "another name" in told.value.remedy
    assert "undone" in told.value.partial_state
    assert cloud.client("sqs").list_queues().get("QueueUrls", []) == []


def test_once_put_right_a_stack_that_failed_is_made_by_repeating(
    cloud: Cloud, template: Callable[[str], Path]
) -> None:
    made_beforehand(cloud)
    stack = stack_in(cloud)
    with pytest.raises(OperatorError):
        stack.apply(template(QUEUE_AND_BUCKET), {})
    cloud.client("s3").delete_bucket(Bucket="kith-taken-30")

    stack.apply(template(QUEUE_AND_BUCKET), {})

    assert stack.status() == "CREATE_COMPLETE"


def test_a_change_that_fails_leaves_the_stack_as_it_was(
    cloud: Cloud, template: Callable[[str], Path]
) -> None:
    stack = stack_in(cloud)
    stack.apply(template(QUEUE), {})
    made_beforehand(cloud)

    with pytest.raises(OperatorError, match="kith-taken-30 already exists"):
        stack.apply(template(QUEUE_AND_BUCKET), {})

    assert stack.status() == "UPDATE_ROLLBACK_COMPLETE"
    assert stack.apply(template(QUEUE), {"Seconds": "60"})["Url"].endswith("/kept-short")


@pytest.mark.parametrize("call", ["CreateChangeSet", "DescribeChangeSet", "ExecuteChangeSet"])
@pytest.mark.parametrize("there", [False, True])
def test_broken_off_anywhere_and_repeated_it_is_the_same_stack(
    emulator: Emulator, cloud: Cloud, template: Callable[[str], Path], *, call: str, there: bool
) -> None:
    if there:
        stack_in(cloud).apply(template(QUEUE), {"Seconds": "10"})

    with pytest.raises(Interrupted):
        stack_in(interrupted_after(emulator, call)).apply(template(QUEUE), {"Seconds": "60"})
    outputs = stack_in(cloud).apply(template(QUEUE), {"Seconds": "60"})

    kept = cloud.client("sqs").get_queue_attributes(QueueUrl=outputs["Url"], AttributeNames=["All"])
    assert kept["Attributes"]["VisibilityTimeout"] == "60"
    assert stack_in(cloud).status() in ("CREATE_COMPLETE", "UPDATE_COMPLETE")


def test_a_name_that_is_taken_is_refused_before_anything_is_made(
    cloud: Cloud, template: Callable[[str], Path]
) -> None:
    made_beforehand(cloud)
    written_out = QUEUE_AND_BUCKET.replace('!Sub "kith-taken-${Seconds}"', "kith-taken-30")

    with pytest.raises(OperatorError) as told:
        stack_in(cloud).apply(template(written_out), {})

    assert "Bucket ({BucketName=kith-taken-30})" in told.value.cause
    assert "another name" in told.value.remedy
    assert "Nothing of this stack was changed" in told.value.partial_state


def test_removing_what_is_not_there_is_no_trouble(cloud: Cloud) -> None:
    stack_in(cloud).remove()

    assert stack_in(cloud).found() is None


def test_a_missing_permission_is_told_by_its_name_and_nothing_is_made() -> None:
    allowed = {"Effect": "Allow", "Action": ["sts:*", "cloudformation:Describe*"], "Resource": "*"}
    with Emulator(authorised=True) as emulator:
        people = cloud_at(emulator).client("iam")
        people.create_user(UserName="half")
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        people.put_user_policy(UserName="half", PolicyName="half", PolicyDocument=policy)
        key = people.create_access_key(UserName="half")["AccessKey"]
        half = boto3.session.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name=REGION)

        with pytest.raises(OperatorError) as told, during("the data: table and queues"):
            stack_in(cloud_at(emulator, half)).apply(TEMPLATES / "data.yaml", {"Name": "kith-trial"})

        assert stack_in(cloud_at(emulator)).found() is None
    assert told.value.step == "the data: table and queues"
    assert "may not do cloudformation:CreateChangeSet" in told.value.cause
    assert "allow cloudformation:CreateChangeSet" in told.value.remedy


@pytest.fixture
def data_stack(cloud: Cloud) -> Iterator[Stack]:
    stack = stack_in(cloud)
    stack.apply(TEMPLATES / "data.yaml", {"Name": "kith-trial"})
    yield stack
    cloud.client("dynamodb").update_table(TableName="kith-trial", DeletionProtectionEnabled=False)


def test_the_table_outlives_its_stack_and_is_taken_in_again_with_everything_in_it(
    cloud: Cloud, data_stack: Stack
) -> None:
    person = {"pk": {"S": "COHORT#c"}, "sk": {"S": "ENROLMENT#1"}}
    cloud.client("dynamodb").put_item(TableName="kith-trial", Item=person)
    data_stack.remove()

    data_stack.apply(TEMPLATES / "data.yaml", {"Name": "kith-trial"})

    found = cloud.client("dynamodb").get_item(TableName="kith-trial", Key=person)
    kept = data_stack.formation.describe_stack_resource(StackName="kith-trial", LogicalResourceId="Table")
    assert found["Item"] == person
    assert kept["StackResourceDetail"]["PhysicalResourceId"] == "kith-trial"


def test_names_of_what_is_kept_are_sent_written_out_and_no_others() -> None:
    known = {"Name": "kith-trial", "AWS::AccountId": "111122223333", "SenderIdentity": "", "Sender": "a@b.c"}

    sent = templates.body(TEMPLATES / "edge.yaml", known)

    assert '"BucketName":"kith-trial-site-111122223333"' in sent
    assert '"EmailIdentity":"a@b.c"' in sent
    assert '"TopicName":{"Fn::Sub":"${Name}-mail-events"}' in sent


@pytest.mark.parametrize("name", ["data", "edge", "events", "budget"])
def test_a_template_is_sent_without_what_cloudformation_can_not_read_and_small_enough(name: str) -> None:
    sent = templates.body(TEMPLATES / f"{name}.yaml", {})

    assert '"<<"' not in sent
    assert len(sent.encode()) <= 51_200


def made_beforehand(cloud: Cloud) -> None:
    cloud.client("s3").create_bucket(
        Bucket="kith-taken-30", CreateBucketConfiguration={"LocationConstraint": REGION}
    )
