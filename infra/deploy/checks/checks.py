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

from functions.questionnaires import definitions
from functions.storage.enrolment import cohorts
from functions.usecases.people.recount import differences
from infra.deploy.aws import functions
from infra.deploy.aws.stacks import GOOD
from infra.deploy.deployment import Deployment
from infra.deploy.environment import STAGES
from infra.deploy.errors import OperatorError, operator_error_from
from infra.deploy.release import releases

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
    remedy: str


@dataclass(frozen=True, kw_only=True)
class CheckContext:
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
        except OperatorError:
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


Check = Callable[[CheckContext], Iterator[Finding]]


def run_check(context: CheckContext, check: Check) -> list[Finding]:
    """Return what the check finds; that it could not look is a finding, too."""
    try:
        return list(check(context))
    except (OperatorError, BotoCoreError, ClientError) as fault:
        error = fault if isinstance(fault, OperatorError) else operator_error_from(fault, "")
        return [Finding(what=f"It could not be looked at. {error.cause}", remedy=error.remedy)]


def account(context: CheckContext) -> Iterator[Finding]:
    """These credentials are accepted, for the account and the region that the environment names."""
    environment, cloud = context.deployment.environment, context.deployment.cloud
    if environment.account and environment.account != cloud.account:
        yield Finding(
            what=f"Who is signed in is in account {cloud.account}; the environment names "
            f"{environment.account}.",
            remedy="Sign in to that one, with AWS_PROFILE set to a profile for it.",
        )
    context.client("cloudformation").describe_stacks()


def clock(context: CheckContext) -> Iterator[Finding]:
    """This machine's clock agrees with AWS."""
    try:
        answer = context.client("sts").get_caller_identity()
    except ClientError as refused:  # perhaps because of the clock; the refusal says their time, too
        answer = refused.response
    except BotoCoreError:
        return  # nobody answers, which another check tells
    told = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
    skew = abs(context.now() - parsedate_to_datetime(told)) if told else timedelta()
    if skew > MOST_SKEW:
        yield Finding(
            what=f"This machine's clock is {skew.total_seconds():.0f} seconds off; AWS refuses at 300.",
            remedy="Let the machine set its clock from the network (NTP).",
        )


def stacks(context: CheckContext) -> Iterator[Finding]:
    """The stacks are whole."""
    environment, emulated = context.deployment.environment, context.deployment.cloud.emulated
    for part in ("data", "edge", "events", *(() if emulated else ("budget",))):
        name = environment.stack(part)
        status = _status(context, name)
        if status not in GOOD:
            yield Finding(
                what=f"The stack {name} is {status or 'not there'}.",
                remedy=context.again if not status.endswith("_IN_PROGRESS") else "Wait, and look again.",
            )


def drift(context: CheckContext) -> Iterator[Finding]:
    """Nobody has changed by hand what the stacks made."""
    formation = context.client("cloudformation")
    names = [context.deployment.environment.stack(part) for part in ("data", "edge", "events")]
    under_way = {
        name: formation.detect_stack_drift(StackName=name)["StackDriftDetectionId"]
        for name in names
        if _status(context, name) in GOOD
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
                remedy="Set it back in the AWS console to what the template says (deploying again sees only "
                "changes of the template), or put the change into infra/deploy/cloudformation and deploy.",
            )


def code(context: CheckContext) -> Iterator[Finding]:
    """The functions run the release that is live, on a Python that AWS keeps up."""
    release = context.release
    if release is None:
        yield Finding(what="No release was deployed to its end.", remedy=context.again)
        return
    for stage in STAGES:
        name = context.deployment.environment.function(stage)
        found = functions.found(context.deployment, stage)
        wanted = base64.b64encode(bytes.fromhex(release.digests[f"{stage}.zip"])).decode("ascii")
        if found is None:
            yield Finding(what=f"The function {name} is not there.", remedy=context.again)
            continue
        if found["CodeSha256"] != wanted:
            yield Finding(
                what=f"{name} runs other code than release {release.id}, which is live.",
                remedy=f"{context.again} (or go back to the release before: ./kith rollback …)",
            )
        asked = json.loads(functions.SETTINGS.read_text("utf-8"))[stage]["runtime"]
        if found["Runtime"] != asked:
            yield Finding(what=f"{name} runs on {found['Runtime']}, not {asked}.", remedy=context.again)
        if "Failed" in (found.get("State"), found.get("LastUpdateStatus")):
            why = found.get("StateReason") or found.get("LastUpdateStatusReason")
            yield Finding(what=f"{name} has failed: {why}", remedy=context.again)


