"""The stacks of one environment stand on the emulator, with functions that do what they are told."""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from typing import Any

import boto3
import pytest

from infra.build import zips
from infra.local.emulator import Emulator
from tests.infra.processes import soon
from tests.infra.templates import FOLDER, template

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("standing")]

SESSION = boto3.session.Session()
GIVEN = {
    "Name": "kith-trial",
    "Environment": "trial",
    "Sender": "hello@kith.example",
    "SenderIdentity": "kith.example",
    "EdgeKey": "an-edge-key-of-more-than-32-letters",
    "Zone": "Europe/Berlin",
    "AlarmsTo": "operator@kith.example",
}
# Makes the calls that it is handed, and says what it was asked; what comes by itself it writes down.
OBEDIENT = """
import json, os, boto3
from botocore.exceptions import ClientError

def handler(event, context):
    if "rawPath" in event:
        seen = {"path": event["rawPath"], "edge": event["headers"].get("x-kith-edge")}
        return {"statusCode": 200, "body": json.dumps(seen)}
    if "calls" in event:
        return [outcome(*call) for call in event["calls"]]
    came = json.dumps(event["Records"][0]["body"] if "Records" in event else event["schedule"])
    item = {"pk": {"S": os.environ["AWS_LAMBDA_FUNCTION_NAME"]}, "sk": {"S": "came"}, "came": {"S": came}}
    boto3.client("dynamodb").put_item(TableName="kith-trial", Item=item)
    return {"batchItemFailures": []}

def outcome(service, call, request):
    try:
        getattr(boto3.client(service), call)(**request)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "done"
"""
KEY = {"pk": {"S": "COHORT#c"}, "sk": {"S": "x"}}


@dataclass(frozen=True, slots=True)
class Standing:
    """An environment whose stacks stand and whose functions are there."""

    emulator: Emulator
    outputs: dict[str, str]

    def client(self, service: str) -> Any:
        return SESSION.client(service, **self.emulator.client_settings)  # type: ignore[call-overload]

    def stack(self, name: str, file: str) -> None:
        parameters = {**GIVEN, **self.outputs, "EmulatorPort": self.emulator.endpoint.rpartition(":")[2]}
        formation = self.client("cloudformation")
        formation.create_stack(
            StackName=name,
            TemplateBody=(FOLDER / file).read_text("utf-8"),
            Capabilities=["CAPABILITY_NAMED_IAM"],
            Parameters=[
                {"ParameterKey": name, "ParameterValue": parameters[name]}
                for name in template(file)["Parameters"]
                if name in parameters
            ],
        )
        formation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 0.1})
        (made,) = formation.describe_stacks(StackName=name)["Stacks"]
        self.outputs.update((one["OutputKey"], one["OutputValue"]) for one in made["Outputs"])

    def get(self, path: str) -> tuple[int, str, str]:
        """Ask CloudFront, as a browser would; return the status, where else it is, and the body."""
        endpoint = self.emulator.endpoint.removeprefix("http://")
        label = self.outputs["DistributionDomain"].partition(".")[0]
        connection = HTTPConnection(endpoint, timeout=60)
        port = endpoint.rpartition(":")[2]
        connection.request("GET", path, headers={"Host": f"{label}.cloudfront.localhost:{port}"})
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, answer.headers.get("Location", ""), body

    def told(self, stage: str, *calls: tuple[str, str, dict[str, Any]]) -> list[str]:
        """Have a function make these calls; return what became of each."""
        asked = self.client("lambda").invoke(
            FunctionName=f"kith-{stage}-trial", Payload=json.dumps({"calls": calls})
        )
        outcomes: list[str] = json.loads(asked["Payload"].read())
        return outcomes

    def came(self, stage: str) -> str:
        """Return what came to a function by itself, or nothing."""
        key = {"pk": {"S": f"kith-{stage}-trial"}, "sk": {"S": "came"}}
        item = self.client("dynamodb").get_item(TableName="kith-trial", Key=key).get("Item")
        return json.loads(item["came"]["S"]) if item else ""


@pytest.fixture(scope="module")
def standing() -> Iterator[Standing]:
    with Emulator(authorised=True) as emulator:
        made = Standing(emulator, {})
        made.stack("kith-trial", "data.yaml")
        made.stack("kith-trial-edge", "edge.yaml")
        for stage in zips.FUNCTIONS:
            made.client("lambda").create_function(
                FunctionName=f"kith-{stage}-trial",
                Runtime="python3.13",
                Role=made.outputs[f"{stage.title()}RoleArn"],
                Handler="obedient.handler",
                Code={"ZipFile": zipped(OBEDIENT)},
                Timeout=30,
            )
        made.stack("kith-trial-events", "events.yaml")
        yield made


