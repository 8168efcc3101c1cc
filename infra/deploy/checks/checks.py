"""What `./kith doctor ENVIRONMENT` looks at: each check is a function that yields what is amiss.

A check's docstring is the sentence that its outcome is told with. It changes nothing and says no secret. What
it finds says what to do about it.
"""

import base64
import hashlib
import json
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property
from io import BytesIO
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.deploy.aws import functions
from infra.deploy.aws.stacks import GOOD
from infra.deploy.deployment import Deployment
from infra.deploy.environment import STAGES
from infra.deploy.errors import Trouble, trouble_of
from infra.deploy.release import releases
from schemas import definitions

MOST_SKEW = timedelta(seconds=60)
SOON = timedelta(days=30)
CODE_ALL_RIGHT = 200
SAMPLED = 5
DRIFT_SECONDS = 120
SCHEDULES = ("sweep", "ask", "forget")
POLLING = ("match", "mail", "feedback")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something amiss, and what to do about it."""

    what: str
    way_on: str


@dataclass(frozen=True, kw_only=True)
class Patient:
    """The environment under examination. What several checks ask for is asked of AWS once."""

    deployment: Deployment
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    @cached_property
    def outputs(self) -> Mapping[str, str]:
        """What the stacks say."""
        return self.deployment.outputs()

    @cached_property
    def deployed(self) -> bool:
        """Whether enough of it stands to be looked at."""
        try:
            return bool(self.outputs)
        except Trouble:
            return False

    @cached_property
    def release(self) -> releases.Release | None:
        """The release that is live."""
        return releases.current(self.deployment)

    @property
    def again(self) -> str:
        """What puts most things right."""
        return f"Deploy again, which puts it right: ./kith deploy {self.deployment.environment.name}"

    def client(self, service: str, region: str | None = None) -> Any:
        """Return a client of that service."""
        return self.deployment.cloud.client(service, region)


Check = Callable[[Patient], Iterator[Finding]]


def examine(patient: Patient, check: Check) -> list[Finding]:
    """Return what the check finds; that it could not look is a finding, too."""
    try:
        return list(check(patient))
    except (Trouble, BotoCoreError, ClientError) as fault:
        trouble = fault if isinstance(fault, Trouble) else trouble_of(fault, "")
        return [Finding(what=f"It could not be looked at. {trouble.cause}", way_on=trouble.way_on)]


def account(patient: Patient) -> Iterator[Finding]:
    """These credentials are accepted, for the account and the region that the environment names."""
    environment, cloud = patient.deployment.environment, patient.deployment.cloud
    if environment.account and environment.account != cloud.account:
        yield Finding(
            what=f"Who is signed in is in account {cloud.account}; the environment names "
            f"{environment.account}.",
            way_on="Sign in to that one, with AWS_PROFILE set to a profile for it.",
        )
    patient.client("cloudformation").describe_stacks()


def clock(patient: Patient) -> Iterator[Finding]:
    """This machine's clock agrees with AWS."""
    try:
        answer = patient.client("sts").get_caller_identity()
    except ClientError as refused:  # perhaps because of the clock; the refusal says their time, too
        answer = refused.response
    except BotoCoreError:
        return  # nobody answers, which another check tells
    told = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
    skew = abs(patient.now() - parsedate_to_datetime(told)) if told else timedelta()
    if skew > MOST_SKEW:
        yield Finding(
            what=f"This machine's clock is {skew.total_seconds():.0f} seconds off; AWS refuses at 300.",
            way_on="Let the machine set its clock from the network (NTP).",
        )


def stacks(patient: Patient) -> Iterator[Finding]:
    """The stacks are whole."""
    environment, emulated = patient.deployment.environment, patient.deployment.cloud.emulated
    for part in ("", "edge", "events", *(() if emulated else ("budget",))):
        name = environment.stack(part)
        status = _status(patient, name)
        if status not in GOOD:
            yield Finding(
                what=f"The stack {name} is {status or 'not there'}.",
                way_on=patient.again if not status.endswith("_IN_PROGRESS") else "Wait, and look again.",
            )


