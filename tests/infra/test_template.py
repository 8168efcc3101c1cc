"""What the emulator ignores silently is asserted on the template itself."""

from typing import Any

import pytest
from cfnlint.decode import cfn_yaml

from infra.local.ground import TEMPLATE

Resource = dict[str, Any]


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    decoded: dict[str, Any] = cfn_yaml.load(str(TEMPLATE))
    return decoded


def of_kind(template: dict[str, Any], kind: str) -> dict[str, Resource]:
    return {name: made for name, made in template["Resources"].items() if made["Type"] == kind}


def test_the_table_is_kept_whatever_becomes_of_the_stack(template: dict[str, Any]) -> None:
    table = template["Resources"]["Table"]

    assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == ("Retain", "Retain")
    assert table["Properties"]["DeletionProtectionEnabled"] is True
    assert table["Properties"]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


def test_the_table_is_encrypted_sweeps_up_and_costs_nothing_at_rest(template: dict[str, Any]) -> None:
    table = template["Resources"]["Table"]["Properties"]

    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}
    assert table["BillingMode"] == "PAY_PER_REQUEST"


def test_every_queue_that_is_worked_on_has_a_place_for_what_fails(template: dict[str, Any]) -> None:
    queues = of_kind(template, "AWS::SQS::Queue")
    resting_place = queues.pop("DeadLetters")["Properties"]

    assert set(queues) == {"RunsQueue", "MailQueue", "FeedbackQueue"}
    for queue in queues.values():
        assert queue["Properties"]["RedrivePolicy"]["deadLetterTargetArn"] == {
            "Fn::GetAtt": ["DeadLetters", "Arn"]
        }
    assert "RedrivePolicy" not in resting_place


def test_a_failed_message_can_be_looked_at_for_a_fortnight(template: dict[str, Any]) -> None:
    queues = of_kind(template, "AWS::SQS::Queue").values()

    assert {queue["Properties"]["MessageRetentionPeriod"] for queue in queues} == {14 * 24 * 3600}
