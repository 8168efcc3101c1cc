"""What the doctor finds: nothing in a sound environment, and each harm, with its remedy."""

import os
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from io import BytesIO
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from infra.cli import main
from infra.deploy.aws.cloud import Cloud
from infra.deploy.checks import checks, doctor, status
from infra.deploy.checks.checks import Check, CheckContext
from infra.deploy.deployment import Deployment
from infra.deploy.release import pages
from infra.local.emulator import REGION
from tests.infra.deploy.conftest import Trial
from tests.infra.deploy.deployed_env import TRIAL, DeployedEnv

pytestmark = [pytest.mark.xdist_group("trial")]

# What this emulator's CloudFormation leaves out, and its mail service never says.
LEFT_OUT = (
    "Point-in-time recovery is off",
    "What has expired is not swept up",
    "goes by UTC, the programme by Europe/London",
    "not signed (DKIM)",
)
TOPIC = "arn:aws:sns:eu-central-1:000000000000:kith-trial-alarms"


@contextmanager
def other_code(deployment: Deployment) -> Iterator[None]:
    functions, name = deployment.cloud.client("lambda"), TRIAL.function("feedback")
    former = deployment.cloud.client("s3")
    bucket = deployment.outputs()["ReleasesBucket"]
    key = next(
        item["Key"]
        for item in former.list_objects_v2(Bucket=bucket)["Contents"]
        if item["Key"].endswith("feedback.zip")
    )
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as out:
        out.writestr("functions/entry.py", "def handler(event, context): ...")
    functions.update_function_code(FunctionName=name, ZipFile=packed.getvalue())
    yield
    functions.update_function_code(FunctionName=name, S3Bucket=bucket, S3Key=key)


@contextmanager
def another_setting(deployment: Deployment) -> Iterator[None]:
    functions, name = deployment.cloud.client("lambda"), TRIAL.function("mail")
    found = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    changed = {"Variables": {**found, "KITH_SENDER": "other@kith.example"}}
    functions.update_function_configuration(FunctionName=name, Environment=changed)
    yield
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": found})


@contextmanager
def pages_of_last_year(deployment: Deployment) -> Iterator[None]:
    store, where = deployment.cloud.client("s3"), {"Key": "enrol/mentee/index.html"}
    where["Bucket"] = deployment.outputs()["SiteBucket"]
    store.put_object(**where, Body=b'<form action="/c/first-year-2020-01/mentee">')
    yield
    store.delete_object(**where)


@contextmanager
def at_rest(deployment: Deployment) -> Iterator[None]:
    functions, name = deployment.cloud.client("lambda"), TRIAL.function("match")
    functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    yield
    functions.delete_function_concurrency(FunctionName=name)


@contextmanager
def mapping_off(deployment: Deployment) -> Iterator[None]:
    functions = deployment.cloud.client("lambda")
    found = functions.list_event_source_mappings(FunctionName=TRIAL.function("match"))["EventSourceMappings"]
    functions.update_event_source_mapping(UUID=found[0]["UUID"], Enabled=False)
    yield
    functions.update_event_source_mapping(UUID=found[0]["UUID"], Enabled=True)


@contextmanager
def schedule_off(deployment: Deployment) -> Iterator[None]:
    times = deployment.cloud.client("scheduler")
    found = times.get_schedule(GroupName="kith-trial", Name="kith-trial-sweep")
    kept = ("Name", "GroupName", "ScheduleExpression", "FlexibleTimeWindow", "Target")
    same = {name: found[name] for name in kept}
    times.update_schedule(**same, State="DISABLED")
    yield
    times.update_schedule(**same, State="ENABLED")


@contextmanager
def dead_letter(deployment: Deployment) -> Iterator[None]:
    queue, where = deployment.cloud.client("sqs"), deployment.outputs()["DeadLettersUrl"]
    queue.send_message(QueueUrl=where, MessageBody="{}")
    yield
    queue.purge_queue(QueueUrl=where)


@contextmanager
def alarm_on(deployment: Deployment) -> Iterator[None]:
    watch = deployment.cloud.client("cloudwatch")
    watch.set_alarm_state(AlarmName="kith-trial-errors", StateValue="ALARM", StateReason="test")
    yield
    watch.set_alarm_state(AlarmName="kith-trial-errors", StateValue="OK", StateReason="test")


@contextmanager
def nobody_hears(deployment: Deployment) -> Iterator[None]:
    told, topic = deployment.cloud.client("sns"), deployment.outputs()["AlarmsTopicArn"]
    for one in told.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]:
        told.unsubscribe(SubscriptionArn=one["SubscriptionArn"])
    yield
    told.subscribe(TopicArn=topic, Protocol="email", Endpoint=TRIAL.alarms_to)