def configuration(context: CheckContext) -> Iterator[Finding]:
    """Each function is told what the stacks and the environment say."""
    should = context.deployment.variables()
    for stage in STAGES:
        found = functions.found(context.deployment, stage) or {}
        told = found.get("Environment", {}).get("Variables", {})
        wrong = sorted(
            name
            for name, value in should.items()
            if (stage == "web" or name != functions.FOR_WEB_ALONE) and told.get(name) != value
        )
        if wrong:  # the names alone: a value may be a secret
            yield Finding(
                what=f"{context.deployment.environment.function(stage)} has another {', '.join(wrong)}.",
                remedy=context.again,
            )


def mappings(context: CheckContext) -> Iterator[Finding]:
    """Each queue is read by its function."""
    for stage in POLLING:
        name = context.deployment.environment.function(stage)
        found = context.client("lambda").list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
        if not found:
            yield Finding(what=f"Nothing hands a queue's messages to {name}.", remedy=context.again)
        for mapping in found:
            if mapping["State"] not in ("Enabled", "Enabling", "Creating", "Updating"):
                yield Finding(
                    what=f"What hands messages to {name} is {mapping['State']}.",
                    remedy=f"aws lambda update-event-source-mapping --uuid {mapping['UUID']} --enabled",
                )


def awake(context: CheckContext) -> Iterator[Finding]:
    """No function is held back."""
    for stage in STAGES:
        name = context.deployment.environment.function(stage)
        held = context.client("lambda").get_function_concurrency(FunctionName=name)
        if held.get("ReservedConcurrentExecutions") == 0:
            yield Finding(
                what=f"{name} rests, as while a copy is brought back: it answers nothing.",
                remedy="If ./kith restore was broken off, repeat it with --replace. Otherwise: aws lambda "
                f"delete-function-concurrency --function-name {name}",
            )


def schedules(context: CheckContext) -> Iterator[Finding]:
    """The schedules are on, in the programme's time zone."""
    environment = context.deployment.environment
    zone, times = definitions.programme(environment.programme).zone, context.client("scheduler")
    for part in SCHEDULES:
        name = f"{environment.prefix}-{part}"
        try:
            found = times.get_schedule(GroupName=environment.prefix, Name=name)
        except times.exceptions.ResourceNotFoundException:
            yield Finding(what=f"The schedule {name} is not there.", remedy=context.again)
            continue
        if found["State"] != "ENABLED":
            yield Finding(
                what=f"The schedule {name} is off.", remedy="Turn it on in the console of EventBridge."
            )
        clocked = found["ScheduleExpression"].startswith("cron")
        if clocked and found.get("ScheduleExpressionTimezone") != zone:
            yield Finding(
                what=f"The schedule {name} goes by {found.get('ScheduleExpressionTimezone') or 'UTC'}, "
                f"the programme by {zone}.",
                remedy=context.again,
            )


def dead_letters(context: CheckContext) -> Iterator[Finding]:
    """No work has failed for good."""
    told = context.client("sqs").get_queue_attributes(
        QueueUrl=context.outputs["DeadLettersUrl"], AttributeNames=["ApproximateNumberOfMessages"]
    )
    count = int(told["Attributes"]["ApproximateNumberOfMessages"])
    if count:
        name, region = context.deployment.environment.name, context.deployment.cloud.region
        yield Finding(
            what=f"{count} message{'' if count == 1 else 's'} failed each time and wait"
            f"{'s' if count == 1 else ''} among the dead letters.",
            remedy=f"See why (./kith logs {name} --errors --since 7d) and mend it. Then send them back to "
            f"where they came from: aws sqs start-message-move-task --region {region} --source-arn "
            f"{context.outputs['DeadLettersArn']}. A schedule's tick can't go back and need not: the next "
            "one does the same.",
        )


def alarms(context: CheckContext) -> Iterator[Finding]:
    """No alarm is on, and somebody hears of the next one."""
    prefix = f"{context.deployment.environment.prefix}-"
    found = context.client("cloudwatch").describe_alarms(AlarmNamePrefix=prefix)
    for alarm in found["MetricAlarms"]:
        if alarm["StateValue"] == "ALARM":
            yield Finding(
                what=f"{alarm['AlarmName']}: {alarm.get('AlarmDescription', '')}",
                remedy=f"What to do: docs/runbooks/{alarm['AlarmName'].removeprefix(prefix)}.md",
            )
        if not alarm.get("ActionsEnabled", True):
            yield Finding(
                what=f"{alarm['AlarmName']} tells nobody.",
                remedy=f"aws cloudwatch enable-alarm-actions --alarm-names {alarm['AlarmName']}",
            )
    if not found["MetricAlarms"]:
        yield Finding(what="There are no alarms.", remedy=context.again)
        return
    yield from _unheard(context)