def drift(patient: Patient) -> Iterator[Finding]:
    """Nobody has changed by hand what the stacks made."""
    formation = patient.client("cloudformation")
    names = [patient.deployment.environment.stack(part) for part in ("", "edge", "events")]
    under_way = {
        name: formation.detect_stack_drift(StackName=name)["StackDriftDetectionId"]
        for name in names
        if _status(patient, name) in GOOD
    }
    for name, number in under_way.items():
        if _settled(formation, number) != "DRIFTED":
            continue
        found = formation.describe_stack_resource_drifts(
            StackName=name, StackResourceDriftStatusFilters=["MODIFIED", "DELETED"]
        )["StackResourceDrifts"]
        for resource in found:
            how = "was deleted" if resource["StackResourceDriftStatus"] == "DELETED" else "was changed"
            yield Finding(
                what=f"{resource['LogicalResourceId']} of {name} {how} by hand: {_differences(resource)}",
                way_on="Set it back in the AWS console to what the template says (deploying again sees only "
                "changes of the template), or put the change into infra/deploy/cloudformation and deploy.",
            )


def code(patient: Patient) -> Iterator[Finding]:
    """The functions run the release that is live, on a Python that AWS keeps up."""
    release = patient.release
    if release is None:
        yield Finding(what="No release was deployed to its end.", way_on=patient.again)
        return
    for stage in STAGES:
        name = patient.deployment.environment.function(stage)
        found = functions.found(patient.deployment, stage)
        wanted = base64.b64encode(bytes.fromhex(release.digests[f"{stage}.zip"])).decode("ascii")
        if found is None:
            yield Finding(what=f"The function {name} is not there.", way_on=patient.again)
            continue
        if found["CodeSha256"] != wanted:
            yield Finding(
                what=f"{name} runs other code than release {release.id}, which is live.",
                way_on=f"{patient.again} (or go back to the release before: ./kith rollback …)",
            )
        asked = json.loads(functions.SETTINGS.read_text("utf-8"))[stage]["runtime"]
        if found["Runtime"] != asked:
            yield Finding(what=f"{name} runs on {found['Runtime']}, not {asked}.", way_on=patient.again)
        if "Failed" in (found.get("State"), found.get("LastUpdateStatus")):
            why = found.get("StateReason") or found.get("LastUpdateStatusReason")
            yield Finding(what=f"{name} has failed: {why}", way_on=patient.again)


def configuration(patient: Patient) -> Iterator[Finding]:
    """Each function is told what the stacks and the environment say."""
    should = patient.deployment.variables()
    for stage in STAGES:
        found = functions.found(patient.deployment, stage) or {}
        told = found.get("Environment", {}).get("Variables", {})
        wrong = sorted(
            name
            for name, value in should.items()
            if (stage == "web" or name != functions.FOR_WEB_ALONE) and told.get(name) != value
        )
        if wrong:  # the names alone: a value may be a secret
            yield Finding(
                what=f"{patient.deployment.environment.function(stage)} has another {', '.join(wrong)}.",
                way_on=patient.again,
            )


def mappings(patient: Patient) -> Iterator[Finding]:
    """Each queue is read by its function."""
    for stage in POLLING:
        name = patient.deployment.environment.function(stage)
        found = patient.client("lambda").list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
        if not found:
            yield Finding(what=f"Nothing hands a queue's messages to {name}.", way_on=patient.again)
        for mapping in found:
            if mapping["State"] not in ("Enabled", "Enabling", "Creating", "Updating"):
                yield Finding(
                    what=f"What hands messages to {name} is {mapping['State']}.",
                    way_on=f"aws lambda update-event-source-mapping --uuid {mapping['UUID']} --enabled",
                )


def awake(patient: Patient) -> Iterator[Finding]:
    """No function is held back."""
    for stage in STAGES:
        name = patient.deployment.environment.function(stage)
        held = patient.client("lambda").get_function_concurrency(FunctionName=name)
        if held.get("ReservedConcurrentExecutions") == 0:
            yield Finding(
                what=f"{name} rests, as while a copy is brought back: it answers nothing.",
                way_on="If ./kith restore was broken off, repeat it with --replace. Otherwise: aws lambda "
                f"delete-function-concurrency --function-name {name}",
            )