@contextmanager
def mail_paused(deployment: Deployment) -> Iterator[None]:
    mail = deployment.cloud.client("sesv2")
    name = {"ConfigurationSetName": deployment.outputs()["ConfigurationSet"]}
    mail.put_configuration_set_sending_options(**name, SendingEnabled=False)
    yield
    mail.put_configuration_set_sending_options(**name, SendingEnabled=True)


@contextmanager
def another_page(deployment: Deployment) -> Iterator[None]:
    store, place = deployment.cloud.client("s3"), {"Bucket": deployment.outputs()["SiteBucket"]}
    former = store.get_object(**place, Key="index.html")["Body"].read()
    store.put_object(**place, Key="index.html", Body=b"Ours now", ContentType="text/html")
    yield
    store.put_object(
        **place,
        Key="index.html",
        Body=former,
        ContentType=pages.TYPES[".html"],
        CacheControl=pages.ASKED_AGAIN,
    )


@contextmanager
def unprotected(deployment: Deployment) -> Iterator[None]:
    store, name = deployment.cloud.client("dynamodb"), deployment.outputs()["TableName"]
    store.update_table(TableName=name, DeletionProtectionEnabled=False)
    yield
    store.update_table(TableName=name, DeletionProtectionEnabled=True)


HARMS: tuple[tuple[Check, Callable[[Deployment], Any], str], ...] = (
    (checks.code, other_code, "kith-feedback-trial runs other code than release"),
    (checks.configuration, another_setting, "kith-mail-trial has another KITH_SENDER."),
    (checks.awake, at_rest, "kith-match-trial rests"),
    (checks.mappings, mapping_off, "hands messages to kith-match-trial is Disabl"),
    (checks.schedules, schedule_off, "The schedule kith-trial-sweep is off."),
    (checks.dead_letters, dead_letter, "1 message failed each time and waits"),
    (checks.alarms, alarm_on, "kith-trial-errors: The application answered"),
    (checks.alarms, nobody_hears, "Alarms go to nobody"),
    (checks.sending, mail_paused, "This environment's mail is paused."),
    (checks.site, another_page, "answers something else, not what release"),
    (checks.invitation, pages_of_last_year, "The site invites to another cohort than First Year Together"),
    (checks.table, unprotected, "The table is not protected from deletion."),
)


def found_in(deployment: Deployment, check: Check) -> list[str]:
    return [finding.what for finding in checks.run_check(CheckContext(deployment=deployment), check)]


def is_known(finding: str) -> bool:
    return any(words in finding for words in LEFT_OUT)


@pytest.mark.emulator
def test_in_a_sound_environment_nothing_is_found(trial: Trial) -> None:
    found = {check.__name__: found_in(trial.deployment, check) for check in checks.CHECKS}

    amiss = {
        name: unknown for name, told in found.items() if (unknown := [w for w in told if not is_known(w)])
    }
    assert amiss == {}


@pytest.mark.emulator
@pytest.mark.parametrize(
    ("check", "harm", "told"), HARMS, ids=[getattr(harm, "__name__", "") for _, harm, _ in HARMS]
)
def test_each_harm_is_found_and_told_with_what_to_do(
    trial: Trial, check: Check, harm: Callable[[Deployment], Any], told: str
) -> None:
    with harm(trial.deployment):
        findings = checks.run_check(CheckContext(deployment=trial.deployment), check)

    unknown = [finding for finding in findings if not is_known(finding.what)]
    assert [told in finding.what for finding in unknown] == [True], unknown
    assert unknown[0].remedy
    assert [words for words in found_in(trial.deployment, check) if not is_known(words)] == []


@pytest.mark.emulator
def test_the_status_tells_of_a_function_at_rest_too(trial: Trial) -> None:
    with at_rest(trial.deployment):
        told = [line.how for line in status.status(trial.deployment) if line.about == "function match"]
    after = [line.how for line in status.status(trial.deployment) if line.about == "function match"]

    assert told == [*after, "it rests and answers nothing"]


@pytest.mark.emulator
def test_what_somebody_changed_by_hand_is_found_in_its_stack(trial: Trial) -> None:
    queue = trial.deployment.cloud.client("sqs")
    where = {"QueueUrl": trial.deployment.outputs()["MailQueueUrl"]}
    queue.set_queue_attributes(**where, Attributes={"VisibilityTimeout": "60"})

    found = found_in(trial.deployment, checks.drift)

    queue.set_queue_attributes(**where, Attributes={"VisibilityTimeout": "720"})
    assert found == ["MailQueue of kith-trial-data was changed by hand: /VisibilityTimeout"]