def _unheard(context: CheckContext) -> Iterator[Finding]:
    topic, to = context.outputs["AlarmsTopicArn"], context.deployment.environment.alarms_to
    told = context.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    heard = [one for one in told if one["Endpoint"] == to]
    if not heard:
        yield Finding(what="Alarms go to nobody of the environment's file.", remedy=context.again)
    elif not heard[0]["SubscriptionArn"].startswith("arn:"):
        yield Finding(
            what=f"{to} has not agreed to alarms, so none arrives.",
            remedy="Follow the link in the mail from AWS Notifications (look among the junk). It is lost? "
            f"aws sns subscribe --topic-arn {topic} --protocol email --notification-endpoint {to}",
        )


def sender(context: CheckContext) -> Iterator[Finding]:
    """The sender is proved, and its mail is signed."""
    address = context.deployment.environment.sender
    mail = context.client("sesv2")
    identities = [
        found
        for name in (address, address.rpartition("@")[2])
        if (found := _identity(mail, name)) is not None
    ]
    if not identities:
        yield Finding(what=f"The mail service does not know {address}.", remedy=context.again)
    elif not any(found["VerifiedForSendingStatus"] for found in identities):
        yield Finding(
            what=f"{address} is not proved yet, so no mail is sent.",
            remedy="Enter the records that the console of SES shows for the domain into its DNS, or follow "
            "the link in the mail that AWS sent to the address.",
        )
    elif not any(found.get("DkimAttributes", {}).get("Status") == "SUCCESS" for found in identities):
        yield Finding(
            what="The mail is not signed (DKIM), so it will often be taken for junk.",
            remedy="Enter the three CNAME records that the console of SES shows for the domain into its DNS.",
        )


def sending(context: CheckContext) -> Iterator[Finding]:
    """The mail service lets this account write to everybody."""
    mail = context.client("sesv2")
    found = mail.get_account()
    name = context.outputs["ConfigurationSet"]
    ours = mail.get_configuration_set(ConfigurationSetName=name)
    if not found.get("ProductionAccessEnabled"):
        yield Finding(
            what="The account is in SES's sandbox: mail goes to proved addresses alone, 200 a day.",
            remedy="Ask for production access in the console of SES; it takes a day.",
        )
    if not found.get("SendingEnabled", True) or found.get("EnforcementStatus") == "SHUTDOWN":
        yield Finding(
            what="AWS has stopped this account's mail.",
            remedy="Read and answer its case in the Support Center.",
        )
    elif found.get("EnforcementStatus") == "PROBATION":
        yield Finding(
            what="AWS has this account's mail under review.",
            remedy="Read its case in the Support Center: too much bounced, or was called unwanted.",
        )
    if not ours.get("SendingOptions", {}).get("SendingEnabled", True):
        yield Finding(
            what="This environment's mail is paused.",
            remedy="aws sesv2 put-configuration-set-sending-options --sending-enabled "
            f"--configuration-set-name {name}",
        )


def certificate(context: CheckContext) -> Iterator[Finding]:
    """The certificate of the domain is good for a month at least."""
    environment = context.deployment.environment
    if environment.certificate is None:
        return
    found = context.client("acm", "us-east-1").describe_certificate(CertificateArn=environment.certificate)[
        "Certificate"
    ]
    if found["Status"] != "ISSUED":
        yield Finding(
            what=f"The certificate is {found['Status']}.", remedy="See the console of Certificate Manager."
        )
    elif found["NotAfter"] - context.now() < SOON:
        yield Finding(
            what=f"The certificate ends on {found['NotAfter']:%d %B %Y}.",
            remedy="AWS renews it by itself while its record stands in the domain's DNS: enter that again, "
            "or bring a new one where it came from elsewhere.",
        )


def site(context: CheckContext) -> Iterator[Finding]:
    """The address answers, with the pages of the release that is live."""
    release, cloud = context.release, context.deployment.cloud
    if release is None:
        yield Finding(what="No release was deployed to its end.", remedy=context.again)
        return
    origin = cloud.origin_of(context.outputs["DistributionDomain"])
    for name, content in _sample(context, release).items():
        address = f"{origin}/{name.removesuffix('index.html')}"
        status, _, body = _answer(context, address)
        if status != CODE_ALL_RIGHT or hashlib.sha256(body).digest() != hashlib.sha256(content).digest():
            was = "something else" if status == CODE_ALL_RIGHT else status or "nothing"
            yield Finding(
                what=f"{address} answers {was}, not what release {release.id} holds.", remedy=context.again
            )
    domain = context.deployment.environment.domain
    if domain and _answer(context, f"https://{domain}/")[0] != CODE_ALL_RIGHT:
        yield Finding(
            what=f"https://{domain}/ does not answer.",
            remedy=f"Its record in the DNS has to lead to {context.outputs['DistributionDomain']} (a CNAME "
            "or an alias).",
        )


