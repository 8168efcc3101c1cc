"""Each function may do what it does and nothing else: what can be read off the templates.

That the code asks for exactly this, no less and no more, is counted on the emulator as the journeys run.
"""

import re
from typing import Any

import pytest

from infra.build import zips
from tests.infra.templates import listed, of_kind, properties, statements, template

EDGE = "edge.yaml"
ALLOWED = [(owner, statement) for owner, statement in statements() if statement["Effect"] == "Allow"]
EACH_ALLOWED = pytest.mark.parametrize(
    ("owner", "statement"), ALLOWED, ids=[f"{owner}-{said.get('Sid', 'trust')}" for owner, said in ALLOWED]
)

# Where AWS allows nothing narrower, and why.
WILDCARDS = {
    # The pages of the site have no names that a policy could know.
    ("SiteBucketPolicy", "${SiteBucket.Arn}/*"),
}
# What one environment's resources are called by: their own names, or what the data stack says they are.
OURS = re.compile(
    r"\$\{(Name|Environment|Identity|TableArn|SiteBucket\.Arn)\}|^\w+(QueueArn|LettersArn|Log\.Arn|Events)$|^TableArn$"
)


def said(resource: Any) -> str:
    """Return a resource as the template writes it: the name that is referred to, or the pattern."""
    if isinstance(resource, str):
        return resource
    ((kind, value),) = resource.items()
    if kind == "Fn::Sub":
        return str(listed(value)[0])
    return ".".join(listed(value)) if kind == "Fn::GetAtt" else str(value)


@EACH_ALLOWED
def test_no_action_is_a_wildcard(owner: str, statement: dict[str, Any]) -> None:
    del owner
    assert [action for action in listed(statement["Action"]) if "*" in action] == []
    assert "NotAction" not in statement


@EACH_ALLOWED
def test_no_resource_is_a_wildcard_where_aws_allows_to_name_it(owner: str, statement: dict[str, Any]) -> None:
    wild = {(owner, said(one)) for one in listed(statement.get("Resource", [])) if "*" in said(one)}

    assert wild <= WILDCARDS
    assert "NotResource" not in statement


@EACH_ALLOWED
def test_every_resource_is_this_environments(owner: str, statement: dict[str, Any]) -> None:
    del owner
    foreign = [said(one) for one in listed(statement.get("Resource", [])) if not OURS.search(said(one))]

    assert foreign == []


@EACH_ALLOWED
def test_nobody_is_let_in_but_the_one_service_that_comes(owner: str, statement: dict[str, Any]) -> None:
    if "Principal" in statement:
        assert set(statement["Principal"]) == {"Service"}
        assert owner.endswith(("Policy", "Role"))


def test_each_function_has_a_role_of_its_own_that_lambda_alone_takes_on() -> None:
    roles = of_kind(EDGE, "AWS::IAM::Role")
    schedules = roles.pop("ScheduleRole")["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]

    assert {role["Properties"]["RoleName"]["Fn::Sub"] for role in roles.values()} == {
        f"kith-{stage}-${{Environment}}" for stage in zips.FUNCTIONS
    }
    for role in roles.values():
        (trust,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Principal"] == {"Service": "lambda.amazonaws.com"}
        assert "ManagedPolicyArns" not in role["Properties"]
    assert set(schedules["Condition"]["StringEquals"]) == {"aws:SourceAccount", "aws:SourceArn"}


@pytest.mark.parametrize("stage", sorted(zips.FUNCTIONS))
def test_a_function_writes_its_own_log_and_polls_its_own_queue(stage: str) -> None:
    role = properties(EDGE, f"{stage.title()}Role")
    by_name = {one["Sid"]: one for one in role["Policies"][0]["PolicyDocument"]["Statement"]}

    assert said(by_name["Log"]["Resource"]) == f"{stage.title()}Log.Arn"
    assert set(by_name["Log"]["Action"]) == {"logs:CreateLogStream", "logs:PutLogEvents"}
    polled = {"match": "RunsQueueArn", "mail": "MailQueueArn", "feedback": "FeedbackQueueArn", "web": None}
    assert (said(by_name["Poll"]["Resource"]) if "Poll" in by_name else None) == polled[stage]


def test_mail_is_sent_by_the_one_function_and_from_the_one_address() -> None:
    senders = [(owner, one) for owner, one in ALLOWED if "ses:SendEmail" in listed(one["Action"])]

    assert [owner for owner, _ in senders] == ["MailRole"]
    assert senders[0][1]["Condition"] == {"StringEquals": {"ses:FromAddress": {"Ref": "Sender"}}}


def test_the_api_alone_may_ask_the_web_function_and_nobody_else_is_let_in() -> None:
    permissions = of_kind("events.yaml", "AWS::Lambda::Permission")

    assert set(permissions) == {"ApiMayAsk"}
    leave = permissions["ApiMayAsk"]["Properties"]
    assert leave["SourceArn"]["Fn::Sub"].endswith(":${ApiId}/$default/$default")
    assert leave["FunctionName"] == {"Fn::Sub": "kith-web-${Environment}"}


def test_the_templates_name_no_account_and_no_region() -> None:
    for name in ("data.yaml", EDGE, "events.yaml", "budget.yaml"):
        assert not re.search(r"\b\d{12}\b|\b(eu|us|ap)-[a-z]+-\d\b", str(template(name)["Resources"]))
