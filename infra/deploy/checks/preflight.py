"""What is looked at before anything is made: whatever would stop a deployment half-way, told all at once.

A refusal names its cause and the way on. What only needs to be known (a domain whose entry somebody has to
make, a sender not yet proved) is told and stops nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus

import boto3
from botocore.exceptions import ClientError

from functions.questionnaires import definitions
from infra import ROOT
from infra.deploy.aws import parameters
from infra.deploy.aws.cloud import Cloud
from infra.deploy.aws.stacks import SPENT, Stack
from infra.deploy.deployment import Deployment
from infra.deploy.environment import STAGES, Environment
from infra.deploy.errors import OperatorError, during
from infra.programme.check import Check

STEP = "the preflight"
CERTIFICATES = "us-east-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a deployment would not succeed, and what to do about it."""

    cause: str
    remedy: str


def check(deployment: Deployment, *, sandbox: bool = False) -> list[str]:
    """Return what is worth knowing; raises `OperatorError` with everything that stands in the way.

    `sandbox` accepts that AWS sends mail to proved addresses alone. Nothing is made or changed.
    """
    environment, cloud = deployment.environment, deployment.cloud
    with during("the preflight: the programme"):
        refusals = [*_programme(environment), *_region(cloud)]
    _refuse(refusals)
    with during("the preflight: signing in to AWS"):
        refusals = list(_account(environment, cloud))
    _refuse(refusals)
    with during("the preflight: buckets, mail, certificate"):
        refusals = [
            *_buckets(deployment),
            *_mail(cloud, sandbox=sandbox),
            *_certificate(environment, cloud),
            *_calendar(deployment),
        ]
        _refuse(refusals)
        return [*_sender(deployment), *_plan_of_mail(cloud), *_entry(environment)]


def _refuse(refusals: Sequence[Refusal]) -> None:
    if refusals:
        raise OperatorError(
            step=STEP,
            cause="\n".join(refusal.cause for refusal in refusals),
            remedy="\n".join(dict.fromkeys(refusal.remedy for refusal in refusals)),
            partial_state="Nothing was made or changed.",
        )


def _programme(environment: Environment) -> Iterator[Refusal]:
    there_are = definitions.names_of("programmes", ".toml")
    if environment.programme not in there_are:
        yield Refusal(
            cause=f"There is no programme `{environment.programme}`; there are: {', '.join(there_are)}.",
            remedy=f"Correct `programme` in infra/environments/{environment.name}.toml.",
        )
        return
    for mistake in _mistakes():
        yield Refusal(cause=mistake, remedy="Put right what `./kith check` tells.")


@cache
def _mistakes() -> tuple[str, ...]:
    looking = Check(root=ROOT)
    looking.everything()
    return tuple(looking.faults)


def _region(cloud: Cloud) -> Iterator[Refusal]:
    there_are = boto3.session.Session().get_available_regions("lambda")
    if cloud.region not in there_are:
        yield Refusal(
            cause=f"There is no AWS region `{cloud.region}`.",
            remedy=f"Write one of these as `region`: {', '.join(sorted(there_are))}.",
        )


def _account(environment: Environment, cloud: Cloud) -> Iterator[Refusal]:
    account = cloud.account
    if environment.account and account != environment.account:
        yield Refusal(
            cause=(
                f"You are signed in to the account {account}, and `{environment.name}` is for "
                f"{environment.account}."
            ),
            remedy="Sign in to that account (AWS_PROFILE names the profile), or correct `account`.",
        )


def _buckets(deployment: Deployment) -> Iterator[Refusal]:
    """Refuse names of buckets that another account has; our own from before are taken in again."""
    store = deployment.cloud.client("s3")
    for kind in ("site", "releases"):
        name = f"{deployment.environment.prefix}-{kind}-{deployment.cloud.account}"
        try:
            store.head_bucket(Bucket=name, ExpectedBucketOwner=deployment.cloud.account)
        except ClientError as fault:
            status = fault.response["ResponseMetadata"]["HTTPStatusCode"]
            if status == HTTPStatus.FORBIDDEN:
                yield Refusal(
                    cause=f"The bucket {name} belongs to another account, or you may not look at it.",
                    remedy="Give the environment another name (its file's), or have s3:ListBucket allowed.",
                )
            elif status != HTTPStatus.NOT_FOUND:
                raise


def _mail(cloud: Cloud, *, sandbox: bool) -> Iterator[Refusal]:
    if not sandbox and not cloud.client("sesv2").get_account().get("ProductionAccessEnabled"):
        yield Refusal(
            cause=(
                f"Mail in {cloud.region} is in AWS's sandbox: it goes to proved addresses alone, 200 a day."
            ),
            remedy=(
                "Ask AWS for production access (SES console, “Account dashboard”; a day or two). A trial can "
                "do without: repeat the command with --sandbox."
            ),
        )