def schedules(patient: Patient) -> Iterator[Finding]:
    """The schedules are on, in the programme's time zone."""
    environment = patient.deployment.environment
    zone, times = definitions.programme(environment.programme).zone, patient.client("scheduler")
    for part in SCHEDULES:
        name = f"{environment.prefix}-{part}"
        try:
            found = times.get_schedule(GroupName=environment.prefix, Name=name)
        except times.exceptions.ResourceNotFoundException:
            yield Finding(what=f"The schedule {name} is not there.", way_on=patient.again)
            continue
        if found["State"] != "ENABLED":
            yield Finding(
                what=f"The schedule {name} is off.", way_on="Turn it on in the console of EventBridge."
            )
        clocked = found["ScheduleExpression"].startswith("cron")
        if clocked and found.get("ScheduleExpressionTimezone") != zone:
            yield Finding(
                what=f"The schedule {name} goes by {found.get('ScheduleExpressionTimezone') or 'UTC'}, "
                f"the programme by {zone}.",
                way_on=patient.again,
            )


def dead_letters(patient: Patient) -> Iterator[Finding]:
    """No work has failed for good."""
    told = patient.client("sqs").get_queue_attributes(
        QueueUrl=patient.outputs["DeadLettersUrl"], AttributeNames=["ApproximateNumberOfMessages"]
    )
    count = int(told["Attributes"]["ApproximateNumberOfMessages"])
    if count:
        name, region = patient.deployment.environment.name, patient.deployment.cloud.region
        yield Finding(
            what=f"{count} message{'' if count == 1 else 's'} failed each time and wait"
            f"{'s' if count == 1 else ''} among the dead letters.",
            way_on=f"See why (./kith logs {name} --errors --since 7d) and mend it. Then send them back to "
            f"where they came from: aws sqs start-message-move-task --region {region} --source-arn "
            f"{patient.outputs['DeadLettersArn']}. A schedule's tick can't go back and need not: the next "
            "one does the same.",
        )


def alarms(patient: Patient) -> Iterator[Finding]:
    """No alarm is on, and somebody hears of the next one."""
    prefix = f"{patient.deployment.environment.prefix}-"
    found = patient.client("cloudwatch").describe_alarms(AlarmNamePrefix=prefix)
    for alarm in found["MetricAlarms"]:
        if alarm["StateValue"] == "ALARM":
            yield Finding(
                what=f"{alarm['AlarmName']}: {alarm.get('AlarmDescription', '')}",
                way_on=f"What to do: docs/runbooks/{alarm['AlarmName'].removeprefix(prefix)}.md",
            )
        if not alarm.get("ActionsEnabled", True):
            yield Finding(
                what=f"{alarm['AlarmName']} tells nobody.",
                way_on=f"aws cloudwatch enable-alarm-actions --alarm-names {alarm['AlarmName']}",
            )
    if not found["MetricAlarms"]:
        yield Finding(what="There are no alarms.", way_on=patient.again)
        return
    yield from _unheard(patient)


def _unheard(patient: Patient) -> Iterator[Finding]:
    topic, to = patient.outputs["AlarmsTopicArn"], patient.deployment.environment.alarms_to
    told = patient.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    heard = [one for one in told if one["Endpoint"] == to]
    if not heard:
        yield Finding(what="Alarms go to nobody of the environment's file.", way_on=patient.again)
    elif not heard[0]["SubscriptionArn"].startswith("arn:"):
        yield Finding(
            what=f"{to} has not agreed to alarms, so none arrives.",
            way_on="Follow the link in the mail from AWS Notifications (look among the junk). It is lost? "
            f"aws sns subscribe --topic-arn {topic} --protocol email --notification-endpoint {to}",
        )


def sender(patient: Patient) -> Iterator[Finding]:
    """The sender is proved, and its mail is signed."""
    address = patient.deployment.environment.sender
    mail = patient.client("sesv2")
    identities = [
        found
        for name in (address, address.rpartition("@")[2])
        if (found := _identity(mail, name)) is not None
    ]
    if not identities:
        yield Finding(what=f"The mail service does not know {address}.", way_on=patient.again)
    elif not any(found["VerifiedForSendingStatus"] for found in identities):
        yield Finding(
            what=f"{address} is not proved yet, so no mail is sent.",
            way_on="Enter the records that the console of SES shows for the domain into its DNS, or follow "
            "the link in the mail that AWS sent to the address.",
        )
    elif not any(found.get("DkimAttributes", {}).get("Status") == "SUCCESS" for found in identities):
        yield Finding(
            what="The mail is not signed (DKIM), so it will often be taken for junk.",
            way_on="Enter the three CNAME records that the console of SES shows for the domain into its DNS.",
        )


