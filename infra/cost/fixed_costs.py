"""What stands and is billed whoever takes part, read from the templates themselves.

So a queue that Lambda polls, an alarm or a sweep that somebody adds is in the bill at once.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra import ROOT
from infra.cost.assumptions import (
    KEY_REQUESTS_A_SWEEP,
    POLL_SECONDS,
    POLLS_AT_ONCE,
    POLLS_AT_ONCE_WHEN_QUIET,
    SECONDS_A_MONTH,
)
from infra.deploy.aws import templates

TEMPLATES = ROOT / "infra" / "deploy" / "cloudformation"
RATE = re.compile(r"rate\((\d+) minutes?\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What there is in a month: polls of queues, alarms, sweeps, requests for the key of the table."""

    polls: int
    alarms: int
    sweeps: int
    key_requests: int


def standing(folder: Path = TEMPLATES) -> Standing:
    """Return what the templates of a deployment make."""
    made = [
        one for file in sorted(folder.glob("*.yaml")) for one in templates.read(file)["Resources"].values()
    ]
    sweeps = sum(
        SECONDS_A_MONTH // (60 * int(found[1]))
        for one in _of("AWS::Scheduler::Schedule", made)
        if (found := RATE.fullmatch(one["ScheduleExpression"]))
    )
    keyed = any(
        one.get("SSESpecification", {}).get("SSEEnabled") for one in _of("AWS::DynamoDB::Table", made)
    )
    return Standing(
        polls=sum(map(_polls, _of("AWS::Lambda::EventSourceMapping", made))),
        alarms=sum(1 for _ in _of("AWS::CloudWatch::Alarm", made)),
        sweeps=sweeps,
        key_requests=sweeps * KEY_REQUESTS_A_SWEEP if keyed else 0,
    )


def _polls(mapping: Mapping[str, Any]) -> int:
    """Return how often Lambda asks an empty queue in a month."""
    bounded = "MaximumConcurrency" in mapping.get("ScalingConfig", {})
    at_once = POLLS_AT_ONCE if bounded else POLLS_AT_ONCE_WHEN_QUIET
    return at_once * SECONDS_A_MONTH // POLL_SECONDS if mapping.get("Enabled", True) else 0


def _of(kind: str, made: list[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    return (one["Properties"] for one in made if one["Type"] == kind)