@pytest.mark.emulator
def test_an_environment_that_is_not_there_is_told_as_such(trial: Trial) -> None:
    absent = replace(trial.deployment, environment=replace(TRIAL, name="other"))

    assert "The stack kith-other-data is not there." in found_in(absent, checks.stacks)
    assert "is not deployed" in found_in(absent, checks.code)[0]


@pytest.mark.emulator
def test_a_clock_that_is_off_is_found(trial: Trial) -> None:
    late = CheckContext(deployment=trial.deployment, now=lambda: datetime.now(UTC) + timedelta(minutes=4))

    (finding,) = checks.run_check(late, checks.clock)

    assert "seconds off" in finding.what


@pytest.mark.emulator
def test_another_account_than_the_environments_is_found(trial: Trial) -> None:
    other = replace(trial.deployment, environment=replace(TRIAL, account="123456789012"))

    assert "the environment names 123456789012" in found_in(other, checks.account)[0]


@pytest.mark.emulator
def test_the_command_tells_every_check_and_ends_with_one(
    trial: Trial, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(doctor, "deployment_of", lambda _: trial.deployment)

    status = main(["doctor", "trial"])

    told = capsys.readouterr().out
    assert status == 1
    assert all(str(check.__doc__) in told for check in checks.CHECKS)
    secrets = (trial.deployment.variables()[name] for name in ("KITH_LINK_KEY", "KITH_EDGE_KEYS"))
    assert not any(secret in told for secret in secrets)


def test_without_an_environment_this_machine_is_looked_at(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["doctor"])

    told = capsys.readouterr().out
    assert status in (0, 1)
    assert "good   This Python is new enough." in told
    assert "good   The programs that Kith brings along, uv and Node, run on this machine." in told


@dataclass(frozen=True, kw_only=True)
class Told(CheckContext):
    """An environment whose mail and notification services say what no emulator says."""

    answers: Mapping[str, Any]

    def client(self, service: str, region: str | None = None) -> Any:
        del region
        return self.answers[service]


def told_by(check: Check, answers: Mapping[str, Any], **environment: Any) -> list[str]:
    deployment = DeployedEnv(
        environment=replace(TRIAL, **environment),
        cloud=Cloud(REGION, "http://127.0.0.1:1"),
        laid={"ConfigurationSet": "kith-trial", "AlarmsTopicArn": TOPIC},
    )
    return [finding.what for finding in checks.run_check(Told(deployment=deployment, answers=answers), check)]


def client_of(service: str) -> Any:
    return boto3.client(
        service,  # type: ignore[call-overload]
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def stubbed(service: str, *answers: tuple[str, dict[str, Any]]) -> Any:
    client = client_of(service)
    stub = Stubber(client)
    for method, answer in answers:
        stub.add_response(method, answer)
    stub.activate()
    return client


def test_a_clock_so_wrong_that_aws_refuses_is_told_as_such() -> None:
    identity = client_of("sts")
    theirs = format_datetime(datetime.now(UTC) - timedelta(hours=1))
    with Stubber(identity) as stub:
        stub.add_client_error(
            "get_caller_identity",
            service_error_code="SignatureDoesNotMatch",
            response_meta={"HTTPHeaders": {"date": theirs}},
        )
        (found,) = told_by(checks.clock, {"sts": identity})

    assert "seconds off" in found


def test_where_nobody_is_signed_in_nothing_more_is_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    nowhere = DeployedEnv(environment=TRIAL, cloud=Cloud(REGION), laid={})
    monkeypatch.setattr(doctor, "deployment_of", lambda _: nowhere)

    assert main(["doctor", "trial"]) == 1

    told = capsys.readouterr().out.splitlines()
    assert [line for line in told if line.startswith(("good", "amiss"))] == [
        f"good   {checks.clock.__doc__}",
        f"amiss  {checks.account.__doc__}",
    ]
    assert "There are no AWS credentials here" in told[2]


@pytest.mark.emulator
def test_of_what_is_not_deployed_no_more_is_asked_than_whether_it_is(
    trial: Trial, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    absent = replace(trial.deployment, environment=replace(TRIAL, name="other"))
    monkeypatch.setattr(doctor, "deployment_of", lambda _: absent)

    status = main(["doctor", "other"])

    told = capsys.readouterr().out.splitlines()
    assert status == 1
    assert [line for line in told if line.startswith("amiss")] == [f"amiss  {checks.stacks.__doc__}"]
    assert told[-1] == "3 amiss."


def test_alarms_that_nobody_has_agreed_to_are_found() -> None:
    pending = {"SubscriptionArn": "PendingConfirmation", "Endpoint": TRIAL.alarms_to, "Protocol": "email"}
    alarm = {"AlarmName": "kith-trial-errors", "StateValue": "OK", "ActionsEnabled": False}

    found = told_by(
        checks.alarms,
        {
            "cloudwatch": stubbed("cloudwatch", ("describe_alarms", {"MetricAlarms": [alarm]})),
            "sns": stubbed("sns", ("list_subscriptions_by_topic", {"Subscriptions": [pending]})),
        },
    )

    assert found == [
        "kith-trial-errors tells nobody.",
        f"{TRIAL.alarms_to} has not agreed to alarms, so none arrives.",
    ]


@pytest.mark.parametrize(
    ("identity", "told"),
    [
        ({"VerifiedForSendingStatus": False}, "is not proved yet"),
        ({"VerifiedForSendingStatus": True, "DkimAttributes": {"Status": "PENDING"}}, "not signed (DKIM)"),
        ({"VerifiedForSendingStatus": True, "DkimAttributes": {"Status": "SUCCESS"}}, ""),
    ],
)
def test_a_sender_has_to_be_proved_and_signed(identity: dict[str, Any], told: str) -> None:
    mail = stubbed("sesv2", ("get_email_identity", identity), ("get_email_identity", identity))

    found = told_by(checks.sender, {"sesv2": mail})

    assert (told in found[0]) if told else found == []


@pytest.mark.parametrize(
    ("account", "told"),
    [
        ({"ProductionAccessEnabled": False}, "sandbox"),
        ({"ProductionAccessEnabled": True, "SendingEnabled": False}, "has stopped this account's mail"),
        ({"ProductionAccessEnabled": True, "EnforcementStatus": "PROBATION"}, "under review"),
    ],
)
def test_what_the_mail_service_thinks_of_the_account_is_told(account: dict[str, Any], told: str) -> None:
    mail = stubbed("sesv2", ("get_account", account), ("get_configuration_set", {}))

    (found,) = told_by(checks.sending, {"sesv2": mail})

    assert told in found


@pytest.mark.parametrize(
    ("status", "days", "told"), [("ISSUED", 400, ""), ("ISSUED", 10, "ends on"), ("EXPIRED", 0, "is EXPIRED")]
)
def test_a_certificate_that_ends_soon_is_found(status: str, days: int, told: str) -> None:
    arn = "arn:aws:acm:us-east-1:000000000000:certificate/1"
    ends_at = datetime.now(UTC) + timedelta(days=days)
    certificates = stubbed(
        "acm", ("describe_certificate", {"Certificate": {"Status": status, "NotAfter": ends_at}})
    )

    found = told_by(checks.certificate, {"acm": certificates}, domain="m.example.edu", certificate=arn)

    assert (told in found[0]) if told else found == []


def test_an_environment_that_was_never_set_to_work_is_told_that_it_has_no_alarms() -> None:
    with mock_aws():
        begun = DeployedEnv(environment=TRIAL, cloud=Cloud(REGION), laid={"TableName": "kith-trial"})

        assert found_in(begun, checks.alarms) == ["There are no alarms."]


def test_each_alarm_leads_to_its_page() -> None:
    with mock_aws():
        cloud = Cloud(REGION)
        topic = cloud.client("sns").create_topic(Name="kith-trial-alarms")["TopicArn"]
        watch = cloud.client("cloudwatch")
        watch.put_metric_alarm(
            AlarmName="kith-trial-dead-letters",
            MetricName="ApproximateNumberOfMessagesVisible",
            Namespace="AWS/SQS",
            Period=300,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanOrEqualToThreshold",
            Statistic="Maximum",
        )
        watch.set_alarm_state(AlarmName="kith-trial-dead-letters", StateValue="ALARM", StateReason="test")
        rung = CheckContext(
            deployment=DeployedEnv(environment=TRIAL, cloud=cloud, laid={"AlarmsTopicArn": topic})
        )

        findings = checks.run_check(rung, checks.alarms)

    assert findings[0].remedy == "What to do: docs/runbooks/dead-letters.md"


def test_a_missing_budget_is_found_and_one_that_is_kept_is_not() -> None:
    with mock_aws():
        cloud = Cloud(REGION)
        deployment = DeployedEnv(environment=TRIAL, cloud=cloud, laid={})
        assert found_in(deployment, checks.budget) == ["There is no budget."]

        cloud.client("budgets", "us-east-1").create_budget(
            AccountId=cloud.account,
            Budget={
                "BudgetName": "kith-trial",
                "BudgetType": "COST",
                "TimeUnit": "MONTHLY",
                "BudgetLimit": {"Amount": "10", "Unit": "USD"},
            },
        )
        assert found_in(deployment, checks.budget) == []


def test_every_check_says_in_one_sentence_what_it_looks_at() -> None:
    for check in (*checks.CHECKS, *doctor.MACHINE):
        said = str(check.__doc__)
        assert said.count("\n") == 0
        assert said.endswith(".")