def sending(patient: Patient) -> Iterator[Finding]:
    """The mail service lets this account write to everybody."""
    mail = patient.client("sesv2")
    found = mail.get_account()
    name = patient.outputs["ConfigurationSet"]
    ours = mail.get_configuration_set(ConfigurationSetName=name)
    if not found.get("ProductionAccessEnabled"):
        yield Finding(
            what="The account is in SES's sandbox: mail goes to proved addresses alone, 200 a day.",
            way_on="Ask for production access in the console of SES; it takes a day.",
        )
    if not found.get("SendingEnabled", True) or found.get("EnforcementStatus") == "SHUTDOWN":
        yield Finding(
            what="AWS has stopped this account's mail.",
            way_on="Read and answer its case in the Support Center.",
        )
    elif found.get("EnforcementStatus") == "PROBATION":
        yield Finding(
            what="AWS has this account's mail under review.",
            way_on="Read its case in the Support Center: too much bounced, or was called unwanted.",
        )
    if not ours.get("SendingOptions", {}).get("SendingEnabled", True):
        yield Finding(
            what="This environment's mail is paused.",
            way_on="aws sesv2 put-configuration-set-sending-options --sending-enabled "
            f"--configuration-set-name {name}",
        )


def certificate(patient: Patient) -> Iterator[Finding]:
    """The certificate of the domain is good for a month at least."""
    environment = patient.deployment.environment
    if environment.certificate is None:
        return
    found = patient.client("acm", "us-east-1").describe_certificate(CertificateArn=environment.certificate)[
        "Certificate"
    ]
    if found["Status"] != "ISSUED":
        yield Finding(
            what=f"The certificate is {found['Status']}.", way_on="See the console of Certificate Manager."
        )
    elif found["NotAfter"] - patient.now() < SOON:
        yield Finding(
            what=f"The certificate ends on {found['NotAfter']:%d %B %Y}.",
            way_on="AWS renews it by itself while its record stands in the domain's DNS: enter that again, "
            "or bring a new one where it came from elsewhere.",
        )


def site(patient: Patient) -> Iterator[Finding]:
    """The address answers, with the pages of the release that is live."""
    release, cloud = patient.release, patient.deployment.cloud
    if release is None:
        yield Finding(what="No release was deployed to its end.", way_on=patient.again)
        return
    origin = cloud.origin_of(patient.outputs["DistributionDomain"])
    for name, content in _sample(patient, release).items():
        address = f"{origin}/{name.removesuffix('index.html')}"
        status, _, body = _answer(patient, address)
        if status != CODE_ALL_RIGHT or hashlib.sha256(body).digest() != hashlib.sha256(content).digest():
            was = "something else" if status == CODE_ALL_RIGHT else status or "nothing"
            yield Finding(
                what=f"{address} answers {was}, not what release {release.id} holds.", way_on=patient.again
            )
    domain = patient.deployment.environment.domain
    if domain and _answer(patient, f"https://{domain}/")[0] != CODE_ALL_RIGHT:
        yield Finding(
            what=f"https://{domain}/ does not answer.",
            way_on=f"Its record in the DNS has to lead to {patient.outputs['DistributionDomain']} (a CNAME "
            "or an alias).",
        )


def invitation(patient: Patient) -> Iterator[Finding]:
    """The site invites people to the cohort in which they can enrol now or next."""
    cohort, _ = patient.deployment.next_cohort()
    origin = patient.deployment.cloud.origin_of(patient.outputs["DistributionDomain"])
    status, _, page = _answer(patient, f"{origin}/enrol/mentee/")
    if status == CODE_ALL_RIGHT and f"/c/{cohort.id}/".encode() not in page:
        yield Finding(
            what=f"The site invites to another cohort than {cohort.name}, the one to enrol in now or next.",
            way_on=f"Build its pages anew: ./kith deploy {patient.deployment.environment.name}",
        )