def invitation(context: CheckContext) -> Iterator[Finding]:
    """The site invites people to the cohort in which they can enrol now or next."""
    cohort, _ = context.deployment.next_cohort()
    origin = context.deployment.cloud.origin_of(context.outputs["DistributionDomain"])
    status, _, page = _answer(context, f"{origin}/enrol/mentee/")
    if status == CODE_ALL_RIGHT and f"/c/{cohort.id}/".encode() not in page:
        yield Finding(
            what=f"The site invites to another cohort than {cohort.name}, the one to enrol in now or next.",
            remedy=f"Build its pages anew: ./kith deploy {context.deployment.environment.name}",
        )


def table(context: CheckContext) -> Iterator[Finding]:
    """The table can't be lost: copies for every second, protected from deletion, old items swept up."""
    store, name = context.client("dynamodb"), context.outputs["TableName"]
    backups = store.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    restorable = backups.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus")
    if restorable != "ENABLED":
        yield Finding(
            what="Point-in-time recovery is off.",
            remedy=f"aws dynamodb update-continuous-backups --table-name {name} "
            "--point-in-time-recovery-specification PointInTimeRecoveryEnabled=true",
        )
    if not store.describe_table(TableName=name)["Table"].get("DeletionProtectionEnabled"):
        yield Finding(
            what="The table is not protected from deletion.",
            remedy=f"aws dynamodb update-table --table-name {name} --deletion-protection-enabled",
        )
    swept = store.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    if swept.get("TimeToLiveStatus") not in ("ENABLED", "ENABLING"):
        yield Finding(
            what="What has expired is not swept up.",
            remedy=f"aws dynamodb update-time-to-live --table-name {name} --time-to-live-specification "
            "Enabled=true,AttributeName=expires",
        )


def lists(context: CheckContext) -> Iterator[Finding]:
    """The console's lists and counts agree with the records that they repeat."""
    services = context.deployment.services()
    for cohort in cohorts.every(services.table):
        found = differences(services, cohort.id)
        if not found.none:
            yield Finding(
                what=f"In {cohort.name} ({cohort.id}) the lists show {found.people} people and "
                f"{found.pairs} pairs wrongly, and {found.counts} counts are wrong.",
                remedy=f"Have them repaired: ./kith recount {context.deployment.environment.name}",
            )


def budget(context: CheckContext) -> Iterator[Finding]:
    """The month's cost is within the budget."""
    cloud, environment = context.deployment.cloud, context.deployment.environment
    if cloud.emulated:  # which knows no budgets
        return
    budgets = cloud.client("budgets", "us-east-1")
    try:
        found = budgets.describe_budget(AccountId=cloud.account, BudgetName=environment.prefix)["Budget"]
    except budgets.exceptions.NotFoundException:
        yield Finding(what="There is no budget.", remedy=context.again)
        return
    spent, limit = (
        float(sum_["Amount"]) for sum_ in (found["CalculatedSpend"]["ActualSpend"], found["BudgetLimit"])
    )
    if spent > limit:
        yield Finding(
            what=f"The account has cost {spent:.2f} US dollars this month; the budget is {limit:.2f}.",
            remedy="See what for, in the console's Cost Explorer; ./kith cost says what a cohort should.",
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
    lists,
    budget,
)


def _status(context: CheckContext, name: str) -> str:
    try:
        found = context.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
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


def _sample(context: CheckContext, release: releases.Release) -> dict[str, bytes]:
    """Return some files of the release's site: the first page, others here and there, an asset."""
    with zipfile.ZipFile(BytesIO(releases.site_zip(context.deployment, release))) as packed:
        names = packed.namelist()
        pages = [name for name in names if name.endswith("index.html")]
        chosen = {"index.html", *pages[:: max(1, len(pages) // SAMPLED)], *release.assets[:1]}
        return {name: packed.read(name) for name in sorted(chosen) if name in names}


def _answer(context: CheckContext, address: str) -> tuple[int, Mapping[str, str], bytes]:
    try:
        return context.deployment.cloud.get(address)
    except OSError:  # no such name, nobody there, no certificate
        return 0, {}, b""