def _certificate(environment: Environment, cloud: Cloud) -> Iterator[Refusal]:
    if not environment.certificate or not environment.domain:
        return
    keeper = cloud.client("acm", region=CERTIFICATES)
    try:
        found = keeper.describe_certificate(CertificateArn=environment.certificate)["Certificate"]
    except keeper.exceptions.ResourceNotFoundException:
        yield Refusal(
            cause=f"There is no certificate {environment.certificate} in this account.",
            remedy="Ask for one in AWS Certificate Manager in us-east-1, and write its ARN as `certificate`.",
        )
        return
    if found["Status"] != "ISSUED":
        yield Refusal(
            cause=f"The certificate is not issued yet ({found['Status'].lower().replace('_', ' ')}).",
            remedy="Set the DNS record that AWS Certificate Manager shows for it, and wait a while.",
        )
    names = {found["DomainName"], *found.get("SubjectAlternativeNames", ())}
    if not names & {environment.domain, f"*.{environment.domain.partition('.')[2]}"}:
        yield Refusal(
            cause=f"The certificate is for {', '.join(sorted(names))}, not for {environment.domain}.",
            remedy="Ask for one for that domain in us-east-1, and write its ARN as `certificate`.",
        )


def _calendar(deployment: Deployment) -> Iterator[Refusal]:
    cohort, opened = deployment.next_cohort()
    closes_on = cohort.closes_on
    if not opened and cohort.today(datetime.now(UTC)) > closes_on:
        yield Refusal(
            cause=f"The calendar opens {cohort.name}, whose enrolment ended on {closes_on:%d %B %Y}.",
            remedy=(
                "Set `opens_on` in the calendar of "
                f"schemas/programmes/{deployment.environment.programme}.toml to a day to come."
            ),
        )


def _sender(deployment: Deployment) -> Iterator[str]:
    """Tell what proves the sender, while it is not proved."""
    sender = deployment.environment.sender
    identity = parameters.identity(deployment)
    proved = parameters.proved(deployment, identity or sender)
    if proved:
        return
    if not identity:
        yield f"{sender} is not proved: no mail goes out until somebody opens the link that AWS mails it."
    elif proved is None:
        yield (
            f"Mail needs proof that {identity} is yours: records in its DNS, told here once they are known."
        )
    else:
        yield dns_records(deployment, identity)


def _plan_of_mail(cloud: Cloud) -> Iterator[str]:
    """Tell of SES's plans, which an account new to it begins on: Kith needs nothing that they add."""
    chosen = cloud.client("sesv2").get_account().get("PricingAttributes", {})
    plan_ = chosen.get("NextPlan") or chosen.get("CurrentPlan", "NONE")
    if plan_ != "NONE":
        yield (
            f"Mail here is on SES's plan {plan_.capitalize()}, which costs more for each mail and brings "
            f"nothing that Kith uses. To have none: aws sesv2 put-account-pricing-attributes --plan NONE "
            f"--region {cloud.region}"
        )


def dns_records(deployment: Deployment, identity: str) -> str:
    """Return the records that prove a domain, to be set where its DNS is kept."""
    found = deployment.cloud.client("sesv2").get_email_identity(EmailIdentity=identity)
    tokens = found.get("DkimAttributes", {}).get("Tokens", ())
    records = "\n".join(
        f"  {token}._domainkey.{identity}  CNAME  {token}.dkim.amazonses.com" for token in tokens
    )
    return f"Mail goes out once these records are in the DNS of {identity}:\n{records}"


def _entry(environment: Environment) -> Iterator[str]:
    if environment.domain and not environment.hosted_zone:
        yield (
            f"{environment.domain} has no hosted zone here: where its DNS is kept, make it a CNAME of the "
            "distribution, whose name is told in the end."
        )


def plan(deployment: Deployment) -> list[str]:
    """Return what deploying would do, a line each: what is made, changed, left alone."""
    lines = [_planned(deployment, part) for part in parameters.parts(deployment)]
    names = [deployment.environment.function(stage) for stage in STAGES]
    standing = [name for name in names if _stands(deployment, name)]
    if new := [name for name in names if name not in standing]:
        lines.append(f"make       {', '.join(new)}")
    if standing:
        lines.append(f"bring up   {', '.join(standing)}, to what is built here, where they differ")
    lines.append("put        the site, and have every edge forget the former one")
    if deployment.outputs_of("data") is not None:
        lines.append("leave      everything in the table, and every kept release")
    return lines


def _planned(deployment: Deployment, part: str) -> str:
    name = deployment.environment.stack(part)
    stack = Stack(cloud=deployment.cloud, name=name)
    status = stack.status()
    if not status or status == "REVIEW_IN_PROGRESS":
        return f"make       the stack {name}"
    if status in SPENT:
        return f"make anew  the stack {name}, whose making failed before ({status})"
    changes = stack.changes(parameters.file_of(part), parameters.of(deployment, part))
    if not changes:
        return f"leave      the stack {name}"
    return f"change     the stack {name}: {'; '.join(map(str, changes))}"


def _stands(deployment: Deployment, name: str) -> bool:
    functions = deployment.cloud.client("lambda")
    try:
        functions.get_function_configuration(FunctionName=name)
    except functions.exceptions.ResourceNotFoundException:
        return False
    return True