def zipped(code: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("obedient.py", code)
    return packed.getvalue()


def publish(standing: Standing, page: str) -> None:
    bucket = standing.outputs["SiteBucket"]
    standing.client("s3").put_object(Bucket=bucket, Key=page, Body=b"<p>Questions", ContentType="text/html")


def test_a_page_comes_from_the_bucket_and_what_is_live_from_the_function(standing: Standing) -> None:
    publish(standing, "faq/index.html")

    assert standing.get("/faq/") == (200, "", "<p>Questions")
    assert standing.get("/faq") == (301, "/faq/", "")
    for path in ("/api/v1/cohorts", "/my/place/", "/ar/my/place/"):
        status, _, body = standing.get(path)
        assert (status, json.loads(body)) == (200, {"path": path, "edge": GIVEN["EdgeKey"]})


def test_a_bucket_gives_nothing_to_who_comes_past_the_distribution(standing: Standing) -> None:
    publish(standing, "faq/index.html")
    connection = HTTPConnection(standing.emulator.endpoint.removeprefix("http://"), timeout=60)

    connection.request("GET", f"/{standing.outputs['SiteBucket']}/faq/index.html")

    assert connection.getresponse().status == 403
    connection.close()


def test_a_function_is_refused_what_its_role_does_not_allow_and_both_are_counted(standing: Standing) -> None:
    put = {"Put": {"TableName": "kith-trial", "Item": KEY}}
    delete = {"Delete": {"TableName": "kith-trial", "Key": {**KEY, "sk": {"S": "y"}}}}

    outcomes = standing.told(
        "match",
        ("dynamodb", "get_item", {"TableName": "kith-trial", "Key": KEY}),
        ("dynamodb", "transact_write_items", {"TransactItems": [put]}),
        ("dynamodb", "transact_write_items", {"TransactItems": [put, delete]}),
        ("dynamodb", "scan", {"TableName": "kith-trial"}),
        ("sqs", "send_message", {"QueueUrl": standing.outputs["MailQueueUrl"], "MessageBody": "{}"}),
    )

    assert outcomes == ["done", "done", "AccessDeniedException", "AccessDeniedException", "done"]
    assert standing.emulator.calls()["kith-match-trial"] == {
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "sqs:SendMessage",
    }
    assert standing.emulator.refusals()["kith-match-trial"] == {"dynamodb:DeleteItem", "dynamodb:Scan"}


def test_mail_leaves_from_the_one_address_and_the_word_of_it_comes_back(standing: Standing) -> None:
    def mail(sender: str) -> tuple[str, str, dict[str, Any]]:
        raw = f"From: Kith <{sender}>\r\nTo: ada@people.example\r\nSubject: Hello\r\n\r\nHello"
        return (
            "sesv2",
            "send_email",
            {"ConfigurationSetName": "kith-trial", "Content": {"Raw": {"Data": raw}}},
        )

    outcomes = standing.told("mail", mail("hello@kith.example"), mail("someone@kith.example"))

    assert outcomes == ["done", "AccessDeniedException"]
    assert {"ses:SendEmail", "ses:SendRawEmail"} <= standing.emulator.calls()["kith-mail-trial"]
    assert soon(lambda: bool(standing.came("feedback")))
    assert json.loads(standing.came("feedback"))["eventType"] == "Send"


def test_a_schedule_rings_the_function_that_it_names(standing: Standing) -> None:
    schedules = standing.client("scheduler")
    target = schedules.get_schedule(Name="kith-trial-ask", GroupName="kith-trial")["Target"]
    at = datetime.now(UTC) + timedelta(seconds=1)

    schedules.create_schedule(
        Name="once",
        GroupName="kith-trial",
        ScheduleExpression=f"at({at:%Y-%m-%dT%H:%M:%S})",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target=target,
    )

    assert soon(lambda: standing.came("mail") == "ask")


def test_a_message_reaches_the_function_of_its_queue(standing: Standing) -> None:
    standing.client("sqs").send_message(QueueUrl=standing.outputs["RunsQueueUrl"], MessageBody="a run")

    assert soon(lambda: standing.came("match") == "a run")