def table(patient: Patient) -> Iterator[Finding]:
    """The table can't be lost: copies for every second, protected from deletion, old items swept up."""
    store, name = patient.client("dynamodb"), patient.outputs["TableName"]
    backups = store.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    restorable = backups.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus")
    if restorable != "ENABLED":
        yield Finding(
            what="Point-in-time recovery is off.",
            way_on=f"aws dynamodb update-continuous-backups --table-name {name} "
            "--point-in-time-recovery-specification PointInTimeRecoveryEnabled=true",
        )
    if not store.describe_table(TableName=name)["Table"].get("DeletionProtectionEnabled"):
        yield Finding(
            what="The table is not protected from deletion.",
            way_on=f"aws dynamodb update-table --table-name {name} --deletion-protection-enabled",
        )
    swept = store.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    if swept.get("TimeToLiveStatus") not in ("ENABLED", "ENABLING"):
        yield Finding(
            what="What has expired is not swept up.",
            way_on=f"aws dynamodb update-time-to-live --table-name {name} --time-to-live-specification "
            "Enabled=true,AttributeName=expires",
        )


def budget(patient: Patient) -> Iterator[Finding]:
    """The month's cost is within the budget."""
    cloud, environment = patient.deployment.cloud, patient.deployment.environment
    if cloud.emulated:  # which knows no budgets
        return
    budgets = cloud.client("budgets", "us-east-1")
    try:
        found = budgets.describe_budget(AccountId=cloud.account, BudgetName=environment.prefix)["Budget"]
    except budgets.exceptions.NotFoundException:
        yield Finding(what="There is no budget.", way_on=patient.again)
        return
    spent, limit = (
        float(sum_["Amount"]) for sum_ in (found["CalculatedSpend"]["ActualSpend"], found["BudgetLimit"])
    )
    if spent > limit:
        yield Finding(
            what=f"The account has cost {spent:.2f} US dollars this month; the budget is {limit:.2f}.",
            way_on="See what for, in the console's Cost Explorer; ./kith cost says what a cohort should.",
        )


CHECKS: tuple[Check, ...] = (
    clock,
    account,
    stacks,
    drift,
    code,
    configuration,
    awake,
    mappings,
    schedules,
    dead_letters,
    alarms,
    sender,
    sending,
    certificate,
    site,
    invitation,
    table,
    budget,
)


def _status(patient: Patient, name: str) -> str:
    try:
        found = patient.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as fault:
        if "does not exist" in fault.response["Error"]["Message"]:
            return ""
        raise
    return str(found["StackStatus"])


def _settled(formation: Any, number: str) -> str:
    until = time.monotonic() + DRIFT_SECONDS
    while True:
        found = formation.describe_stack_drift_detection_status(StackDriftDetectionId=number)
        if found["DetectionStatus"] != "DETECTION_IN_PROGRESS" or time.monotonic() > until:
            return str(found.get("StackDriftStatus", ""))
        time.sleep(1)


def _differences(resource: Mapping[str, Any]) -> str:
    """Return which properties differ; their values might be secrets."""
    return ", ".join(one["PropertyPath"] for one in resource.get("PropertyDifferences", ())) or "all of it"


def _identity(mail: Any, name: str) -> Mapping[str, Any] | None:
    try:
        found: Mapping[str, Any] = mail.get_email_identity(EmailIdentity=name)
    except mail.exceptions.NotFoundException:
        return None
    return found


def _sample(patient: Patient, release: releases.Release) -> dict[str, bytes]:
    """Return some files of the release's site: the first page, others here and there, an asset."""
    with zipfile.ZipFile(BytesIO(releases.site_zip(patient.deployment, release))) as packed:
        names = packed.namelist()
        pages = [name for name in names if name.endswith("index.html")]
        chosen = {"index.html", *pages[:: max(1, len(pages) // SAMPLED)], *release.assets[:1]}
        return {name: packed.read(name) for name in sorted(chosen) if name in names}


def _answer(patient: Patient, address: str) -> tuple[int, Mapping[str, str], bytes]:
    try:
        return patient.deployment.cloud.get(address)
    except OSError:  # no such name, nobody there, no certificate
        return 0, {}, b""
