"""The preflight refuses what would stop a deployment half-way, before anything is made."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from infra.deploy.aws import parameters, stacks
from infra.deploy.aws.cloud import Cloud
from infra.deploy.checks import preflight
from infra.deploy.deployment import Deployment
from infra.deploy.errors import OperatorError
from infra.local.emulator import REGION, Emulator
from tests.infra.deploy.deployed_env import TRIAL

pytestmark = pytest.mark.emulator

CERTIFICATE = "arn:aws:acm:us-east-1:000000000000:certificate/none"


@pytest.fixture
def cloud(emulator: Emulator) -> Iterator[Cloud]:
    emulator.reset()
    yield Cloud(REGION, emulator.endpoint)
    emulator.reset()


def checked(cloud: Cloud, *, sandbox: bool = False, **differs: Any) -> list[str]:
    deployment = Deployment(environment=replace(TRIAL, **differs), cloud=cloud)
    return preflight.check(deployment, sandbox=sandbox)


def refused(cloud: Cloud, **differs: Any) -> OperatorError:
    with pytest.raises(OperatorError) as told:
        checked(cloud, **differs)
    return told.value


def everything_in(cloud: Cloud) -> tuple[object, ...]:
    return (
        cloud.client("cloudformation").list_stacks()["StackSummaries"],
        cloud.client("s3").list_buckets()["Buckets"],
        cloud.client("ssm").describe_parameters()["Parameters"],
        cloud.client("sesv2").list_email_identities()["EmailIdentities"],
    )


def test_where_all_is_well_it_only_tells_what_proves_the_sender(cloud: Cloud) -> None:
    notes = checked(cloud)

    assert len(notes) == 1
    assert "proof that kith.example is yours" in notes[0]


def test_it_makes_nothing(cloud: Cloud) -> None:
    before = everything_in(cloud)

    checked(cloud)
    preflight.plan(Deployment(environment=TRIAL, cloud=cloud))

    assert everything_in(cloud) == before


def test_the_wrong_account_is_refused_by_both_numbers(cloud: Cloud) -> None:
    error = refused(cloud, account="111122223333")

    assert "000000000000" in error.cause
    assert "111122223333" in error.cause
    assert error.partial_state == "Nothing was made or changed."


def test_a_region_that_is_none_is_answered_with_those_that_there_are(emulator: Emulator) -> None:
    error = refused(Cloud("eu-nowhere-1", emulator.endpoint))

    assert "no AWS region `eu-nowhere-1`" in error.cause
    assert "eu-central-1" in error.remedy


def test_a_programme_that_is_not_there_is_refused(cloud: Cloud) -> None:
    assert "no programme `last-year`" in refused(cloud, programme="last-year").cause


def test_mail_in_the_sandbox_has_to_be_accepted(cloud: Cloud) -> None:
    cloud.client("sesv2").put_account_details(
        MailType="TRANSACTIONAL", WebsiteURL="https://kith.example", ProductionAccessEnabled=False
    )

    assert "--sandbox" in refused(cloud).remedy
    assert checked(cloud, sandbox=True)


def test_a_plan_of_the_mail_service_that_kith_makes_no_use_of_is_told(
    emulator: Emulator, cloud: Cloud
) -> None:
    # The emulator knows no plans.
    session = boto3.session.Session("test", "test", region_name=REGION)
    session.events.register(
        "after-call.sesv2.GetAccount",
        lambda parsed, **_: parsed.update(PricingAttributes={"CurrentPlan": "ESSENTIALS"}),
    )

    told, usual = "\n".join(checked(Cloud(REGION, emulator.endpoint, session))), "\n".join(checked(cloud))

    assert "put-account-pricing-attributes --plan NONE" in told
    assert "pricing" not in usual


def test_a_bucket_of_another_account_is_told_before_a_stack_fails_on_it(
    emulator: Emulator, cloud: Cloud
) -> None:
    other = boto3.session.Session("111122223333", "test", region_name=REGION)
    Cloud(REGION, emulator.endpoint, other).client("s3").create_bucket(
        Bucket="kith-trial-site-000000000000",
        CreateBucketConfiguration={"LocationConstraint": REGION},
    )

    error = refused(cloud)

    assert "kith-trial-site-000000000000 belongs to another account" in error.cause
    assert "another name" in error.remedy


def test_a_certificate_that_is_not_there_is_refused(cloud: Cloud) -> None:
    error = refused(cloud, domain="mentoring.uni.example", certificate=CERTIFICATE)

    assert "There is no certificate" in error.cause


def test_a_certificate_for_another_name_is_refused(cloud: Cloud) -> None:
    other = cloud.client("acm", region="us-east-1").request_certificate(DomainName="other.example")

    error = refused(cloud, domain="mentoring.uni.example", certificate=other["CertificateArn"])

    assert "is for other.example, not for mentoring.uni.example" in error.cause


def test_a_domain_whose_dns_is_elsewhere_is_told_and_stops_nothing(cloud: Cloud) -> None:
    own = cloud.client("acm", region="us-east-1").request_certificate(DomainName="*.uni.example")

    notes = checked(cloud, domain="mentoring.uni.example", certificate=own["CertificateArn"])

    assert any("make it a CNAME" in note for note in notes)


def test_all_that_stands_in_the_way_is_told_at_once(cloud: Cloud) -> None:
    cloud.client("sesv2").put_account_details(
        MailType="TRANSACTIONAL", WebsiteURL="https://kith.example", ProductionAccessEnabled=False
    )

    error = refused(cloud, domain="mentoring.uni.example", certificate=CERTIFICATE)

    assert "sandbox" in error.cause
    assert "certificate" in error.cause


def test_a_calendar_that_is_over_is_refused(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    class Later(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            del tz
            return datetime(2099, 1, 1, tzinfo=UTC)

    monkeypatch.setattr(preflight, "datetime", Later)

    assert "whose enrolment ended on" in refused(cloud).cause


def test_without_a_network_nothing_else_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)

    error = refused(Cloud(REGION, "http://127.0.0.1:9"))

    assert error.step == "the preflight: signing in to AWS"
    assert "can't be reached" in error.cause


def test_a_domain_that_is_known_to_the_mail_service_is_told_with_its_records(cloud: Cloud) -> None:
    deployment = Deployment(environment=TRIAL, cloud=cloud)
    cloud.client("sesv2").create_email_identity(EmailIdentity="kith.example")

    told = preflight.dns_records(deployment, "kith.example")

    assert told.count("._domainkey.kith.example  CNAME  ") == 3


def test_an_address_that_is_proved_already_is_used_as_it_is(cloud: Cloud) -> None:
    cloud.client("sesv2").create_email_identity(EmailIdentity=TRIAL.sender)

    assert parameters.identity(Deployment(environment=TRIAL, cloud=cloud)) == ""
    assert checked(cloud) == []


def test_the_plan_says_what_is_made_of_nothing(cloud: Cloud) -> None:
    plan = preflight.plan(Deployment(environment=TRIAL, cloud=cloud))

    assert plan[:3] == [
        "make       the stack kith-trial-data",
        "make       the stack kith-trial-edge",
        "make       the stack kith-trial-events",
    ]
    assert "kith-web-trial" in plan[3]


def test_the_plan_says_what_is_left_alone_and_what_changes(cloud: Cloud) -> None:
    deployment = Deployment(environment=TRIAL, cloud=cloud)
    for part in ("data", "edge"):
        stacks.apply(
            cloud, TRIAL.stack(part), parameters.file_of(part), parameters.of(deployment, part), _silent
        )

    moved = Deployment(environment=replace(TRIAL, sender="other@kith.example"), cloud=cloud)

    assert preflight.plan(deployment)[:2] == [
        "leave      the stack kith-trial-data",
        "leave      the stack kith-trial-edge",
    ]
    assert "change MailRole" in preflight.plan(moved)[1]
    assert "leave      everything in the table, and every kept release" in preflight.plan(deployment)


def _silent(_: str) -> None:
    """Say nothing."""
