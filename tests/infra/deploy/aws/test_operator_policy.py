"""Whether the policy for operators is enough to deploy, and reaches nothing that is not Kith's.

What a stack makes is made with the operator's own permissions; AWS publishes which ones each kind of resource
asks for, and cfn-lint brings that along. What the commands ask themselves is asked on the emulator.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import cfnlint
import pytest

from functions.usecases.access.sign_in import invite
from infra import ROOT
from infra.deploy.aws.cloud import Cloud
from infra.deploy.checks import checks, preflight, status
from infra.deploy.checks.checks import CheckContext
from infra.deploy.data import backup, restore
from infra.deploy.deployment import Deployment
from infra.deploy.environment import STAGES
from infra.deploy.operate import logs
from infra.deploy.release import destroy, rollback
from infra.local.emulator import REGION, Emulator
from tests.infra import templates
from tests.infra.deploy.conftest import built, deploy
from tests.infra.deploy.deployed_env import TRIAL

POLICY = ROOT / "infra" / "deploy" / "operator-policy.json"
MOST_SIGNS = 6144  # of a managed policy, white space apart
HERE = f"{REGION}:111122223333"

# One thing of each service, as a stack names it.
NAMED = {
    "acm": "arn:aws:acm:us-east-1:111122223333:certificate/1",
    "apigateway": f"arn:aws:apigateway:{REGION}::/apis/abc/routes",
    "billing": "arn:aws:billing::111122223333:billingview/primary",
    "budgets": "arn:aws:budgets::111122223333:budget/kith-trial",
    "cloudfront": "arn:aws:cloudfront::111122223333:distribution/ABC",
    "cloudwatch": f"arn:aws:cloudwatch:{HERE}:alarm:kith-trial-errors",
    "dynamodb": f"arn:aws:dynamodb:{HERE}:table/kith-trial",
    "iam": "arn:aws:iam::111122223333:role/kith-web-trial",
    "kms": f"arn:aws:kms:{HERE}:key/1",
    "lambda": f"arn:aws:lambda:{HERE}:function:kith-web-trial",
    "logs": f"arn:aws:logs:{HERE}:log-group:/aws/lambda/kith-web-trial",
    "route53": "arn:aws:route53:::hostedzone/Z1",
    "s3": "arn:aws:s3:::kith-trial-site-111122223333",
    "scheduler": f"arn:aws:scheduler:{HERE}:schedule/kith-trial/kith-trial-sweep",
    "ses": f"arn:aws:ses:{HERE}:configuration-set/kith-trial",
    "sns": f"arn:aws:sns:{HERE}:kith-trial-alarms",
    "sqs": f"arn:aws:sqs:{HERE}:kith-trial-mail",
}
BY_KIND = {
    ("AWS::Lambda::EventSourceMapping", "lambda"): f"arn:aws:lambda:{HERE}:event-source-mapping:1",
    ("AWS::SES::EmailIdentity", "ses"): f"arn:aws:ses:{HERE}:identity/uni.example",
    ("AWS::Scheduler::ScheduleGroup", "scheduler"): f"arn:aws:scheduler:{HERE}:schedule-group/kith-trial",
}
# Asked for by features that our templates leave alone: streams, tables in buckets, replicas, policies
# attached to roles. AWS's own keys let in whoever may use the service; nobody needs more than to see them.
NOT_OURS = {
    "firehose:*",
    "iam:*RolePermissionsBoundary",
    "iam:AttachRolePolicy",
    "iam:CreateServiceLinkedRole",
    "iam:DetachRolePolicy",
    "kinesis:*",
    "kms:*Grant",
    "kms:Decrypt",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "s3tables:*",
}
ANYBODY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
}
# The emulator checks these against `*`; AWS against the function, the schedule, the parameter (Service
# Authorization Reference).
AGAINST_ALL_ON_THE_EMULATOR = ["lambda:CreateFunction", "scheduler:GetSchedule", "ssm:DeleteParameters"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """An operator who may do what the policy says, and an account to do it in."""

    emulator: Emulator
    deployment: Deployment


@pytest.fixture
def operator() -> Iterator[Operator]:
    with Emulator(authorised=True) as emulator:
        people = boto3.client("iam", **emulator.client_settings)
        people.create_role(RoleName="operator", AssumeRolePolicyDocument=json.dumps(ANYBODY))
        also = {"Effect": "Allow", "Action": AGAINST_ALL_ON_THE_EMULATOR, "Resource": "*"}
        may = {"Version": "2012-10-17", "Statement": [*policy(), also]}
        people.put_role_policy(RoleName="operator", PolicyName="kith", PolicyDocument=json.dumps(may))
        doors = boto3.client("sts", **emulator.client_settings)
        role = "arn:aws:iam::000000000000:role/operator"
        keys = doors.assume_role(RoleArn=role, RoleSessionName="operator")["Credentials"]
        session = boto3.session.Session(
            keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], region_name=REGION
        )
        cloud = Cloud(REGION, emulator.endpoint, session)
        yield Operator(emulator=emulator, deployment=Deployment(environment=TRIAL, cloud=cloud))


@pytest.mark.emulator
@pytest.mark.xdist_group("operator")
def test_who_has_the_policy_deploys_looks_goes_back_and_takes_away_and_is_refused_nothing(
    operator: Operator, tmp_path: Path
) -> None:
    there, copy = operator.deployment, tmp_path / "copy.jsonl.gz"

    preflight.check(there)
    deploy(there, built(tmp_path / "first", number=1))
    preflight.plan(there)
    deploy(there, built(tmp_path / "second", number=2))
    status.status(there)
    for check in checks.CHECKS:
        checks.run_check(CheckContext(deployment=there), check)
    list(logs.read(there, STAGES, since=0))
    invite(there.services(), "coordination")
    rollback.back_to(there, rollback.chosen(there))
    backup.write(there, copy)
    restore.restore(there, copy, replace=True)
    destroy.destroy(there, data=True)

    assert operator.emulator.refusals() == {}
    assert operator.emulator.calls()["operator"] >= {
        "cloudformation:ExecuteChangeSet",
        "dynamodb:DeleteTable",
    }


def test_whatever_the_stacks_make_the_operator_may_make() -> None:
    lacking = sorted(
        f"{kind}: {action}"
        for kind, action in set(asked_by_stacks())
        if not any(fnmatchcase(action, pattern) for pattern in NOT_OURS)
        and not allowed(action, BY_KIND.get((kind, service_of(action)), NAMED[service_of(action)]))
    )

    assert lacking == []


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("dynamodb:DeleteTable", f"arn:aws:dynamodb:{HERE}:table/payroll"),
        ("iam:AttachRolePolicy", "arn:aws:iam::111122223333:role/kith-web-trial"),
        ("iam:CreateUser", "arn:aws:iam::111122223333:user/kith-web-trial"),
        ("iam:PutRolePolicy", "arn:aws:iam::111122223333:role/payroll"),
        ("lambda:UpdateFunctionCode", f"arn:aws:lambda:{HERE}:function:payroll"),
        ("s3:GetObject", "arn:aws:s3:::payroll/2027.csv"),
        ("ssm:GetParameter", f"arn:aws:ssm:{HERE}:parameter/payroll/key"),
    ],
)
def test_what_is_not_kiths_the_operator_may_not_touch(action: str, resource: str) -> None:
    assert not allowed(action, resource)


def test_the_policy_is_short_enough_for_a_managed_policy() -> None:
    signs = json.dumps(json.loads(POLICY.read_text("utf-8")), separators=(",", ":"))

    assert len(signs) <= MOST_SIGNS


def service_of(action: str) -> str:
    return action.partition(":")[0]


def asked_by_stacks() -> Iterator[tuple[str, str]]:
    """Yield each kind of resource in our templates with each action that making or removing it asks for."""
    kinds = {
        made["Type"] for name in templates.NAMES for made in templates.template(name)["Resources"].values()
    }
    published = Path(cfnlint.__file__).parent / "data" / "schemas" / "resources"
    for file in published.glob("*.json"):
        said = json.loads(file.read_text("utf-8"))
        if said.get("typeName") in kinds:
            handlers: Mapping[str, Any] = said["handlers"]
            for name in handlers.keys() - {"list"}:
                yield from ((said["typeName"], action) for action in handlers[name]["permissions"])


@cache
def policy() -> list[dict[str, Any]]:
    statements: list[dict[str, Any]] = json.loads(POLICY.read_text("utf-8"))["Statement"]
    return statements


def allowed(action: str, resource: str) -> bool:
    """Return whether some statement allows it, whatever its conditions."""
    return any(
        any(fnmatchcase(action, pattern) for pattern in templates.listed(statement["Action"]))
        and any(fnmatchcase(resource, pattern) for pattern in templates.listed(statement["Resource"]))
        for statement in policy()
    )
