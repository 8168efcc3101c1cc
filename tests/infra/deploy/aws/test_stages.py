"""Zappa's settings: every default that is not safe is said aloud, in every stage."""

import json
from typing import Any

import pytest

from infra import ROOT
from infra.build import zips
from tests.infra.templates import properties

STAGES: dict[str, dict[str, Any]] = json.loads((ROOT / "zappa_settings.json").read_text("utf-8"))
EACH = pytest.mark.parametrize("stage", sorted(STAGES))
SAID_ALOUD = {
    "debug": False,  # else tracebacks reach whoever asks
    "log_level": "INFO",
    "keep_warm": False,
    "apigateway_enabled": False,  # the template has the API, behind the door that CloudFront knows
    "manage_roles": False,  # else Zappa makes a role that may do everything
    "touch": False,
    "slim_handler": False,
    "async_resources": False,
    "use_precompiled_packages": False,
    "xray_tracing": False,
    "num_retained_versions": 3,  # the releases hold everything that can be gone back to
    "events": [],  # they make rules in UTC without dead letters; the template has the schedules
    "environment_variables": {},  # baked into the zip
}


def test_there_is_a_stage_for_each_zip() -> None:
    assert set(STAGES) == set(zips.FUNCTIONS)


@EACH
def test_no_unsafe_default_is_left_to_zappa(stage: str) -> None:
    assert {name: STAGES[stage].get(name) for name in SAID_ALOUD} == SAID_ALOUD


@EACH
def test_every_event_comes_through_our_own_door(stage: str) -> None:
    assert STAGES[stage]["lambda_handler"] == f"{zips.DOOR}.handler"


@EACH
def test_a_stage_runs_what_its_zip_is_built_for(stage: str) -> None:
    runs_on = STAGES[stage]["runtime"], STAGES[stage]["architecture"]

    assert runs_on == (f"python{zips.LAMBDA_PYTHON}", "arm64")


@pytest.mark.parametrize(
    ("stage", "queue"), [("match", "RunsQueue"), ("mail", "MailQueue"), ("feedback", "FeedbackQueue")]
)
def test_a_message_stays_hidden_six_times_as_long_as_its_function_may_take(stage: str, queue: str) -> None:
    assert properties("data.yaml", queue)["VisibilityTimeout"] == 6 * STAGES[stage]["timeout_seconds"]


@EACH
def test_a_stage_stands_alone(stage: str) -> None:
    # `extends` is a shallow update, and `--all` would deploy the base too.
    assert "extends" not in STAGES[stage]
